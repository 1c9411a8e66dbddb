/**
 * The right panel: what is selected, and all that can be set about it. With nothing selected it shows the document.
 */
import { useEffect, useRef, useState } from 'react'
import { strings } from '../ui/strings'
import { useEditor } from '../ui/stores'
import { DocumentPanel } from './document-panel'
import { FramePanel } from './frame-panel'
import { NodePanel } from './node-panel'
import type { View } from './tensors'
import { ManyPanel, WirePanel } from './wire-panel'
import './inspector.css'

export function Inspector() {
  const selection = useEditor((state) => state.selection)
  const [node] = selection.nodes
  const [wire] = selection.wires
  const [frame] = selection.frames
  // Kept from node to node: one looks at the weights of one layer, then at those of the next.
  const [view, setView] = useState<View>('settings')
  const scroller = useRef<HTMLDivElement>(null)
  useEffect(() => {
    scroller.current?.scrollTo(0, 0)
  }, [node, wire, frame])
  return (
    <div ref={scroller} className="inspector">
      {selection.nodes.size === 1 && node !== undefined ? (
        <NodePanel key={node} id={node} view={view} onView={setView} />
      ) : selection.nodes.size > 1 ? (
        <ManyPanel />
      ) : wire !== undefined ? (
        <WirePanel id={wire} />
      ) : frame !== undefined ? (
        <FramePanel key={frame} id={frame} />
      ) : (
        <DocumentPanel />
      )}
      <p className="visually-hidden" aria-live="polite">
        {selection.nodes.size > 1 ? strings.inspector.several(selection.nodes.size) : ''}
      </p>
    </div>
  )
}
