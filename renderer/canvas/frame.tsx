/** A titled area behind the cards. */
import type { NodeProps } from '@xyflow/react'
import { memo } from 'react'
import type { FrameNode } from './flow-elements'

export const FrameArea = memo(function FrameArea({ data }: NodeProps<FrameNode>) {
  return (
    <div className="frame" style={{ borderColor: data.frame.colour }}>
      <span className="frame-title">{data.frame.title}</span>
    </div>
  )
})
