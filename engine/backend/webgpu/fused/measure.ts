/**
 * What probes ask of tensors, for several of them in one dispatch: mean, spread, zeros and what is not finite, of each.
 * A large tensor is measured in slices, whose numbers are put together in a second dispatch. Sums of squares go relative
 * to the largest number, since a gradient squared may be less than a float32 can hold.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { WebGpuInside } from '../inside'
import { mostTensors, newTensor, perRow, runKernel, team, type Kernel } from '../kernel'

/** A tensor to be measured, and where its numbers go. */
export interface Measurement {
  readonly tensor: Tf.Tensor
  readonly at: number
  /**
   * `norm`: [r, Σ (x / r)²], where r is the largest |x|; `meanSquare`: the same with the mean for the sum; `moments`:
   * [mean, r, Σ ((x - mean) / r)², share of zeros, share of what is not finite].
   */
  readonly what: keyof typeof modes
}

const modes = { norm: 0, moments: 1, meanSquare: 2 } as const

/** Threads of a workgroup: many have to wait for each other often, which pays where there is much to share. */
const threadsFor = (most: number): number => (most > 1 << 12 ? 256 : 64)
/** Numbers of a slice, at least; and slices of a tensor, at most. */
const [sliceSize, mostSlices] = [1 << 14, 64]
/** Numbers of a slice's result: mean, r, spread, zeros, not finite, count. */
const partWidth = 8

/** What slices of tensors came to, until they are put together: of so many tensors in one dispatch. */
export interface Sheet {
  readonly parts: Tf.Tensor
  readonly result: Tf.Tensor
  /** Of each tensor: numbers, place of its result, mode, slices. */
  readonly words: number[]
}

const sheetLength = 256

/** A sheet for tensors whose numbers go into `result`. */
export function openSheet(tf: typeof Tf, inside: WebGpuInside, result: Tf.Tensor): Sheet {
  return { parts: tf.keep(newTensor(tf, inside, [sheetLength, mostSlices, partWidth])), result, words: [] }
}

/** How many tensors more a sheet has room for. */
export function roomOn({ words }: Sheet): number {
  return sheetLength - words.length / 4
}

/** Words of each tensor: numbers, its line on the sheet, where it begins among what was copied, slices. */
function sliceKernel(count: number, what: 'tensors' | 'changes', threads: number): Kernel {
  const changes = what === 'changes'
  const first = changes ? 2 : 1
  const indices = Array.from({ length: count }, (_, at) => at)
  const bindings = indices.map(
    (at) => `@group(0) @binding(${first + at}) var<storage, read> x${at}: array<f32>;`,
  )
  const number = (at: number) => `x${at}[i]${changes ? ' - before[begin + i]' : ''}`
  // A loop for each tensor and not a choice for each number.
  const loops = indices.map(
    (at) => `
fn sums${at}(begin: u32, first: u32, end: u32) -> vec4f {
  var found = vec4f(0.0f);
  for (var i = first; i < end; i += ${threads}u) {
    let x = ${number(at)};
    found = vec4f(
      found.x + x,
      found.y + select(0.0f, 1.0f, x == 0.0f),
      found.z + select(0.0f, 1.0f, (bitcast<u32>(x) & 0x7f800000u) == 0x7f800000u),
      max(found.w, abs(x)));
  }
  return found;
}
fn spread${at}(begin: u32, first: u32, end: u32, mean: f32, r: f32) -> f32 {
  var spread = 0.0f;
  for (var i = first; i < end; i += ${threads}u) {
    let past = (${number(at)} - mean) / r;
    spread += past * past;
  }
  return spread;
}`,
  )
  const choose = (call: (at: number) => string) =>
    `switch which { ${indices.map((at) => `case ${at}u: { return ${call(at)}; }`).join(' ')} default: { return`
  return {
    label: `measure ${what}`,
    code: `
@group(0) @binding(0) var<storage, read_write> parts: array<f32>;
${changes ? '@group(0) @binding(1) var<storage, read> before: array<f32>;' : ''}
${bindings.join('\n')}
@group(0) @binding(${first + count}) var<uniform> given: array<vec4u, ${count}>;
${team(threads)}
${loops.join('')}
fn sums(which: u32, begin: u32, first: u32, end: u32) -> vec4f {
  ${choose((at) => `sums${at}(begin, first, end)`)} vec4f(0.0f); } }
}
fn spreadOf(which: u32, begin: u32, first: u32, end: u32, mean: f32, r: f32) -> f32 {
  ${choose((at) => `spread${at}(begin, first, end, mean, r)`)} 0.0f; } }
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
  let begin = given[which].z;
  let all = teamAll(sums(which, begin, first + thread, end), thread);
  let r = all.w;
  let mean = all.x / max(count, 1.0f);
  var spread = 0.0f;
  if (r > 0.0f) { spread = spreadOf(which, begin, first + thread, end, mean, r); }
  let all_spread = teamSum(spread, thread);
  if (thread == 0u && place.x < slices) {
    let start = (given[which].y * ${mostSlices}u + place.x) * ${partWidth}u;
    parts[start] = mean;
    parts[start + 1u] = r;
    parts[start + 2u] = all_spread;
    parts[start + 3u] = all.y;
    parts[start + 4u] = all.z;
    parts[start + 5u] = count;
  }
}`,
  }
}

