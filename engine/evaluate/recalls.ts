/** Recall of every class on a split: what accuracy hides where one class is much commoner than another. */
import type * as Tf from '@tensorflow/tfjs'
import type { Compiled } from '../compile/compile'
import { deviceRandom } from '../compile/device-random'
import { inputsOf } from '../compile/step-inputs'
import type { DeviceData } from '../data/device-data'
import { judged } from '../diagnose/net'
import type { SampleFacts } from '../diagnose/signals'
import type { Split } from '../session/protocol'

/** More classes than these are not counted one by one. */
const mostClasses = 100
/** Only where one class has so many times the samples of another. */
const leastRatio = 5

interface Asked {
  readonly tf: typeof Tf
  readonly compiled: Compiled
  readonly data: DeviceData
  readonly samples: SampleFacts
  readonly batchSize: number
  readonly seed: number
}

/** Class of each row: the highest score, the only score above zero, or the number itself. */
function classes(tf: typeof Tf, value: Tf.Tensor, threshold: number): Tf.Tensor1D {
  const last = value.shape.at(-1) ?? 1
  if (value.rank >= 2 && last > 1) return value.argMax(-1).reshape([-1])
  const flat = value.reshape([-1])
  return (value.dtype === 'int32' ? flat : flat.greater(threshold).cast('int32')) as Tf.Tensor1D
}

/**
 * Recalls by class (NaN for a class that the split lacks), or null where the classes are no matter: evenly spread,
 * too many, or not judged by one loss of classes.
 */
export async function classRecalls(asked: Asked): Promise<readonly number[] | null> {
  const { tf, compiled, data, samples, batchSize, seed } = asked
  const counts = samples.data.find((facts) => facts.classes !== null)?.classes
  const there = (counts ?? []).filter((count) => count > 0)
  if (there.length < 2 || Math.max(...there) < leastRatio * Math.min(...there)) return null
  const facts = samples.losses.find(({ task }) => task !== 'values')
  const loss = facts === undefined ? undefined : compiled.plan.byPath.get(facts.path)
  const { prediction, target } = loss === undefined ? { prediction: null, target: null } : judged(loss)
  const width = counts?.length ?? 0
  if (prediction === null || target === null || width > mostClasses) return null
  const split: Split = data.samples.validation > 0 ? 'validation' : 'train'
  let sums: Tf.Tensor = tf.zeros([2, width])
  for (let start = 0; start < data.samples[split]; start += batchSize) {
    const before = sums
    sums = tf.tidy(() => {
      const inputs = inputsOf(tf, start)
      const batch = data.splitBatch(split, start, batchSize)
      const values = compiled.run([prediction.path, target.path], batch.feeds, {
        training: false,
        updateStatistics: () => false,
        batchSize: batch.size,
        random: (path) => deviceRandom(inputs, seed, `${path}#recall`),
      })
      const given = values.get(prediction.path)?.[prediction.port]
      const wanted = values.get(target.path)?.[target.port] ?? batch.feeds.get(target.path)?.[target.port]
      if (given === undefined || wanted === undefined) return before.clone()
      const right = classes(tf, wanted, 0.5)
      const ones = tf.oneHot(right, width).cast('float32')
      const hits = classes(tf, given, 0).equal(right).cast('float32').reshape([-1, 1])
      return before.add(tf.stack([ones.mul(hits).sum(0), ones.sum(0)]))
    })
    before.dispose()
  }
  const numbers = await sums.data()
  sums.dispose()
  return Array.from({ length: width }, (_, k) => (numbers[k] ?? 0) / (numbers[width + k] ?? 0))
}
