/**
 * Philox4x32-10: a counter-based generator (Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011; checked against the known answers of their Random123 library). Any block of numbers can be made on its own
 * from its counter and key, in any order and on any device: there is no state to carry.
 */

const multiplier0 = 0xd2511f53
const multiplier1 = 0xcd9e8d57
/** Weyl increments of the key: the golden ratio and sqrt(3) - 1. */
const weyl0 = 0x9e3779b9
const weyl1 = 0xbb67ae85
const rounds = 10

/** Four 32-bit words (as signed or unsigned 32-bit integers). */
export type Words = readonly [number, number, number, number]

/** Upper 32 bits of the product of two unsigned 32-bit integers. */
function high(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  // Each partial product is below 2^32, and each sum below 2^53: exact in a double.
  const low = aLow * bLow
  const middle = aHigh * bLow + (low >>> 16)
  const cross = aLow * bHigh + (middle % 0x10000)
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000)) >>> 0
}

/**
 * Writes the four words of consecutive blocks to `out`: block b has the counter (counter[0] + b, counter[1..3]). The
 * length of `out` is a multiple of 4; word 0 of the counter wraps at 2^32 without carrying.
 */
export function philoxBlocks(counter: Words, key: readonly [number, number], out: Uint32Array): void {
  for (let at = 0; at + 3 < out.length; at += 4) {
    let c0 = (counter[0] + (at >>> 2)) >>> 0
    let c1 = counter[1] >>> 0
    let c2 = counter[2] >>> 0
    let c3 = counter[3] >>> 0
    let k0 = key[0] >>> 0
    let k1 = key[1] >>> 0
    for (let round = 0; round < rounds; round++) {
      const high0 = high(multiplier0, c0)
      const low0 = Math.imul(multiplier0, c0)
      const high1 = high(multiplier1, c2)
      const low1 = Math.imul(multiplier1, c2)
      c0 = (high1 ^ c1 ^ k0) >>> 0
      c1 = low1 >>> 0
      c2 = (high0 ^ c3 ^ k1) >>> 0
      c3 = low0 >>> 0
      k0 = (k0 + weyl0) >>> 0
      k1 = (k1 + weyl1) >>> 0
    }
    out[at] = c0
    out[at + 1] = c1
    out[at + 2] = c2
    out[at + 3] = c3
  }
}
