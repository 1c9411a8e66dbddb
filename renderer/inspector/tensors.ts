/** Which tensors of a node the inspector can look at, by the view that shows them. */
import type { Plan, PlanStep } from '../../engine/analyse/plan'
import type { NodeId } from '../../engine/graph/document'
import { isAttentionMap, type TensorName } from '../../engine/session/look'

export const views = ['settings', 'output', 'weights', 'gradients'] as const
export type View = (typeof views)[number]
/** A view of numbers. */
export type NumbersView = Exclude<View, 'settings'>

/** Nodes that compute something to look at. */
function isLookable({ definition }: PlanStep): boolean {
  return definition.role !== 'loss' && definition.role !== 'metric' && definition.role !== 'output'
}

/** The steps that a node of the document stands for: one, or all inside a block. */
export function stepsOf(plan: Plan, id: NodeId): readonly PlanStep[] {
  return plan.steps.filter((step) => (step.path === id || step.path.startsWith(`${id}/`)) && isLookable(step))
}

/** The one to begin with: who looks where, else the first with weights. */
export function firstOf(steps: readonly PlanStep[]): PlanStep | undefined {
  return (
    steps.find((step) => Object.hasOwn(step.outputs, 'attention')) ??
    steps.find((step) => step.parameters > 0) ??
    steps[0]
  )
}

export function tensorsOf(step: PlanStep, view: NumbersView): readonly TensorName[] {
  const floats = Object.entries(step.outputs).flatMap(([port, spec]) =>
    spec.dtype === 'float32' && spec.kind !== 'target' ? [port] : [],
  )
  if (view === 'output') {
    const ports = floats.map((port) => `output:${port}` as const)
    // Who looks where is what one wants to see of attention.
    return [...ports].sort((a, b) => Number(b === 'output:attention') - Number(a === 'output:attention'))
  }
  if (view === 'weights') return Object.keys(step.weights).map((name) => `weight:${name}` as const)
  const trainable = Object.entries(step.weights).flatMap(([name, weight]) =>
    weight.trainable && !step.frozen ? [`gradient:${name}` as const] : [],
  )
  const passes = step.definition.role === 'layer' || step.definition.role === 'function'
  const main = floats.filter((port) => step.definition.outputs[port]?.secondary !== true)
  return [...trainable, ...(passes ? main.map((port) => `backward:${port}` as const) : [])]
}

/** The tensors that are pictures as well. The gradient of an output is one of a whole batch and has none. */
export function pictureOf(tensor: TensorName): TensorName | null {
  return tensor.startsWith('backward:') ? null : tensor
}

/** What its picture shows. */
export function pictureKind(step: PlanStep, tensor: TensorName): 'attention' | 'maps' | 'kernels' | 'values' {
  if (isAttentionMap(step, tensor)) return 'attention'
  if (tensor.startsWith('output:'))
    return (step.outputs[nameOf(tensor)]?.shape.length ?? 0) >= 4 ? 'maps' : 'values'
  return (step.weights[nameOf(tensor)]?.shape.length ?? 0) >= 4 ? 'kernels' : 'values'
}

/** Its name without what it is. */
export function nameOf(tensor: TensorName): string {
  return tensor.slice(tensor.indexOf(':') + 1)
}
