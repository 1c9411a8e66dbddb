/** A net whose steps are done as a run does them, on the current backend, without the loop around it. */
import { tf } from '../../engine/backend/tfjs'
import { compile } from '../../engine/compile/compile'
import { uploadData } from '../../engine/data/device-data'
import { countedLosses } from '../../engine/evaluate/evaluate'
import { createOwnLayers } from '../../engine/layers/own-layers'
import { createStepper } from '../../engine/train/stepper'
import type { Example } from './stand'

export interface Stepping {
  /** Does so many steps, one in `probeEvery` with a probe (0: none). */
  train(steps: number, probeEvery: number): Promise<void>
  /** As the run itself counts: milliseconds of steps, and of these of probes. */
  readonly spent: { readonly steps: number; readonly probes: number }
  dispose(): void
}

export function createStepping({ document, plan, loaded }: Example, capture: boolean): Stepping {
  const { batchSize, seed } = document.training
  const compiled = compile(plan, { tf, own: (path) => createOwnLayers(tf, { seed, path }), weights: null })
  if ('refused' in compiled) throw new Error(compiled.refused)
  const data = uploadData(tf, loaded, batchSize, seed)
  const stepper = createStepper({
    tf,
    compiled,
    data,
    training: document.training,
    total: 1_000_000,
    losses: countedLosses(plan),
    capture,
    report: ({ captured, message }) => {
      if (!captured) throw new Error(message)
    },
    now: () => performance.now(),
    from: null,
  })
  let step = 0
  return {
    async train(steps, probeEvery) {
      for (let at = 0; at < steps; at++) {
        step++
        const { numbers } = await stepper.step(step, probeEvery > 0 && step % probeEvery === 0)
        if ('tensor' in numbers) numbers.tensor.dispose()
      }
    },
    spent: stepper.spent,
    dispose() {
      stepper.dispose()
      data.dispose()
      compiled.dispose()
    },
  }
}
