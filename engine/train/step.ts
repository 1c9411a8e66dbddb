/**
 * One training step on one batch, ours rather than `model.fit`: loss, gradients, statistics and update from one pass.
 * It recomputes only what its losses and the metrics given to it need; nothing is read back here.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { PlanTrainingStep } from '../analyse/plan'
import type { Compiled, Pass, Ports } from '../compile/compile'
import { deviceRandom } from '../compile/device-random'
import type { StepInputs } from '../compile/step-inputs'
import type { Batch } from '../data/device-data'
import type { Path } from '../graph/document'
import type { Recorder } from '../probe/recorder'
import type { RunningOptimiser, Turn } from './optimiser'
import { scheduleFactor } from './schedule'

export interface StepOptions {
  readonly tf: typeof Tf
  readonly compiled: Compiled
  readonly training: PlanTrainingStep
  readonly optimiser: RunningOptimiser
  readonly seed: number
  /** Metrics that are computed along with this training step's losses. */
  readonly metrics: readonly Path[]
  /** The update of this training step that falls on a step of the run, both from 1. */
  readonly turnOf: (step: number) => Turn
}

/** When the updates of a training step fall in a run of `total` steps. */
export function turnsOf({ settings }: PlanTrainingStep, total: number): StepOptions['turnOf'] {
  const { every, optimiser, schedule } = settings
  const updates = Math.ceil(total / every)
  return (step) => {
    const update = Math.floor((step - 1) / every) + 1
    return { update, rate: optimiser.learningRate * scheduleFactor(schedule, update - 1, updates) }
  }
}

/** Losses (scalars) and metric sums by path; kept, and the caller's to dispose. */
export type StepValues = ReadonlyMap<Path, Tf.Tensor>

/** Keys of the weights that a training step moves. */
export function trainedWeights(compiled: Compiled, training: PlanTrainingStep): readonly string[] {
  return training.trains.flatMap((path) => {
    const weights = compiled.plan.byPath.get(path)?.weights ?? {}
    return Object.keys(weights)
      .filter((name) => weights[name]?.trainable)
      .map((name) => `${path}:${name}`)
  })
}

/** What a pass of a training step may do and draw; without one, as the first. */
export function trainingPass(
  {
    compiled,
    training,
    seed,
    mixed = false,
  }: Pick<StepOptions, 'compiled' | 'seed'> & {
    readonly training: PlanTrainingStep | null
    readonly mixed?: boolean
  },
  inputs: StepInputs,
  size: number,
  recorder: Recorder | null,
): Pass {
  const trains = new Set(training?.trains ?? [])
  const suffix = training === null || training.index === 0 ? '' : `#${training.index}`
  return {
    training: true,
    // A tied copy of a node moves the statistics of the one that owns them.
    updateStatistics: (path) => trains.has(compiled.plan.byPath.get(path)?.sharesWeightsOf ?? path),
    batchSize: size,
    mixed,
    random: (path) => deviceRandom(inputs, seed, `${path}${suffix}`),
    ...(recorder === null ? {} : { tap: recorder.tap }),
  }
}

/** Float samples: with them among the variables, gradients reach the wires that leave the data. */
function floatFeeds(batch: Batch): Tf.Tensor[] {
  return [...batch.feeds.values()].flatMap((ports) => {
    const x = ports['x']
    return x !== undefined && x.dtype === 'float32' ? [x] : []
  })
}

/** Runs the step and moves the weights. Call inside `tf.tidy`; the batch stays the caller's. */
export function runTrainingStep(
  options: StepOptions,
  inputs: StepInputs,
  batch: Batch,
  recorder: Recorder | null,
): StepValues {
  const { tf, compiled, training, metrics } = options
  const keys = trainedWeights(compiled, training)
  const variables = keys.map((key) => compiled.variables.get(key) as Tf.Variable)
  const values = new Map<Path, Tf.Tensor>()
  const { optimiser } = options
  const { scaling } = optimiser
  const forward = (): Tf.Scalar => {
    const pass = trainingPass({ ...options, mixed: scaling !== null }, inputs, batch.size, recorder)
    const results: ReadonlyMap<Path, Ports> = compiled.run(
      [...training.losses, ...metrics],
      batch.feeds,
      pass,
    )
    const losses = training.losses.map((path) => results.get(path)?.['loss'] as Tf.Scalar)
    for (const [index, path] of training.losses.entries())
      values.set(path, tf.keep((losses[index] as Tf.Scalar).clone()))
    for (const path of metrics) values.set(path, tf.keep((results.get(path)?.['sums'] as Tf.Tensor).clone()))
    const [first, ...others] = losses as [Tf.Scalar, ...Tf.Scalar[]]
    return others.reduce((sum, loss) => tf.add(sum, loss), first)
  }
  const samples = recorder === null ? [] : floatFeeds(batch)
  const begun = scaling?.scale.clone()
  const { grads } = tf.engine().gradients(forward, [...variables, ...samples], begun, true)
  const moved = keys.flatMap((key, index) => {
    const gradient = grads[index]
    return gradient === undefined ? [] : [{ key, variable: variables[index] as Tf.Variable, gradient }]
  })
  const move = () => optimiser.move(inputs, options.turnOf, moved, training.settings.clip?.norm ?? null)
  if (recorder === null) move()
  else recorder.update(moved, optimiser.inPlace, move)
  return values
}
