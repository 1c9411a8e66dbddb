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
  /** After so many milliseconds of steady steps no further block is begun; one is always timed. */
  readonly patience: number
  /** Rejects when the device is gone, from which no number would ever come. */
  readonly gone: Promise<never>
}

const blocks = 3
const longest = 16

/** Milliseconds a step: the best block of several, since what disturbs only ever makes it longer. */
export async function timeSteps(options: TimingOptions): Promise<number> {
  const { tf, compiled, data, training, now, gone } = options
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
    try {
      for (let at = 0; at < count; at++) {
        const { numbers } = await Promise.race([stepper.step(++step, false), gone])
        if (!('tensor' in numbers)) continue
        last?.dispose()
        last = numbers.tensor
      }
      // Steps that are replayed leave their numbers in slots of the device.
      await Promise.race([stepper.readback?.read(), gone])
      await Promise.race([last?.data(), gone])
    } finally {
      last?.dispose()
    }
    return (now() - begun) / count
  }
  // After so many steps it is the same training steps' turn again, with as large a batch.
  const round = training.steps.reduce((product, { every }) => product * every, data.stepsPerEpoch)
  const turns = Math.min(round, longest)
  try {
    // Each kind of step is run as ever, recorded, and replayed: from then on it takes what it takes.
    await run(stepper.replays ? Math.min(2 * turns + 2, 2 * longest) : turns)
    const begun = now()
    let best = await run(turns)
    for (let block = 1; block < blocks && now() - begun < options.patience; block++) {
      const fitting = Math.min(longest, options.patience / blocks / Math.max(best, 0.01))
      best = Math.min(best, await run(Math.max(1, Math.floor(fitting / turns)) * turns))
    }
    return best
  } finally {
    stepper.dispose()
  }
}
