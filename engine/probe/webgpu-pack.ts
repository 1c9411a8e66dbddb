/** A probe's numbers made by kernels of our own, several tensors a dispatch, all into one tensor. */
import type * as Tf from '@tensorflow/tfjs'
import {
  atOnce,
  closeSheet,
  heaps,
  hold,
  measureAll,
  measureChanges,
  measureUnits,
  openSheet,
  roomOn,
  type Measurement,
  type Sheet,
  type UnitsMeasurement,
} from '../backend/webgpu/fused/measure'
import type { WebGpuInside } from '../backend/webgpu/inside'
import { newTensor } from '../backend/webgpu/kernel'
import { flatBeyond, momentsWidth, normWidth, unitsWidth, type Measured } from './numbers'
import type { Pack } from './pack'
import { createPages, measuredOf } from './pages'

/** Measurements of one kind, gathered until they fill a dispatch; they have handles of their own on their tensors. */
function gathering<M extends { readonly tensor: Tf.Tensor }>(
  most: number,
  work: (result: Tf.Tensor, some: readonly M[]) => void,
) {
  const waiting: { readonly one: M; readonly result: Tf.Tensor }[] = []
  const flush = (): void => {
    const all = waiting.splice(0)
    for (const result of new Set(all.map((some) => some.result)))
      work(
        result,
        all.filter((some) => some.result === result).map(({ one }) => one),
      )
    for (const { one } of all) one.tensor.dispose()
  }
  return {
    flush,
    add(result: Tf.Tensor, one: M, tf: typeof Tf): void {
      waiting.push({ one: { ...one, tensor: tf.keep(one.tensor.clone()) }, result })
      if (waiting.length === most) flush()
    },
    discard(): void {
      for (const { one } of waiting.splice(0)) one.tensor.dispose()
    },
  }
}

export function createWebgpuPack(tf: typeof Tf, inside: WebGpuInside): Pack {
  const pages = createPages(tf, (shape) => newTensor<Tf.Rank.R1>(tf, inside, shape))
  let sheet: Sheet | null = null
  const copies = new Set<Tf.Tensor>()

  const endSheet = (): void => {
    if (sheet !== null) closeSheet(inside, sheet)
    sheet = null
  }
  /** A sheet that has room for so many more tensors. */
  const sheetFor = (result: Tf.Tensor, more: number): Sheet => {
    if (sheet !== null && (sheet.result !== result || roomOn(sheet) < more)) endSheet()
    return (sheet ??= openSheet(tf, inside, result))
  }
  const tensors = gathering<Measurement>(atOnce(inside), (result, some) =>
    measureAll(inside, sheetFor(result, some.length), some),
  )
  const units = gathering<UnitsMeasurement>(atOnce(inside), (result, some) =>
    measureUnits(tf, inside, result, some, flatBeyond),
  )
  const measure = (what: 'norm' | 'moments', tensor: Tf.Tensor, more = 0) => {
    const place = pages.claim((what === 'norm' ? normWidth : momentsWidth) + more)
    tensors.add(place.page, { what, tensor, at: place.at }, tf)
    return { measured: measuredOf(place, tensor), place }
  }
  const changesOf = (values: readonly Tf.Tensor[]) => {
    const heap = hold(tf, inside, values)
    copies.add(heap.whole)
    return (now: readonly Tf.Tensor[]): Measured[] => {
      const places = now.map(() => pages.claim(normWidth))
      for (const result of new Set(places.map((place) => place.page))) {
        const here = places.flatMap((place, index) => (place.page === result ? [index] : []))
        measureChanges(
          inside,
          sheetFor(result, here.length),
          { whole: heap.whole, places: here.map((index) => heap.places[index] ?? 0) },
          here.map((index) => now[index] as Tf.Tensor),
          here.map((index) => places[index]?.at ?? 0),
        )
      }
      copies.delete(heap.whole)
      heap.whole.dispose()
      return places.map((place, index) => measuredOf(place, now[index] as Tf.Tensor))
    }
  }

  return {
    norm: (value) => measure('norm', value).measured,
    changes(values) {
      // What waits may be of the very values that are about to be written over.
      tensors.flush()
      const parts = heaps(inside, values).map((heap) => ({ size: heap.length, measured: changesOf(heap) }))
      return (now) => {
        let at = 0
        return parts.flatMap(({ size, measured }) => measured(now.slice(at, (at += size))))
      }
    },
    moments: (value) => measure('moments', value).measured,
    output(tensor, flatness) {
      const { measured, place } = measure('moments', tensor, unitsWidth)
      units.add(place.page, { tensor, at: place.at + momentsWidth, flatness }, tf)
      return measured
    },
    time(gradient) {
      const place = pages.claim(2 * normWidth)
      const [batch = 1, steps = 1] = gradient.shape
      const tenth = Math.max(1, Math.floor(steps / 10))
      for (const [index, from] of [0, steps - tenth].entries()) {
        const some = tf.tidy(() =>
          tf.keep(tf.slice(tf.reshape(gradient, [batch, steps, -1]), [0, from, 0], [batch, tenth, -1])),
        )
        tensors.add(place.page, { what: 'meanSquare', tensor: some, at: place.at + normWidth * index }, tf)
        some.dispose()
      }
      return measuredOf(place, gradient)
    },
    get size() {
      return pages.length
    },
    finish() {
      tensors.flush()
      units.flush()
      endSheet()
      return pages.finish()
    },
    discard() {
      tensors.discard()
      units.discard()
      sheet?.parts.dispose()
      tf.dispose([...copies])
      pages.discard()
    },
  }
}
