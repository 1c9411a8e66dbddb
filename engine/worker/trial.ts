/** Answers what is tried before a training: dry batches, and the learning-rate range test. Copies of the weights only. */
import type { Replies, WeightSet } from '../session/protocol'
import type { PreflightRequest, RateTestRequest } from '../session/trial'
import { flyDry } from '../train/preflight'
import { createRateTest, type RateTest } from '../train/rate-test'
import { totalSteps } from '../train/trainer'
import { refused, type Machinery } from './machinery'
import { prepare } from './prepare'

interface TrialsOptions {
  readonly machinery: Machinery
  readonly now: () => number
}

export interface Trials {
  /** `weights`: those that a training would begin with; null = fresh. */
  preflight(request: PreflightRequest, weights: WeightSet | null): Promise<Replies['preflight']>
  begin(request: RateTestRequest, weights: WeightSet | null): Promise<Replies['rate-test']>
  more(test: number): Promise<Replies['rate-test-more']>
  /** Drops the test that is going on, if it is this one; without a number, whichever it is. */
  end(which?: number): void
}

/** A part of a range test lasts so long, in milliseconds. */
const partMilliseconds = 120

export function createTrials({ machinery, now }: TrialsOptions): Trials {
  let count = 0
  let test: { readonly id: number; readonly running: RateTest } | null = null
  const end = (which?: number) => {
    if (which !== undefined && test?.id !== which) return
    test?.running.dispose()
    test = null
  }
  return {
    end,
    async preflight(request, weights) {
      end()
      const { tf } = machinery
      // Not of `tf.memory`, which wants a backend that has been started.
      const before = tf.engine().state.numBytes
      const ready = await prepare(machinery, { ...request, weights }, 'try')
      if (!ready.accepted) return ready
      const { compiled, data, document, backend, loaded } = ready
      try {
        const sampleBytes = loaded.nodes.reduce(
          (sum, { x, y }) => sum + x.values.byteLength + (y?.values.byteLength ?? 0),
          0,
        )
        const { training } = document
        const { peakBytes, batches } = await flyDry({ tf, compiled, data, training, now, capture: true })
        return {
          accepted: true,
          measured: {
            backend: backend.info,
            peakBytes: peakBytes - before - sampleBytes,
            sampleBytes,
            batches,
            stepsPerEpoch: data.stepsPerEpoch,
            totalSteps: totalSteps(training, data.stepsPerEpoch),
          },
        }
      } finally {
        compiled.dispose()
        data.dispose()
      }
    },
    async begin(request, weights) {
      end()
      const ready = await prepare(machinery, { ...request, weights }, 'try')
      if (!ready.accepted) return ready
      const { compiled, data, plan, document } = ready
      const training = plan.training[request.trainingStep]
      if (training === undefined || training.losses.length === 0 || training.trains.length === 0) {
        compiled.dispose()
        data.dispose()
        return refused('There is nothing to test: no loss reaches a weight that may move.')
      }
      const { seed } = document.training
      const { trainingStep, from, to, steps } = request
      count++
      test = {
        id: count,
        running: createRateTest({
          tf: machinery.tf,
          compiled,
          data,
          seed,
          trainingStep,
          from,
          to,
          steps,
          now,
        }),
      }
      return { accepted: true, test: count }
    },
    async more(id) {
      if (test?.id !== id) throw new Error('This test of the learning rate has been dropped. Begin another.')
      const part = await test.running.more(partMilliseconds)
      if (part.over !== null) end()
      return part
    },
  }
}
