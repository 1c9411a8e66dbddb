/**
 * The document while it is being made of another program's graph. Its operators work channels-first and ours
 * channels-last, so every value keeps in which order our axes are theirs.
 */
import { createDocument } from '../../graph/create'
import type { Document, NodeId } from '../../graph/document'
import { freshId, freshWireId } from '../../graph/ids'
import { freshKeys } from '../../graph/keys'
import type { LaidValues } from '../../formats/weight-layout'
import { initialParams, paramsSchema, type Catalogue, type Definition } from '../../../nodes/kit/define'
import { isRefusal, refuse, type Refusal, type Spec } from '../../../nodes/kit/spec'
import type { LockedNode } from '../imported'

/** A value of the file as our graph has it. */
export interface Held {
  readonly from: readonly [NodeId, string]
  /** Ours; null behind a locked node, of which nothing is known. */
  readonly spec: Spec | null
  /** Our axis i is their axis `order[i]`. */
  readonly order: readonly number[]
  /** Theirs has as many further axes of length 1 behind ours. */
  readonly ones: number
  /** Our feature j is their feature `features[j]` on the last axis; null where they are the same. */
  readonly features: readonly number[] | null
}

export function plainOrder(rank: number): readonly number[] {
  return Array.from({ length: rank }, (_, axis) => axis)
}

/** Ours channels-last, theirs channels-first. */
export function imageOrder(rank: number): readonly number[] {
  return [0, ...plainOrder(rank).slice(2), 1]
}

export function isPlain({ order, ones, features }: Held): boolean {
  return ones === 0 && features === null && order.every((axis, at) => axis === at)
}

type Inputs = Readonly<Record<string, Held | readonly Held[]>>

/** What else is known of a new node: its weights, and how its outputs stand to the file's. */
export interface More {
  readonly weights?: Readonly<Record<string, LaidValues>>
  readonly order?: readonly number[]
  readonly ones?: number
  readonly features?: readonly number[] | null
}

export interface Draft {
  readonly catalogue: Catalogue
  readonly document: Document
  readonly weights: Record<string, LaidValues>
  readonly locked: LockedNode[]
}

export function createDraft(name: string, catalogue: Catalogue): Draft {
  return { catalogue, document: createDocument(name.slice(0, 200)), weights: {}, locked: [] }
}

/** Words for an id from the name of an operator: `/encoder/conv1/Conv` is `encoder_conv1`. */
export function wordsFor(name: string, type: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part.replace(/_\d+$/, '') !== type)
  const words = parts.join('_')
  return /[a-z]/i.test(words) ? words : `${type}_${words}`
}

function put(draft: Draft, words: string, definition: Definition, params: Record<string, unknown>): NodeId {
  const id = freshId(words, draft.document.nodes)
  draft.document.nodes[id] = {
    type: definition.type,
    version: definition.version,
    params: params as Document['nodes'][string]['params'],
    at: [0, 0],
  }
  return id
}

function wire(draft: Draft, id: NodeId, inputs: Inputs): void {
  const { wires } = draft.document
  for (const [port, given] of Object.entries(inputs)) {
    if (!Array.isArray(given)) {
      wires[freshWireId(wires)] = { from: [...(given as Held).from], to: [id, port] }
      continue
    }
    const keys = freshKeys(given.length)
    for (const [at, held] of (given as readonly Held[]).entries())
      wires[freshWireId(wires)] = { from: [...held.from], to: [id, port, keys[at] ?? 'a0'] }
  }
}

function specsOf(inputs: Inputs): Readonly<Record<string, Spec>> | null {
  const all = Object.values<Held | readonly Held[]>(inputs).flat()
  if (all.some(({ spec }) => spec === null)) return null
  const entries = Object.entries(inputs).map(([port, given]) => [
    port,
    Array.isArray(given) ? (given as readonly Held[]).map(({ spec }) => spec) : (given as Held).spec,
  ])
  return Object.fromEntries(entries) as Readonly<Record<string, Spec>>
}

