/**
 * A Plan as a graph of Keras layers: which layers there are, with which settings and weights, and how they are called.
 * The files (`.keras`, `.h5`, the script) are three ways of writing this down.
 *
 * Layers stand in the order in which Keras itself puts them, because its weight files number them in that order
 * (order.ts).
 */
import type { Plan, PlanStep, Ref, Source } from '../../analyse/plan'
import type { Path } from '../../graph/document'
import type { KerasBuilder, KerasLayer, KerasValue } from '../../../nodes/kit/keras'
import { isRefusal, refuse, type Refusal, type Shape, type Spec } from '../../../nodes/kit/spec'
import type { Json } from '../../../nodes/kit/torch'
import { snakeCase } from '../../formats/keras-names'
import type { ExportSource } from '../exported'
import type { Weights, WeightValues } from '../run-weights'
import { concatenate, intoPart, ownWeight } from '../torch-names'
import { layerNames, type LayerNames } from './names'
import { inKerasOrder } from './order'

/** One output of one call of a layer. */
export interface Value {
  readonly call: Call
  readonly output: number
}

/** A layer applied once; a shared layer has several calls. */
export interface Call {
  readonly layer: Layer
  /** Place among the layer's calls. */
  readonly index: number
  readonly inputs: readonly (Value | readonly Value[])[]
  readonly keywords: Readonly<Record<string, Json | Value>>
  readonly outputs: readonly Spec[]
  /** The node that it stands for. */
  readonly path: Path
  /** Argument that asks for the outputs after the first. */
  readonly extra: string | null
}

export interface Variable {
  /** Place in the layer's store: `vars/0`. */
  readonly path: string
  readonly values: WeightValues
  /** Our weights in it, by `path:weight`. */
  readonly ours: readonly string[]
}

export interface Layer {
  readonly name: string
  readonly className: string
  readonly config: Readonly<Record<string, Json>>
  readonly trainable: boolean
  readonly variables: readonly Variable[]
  readonly calls: Call[]
}

export interface KerasModel {
  readonly name: string
  /** In Keras's order. */
  readonly layers: readonly Layer[]
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  /** Outputs after the first that something takes. */
  readonly taken: ReadonlySet<Call>
}

export const inputClass = 'InputLayer'

/** Batch and symbolic axes are both open in Keras. */
export function kerasShape(shape: Shape): (number | null)[] {
  return shape.map((dim) => (typeof dim === 'number' ? dim : null))
}

export function isValue(value: unknown): value is Value {
  return typeof value === 'object' && value !== null && 'call' in value && 'output' in value
}

/** Every value that a call takes, in order. */
export function takenBy(call: Call): readonly Value[] {
  return [...call.inputs.flat(), ...Object.values(call.keywords).filter(isValue)] as readonly Value[]
}

/** The Keras layers that a Plan becomes, or the node that cannot be one and why. Without weights, layers have no variables. */
export function kerasGraph({
  document,
  plan,
  weights,
}: Pick<ExportSource, 'document' | 'plan'> & { readonly weights: Weights | null }): KerasModel | Refusal {
  const { inputs, outputs } = plan.model
  if (outputs.length === 0 || inputs.length === 0) {
    return refuse(
      'The graph has no output that a model could give: wire an output node, or a loss, behind the last layer.',
    )
  }
  const walk: Walk = { plan, weights, names: layerNames(), values: new Map(), made: new Map() }
  for (const ref of inputs) walk.values.set(keyOf(ref), inputValue(walk, ref, inputs))
  for (const step of onTheWay(plan)) {
    const refusal = step.definition.role === 'layer' ? addStep(walk, step) : passOn(walk, step)
    if (refusal !== null) return refusal
  }
  const ends = outputs.map((ref) => walk.values.get(keyOf(ref)))
  const missing = outputs.find((_, index) => ends[index] === undefined)
  if (missing !== undefined) {
    return refuse(
      `The output ${missing.port} of ${missing.path} cannot be reached from the model's inputs alone, so it cannot be exported.`,
    )
  }
  const begins = inputs.map((ref) => walk.values.get(keyOf(ref)) as Value)
  const layers = inKerasOrder(begins, ends as Value[])
  const values = [...layers.flatMap(({ calls }) => calls.flatMap(takenBy)), ...(ends as Value[])]
  return {
    name: snakeCase(document.name.replaceAll(/[^A-Za-z0-9]+/g, '_')).replaceAll(/^_+|_+$/g, '') || 'model',
    layers,
    inputs: begins,
    outputs: ends as Value[],
    taken: new Set(values.filter(({ output }) => output > 0).map(({ call }) => call)),
  }
}

