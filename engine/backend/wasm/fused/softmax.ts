/** The gradient of softmax in one pass: y (dy - Σ y dy) along the last axis. */
import type * as Tf from '@tensorflow/tfjs'
import { wasmInside, type WasmInside } from '../inside'
import { newTensor } from './operation'

/** factor dL/dx of y = softmax(x), for rows on the last axis. */
export function softmaxBack(
  tf: typeof Tf,
  inside: WasmInside,
  dy: Tf.Tensor,
  y: Tf.Tensor,
  factor: number,
): Tf.Tensor {
  const dx = newTensor(tf, inside, y.shape)
  const width = y.shape.at(-1) ?? 1
  const places = [dy, y, dx].map((info) => inside.at(info))
  inside.run('softmaxBack', y.size / Math.max(1, width), width, ...places, factor)
  return dx
}

const replaced = new WeakSet<object>()

/** Puts the gradient in the place of what is there, on WebAssembly; may be called again. */
export function fuseSoftmaxGradient(tf: typeof Tf): void {
  if (replaced.has(tf)) return
  replaced.add(tf)
  const stock = tf.getGradient('Softmax')
  tf.registerGradient({
    ...stock,
    gradFunc: (dy, saved, attrs) => {
      const inside = wasmInside(tf)
      const [y] = saved as [Tf.Tensor]
      const last = (attrs as unknown as { readonly dim: number }).dim === y.rank - 1
      if (inside === null || !last || Array.isArray(dy) || y.size === 0)
        return stock.gradFunc(dy, saved, attrs)
      return { logits: () => softmaxBack(tf, inside, dy, y, 1) }
    },
  })
}
