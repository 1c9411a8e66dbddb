/** The step on show, painted over the network in place of the overlays. */
import { useEffect, useMemo, useRef } from 'react'
import { knownAt } from '../../engine/explain/stops'
import { createScenePainting } from '../ui/scene-painting'
import { useStepwise, useStores } from '../ui/stores'
import { paintStep } from './paint'
import './stepwise.css'

/** Goes inside the canvas. */
export function StepwiseOverlay() {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { scene } = useStores()
  const worked = useStepwise((state) => state.worked)
  const stops = useStepwise((state) => state.stops)
  const at = useStepwise((state) => state.at)
  const sample = useStepwise((state) => state.sample)
  const known = useMemo(() => (worked === null ? [] : knownAt(worked, stops, at)), [worked, stops, at])
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d') ?? null
    if (element === null || context === null) return
    const painting = createScenePainting(element, scene, (surface) =>
      paintStep(context, { ...surface, scene, stops, at, known, sample }),
    )
    return painting.stop
  }, [scene, stops, at, known, sample])
  return <canvas ref={canvas} className="paint-layer" aria-hidden />
}
