/**
 * Products of matrices, as dense layers and convolutions are made of them: out[m, n] = sum over k of left(m, k)
 * right(k, n), where both are written out from the tensors they stand for, so that nothing is unrolled or turned round in
 * memory, and what is done with each sum (a bias, an activation) is done before it is written.
 *
 * On a GPU a workgroup brings tiles of both into its own memory, and each of its threads keeps four by four sums in
 * registers. A software adapter has no such memory and waits long at every barrier: there each thread reads for itself,
 * and keeps eight by eight sums, since reading is dearer there than what registers do not hold.
 * Always in the same order, so the same numbers give the same bits. Where there is much to sum up for few results, the
 * sum is cut into parts for several workgroups, and these are added up in a second dispatch.
 */
import type { WebGpuInside } from '../inside'
import { emptyTensor, groupsFor, isSoftware, perElement, runKernel, type Kernel, mostGroups } from '../kernel'
import { halfReader } from './half'
import type { Info } from './operation'

/** A product as WGSL sees it. Whole numbers are i32. */
export interface Product {
  readonly label: string
  /** Names of the tensors that are read: arrays of f32, but for those in half precision. */
  readonly inputs: readonly string[]
  /** Inputs in half precision, which are read by `read` and `readFour`. */
  readonly halves?: readonly string[]
  /** Names of the tensors that are written. */
  readonly outputs: readonly string[]
  /** What is asked once for each row `m`: a body that returns a vec4i. */
  readonly rowOf: string
  /** What is asked once for each step `k` of the sum: a body that returns a vec4i. */
  readonly deepOf: string
  /** left(m, k) of `row` and `deep`: an expression, f32. */
  readonly left: string
  /** right(k, n) of `deep` and `n`: an expression, f32. */
  readonly right: string
  /** The same for columns n to n + 3 at once, where columns come in fours: `inputs` are arrays of four numbers then. */
  readonly wide?: { readonly inputs: readonly string[]; readonly right: string }
  /** Statements that write `sum`, the result for `m` and `n`. */
  readonly write: string
}

export interface Sizes {
  readonly rows: number
  readonly columns: number
  readonly depth: number
}

/** How a product is cut up. */
export interface Cut {
  /** Threads along each side of a workgroup. */
  readonly side: number
  readonly shared: boolean
  readonly parts: number
}

/** Fewer workgroups than these leave most of a GPU idle. */
const fewGroups = 64

/** Whether it pays to sum up in parts: for few results, and so much at least in each part. */
const leastDepth = 256
const mostParts = 64

/** So many by so many sums a thread. */
const ownOf = (shared: boolean): number => (shared ? 4 : 8)

/** Workgroups whose tiles of results are `width` by `width`. */
const tiles = ({ rows, columns }: Sizes, width: number): number =>
  Math.ceil(rows / width) * Math.ceil(columns / width)

function cutUp(device: GPUDevice, sizes: Sizes): Cut {
  const shared = !isSoftware(device)
  const width = shared && tiles(sizes, 64) >= fewGroups ? 64 : 32
  const groups = tiles(sizes, width)
  const wanted = Math.min(mostParts, Math.floor(fewGroups / groups), Math.floor(sizes.depth / leastDepth))
  const parts = wanted < 2 || sizes.depth < 4 * leastDepth ? 1 : wanted
  return { side: width / ownOf(shared), shared, parts }
}

/** WGSL once for each number below `count`. */
const each = (count: number, of: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => of(at)).join('\n')
const four = (of: (at: number) => string): string => each(4, of)
const vector = (of: (at: number) => string): string => `vec4f(${[0, 1, 2, 3].map(of).join(', ')})`

function sharedLoop(side: number): string {
  return `
  // The four rows and four columns that this thread brings, and how deep.
  let deepLeft = i32(index % ${side}u);
  let rowsLeft = top + 4 * i32(index / ${side}u);
  let columnsRight = first + 4 * i32(index % ${side}u);
  let deepRight = i32(index / ${side}u);
  ${four((at) => `let brought${at} = rowOf(rowsLeft + ${at});`)}
  for (var k = begin; k < end; k += ${side}) {
    let nearLeft = k + deepLeft < end;
    let deepA = deepOf(select(begin, k + deepLeft, nearLeft));
    lefts[deepLeft * ${side} + i32(index / ${side}u)] =
      select(vec4f(), ${vector((at) => `left(brought${at}, deepA)`)}, nearLeft);
    let nearRight = k + deepRight < end;
    let deepB = deepOf(select(begin, k + deepRight, nearRight));
    rights[deepRight * ${side} + i32(index % ${side}u)] =
      select(vec4f(), rightFour(deepB, columnsRight), nearRight);
    workgroupBarrier();
    for (var at = 0; at < ${side}; at++) {
      let l = lefts[at * ${side} + i32(local.y)];
      let r = rights[at * ${side} + i32(local.x)];
      ${four((at) => `sums${at}_0 += l[${at}] * r;`)}
    }
    workgroupBarrier();
  }`
}

