/** Philox4x32-10 (Salmon et al. 2011): the very numbers of engine/random/stream.ts, drawn into the heap. */

/** n numbers in [0, 1) from block `block` of the stream on; the step's two words lie at `counter`. */
export function uniforms(n: i32, seed: u32, low: u32, high: u32, block: u32, counter: usize, y: usize): void {
  const step0 = load<u32>(counter)
  const step1 = load<u32>(counter, 4)
  for (let i: i32 = 0; i < n; i += 4) {
    let c0 = block
    let c1 = high
    let c2 = step0
    let c3 = step1
    let k0 = seed
    let k1 = low
    for (let round: i32 = 0; round < 10; round++) {
      const p0 = <u64>0xd2511f53 * <u64>c0
      const p1 = <u64>0xcd9e8d57 * <u64>c2
      c0 = <u32>(p1 >> 32) ^ c1 ^ k0
      c1 = <u32>p1
      c2 = <u32>(p0 >> 32) ^ c3 ^ k1
      c3 = <u32>p0
      k0 += 0x9e3779b9
      k1 += 0xbb67ae85
    }
    f32.store(y, <f32>(c0 >> 8) * 5.9604644775390625e-8)
    if (i + 1 < n) f32.store(y, <f32>(c1 >> 8) * 5.9604644775390625e-8, 4)
    if (i + 2 < n) f32.store(y, <f32>(c2 >> 8) * 5.9604644775390625e-8, 8)
    if (i + 3 < n) f32.store(y, <f32>(c3 >> 8) * 5.9604644775390625e-8, 12)
    y += 16
    block++
  }
}
