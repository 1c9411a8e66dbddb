/**
 * Attention on sequences as they come from their projections [B, T, heads · size], with no head turned to the front:
 * who looks where (scores, walls and softmax) in one dispatch, the mix in another, five for the gradients. One thread
 * does a whole product of two short vectors, so long sequences are left to tfjs's products. In mixed precision queries,
 * keys, values and the gradient of the mix are packed in halves before they are multiplied, and kept so; shares, their
 * gradients and sums are floats.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { attend as composed } from '../../../../nodes/kit/maths/attention'
import {
  emptyTensor,
  groupsFor,
  groupsForRows,
  literal,
  newTensor,
  perElement,
  perRow,
  runKernel,
  teamSize,
  type Kernel,
} from '../kernel'
import type { WebGpuInside } from '../inside'
import { halfReader, packHalves } from './half'
import { call, operation, type Info } from './operation'
import { softmaxBack } from './softmax'

/** Sizes of an attention: batch, places that look and that are looked at, heads, and groups of heads. */
interface Sizes {
  readonly from: number
  readonly to: number
  readonly heads: number
  readonly groups: number
}

/** Longer sequences and wider heads than these are left to products of matrices. */
const most = { places: 512, size: 256 }

/** Whether these kernels are the quicker way. */
export function attendsHere(from: number, to: number, size: number): boolean {
  return from <= most.places && to <= most.places && size <= most.size
}

/** Words of every kernel: places that look, places looked at, heads, groups of heads; numbers of a head. */
const sizesOpening = `
  let lookers = given[0].x;
  let seen = given[0].y;
  let heads = given[0].z;
  let groups = given[0].w;
  let size = given[1].x;`

function wordsOf({ from, to, heads, groups }: Sizes, size: number, more: readonly number[] = []): number[] {
  return [from, to, heads, groups, size, 0, 0, 0, ...more]
}

/** How far apart a wall's numbers are in batch, head, row and column; 0 along an axis that it spreads over. */
function strides(wall: Info): number[] {
  const shape = [...Array<number>(4 - wall.shape.length).fill(1), ...wall.shape]
  let step = 1
  return shape
    .map((n) => n)
    .reverse()
    .map((n) => {
      const own = n === 1 ? 0 : step
      step *= n
      return own
    })
    .reverse()
}

/** WGSL: how an input is bound, and how a number of it is read. */
function given(half: boolean, name: string, binding: number) {
  return {
    bound: `@group(0) @binding(${binding}) var<storage, read> ${name}: array<${half ? 'u32' : 'f32'}>;${half ? halfReader(name) : ''}`,
    at: (place: string) => (half ? `half_${name}(${place})` : `${name}[${place}]`),
  }
}

/** The score of row (b, h, t) at place s; 1 in a wall lets look, 0 does not. */
function lookKernel(walls: number, scale: number, half: boolean): Kernel {
  const query = given(half, 'query', 1)
  const key = given(half, 'key', 2)
  const bindings = Array.from(
    { length: walls },
    (_, at) => `@group(0) @binding(${3 + at}) var<storage, read> wall${at}: array<f32>;`,
  )
  const barriers = Array.from({ length: walls }, (_, at) => {
    const step = `given[${2 + at}]`
    return `score += (wall${at}[b * ${step}.x + h * ${step}.y + t * ${step}.z + s * ${step}.w] - 1.0f) * 1e9f;`
  })
  return {
    label: 'attention',
    code: `
@group(0) @binding(0) var<storage, read_write> looks: array<f32>;
${query.bound}
${key.bound}
${bindings.join('\n')}
@group(0) @binding(${3 + walls}) var<uniform> given: array<vec4u, ${2 + walls}>;
${perRow()}
  ${sizesOpening}
  if (row >= arrayLength(&looks) / seen) { return; }
  let t = row % lookers;
  let h = (row / lookers) % heads;
  let b = row / (lookers * heads);
  let start = row * seen;
  let q = ((b * lookers + t) * heads + h) * size;
  let g = h / (heads / groups);
  var largest = -3.4e38f;
  for (var s = thread; s < seen; s += ${teamSize}) {
    let k = ((b * seen + s) * groups + g) * size;
    var score = 0.0;
    for (var n = 0u; n < size; n++) { score += ${query.at('q + n')} * ${key.at('k + n')}; }
    score *= ${literal(scale)};
    ${barriers.join('\n')}
    looks[start + s] = score;
    largest = max(largest, score);
  }
  largest = teamMax(largest, thread);
  var own = 0.0;
  for (var s = thread; s < seen; s += ${teamSize}) {
    let share = exp(looks[start + s] - largest);
    looks[start + s] = share;
    own += share;
  }
  let total = teamSum(own, thread);
  for (var s = thread; s < seen; s += ${teamSize}) { looks[start + s] = looks[start + s] / total; }
}`,
  }
}

