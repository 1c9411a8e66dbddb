/** Tensors that numbers of a probe are written into, whose number is not known until its end. */
import type * as Tf from '@tensorflow/tfjs'
import type { Measured } from './numbers'

/** Numbers of a page. */
const pageSize = 4096

export interface Claim {
  /** Where the numbers stand in all, and where on their page. */
  readonly all: number
  readonly at: number
  readonly page: Tf.Tensor1D
}

export interface Pages {
  /** Room for so many numbers, which is never torn. */
  claim(width: number): Claim
  readonly length: number
  /** All pages as one kept tensor of the caller's. */
  finish(): Tf.Tensor1D
  discard(): void
}

/** `make` gives a tensor whose numbers are yet to be written. */
export function createPages(tf: typeof Tf, make: (shape: [number]) => Tf.Tensor): Pages {
  const pages: Tf.Tensor1D[] = []
  let length = 0
  return {
    claim(width) {
      if (length % pageSize === 0 || (length % pageSize) + width > pageSize) {
        length = pages.length * pageSize
        pages.push(tf.keep(make([pageSize]) as Tf.Tensor1D))
      }
      const all = length
      length += width
      return { all, at: all % pageSize, page: pages.at(-1) as Tf.Tensor1D }
    },
    get length() {
      return length
    },
    finish() {
      const tensor = tf.tidy(() =>
        tf.keep(pages.length === 0 ? tf.tensor1d([], 'float32') : tf.concat1d(pages).slice([0], [length])),
      )
      tf.dispose(pages)
      return tensor
    },
    discard: () => tf.dispose(pages),
  }
}

/** What was measured into a claim. */
export function measuredOf({ all }: Claim, { size }: Tf.Tensor): Measured {
  return { at: all, size }
}
