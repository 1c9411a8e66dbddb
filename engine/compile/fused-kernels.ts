/** The kernels of our own that nodes are computed with, for the backends that have them. */
import type * as Tf from '@tensorflow/tfjs'
import * as heapAttention from '../backend/wasm/fused/attend'
import * as heapBend from '../backend/wasm/fused/bend'
import { crossEntropy as heapCrossEntropy } from '../backend/wasm/fused/cross-entropy'
import { dense as heapDense } from '../backend/wasm/fused/dense'
import { mean as heapMean } from '../backend/wasm/fused/mean'
import { normalise as heapNormalise } from '../backend/wasm/fused/normalise'
import { shift as heapShift } from '../backend/wasm/fused/shift'
import { walk as heapWalk } from '../backend/wasm/fused/walk'
import { wasmInside } from '../backend/wasm/inside'
import * as gpuAttention from '../backend/webgpu/fused/attend'
import * as gpuBend from '../backend/webgpu/fused/bend'
import { convolve as gpuConvolve, halfConvolve } from '../backend/webgpu/fused/convolve'
import { crossEntropy as gpuCrossEntropy } from '../backend/webgpu/fused/cross-entropy'
import { dense as gpuDense, halfDense } from '../backend/webgpu/fused/dense'
import { mean as gpuMean } from '../backend/webgpu/fused/mean'
import { normalise as gpuNormalise } from '../backend/webgpu/fused/normalise'
import { normaliseBatch as gpuNormaliseBatch } from '../backend/webgpu/fused/normalise-batch'
import { mostUnits, walk as gpuWalk } from '../backend/webgpu/fused/walk'
import { webgpuInside } from '../backend/webgpu/inside'

export type BendName = heapBend.BendName

export interface FusedKernels {
  readonly isBend: (name: string) => name is BendName
  readonly bend: (tf: typeof Tf, x: Tf.Tensor, name: BendName) => Tf.Tensor
  readonly dense: typeof heapDense
  /** Null where convolutions are tfjs's. */
  readonly convolve: typeof gpuConvolve | null
  readonly crossEntropy: typeof heapCrossEntropy
  readonly mean: typeof heapMean
  /** A bias along the last axis; null where a sum of tensors is as good. */
  readonly shift: typeof heapShift | null
  readonly normalise: typeof heapNormalise
  /** Null where batch norm is tfjs's. */
  readonly normaliseBatch: typeof gpuNormaliseBatch | null
  /** Whether attention of this many places, by heads of this size, is for these kernels. */
  readonly attends: (from: number, to: number, size: number) => boolean
  readonly attend: typeof heapAttention.attend
  readonly reach: typeof heapAttention.reach
  /** Whether a cell of this many units is. */
  readonly walks: (units: number, batch: number) => boolean
  readonly walk: typeof heapWalk
}

const onHeap: FusedKernels = {
  isBend: heapBend.isBend,
  bend: heapBend.bend,
  dense: heapDense,
  convolve: null,
  crossEntropy: heapCrossEntropy,
  mean: heapMean,
  shift: heapShift,
  normalise: heapNormalise,
  normaliseBatch: null,
  attends: () => true,
  attend: heapAttention.attend,
  reach: heapAttention.reach,
  walks: () => true,
  walk: heapWalk,
}

const onGpu: FusedKernels = {
  isBend: gpuBend.isBend,
  bend: gpuBend.bend,
  dense: gpuDense,
  convolve: gpuConvolve,
  crossEntropy: gpuCrossEntropy,
  mean: gpuMean,
  shift: null,
  normalise: gpuNormalise,
  normaliseBatch: gpuNormaliseBatch,
  attends: gpuAttention.attendsHere,
  attend: gpuAttention.attend,
  reach: (tf, places, causal, window) => {
    const inside = webgpuInside(tf)
    return inside === null ? null : gpuAttention.reach(tf, inside, places, causal, window)
  },
  walks: (units, batch) => units <= mostUnits && batch <= 65535,
  walk: gpuWalk,
}

/** What mixed precision is: products of numbers in halves, summed up in floats; all else is floats as ever. */
const mixedOnGpu: FusedKernels = {
  ...onGpu,
  dense: halfDense,
  convolve: halfConvolve,
  attend: gpuAttention.halfAttend,
}

/** Whether the current backend has kernels in mixed precision. */
export function hasMixed(tf: typeof Tf): boolean {
  return webgpuInside(tf) !== null
}

/** Null where the current backend has none. `mixed`: in mixed precision where it has that. */
export function fusedKernels(tf: typeof Tf, mixed: boolean): FusedKernels | null {
  if (webgpuInside(tf) !== null) return mixed ? mixedOnGpu : onGpu
  return wasmInside(tf) === null ? null : onHeap
}
