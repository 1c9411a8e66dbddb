/** Where numbers first went wrong: names the node for the sentence that ends a diverged run. */
import { nameOf } from '../analyse/name-of'
import type * as Tf from '@tensorflow/tfjs'
import type { Compiled, Pass } from '../compile/compile'
import { deviceRandom } from '../compile/device-random'
import { inputsOf } from '../compile/step-inputs'
import type { Batch, DeviceData } from '../data/device-data'
import type { Path, Training } from '../graph/document'

/** 0 for finite numbers, NaN otherwise: x - x, which every backend has. */
function finiteMark(tf: typeof Tf, value: Tf.Tensor): Tf.Tensor {
  return tf.tidy(() => value.sub(value).sum().reshape([1]))
}

interface Culprit {
  readonly path: Path
  /** Its weights are not finite; otherwise only what it gives. */
  readonly weights: boolean
}

/** The first node, in Plan order, with weights or outputs that are not finite, or null. One read. */
async function firstNonFinite(
  tf: typeof Tf,
  compiled: Compiled,
  targets: readonly Path[],
  batch: Batch,
  pass: Pass,
): Promise<Culprit | null> {
  const found: Culprit[] = []
  const marks = tf.tidy(() => {
    const results = compiled.run(targets, batch.feeds, pass)
    const parts: Tf.Tensor[] = []
    for (const step of compiled.needs(targets)) {
      const mark = (tensor: Tf.Tensor | undefined, weights: boolean) => {
        if (tensor?.dtype !== 'float32') return
        parts.push(finiteMark(tf, tensor))
        found.push({ path: step.path, weights })
      }
      for (const name of Object.keys(step.weights))
        mark(compiled.variables.get(`${step.sharesWeightsOf ?? step.path}:${name}`), true)
      for (const value of Object.values(results.get(step.path) ?? {})) mark(value, false)
    }
    return parts.length === 0 ? tf.zeros([1]) : tf.concat(parts)
  })
  const numbers = await marks.data()
  marks.dispose()
  const at = [...numbers].findIndex((value) => Number.isNaN(value))
  return found[at] ?? null
}

export interface Diverged {
  readonly tf: typeof Tf
  readonly compiled: Compiled
  readonly data: DeviceData
  readonly training: Training
  readonly losses: readonly Path[]
  /** The run multiplied numbers in half precision. */
  readonly mixed: boolean
}

export interface Explained {
  readonly message: string
  readonly culprit: Path | null
}

/**
 * The sentence for a run in which numbers went wrong (`what`) at a step: runs its batch once more to name the node.
 * `before`: the weights are those that the step began with. Those it left behind tell nothing about who began.
 */
export async function explainDivergence(
  { tf, compiled, data, training, losses, mixed }: Diverged,
  step: number,
  what: string,
  before: boolean,
): Promise<Explained> {
  const advice = mixed
    ? 'In mixed precision layers read numbers beyond 65,504 as infinite. Try float32, a smaller learning rate, clipping, or another initialiser.'
    : 'Try a smaller learning rate, clipping, or another initialiser.'
  if (!before) return { message: `Stopped: at step ${step} ${what}. ${advice}`, culprit: null }
  const inputs = inputsOf(tf, step)
  const batch = data.trainBatch(inputs)
  const culprit = await firstNonFinite(tf, compiled, losses, batch, {
    training: true,
    mixed,
    updateStatistics: () => false,
    batchSize: batch.size,
    random: (path) => deviceRandom(inputs, training.seed, path),
  })
  for (const ports of batch.feeds.values()) tf.dispose(Object.values(ports))
  inputs.counter?.dispose()
  const where =
    culprit === null
      ? ''
      : ` The first node with such numbers is ${nameOf(compiled.plan, culprit.path)}${culprit.weights ? ' (its weights already are)' : ''}.`
  return {
    message: `Stopped: at step ${step} ${what}.${where} ${advice}`,
    culprit: culprit?.path ?? null,
  }
}
