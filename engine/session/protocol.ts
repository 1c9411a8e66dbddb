/**
 * What the window and the training worker say to each other. Every request carries an id and gets exactly one reply;
 * every event carries the run it is about, and events of runs that the listener does not know are dropped. Both sides
 * are hand-written unions: the two ends ship together, so no schema is parsed between them.
 */
import type { Document, Path } from '../graph/document'
import type { Problem, WirePath } from '../analyse/plan'
import type { Finding } from '../diagnose/finding'
import type { Look, Wish } from './look'
import type { Trace, TraceRequest } from './trace'
import type { Preflight, PreflightRequest, RateTestPart, RateTestRequest } from './trial'

export type RunId = string
export type BackendName = 'webgpu' | 'webgl' | 'wasm' | 'cpu'
export type BackendChoice = 'auto' | BackendName

export interface BackendInfo {
  readonly name: BackendName
  /** What the device calls itself, e.g. `Apple M3`, `SwiftShader`; empty for wasm and cpu. */
  readonly adapter: string
  /** True for a software adapter. */
  readonly software: boolean
  /** Why this one, in a sentence. */
  readonly reason: string
}

/** A file of the user's for one data node. `path` is the data node's id. */
export interface DataFile {
  readonly node: Path
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Weights by `path:weight`, float32. */
export type WeightSet = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly values: Float32Array<ArrayBuffer> }>
>

export interface TrainRequest {
  readonly kind: 'train'
  readonly run: RunId
  readonly revision: number
  readonly document: Document
  readonly backend: BackendChoice
  readonly files: readonly DataFile[]
  /** Start from these where path, name and shape agree ("Continue"); null = fresh from the seed. */
  readonly weights: WeightSet | null
  /** Begin paused, before the first step. */
  readonly paused: boolean
  /** End after so many steps though the document asks for more; what depends on the length (a schedule) goes by the document. */
  readonly most?: number
  /** On WebGPU: record steps and replay them, unless this is false. The numbers are the same either way. */
  readonly capture?: boolean
  /** Look at this node from the first step on, as `inspect` does. */
  readonly inspect?: Wish | null
}

export type Request =
  | { readonly kind: 'backends' }
  | TrainRequest
  | { readonly kind: 'pause' | 'resume' | 'step' | 'stop'; readonly run: RunId }
  /** Probe every step (true), or on the schedule (false). */
  | { readonly kind: 'probe-every-step'; readonly run: RunId; readonly on: boolean }
  | { readonly kind: 'weights'; readonly run: RunId }
  /** Looks at a node now, and from now on with the probes of the run, also when it has ended; null ends it. */
  | { readonly kind: 'inspect'; readonly run: RunId; readonly wish: Wish | null }
  | EvaluateRequest
  | DiagnoseRequest
  | TraceRequest
  | PreflightRequest
  | RateTestRequest
  | { readonly kind: 'rate-test-more' | 'rate-test-end'; readonly test: number }
  | {
      readonly kind: 'export'
      readonly from: WeightSource
      readonly format: ExportFormat
      /** The user's own data, for formats that bring the samples along. */
      readonly files?: readonly DataFile[]
    }
  /** A model of another program, from its files by name. */
  | { readonly kind: 'import'; readonly files: readonly ExportedFile[] }

/** Words of `wiregrad export --format`. */
export const exportFormats = [
  'tfjs',
  'onnx',
  'keras',
  'h5',
  'keras-script',
  'pytorch',
  'safetensors',
  'npz',
] as const
export type ExportFormat = (typeof exportFormats)[number]
export type Split = 'train' | 'validation' | 'test'

/** Weights of a run that this worker knows, or a document with weights (null = fresh from the document's seed). */
export type WeightSource =
  | { readonly kind: 'run'; readonly run: RunId }
  | { readonly kind: 'document'; readonly document: Document; readonly weights: WeightSet | null }

export interface EvaluateRequest {
  readonly kind: 'evaluate'
  readonly document: Document
  readonly weights: WeightSet
  readonly split: Split
  readonly backend: BackendChoice
  readonly files: readonly DataFile[]
}

/**
 * What can be said before a training: of the graph and its samples. Findings of a run come as events. `diagnose/graph`
 * says what the graph alone shows, without a worker.
 */
export interface DiagnoseRequest {
  readonly kind: 'diagnose'
  readonly document: Document
  readonly files: readonly DataFile[]
}

