/**
 * Numbers in half the room: IEEE binary16, two in a word, as `array<f16>` lies in memory too. To tfjs such a tensor is
 * one of whole numbers. They are rounded to the nearest, ties to even, by whole numbers alone, so that every device
 * packs the same bits and what is too large becomes infinite (WGSL leaves both open); they are read by
 * `unpack2x16float`, which every WebGPU device has, so that none needs the feature `shader-f16`.
 */
import { willBeWritten } from '../in-place'
import type { WebGpuInside } from '../inside'
import { emptyTensor, groupsFor, perElement, runKernel, type Kernel } from '../kernel'
import { product as sizeOf } from '../../sizes'
import type { Info } from './operation'

/** Bits of a number as binary16. */
const halfFunctions = `
fn halfOf(x: f32) -> u32 {
  let bits = bitcast<u32>(x);
  let sign = (bits >> 16u) & 0x8000u;
  let size = bits & 0x7fffffffu;
  if (size > 0x7f800000u) { return sign | 0x7e00u; }
  // From 65520 on the nearest is infinite.
  if (size >= 0x477ff000u) { return sign | 0x7c00u; }
  if (size >= 0x38800000u) {
    return sign | ((size + 0xfffu + ((size >> 13u) & 1u) - 0x38000000u) >> 13u);
  }
  // Below 2^-14 in whole steps of 2^-24.
  let shift = 126u - (size >> 23u);
  if (shift > 24u) { return sign; }
  let fraction = (size & 0x7fffffu) | 0x800000u;
  let whole = fraction >> shift;
  let rest = fraction & ((1u << shift) - 1u);
  let middle = 1u << (shift - 1u);
  return sign | (whole + select(0u, 1u, rest > middle || (rest == middle && (whole & 1u) == 1u)));
}`

/** WGSL: how a number of a packed tensor is read. */
export function halfReader(name: string): string {
  return `
fn half_${name}(at: u32) -> f32 { return unpack2x16float(${name}[at / 2u] >> (16u * (at & 1u))).x; }`
}

/** What is packed; where relu bent something to zero, nothing comes back through it. */
export interface Packing {
  readonly numbers: Info
  /** What relu gave, in floats or packed. */
  readonly bent?: { readonly y: Info; readonly packed: boolean }
}

/** WGSL: whether number `at` of two of what relu gave is above zero. */
function isUp({ packed }: { readonly packed: boolean }, which: number, at: 0 | 1): string {
  if (!packed) return `bent${which}[2u * j + ${at}u] > 0.0f`
  const half = `((bent${which}[j] >> ${16 * at}u) & 0xffffu)`
  return `(${half} - 1u) < 0x7c00u`
}

/** Several tensors in one dispatch: for each a target, a source, and what bent it where something did. Words: sizes. */
function packKernel(all: readonly Packing[]): Kernel {
  const bound = all.flatMap(({ bent }, at) => [
    `var<storage, read_write> packed${at}: array<u32>;`,
    `var<storage, read> numbers${at}: array<f32>;`,
    ...(bent === undefined ? [] : [`var<storage, read> bent${at}: array<${bent.packed ? 'u32' : 'f32'}>;`]),
  ])
  const parts = all.map(({ bent }, at) => {
    const number = (which: 0 | 1) => {
      const plain = `numbers${at}[2u * j + ${which}u]`
      return bent === undefined ? plain : `select(0.0f, ${plain}, ${isUp(bent, at, which)})`
    }
    return `
  if (j < (sizes[${at}].x + 1u) / 2u) {
    let first = halfOf(${number(0)});
    var second = 0u;
    if (2u * j + 1u < sizes[${at}].x) { second = halfOf(${number(1)}); }
    packed${at}[j] = first | (second << 16u);
    return;
  }
  j -= (sizes[${at}].x + 1u) / 2u;`
  })
  return {
    label: 'to half precision',
    code: `
${[...bound, `var<uniform> sizes: array<vec4u, ${all.length}>;`].map((one, at) => `@group(0) @binding(${at}) ${one}`).join('\n')}
${halfFunctions}
${perElement}
  var j = i;
  ${parts.join('')}
}`,
  }
}

const wordsFor = ({ shape }: Info): number => Math.ceil(sizeOf(shape) / 2)

/** Packs numbers, all of them in one dispatch. The results are the caller's. */
export function packHalves(inside: WebGpuInside, all: readonly Packing[]): Info[] {
  const packed = all.map(({ numbers }) => emptyTensor(inside, [wordsFor(numbers)], 'int32'))
  const bound = all.flatMap(({ numbers, bent }, at) => [
    packed[at] as Info,
    numbers,
    ...(bent === undefined ? [] : [bent.y]),
  ])
  const words = all.flatMap(({ numbers }) => [sizeOf(numbers.shape), 0, 0, 0])
  const threads = packed.reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  runKernel(inside, packKernel(all), bound, groupsFor(threads), words)
  return packed
}

/** By the data of a tensor: its numbers packed, as long as somebody keeps them. */
const known = new WeakMap<object, Info>()

/** The numbers of a tensor, packed, where they are already there. */
export function packedBefore(inside: WebGpuInside, { dataId }: Pick<Info, 'dataId'>): Info | null {
  const found = known.get(dataId)
  return found !== undefined && inside.tensorMap.has(found.dataId) ? found : null
}

/**
 * `x` packed, for whoever keeps it until the backward pass, and the others behind it, for now. What several layers read
 * is packed and kept once.
 */
export function packKept(inside: WebGpuInside, x: Info, others: readonly Packing[]): [Info, ...Info[]] {
  const before = packedBefore(inside, x)
  if (before !== null) {
    inside.incRef(before.dataId)
    return [before, ...(others.length > 0 ? packHalves(inside, others) : [])]
  }
  const packed = packHalves(inside, [{ numbers: x }, ...others]) as [Info, ...Info[]]
  // What is written in place would leave its packed numbers behind.
  if (!willBeWritten(inside, x)) known.set(x.dataId, packed[0])
  return packed
}

/** What relu gave, for whoever packs its gradient: packed where the next layer has done so. */
export function bentBy(inside: WebGpuInside, y: Info): NonNullable<Packing['bent']> {
  const packed = packedBefore(inside, y)
  return packed === null ? { y, packed: false } : { y: packed, packed: true }
}
