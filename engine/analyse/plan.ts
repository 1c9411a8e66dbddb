/**
 * The Plan: a document made flat, ordered, typed, shaped and named. Every back-end (tfjs, exporters, the window's
 * shape labels) reads this and nothing else, so they cannot disagree about order, names or shapes.
 */
import type { Path, TrainingStep, WireId } from '../graph/document'
import type { Definition, Params, WeightSpec } from '../../nodes/kit/define'
import type { Spec } from '../../nodes/kit/spec'

/** Where an input comes from. */
export interface Source {
  readonly path: Path
  readonly port: string
  /** Path of the wire as drawn (block path + wire id), for tracing back to the canvas: `encoder/w3`. Several plan wires share one drawn wire in a repeated block. */
  readonly wire: WirePath
}
/** Enclosing instance path + wire id: `w1`, `encoder/0/w3`. */
export type WirePath = string

export interface PlanStep {
  readonly path: Path
  /** What people called the node; left out where they did not. */
  readonly label?: string
  readonly definition: Definition
  /** Complete and checked. */
  readonly params: Params
  /** One entry per wired port; a list port has an array in key order. */
  readonly inputs: Readonly<Record<string, Source | readonly Source[]>>
  /** Specs by wired input port, in the same form. */
  readonly inputSpecs: Readonly<Record<string, Spec | readonly Spec[]>>
  readonly outputs: Readonly<Record<string, Spec>>
  readonly weights: Readonly<Record<string, WeightSpec>>
  /** Sum over all weights, moving statistics included; 0 for a step that shares another's weights. */
  readonly parameters: number
  readonly trainableParameters: number
  readonly multiplyAdds: number
  /** The step whose weights this one uses (tied copies of a block), else null. */
  readonly sharesWeightsOf: Path | null
  readonly frozen: boolean
}

/** A training step with paths of blocks resolved to the nodes inside. */
export interface PlanTrainingStep {
  readonly index: number
  readonly losses: readonly Path[]
  /** Owners of the weights that this step moves (trainable, not frozen, reached by its losses), in Plan order. */
  readonly trains: readonly Path[]
  readonly settings: TrainingStep
}

/** One output of a step. */
export interface Ref {
  readonly path: Path
  readonly port: string
}

export interface Plan {
  /** In execution order: an input always comes from an earlier step. */
  readonly steps: readonly PlanStep[]
  readonly byPath: ReadonlyMap<Path, PlanStep>
  readonly training: readonly PlanTrainingStep[]
  /** The model that people get: from the sources' outputs to the predictions. */
  readonly model: { readonly inputs: readonly Ref[]; readonly outputs: readonly Ref[] }
  readonly losses: readonly Path[]
  readonly metrics: readonly Path[]
  readonly data: readonly Path[]
  readonly parameters: number
  readonly trainableParameters: number
  readonly multiplyAdds: number
  /** Bytes: float32 weights; weights + gradients + optimiser slots + activations (kept for the backward pass) at the document's batch size. */
  readonly memory: {
    readonly weights: number
    readonly training: number
    /** The part of `training` that each sample of the batch adds. */
    readonly perSample: number
  }
}

export interface Fix {
  readonly id: string
  readonly label: string
}

export interface Problem {
  /** Path of the node, or null where no one node is to blame. */
  readonly node: Path | null
  readonly wire: WirePath | null
  readonly severity: 'error' | 'warning'
  /** A sentence: what was wanted, what came, what to do. */
  readonly message: string
  readonly fixes: readonly Fix[]
}

/** What analyse answers: always the problems, and as much of the Plan as could be made. */
export interface Analysis {
  /** No error among the problems: `plan` may be compiled. */
  readonly ok: boolean
  readonly problems: readonly Problem[]
  /** The Plan of every node that could be shaped; steps with errors, and those that depend on them, are missing. */
  readonly plan: Plan
  /** Spec carried by every wire that has one, by wire path. */
  readonly wires: ReadonlyMap<WirePath, Spec>
}

/** Whether a drawn wire id stands behind a plan wire path. */
export function drawnWire(wire: WirePath): WireId {
  return wire.slice(wire.lastIndexOf('/') + 1)
}
