/** The mean of all numbers, whose gradient is one dispatch and nothing from the host. */
import type * as Tf from '@tensorflow/tfjs'
import { emptyTensor, groupsFor, newTensor, perElement, perRow, runKernel, type Kernel } from '../kernel'
import { call, operation } from './operation'

const wide = 256

const meanKernel: Kernel = {
  label: 'mean',
  code: `
@group(0) @binding(0) var<storage, read_write> mean: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
${perRow(wide)}
  _ = row;
  var own = 0.0;
  for (var i = thread; i < arrayLength(&x); i += ${wide}u) { own += x[i]; }
  let sum = teamSum(own, thread);
  if (thread == 0u) { mean[0] = sum / f32(arrayLength(&x)); }
}`,
}

const spreadKernel: Kernel = {
  label: 'slope of mean',
  code: `
@group(0) @binding(0) var<storage, read_write> dx: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
${perElement}
  if (i >= arrayLength(&dx)) { return; }
  dx[i] = dy[0] / f32(arrayLength(&dx));
}`,
}

const meanOperation = operation<'x', Record<never, never>>({
  name: 'WiregradMean',
  savesInputs: ['x'],
  savesOutputs: [],
  run({ inside, inputs: { x } }) {
    const mean = emptyTensor(inside, [], 'float32')
    runKernel(inside, meanKernel, [mean, x], [1, 1, 1])
    return mean
  },
  gradient: ({ tf, inside, dy: [dy], saved: [x] }) => ({
    x: () => {
      const { shape, size } = x as Tf.Tensor
      const dx = newTensor(tf, inside, shape)
      runKernel(inside, spreadKernel, [dx, dy as Tf.Tensor], groupsFor(size))
      return dx
    },
  }),
})

export function mean(tf: typeof Tf, x: Tf.Tensor): Tf.Scalar {
  return call(tf, meanOperation, { x }, {})[0] as Tf.Scalar
}
