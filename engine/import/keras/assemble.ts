/**
 * A model of Keras or tfjs as a document of ours: a node for every call of a layer, an input node for every entry, an
 * output node for every end. A layer called again is a node that uses the weights of the first. What has no counterpart
 * becomes a locked node and is reported; it never stops the rest.
 */
import { createDocument } from '../../graph/create'
import type { Document, NodeId } from '../../graph/document'
import { freshId } from '../../graph/ids'
import { freshKeys } from '../../graph/keys'
import type { WeightValues } from '../../export/run-weights'
import { initialParams, paramsSchema, type Catalogue, type Definition } from '../../../nodes/kit/define'
import { isRefusal, refuse, type Refusal, type Spec } from '../../../nodes/kit/spec'
import type { Imported, LockedNode } from '../imported'
import { layOut } from '../layout'
import { knownClasses } from './classes/classes'
import {
  inputClass,
  isTensor,
  tensorsOf,
  type Argument,
  type Dialect,
  type ForeignCall,
  type ForeignLayer,
  type ForeignModel,
  type ForeignTensor,
} from './foreign'
import type { FollowingNode, Known, KnownVariable } from './known'
import { withoutNesting } from './nested'
import { withLearnedShifts } from './shifts'

/** Finds the arrays of one layer, in the order of `variables`; null where the file holds no weights at all. */
export type StoredWeights = (
  layer: ForeignLayer,
  variables: readonly KnownVariable[],
) => readonly WeightValues[] | Refusal

interface Place {
  readonly node: NodeId
  readonly port: string
  readonly spec: Spec | null
}

interface Assembly {
  readonly dialect: Dialect
  readonly catalogue: Catalogue
  readonly stored: StoredWeights | null
  readonly nodes: Record<NodeId, Document['nodes'][string]>
  readonly wires: Document['wires']
  readonly weights: Record<string, WeightValues>
  readonly locked: LockedNode[]
  /** Where every tensor of theirs comes from here. */
  readonly places: Map<string, Place>
  /** The first node of every layer. */
  readonly owners: Map<string, NodeId>
}

type Node = Document['nodes'][string]

function keyOf({ layer, call, output }: ForeignTensor): string {
  return JSON.stringify([layer, call, output])
}

function addNode(a: Assembly, words: string, type: string, params: object, more: Partial<Node> = {}): NodeId {
  const id = freshId(words, a.nodes)
  const version = a.catalogue.get(type)?.version ?? 1
  a.nodes[id] = { type, version, params: params as Node['params'], at: [0, 0], ...more }
  return id
}

function addWire(a: Assembly, from: Place, node: NodeId, port: string, key?: string): void {
  const to: [string, string] | [string, string, string] = key === undefined ? [node, port] : [node, port, key]
  a.wires[`w${Object.keys(a.wires).length + 1}`] = { from: [from.node, from.port], to }
}

/** Wires everything that flows into a node. */
function wireInputs(a: Assembly, node: NodeId, inputs: Readonly<Record<string, Argument>>): void {
  for (const [port, argument] of Object.entries(inputs)) {
    if (isTensor(argument)) addWire(a, placeOf(a, argument), node, port)
    else {
      const keys = freshKeys(argument.length)
      for (const [at, tensor] of argument.entries()) addWire(a, placeOf(a, tensor), node, port, keys[at])
    }
  }
}

function placeOf(a: Assembly, tensor: ForeignTensor): Place {
  const found = a.places.get(keyOf(tensor)) ?? a.places.get(keyOf({ ...tensor, output: 0 }))
  if (found === undefined) throw new Error(`Nothing gives ${keyOf(tensor)}.`)
  return found
}

/** The dtype of an input, a word or a policy. */
function isWhole(dtype: unknown): boolean {
  const name = typeof dtype === 'object' && dtype !== null ? JSON.stringify(dtype) : String(dtype)
  return /int/.test(name)
}

