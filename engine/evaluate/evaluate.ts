/**
 * Loss and metrics over a split. The loss of a batch is a mean, so batches count by their samples; metrics come from
 * sums added up over the split. Everything is added up on the device and read once.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { Compiled, Pass } from '../compile/compile'
import type { DeviceData } from '../data/device-data'
import { deviceRandom } from '../compile/device-random'
import { inputsOf, type StepInputs } from '../compile/step-inputs'
import type { Path } from '../graph/document'
import type { Plan } from '../analyse/plan'
import type { Scores, Split } from '../session/protocol'
import type { Fields } from '../../nodes/kit/fields'
import type { InputPorts, MetricDefinition, OutputPorts } from '../../nodes/kit/define'

export interface EvaluateOptions {
  readonly tf: typeof Tf
  readonly compiled: Compiled
  readonly data: DeviceData
  readonly batchSize: number
  readonly seed: number
  /** Called between batches, so that messages get through. */
  readonly breathe: () => Promise<void>
  /** Milliseconds from anywhere. */
  readonly now: () => number
  /** Asked between batches; true gives it up, and there is no score. */
  readonly abandon?: () => boolean
}

/** A GPU takes work faster than it does it: after this long it is waited for. */
const waitMilliseconds = 50

/** The losses that training minimises, each once; all of the plan's where there is no training step. */
export function countedLosses(plan: Plan): readonly Path[] {
  const trained = [...new Set(plan.training.flatMap((step) => step.losses))]
  return trained.length > 0 ? trained : plan.losses
}

/** The figure of a metric from its sums. */
export function metricValue(plan: Plan, path: Path, sums: readonly number[]): number {
  return (plan.byPath.get(path)?.definition as MetricDefinition<Fields, InputPorts, OutputPorts>).value(sums)
}

function evaluationPass(inputs: StepInputs, seed: number, batchSize: number): Pass {
  return {
    training: false,
    updateStatistics: () => false,
    batchSize,
    random: (path) => deviceRandom(inputs, seed, `${path}#evaluate`),
  }
}

/** Scores of a split, or null where it has no samples or was given up. */
export async function evaluate(options: EvaluateOptions, split: Split): Promise<Scores | null> {
  const { tf, compiled, data, batchSize, seed } = options
  const samples = data.samples[split]
  if (samples === 0) return null
  const losses = countedLosses(compiled.plan)
  const metrics = compiled.plan.metrics
  let sums: Tf.Tensor[] = []
  let waited = options.now()
  try {
    for (let start = 0, index = 0; start < samples; start += batchSize, index++) {
      const previous = sums
      sums = tf.tidy(() => {
        const batch = data.splitBatch(split, start, batchSize)
        const values = compiled.run(
          [...losses, ...metrics],
          batch.feeds,
          evaluationPass(inputsOf(tf, index), seed, batch.size),
        )
        const parts = [
          ...losses.map((path) => (values.get(path)?.['loss'] as Tf.Tensor).mul(batch.size).reshape([1])),
          ...metrics.map((path) => values.get(path)?.['sums'] as Tf.Tensor),
        ]
        return parts.map((part, at) => {
          const before = previous[at]
          return before === undefined ? part.clone() : before.add(part)
        })
      })
      tf.dispose(previous)
      if (options.now() - waited > waitMilliseconds) {
        await sums[0]?.data()
        await options.breathe()
        waited = options.now()
      }
      if (options.abandon?.() === true) return null
    }
    return await readScores(options, losses, sums, samples)
  } finally {
    tf.dispose(sums)
  }
}

async function readScores(
  { tf, compiled }: EvaluateOptions,
  losses: readonly Path[],
  sums: readonly Tf.Tensor[],
  samples: number,
): Promise<Scores> {
  if (sums.length === 0) return { loss: 0, losses: {}, metrics: {}, samples }
  const packed = tf.tidy(() => tf.concat(sums.map((sum) => sum.reshape([-1]))))
  const numbers = [...(await packed.data())]
  packed.dispose()
  const perLoss = losses.map((path, at) => [path, (numbers[at] ?? NaN) / samples] as const)
  let at = losses.length
  const metrics = compiled.plan.metrics.map((path, index) => {
    const size = sums[losses.length + index]?.size ?? 0
    const own = numbers.slice(at, at + size)
    at += size
    return [path, metricValue(compiled.plan, path, own)] as const
  })
  return {
    loss: perLoss.reduce((sum, [, value]) => sum + value, 0),
    losses: losses.length > 1 ? Object.fromEntries(perLoss) : {},
    metrics: Object.fromEntries(metrics),
    samples,
  }
}
