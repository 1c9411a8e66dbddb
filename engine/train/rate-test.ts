/**
 * A learning-rate range test on its own copy of the weights: batch after batch with an exponentially rising rate, until
 * the loss diverges. It is carried on in short parts, so that whoever waits can look on and leave at any time.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { Compiled } from '../compile/compile'
import { inputsOf } from '../compile/step-inputs'
import type { DeviceData } from '../data/device-data'
import { hasDiverged } from '../diagnose/rate-range'
import type { RateTestPart } from '../session/trial'
import { createOptimiser } from './optimiser'
import { runTrainingStep, turnsOf, type StepOptions } from './step'

export interface RateTestOptions {
  readonly tf: typeof Tf
  readonly compiled: Compiled
  readonly data: DeviceData
  readonly seed: number
  /** The training step whose rate rises; others go at their own. */
  readonly trainingStep: number
  readonly from: number
  readonly to: number
  readonly steps: number
  /** Milliseconds from anywhere. */
  readonly now: () => number
}

export interface RateTest {
  /** Some more steps, for so many milliseconds. */
  more(milliseconds: number): Promise<RateTestPart>
  dispose(): void
}

/** Takes `compiled` and `data` over: they are its own, and freed with it. */
export function createRateTest(options: RateTestOptions): RateTest {
  const { tf, compiled, data, from, to, steps, now } = options
  const rateOf = (step: number) => from * (to / from) ** ((step - 1) / Math.max(1, steps - 1))
  const running = compiled.plan.training.map((training): StepOptions => {
    const plain = turnsOf(training, steps)
    return {
      tf,
      compiled,
      training,
      optimiser: createOptimiser(tf, training.settings.optimiser),
      seed: options.seed,
      metrics: [],
      turnOf:
        training.index === options.trainingStep
          ? (step) => ({ update: plain(step).update, rate: rateOf(step) })
          : (step) => ({ update: plain(step).update, rate: training.settings.optimiser.learningRate }),
    }
  })
  let step = 0
  const losses: number[] = []

  /** The loss of one batch, before its update. */
  async function next(): Promise<number> {
    step++
    const values = tf.tidy(() => {
      const inputs = inputsOf(tf, step)
      const batch = data.trainBatch(inputs)
      const own: Tf.Tensor[] = []
      for (const one of running) {
        if ((step - 1) % one.training.settings.every !== 0) continue
        const results = [...runTrainingStep(one, inputs, batch, null).values()]
        if (one.training.index === options.trainingStep) own.push(...results)
        else tf.dispose(results)
      }
      return own
    })
    const numbers = await Promise.all(values.map((value) => value.data()))
    tf.dispose(values)
    return numbers.reduce((sum, [loss = NaN]) => sum + loss, 0)
  }

  return {
    async more(milliseconds) {
      const until = now() + milliseconds
      const part: { rates: number[]; losses: number[]; over: RateTestPart['over'] } = {
        rates: [],
        losses: [],
        over: null,
      }
      while (part.over === null && (part.rates.length === 0 || now() < until)) {
        const loss = await next()
        losses.push(loss)
        part.rates.push(rateOf(step))
        part.losses.push(loss)
        if (hasDiverged(losses)) part.over = 'diverged'
        else if (step >= steps) part.over = 'end'
      }
      return part
    },
    dispose() {
      for (const { optimiser } of running) optimiser.dispose()
      compiled.dispose()
      data.dispose()
    },
  }
}
