/** Philox4x32-10 in WGSL: the uniform numbers of engine/random/stream.ts, drawn by the device. */
import { perElement, type Kernel } from '../backend/webgpu/kernel'

/**
 * Bindings: the numbers to be written; the step's number as two words; (seed, low and high word of the name's hash,
 * first block). One thread draws the four numbers of a block.
 */
export const philoxKernel: Kernel = {
  label: 'philox',
  code: `
@group(0) @binding(0) var<storage, read_write> numbers: array<f32>;
@group(0) @binding(1) var<storage, read> step: array<u32>;
@group(0) @binding(2) var<uniform> given: vec4u;

// Upper 32 bits of a product, from products of halves.
fn high(a: u32, b: u32) -> u32 {
  let low = (a & 0xffffu) * (b & 0xffffu);
  let middle = (a >> 16u) * (b & 0xffffu) + (low >> 16u);
  let cross = (a & 0xffffu) * (b >> 16u) + (middle & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (middle >> 16u) + (cross >> 16u);
}

${perElement}
  let size = arrayLength(&numbers);
  if (4u * i >= size) { return; }
  var c = vec4u(given.w + i, given.z, step[0], step[1]);
  var k = given.xy;
  for (var round = 0; round < 10; round++) {
    c = vec4u(
      high(0xcd9e8d57u, c.z) ^ c.y ^ k.x, 0xcd9e8d57u * c.z,
      high(0xd2511f53u, c.x) ^ c.w ^ k.y, 0xd2511f53u * c.x);
    k += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  for (var n = 0u; n < 4u && 4u * i + n < size; n++) {
    numbers[4u * i + n] = f32(c[n] >> 8u) * 5.9604644775390625e-8;
  }
}`,
}
