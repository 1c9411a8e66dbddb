/**
 * All that the rules know: facts of the samples, and what a run has shown so far. Plain numbers, so that rules are tested
 * without tfjs. The facts of the graph are the Plan's.
 */
import type { WirePath } from '../analyse/plan'
import type { Path } from '../graph/document'

/** Numbers of one column of samples (x of a data node) over the training split, as the network sees them. */
export interface ValueFacts {
  /** Numbers in a sample. */
  readonly size: number
  readonly mean: number
  readonly deviation: number
  readonly least: number
  readonly most: number
  /** 99.5th percentile of the absolute values. */
  readonly large: number
  /** Largest over smallest deviation among the numbers of a sample that vary; 1 where there is one. */
  readonly deviationRatio: number
}

/** Beyond this, numbers are large for a network whose weights were drawn in the usual way. */
export const largeValue = 20

/** Whether no input and no target is so large that what a network shows at first is owed to it. */
export function tame({ data }: SampleFacts): boolean {
  return data.every(({ x, y }) => [x, y].every((facts) => facts === null || facts.large <= largeValue))
}

/** The first value that is missing or not finite. */
export interface NotFinite {
  readonly count: number
  /** From 1, in the order of the file. */
  readonly row: number
  /** Name of the table's column, or the place of the number in the sample, from 1. */
  readonly column: string
  readonly target: boolean
}

export interface DataFacts {
  readonly path: Path
  readonly samples: { readonly train: number; readonly validation: number; readonly test: number }
  /** Null for token ids. */
  readonly x: ValueFacts | null
  /** Of targets that are amounts; null for classes, and where there are none. */
  readonly y: ValueFacts | null
  readonly notFinite: NotFinite | null
  /** Mean and deviation of the validation samples. */
  readonly validation: { readonly mean: number; readonly deviation: number } | null
  /** Training samples of each class; null where the target is no class. */
  readonly classes: readonly number[] | null
  /** Mean number of classes in a batch, over the first batches; null where they are dealt anew in every epoch. */
  readonly classesInBatch: number | null
  /** The number of a sample that says most about the target by itself, and what the next best one says. */
  readonly leak: { readonly column: string; readonly correlation: number; readonly next: number } | null
  /** Validation samples that are in the training split too, and the share of repeated samples within that split. */
  readonly repeats: { readonly rows: number; readonly share: number; readonly own: number } | null
}

/** What is known of a loss from its targets alone. */
export interface LossFacts {
  readonly path: Path
  readonly task: 'classes' | 'binary' | 'values'
  /** Loss of the best constant answer; null where it is not known. */
  readonly chance: number | null
  /** The smallest loss there can be (above 0 with label smoothing). */
  readonly floor: number
  /** Share of the commonest class; null where the target is no class. */
  readonly majority: number | null
  readonly least: number
  readonly most: number
  /** Classes that the targets name; null where they are no classes. */
  readonly classes: number | null
}

export interface SampleFacts {
  readonly data: readonly DataFacts[]
  readonly losses: readonly LossFacts[]
}

export const noSamples: SampleFacts = { data: [], losses: [] }

/** What a node gave at one step, over the batch. */
export interface Activity {
  readonly deviation: number
  readonly largest: number
  /** Share of exact zeros. */
  readonly zero: number
  /** Share of units that are exactly zero for the whole batch. */
  readonly dead: number
  /** Share beyond ±0.97 (tanh), or outside 0.02..0.98 (sigmoid). */
  readonly saturated: number
  /** Mean over units of their deviation over the batch: 0 where all inputs give the same. */
  readonly spread: number
}

/** One sampled step. -1 = no value. */
export interface RunSample {
  readonly step: number
  readonly gradNorm: ReadonlyMap<Path, number>
  readonly gradRms: ReadonlyMap<Path, number>
  readonly relativeGradient: ReadonlyMap<Path, number>
  readonly updateRatio: ReadonlyMap<Path, number>
  /** RMS of dL/da of each node's first output, over its wires. */
  readonly delta: ReadonlyMap<Path, number>
  readonly activity: ReadonlyMap<Path, Activity>
  /** RMS of dL/dx over the first and the last tenth of the steps in time, for wires into recurrent nodes. */
  readonly time: ReadonlyMap<WirePath, { readonly first: number; readonly last: number }>
}

export interface EpochFacts {
  readonly step: number
  readonly epoch: number
  readonly validationLoss: number
  readonly validationAccuracy: number | null
  /** Mean over the epoch's batches. */
  readonly trainLoss: number
  readonly trainAccuracy: number | null
}

export interface RunFacts {
  /** Steps done. */
  readonly step: number
  readonly ended: boolean
  readonly totalSteps: number
  readonly stepsPerEpoch: number
  readonly batchSize: number
  readonly trainSamples: number
  readonly validationSamples: number
  /** One training step whose losses are known; several (a GAN) or a reward have no skill and oscillate by nature. */
  readonly ordinary: boolean
  /** Loss of the batch at each step, in order. */
  readonly loss: readonly number[]
  /** Loss of the best constant answer, and of a perfect one; null where not known. */
  readonly chance: number | null
  readonly floor: number
  readonly samples: readonly RunSample[]
  readonly epochs: readonly EpochFacts[]
  /** Recall of each class on the validation split (else the training one) at the end. */
  readonly recalls: readonly number[] | null
  readonly end: {
    readonly trainLoss: number | null
    readonly trainAccuracy: number | null
    readonly validationLoss: number | null
    readonly validationAccuracy: number | null
  } | null
  readonly notFinite: { readonly step: number; readonly what: string; readonly path: Path | null } | null
}