/** mixed[b, t, h, n] = scale Σ_s looks[b, h, t, s] value[b, s, g, n]. */
const mixKernel = (scale: number, half: boolean, value = given(half, 'value', 2)): Kernel => ({
  label: 'mix of attention',
  code: `
@group(0) @binding(0) var<storage, read_write> mixed: array<f32>;
@group(0) @binding(1) var<storage, read> looks: array<f32>;
${value.bound}
@group(0) @binding(3) var<uniform> given: array<vec4u, 2>;
${perElement}
  if (i >= arrayLength(&mixed)) { return; }
  ${sizesOpening}
  let n = i % size;
  let h = (i / size) % heads;
  let t = (i / (size * heads)) % lookers;
  let b = i / (size * heads * lookers);
  let start = ((b * heads + h) * lookers + t) * seen;
  let step = groups * size;
  let first = (b * seen * groups + h / (heads / groups)) * size + n;
  var sum = 0.0;
  for (var s = 0u; s < seen; s++) { sum += looks[start + s] * ${value.at('first + s * step')}; }
  mixed[i] = sum * ${literal(scale)};
}`,
})

/** back[b, s, g, n] = scale Σ_{h of g, t} looks[b, h, t, s] mixed[b, t, h, n]. */
const spreadKernel = (scale: number, half: boolean, mixed = given(half, 'mixed', 2)): Kernel => ({
  label: 'attention spread back',
  code: `
@group(0) @binding(0) var<storage, read_write> back: array<f32>;
@group(0) @binding(1) var<storage, read> looks: array<f32>;
${mixed.bound}
@group(0) @binding(3) var<uniform> given: array<vec4u, 2>;
${perElement}
  if (i >= arrayLength(&back)) { return; }
  ${sizesOpening}
  let n = i % size;
  let g = (i / size) % groups;
  let s = (i / (size * groups)) % seen;
  let b = i / (size * groups * seen);
  let each = heads / groups;
  var sum = 0.0;
  for (var h = g * each; h < (g + 1u) * each; h++) {
    let start = (b * heads + h) * lookers * seen + s;
    let first = (b * lookers * heads + h) * size + n;
    for (var t = 0u; t < lookers; t++) { sum += looks[start + t * seen] * ${mixed.at('first + t * heads * size')}; }
  }
  back[i] = sum * ${literal(scale)};
}`,
})

/** back[b, h, t, s] = Σ_n mixed[b, t, h, n] value[b, s, g, n]. */
const matchKernel = (
  half: boolean,
  mixed = given(half, 'mixed', 1),
  value = given(half, 'value', 2),
): Kernel => ({
  label: 'match of attention',
  code: `
@group(0) @binding(0) var<storage, read_write> back: array<f32>;
${mixed.bound}
${value.bound}
@group(0) @binding(3) var<uniform> given: array<vec4u, 2>;
${perElement}
  if (i >= arrayLength(&back)) { return; }
  ${sizesOpening}
  let s = i % seen;
  let t = (i / seen) % lookers;
  let h = (i / (seen * lookers)) % heads;
  let b = i / (seen * lookers * heads);
  let first = ((b * lookers + t) * heads + h) * size;
  let second = ((b * seen + s) * groups + h / (heads / groups)) * size;
  var sum = 0.0;
  for (var n = 0u; n < size; n++) { sum += ${mixed.at('first + n')} * ${value.at('second + n')}; }
  back[i] = sum;
}`,
})

function dispatch(
  inside: WebGpuInside,
  kernel: Kernel,
  tensors: readonly [Tf.Tensor | Info, Info, Info],
  words: readonly number[],
): void {
  runKernel(inside, kernel, tensors, groupsFor(tensors[0].shape.reduce((all, n) => all * n, 1)), words)
}

