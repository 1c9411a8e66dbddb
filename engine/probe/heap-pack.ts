/** A probe's numbers made by our own functions on WebAssembly's heap, so that they are part of a recorded step. */
import type * as Tf from '@tensorflow/tfjs'
import { newTensor } from '../backend/wasm/fused/operation'
import type { WasmInside } from '../backend/wasm/inside'
import type { Flatness } from './layout'
import { flatBeyond, momentsWidth, normWidth, unitsWidth } from './numbers'
import type { Pack } from './pack'
import { createPages, measuredOf } from './pages'

/** Where an activation that is flat at both ends has its middle, and how far from it flatness begins. */
function flatEnds(flatness: Flatness): readonly [center: number, reach: number] {
  if (flatness === null) return [0, Infinity]
  return [flatness === 'tanh' ? 0 : 0.5, flatBeyond[flatness]]
}

export function createHeapPack(tf: typeof Tf, inside: WasmInside): Pack {
  const pages = createPages(tf, (shape) => newTensor(tf, inside, shape))
  /** Makes numbers of a tensor; `make` is told where its floats begin and where they go. */
  const measured = (tensor: Tf.Tensor, width: number, make: (from: number, to: number) => void) => {
    const claim = pages.claim(width)
    const floats = tensor.dtype === 'float32' ? tensor : tensor.cast('float32')
    make(inside.at(floats), inside.at(claim.page) + 4 * claim.at)
    return measuredOf(claim, tensor)
  }
  const heldCopy = (value: Tf.Tensor): Tf.Tensor => {
    const copy = newTensor(tf, inside, value.shape)
    inside.run('copyNumbers', value.size, inside.at(value), inside.at(copy))
    return copy
  }
  return {
    norm: (value) =>
      measured(value, normWidth, (from, to) =>
        inside.run('measureNorm', 1, value.size, value.size, 0, 0, from, to),
      ),
    changes(values, inPlace) {
      const before = values.map((value) => (inPlace ? heldCopy(value) : value.clone()))
      return (now) =>
        now.map((value, index) =>
          measured(value, normWidth, (from, to) =>
            inside.run('measureChange', value.size, inside.at(before[index] as Tf.Tensor), from, to),
          ),
        )
    },
    moments: (value) =>
      measured(value, momentsWidth, (from, to) => inside.run('measureMoments', value.size, from, to)),
    output(value, flatness) {
      const units = value.rank < 2 ? 1 : (value.shape.at(-1) ?? 1)
      return measured(value, momentsWidth + unitsWidth, (from, to) =>
        inside.run(
          'measureOutput',
          value.size / units,
          units,
          ...flatEnds(flatness),
          from,
          inside.spare.at,
          to,
        ),
      )
    },
    time(gradient) {
      const [batch = 1, steps = 1] = gradient.shape
      const tenth = Math.max(1, Math.floor(steps / 10))
      const width = gradient.size / (batch * steps)
      return measured(gradient, 2 * normWidth, (from, to) => {
        for (const [index, first] of [0, steps - tenth].entries())
          inside.run(
            'measureNorm',
            batch,
            tenth * width,
            steps * width,
            first * width,
            1,
            from,
            to + 4 * normWidth * index,
          )
      })
    },
    get size() {
      return pages.length
    },
    finish: () => pages.finish(),
    discard: () => pages.discard(),
  }
}