export interface ExportedFile {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface Replies {
  readonly backends: { readonly available: readonly BackendInfo[]; readonly auto: BackendName }
  readonly train:
    | { readonly accepted: true }
    | { readonly accepted: false; readonly problems: readonly Problem[]; readonly message: string }
  readonly pause: { readonly step: number }
  readonly resume: { readonly step: number }
  readonly step: { readonly step: number }
  readonly stop: { readonly step: number }
  readonly 'probe-every-step': { readonly on: boolean }
  readonly weights: WeightSet
  /** Looks come as events. */
  readonly inspect: { readonly accepted: true }
  readonly evaluate:
    | { readonly accepted: true; readonly scores: Scores }
    | { readonly accepted: false; readonly problems: readonly Problem[]; readonly message: string }
  readonly diagnose:
    | { readonly accepted: true; readonly findings: readonly Finding[] }
    | { readonly accepted: false; readonly problems: readonly Problem[]; readonly message: string }
  readonly trace:
    | { readonly accepted: true; readonly trace: Trace }
    | { readonly accepted: false; readonly problems: readonly Problem[]; readonly message: string }
  readonly preflight:
    | { readonly accepted: true; readonly measured: Preflight }
    | { readonly accepted: false; readonly problems: readonly Problem[]; readonly message: string }
  readonly 'rate-test':
    | { readonly accepted: true; readonly test: number }
    | { readonly accepted: false; readonly problems: readonly Problem[]; readonly message: string }
  readonly 'rate-test-more': RateTestPart
  readonly 'rate-test-end': Readonly<Record<never, never>>
  readonly export: {
    readonly files: readonly ExportedFile[]
    readonly parameters: number
    readonly names: Readonly<Record<string, string>>
  }
  readonly import: {
    readonly document: Document
    readonly weights: WeightSet | null
    /** Layers without a counterpart here: their paths, what they are there, and why they stay locked. */
    readonly locked: readonly { readonly path: Path; readonly op: string; readonly reason: string }[]
  }
}
export type RequestKind = Request['kind']
export type ReplyOf<K extends RequestKind> = Replies[K]

export interface RequestMessage {
  readonly id: number
  readonly request: Request
}
export type ReplyMessage =
  | { readonly id: number; readonly ok: true; readonly reply: Replies[RequestKind] }
  /** The worker refused or failed: a sentence. */
  | { readonly id: number; readonly ok: false; readonly message: string }

/** Loss and metrics of one split. Keys of `metrics`: path of the metric node. */
export interface Scores {
  readonly loss: number
  /** Per loss node where there are several. */
  readonly losses: Readonly<Record<Path, number>>
  readonly metrics: Readonly<Record<Path, number>>
  readonly samples: number
}

/** Order of the numbers in a probe's arrays, sent once per run. */
export interface ProbeLayout {
  /** Weighted nodes in Plan order. */
  readonly layers: readonly Path[]
  /** Their depth: number of weighted layers on the longest path before them. */
  readonly depth: readonly number[]
  readonly wires: readonly WirePath[]
  /** Nodes whose output is measured: those that feed a wire of `wires`. */
  readonly outputs: readonly Path[]
  /** Nodes whose outputs are measured, in Plan order. */
  readonly active?: readonly Path[]
  /** Wires that carry a sequence into a recurrent node. */
  readonly timed?: readonly WirePath[]
}

/**
 * Signals of diagnosis.md, A2, at one step of one training step. Of n numbers x: mean = Σx/n, RMS = √(Σx²/n), std =
 * √(Σ(x − mean)²/n) (PyTorch's `std(unbiased=False)`), L2 = √Σx². What is not finite stays so. -1 says that there is no
 * value; a mean, which may be -1 itself, is there when the std beside it is.
 */
export interface Probe {
  readonly step: number
  /** Which training step this is about. */
  readonly trainingStep: number
  /** L2 norm over all trainable weights of the node, before clipping. -1 where this training step does not train the node. */
  readonly gradNorm: Float32Array<ArrayBuffer>
  /** RMS, mean and std of the gradient of the weights of rank >= 2 (all if none). */
  readonly gradRms: Float32Array<ArrayBuffer>
  readonly gradMean: Float32Array<ArrayBuffer>
  readonly gradStd: Float32Array<ArrayBuffer>
  /** Share of that gradient's numbers that are exactly zero, and that are not finite. */
  readonly gradZeroShare: Float32Array<ArrayBuffer>
  readonly gradNonFinite: Float32Array<ArrayBuffer>
  /** L2 norm of the same weights, before the update. */
  readonly weightNorm: Float32Array<ArrayBuffer>
  /** ‖g‖ / ‖W‖ over the same weights; -1 where ‖W‖ is 0. */
  readonly relativeGradient: Float32Array<ArrayBuffer>
  /** ‖ΔW‖ / ‖W‖ after clipping, decay and optimiser; -1 where ‖W‖ is 0. */
  readonly updateRatio: Float32Array<ArrayBuffer>
  /** RMS of dL/da over each wire, at its consumer's end; -1 where no gradient flows in this training step. */
  readonly wireRms: Float32Array<ArrayBuffer>
  /** RMS of a itself over each wire. */
  readonly forwardRms: Float32Array<ArrayBuffer>
  /** RMS, mean and std of each node's output over the batch. */
  readonly outputRms: Float32Array<ArrayBuffer>
  readonly outputMean: Float32Array<ArrayBuffer>
  readonly outputStd: Float32Array<ArrayBuffer>
  /** Share of the output's numbers that are exactly zero, and that are not finite. */
  readonly outputZeroShare: Float32Array<ArrayBuffer>
  readonly outputNonFinite: Float32Array<ArrayBuffer>
  /** Share of the units (places along the last axis) that are 0 in the whole batch; -1 where the node does not end in a ReLU. */
  readonly deadShare: Float32Array<ArrayBuffer>
  /** Share of numbers with |tanh| > 0.97, or sigmoid < 0.02 or > 0.98; -1 where the node ends in neither. */
  readonly saturatedShare: Float32Array<ArrayBuffer>
  /**
   * What each node of the layout's `active` gave over the batch, six numbers a node (`diagnose/signals`, Activity, in that
   * order); -1 where it did not run.
   */
  readonly activity?: Float32Array<ArrayBuffer>
  /** RMS of dL/dx over the first and the last tenth of the steps in time of each wire of `timed`; -1 = no value. */
  readonly time?: Float32Array<ArrayBuffer>
}

/** Numbers of consecutive steps, packed. */
export interface Ticks {
  /** 1-based steps. */
  readonly step: Float64Array<ArrayBuffer>
  readonly epoch: Float64Array<ArrayBuffer>
  /** Total loss before the step's update. */
  readonly loss: Float64Array<ArrayBuffer>
  /** Row-major [ticks, names.length]. */
  readonly values: Float64Array<ArrayBuffer>
}

export type EndReason = 'finished' | 'stopped' | 'diverged'

export type RunEvent =
  | {
      readonly kind: 'started'
      readonly run: RunId
      readonly backend: BackendInfo
      readonly parameters: number
      readonly seed: number
      /** Steps of the whole run. */
      readonly totalSteps: number
      readonly stepsPerEpoch: number
      readonly samples: { readonly train: number; readonly validation: number; readonly test: number }
      /** Columns of a tick's `values`: losses (where several) then metrics, by path. */
      readonly names: readonly Path[]
      readonly layout: ProbeLayout
      /** Paths whose weights were carried over. */
      readonly carried: readonly Path[]
    }
  | { readonly kind: 'ticks'; readonly run: RunId; readonly ticks: Ticks; readonly stepsPerSecond: number }
  | {
      readonly kind: 'probe'
      readonly run: RunId
      readonly probe: Probe
      /** Share of training time spent probing so far. */
      readonly cost: number
      /** By the number of its step alone, and not because somebody looks on. */
      readonly scheduled: boolean
    }
  | {
      readonly kind: 'look'
      readonly run: RunId
      readonly look: Look
      /** Share of the time since the node was asked for that looking took. */ readonly cost: number
    }
  | {
      readonly kind: 'epoch'
      readonly run: RunId
      readonly epoch: number
      readonly step: number
      readonly validation: Scores | null
    }
  /** All findings of the run so far, whenever they have changed: root causes by priority, their symptoms under them. */
  | { readonly kind: 'findings'; readonly run: RunId; readonly findings: readonly Finding[] }
  | { readonly kind: 'paused'; readonly run: RunId; readonly step: number; readonly reason: string | null }
  | { readonly kind: 'resumed'; readonly run: RunId; readonly step: number }
  /** On WebGPU: whether steps are replayed from a recording from this one on, or why not. */
  | {
      readonly kind: 'capture'
      readonly run: RunId
      readonly step: number
      readonly captured: boolean
      readonly message: string
    }
  /**
   * Of a run that asks for mixed precision: at its beginning whether it has it, and later that the scale of its loss has
   * changed.
   */
  | {
      readonly kind: 'precision'
      readonly run: RunId
      readonly step: number
      readonly mixed: boolean
      /** What the loss is scaled by from the next step on; null where it is not. */
      readonly scale: number | null
      /** Steps that were left out so far, since a gradient was too large for half precision. */
      readonly skipped: number
      /** A sentence. */
      readonly message: string
    }
  /** The device was lost and another backend, or the same anew, went on from the last checkpoint. */
  | {
      readonly kind: 'recovered'
      readonly run: RunId
      readonly step: number
      readonly backend: BackendInfo
      readonly message: string
    }
  | {
      readonly kind: 'ended'
      readonly run: RunId
      readonly why: EndReason
      readonly message: string
      readonly step: number
      readonly seconds: number
      readonly train: Scores | null
      readonly validation: Scores | null
      readonly test: Scores | null
    }
  | { readonly kind: 'failed'; readonly run: RunId; readonly message: string }

export type WorkerMessage = ReplyMessage | { readonly events: readonly RunEvent[] }
