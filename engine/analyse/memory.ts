/**
 * What a training will hold on the device, estimated.
 *
 *   weights  = 4 · all weights, moving statistics included
 *   training = weights + 4 · (gradients + optimiser slots + activations)
 *
 * gradients: one number per weight that a training step moves (the largest step counts; steps run one after another).
 * Slots: numbers that the optimiser keeps per weight, summed over steps. Activations: every output of every step that
 * a loss needs, once, at the batch size; a symbolic axis counts as 1. Temporary buffers of kernels are not counted, so
 * the figure is a lower bound.
 */
import type { Document, Optimiser, Path } from '../graph/document'
import type { Shape } from '../../nodes/kit/spec'
import type { PlanStep, PlanTrainingStep } from './plan'
import { ancestors } from './reach'

const bytes = 4

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

/** Bytes; see the top of the file. */
export function estimateMemory(
  document: Document,
  byPath: ReadonlyMap<Path, PlanStep>,
  training: readonly PlanTrainingStep[],
  parameters: number,
): { readonly weights: number; readonly training: number } {
  const moved = training.map((step) =>
    step.trains.reduce((sum, path) => sum + (byPath.get(path)?.trainableParameters ?? 0), 0),
  )
  const gradients = Math.max(0, ...moved)
  const kept = training.reduce(
    (sum, step, index) => sum + slots[step.settings.optimiser.kind] * (moved[index] ?? 0),
    0,
  )
  const needed = ancestors(
    byPath,
    training.flatMap((step) => step.losses),
  )
  let activations = 0
  for (const path of needed) {
    for (const spec of Object.values(byPath.get(path)?.outputs ?? {}))
      activations += elements(spec.shape, document.training.batchSize)
  }
  return { weights: bytes * parameters, training: bytes * (parameters + gradients + kept + activations) }
}
