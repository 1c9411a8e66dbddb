/** A probe's numbers made by kernels of our own, several tensors a dispatch, all into one tensor. */
import type * as Tf from '@tensorflow/tfjs'
import { atOnce, measureAll, measureUnits, type Measurement } from '../backend/webgpu/fused/measure'
import type { WebGpuInside } from '../backend/webgpu/inside'
import { newTensor } from '../backend/webgpu/kernel'
import { flatBeyond, momentsWidth, normWidth, unitsWidth } from './numbers'
import type { Pack } from './pack'

/** Numbers of a page. */
const pageSize = 4096

/** What waits for its dispatch, with handles of its own on the tensors. */
type Waiting = Measurement & { readonly result: Tf.Tensor }

export function createWebgpuPack(tf: typeof Tf, inside: WebGpuInside): Pack {
  const pages: Tf.Tensor1D[] = []
  const waiting: { readonly single: Waiting[]; readonly paired: Waiting[] } = { single: [], paired: [] }
  let length = 0

  const page = (): Tf.Tensor1D => {
    const made = tf.keep(newTensor<Tf.Rank.R1>(tf, inside, [pageSize]))
    pages.push(made)
    return made
  }
  /** Room for so many numbers: where in all, and where on which page. */
  const claim = (width: number) => {
    // A result is never torn.
    if (length % pageSize === 0 || (length % pageSize) + width > pageSize) {
      length = pages.length * pageSize
      page()
    }
    const at = length
    length += width
    return { all: at, at: at % pageSize, result: pages.at(-1) as Tf.Tensor1D }
  }
  const flush = (some: Waiting[]): void => {
    const all = some.splice(0)
    for (const result of new Set(all.map((one) => one.result)))
      measureAll(
        tf,
        inside,
        result,
        all.filter((one) => one.result === result),
      )
    for (const { tensors } of all) tf.dispose([...tensors])
  }
  /** Gives the tensors away, which are handles of ours. */
  const add = (one: Waiting): void => {
    const paired = one.tensors.length === 2
    const list = paired ? waiting.paired : waiting.single
    list.push(one)
    if (list.length === atOnce(inside, paired)) flush(list)
  }
  const measure = (what: 'norm' | 'moments', tensors: Measurement['tensors'], more = 0) => {
    const place = claim((what === 'norm' ? normWidth : momentsWidth) + more)
    const held = tensors.map((tensor) => tf.keep(tensor.clone())) as unknown as Measurement['tensors']
    add({ what, tensors: held, at: place.at, result: place.result })
    return { measured: { at: place.all, size: tensors[0].size }, place }
  }

  return {
    norm: (value) => measure('norm', [value]).measured,
    change: (before, after) => measure('norm', [before, after]).measured,
    moments: (value) => measure('moments', [value]).measured,
    output(tensor, flatness) {
      const { measured, place } = measure('moments', [tensor], unitsWidth)
      const at = place.at + momentsWidth
      measureUnits(tf, inside, place.result, { tensor, at, flatness, beyond: flatBeyond })
      return measured
    },
    time(gradient) {
      const { all, at, result } = claim(2 * normWidth)
      const [batch = 1, steps = 1] = gradient.shape
      const tenth = Math.max(1, Math.floor(steps / 10))
      for (const [index, from] of [0, steps - tenth].entries()) {
        const some = tf.tidy(() =>
          tf.keep(tf.slice(tf.reshape(gradient, [batch, steps, -1]), [0, from, 0], [batch, tenth, -1])),
        )
        add({ what: 'meanSquare', tensors: [some], at: at + normWidth * index, result })
      }
      return { at: all, size: gradient.size }
    },
    get size() {
      return length
    },
    finish() {
      flush(waiting.single)
      flush(waiting.paired)
      const tensor = tf.tidy(() =>
        tf.keep(pages.length === 0 ? tf.tensor1d([], 'float32') : tf.concat1d(pages).slice([0], [length])),
      )
      tf.dispose(pages)
      return tensor
    },
    discard() {
      for (const { tensors } of [...waiting.single, ...waiting.paired]) tf.dispose([...tensors])
      tf.dispose(pages)
    },
  }
}
