/**
 * What is asked of PyTorch and what it answers. A job is a list of steps as the exporter describes them, with every
 * number given; `reference.py` runs it and knows nothing else of Wiregrad. Job and answer are committed together.
 */
import type { Optimiser } from '../../engine/graph/document'
import type { TorchEmit } from '../../nodes/kit/torch'
import type { Numbers } from './numbers'

/** `path:port` or `path:weight`. */
export type Name = string

export interface JobStep {
  readonly path: string
  readonly type: string
  readonly role: string
  readonly emit: TorchEmit
  /** In the order of the definition's ports; a list port gives a list, an open one before a wired one null. */
  readonly inputs: readonly { readonly port: string; readonly from: Name | readonly Name[] | null }[]
  readonly outputs: readonly string[]
  /** Empty where the step uses another's. */
  readonly weights: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly trainable: boolean }>
  >
  /** The step whose module this one uses, or null. */
  readonly shares: string | null
  /** Names in the state dict that a function takes behind its inputs: the weights of a node of another type. */
  readonly borrows?: readonly string[]
  /** Has its place in the state dict but is not run. */
  readonly rests?: boolean
}

export interface Job {
  readonly name: string
  readonly steps: readonly JobStep[]
  /** What stands at ports that no step computes. */
  readonly feeds: Readonly<Record<Name, Numbers>>
  /** Feeds whose gradient is asked for. */
  readonly differentiate: readonly Name[]
  readonly weights: Readonly<Record<Name, Numbers>>
  /** Batch statistics (true) or the moving ones. */
  readonly training: boolean
  /** Outputs to be told. */
  readonly watch: readonly Name[]
  /** dL/d(output) where there is no loss: L = sum of output * cotangent. */
  readonly cotangents: Readonly<Record<Name, Numbers>>
  /** Outputs whose sum is the loss, where there is one. */
  readonly losses: readonly Name[]
  readonly descent: Descent | null
}

/** A short training on the same batch over and over. */
export interface Descent {
  readonly steps: number
  readonly optimiser: Optimiser
  readonly clip: number | null
}

export interface Answer {
  readonly outputs: Readonly<Record<Name, Numbers>>
  readonly loss: number | null
  readonly gradients: Readonly<Record<Name, Numbers>>
  /** Moving statistics after one pass, as a biased variance (PyTorch keeps the unbiased one). */
  readonly statistics: Readonly<Record<Name, Numbers>>
  /** The loss before each step of the descent, and after its last. */
  readonly curve: readonly number[]
  /** PyTorch's state dict made of the job's weights, by `path.name` with `/` as `.`. */
  readonly state: Readonly<Record<string, Numbers>>
}

export interface Golden {
  readonly torch: string
  readonly entries: readonly { readonly job: Job; readonly answer: Answer }[]
}
