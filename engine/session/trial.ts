/**
 * What is tried on copies of the weights before a training: how fast and how large it will be, and which learning rate it
 * bears. Neither touches a run or its weights.
 */
import type { Document } from '../graph/document'
import type { BackendChoice, BackendInfo, DataFile, RunId, WeightSet } from './protocol'

interface Trial {
  readonly document: Document
  /** Weights of a run that this worker knows; null = `weights`. */
  readonly run: RunId | null
  /** Weights where path, name and shape agree; null = fresh from the seed. */
  readonly weights: WeightSet | null
  readonly backend: BackendChoice
  readonly files: readonly DataFile[]
}

/** Three dry batches. */
export interface PreflightRequest extends Trial {
  readonly kind: 'preflight'
}

export interface Preflight {
  readonly backend: BackendInfo
  /** The most bytes that tensors of this training held at once during a batch, samples left out. */
  readonly peakBytes: number
  /** Bytes of all samples on the device. */
  readonly sampleBytes: number
  /** Milliseconds of each dry batch. */
  readonly batches: readonly number[]
  readonly stepsPerEpoch: number
  readonly totalSteps: number
}

/** Begins a learning-rate range test; `rate-test-more` carries it on, bit by bit, and `rate-test-end` drops it. */
export interface RateTestRequest extends Trial {
  readonly kind: 'rate-test'
  readonly trainingStep: number
  /** The rate rises from `from` to `to` in so many steps, by the same factor each. */
  readonly from: number
  readonly to: number
  readonly steps: number
}

/** Losses that came since the last time, each taken before the update with its rate. */
export interface RateTestPart {
  readonly rates: readonly number[]
  readonly losses: readonly number[]
  /** Why there is no more, or null. */
  readonly over: 'end' | 'diverged' | null
}
