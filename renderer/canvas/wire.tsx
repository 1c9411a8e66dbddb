/**
 * A wire: its path, and the shape it carries written along it with a halo. The path is told to the scene, so that the
 * overlay paints exactly over it.
 */
import { BaseEdge, type EdgeProps } from '@xyflow/react'
import { memo, useLayoutEffect } from 'react'
import { useStores } from '../ui/stores'
import type { WireEdge } from './flow-elements'
import { wirePath } from './geometry'

export const Wire = memo(function Wire({
  id,
  sourceX,
  sourceY,
  targetX,
  targetY,
  data,
  selected,
  interactionWidth,
}: EdgeProps<WireEdge>) {
  const { scene } = useStores()
  const label = data?.label ?? ''
  const { d, x, y } = wirePath(sourceX, sourceY, targetX, targetY, data?.lane ?? null, label)
  useLayoutEffect(() => {
    scene.setWire(id, { d, x, y, label })
  }, [scene, id, d, x, y, label])
  useLayoutEffect(() => () => scene.setWire(id, null), [scene, id])
  const problem = data?.problem ?? null
  const classes = [
    'wire',
    `wire-${data?.kind ?? 'tensor'}`,
    problem === null ? '' : `wire-${problem}`,
    selected === true ? 'wire-selected' : '',
  ]
  return (
    <>
      <BaseEdge
        path={d}
        className={classes.filter((name) => name !== '').join(' ')}
        interactionWidth={interactionWidth ?? 18}
      />
      {label !== '' && (
        <text className="wire-label" x={x} y={y} dy="0.35em" aria-hidden>
          {label}
        </text>
      )}
    </>
  )
})
