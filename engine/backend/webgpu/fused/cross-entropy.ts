/**
 * Cross-entropy from scores, row by row: each row costs -Σ y'_k log softmax(scores)_k, where y' = (1 - ε) y + ε / K. What
 * is wanted is the number of a class or a row of shares.
 */
import type * as Tf from '@tensorflow/tfjs'
import {
  emptyTensor,
  groupsForRows,
  literal,
  newTensor,
  perRow,
  runKernel,
  teamSize,
  type Kernel,
} from '../kernel'
import { product } from '../../sizes'
import { call, operation } from './operation'

interface Settings {
  /** What is wanted is numbers of classes. */
  readonly sparse: boolean
  /** ε. */
  readonly smoothing: number
}

/** WGSL of y'_k, for class `k` of the row that starts at `start`; a class that is none is wanted by nobody. */
function wantedShare({ sparse, smoothing }: Settings): string {
  const share = sparse ? 'select(0.0f, 1.0f, wanted[row] == i32(k))' : 'wanted[start + k]'
  return smoothing === 0
    ? share
    : `(${share} * ${literal(1 - smoothing)} + ${literal(smoothing)} / f32(width))`
}

const opening = `
  let width = given.x;
  if (row >= arrayLength(&scores) / width) { return; }
  let start = row * width;
  var largest = scores[start];
  for (var k = thread; k < width; k += ${teamSize}) { largest = max(largest, scores[start + k]); }
  largest = teamMax(largest, thread);
  var own = 0.0;
  for (var k = thread; k < width; k += ${teamSize}) { own += exp(scores[start + k] - largest); }
  let total = teamSum(own, thread);
  own = 0.0;`

const costKernel = (settings: Settings): Kernel => ({
  label: 'cross-entropy',
  code: `
@group(0) @binding(0) var<storage, read_write> costs: array<f32>;
@group(0) @binding(1) var<storage, read> scores: array<f32>;
@group(0) @binding(2) var<storage, read> wanted: array<${settings.sparse ? 'i32' : 'f32'}>;
@group(0) @binding(3) var<uniform> given: vec4u;
${perRow()}
  ${opening}
  let level = largest + log(total);
  for (var k = thread; k < width; k += ${teamSize}) {
    let share = ${wantedShare(settings)};
    // What nobody wants costs nothing, however far off it is.
    if (share != 0.0) { own += share * (level - scores[start + k]); }
  }
  let cost = teamSum(own, thread);
  if (thread == 0u) { costs[row] = cost; }
}`,
})

const slopeKernel = (settings: Settings): Kernel => ({
  label: 'slope of cross-entropy',
  code: `
@group(0) @binding(0) var<storage, read_write> slopes: array<f32>;
@group(0) @binding(1) var<storage, read> scores: array<f32>;
@group(0) @binding(2) var<storage, read> wanted: array<${settings.sparse ? 'i32' : 'f32'}>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<uniform> given: vec4u;
${perRow()}
  ${opening}
  for (var k = thread; k < width; k += ${teamSize}) { own += ${wantedShare(settings)}; }
  let all = teamSum(own, thread);
  let back = dy[row];
  for (var k = thread; k < width; k += ${teamSize}) {
    let share = exp(scores[start + k] - largest) / total;
    slopes[start + k] = back * (share * all - ${wantedShare(settings)});
  }
}`,
})

const entropyOperation = operation<
  'scores' | 'wanted',
  { readonly sparse: boolean; readonly smoothing: number }
>({
  name: 'WiregradCrossEntropy',
  savesInputs: ['scores', 'wanted'],
  savesOutputs: [],
  run({ inside, inputs: { scores, wanted }, attributes }) {
    const width = scores.shape.at(-1) ?? 1
    const shape = scores.shape.slice(0, -1)
    const costs = emptyTensor(inside, shape, 'float32')
    const rows = product(shape)
    runKernel(inside, costKernel(attributes), [costs, scores, wanted], groupsForRows(rows), [width, 0, 0, 0])
    return costs
  },
  gradient({ tf, inside, dy: [dy], saved, attributes }) {
    const [scores, wanted] = saved as [Tf.Tensor, Tf.Tensor]
    const width = scores.shape.at(-1) ?? 1
    return {
      scores: () => {
        const slopes = newTensor(tf, inside, scores.shape)
        const groups = groupsForRows(scores.size / width)
        const tensors = [slopes, scores, wanted, dy as Tf.Tensor]
        runKernel(inside, slopeKernel(attributes), tensors, groups, [width, 0, 0, 0])
        return slopes
      },
      // What a net wants of another one learns, too.
      wanted: () =>
        tf.mul(tf.logSoftmax(scores), tf.mul(tf.expandDims(dy as Tf.Tensor, -1), attributes.smoothing - 1)),
    }
  },
})

/** The cost of each row of scores (…, K): (…). `wanted` is (…) of whole numbers or (…, K). */
export function crossEntropy(
  tf: typeof Tf,
  scores: Tf.Tensor,
  wanted: Tf.Tensor,
  smoothing: number,
): Tf.Tensor {
  const sparse = wanted.dtype === 'int32'
  return call(tf, entropyOperation, { scores, wanted }, { sparse, smoothing })[0] as Tf.Tensor
}
