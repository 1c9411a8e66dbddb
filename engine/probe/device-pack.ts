/** A probe's numbers made by tensor operations, for devices whose memory is not ours. */
import type * as Tf from '@tensorflow/tfjs'
import { heldCopies } from './held-copies'
import type { Flatness } from './layout'
import { flatBeyond, tiny } from './numbers'
import type { Pack } from './pack'

function share(holds: Tf.Tensor): Tf.Tensor1D {
  return holds.cast('float32').mean().reshape([1])
}

function normOf(value: Tf.Tensor): Tf.Tensor1D[] {
  const flat = value.reshape([-1])
  const largest = flat.abs().max<Tf.Tensor1D>(0, true)
  return [largest, flat.div(largest.add(tiny)).square().sum<Tf.Tensor1D>(0, true)]
}

function momentsOf(value: Tf.Tensor): Tf.Tensor1D[] {
  const flat = value.reshape([-1])
  const mean = flat.mean<Tf.Tensor1D>(0, true)
  // A number times zero is zero, unless it is not finite.
  const nonFinite = share(flat.mul(0).notEqual(0))
  return [mean, ...normOf(flat.sub(mean)), share(flat.equal(0)), nonFinite]
}

function unitsOf(tf: typeof Tf, value: Tf.Tensor, flatness: Flatness): Tf.Tensor1D[] {
  const rows = value.reshape([-1, value.rank < 2 ? 1 : (value.shape.at(-1) ?? 1)])
  const sizes = rows.abs()
  const largest = sizes.max().reshape<Tf.Tensor1D>([1])
  const relative = rows.div(largest.add(tiny))
  const spread = relative.sub(relative.mean(0, true)).square().mean(0).sqrt().mean().reshape<Tf.Tensor1D>([1])
  const dead = share(sizes.max(0).equal(0))
  const saturated =
    flatness === null
      ? tf.tensor1d([0])
      : flatness === 'tanh'
        ? share(sizes.greater(flatBeyond.tanh))
        : share(rows.sub(0.5).abs().greater(flatBeyond.sigmoid))
  return [largest, dead, saturated, spread]
}

function timeOf(gradient: Tf.Tensor): Tf.Tensor1D[] {
  const [batch = 1, steps = 1] = gradient.shape
  const tenth = Math.max(1, Math.floor(steps / 10))
  const flat = gradient.reshape([batch, steps, -1])
  const part = (from: number): Tf.Tensor1D[] => {
    const some = flat.slice([0, from, 0], [-1, tenth, -1])
    const largest = some.abs().max().reshape<Tf.Tensor1D>([1])
    return [largest, some.div(largest.add(tiny)).square().mean().reshape<Tf.Tensor1D>([1])]
  }
  return [...part(0), ...part(steps - tenth)]
}

export function createDevicePack(tf: typeof Tf): Pack {
  const parts: Tf.Tensor1D[] = []
  let length = 0
  const measure = (value: Tf.Tensor, make: (value: Tf.Tensor) => Tf.Tensor1D[]) => {
    const part = tf.keep(tf.tidy(() => tf.concat1d(make(value))))
    parts.push(part)
    length += part.size
    return { at: length - part.size, size: value.size }
  }
  return {
    norm: (value) => measure(value, normOf),
    changes(values, inPlace) {
      const before = heldCopies(values, inPlace)
      return (now) =>
        now.map((after, index) => {
          const update = after.sub(before[index] as Tf.Tensor)
          const measured = measure(update, normOf)
          update.dispose()
          return measured
        })
    },
    moments: (value) => measure(value, momentsOf),
    output: (value, flatness) => measure(value, (x) => [...momentsOf(x), ...unitsOf(tf, x, flatness)]),
    time: (gradient) => measure(gradient, timeOf),
    get size() {
      return length
    },
    finish() {
      const tensor = tf.keep(parts.length === 0 ? tf.tensor1d([], 'float32') : tf.concat1d(parts))
      tf.dispose(parts)
      return tensor
    },
    discard: () => tf.dispose(parts),
  }
}
