/**
 * One batch taken apart, for looking at it step by step: every value on its way forward, every gradient on its way back,
 * and what the update would do to every weight. Nothing of it moves the training.
 */
import type { WirePath } from '../analyse/plan'
import type { Document, Path } from '../graph/document'
import type { DataFile, RunId, Split, WeightSet } from './protocol'

export interface TraceRequest {
  readonly kind: 'trace'
  readonly document: Document
  /** Weights, optimiser and step of a run that this worker knows; null = `weights`. */
  readonly run: RunId | null
  /** Weights where path, name and shape agree; null = fresh from the seed. */
  readonly weights: WeightSet | null
  readonly files: readonly DataFile[]
  readonly split: Split
  /** The first sample, from 0 in the order of the split, and how many. */
  readonly first: number
  readonly count: number
  /** Which training step. */
  readonly trainingStep: number
}

/** A tensor as it was read back. */
export interface TracedTensor {
  readonly shape: readonly number[]
  /** Null where there are too many to send. */
  readonly values: Float32Array<ArrayBuffer> | null
  readonly mean: number
  readonly min: number
  readonly max: number
}

export interface TracedNode {
  readonly path: Path
  readonly outputs: Readonly<Record<string, TracedTensor>>
}

/** The gradient that comes back over a wire, at its consumers' end. */
export interface TracedWire {
  readonly wire: WirePath
  readonly from: Path
  readonly port: string
  readonly gradient: TracedTensor
}

export interface TracedWeight {
  /** `path:weight`. */
  readonly key: string
  readonly before: TracedTensor
  /** Of the loss, before clipping; null where this training step does not move the weight. */
  readonly gradient: TracedTensor | null
  readonly after: TracedTensor | null
}

export interface Trace {
  /** The step of the run that this would be, from 1. */
  readonly step: number
  readonly trainingStep: number
  readonly samples: { readonly first: number; readonly count: number; readonly of: number }
  /** Of all losses of the training step. */
  readonly loss: number
  readonly losses: Readonly<Record<Path, number>>
  /** What the losses need, in the order of execution. */
  readonly nodes: readonly TracedNode[]
  /** Those over which a gradient flows. */
  readonly wires: readonly TracedWire[]
  readonly weights: readonly TracedWeight[]
  /** Learning rate of this update, and what clipping multiplies every gradient by (1 = nothing). */
  readonly rate: number
  readonly clipping: number
  /** Which update of the optimiser this is, from 1. */
  readonly update: number
}
