/**
 * What a training will hold on the device, estimated.
 *
 *   weights  = 4 · all weights, moving statistics included
 *   training = weights + 4 · (gradients + optimiser slots + activations)
 *
 * gradients: one number per weight that a training step moves (the largest step counts; steps run one after another).
 * Slots: numbers that the optimiser keeps per weight, summed over steps. Activations: every output of every step that
 * a loss needs, once, at the batch size; a symbolic axis counts as 1. Temporary buffers of kernels are not counted, so
 * the figure is a lower bound. perSample is how much of it grows with the batch. A graph without a loss is reckoned as if its outputs were trained, every weight of it.
 */
import { defaultTrainingStep } from '../graph/create'
import type { Document, Optimiser, Path } from '../graph/document'
import type { Shape } from '../../nodes/kit/spec'
import type { Plan, PlanStep, PlanTrainingStep } from './plan'
import { ancestors, linkSteps, type StepGraph } from './reach'

const bytes = 4

export interface MemoryEstimate {
  readonly weights: number
  readonly training: number
  readonly perSample: number
}

/** Numbers that an optimiser keeps for each weight. */
const slots: { readonly [K in Optimiser['kind']]: number } = {
  sgd: 0,
  momentum: 1,
  rmsprop: 1,
  adam: 2,
  adamw: 2,
}

function elements(shape: Shape, batchSize: number): number {
  return shape.reduce<number>(
    (product, dim) => product * (dim === null ? batchSize : typeof dim === 'number' ? dim : 1),
    1,
  )
}

/** Numbers in all outputs of a step. */
function numbersIn({ outputs }: PlanStep, batchSize: number): number {
  return Object.values(outputs).reduce((sum, { shape }) => sum + elements(shape, batchSize), 0)
}

/** Numbers in all outputs of the steps that count. */
function activationsOf(graph: StepGraph, batchSize: number, counts: (index: number) => boolean): number {
  let activations = 0
  for (const [index, step] of graph.steps.entries()) {
    if (counts(index)) activations += numbersIn(step, batchSize)
  }
  return activations
}

function estimateUntrained(document: Document, graph: StepGraph, parameters: number): MemoryEstimate {
  const { optimiser } = document.training.steps[0] ?? defaultTrainingStep()
  const trainable = graph.steps.reduce((sum, step) => sum + step.trainableParameters, 0)
  const { batchSize } = document.training
  const activations = activationsOf(graph, batchSize, () => true)
  const perWeight = 1 + slots[optimiser.kind]
  return {
    weights: bytes * parameters,
    training: bytes * (parameters + perWeight * trainable + activations),
    perSample: bytes * (activations - activationsOf(graph, batchSize - 1, () => true)),
  }
}

/** Bytes; see the top of the file. */
export function estimateMemory(
  document: Document,
  graph: StepGraph,
  training: readonly PlanTrainingStep[],
  parameters: number,
): MemoryEstimate {
  if (training.length === 0) return estimateUntrained(document, graph, parameters)
  const trainable = (path: string): number => graph.byPath.get(path)?.trainableParameters ?? 0
  const moved = training.map((step) => step.trains.reduce((sum, path) => sum + trainable(path), 0))
  const gradients = Math.max(0, ...moved)
  const kept = training.reduce(
    (sum, step, index) => sum + slots[step.settings.optimiser.kind] * (moved[index] ?? 0),
    0,
  )
  const needed = ancestors(
    graph,
    training.flatMap((step) => step.losses),
  )
  const { batchSize } = document.training
  const counts = (index: number) => needed[index] === 1
  const activations = activationsOf(graph, batchSize, counts)
  return {
    weights: bytes * parameters,
    training: bytes * (parameters + gradients + kept + activations),
    perSample: bytes * (activations - activationsOf(graph, batchSize - 1, counts)),
  }
}

/**
 * The same estimate for each step by itself, in bytes. Of one training step the parts add up to `training`; where several
 * move the same weight it is counted in each, while the whole counts the largest only, since they run one after another.
 */
export function memoryByStep(
  document: Document,
  { steps, training }: Pick<Plan, 'steps' | 'training'>,
): ReadonlyMap<Path, number> {
  const { batchSize } = document.training
  const { optimiser } = document.training.steps[0] ?? defaultTrainingStep()
  const untrained = training.length === 0
  const needed = ancestors(
    linkSteps(steps),
    training.flatMap((step) => step.losses),
  )
  const perWeight = ({ path }: PlanStep) =>
    untrained
      ? 1 + slots[optimiser.kind]
      : training
          .filter(({ trains }) => trains.includes(path))
          .reduce((sum, { settings }) => sum + 1 + slots[settings.optimiser.kind], 0)
  return new Map(
    steps.map((step, index) => {
      const activations = untrained || needed[index] === 1 ? numbersIn(step, batchSize) : 0
      const numbers = step.parameters + perWeight(step) * step.trainableParameters + activations
      return [step.path, bytes * numbers] as const
    }),
  )
}
