/** A short name for a long sequence of numbers: FNV-1a, 64 bits in two words that are mixed differently. */

export interface Digest {
  word(value: number): void
  numbers(values: ArrayBufferView): void
  value(): string
}

/** The digest of nothing yet. */
export function createDigest(): Digest {
  let first = 0x811c9dc5
  let second = 0x01000193
  let count = 0
  const word = (value: number): void => {
    first = Math.imul(first ^ value, 0x01000193)
    second = Math.imul((second << 5) ^ (second >>> 27) ^ value, 0x9e3779b1)
    count++
  }
  return {
    word,
    numbers(values) {
      const { buffer, byteOffset, byteLength } = values
      word(byteLength)
      // Tensors hold 4-byte numbers; a bool is a byte.
      const words = byteLength % 4 === 0 && byteOffset % 4 === 0
      const view = words
        ? new Int32Array(buffer, byteOffset, byteLength / 4)
        : new Uint8Array(buffer, byteOffset, byteLength)
      for (const value of view) word(value)
    },
    value: () => `${count} ${first >>> 0} ${second >>> 0}`,
  }
}
