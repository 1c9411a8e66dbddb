/**
 * The graph of another program's ONNX file as a document: operator by operator in the order of the file. What has no
 * counterpart stays as a locked node; nothing stops the import.
 */
import type { Document } from '../../graph/document'
import type { Imported } from '../imported'
import { layOut } from '../layout'
import type { GraphProto, ModelProto, ValueInfoProto } from '../../formats/onnx/schema'
import { dataType } from '../../formats/onnx/schema'
import { arrayOf } from '../../formats/onnx/tensor'
import { isRefusal, refuse, type Refusal } from '../../../nodes/kit/spec'
import type { Catalogue } from '../../../nodes/kit/define'
import {
  addLocked,
  addNode,
  createDraft,
  imageOrder,
  isPlain,
  wordsFor,
  type Draft,
  type Held,
} from './draft'
import { elementwise } from './elementwise'
import { fold, type Known } from './fold'
import { layers } from './layers'
import { attributesText, operatorOf, type OnnxOperator } from './operator'
import type { Handler, Scene } from './scene'
import { shapes } from './shapes'

const handlers = new Map<string, Handler>(Object.entries({ ...elementwise, ...layers, ...shapes }))

/** Operators that take images channels-first. */
const spatial: ReadonlySet<string> = new Set(
  'Conv ConvTranspose MaxPool AveragePool GlobalAveragePool GlobalMaxPool BatchNormalization InstanceNormalization'.split(
    ' ',
  ),
)

/** The file while it is read. */
interface Reading {
  readonly draft: Draft
  readonly opset: number
  readonly operators: readonly OnnxOperator[]
  /** Operators by the value that they use. */
  readonly users: ReadonlyMap<string, readonly OnnxOperator[]>
  readonly outputs: ReadonlySet<string>
  readonly known: Map<string, Known>
  readonly held: Map<string, Held>
  readonly absorbed: Set<OnnxOperator>
  /** Inputs that were channels-first. */
  readonly turned: string[]
}

function usersOf(operators: readonly OnnxOperator[]): Map<string, OnnxOperator[]> {
  const users = new Map<string, OnnxOperator[]>()
  for (const operator of operators)
    for (const name of new Set(operator.inputs)) users.set(name, [...(users.get(name) ?? []), operator])
  return users
}

/** Whether a value reaches images' operators as it is, with nothing but number-by-number operators between. */
function isImage({ users }: Reading, name: string): boolean {
  const open = [name]
  const seen = new Set<string>()
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (seen.has(value)) continue
    seen.add(value)
    for (const { type, outputs } of users.get(value) ?? []) {
      if (spatial.has(type)) return true
      if (Object.hasOwn(elementwise, type) || type === 'Concat' || type === 'Pad') open.push(...outputs)
    }
  }
  return false
}

/** Sizes after the batch, -1 where the file leaves them open. */
function sampleShape(input: ValueInfoProto): readonly number[] | null {
  const dims = input.type?.tensor_type?.shape?.dim
  if (dims === undefined || dims.length === 0) return null
  return dims.slice(1).map(({ dim_value: size }) => (size === undefined || size <= 0 ? -1 : size))
}

function addInput(reading: Reading, input: ValueInfoProto): Refusal | null {
  const name = input.name ?? ''
  const theirs = sampleShape(input)
  if (theirs === null)
    return refuse(
      `The file does not say what shape its input ${JSON.stringify(name)} has. Export it again with shapes.`,
    )
  const type = input.type?.tensor_type?.elem_type ?? dataType.float
  const whole = ([dataType.int32, dataType.int64] as number[]).includes(type)
  const rank = theirs.length + 1
  const image = rank > 2 && isImage(reading, name)
  const shape = image ? [...theirs.slice(1), theirs[0] ?? 1] : theirs
  const settings = { shape, values: whole ? 'tokens' : 'numbers' }
  const held = addNode(
    reading.draft,
    wordsFor(name, 'input'),
    'input',
    settings,
    {},
    image ? { order: imageOrder(rank) } : {},
  )
  if (isRefusal(held))
    return refuse(
      `The input ${JSON.stringify(name)} cannot be made here. ${held.refused} Export it with fixed sizes.`,
    )
  if (image) reading.turned.push(held.from[0])
  reading.held.set(name, held)
  return null
}

/** The shape of a value as the file would compute it: the batch is not known. */
function shapeOf({ spec, order, ones }: Held): Known | null {
  if (spec === null) return null
  const sizes = spec.shape.map((_, axis) => {
    const dim = spec.shape[order.indexOf(axis)]
    return typeof dim === 'number' ? dim : NaN
  })
  const all = [...sizes, ...Array.from({ length: ones }, () => 1)]
  return { shape: [all.length], values: Float64Array.from(all) }
}

