/** Activations in one dispatch, and their gradients in one: f(x), and dy f'(x). */
import type * as Tf from '@tensorflow/tfjs'
import { emptyTensor, groupsFor, newTensor, perElement, runKernel, type Kernel } from '../kernel'
import type { WebGpuInside } from '../inside'
import { product } from '../../sizes'
import { call, operation } from './operation'

/** What the functions are made of. `isNone`: not a number, which stays one whatever bends it. */
const parts = `
fn isNone(x: f32) -> bool { return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u; }
fn above(x: f32) -> f32 { return select(max(x, 0.0f), x, isNone(x)); }
fn sigmoidOf(x: f32) -> f32 { return 1.0f / (1.0f + exp(-x)); }
// Near zero a difference of two numbers near one would lose every digit.
fn tanhOf(x: f32) -> f32 {
  let z = x * x;
  let small = x * (1.0f + z * (-0.33333334f + z * (0.13333334f - 0.053968254f * z)));
  let e = exp(-2.0f * abs(x));
  return select(sign(x) * (1.0f - e) / (1.0f + e), small, abs(x) < 0.1f || isNone(x));
}
fn lessOne(x: f32) -> f32 {
  let small = x * (1.0f + x * (0.5f + x * (0.16666667f + x * (0.041666668f + x * 0.008333334f))));
  return select(exp(x) - 1.0f, small, abs(x) < 0.05f);
}
fn softplusOf(x: f32) -> f32 {
  let e = exp(-abs(x));
  let small = e * (1.0f - e * (0.5f - e * (0.33333334f - 0.25f * e)));
  return above(x) + select(log(1.0f + e), small, e < 0.01f);
}
// Abramowitz and Stegun 7.1.26; its error is below 1.5e-7.
fn erfOf(x: f32) -> f32 {
  let t = 1.0f / (1.0f + 0.3275911f * abs(x));
  let sum = ((((1.061405429f * t - 1.453152027f) * t + 1.421413741f) * t - 0.284496736f) * t + 0.254829592f) * t;
  return sign(x) * (1.0f - sum * exp(-x * x));
}`

interface Bend {
  /** WGSL of `x`. */
  readonly value: string
  /** WGSL of `x`. */
  readonly slope: string
}

const bends = {
  linear: { value: 'x', slope: '1.0f' },
  relu: { value: 'above(x)', slope: 'select(0.0f, 1.0f, x > 0.0f)' },
  elu: { value: 'select(lessOne(x), x, x > 0.0f)', slope: 'select(exp(x), 1.0f, x > 0.0f)' },
  // Klambauer et al. 2017.
  selu: {
    value: '1.0507009873554805f * select(1.6732632423543772f * lessOne(x), x, x > 0.0f)',
    slope: '1.0507009873554805f * select(1.6732632423543772f * exp(x), 1.0f, x > 0.0f)',
  },
  sigmoid: { value: 'sigmoidOf(x)', slope: 'sigmoidOf(x) * (1.0f - sigmoidOf(x))' },
  'hard-sigmoid': {
    value: 'clamp(x / 6.0f + 0.5f, 0.0f, 1.0f)',
    slope: 'select(0.0f, 1.0f / 6.0f, x > -3.0f && x < 3.0f)',
  },
  tanh: { value: 'tanhOf(x)', slope: '1.0f - tanhOf(x) * tanhOf(x)' },
  softplus: { value: 'softplusOf(x)', slope: 'sigmoidOf(x)' },
  softsign: { value: 'x / (1.0f + abs(x))', slope: '1.0f / ((1.0f + abs(x)) * (1.0f + abs(x)))' },
  swish: {
    value: 'x * sigmoidOf(x)',
    slope: 'sigmoidOf(x) * (1.0f + x * (1.0f - sigmoidOf(x)))',
  },
  gelu: {
    value: '0.5f * x * (1.0f + erfOf(x * 0.70710678f))',
    slope: '0.5f * (1.0f + erfOf(x * 0.70710678f)) + x * 0.39894228f * exp(-0.5f * x * x)',
  },
} as const satisfies Readonly<Record<string, Bend>>

export type BendName = keyof typeof bends

export function isBend(name: string): name is BendName {
  return Object.hasOwn(bends, name)
}

/** WGSL functions `bend_NAME` and `slope_NAME` of the kernels that bend inside, under names of their own. */
export function bendFunctions(names: Readonly<Record<string, BendName>>): string {
  const functions = Object.entries(names).map(
    ([name, bend]) => `
fn bend_${name}(x: f32) -> f32 { return ${bends[bend].value}; }
fn slope_${name}(x: f32) -> f32 { return ${bends[bend].slope}; }`,
  )
  return `${parts}${functions.join('')}`
}

const valueKernel = (name: BendName): Kernel => ({
  label: `bend ${name}`,
  code: `${parts}
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
@group(0) @binding(1) var<storage, read> numbers: array<f32>;
${perElement}
  if (i >= arrayLength(&y)) { return; }
  let x = numbers[i];
  y[i] = ${bends[name].value};
}`,
})

const slopeKernel = (name: BendName): Kernel => ({
  label: `slope of ${name}`,
  code: `${parts}
@group(0) @binding(0) var<storage, read_write> dx: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> numbers: array<f32>;
${perElement}
  if (i >= arrayLength(&dx)) { return; }
  let x = numbers[i];
  dx[i] = dy[i] * (${bends[name].slope});
}`,
})

/** dy f'(x), of the shape of x. For relu, x may be what it gave. */
export function bentBack(
  tf: typeof Tf,
  inside: WebGpuInside,
  name: BendName,
  dy: Tf.Tensor,
  x: Tf.Tensor,
): Tf.Tensor {
  const dx = newTensor(tf, inside, x.shape)
  runKernel(inside, slopeKernel(name), [dx, dy, x], groupsFor(x.size))
  return dx
}

const bendOperation = operation<'x', { readonly name: BendName }>({
  name: 'WiregradBend',
  savesInputs: ['x'],
  savesOutputs: [],
  run({ inside, inputs: { x }, attributes: { name } }) {
    const y = emptyTensor(inside, x.shape, 'float32')
    runKernel(inside, valueKernel(name), [y, x], groupsFor(product(x.shape)))
    return y
  },
  gradient: ({ tf, inside, dy: [dy], saved: [x], attributes: { name } }) => ({
    x: () => bentBack(tf, inside, name, dy as Tf.Tensor, x as Tf.Tensor),
  }),
})

/** f(x). */
export function bend(tf: typeof Tf, x: Tf.Tensor, name: BendName): Tf.Tensor {
  return name === 'linear' ? x : (call(tf, bendOperation, { x }, { name })[0] as Tf.Tensor)
}