interface Walk {
  readonly plan: Plan
  readonly weights: Weights | null
  readonly names: LayerNames
  /** By `path:port`. */
  readonly values: Map<string, Value>
  /** Layers that a node was written as, in order; by the owner of its weights. */
  readonly made: Map<Path, readonly Layer[]>
}

function keyOf({ path, port }: Ref): string {
  return `${path}:${port}`
}

/** Steps between the model's inputs (left out) and its outputs. */
function onTheWay(plan: Plan): readonly PlanStep[] {
  const begins = new Set(plan.model.inputs.map(({ path }) => path))
  const wanted = new Set(plan.model.outputs.map(({ path }) => path))
  const found: PlanStep[] = []
  for (const step of plan.steps.toReversed()) {
    if (!wanted.has(step.path) || begins.has(step.path)) continue
    found.push(step)
    for (const source of Object.values(step.inputs).flat() as readonly Source[]) wanted.add(source.path)
  }
  return found.reverse()
}

function inputValue(walk: Walk, ref: Ref, all: readonly Ref[]): Value {
  const spec = walk.plan.byPath.get(ref.path)?.outputs[ref.port]
  if (spec === undefined) throw new Error(`The plan has no output ${keyOf(ref)}.`)
  const several = all.filter(({ path }) => path === ref.path).length > 1
  const layer: Layer = {
    name: walk.names.take(ref.path, several ? ref.port : undefined),
    className: inputClass,
    config: { batch_shape: kerasShape(spec.shape), sparse: false },
    trainable: true,
    variables: [],
    calls: [],
  }
  return {
    call: addCall(layer, { inputs: [], keywords: {}, outputs: [spec], path: ref.path, extra: null }),
    output: 0,
  }
}

function addCall(layer: Layer, call: Omit<Call, 'layer' | 'index'>): Call {
  const made: Call = { ...call, layer, index: layer.calls.length }
  layer.calls.push(made)
  return made
}

/** What is no layer in a model gives its first input on: stop-gradient, an input in the middle. */
function passOn(walk: Walk, step: PlanStep): null {
  const first = (Object.values(step.inputs).flat() as readonly Source[])[0]
  const value = first === undefined ? undefined : walk.values.get(keyOf(first))
  if (value === undefined) return null
  for (const port of Object.keys(step.outputs)) walk.values.set(`${step.path}:${port}`, value)
  return null
}

/** Calls the node's own `emit.keras`; a refusal names the node. */
function addStep(walk: Walk, step: PlanStep): Refusal | null {
  const { definition, path } = step
  const where = `The ${definition.title} node ${path} cannot be written for Keras`
  const keras = definition.emit.keras
  if (keras === undefined) return refuse(`${where}: nothing says yet which layers of Keras it is.`)
  const found = valuesOf(walk, step)
  if (found === null) return null
  const building = builder(walk, step)
  const specs = { ...emptyLists(step), ...step.inputSpecs }
  const outputs = keras(building.k, found as never, step.params, specs as never)
  const refusal = building.refusal() ?? (isRefusal(outputs) ? outputs : null)
  if (refusal !== null) return refuse(`${where}. ${refusal.refused}`)
  if (!walk.made.has(ownerOf(walk, step).path)) walk.made.set(ownerOf(walk, step).path, building.layers)
  const made = Object.entries(outputs as unknown as Readonly<Record<string, Value>>)
  for (const [port, value] of made) walk.values.set(`${path}:${port}`, value)
  return null
}