/** The slices of every tensor of a sheet put together (Chan et al. 1979), a thread for each tensor. */
const joinKernel = (count: number): Kernel => ({
  label: 'join slices',
  code: `
@group(0) @binding(0) var<storage, read_write> result: array<f32>;
@group(0) @binding(1) var<storage, read> parts: array<f32>;
@group(0) @binding(2) var<uniform> given: array<vec4u, ${count}>;
@compute @workgroup_size(${sheetLength})
fn main(@builtin(local_invocation_index) which: u32) {
  if (which >= ${count}u) { return; }
  let place = given[which].y;
  let mode = given[which].z;
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
  if (mode == ${modes.moments}u) {
    result[place] = mean;
    result[place + 1u] = r;
    result[place + 2u] = spread;
    result[place + 3u] = zeros / size;
    result[place + 4u] = odd / size;
  } else {
    result[place] = r;
    let squares = spread + select(0.0f, size * (mean / r) * (mean / r), r > 0.0f);
    result[place + 1u] = select(squares, squares / size, mode == ${modes.meanSquare}u);
  }
}`,
})

/** How many tensors are measured in a dispatch. */
export function atOnce(inside: WebGpuInside): number {
  return Math.max(1, mostTensors(inside) - 1)
}

const slicesOf = (size: number): number => Math.min(mostSlices, Math.ceil(size / sliceSize))

/** Writes tensors of at least one number on a sheet, where they come to stand in this order. */
function slice(
  inside: WebGpuInside,
  sheet: Sheet,
  measurements: readonly (Measurement & { readonly from: number })[],
  before: Tf.Tensor | null,
): void {
  const count = atOnce(inside) - (before === null ? 0 : 1)
  const [first] = measurements
  if (first === undefined) return
  const line = sheet.words.length / 4
  for (const { tensor, at, what } of measurements)
    sheet.words.push(tensor.size, at, modes[what], slicesOf(tensor.size))
  // What is left of the buffers holds the first tensor once more, so that one kernel does for any number of them.
  const filled = Array.from({ length: count }, (_, at) => measurements[at] ?? first)
  const words = filled.flatMap(({ tensor: { size }, from }, at) => [size, line + at, from, slicesOf(size)])
  const groups = [
    Math.max(...measurements.map(({ tensor }) => slicesOf(tensor.size))),
    measurements.length,
    1,
  ] as const
  const bound = [sheet.parts, ...(before === null ? [] : [before]), ...filled.map(({ tensor }) => tensor)]
  const threads = threadsFor(Math.max(...measurements.map(({ tensor }) => tensor.size)))
  const kernel = sliceKernel(count, before === null ? 'tensors' : 'changes', threads)
  runKernel(inside, kernel, bound, groups, words)
}

/** Measures up to `atOnce` tensors of at least one number. */
export function measureAll(inside: WebGpuInside, sheet: Sheet, measurements: readonly Measurement[]): void {
  const all = measurements.map((one) => ({ ...one, from: 0 }))
  slice(inside, sheet, all, null)
}

/** Puts together what is on a sheet, and ends it. */
export function closeSheet(inside: WebGpuInside, { parts, result, words }: Sheet): void {
  const kernel = joinKernel(words.length / 4)
  if (words.length > 0) runKernel(inside, kernel, [result, parts], [1, 1, 1], words)
  parts.dispose()
}

/** Copies of tensors, one after the other. */
export interface Held {
  readonly whole: Tf.Tensor
  readonly places: readonly number[]
}

const copyThreads = 64
const copyGroups = 1024

