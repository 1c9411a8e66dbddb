/** The gradient of softmax in one dispatch: y (dy - Σ y dy) along the last axis. */
import type * as Tf from '@tensorflow/tfjs'
import { webgpuInside, type WebGpuInside } from '../inside'
import { groupsForRows, newTensor, perRow, runKernel, teamSize, type Kernel } from '../kernel'

/** Words: numbers in a row. */
const backKernel: Kernel = {
  label: 'slope of softmax',
  code: `
@group(0) @binding(0) var<storage, read_write> dx: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> y: array<f32>;
@group(0) @binding(3) var<uniform> given: vec4u;
${perRow()}
  let width = given.x;
  if (row >= arrayLength(&y) / width) { return; }
  let start = row * width;
  var own = 0.0;
  for (var i = thread; i < width; i += ${teamSize}) { own += y[start + i] * dy[start + i]; }
  let sum = teamSum(own, thread);
  for (var i = thread; i < width; i += ${teamSize}) {
    dx[start + i] = y[start + i] * (dy[start + i] - sum);
  }
}`,
}

/** dL/dx of y = softmax(x), for rows on the last axis. */
export function softmaxBack(tf: typeof Tf, inside: WebGpuInside, dy: Tf.Tensor, y: Tf.Tensor): Tf.Tensor {
  const dx = newTensor(tf, inside, y.shape)
  const width = y.shape.at(-1) ?? 1
  runKernel(inside, backKernel, [dx, dy, y], groupsForRows(y.size / width), [width, 0, 0, 0])
  return dx
}

const replaced = new WeakSet<object>()

/** Puts the gradient in the place of tfjs's, on WebGPU; may be called again. */
export function fuseSoftmaxGradient(tf: typeof Tf): void {
  const stock = tf.getGradient('Softmax')
  if (replaced.has(stock)) return
  const made: typeof stock = {
    ...stock,
    gradFunc: (dy, saved, attrs) => {
      const inside = webgpuInside(tf)
      const [y] = saved as [Tf.Tensor]
      const last = (attrs as unknown as { readonly dim: number }).dim === y.rank - 1
      if (inside === null || !last || Array.isArray(dy) || y.size === 0)
        return stock.gradFunc(dy, saved, attrs)
      return { logits: () => softmaxBack(tf, inside, dy, y) }
    },
  }
  replaced.add(made)
  tf.registerGradient(made)
}