/** An entry of the model. Keras lets an embedding take real numbers; here it takes tokens. */
function addInput(a: Assembly, layer: ForeignLayer, feedsEmbedding: boolean): Refusal | null {
  const shape = layer.config['batch_input_shape'] ?? layer.config['batch_shape']
  if (!Array.isArray(shape)) return refuse(`The input ${layer.name} does not say what shape it takes.`)
  const sizes = (shape as readonly unknown[]).slice(1).map((size) => (typeof size === 'number' ? size : -1))
  const values = feedsEmbedding || isWhole(layer.config['dtype']) ? 'tokens' : 'numbers'
  const definition = a.catalogue.get('input')
  const params = { shape: sizes, values }
  const id = addNode(a, layer.name, 'input', params)
  const outputs = definition?.infer({}, params) ?? refuse('')
  a.places.set(keyOf({ kind: 'tensor', layer: layer.name, call: 0, output: 0 }), {
    node: id,
    port: 'y',
    spec: isRefusal(outputs) ? null : ((outputs as Readonly<Record<string, Spec>>)['y'] ?? null),
  })
  return null
}

function specOf(a: Assembly, argument: Argument): Spec | readonly Spec[] | null {
  if (isTensor(argument)) return placeOf(a, argument).spec
  const specs = argument.map((tensor) => placeOf(a, tensor).spec)
  return specs.some((spec) => spec === null) ? null : (specs as Spec[])
}

/** Specs of the inputs by port, null where one of them is not known. */
function specsOf(a: Assembly, inputs: Readonly<Record<string, Argument>>): Record<string, unknown> | null {
  const specs = Object.entries(inputs).map(([port, argument]) => [port, specOf(a, argument)] as const)
  return specs.some(([, spec]) => spec === null) ? null : Object.fromEntries(specs)
}

/** Cuts and turns one variable of theirs into weights of ours. */
function intoOurs(variable: KnownVariable, stored: WeightValues): readonly [string, WeightValues][] {
  const turned = variable.permute === undefined ? stored : permuted(stored, variable.permute)
  const { weights } = variable
  if (weights.length === 1) return [[weights[0] as string, turned]]
  const length = turned.values.length / weights.length
  const shape = turned.shape.slice(1)
  return weights.map((name, at) => [
    name,
    { shape, values: turned.values.slice(at * length, (at + 1) * length) },
  ])
}

function permuted({ shape, values }: WeightValues, order: readonly number[]): WeightValues {
  const to = order.map((axis) => shape[axis] ?? 1)
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((size, n) => size * n, 1))
  const result = values.map((_, target) => {
    let rest = target
    let from = 0
    for (let axis = to.length - 1; axis >= 0; axis -= 1) {
      const size = to[axis] ?? 1
      from += (rest % size) * (strides[order[axis] ?? 0] ?? 0)
      rest = Math.floor(rest / size)
    }
    return values[from] ?? 0
  })
  return { shape: to, values: result }
}

/** Our weights of a layer, or why they do not fit. */
function weightsFor(
  stored: StoredWeights,
  layer: ForeignLayer,
  known: Known,
  wanted: Readonly<Record<string, { readonly shape: readonly number[] }>> | null,
): readonly [string, WeightValues][] | Refusal {
  const found = stored(layer, known.variables ?? [])
  if (isRefusal(found)) return found
  const read = (known.variables ?? []).flatMap((variable, at) =>
    intoOurs(variable, found[at] as WeightValues),
  )
  // What the file does not hold has the shape of what it holds beside it.
  const filled = Object.entries(known.filled ?? {}).map(([name, value]): [string, WeightValues] => {
    const shape = wanted?.[name]?.shape ?? read[0]?.[1].shape ?? []
    const size = shape.reduce((product, n) => product * n, 1)
    return [name, { shape, values: new Float32Array(size).fill(value) }]
  })
  const ours = [...read, ...filled]
  for (const [name, { shape }] of wanted === null ? [] : ours) {
    const should = wanted?.[name]?.shape
    if (should === undefined || should.join() !== shape.join()) {
      return refuse(
        `Its ${name} in the file is [${shape.join(', ')}], but should be ${should === undefined ? 'missing' : `[${should.join(', ')}]`}.`,
      )
    }
  }
  return ours
}

interface Fitted {
  readonly known: Known
  readonly definition: Definition
  readonly params: Readonly<Record<string, unknown>>
  readonly inputs: Readonly<Record<string, Argument>>
  readonly outputs: Readonly<Record<string, Spec>> | null
  readonly weights: readonly [string, WeightValues][]
}

