/** How long a training step takes on the current backend, whole batches and the optimiser included; moves a copy. */
import type * as Tf from '@tensorflow/tfjs'
import type { Compiled } from '../compile/compile'
import type { DeviceData } from '../data/device-data'
import { countedLosses } from '../evaluate/evaluate'
import type { Training } from '../graph/document'
import { createStepper } from './stepper'
import { totalSteps } from './trainer'

interface TimingOptions {
  readonly tf: typeof Tf
  readonly compiled: Compiled
  readonly data: DeviceData
  readonly training: Training
  readonly now: () => number
  /** After so many milliseconds no further block is begun. */
  readonly patience: number
}

/** Run as ever, recorded, replayed: from then on a step takes what it takes. */
const beforeSteady = 4
const blocks = 3
const longest = 16

/** Milliseconds a step: the best block of several, since what disturbs only ever makes it longer. */
export async function timeSteps(options: TimingOptions): Promise<number> {
  const { tf, compiled, data, training, now } = options
  const stepper = createStepper({
    tf,
    compiled,
    data,
    training,
    total: totalSteps(training, data.stepsPerEpoch),
    losses: countedLosses(compiled.plan),
    capture: true,
    report: () => {},
    now,
    from: null,
  })
  let step = 0
  const run = async (count: number): Promise<number> => {
    const begun = now()
    let last: Tf.Tensor | null = null
    for (let at = 0; at < count; at++) {
      const { numbers } = await stepper.step(++step, false)
      if (!('tensor' in numbers)) continue
      last?.dispose()
      last = numbers.tensor
    }
    // Steps that are replayed leave their numbers in slots of the device.
    await stepper.readback?.read()
    await last?.data()
    last?.dispose()
    return (now() - begun) / count
  }
  const begun = now()
  try {
    // A backend without recordings is steady after one.
    let best = await run(stepper.readback === null ? 1 : beforeSteady)
    for (let block = 0; block < blocks && now() - begun < options.patience; block++) {
      const fitting = Math.floor(options.patience / blocks / Math.max(best, 0.01))
      best = Math.min(best, await run(Math.max(1, Math.min(longest, fitting))))
    }
    return best
  } finally {
    stepper.dispose()
  }
}