function weightsRefusal(
  definition: Definition,
  specs: Readonly<Record<string, Spec>>,
  params: Record<string, unknown>,
  given: Readonly<Record<string, LaidValues>>,
): Refusal | null {
  for (const [name, { shape }] of Object.entries(definition.weights(specs, params))) {
    if (given[name]?.shape.join() !== shape.join())
      return refuse(
        `Its ${name} should have shape [${shape.join(', ')}], but the file gives ${given[name] === undefined ? 'none' : `[${given[name].shape.join(', ')}]`}.`,
      )
  }
  return null
}

/** Adds a node and gives its first output; or says why it cannot be one of ours. */
export function addNode(
  draft: Draft,
  words: string,
  type: string,
  settings: Readonly<Record<string, unknown>>,
  inputs: Inputs,
  more: More = {},
): Held | Refusal {
  const definition = draft.catalogue.get(type)
  if (definition === undefined) return refuse(`There is no ${type} here.`)
  const params = { ...initialParams(definition), ...settings }
  if (!paramsSchema(definition).safeParse(params).success)
    return refuse(`${definition.title} has no such settings: ${JSON.stringify(settings).slice(0, 200)}.`)
  const specs = specsOf(inputs)
  const outputs = specs === null ? {} : definition.infer(specs, params)
  if (isRefusal(outputs)) return outputs
  const weights = more.weights ?? {}
  const wrong = specs === null ? null : weightsRefusal(definition, specs, params, weights)
  if (wrong !== null) return wrong
  const id = put(draft, words, definition, params)
  wire(draft, id, inputs)
  for (const [name, values] of Object.entries(weights)) draft.weights[`${id}:${name}`] = values
  const [port = 'y'] = Object.keys(definition.outputs)
  const spec = (outputs as Readonly<Record<string, Spec>>)[port] ?? null
  const [first] = Object.values<Held | readonly Held[]>(inputs).flat()
  return {
    from: [id, port],
    spec,
    order: more.order ?? (spec === null ? (first?.order ?? []) : plainOrder(spec.shape.length)),
    ones: more.ones ?? 0,
    features: more.features ?? null,
  }
}

/** Keeps an operator that has no counterpart. */
export function addLocked(
  draft: Draft,
  words: string,
  op: string,
  attributes: string,
  inputs: readonly Held[],
  reason: string,
): Held {
  const definition = draft.catalogue.get('locked')
  if (definition === undefined) throw new Error('The catalogue has no locked nodes.')
  const params = { ...initialParams(definition), source: 'onnx', op: op.slice(0, 200), attributes }
  const id = put(draft, words, definition, params)
  wire(draft, id, { xs: inputs })
  draft.locked.push({ path: id, op, reason })
  return { from: [id, 'y'], spec: null, order: [], ones: 0, features: null }
}

/** The value with its axes in this order: turned by a node of its own where it has another. */
export function turned(draft: Draft, words: string, held: Held, order: readonly number[]): Held | Refusal {
  const full = unfolded(draft, words, held, order)
  if (isRefusal(full)) return full
  if (full.spec === null) return { ...full, order }
  if (full.order.join() === order.join()) return full
  if (full.order.length !== order.length)
    return refuse(`It works on ${order.length} axes, but is given ${full.order.length}.`)
  if (full.features !== null || full.order[0] !== 0)
    return refuse('It would need the axes of its input in an order that cannot be made here.')
  const dims = order.slice(1).map((axis) => full.order.indexOf(axis))
  return addNode(draft, `${words}_permute`, 'permute', { dims }, { x: full }, { order })
}

/** With the axes of length 1 that the file has, where they are wanted. */
function unfolded(draft: Draft, words: string, held: Held, order: readonly number[]): Held | Refusal {
  const { ones, spec } = held
  if (ones === 0 || spec === null || order.length === spec.shape.length) return { ...held, ones: 0 }
  const rank = spec.shape.length
  if (rank !== 2 || order.length !== rank + ones || held.features !== null)
    return refuse(`It works on ${order.length} axes, but is given ${rank + ones}.`)
  const shape = [...Array.from({ length: ones }, () => 1), spec.shape[1]]
  return addNode(
    draft,
    `${words}_reshape`,
    'reshape',
    { shape },
    { x: held },
    { order: imageOrder(order.length) },
  )
}