/** The node that a call becomes, or why it has none. */
function fit(a: Assembly, layer: ForeignLayer, call: ForeignCall): Fitted | Refusal {
  const rule = knownClasses.get(layer.className)
  if (rule === undefined) return refuse(`Wiregrad has no ${layer.className}.`)
  const specs = tensorsOf(call).map((tensor) => placeOf(a, tensor).spec)
  const known = rule({ className: layer.className, config: layer.config, dialect: a.dialect, call, specs })
  if (isRefusal(known)) return known
  const definition = a.catalogue.get(known.type)
  if (definition === undefined) return refuse(`Wiregrad has no ${known.type}.`)
  const given = Object.entries(known.params).filter(
    ([name]) => !known.ours || Object.hasOwn(definition.fields, name),
  )
  const params = { ...initialParams(definition), ...Object.fromEntries(given) }
  const problem = paramsSchema(definition).safeParse(params).error?.issues[0]
  if (problem !== undefined)
    return refuse(`Its setting ${problem.path.join('.')} does not fit here: ${problem.message}.`)
  const inputs = known.inputs ?? alone(definition, call)
  if (isRefusal(inputs)) return inputs
  const byPort = specsOf(a, inputs)
  const inferred = byPort === null ? null : definition.infer(byPort as never, params)
  const outputs =
    inferred === null || isRefusal(inferred) ? null : (inferred as Readonly<Record<string, Spec>>)
  const wanted = outputs === null ? null : definition.weights(byPort as never, params)
  const weights =
    a.stored === null || a.owners.has(layer.name) ? [] : weightsFor(a.stored, layer, known, wanted)
  return isRefusal(weights) ? weights : { known, definition, params, inputs, outputs, weights }
}

/** The one input of a call at the one port of a node. */
function alone(definition: Definition, call: ForeignCall): Readonly<Record<string, Argument>> | Refusal {
  const [port = ''] = Object.keys(definition.inputs)
  const [first, ...others] = tensorsOf(call)
  if (first === undefined || others.length > 0)
    return refuse(
      `It is called with ${others.length + (first === undefined ? 0 : 1)} values, but one is wanted.`,
    )
  return { [port]: first }
}

function addKnown(a: Assembly, layer: ForeignLayer, index: number, fitted: Fitted): void {
  const { known, definition, params, inputs, outputs, weights } = fitted
  const hasWeights = (known.variables ?? []).length > 0 || known.filled !== undefined
  const owner = hasWeights ? a.owners.get(layer.name) : undefined
  const frozen = hasWeights && owner === undefined && layer.config['trainable'] === false
  const id = addNode(a, layer.name, known.type, params, {
    ...(owner === undefined ? {} : { weightsOf: owner }),
    ...(frozen ? { frozen: true } : {}),
    ...(known.note === undefined ? {} : { note: known.note }),
  })
  if (owner === undefined) a.owners.set(layer.name, id)
  wireInputs(a, id, inputs)
  for (const [name, values] of weights) a.weights[`${id}:${name}`] = values
  const ports = known.outputs ?? Object.keys(definition.outputs)
  for (const [output, port] of ports.entries()) {
    const own: Place = { node: id, port, spec: outputs?.[port] ?? null }
    const place =
      output === 0 ? (known.after ?? []).reduce((from, one) => addAfter(a, layer, one, from), own) : own
    a.places.set(keyOf({ kind: 'tensor', layer: layer.name, call: index, output }), place)
  }
}

/** A node behind a layer, for what the layer does not do itself here. */
function addAfter(a: Assembly, layer: ForeignLayer, { type, params }: FollowingNode, from: Place): Place {
  const definition = a.catalogue.get(type)
  if (definition === undefined) throw new Error(`The catalogue has no ${type}.`)
  const id = addNode(a, `${layer.name} ${type}`, type, { ...initialParams(definition), ...params })
  const [port = ''] = Object.keys(definition.inputs)
  addWire(a, from, id, port)
  return { node: id, port: Object.keys(definition.outputs)[0] ?? '', spec: from.spec }
}

/** Longest text of attributes that a locked node keeps. */
const longestAttributes = 100_000