function sceneOf(reading: Reading, operator: OnnxOperator): Scene {
  const { draft, opset, known, held, users, outputs, absorbed } = reading
  const [result = ''] = operator.outputs
  return {
    draft,
    operator,
    opset,
    words: wordsFor(operator.name, operator.type),
    known: (at) => known.get(operator.inputs[at] ?? ''),
    held: (at) => held.get(operator.inputs[at] ?? ''),
    constant: (name) => known.get(name),
    next: () => {
      const [only, ...others] = users.get(result) ?? []
      return others.length > 0 || outputs.has(result) ? null : (only ?? null)
    },
    absorb: (other) => absorbed.add(other),
  }
}

function lock(reading: Reading, operator: OnnxOperator, reason: string): Held {
  const inputs = operator.inputs.flatMap((name) => reading.held.get(name) ?? [])
  const words = wordsFor(operator.name, operator.type)
  return addLocked(reading.draft, words, operator.type, attributesText(operator), inputs, reason)
}

function read(reading: Reading, operator: OnnxOperator): void {
  const { known, held, absorbed } = reading
  const [result = ''] = operator.outputs
  if (absorbed.has(operator)) {
    const flowing = operator.inputs.find((name) => held.has(name)) ?? ''
    const value = held.get(flowing)
    if (value !== undefined) held.set(result, value)
    return
  }
  const flowing = operator.type === 'Shape' ? held.get(operator.inputs[0] ?? '') : undefined
  const sizes = flowing === undefined ? null : shapeOf(flowing)
  const told = sizes ?? fold(operator, (name) => known.get(name))
  if (told !== null) {
    known.set(result, told)
    return
  }
  const handler = handlers.get(operator.type)
  const made =
    handler === undefined
      ? refuse(`There is no node for the operator ${operator.type}.`)
      : handler(sceneOf(reading, operator))
  const value = isRefusal(made) ? lock(reading, operator, made.refused) : made
  for (const name of operator.outputs) held.set(name, value)
}

function addOutputs({ draft, held }: Reading, graph: GraphProto): readonly string[] {
  const sentences: string[] = []
  for (const { name = '' } of graph.output ?? []) {
    const value = held.get(name)
    if (value === undefined) {
      sentences.push(`The output ${name} is a constant and was left out.`)
      continue
    }
    // The id is as in the file; an output node changes nothing.
    addNode(draft, wordsFor(name, 'output'), 'output', {}, { x: value })
    if (value.spec !== null && !isPlain({ ...value, ones: 0 }))
      sentences.push(`The output ${name} has its axes in another order than in the file: channels come last.`)
  }
  return sentences
}

function notes({ turned }: Reading, sentences: readonly string[]): string {
  const images =
    turned.length === 0
      ? []
      : [
          `The file takes images channels-first (channels × height × width). Here channels come last: give ${turned.join(' and ')} numbers in that order.`,
        ]
  return ['Imported from ONNX.', ...images, ...sentences].join('\n')
}

/** Sorts inputs out: a name that an initialiser has, too, is a constant with a default. */
function begin(model: ModelProto & { readonly graph: GraphProto }, catalogue: Catalogue): Reading | Refusal {
  const { graph } = model
  const operators = (graph.node ?? []).map(operatorOf)
  const known = new Map<string, Known>()
  for (const tensor of graph.initializer ?? []) {
    const array = arrayOf(tensor)
    if (isRefusal(array)) return array
    known.set(tensor.name ?? '', array)
  }
  const opset =
    model.opset_import?.find(({ domain }) => (domain ?? '') === '' || domain === 'ai.onnx')?.version ?? 1
  const reading: Reading = {
    draft: createDraft(graph.name === undefined || graph.name === '' ? 'ONNX model' : graph.name, catalogue),
    opset,
    operators,
    users: usersOf(operators),
    outputs: new Set((graph.output ?? []).map(({ name }) => name ?? '')),
    known,
    held: new Map(),
    absorbed: new Set(),
    turned: [],
  }
  for (const input of graph.input ?? []) {
    if (known.has(input.name ?? '')) continue
    const refusal = addInput(reading, input)
    if (refusal !== null) return refusal
  }
  return reading
}

const mostOperators = 20_000

/** The document, or a sentence where the file says too little. */
export function readForeign(
  model: ModelProto & { readonly graph: GraphProto },
  catalogue: Catalogue,
): Imported | Refusal {
  const count = model.graph.node?.length ?? 0
  if (count > mostOperators)
    return refuse(`The file has ${count} operators, but at most ${mostOperators} can be shown.`)
  const reading = begin(model, catalogue)
  if ('refused' in reading) return reading
  for (const operator of reading.operators) read(reading, operator)
  const sentences = addOutputs(reading, model.graph)
  const { document, weights, locked } = reading.draft
  const whole: Document = { ...document, nodes: layOut(document), notes: notes(reading, sentences) }
  return { document: whole, weights: Object.keys(weights).length > 0 ? weights : null, locked }
}
