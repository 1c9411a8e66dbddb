/**
 * Loss scaling of mixed precision (Micikevicius et al. 2018, section 3.2; PyTorch's GradScaler). Gradients begin with a
 * large factor, so that small ones are not rounded to zero in half precision, and are divided by it before they move a
 * weight. Where one of them is no number the factor was too large: the step moves nothing and the factor is halved; after
 * many good steps it is doubled. All of it happens on the device, since a replayed step asks the host for nothing.
 */
import type * as Tf from '@tensorflow/tfjs'
import { willChange } from '../backend/webgpu/in-place'
import type { WebGpuInside } from '../backend/webgpu/inside'
import { literal, runKernel, type Kernel } from '../backend/webgpu/kernel'
import { lossScale } from './loss-scale'

/** Numbers at the head of what an optimiser remembers. */
export const header = {
  /** What gradients are multiplied with before they are used. */
  factor: 0,
  /** 0 where nothing may move in this step. */
  moves: 1,
  /** Good steps since the factor has changed. */
  good: 2,
  /** 1 - beta^n after n updates, for the two betas of Adam. */
  corrections: 3,
  skipped: 5,
  length: 8,
} as const

/** What of this is kept with the weights: the factor, and the header from `good` to `skipped`. */
export const keptHeader = { from: header.good, to: header.skipped + 1 } as const

/** How a rule counts its updates: the betas of Adam, whose corrections know of no steps that were left out. */
export type Betas = readonly [number, number] | null

/**
 * Judges the step by the squares of its gradients, already divided by the factor. `told`: a Scale. `turned`: the numbers of the step as the rule wants them.
 */
function judgeKernel(betas: Betas, clip: number | null): Kernel {
  const { least, most, growsAfter } = lossScale
  const corrected = (betas ?? []).map(
    (beta, at) => `
    kept[${header.corrections + at}] += (1.0f - kept[${header.corrections + at}]) * ${literal(1 - beta)};`,
  )
  return {
    label: 'loss scale',
    code: `
@group(0) @binding(0) var<storage, read_write> kept: array<f32>;
@group(0) @binding(1) var<storage, read_write> scale: array<f32>;
@group(0) @binding(2) var<storage, read_write> told: array<f32>;
@group(0) @binding(3) var<storage, read_write> turned: array<f32>;
@group(0) @binding(4) var<storage, read> squares: array<f32>;
@group(0) @binding(5) var<storage, read> r: array<f32>;
@compute @workgroup_size(1)
fn main() {
  var sum = 0.0;
  for (var i = 0u; i < arrayLength(&squares); i++) { sum += squares[i]; }
  // Neither infinite nor no number: a shader may take it for granted that there are none, and drop sum == sum.
  let finite = (bitcast<u32>(sum) & 0x7fffffffu) < 0x7f800000u;
  let used = scale[0];
  for (var i = 0u; i < arrayLength(&r); i++) { turned[i] = r[i]; }
  if (finite) {
    kept[${header.moves}] = 1.0f;
    kept[${header.factor}] = ${clip === null ? '1.0f' : `min(1.0f, ${literal(clip)} / (sqrt(sum) + 1e-6f))`} / used;
    kept[${header.good}] += 1.0f;
    if (kept[${header.good}] >= ${literal(growsAfter)}) {
      kept[${header.good}] = 0.0f;
      scale[0] = min(${literal(most)}, used * 2.0f);
    }
    ${corrected.join('')}
    ${
      betas === null
        ? ''
        : `turned[0] = r[0] / kept[${header.corrections}];
    turned[1] = inverseSqrt(kept[${header.corrections + 1}]);`
    }
  } else {
    kept[${header.moves}] = 0.0f;
    kept[${header.factor}] = 0.0f;
    kept[${header.good}] = 0.0f;
    kept[${header.skipped}] += 1.0f;
    scale[0] = max(${literal(least)}, used * 0.5f);
  }
  told[0] = used;
  told[1] = scale[0];
  told[2] = kept[${header.skipped}];
}`,
  }
}

export interface LossScale {
  /** What gradients begin with. */
  readonly scale: Tf.Scalar
  /** Of the last step, the numbers of a Scale. */
  readonly told: Tf.Tensor1D
  /** Puts the dispatch in the queue that decides about the step. */
  judge(a: {
    readonly kept: Tf.Tensor
    readonly squares: Tf.Tensor
    readonly factors: Tf.Tensor
    readonly turned: Tf.Tensor
    readonly clip: number | null
    readonly betas: Betas
  }): void
  read(): Promise<number>
  /** `skipped`: how many steps were left out so far. */
  restore(scale: number, skipped: number): void
  dispose(): void
}

/** A factor on the device, as it is at the beginning. */
export function createLossScale(tf: typeof Tf, inside: WebGpuInside): LossScale {
  let scale: Tf.Scalar | null = null
  let told: Tf.Tensor1D | null = null
  const begun = (value: number) => tf.keep(tf.tensor<Tf.Rank.R0>(Float32Array.of(value), [], 'float32'))
  const scaleNow = () => (scale ??= begun(lossScale.first))
  const toldNow = () => (told ??= tf.keep(tf.tensor1d(Float32Array.of(lossScale.first, lossScale.first, 0))))
  const dispose = (): void => {
    scale?.dispose()
    told?.dispose()
    scale = null
    told = null
  }
  return {
    get scale() {
      return scaleNow()
    },
    get told() {
      return toldNow()
    },
    judge({ kept, squares, factors, turned, clip, betas }) {
      for (const tensor of [scaleNow(), toldNow()]) willChange(inside, tensor)
      const bound = [kept, scaleNow(), toldNow(), turned, squares, factors]
      runKernel(inside, judgeKernel(betas, clip), bound, [1, 1, 1])
    },
    async read() {
      const [value] = await scaleNow().data<'float32'>()
      return value ?? lossScale.first
    },
    restore(value, skipped) {
      dispose()
      scale = begun(value)
      // Told again by every step until it is this one's turn.
      told = tf.keep(tf.tensor1d(Float32Array.of(value, value, skipped)))
    },
    dispose,
  }
}