function ownLoop(own: number): string {
  const row = (at: number) => `
    let left${at} = left(row${at}, deep);
    ${each(own / 4, (fours) => `sums${at}_${fours} += left${at} * right${fours};`)}`
  return `
  ${each(own, (at) => `let row${at} = rowOf(min(m + ${at}, rows - 1));`)}
  for (var k = begin; k < end; k++) {
    let deep = deepOf(k);
    ${each(own / 4, (fours) => `let right${fours} = rightFour(deep, n + ${4 * fours});`)}
    ${each(own, row)}
  }`
}

/** Which inputs a shader reads; it may not be given others. */
function inputsOf({ inputs, left, right, rowOf, deepOf, write }: Product, which: 'sums' | 'write' | 'all') {
  const sums = [left, right, rowOf, deepOf].join(' ')
  const text = which === 'sums' ? sums : which === 'write' ? write : `${sums} ${write}`
  return inputs.filter((name) => new RegExp(`\\b(half_|four_)?${name}\\b`).test(text))
}

/** WGSL: number `place` of an input. */
export function read(half: boolean, name: string, place: string): string {
  return half ? `half_${name}(u32(${place}))` : `${name}[${place}]`
}

/** WGSL: four numbers side by side, whose place is a multiple of four. */
export function readFour(half: boolean, name: string, place: string): string {
  return half ? `four_${name}(${place})` : `${name}[(${place}) / 4]`
}

/** How the numbers of an input in half precision are read: one by one, or by fours. */
function reader(name: string, wide: boolean): string {
  return wide
    ? `
fn four_${name}(at: i32) -> vec4f {
  let words = ${name}[at / 4];
  return vec4f(unpack2x16float(words.x), unpack2x16float(words.y));
}`
    : halfReader(name)
}

/** Four columns beside each other; those outside of the matrix are never written. */
function rightFour({ right }: Product, wide: Product['wide']): string {
  if (wide === undefined) {
    return `
fn right(deep: vec4i, n: i32) -> f32 { return ${right}; }
fn rightFour(deep: vec4i, n: i32) -> vec4f {
  let last = i32(given.y) - 1;
  return ${vector((at) => `right(deep, min(n + ${at}, last))`)};
}`
  }
  return `
fn rightFour(deep: vec4i, first: i32) -> vec4f {
  let n = min(first, i32(given.y) - 4);
  return ${wide.right};
}`
}

/** Words: rows, columns, depth, depth of a part. */
function kernelOf(product: Product, { side, shared, parts }: Cut, columns: number): Kernel {
  const own = ownOf(shared)
  const outputs = parts > 1 ? ['parts'] : product.outputs
  const wide = columns % 4 === 0 ? product.wide : undefined
  const isWide = (name: string) => wide?.inputs.includes(name) === true
  const isHalf = (name: string) => product.halves?.includes(name) === true
  const typeOf = (name: string) =>
    isHalf(name) ? (isWide(name) ? 'vec2u' : 'u32') : isWide(name) ? 'vec4f' : 'f32'
  const seen = inputsOf(product, parts > 1 ? 'sums' : 'all')
  const bound = [
    ...outputs.map((name) => `var<storage, read_write> ${name}: array<f32>;`),
    ...seen.map((name) => `var<storage, read> ${name}: array<${typeOf(name)}>;`),
    'var<uniform> given: vec4u;',
  ]
  const write = parts > 1 ? 'parts[(part * i32(given.x) + m) * i32(given.y) + n] = sum;' : product.write
  return {
    label: `${product.label}${parts > 1 ? ' in parts' : ''}`,
    code: `
${bound.map((one, at) => `@group(0) @binding(${at}) ${one}`).join('\n')}
${seen
  .filter(isHalf)
  .map((name) => reader(name, isWide(name)))
  .join('')}
fn rowOf(m: i32) -> vec4i { ${product.rowOf} }
fn deepOf(k: i32) -> vec4i { ${product.deepOf} }
fn left(row: vec4i, deep: vec4i) -> f32 { return ${product.left}; }
${rightFour(product, wide)}
fn write(m: i32, n: i32, part: i32, sum: f32) {
  if (m >= i32(given.x) || n >= i32(given.y)) { return; }
  ${write}
}
${shared ? `var<workgroup> lefts: array<vec4f, ${side * side}>;\nvar<workgroup> rights: array<vec4f, ${side * side}>;` : ''}
@compute @workgroup_size(${side}, ${side})
fn main(@builtin(workgroup_id) place: vec3u, @builtin(num_workgroups) all_groups: vec3u,
    @builtin(local_invocation_id) local: vec3u, @builtin(local_invocation_index) index: u32) {
  let rows = i32(given.x);
  let columns = i32(given.y);
  let across = (given.y + ${own * side - 1}u) / ${own * side}u;
  // Columns lie beside each other, so that workgroups that read the same rows follow each other.
  let tile = place.x + place.y * all_groups.x;
  let top = i32(tile / across) * ${own * side};
  let first = i32(tile % across) * ${own * side};
  let part = i32(place.z);
  let begin = part * i32(given.w);
  let end = min(i32(given.z), begin + i32(given.w));
  let m = top + ${own} * i32(local.y);
  let n = first + ${own} * i32(local.x);
  ${each(own, (row) => each(own / 4, (fours) => `var sums${row}_${fours} = vec4f();`))}
  ${shared ? sharedLoop(side) : ownLoop(own)}
  for (var at = 0; at < 4; at++) {
    ${each(own, (row) => each(own / 4, (fours) => `write(m + ${row}, n + ${4 * fours} + at, part, sums${row}_${fours}[at]);`))}
  }
}`,
  }
}

