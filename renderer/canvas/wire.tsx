/**
 * A wire: its path, and the shape it carries written along it with a halo. The path is told to the scene, so that the
 * overlay paints exactly over it.
 */
import type { EdgeProps } from '@xyflow/react'
import { memo, useLayoutEffect, useRef } from 'react'
import { useStores } from '../ui/stores'
import { useWireFace } from './faces'
import { wirePath } from './geometry'
import type { StillWire } from './still'

export const Wire = memo(function Wire({
  id,
  sourceX,
  sourceY,
  targetX,
  targetY,
  selected,
  interactionWidth,
}: EdgeProps<StillWire>) {
  const { scene } = useStores()
  const face = useWireFace(id)
  const label = face?.label ?? ''
  const { d, x, y } = wirePath(sourceX, sourceY, targetX, targetY, face?.lane ?? null, label)
  useLayoutEffect(() => {
    scene.setWire(id, { d, x, y, label })
  }, [scene, id, d, x, y, label])
  useLayoutEffect(() => () => scene.setWire(id, null), [scene, id])
  const path = useRef<SVGPathElement>(null)
  // The name belongs to what takes the focus, which is React Flow's.
  useLayoutEffect(() => {
    path.current?.closest('.react-flow__edge')?.setAttribute('aria-label', face?.name ?? '')
  }, [face?.name])
  const problem = face?.problem ?? null
  const classes = [
    'wire',
    `wire-${face?.kind ?? 'tensor'}`,
    problem === null ? '' : `wire-${problem}`,
    selected === true ? 'wire-selected' : '',
  ]
  return (
    <>
      <path
        ref={path}
        d={d}
        fill="none"
        className={`react-flow__edge-path ${classes.filter((name) => name !== '').join(' ')}`}
      />
      <path
        d={d}
        fill="none"
        strokeOpacity={0}
        strokeWidth={interactionWidth ?? 18}
        className="react-flow__edge-interaction"
      />
      {label !== '' && (
        <text className="wire-label" x={x} y={y} dy="0.35em" aria-hidden>
          {label}
        </text>
      )}
    </>
  )
})