/** Words of each tensor: numbers, where its copy begins. */
const copyKernel = (count: number): Kernel => ({
  label: 'copy weights',
  code: `
@group(0) @binding(0) var<storage, read_write> whole: array<f32>;
${Array.from({ length: count }, (_, at) => `@group(0) @binding(${1 + at}) var<storage, read> x${at}: array<f32>;`).join('\n')}
@group(0) @binding(${1 + count}) var<uniform> given: array<vec4u, ${count}>;
fn numberAt(which: u32, i: u32) -> f32 {
  switch which {
    ${Array.from({ length: count }, (_, at) => `case ${at}u: { return x${at}[i]; }`).join(' ')}
    default: { return 0.0f; }
  }
}
@compute @workgroup_size(${copyThreads})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let to = given[id.y];
  for (var i = id.x; i < to.x; i += groups.x * ${copyThreads}u) { whole[to.y + i] = numberAt(id.y, i); }
}`,
})

/** The tensors in heaps that can be copied, and measured against their copies, in a dispatch each. */
export function heaps<T extends { readonly size: number }>(
  inside: WebGpuInside,
  tensors: readonly T[],
): readonly (readonly T[])[] {
  const most = atOnce(inside) - 1
  const room = inside.device.limits.maxStorageBufferBindingSize / 4
  const made: T[][] = []
  let used = 0
  for (const tensor of tensors) {
    const last = made.at(-1)
    if (last === undefined || last.length === most || used + tensor.size > room) {
      made.push([tensor])
      used = tensor.size
    } else {
      last.push(tensor)
      used += tensor.size
    }
  }
  return made
}

/** Copies a heap of tensors; the copy is kept. */
export function hold(tf: typeof Tf, inside: WebGpuInside, tensors: readonly Tf.Tensor[]): Held {
  const count = atOnce(inside) - 1
  const [first] = tensors as [Tf.Tensor, ...Tf.Tensor[]]
  const places: number[] = []
  let length = 0
  for (const { size } of tensors) {
    places.push(length)
    length += size
  }
  const whole = tf.keep(newTensor(tf, inside, [length]))
  const filled = Array.from({ length: count }, (_, at) => tensors[at] ?? first)
  const words = filled.flatMap(({ size }, at) => [size, places[at] ?? 0, 0, 0])
  const most = Math.ceil(Math.max(...tensors.map(({ size }) => size)) / copyThreads)
  const groups = [Math.min(copyGroups, most), tensors.length, 1] as const
  runKernel(inside, copyKernel(count), [whole, ...filled], groups, words)
  return { whole, places }
}

/** `norm` of what has changed since a heap of tensors was copied, to these places. The copy stays the caller's. */
export function measureChanges(
  inside: WebGpuInside,
  sheet: Sheet,
  { whole, places }: Held,
  now: readonly Tf.Tensor[],
  at: readonly number[],
): void {
  const all = now.map((tensor, index) => ({
    tensor,
    at: at[index] ?? 0,
    what: 'norm' as const,
    from: places[index] ?? 0,
  }))
  slice(inside, sheet, all, whole)
}

const columns = 8
/** Threads that share a unit's rows. */
const lanesFor = (rows: number): number => (rows > 256 ? 32 : 8)

/** A tensor whose last axis are units, and where its numbers go. */
export interface UnitsMeasurement {
  readonly tensor: Tf.Tensor
  readonly at: number
  /** Numbers are flat beyond 0.97, or beyond 0.48 from a half. */
  readonly flatness: 'tanh' | 'sigmoid' | null
}

interface Beyond {
  readonly tanh: number
  readonly sigmoid: number
}

const flatModes = { tanh: 1, sigmoid: 2 } as const

