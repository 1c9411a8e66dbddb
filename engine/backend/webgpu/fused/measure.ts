/**
 * What probes ask of tensors, for several of them in one dispatch: mean, spread, zeros and what is not finite, of each.
 * A large tensor is measured in slices, whose numbers are put together in a second dispatch. Sums of squares go relative
 * to the largest number, since a gradient squared may be less than a float32 can hold.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { WebGpuInside } from '../inside'
import { mostTensors, newTensor, perRow, runKernel, team, type Kernel } from '../kernel'

/** A tensor to be measured, or two whose difference is, and where its numbers go. */
export interface Measurement {
  readonly tensors: readonly [Tf.Tensor] | readonly [Tf.Tensor, Tf.Tensor]
  readonly at: number
  /**
   * `norm`: [r, Σ (x / r)²], where r is the largest |x|; `meanSquare`: the same with the mean for the sum; `moments`:
   * [mean, r, Σ ((x - mean) / r)², share of zeros, share of what is not finite].
   */
  readonly what: keyof typeof modes
}

const modes = { norm: 0, moments: 1, meanSquare: 2 } as const

const threads = 256
/** Numbers of a slice, at least; and slices of a tensor, at most. */
const [sliceSize, mostSlices] = [1 << 14, 64]
/** Numbers of a slice's result: mean, r, spread, zeros, not finite, count. */
const partWidth = 8

/** WGSL that says what slices, or a whole tensor, came to; `place` is where. */
const sayResult = `
fn say(place: u32, mode: u32, mean: f32, r: f32, spread: f32, zeros: f32, odd: f32, count: f32) {
  if (mode == 1u) {
    result[place] = mean;
    result[place + 1u] = r;
    result[place + 2u] = spread;
    result[place + 3u] = zeros / count;
    result[place + 4u] = odd / count;
  } else {
    result[place] = r;
    let squares = spread + select(0.0f, count * (mean / r) * (mean / r), r > 0.0f);
    result[place + 1u] = select(squares, squares / count, mode == 2u);
  }
}`

/** Words of each tensor: numbers, place of its result, mode, slices of all. */
function sliceKernel(count: number, paired: boolean, direct: boolean): Kernel {
  const each = paired ? 2 : 1
  const indices = Array.from({ length: count }, (_, at) => at)
  const bindings = indices.flatMap((at) =>
    Array.from(
      { length: each },
      (_, side) =>
        `@group(0) @binding(${1 + each * at + side}) var<storage, read> x${at}_${side}: array<f32>;`,
    ),
  )
  const cases = indices.map(
    (at) => `case ${at}u: { return ${paired ? `x${at}_1[i] - x${at}_0[i]` : `x${at}_0[i]`}; }`,
  )
  return {
    label: `measure ${paired ? 'changes' : 'tensors'}`,
    code: `
@group(0) @binding(0) var<storage, read_write> result: array<f32>;
${bindings.join('\n')}
@group(0) @binding(${1 + each * count}) var<uniform> given: array<vec4u, ${count}>;
${team(threads)}
${direct ? sayResult : ''}
fn numberAt(which: u32, i: u32) -> f32 {
  switch which {
    ${cases.join(' ')}
    default: { return 0.0f; }
  }
}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) place: vec3u, @builtin(local_invocation_index) thread: u32) {
  let which = place.y;
  let size = given[which].x;
  let slices = given[which].w;
  let length = (size + slices - 1u) / slices;
  let first = min(size, place.x * length);
  let end = min(size, first + length);
  let count = f32(end - first);
  var sum = 0.0f;
  var largest = 0.0f;
  var zeros = 0.0f;
  var odd = 0.0f;
  for (var i = first + thread; i < end; i += ${threads}u) {
    let x = numberAt(which, i);
    sum += x;
    largest = max(largest, abs(x));
    zeros += select(0.0f, 1.0f, x == 0.0f);
    odd += select(0.0f, 1.0f, (bitcast<u32>(x) & 0x7f800000u) == 0x7f800000u);
  }
  let all = teamAll(vec4f(sum, zeros, odd, largest), thread);
  let r = all.w;
  let mean = all.x / max(count, 1.0f);
  var spread = 0.0f;
  if (r > 0.0f) {
    for (var i = first + thread; i < end; i += ${threads}u) {
      let past = (numberAt(which, i) - mean) / r;
      spread += past * past;
    }
  }
  let all_spread = teamSum(spread, thread);
  if (thread == 0u) {
    ${
      direct
        ? 'say(given[which].y, given[which].z, mean, r, all_spread, all.y, all.z, count);'
        : `let start = (which * ${mostSlices}u + place.x) * ${partWidth}u;
    result[start] = mean;
    result[start + 1u] = r;
    result[start + 2u] = all_spread;
    result[start + 3u] = all.y;
    result[start + 4u] = all.z;
    result[start + 5u] = count;`
    }
  }
}`,
  }
}

