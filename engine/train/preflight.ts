/** Dry batches on a copy of the weights: how long a step takes and how much its tensors hold at once. */
import type * as Tf from '@tensorflow/tfjs'
import type { Compiled } from '../compile/compile'
import type { DeviceData } from '../data/device-data'
import { countedLosses } from '../evaluate/evaluate'
import type { Training } from '../graph/document'
import { createStepper, type StepDone, type Stepper } from './stepper'
import { totalSteps } from './trainer'

export interface PreflightOptions {
  readonly tf: typeof Tf
  readonly compiled: Compiled
  readonly data: DeviceData
  readonly training: Training
  readonly now: () => number
  /** Steps are replayed from a recording where that can be, which is another speed. */
  readonly capture: boolean
}

/** Batches whose time counts. */
const dry = 3
/** Before a recording is replayed, at most: a step as ever, the recordings, and one replay. */
const beforeReplay = 4

/** The most bytes that tensors held while `work` ran. */
async function peakOf(tf: typeof Tf, work: () => Promise<void>): Promise<number> {
  const engine = tf.engine()
  const track = engine.trackTensor.bind(engine)
  let most = engine.state.numBytes
  engine.trackTensor = (tensor, backend) => {
    track(tensor, backend)
    most = Math.max(most, engine.state.numBytes)
  }
  try {
    await work()
  } finally {
    engine.trackTensor = track
  }
  return most
}

async function waitFor(stepper: Stepper, { numbers }: StepDone): Promise<void> {
  if ('slot' in numbers) {
    await stepper.readback?.read()
    return
  }
  if ('values' in numbers) return
  await numbers.tensor.data()
  numbers.tensor.dispose()
}

/** `peakBytes` counts everything on the device; milliseconds of each dry batch. */
export async function flyDry(
  options: PreflightOptions,
): Promise<{ readonly peakBytes: number; readonly batches: readonly number[] }> {
  const { tf, compiled, data, training, now } = options
  const stepper = createStepper({
    tf,
    compiled,
    data,
    training,
    total: totalSteps(training, data.stepsPerEpoch),
    losses: countedLosses(compiled.plan),
    capture: options.capture,
    report: () => {},
    now,
    from: null,
  })
  let step = 0
  const once = async () => waitFor(stepper, await stepper.step(++step, false))
  try {
    // The first batch warms up what is compiled on its first use, so its time does not count.
    const counted = await peakOf(tf, once)
    if (stepper.replays) for (let k = 1; k < beforeReplay; k++) await once()
    // What a recording counts is not there: replays have memory of their own, and tensors that outlive a step.
    const replay = stepper.replayBytes()
    const peakBytes = replay === null ? counted : tf.engine().state.numBytes + replay
    const batches: number[] = []
    for (let k = 0; k < dry; k++) {
      const start = now()
      await once()
      batches.push(now() - start)
    }
    return { peakBytes, batches }
  } finally {
    stepper.dispose()
  }
}