type LookInput = 'query' | 'key' | 'wall0' | 'wall1'
/** `width`: numbers of a query. */
type Look = {
  readonly heads: number
  readonly groups: number
  readonly walls: number
  readonly width: number
}

/** Who looks where, from queries and keys in floats or halves. */
function look(
  inside: WebGpuInside,
  inputs: Readonly<Record<LookInput, Info>>,
  { heads, groups, walls }: Look,
  [query, key]: readonly [Info, Info],
  half: boolean,
): Info {
  const [batch = 1, from = 1, width = 1] = inputs.query.shape
  const to = inputs.key.shape[1] ?? 1
  const size = width / heads
  const looks = emptyTensor(inside, [batch, heads, from, to], 'float32')
  const all = [inputs.wall0, inputs.wall1].slice(0, walls)
  const words = wordsOf({ from, to, heads, groups }, size, all.flatMap(strides))
  const kernel = lookKernel(walls, 1 / Math.sqrt(size), half)
  runKernel(inside, kernel, [looks, query, key, ...all], groupsForRows(batch * heads * from), words)
  return looks
}

function lookGradients(
  tf: typeof Tf,
  inside: WebGpuInside,
  dy: Tf.Tensor,
  [query, key, looks]: readonly [Tf.Tensor, Tf.Tensor, Tf.Tensor],
  { heads, groups, width }: Look,
  half: boolean,
) {
  const [batch = 1, , from = 1, to = 1] = looks.shape
  const size = width / heads
  const words = wordsOf({ from, to, heads, groups }, size)
  const scale = 1 / Math.sqrt(size)
  const scores = softmaxBack(tf, inside, dy, looks)
  return {
    query: () => {
      const back = newTensor(tf, inside, [batch, from, width])
      dispatch(inside, mixKernel(scale, half), [back, scores, key], words)
      return back
    },
    key: () => {
      const back = newTensor(tf, inside, [batch, to, groups * size])
      dispatch(inside, spreadKernel(scale, half), [back, scores, query], words)
      return back
    },
  }
}

const lookOperation = operation<LookInput, Look>({
  name: 'WiregradLook',
  savesInputs: ['query', 'key'],
  savesOutputs: [true],
  run: ({ inside, inputs, attributes }) =>
    look(inside, inputs, attributes, [inputs.query, inputs.key], false),
  gradient: ({ tf, inside, dy: [dy], saved: [query, key, looks], attributes }) =>
    lookGradients(
      tf,
      inside,
      dy as Tf.Tensor,
      [query as Tf.Tensor, key as Tf.Tensor, looks as Tf.Tensor],
      attributes,
      false,
    ),
})

const halfLookOperation = operation<LookInput, Look>({
  name: 'WiregradHalfLook',
  savesInputs: [],
  savesOutputs: [true, true, true],
  run({ inside, inputs, attributes }) {
    const packed = packHalves(inside, [{ numbers: inputs.query }, { numbers: inputs.key }]) as [Info, Info]
    return [look(inside, inputs, attributes, packed, true), ...packed]
  },
  gradient: ({ tf, inside, dy: [dy], saved: [looks, query, key], attributes }) =>
    lookGradients(
      tf,
      inside,
      dy as Tf.Tensor,
      [query as Tf.Tensor, key as Tf.Tensor, looks as Tf.Tensor],
      attributes,
      true,
    ),
})

type Mix = { readonly heads: number; readonly groups: number; readonly size: number }

function mix(
  inside: WebGpuInside,
  looks: Info,
  value: Info,
  { heads, groups, size }: Mix,
  half: boolean,
): Info {
  const [batch = 1, , from = 1, to = 1] = looks.shape
  const mixed = emptyTensor(inside, [batch, from, heads * size], 'float32')
  dispatch(inside, mixKernel(1, half), [mixed, looks, value], wordsOf({ from, to, heads, groups }, size))
  return mixed
}