/** The slices of several tensors put together (Chan et al. 1979), a thread for each tensor. */
const joinKernel = (count: number): Kernel => ({
  label: 'join slices',
  code: `
@group(0) @binding(0) var<storage, read_write> result: array<f32>;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<uniform> given: array<vec4u, ${count}>;
${sayResult}
@compute @workgroup_size(${count})
fn main(@builtin(local_invocation_index) which: u32) {
  let slices = given[which].w;
  let first = which * ${mostSlices * partWidth}u;
  let size = f32(given[which].x);
  var mean = 0.0f;
  var r = 0.0f;
  var zeros = 0.0f;
  var odd = 0.0f;
  for (var at = 0u; at < slices; at++) {
    let start = first + at * ${partWidth}u;
    mean += parts[start] * (parts[start + 5u] / size);
    r = max(r, parts[start + 1u]);
    zeros += parts[start + 3u];
    odd += parts[start + 4u];
  }
  var spread = 0.0f;
  for (var at = 0u; at < slices && r > 0.0f; at++) {
    let start = first + at * ${partWidth}u;
    let scale = parts[start + 1u] / r;
    let off = (parts[start] - mean) / r;
    spread += parts[start + 2u] * scale * scale + parts[start + 5u] * off * off;
  }
  say(given[which].y, given[which].z, mean, r, spread, zeros, odd, size);
}`,
})

/** How many measurements, all of one tensor or all of two, are made in a dispatch. */
export function atOnce(inside: WebGpuInside, paired: boolean): number {
  return Math.max(1, Math.floor((mostTensors(inside) - 1) / (paired ? 2 : 1)))
}

/** Measures up to `atOnce` tensors of at least one number, or differences of as many pairs, into `result`. */
export function measureAll(
  tf: typeof Tf,
  inside: WebGpuInside,
  result: Tf.Tensor,
  measurements: readonly Measurement[],
): void {
  const [first] = measurements
  if (first === undefined) return
  const paired = first.tensors.length === 2
  const count = atOnce(inside, paired)
  const slicesOf = ({ size }: Tf.Tensor) => Math.min(mostSlices, Math.ceil(size / sliceSize))
  const slices = measurements.map(({ tensors: [tensor] }) => slicesOf(tensor))
  const most = Math.max(...slices)
  // What is left of the buffers holds the first tensor once more, so that one kernel does for any number of them.
  const filled = Array.from({ length: count }, (_, at) => measurements[at] ?? first)
  const words = filled.flatMap(({ tensors: [{ size }], at, what }, index) => [
    size,
    at,
    modes[what],
    slices[index] ?? slices[0] ?? 1,
  ])
  const bound = filled.flatMap(({ tensors }) => [...tensors])
  const rows = measurements.length
  if (most === 1) {
    runKernel(inside, sliceKernel(count, paired, true), [result, ...bound], [1, rows, 1], words)
    return
  }
  const parts = newTensor(tf, inside, [count, mostSlices, partWidth])
  runKernel(inside, sliceKernel(count, paired, false), [parts, ...bound], [most, rows, 1], words)
  runKernel(inside, joinKernel(rows), [result, parts], [1, 1, 1], words.slice(0, 4 * rows))
  parts.dispose()
}

const [columns, lanes] = [8, 32]

