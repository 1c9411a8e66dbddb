/**
 * Builds the layer of every weighted node and compares what came out with the Plan. tfjs accepts impossible shapes in
 * silence, so shapes and weights are inferred by us; the audit is where a disagreement between the two shows.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { Plan, PlanStep } from '../analyse/plan'
import type { Path } from '../graph/document'
import { formatShape, refuse, type Refusal, type Shape } from '../../nodes/kit/spec'
import type { OwnLayers } from '../../nodes/kit/own'
import type { LayerDefinition, InputPorts, OutputPorts } from '../../nodes/kit/define'
import type { Fields } from '../../nodes/kit/fields'
import { layerName } from './names'
import { applySymbolic, orderedSpecs, symbolicInput, tfShape } from './symbols'

export type AnyLayerDefinition = LayerDefinition<Fields, InputPorts, OutputPorts>

/** A built layer and its variables by our weight names. */
export interface BuiltLayer {
  readonly layer: Tf.layers.Layer
  readonly variables: Readonly<Record<string, Tf.Variable>>
}

function sameTfShape(spec: Shape, built: readonly (number | null)[]): boolean {
  const wanted = tfShape(spec)
  return wanted.length === built.length && wanted.every((dim, axis) => dim === (built[axis] ?? null))
}

/** tfjs scopes a weight's name by its layer: `dense/kernel`, and adds `_1` to one that it has seen before. */
function weightName(variable: Tf.layers.Layer['weights'][number]): string {
  const { originalName } = variable as unknown as { originalName: string }
  return originalName.slice(originalName.lastIndexOf('/') + 1)
}

/** The tf.Variable inside tfjs's LayerVariable. */
function inner(variable: Tf.layers.Layer['weights'][number]): Tf.Variable {
  return (variable as unknown as { val: Tf.Variable }).val
}

function auditShapes(step: PlanStep, outputs: readonly Tf.SymbolicTensor[]): string | null {
  const ports = Object.keys(step.definition.outputs).filter((port) => Object.hasOwn(step.outputs, port))
  if (outputs.length !== ports.length)
    return `${ports.length} outputs were planned and the layer has ${outputs.length}`
  for (const [index, port] of ports.entries()) {
    const planned = step.outputs[port]
    const built = outputs[index]?.shape ?? []
    if (planned !== undefined && !sameTfShape(planned.shape, built)) {
      return `output ${port} was planned as ${formatShape(planned.shape)} and the layer gives ${formatShape(built)}`
    }
  }
  return null
}

function auditWeights(step: PlanStep, layer: Tf.layers.Layer): string | null {
  const built = new Map(layer.weights.map((weight) => [weightName(weight), weight]))
  if (built.size !== layer.weights.length) return 'two of its weights have the same name'
  for (const [name, planned] of Object.entries(step.weights)) {
    const weight = built.get(name)
    if (weight === undefined)
      return `the planned weight ${name} is missing; it has ${layer.weights.map(weightName).join(', ') || 'none'}`
    if (!sameTfShape(planned.shape, weight.shape)) {
      return `weight ${name} was planned as ${formatShape(planned.shape)} and is ${formatShape(weight.shape)}`
    }
    const trainable = layer.trainableWeights.includes(weight)
    if (trainable !== planned.trainable)
      return `weight ${name} was planned as ${planned.trainable ? '' : 'not '}trainable`
    built.delete(name)
  }
  if (built.size > 0) return `the weight ${[...built.keys()].join(', ')} was not planned`
  const count = layer.countParams()
  return step.sharesWeightsOf === null && count !== step.parameters
    ? `${step.parameters} parameters were planned and the layer has ${count}`
    : null
}

function buildLayer(tf: typeof Tf, step: PlanStep, own: OwnLayers): BuiltLayer | Refusal {
  const definition = step.definition as AnyLayerDefinition
  const layer = definition.build(tf, step.params, own, step.inputSpecs as never)
  layer.name = layerName(step.path)
  const inputs = orderedSpecs(step).map((spec, index) =>
    symbolicInput(tf, `${layerName(step.path)}.in${index}.audit`, spec),
  )
  const complaint = auditShapes(step, applySymbolic(layer, inputs)) ?? auditWeights(step, layer)
  if (complaint !== null) {
    for (const weight of layer.weights) inner(weight).dispose()
    return refuse(
      `The ${step.definition.title} node ${step.path} does not come out as planned: ${complaint}. This is a fault in Wiregrad; please report the graph.`,
    )
  }
  return {
    layer,
    variables: Object.fromEntries(layer.weights.map((weight) => [weightName(weight), inner(weight)])),
  }
}

/** Puts the owner's variables in the place of the layer's own, so that both compute and learn with the same ones. */
function borrow({ layer, variables }: BuiltLayer, owner: BuiltLayer): BuiltLayer {
  for (const weight of layer.weights) {
    const shared = owner.variables[weightName(weight)]
    if (shared === undefined) throw new Error(`${layer.name} shares a weight that its owner does not have.`)
    inner(weight).dispose()
    ;(weight as unknown as { val: Tf.Variable }).val = shared
  }
  return { layer, variables: pick(owner.variables, Object.keys(variables)) }
}

function pick(variables: BuiltLayer['variables'], names: readonly string[]): BuiltLayer['variables'] {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => names.includes(name)))
}

/** The layer of a step whose owner has been built: the very same, or one of its own with the owner's variables. */
function buildSharing(
  tf: typeof Tf,
  step: PlanStep,
  ownerStep: PlanStep | undefined,
  owner: BuiltLayer | undefined,
  own: OwnLayers,
): BuiltLayer | Refusal {
  if (ownerStep === undefined || owner === undefined)
    throw new Error(`The node ${step.path} shares weights of a node that was not built.`)
  if (ownerStep.definition.type === step.definition.type) return owner
  const built = buildLayer(tf, step, own)
  return 'refused' in built ? built : borrow(built, owner)
}

/**
 * The layers of a Plan by path; steps of one type that share weights share the layer, steps of two types the variables.
 * Weights are drawn by the initialisers that `own(path)` makes. Answers a refusal naming the first node that does not
 * come out as planned; nothing stays allocated then.
 */
export function buildLayers(
  tf: typeof Tf,
  plan: Plan,
  own: (path: Path) => OwnLayers,
): ReadonlyMap<Path, BuiltLayer> | Refusal {
  const layers = new Map<Path, BuiltLayer>()
  const steps = plan.steps.filter((step) => step.definition.role === 'layer')
  // Owners first: in the order of execution one may come after a step that uses its weights.
  const owners = steps.filter((step) => step.sharesWeightsOf === null)
  const sharing = steps.filter((step) => step.sharesWeightsOf !== null)
  for (const step of [...owners, ...sharing]) {
    const owner = step.sharesWeightsOf
    const built =
      owner === null
        ? buildLayer(tf, step, own(step.path))
        : buildSharing(tf, step, plan.byPath.get(owner), layers.get(owner), own(step.path))
    if ('refused' in built) {
      disposeLayers(layers)
      return built
    }
    layers.set(step.path, built)
  }
  return layers
}

/** Frees every variable of the layers, those that tfjs forgets included. */
export function disposeLayers(layers: ReadonlyMap<Path, BuiltLayer>): void {
  const all = [...layers.values()].flatMap(({ variables }) => Object.values(variables))
  for (const variable of new Set(all)) variable.dispose()
}

/** How many numbers these weights hold; a variable that several layers share counts once. */
export function countNumbers(weights: Tf.layers.Layer['weights']): number {
  const variables = new Set(weights.map(inner))
  return [...variables].reduce((sum, variable) => sum + variable.size, 0)
}
