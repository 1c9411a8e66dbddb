/**
 * The training as the window sees it. State that changes a few times per run is in `store` (React renders it); numbers
 * that arrive many times a second are in the ring buffers of `run()`, painted on `onNumbers`, and never go through React.
 */
import type { StoreApi } from 'zustand/vanilla'
import type {
  BackendChoice,
  BackendInfo,
  BackendName,
  DataFile,
  EndReason,
  ExportedFile,
  ExportFormat,
  ReplyOf,
  RunId,
  WeightSet,
} from '../../engine/session/protocol'
import type { TraceRequest } from '../../engine/session/trace'
import type { RateTestPart, RateTestRequest } from '../../engine/session/trial'
import type { Finding } from '../../engine/diagnose/finding'
import type { Wish } from '../../engine/session/look'
import type { Run } from '../../engine/session/runs'
import type { Document } from '../../engine/graph/document'

export type RunStatus = 'idle' | 'starting' | 'running' | 'paused' | 'ended' | 'failed'

export interface SessionState {
  readonly status: RunStatus
  /** The run on show: the newest, also after it ended. */
  readonly runId: RunId | null
  /** The document that the run trains; differs from the editor's after an edit. */
  readonly runDocument: Document | null
  /** Where it really runs, once known. */
  readonly backend: BackendInfo | null
  /** On WebGPU: whether steps are replayed from a recording, or why not. */
  readonly capture: string | null
  /** What a run in mixed precision last said of it. */
  readonly precision: string | null
  readonly choice: BackendChoice
  /** What this machine has; null until asked. */
  readonly backends: readonly BackendInfo[] | null
  readonly auto: BackendName | null
  readonly ended: { readonly why: EndReason; readonly message: string } | null
  /** Why it failed, stopped by itself or was refused, in a sentence; null when all is well. */
  readonly message: string | null
  /** The run on show is of an earlier window, or of a tab that was gone back to. */
  readonly reopened: boolean
  /** Weights to continue from are there. */
  readonly canContinue: boolean
  /** What the diagnosis says of the run on show. */
  readonly findings: readonly Finding[]
  /** The cure whose effect the run on show is to tell, against `before()`; null: it is compared with nothing. */
  readonly compared: string | null
  readonly probeEveryStep: boolean
  /** Files of the user's, by data node. */
  readonly files: readonly DataFile[]
}

export type TrainMode = 'fresh' | 'continue'

export interface TrainOptions {
  readonly paused?: boolean
  readonly compare?: string
}

/** What there are weights of. */
export interface Learned {
  /** As it was trained. */
  readonly document: Document
  /** Null where nobody saw it train. */
  readonly run: Run | null
}

export interface SessionActions {
  /**
   * Trains the editor's document as it is now; refusals land in `message`. `paused`: begin before the first step.
   * `compare`: what was changed; the run that was on show is kept beside the new one.
   */
  train(mode: TrainMode, options?: TrainOptions): Promise<void>
  pause(): Promise<void>
  resume(): Promise<void>
  /** One step, starting a run paused where there is none. */
  step(): Promise<void>
  stop(): Promise<void>
  setBackend(choice: BackendChoice): void
  askBackends(): Promise<void>
  setProbeEveryStep(on: boolean): Promise<void>
  /** Looks at a node of the run on show, and of every run that begins, until another wish or null. */
  inspect(wish: Wish | null): Promise<void>
  exportModel(format: ExportFormat): Promise<ReplyOf<'export'>>
  /** Reads a model of another program. */
  importModel(files: readonly ExportedFile[]): Promise<ReplyOf<'import'>>
  /** A file of the user's for one data node; kept until another document is opened. */
  giveFile(node: string, name: string, bytes: Uint8Array<ArrayBuffer>): void
  /** One batch taken apart, with the graph as it is now and the weights to go on from. */
  trace(batch: Pick<TraceRequest, 'split' | 'first' | 'count' | 'trainingStep'>): Promise<ReplyOf<'trace'>>
  /** Dry batches of the graph as it is now, on a copy of the weights to go on from. */
  preflight(): Promise<ReplyOf<'preflight'>>
  beginRateTest(
    range: Pick<RateTestRequest, 'trainingStep' | 'from' | 'to' | 'steps'>,
  ): Promise<ReplyOf<'rate-test'>>
  moreOfRateTest(test: number): Promise<RateTestPart>
  endRateTest(test: number): Promise<void>
  /** Pauses a run that goes on; resolves when it rests. */
  rest(): Promise<void>
  /** Weights to go on from, or null where there are none. */
  weights(): Promise<WeightSet | null>
  /** Takes up weights of an earlier window or of another tab: to continue from and to export, until the next run starts; and
   * the run that they are of, to look at. */
  adopt(document: Document, weights: WeightSet, run?: Run | null): void
  clearMessage(): void
  /** Forgets the run and its weights (another document was opened). */
  reset(): void
}

export interface Session {
  readonly store: StoreApi<SessionState>
  readonly actions: SessionActions
  /** Ring buffers of the run on show. The object is replaced with each new run. */
  run(): Run | null
  /** The run that the one on show is compared with, or null. */
  before(): Run | null
  /** What the weights to go on from are of, also while the next run is only prepared; null where there are none. */
  learned(): Learned | null
  /** Called when numbers arrived or another run is on show, at most some 30 times a second. Answers how to stop listening. */
  onNumbers(listener: () => void): () => void
}