/** Words: units; 1 or 2 where numbers beyond 0.97, or beyond 0.48 from a half, are flat. */
const unitsKernel = (beyond: Beyond): Kernel => ({
  label: 'measure units',
  code: `
@group(0) @binding(0) var<storage, read_write> units: array<vec4f>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<uniform> given: vec4u;
var<workgroup> parts: array<vec4f, ${columns * lanes}>;
@compute @workgroup_size(${columns}, ${lanes})
fn main(@builtin(workgroup_id) place: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let width = given.x;
  let rows = arrayLength(&x) / width;
  let column = place.x * ${columns}u + local.x;
  let own = local.y * ${columns}u + local.x;
  var found = vec4f(0.0f);
  if (column < width) {
    for (var row = local.y; row < rows; row += ${lanes}u) {
      let number = x[row * width + column];
      let flat = abs(number - select(0.0f, 0.5f, given.y == 2u)) > select(${beyond.tanh}f, ${beyond.sigmoid}f, given.y == 2u);
      found = vec4f(
        max(found.x, abs(number)), found.y + number, found.z + select(0.0f, 1.0f, flat && given.y > 0u), 0.0f);
    }
  }
  parts[own] = found;
  workgroupBarrier();
  var all = vec4f(0.0f);
  for (var lane = 0u; lane < ${lanes}u; lane++) {
    let part = parts[lane * ${columns}u + local.x];
    all = vec4f(max(all.x, part.x), all.y + part.y, all.z + part.z, 0.0f);
  }
  workgroupBarrier();
  let mean = all.y / f32(rows);
  var spread = 0.0f;
  if (column < width && all.x > 0.0f) {
    for (var row = local.y; row < rows; row += ${lanes}u) {
      let past = (x[row * width + column] - mean) / all.x;
      spread += past * past;
    }
  }
  parts[own].w = spread;
  workgroupBarrier();
  if (local.y == 0u && column < width) {
    var squares = 0.0f;
    for (var lane = 0u; lane < ${lanes}u; lane++) { squares += parts[lane * ${columns}u + local.x].w; }
    units[column] = vec4f(all.x, mean, all.z, sqrt(squares / f32(rows)));
  }
}`,
})

/** Words: where the result goes, numbers of all units. [largest |x|, dead units, flat numbers, spread / largest]. */
const joinUnitsKernel: Kernel = {
  label: 'join units',
  code: `
@group(0) @binding(0) var<storage, read_write> result: array<f32>;
@group(0) @binding(1) var<storage, read> units: array<vec4f>;
@group(0) @binding(2) var<uniform> given: vec4u;
${perRow(threads)}
  _ = row;
  let count = arrayLength(&units);
  var largest = 0.0f;
  var dead = 0.0f;
  var flat = 0.0f;
  var spread = 0.0f;
  for (var i = thread; i < count; i += ${threads}u) {
    let unit = units[i];
    largest = max(largest, unit.x);
    dead += select(0.0f, 1.0f, unit.x == 0.0f);
    flat += unit.z;
    spread += unit.x * unit.w;
  }
  let all = teamAll(vec4f(dead, flat, 0.0f, largest), thread);
  let r = all.w;
  let all_spread = teamSum(select(0.0f, spread / r, r > 0.0f), thread);
  if (thread == 0u) {
    result[given.x] = r;
    result[given.x + 1u] = all.x / f32(count);
    result[given.x + 2u] = all.y / f32(given.y);
    result[given.x + 3u] = all_spread / f32(count);
  }
}`,
}

interface Beyond {
  readonly tanh: number
  readonly sigmoid: number
}

/**
 * Of a tensor whose last axis are units: [largest |x|, share of units that are always 0, share of flat numbers, mean
 * deviation of the units / largest], from `at` on in `result`.
 */
export function measureUnits(
  tf: typeof Tf,
  inside: WebGpuInside,
  result: Tf.Tensor,
  o: {
    readonly tensor: Tf.Tensor
    readonly at: number
    readonly flatness: 'tanh' | 'sigmoid' | null
    readonly beyond: Beyond
  },
): void {
  const { tensor } = o
  const width = tensor.rank < 2 ? 1 : (tensor.shape.at(-1) ?? 1)
  const mode = o.flatness === null ? 0 : o.flatness === 'tanh' ? 1 : 2
  const units = newTensor(tf, inside, [width, 4])
  const groups = [Math.ceil(width / columns), 1, 1] as const
  runKernel(inside, unitsKernel(o.beyond), [units, tensor], groups, [width, mode, 0, 0])
  runKernel(inside, joinUnitsKernel, [result, units], [1, 1, 1], [o.at, tensor.size, 0, 0])
  units.dispose()
}
