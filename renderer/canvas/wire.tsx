/**
 * A wire: its path, and the shape it carries written along it with a halo. The path is told to the scene, so that the
 * overlay paints exactly over it.
 */
import type { EdgeProps } from '@xyflow/react'
import { memo, useLayoutEffect, useRef } from 'react'
import { labelLevels } from '../state/detail'
import { useStores } from '../ui/stores'
import { useWireFace } from './faces'
import type { LabelPlaces, LabelStep } from './flow-elements'
import { pointAlong, wirePath } from './geometry'
import type { StillWire } from './still'

const onThePath: LabelPlaces = { near: [0, 0], middle: [0, 0], far: [0, 0] }
const nowhere: LabelPlaces = { near: null, middle: null, far: null }

const placeAt = (x: number, y: number, [stepX, stepY]: LabelStep) => [x + stepX, y + stepY] as const

/** One element for all levels of detail in which it stands in the same place. */
function labelsOf(places: LabelPlaces): readonly (readonly [string, LabelStep])[] {
  const labels: [string, LabelStep][] = []
  for (const level of labelLevels) {
    const step = places[level]
    if (step === null) continue
    const there = labels.find(([, [x, y]]) => x === step[0] && y === step[1])
    if (there === undefined) labels.push([`wire-label wire-label-${level}`, step])
    else there[0] += ` wire-label-${level}`
  }
  return labels
}

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
  const lane = face?.lane ?? null
  const { d, x, y } = wirePath(sourceX, sourceY, targetX, targetY, lane, label)
  const [middleX, middleY] = pointAlong(sourceX, sourceY, targetX, targetY, lane, 0.5)
  const steps = label === '' ? nowhere : (face?.labelPlaces ?? onThePath)
  useLayoutEffect(() => {
    const at = (step: LabelStep | null) => (step === null ? null : placeAt(middleX, middleY, step))
    scene.setWire(id, {
      ...{ d, x, y, label },
      labels: { near: at(steps.near), middle: at(steps.middle), far: at(steps.far) },
    })
  }, [scene, id, d, x, y, label, middleX, middleY, steps.near, steps.middle, steps.far])
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
      {labelsOf(steps).map(([className, step]) => {
        const at = placeAt(middleX, middleY, step)
        return (
          <text key={className} className={className} x={at[0]} y={at[1]} dy="0.35em" aria-hidden>
            {label}
          </text>
        )
      })}
    </>
  )
})
