/**
 * Batch norm over all axes but the last with the batch's own statistics, and its moving averages: two dispatches forwards
 * and two back, where tfjs's operations are some forty.
 */
import type * as Tf from '@tensorflow/tfjs'
import {
  emptyTensor,
  groupsFor,
  groupsForColumns,
  literal,
  mostGroups,
  newTensor,
  perColumn,
  perElement,
  runKernel,
  type Kernel,
} from '../kernel'
import { product } from '../../sizes'
import { call, operation } from './operation'

/** More rows than these in few channels would keep most of a device waiting, and more channels make no dispatch. */
function fits(rows: number, width: number): boolean {
  const groups = groupsForColumns(width)
  return groups <= mostGroups && (rows <= 1 << 16 || groups >= 64)
}

/** Facts: the mean of each channel, then 1 / deviation of each. */
function momentsKernel(momentum: number, epsilon: number): Kernel {
  const each = (work: string) =>
    `for (var row = local.y; row < end; row += lanes) { let x_here = x[row * width + column]; ${work} }`
  const moved = (name: string, now: string) =>
    `moved_${name}[column] = ${name}[column] * ${literal(momentum)} + ${now} * ${literal(1 - momentum)};`
  return {
    label: 'moments of channels',
    code: `
@group(0) @binding(0) var<storage, read_write> facts: array<f32>;
@group(0) @binding(1) var<storage, read_write> moved_mean: array<f32>;
@group(0) @binding(2) var<storage, read_write> moved_variance: array<f32>;
@group(0) @binding(3) var<storage, read> x: array<f32>;
@group(0) @binding(4) var<storage, read> mean: array<f32>;
@group(0) @binding(5) var<storage, read> variance: array<f32>;
@group(0) @binding(6) var<uniform> given: vec4u;
${perColumn('f32')}
  var own = 0.0f;
  ${each('own += x_here;')}
  let level = sumOf(own, local.xy) / f32(rows);
  workgroupBarrier();
  own = 0.0f;
  ${each('let past = x_here - level; own += past * past;')}
  let spread = sumOf(own, local.xy) / f32(rows);
  if (local.y == 0u && column < width) {
    facts[column] = level;
    facts[width + column] = inverseSqrt(spread + ${literal(epsilon)});
    ${moved('mean', 'level')}
    ${moved('variance', 'spread')}
  }
}`,
  }
}

const valueKernel: Kernel = {
  label: 'batch norm',
  code: `
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> facts: array<f32>;
@group(0) @binding(3) var<storage, read> gain: array<f32>;
@group(0) @binding(4) var<storage, read> shift: array<f32>;
@group(0) @binding(5) var<uniform> given: vec4u;
${perElement}
  if (i >= arrayLength(&y)) { return; }
  let column = i % given.y;
  y[i] = (x[i] - facts[column]) * (facts[given.y + column] * gain[column]) + shift[column];
}`,
}

/** dgain = Σ dy · normal and dshift = Σ dy over the rows. */
const weightsKernel: Kernel = {
  label: 'slopes of gain and shift of channels',
  code: `
@group(0) @binding(0) var<storage, read_write> dgain: array<f32>;
@group(0) @binding(1) var<storage, read_write> dshift: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read> x: array<f32>;
@group(0) @binding(4) var<storage, read> facts: array<f32>;
@group(0) @binding(5) var<uniform> given: vec4u;
${perColumn('vec2f')}
  let held = min(column, width - 1u);
  let mean = facts[held];
  let scale = facts[width + held];
  var own = vec2f();
  for (var row = local.y; row < end; row += lanes) {
    let at = row * width + column;
    own += dy[at] * vec2f((x[at] - mean) * scale, 1.0f);
  }
  let all = sumOf(own, local.xy);
  if (local.y == 0u && column < width) {
    dgain[column] = all.x;
    dshift[column] = all.y;
  }
}`,
}

