/**
 * What tfjs's own kernels get in the place of a typed array over the heap while a step is recorded. They copy and fill;
 * that is taken down. Whoever looks at a number is refused: there is none yet.
 */
import type { HeapArray } from '../../../backend/wasm/recordable'
import { NotCapturable } from '../intercept'
import type { HeapType, Stretch, Tape } from './tape'

const widths: Readonly<Record<HeapType, number>> = { float32: 4, int32: 4, bool: 1 }

export const readsNumbers = 'A node reads numbers in the middle of a step.'

/** Stretches by what stands for them. */
const stretches = new WeakMap<object, Stretch>()

export interface ViewContext {
  readonly tape: Tape
  /** Puts numbers that never change into the recording; where they are. */
  readonly constant: (numbers: ArrayBufferView) => number
  /** Is told where a view is used for more than can be taken down. */
  readonly refused: (reason: NotCapturable) => void
}

/** Numbers that come from outside of the heap, as a stretch of the recording. */
function constantStretch({ constant }: ViewContext, source: object): Stretch | null {
  const type =
    source instanceof Float32Array
      ? 'float32'
      : source instanceof Int32Array
        ? 'int32'
        : source instanceof Uint8Array
          ? 'bool'
          : null
  if (type === null) return null
  const numbers = source as Float32Array | Int32Array | Uint8Array
  return { type, address: constant(numbers), length: numbers.length }
}

/** A view of a stretch. */
export function stretchView(context: ViewContext, stretch: Stretch): HeapArray {
  const { tape, refused } = context
  const { type, address, length } = stretch
  const width = widths[type]
  const part = (from: number, to: number): Stretch => ({
    type,
    address: address + from * width,
    length: Math.max(0, to - from),
  })
  const refuse = (): never => {
    const reason = new NotCapturable(readsNumbers)
    refused(reason)
    throw reason
  }
  const view = {
    length,
    subarray: (from = 0, to = length) => stretchView(context, part(from, Math.min(to, length))),
    slice: (from = 0, to = length) => stretchView(context, part(from, Math.min(to, length))),
    set(source: object, at = 0) {
      const from = stretches.get(source) ?? constantStretch(context, source) ?? refuse()
      const to = part(at, at + from.length)
      if (from.type === type) tape.copy(to.address, from.address, from.length * width)
      else tape.put({ kind: 'convert', to, from })
    },
    fill(value: number) {
      tape.put({ kind: 'fill', to: stretch, value: Number(value) })
    },
  }
  const guarded = new Proxy(view, {
    get: (target, name) => (Object.hasOwn(target, name) ? target[name as keyof typeof target] : refuse()),
  })
  stretches.set(guarded, stretch)
  return guarded as unknown as HeapArray
}
