/**
 * What a diagnosis says: what is wrong, where, by which numbers, why that hinders learning, and which edits of the
 * graph may help. Plain data, so that it crosses to the window and into a line of the command line as it is.
 */
import type { Optimiser, Path, Schedule } from '../graph/document'

/**
 * The rules, kebab-case and lasting, by priority: the first that holds is the root cause, and those that follow from it
 * are its symptoms. A fault of the data explains what the graph cannot, the graph what the run cannot.
 */
export const ruleIds = [
  'nan-in-data',
  'loss-activation-mismatch',
  'wrong-output-width',
  'bad-initialisation',
  'input-not-normalised',
  'target-not-normalised',
  'leakage',
  'split-mismatch',
  'not-shuffled',
  'over-regularised',
  'class-imbalance',
  'missing-activation',
  'exploding-gradient',
  'dead-relu',
  'vanishing-gradient',
  'saturated-activation',
  'learning-rate-too-high',
  'vanishing-through-time',
  'batch-too-small',
  'oscillating-loss',
  'nan-loss',
  'learning-rate-too-low',
  'plateau',
  'underfitting',
  'overfitting',
  'labels-without-signal',
] as const
export type RuleId = (typeof ruleIds)[number]

/** `warn` counts as an alarm; `info` is advice. */
export type Severity = 'warn' | 'info'

/** A small picture of the evidence. */
export type Chart =
  /** A value for each layer from the input to the loss. */
  | {
      readonly kind: 'depth'
      readonly title: string
      readonly paths: readonly Path[]
      readonly values: readonly number[]
      /** Values span decades. */
      readonly log: boolean
    }
  /** Curves over steps; NaN where a curve has no value. */
  | {
      readonly kind: 'time'
      readonly title: string
      readonly steps: readonly number[]
      readonly series: readonly { readonly name: string; readonly values: readonly number[] }[]
      /** A level to compare with, such as the loss of guessing. */
      readonly level: { readonly name: string; readonly value: number } | null
    }
  | {
      readonly kind: 'bars'
      readonly title: string
      readonly labels: readonly string[]
      readonly values: readonly number[]
    }

/**
 * One change of the document, as data. A path that is no longer there is passed over. Inside a block the definition
 * changes, and with it every copy.
 */
export type CureEdit =
  /** Sets some of a node's settings. */
  | { readonly kind: 'set'; readonly path: Path; readonly params: Readonly<Record<string, unknown>> }
  /** Puts a new node behind the output `port` of a node, before all that it feeds; or right before the input `into`. */
  | {
      readonly kind: 'insert'
      readonly after: Path
      readonly port: string
      readonly into: { readonly path: Path; readonly port: string } | null
      readonly type: string
      readonly params: Readonly<Record<string, unknown>>
    }
  /** Takes a node out and wires what fed its input `from` to what it fed. */
  | { readonly kind: 'remove'; readonly path: Path; readonly from: string }
  /** Another type in the place of a node; wires and settings of the same name stay. */
  | {
      readonly kind: 'replace'
      readonly path: Path
      readonly type: string
      readonly params: Readonly<Record<string, unknown>>
    }
  /** Adds a node beside a loss: the same prediction and target (a metric to judge by). */
  | { readonly kind: 'beside'; readonly loss: Path; readonly type: string }
  | {
      readonly kind: 'training'
      readonly batchSize?: number
      readonly length?: { readonly epochs: number } | { readonly steps: number }
    }
  /** Settings of one training step, by its index in the Plan. */
  | {
      readonly kind: 'step'
      readonly index: number
      readonly optimiser?: Optimiser
      readonly schedule?: Schedule
      readonly clip?: { readonly norm: number } | null
    }

/** An edit of the document that may help; all of `edits` together are one step of undo. */
export interface Cure {
  /** Kebab-case, lasting, unique within its finding. */
  readonly id: string
  /** An imperative sentence without a full stop, for a button: `Draw the weights by He`. */
  readonly label: string
  readonly edits: readonly CureEdit[]
}

export interface Finding {
  readonly rule: RuleId
  /** The node to point at, or null where it is the training or the whole graph. */
  readonly path: Path | null
  readonly severity: Severity
  /** The step at which it was first seen; 0 before the training. */
  readonly step: number
  /** A few words: `Vanishing gradient`. */
  readonly title: string
  /** A sentence with the numbers. */
  readonly evidence: string
  /** For a learner: why this hinders learning and what helps. */
  readonly explanation: string
  readonly chart: Chart | null
  /** What follows from this: shown under it. Their own `symptoms` are empty. */
  readonly symptoms: readonly Finding[]
  /** The best first; may be empty. */
  readonly cures: readonly Cure[]
}

/** Tells a finding from others of the same diagnosis, and knows it again in the next one. */
export function findingKey({ rule, path }: Pick<Finding, 'rule' | 'path'>): string {
  return `${rule} ${path ?? ''}`
}

/** Findings with their symptoms behind them, in the order of the lines of `wiregrad diagnose`. */
export function flattened(findings: readonly Finding[]): readonly Finding[] {
  return findings.flatMap((finding) => [finding, ...finding.symptoms])
}