/** dx = gain / deviation · (dy - mean of dy - normal · mean of dy · normal) */
const slopeKernel: Kernel = {
  label: 'slope of batch norm',
  code: `
@group(0) @binding(0) var<storage, read_write> dx: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read> facts: array<f32>;
@group(0) @binding(4) var<storage, read> gain: array<f32>;
@group(0) @binding(5) var<storage, read> dgain: array<f32>;
@group(0) @binding(6) var<storage, read> dshift: array<f32>;
@group(0) @binding(7) var<uniform> given: vec4u;
${perElement}
  if (i >= arrayLength(&dx)) { return; }
  let column = i % given.y;
  let scale = facts[given.y + column];
  let normal = (x[i] - facts[column]) * scale;
  let level = (dshift[column] + normal * dgain[column]) / f32(given.x);
  dx[i] = scale * gain[column] * (dy[i] - level);
}`,
}

const normaliseBatchOperation = operation<
  'x' | 'gain' | 'shift' | 'mean' | 'variance',
  { momentum: number; epsilon: number }
>({
  name: 'WiregradNormaliseBatch',
  savesInputs: ['x', 'gain'],
  savesOutputs: [false, true, false, false],
  run({ inside, inputs: { x, gain, shift, mean, variance }, attributes: { momentum, epsilon } }) {
    const width = x.shape.at(-1) ?? 1
    const rows = product(x.shape) / width
    const words = [rows, width, 0, 0]
    const [movedMean, movedVariance] = [
      emptyTensor(inside, [width], 'float32'),
      emptyTensor(inside, [width], 'float32'),
    ]
    const facts = emptyTensor(inside, [2, width], 'float32')
    const moments = momentsKernel(momentum, epsilon)
    runKernel(
      inside,
      moments,
      [facts, movedMean, movedVariance, x, mean, variance],
      [groupsForColumns(width), 1, 1],
      words,
    )
    const y = emptyTensor(inside, x.shape, 'float32')
    runKernel(inside, valueKernel, [y, x, facts, gain, shift], groupsFor(rows * width), words)
    return [y, facts, movedMean, movedVariance]
  },
  gradient({ tf, inside, dy: [dy], saved: [x, gain, facts] }) {
    const [image, risen] = [x, dy] as [Tf.Tensor, Tf.Tensor]
    const width = image.shape.at(-1) ?? 1
    const rows = image.size / width
    const words = [rows, width, 0, 0]
    const [dgain, dshift] = [newTensor(tf, inside, [width]), newTensor(tf, inside, [width])]
    const read = [risen, image, facts as Tf.Tensor]
    runKernel(inside, weightsKernel, [dgain, dshift, ...read], [groupsForColumns(width), 1, 1], words)
    return {
      x: () => {
        const dx = newTensor(tf, inside, image.shape)
        const tensors = [dx, ...read, gain as Tf.Tensor, dgain, dshift]
        runKernel(inside, slopeKernel, tensors, groupsFor(image.size), words)
        return dx
      },
      gain: () => dgain,
      shift: () => dshift,
    }
  },
})

interface Inputs {
  readonly x: Tf.Tensor
  readonly gain: Tf.Tensor
  readonly shift: Tf.Tensor
  /** The moving averages before. */
  readonly mean: Tf.Tensor
  readonly variance: Tf.Tensor
}

/** What comes of x, and the moving averages after it; null where others do it better. */
export function normaliseBatch(
  tf: typeof Tf,
  inputs: Inputs,
  settings: { readonly momentum: number; readonly epsilon: number },
): { readonly y: Tf.Tensor; readonly mean: Tf.Tensor; readonly variance: Tf.Tensor } | null {
  const width = inputs.x.shape.at(-1) ?? 1
  if (!fits(inputs.x.size / width, width)) return null
  const [y, , mean, variance] = call(tf, normaliseBatchOperation, inputs, { ...settings }) as [
    Tf.Tensor,
    Tf.Tensor,
    Tf.Tensor,
    Tf.Tensor,
  ]
  return { y, mean, variance }
}
