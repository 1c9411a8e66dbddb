/** Specs of the Plan as tfjs knows them: symbolic tensors and shapes without names for their open axes. */
import type * as Tf from '@tensorflow/tfjs'
import type { PlanStep, Source } from '../analyse/plan'
import type { Shape, Spec } from '../../nodes/kit/spec'

/** Batch and symbolic axes are both open to tfjs. */
export function tfShape(shape: Shape): (number | null)[] {
  return shape.map((dim) => (typeof dim === 'number' ? dim : null))
}

/** An entry of a model for this spec. */
export function symbolicInput(tf: typeof Tf, name: string, spec: Spec): Tf.SymbolicTensor {
  return tf.input({ batchShape: tfShape(spec.shape), dtype: spec.dtype, name })
}

/** The wired sources of a step in the order in which its layer takes them: ports in order, list ports spread. */
export function orderedSources(step: PlanStep): Source[] {
  return Object.keys(step.definition.inputs).flatMap((port) => {
    const source = step.inputs[port]
    return source === undefined ? [] : 'path' in source ? [source] : [...source]
  })
}

/** Specs in the same order. */
export function orderedSpecs(step: PlanStep): Spec[] {
  return Object.keys(step.definition.inputs).flatMap((port) => {
    const spec = step.inputSpecs[port]
    return spec === undefined ? [] : 'kind' in spec ? [spec] : [...spec]
  })
}

/** Applies a layer to symbolic tensors; outputs in the order of the definition's ports. */
export function applySymbolic(
  layer: Tf.layers.Layer,
  inputs: readonly Tf.SymbolicTensor[],
): Tf.SymbolicTensor[] {
  const first = inputs[0]
  const result = layer.apply(inputs.length === 1 && first !== undefined ? first : [...inputs])
  return (Array.isArray(result) ? result : [result]) as Tf.SymbolicTensor[]
}
