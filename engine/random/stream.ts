/**
 * Random numbers with a name. A stream is all of (seed, name, step): the same three give the same numbers, on every
 * machine and in whatever order streams are asked. Weights draw from `path:weight` at step 0, nodes from their path at
 * the number of the step.
 *
 * So that a kernel on a device can draw the very same numbers, the layout is fixed:
 *   key      = (seed, low word of hash)                      hash = FNV-1a, 64 bits, of the name in UTF-8
 *   counter  = (block, high word of hash, step mod 2^32, floor(step / 2^32))
 *   block b gives words 4b … 4b + 3 of the stream; every call starts at the block after the last one it used.
 *   uniform  = (word >>> 8) · 2^-24                                              in [0, 1), exact in float32
 *   normals  come in pairs from two words u, v (Box & Muller 1958):
 *              r = sqrt(-2 ln(((u >>> 8) + 1) · 2^-24)),  θ = 2π (v >>> 8) · 2^-24,  r cos θ then r sin θ
 *   integer  = floor(word · bound / 2^32)                                        in [0, bound)
 *   shuffle  = Fisher & Yates from the top: for i = n - 1 … 1, swap i with the next integer below i + 1
 */
import { philoxBlocks, type Words } from './philox'

const unit = 2 ** -24

/** Numbers of one (seed, name, step), drawn one after another. */
export interface Stream {
  /** n numbers in [0, 1). */
  uniforms(n: number): Float32Array<ArrayBuffer>
  /** n numbers with mean 0 and deviation 1; at most 5.77 away from 0. */
  normals(n: number): Float32Array<ArrayBuffer>
  /** n whole numbers in [0, bound); bound is at most 2^32. */
  integers(n: number, bound: number): Uint32Array
  /** The numbers 0 … n - 1 in random order. */
  permutation(n: number): Uint32Array
}

/** 64-bit FNV-1a of the name's UTF-8 bytes, as (low, high) words. */
export function hashName(name: string): readonly [number, number] {
  let hash = 0xcbf29ce484222325n
  for (const byte of utf8(name)) {
    hash ^= BigInt(byte)
    hash = BigInt.asUintN(64, hash * 0x100000001b3n)
  }
  return [Number(hash & 0xffffffffn), Number(hash >> 32n)]
}

function utf8(text: string): number[] {
  const bytes: number[] = []
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0
    if (point < 0x80) bytes.push(point)
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63))
    else if (point < 0x10000)
      bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63))
    else
      bytes.push(
        0xf0 | (point >> 18),
        0x80 | ((point >> 12) & 63),
        0x80 | ((point >> 6) & 63),
        0x80 | (point & 63),
      )
  }
  return bytes
}

/**
 * The stream of (seed, name, step).
 *
 * @param seed whole number in [0, 2^32)
 * @param name what the numbers are for: a path, or `path:weight`
 * @param step whole number in [0, 2^53); 0 for what is drawn once
 * @param first block to begin with, for whoever has drawn the ones before elsewhere
 */
export function stream(seed: number, name: string, step: number, first = 0): Stream {
  const [low, high] = hashName(name)
  const key = [seed >>> 0, low] as const
  let block = first

  function words(n: number): Uint32Array {
    const blocks = Math.ceil(n / 4)
    const out = new Uint32Array(blocks * 4)
    const counter: Words = [block, high, step >>> 0, Math.floor(step / 2 ** 32)]
    philoxBlocks(counter, key, out)
    block += blocks
    return out
  }

  return {
    uniforms(n) {
      const drawn = words(n)
      const out = new Float32Array(n)
      for (let i = 0; i < n; i++) out[i] = ((drawn[i] ?? 0) >>> 8) * unit
      return out
    },
    normals(n) {
      const drawn = words(n + (n % 2))
      const out = new Float32Array(n)
      for (let i = 0; i < n; i += 2) {
        const radius = Math.sqrt(-2 * Math.log((((drawn[i] ?? 0) >>> 8) + 1) * unit))
        const angle = 2 * Math.PI * ((drawn[i + 1] ?? 0) >>> 8) * unit
        out[i] = radius * Math.cos(angle)
        if (i + 1 < n) out[i + 1] = radius * Math.sin(angle)
      }
      return out
    },
    integers(n, bound) {
      const drawn = words(n)
      const out = new Uint32Array(n)
      for (let i = 0; i < n; i++) out[i] = below(drawn[i] ?? 0, bound)
      return out
    },
    permutation(n) {
      const drawn = words(Math.max(n - 1, 0))
      const out = Uint32Array.from({ length: n }, (_, i) => i)
      for (let i = n - 1, at = 0; i > 0; i--, at++) {
        const j = below(drawn[at] ?? 0, i + 1)
        const kept = out[i] ?? 0
        out[i] = out[j] ?? 0
        out[j] = kept
      }
      return out
    },
  }
}

function below(word: number, bound: number): number {
  return Math.floor(word * 2 ** -32 * bound)
}