/** Words of each tensor: units, numbers, how it is flat, where its units begin among all. */
const unitsKernel = (count: number, lanes: number, beyond: Beyond): Kernel => ({
  label: 'measure units',
  code: `
@group(0) @binding(0) var<storage, read_write> units: array<vec4f>;
${Array.from({ length: count }, (_, at) => `@group(0) @binding(${1 + at}) var<storage, read> x${at}: array<f32>;`).join('\n')}
@group(0) @binding(${1 + count}) var<uniform> given: array<vec4u, ${count}>;
var<workgroup> parts: array<vec4f, ${columns * lanes}>;
fn numberAt(which: u32, i: u32) -> f32 {
  switch which {
    ${Array.from({ length: count }, (_, at) => `case ${at}u: { return x${at}[i]; }`).join(' ')}
    default: { return 0.0f; }
  }
}
@compute @workgroup_size(${columns}, ${lanes})
fn main(@builtin(workgroup_id) place: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let which = place.y;
  let width = given[which].x;
  let rows = given[which].y / width;
  let flatness = given[which].z;
  let column = place.x * ${columns}u + local.x;
  let own = local.y * ${columns}u + local.x;
  let middle = select(0.0f, 0.5f, flatness == ${flatModes.sigmoid}u);
  let beyond = select(${beyond.tanh}f, ${beyond.sigmoid}f, flatness == ${flatModes.sigmoid}u);
  var found = vec4f(0.0f);
  if (column < width) {
    for (var row = local.y; row < rows; row += ${lanes}u) {
      let number = numberAt(which, row * width + column);
      let flat = flatness > 0u && abs(number - middle) > beyond;
      found = vec4f(
        max(found.x, abs(number)), found.y + number, found.z + select(0.0f, 1.0f, flat), 0.0f);
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
      let past = (numberAt(which, row * width + column) - mean) / all.x;
      spread += past * past;
    }
  }
  parts[own].w = spread;
  workgroupBarrier();
  if (local.y == 0u && column < width) {
    var squares = 0.0f;
    for (var lane = 0u; lane < ${lanes}u; lane++) { squares += parts[lane * ${columns}u + local.x].w; }
    units[given[which].w + column] = vec4f(all.x, mean, all.z, sqrt(squares / f32(rows)));
  }
}`,
})

/** Words of each tensor: where its result goes, numbers of all units, units, where they begin among all. */
const joinUnitsKernel = (count: number, threads: number): Kernel => ({
  label: 'join units',
  code: `
@group(0) @binding(0) var<storage, read_write> result: array<f32>;
@group(0) @binding(1) var<storage, read> units: array<vec4f>;
@group(0) @binding(2) var<uniform> given: array<vec4u, ${count}>;
${perRow(threads)}
  let to = given[row];
  let count = to.z;
  var largest = 0.0f;
  var dead = 0.0f;
  var flat = 0.0f;
  var spread = 0.0f;
  for (var i = thread; i < count; i += ${threads}u) {
    let unit = units[to.w + i];
    largest = max(largest, unit.x);
    dead += select(0.0f, 1.0f, unit.x == 0.0f);
    flat += unit.z;
    spread += unit.x * unit.w;
  }
  let all = teamAll(vec4f(dead, flat, 0.0f, largest), thread);
  let r = all.w;
  let all_spread = teamSum(select(0.0f, spread / r, r > 0.0f), thread);
  if (thread == 0u) {
    result[to.x] = r;
    result[to.x + 1u] = all.x / f32(count);
    result[to.x + 2u] = all.y / f32(to.y);
    result[to.x + 3u] = all_spread / f32(count);
  }
}`,
})

/**
 * Of up to `atOnce` tensors, each: [largest |x|, share of units that are always 0, share of flat numbers, mean deviation
 * of the units / largest], into `result`.
 */
export function measureUnits(
  tf: typeof Tf,
  inside: WebGpuInside,
  result: Tf.Tensor,
  measurements: readonly UnitsMeasurement[],
  beyond: Beyond,
): void {
  const [first] = measurements
  if (first === undefined) return
  const count = atOnce(inside)
  let length = 0
  const placed = measurements.map(({ tensor, at, flatness }) => {
    const width = tensor.rank < 2 ? 1 : (tensor.shape.at(-1) ?? 1)
    const start = length
    length += width
    return { tensor, at, width, start, mode: flatness === null ? 0 : flatModes[flatness] }
  })
  const units = newTensor(tf, inside, [length, 4])
  const filled = Array.from(
    { length: count },
    (_, at) => placed[at] ?? (placed[0] as (typeof placed)[number]),
  )
  const words = filled.flatMap(({ tensor, width, mode, start }) => [width, tensor.size, mode, start])
  const widest = Math.ceil(Math.max(...placed.map(({ width }) => width)) / columns)
  const bound = [units, ...filled.map(({ tensor }) => tensor)]
  const lanes = lanesFor(Math.max(...placed.map(({ tensor, width }) => tensor.size / width)))
  runKernel(inside, unitsKernel(count, lanes, beyond), bound, [widest, placed.length, 1], words)
  const joins = placed.flatMap(({ tensor, at, width, start }) => [at, tensor.size, width, start])
  const threads = threadsFor(Math.max(...placed.map(({ width }) => width)))
  runKernel(inside, joinUnitsKernel(placed.length, threads), [result, units], [placed.length, 1, 1], joins)
  units.dispose()
}