function mixGradients(
  tf: typeof Tf,
  inside: WebGpuInside,
  dy: Tf.Tensor,
  [looks, value]: readonly [Tf.Tensor, Tf.Tensor],
  { heads, groups, size }: Mix,
  half: boolean,
) {
  const [batch = 1, , from = 1, to = 1] = looks.shape
  const words = wordsOf({ from, to, heads, groups }, size)
  return {
    looks: () => {
      const back = newTensor(tf, inside, looks.shape)
      dispatch(inside, matchKernel(half), [back, dy, value], words)
      return back
    },
    value: () => {
      const back = newTensor(tf, inside, [batch, to, groups * size])
      dispatch(inside, spreadKernel(1, half), [back, looks, dy], words)
      return back
    },
  }
}

const mixOperation = operation<'looks' | 'value', Mix>({
  name: 'WiregradMix',
  savesInputs: ['looks', 'value'],
  savesOutputs: [],
  run: ({ inside, inputs: { looks, value }, attributes }) => mix(inside, looks, value, attributes, false),
  gradient: ({ tf, inside, dy: [dy], saved: [looks, value], attributes }) =>
    mixGradients(tf, inside, dy as Tf.Tensor, [looks as Tf.Tensor, value as Tf.Tensor], attributes, false),
})

const halfMixOperation = operation<'looks' | 'value', Mix>({
  name: 'WiregradHalfMix',
  savesInputs: ['looks'],
  savesOutputs: [false, true],
  run({ inside, inputs: { looks, value }, attributes }) {
    const [packed] = packHalves(inside, [{ numbers: value }]) as [Info]
    return [mix(inside, looks, packed, attributes, true), packed]
  },
  gradient({ tf, inside, dy: [dy], saved: [looks, value], attributes }) {
    const [packed] = packHalves(inside, [{ numbers: dy as Tf.Tensor }]) as [Info]
    const rising = tf.engine().makeTensorFromTensorInfo(packed)
    const kept = [looks as Tf.Tensor, value as Tf.Tensor] as const
    return mixGradients(tf, inside, rising, kept, attributes, true)
  },
})

type Attend = (
  tf: typeof Tf,
  query: Tf.Tensor,
  key: Tf.Tensor,
  value: Tf.Tensor,
  o: Pick<Parameters<typeof composed>[4], 'heads' | 'groups' | 'drop'> & {
    readonly walls: readonly Tf.Tensor[]
  },
) => ReturnType<typeof composed>

const attendBy =
  (looking: typeof lookOperation, mixing: typeof mixOperation): Attend =>
  (tf, query, key, value, o) => {
    const { heads, groups, walls } = o
    const width = query.shape[2] ?? 1
    const inputs = { query, key, wall0: walls[0], wall1: walls[1] }
    const [attention] = call(tf, looking, inputs, { heads, groups, walls: walls.length, width })
    const looks = o.drop(attention as Tf.Tensor)
    const size = (value.shape[2] ?? 1) / groups
    const [mixed] = call(tf, mixing, { looks, value }, { heads, groups, size })
    return { mixed: mixed as Tf.Tensor, attention: attention as Tf.Tensor }
  }

/** Of what `attend` in nodes/kit/maths/attention.ts gives, with at most two walls of at most four axes. */
export const attend = attendBy(lookOperation, mixOperation)

/** The same with what is multiplied in half precision, but for shares and their gradients. */
export const halfAttend = attendBy(halfLookOperation, halfMixOperation)

/** A wall that depends on places alone, [from, to], written at once. */
const reachKernel = (causal: boolean, window: number): Kernel => ({
  label: 'reach',
  code: `
@group(0) @binding(0) var<storage, read_write> wall: array<f32>;
@group(0) @binding(1) var<uniform> given: vec4u;
${perElement}
  if (i >= arrayLength(&wall)) { return; }
  let distance = i32(i / given.x) - i32(i % given.x);
  wall[i] = select(0.0f, 1.0f, ${causal ? 'distance >= 0' : 'true'} && ${window === 0 ? 'true' : `abs(distance) < ${window}`});
}`,
})

/** As `reach` of nodes/kit/maths/attention.ts, where it is a wall at all. */
export function reach(
  tf: typeof Tf,
  inside: WebGpuInside,
  [from, to]: readonly [number, number],
  causal: boolean,
  window: number,
): Tf.Tensor {
  const wall = newTensor(tf, inside, [from, to])
  runKernel(inside, reachKernel(causal, window), [wall], groupsFor(wall.size), [to, 0, 0, 0])
  return wall
}
