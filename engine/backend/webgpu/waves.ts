/**
 * Sine, cosine and tangent. WGSL asks of a device's own no more than an error of 2^-11, which shows in every number that
 * is compared. Here the angle is brought into an eighth of a turn and put into polynomials: those of Cephes (S. Moshier,
 * sinf.c and cosf.c), whose error is below 2e-7 up to 8192; beyond, where float32 hardly knows the angle, the device's
 * own stand.
 */
import type * as Tf from '@tensorflow/tfjs'
import { webgpuInside } from './inside'
import { emptyTensor, groupsFor, perElement, runKernel, type Kernel } from './kernel'
import { replaceKernel } from './replace'

const functions = `
fn sinOf(z: f32, x: f32) -> f32 {
  return ((-1.9515295891e-4 * z + 8.3321608736e-3) * z - 1.6666654611e-1) * z * x + x;
}
fn cosOf(z: f32) -> f32 {
  return ((2.443315711809948e-5 * z - 1.388731625493765e-3) * z + 4.166664568298827e-2) * z * z - 0.5 * z + 1.0;
}
/** Sine and cosine. */
fn wave(given: f32) -> vec2f {
  let size = abs(given);
  if (!(size <= 8192.0)) { return vec2f(sin(given), cos(given)); }
  var eighth = u32(1.27323954473516 * size);
  eighth += eighth & 1u;
  let turns = f32(eighth);
  let x = ((size - turns * 0.78515625) - turns * 2.4187564849853515625e-4) - turns * 3.77489497744594108e-8;
  let z = x * x;
  let quarter = (eighth / 2u) & 3u;
  let both = select(vec2f(sinOf(z, x), cosOf(z)), vec2f(cosOf(z), sinOf(z, x)), (quarter & 1u) == 1u);
  let s = select(both.x, -both.x, quarter >= 2u);
  let c = select(both.y, -both.y, quarter == 1u || quarter == 2u);
  return vec2f(select(s, -s, given < 0.0), c);
}`

const kernelOf = (label: string, value: string): Kernel => ({
  label,
  code: `${functions}
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
${perElement}
  if (i >= arrayLength(&y)) { return; }
  let both = wave(x[i]);
  y[i] = ${value};
}`,
})

const kernels = {
  Sin: kernelOf('sine', 'both.x'),
  Cos: kernelOf('cosine', 'both.y'),
  Tan: kernelOf('tangent', 'both.x / both.y'),
}

/** Puts the kernels in the place of tfjs's; may be called again. */
export function repairWaves(tf: typeof Tf): void {
  for (const [name, kernel] of Object.entries(kernels)) {
    replaceKernel(tf, name, (stock) => (call) => {
      const inside = webgpuInside(tf)
      const { x } = call.inputs as unknown as Record<'x', Tf.TensorInfo>
      const size = x.shape.reduce((all, n) => all * n, 1)
      if (inside === null || x.dtype !== 'float32' || size === 0) return stock(call)
      const y = emptyTensor(inside, x.shape, 'float32')
      runKernel(inside, kernel, [y, x], groupsFor(size))
      return y
    })
  }
}