function emptyLists({ definition }: PlanStep): Readonly<Record<string, readonly never[]>> {
  const lists = Object.entries(definition.inputs).filter(([, port]) => port.list === true)
  return Object.fromEntries(lists.map(([port]) => [port, []]))
}

/** Values by input port, null where one hangs on something outside the model. */
function valuesOf(walk: Walk, step: PlanStep): Readonly<Record<string, Value | readonly Value[]>> | null {
  const found: Record<string, Value | readonly Value[]> = { ...emptyLists(step) }
  for (const [port, source] of Object.entries(step.inputs)) {
    const values = [source].flat().map((one: Source) => walk.values.get(keyOf(one)))
    if (values.includes(undefined)) return null
    found[port] = 'path' in source ? (values[0] as Value) : (values as Value[])
  }
  return found
}

/** The step whose weights this one uses: itself, unless it shares those of another of its type. */
function ownerOf(walk: Walk, step: PlanStep): PlanStep {
  const owner = step.sharesWeightsOf === null ? undefined : walk.plan.byPath.get(step.sharesWeightsOf)
  return owner?.definition.type === step.definition.type ? owner : step
}

/** Takes the layers of one node; of those that share weights the first to come makes the layers, the others call them. */
function builder(walk: Walk, step: PlanStep) {
  const known = walk.made.get(ownerOf(walk, step).path)
  const layers: Layer[] = []
  let refusal: Refusal | null = null
  const add = (asked: KerasLayer): readonly KerasValue[] => {
    const shared = known?.[layers.length]
    const layer =
      shared !== undefined && isSame(shared, asked) ? shared : newLayer(walk, step, asked, layers.length)
    if (isRefusal(layer)) {
      refusal ??= layer
      return asked.outputs.map(() => nothing)
    }
    layers.push(layer)
    const call = addCall(layer, {
      inputs: asked.inputs as unknown as Call['inputs'],
      keywords: asked.call ?? {},
      outputs: asked.outputs,
      path: step.path,
      extra: asked.extra ?? null,
    })
    return asked.outputs.map((_, output) => ({ call, output }) as unknown as KerasValue)
  }
  const k: KerasBuilder = { layers: add, layer: (asked) => add(asked)[0] ?? nothing }
  return { k, layers, refusal: (): Refusal | null => refusal }
}

/** Stands where a layer was refused: the node is left out as a whole. */
const nothing = Object.freeze({}) as unknown as KerasValue

function isSame(layer: Layer, asked: KerasLayer): boolean {
  return layer.className === asked.layer && JSON.stringify(layer.config) === JSON.stringify(asked.config)
}

function newLayer(walk: Walk, step: PlanStep, asked: KerasLayer, place: number): Layer | Refusal {
  const owner = ownerOf(walk, step)
  const variables: Variable[] = []
  for (const { path, parts } of asked.weights ?? []) {
    if (owner.sharesWeightsOf !== null) {
      return refuse(
        `It uses the weights of ${owner.sharesWeightsOf}, which is another layer in Keras; there, two layers cannot have one variable. Give it weights of its own.`,
      )
    }
    if (walk.weights === null) continue
    const values: WeightValues[] = []
    for (const part of parts) {
      const own = ownWeight(owner, part.weight, walk.weights)
      if (isRefusal(own)) return own
      values.push(intoPart(own, part))
    }
    const ours = parts.map(({ weight }) => `${owner.path}:${weight}`)
    variables.push({ path, values: concatenate(values), ours })
  }
  return {
    name: walk.names.take(step.path, place === 0 ? undefined : snakeCase(asked.layer)),
    className: asked.layer,
    config: asked.config,
    trainable: !owner.frozen,
    variables,
    calls: [],
  }
}