function addLocked(a: Assembly, layer: ForeignLayer, index: number, reason: string): void {
  const text = JSON.stringify(layer.config, null, 2)
  const id = addNode(a, layer.name, 'locked', {
    source: a.dialect === 'tfjs' ? 'tfjs' : 'keras',
    op: layer.className.slice(0, 200),
    attributes: text.length > longestAttributes ? JSON.stringify({ name: layer.name }) : text,
  })
  wireInputs(a, id, { xs: tensorsOf(layer.calls[index] ?? { args: [], keywords: {} }) })
  a.locked.push({ path: id, op: layer.className, reason })
  a.places.set(keyOf({ kind: 'tensor', layer: layer.name, call: index, output: 0 }), {
    node: id,
    port: 'y',
    spec: null,
  })
}

/** Calls in an order in which every one comes after those that it takes from, or the layers that run in a circle. */
function inOrder(
  layers: readonly ForeignLayer[],
): readonly { layer: ForeignLayer; index: number }[] | Refusal {
  const ordered: { layer: ForeignLayer; index: number }[] = []
  const known = new Set(
    layers.filter(({ className }) => className === inputClass).map(({ name }) => `${name} 0`),
  )
  let waiting = layers
    .filter(({ className }) => className !== inputClass)
    .flatMap((layer) => layer.calls.map((call, index) => ({ layer, index, needs: tensorsOf(call) })))
  while (waiting.length > 0) {
    const ready = waiting.filter(({ needs }) =>
      needs.every(({ layer, call }) => known.has(`${layer} ${call}`)),
    )
    const [first] = waiting
    if (ready.length === 0 && first !== undefined)
      return refuse(`The layer ${first.layer.name} takes something that no layer of the model gives.`)
    for (const { layer, index } of ready) {
      known.add(`${layer.name} ${index}`)
      ordered.push({ layer, index })
    }
    waiting = waiting.filter((one) => !ready.includes(one))
  }
  return ordered
}

/** Names of inputs that an embedding looks up. */
function lookedUp(layers: readonly ForeignLayer[]): ReadonlySet<string> {
  const embeddings = layers.filter(({ className }) => className === 'Embedding')
  return new Set(embeddings.flatMap(({ calls }) => calls.flatMap(tensorsOf)).map(({ layer }) => layer))
}

/** The document, its weights and what stayed locked; refuses a model that is no graph. */
export function assemble(
  nested: ForeignModel,
  dialect: Dialect,
  stored: StoredWeights | null,
  catalogue: Catalogue,
): Imported | Refusal {
  const model = withLearnedShifts(withoutNesting(nested))
  const a: Assembly = {
    dialect,
    catalogue,
    stored,
    nodes: {},
    wires: {},
    weights: {},
    locked: [],
    places: new Map(),
    owners: new Map(),
  }
  const tokens = lookedUp(model.layers)
  // The model's own order first: it is the order in which people feed it.
  const entries = model.inputs.map(({ layer }) => layer)
  const inputs = model.layers
    .filter(({ className }) => className === inputClass)
    .toSorted((x, y) => entries.indexOf(x.name) - entries.indexOf(y.name))
  for (const layer of inputs) {
    const refusal = addInput(a, layer, tokens.has(layer.name))
    if (refusal !== null) return refusal
  }
  const calls = inOrder(model.layers)
  if (isRefusal(calls)) return calls
  for (const { layer, index } of calls) {
    const fitted = fit(a, layer, layer.calls[index] as ForeignCall)
    if (isRefusal(fitted)) addLocked(a, layer, index, fitted.refused)
    else addKnown(a, layer, index, fitted)
  }
  for (const tensor of model.outputs) {
    if (!a.places.has(keyOf({ ...tensor, output: 0 })))
      return refuse(`The model gives out ${tensor.layer}, which is none of its layers.`)
    addWire(a, placeOf(a, tensor), addNode(a, `${tensor.layer} output`, 'output', {}), 'x')
  }
  const empty = createDocument(model.name.slice(0, 200))
  const nodes = layOut({ nodes: a.nodes, wires: a.wires })
  return {
    document: { ...empty, nodes, wires: a.wires },
    weights: stored === null ? null : a.weights,
    locked: a.locked,
  }
}