/** Adds up the parts. Words: rows, columns, parts. */
function gatherKernel(product: Product): Kernel {
  const bound = [
    ...product.outputs.map((name) => `var<storage, read_write> ${name}: array<f32>;`),
    'var<storage, read> parts: array<f32>;',
    ...inputsOf(product, 'write').map((name) => `var<storage, read> ${name}: array<f32>;`),
    'var<uniform> given: vec4u;',
  ]
  return {
    label: `${product.label}: parts`,
    code: `
${bound.map((one, at) => `@group(0) @binding(${at}) ${one}`).join('\n')}
${perElement}
  let count = given.x * given.y;
  if (i >= count) { return; }
  let m = i32(i / given.y);
  let n = i32(i % given.y);
  var sum = 0.0;
  for (var part = 0u; part < given.z; part++) { sum += parts[part * count + i]; }
  { ${product.write} }
}`,
  }
}

/** Puts the product in the queue: into `outputs`, from `inputs`, in the order of their names. */
export function multiply(
  inside: WebGpuInside,
  product: Product,
  sizes: Sizes,
  outputs: readonly Info[],
  inputs: readonly Info[],
  cut: Cut = cutUp(inside.device, sizes),
): void {
  const { rows, columns, depth } = sizes
  const { side, shared, parts } = cut
  const deep = Math.ceil(depth / parts)
  const count = tiles(sizes, ownOf(shared) * side)
  const x = Math.min(count, mostGroups)
  const groups = [x, Math.ceil(count / x), parts] as const
  const words = [rows, columns, depth, deep]
  const given = (names: readonly string[]) =>
    names.map((name) => inputs[product.inputs.indexOf(name)] as Info)
  if (parts === 1) {
    const bound = [...outputs, ...given(inputsOf(product, 'all'))]
    runKernel(inside, kernelOf(product, cut, columns), bound, groups, words)
    return
  }
  const sums = emptyTensor(inside, [parts, rows, columns], 'float32')
  runKernel(
    inside,
    kernelOf(product, cut, columns),
    [sums, ...given(inputsOf(product, 'sums'))],
    groups,
    words,
  )
  const gathered = [...outputs, sums, ...given(inputsOf(product, 'write'))]
  runKernel(inside, gatherKernel(product), gathered, groupsFor(rows * columns), [rows, columns, parts, 0])
  inside.disposeData(sums.dataId)
}

/** WGSL that bends a sum where it is written. */
export function bentSum(bent: boolean, sum: string): string {
  // What is no number stays none; a shader may take it for granted that there are none, and drop `sum != sum`.
  return bent ? `select(max(${sum}, 0.0f), ${sum}, (bitcast<u32>(${sum}) & 0x7fffffffu) > 0x7f800000u)` : sum
}

/** How the gradient that comes from above is read. */
export interface Rising {
  /** Where relu bent the result to zero there is none: `y` is looked at. */
  readonly bent: boolean
  /** It is in half precision; what relu did has been seen to when it was packed. */
  readonly half: boolean
}

/** Inputs that stand for the gradient from above. */
export function risingInputs({ bent, half }: Rising): readonly string[] {
  return bent && !half ? ['dy', 'y'] : ['dy']
}

/** The gradient for four numbers side by side, whose place is a multiple of four. */
export function gradientFourAt({ bent, half }: Rising, place: string): string {
  const four = readFour(half, 'dy', place)
  return bent && !half ? `${four} * select(vec4f(), vec4f(1.0f), y[(${place}) / 4] > vec4f())` : four
}

/** The gradient that comes from above as WGSL reads it. */
export function gradientAt({ bent, half }: Rising, place: string): string {
  const one = read(half, 'dy', place)
  return bent && !half ? `${one} * select(0.0f, 1.0f, y[${place}] > 0.0f)` : one
}
