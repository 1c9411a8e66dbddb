/**
 * A model of Keras or tfjs as its configuration describes it, read into one form: layers by name, and how each is called.
 * Keras 3, Keras 2 (tf.keras) and tfjs write the same things in different ways; nothing behind this file knows which.
 */
import { refuse, type Refusal } from '../../../nodes/kit/spec'
import type { Json } from '../../../nodes/kit/torch'

export type Config = { readonly [name: string]: Json }

/** Who wrote it: the same name can mean other numbers (`hard_sigmoid`). */
export type Dialect = 'keras3' | 'keras2' | 'tfjs'

/** One output of one call of a layer. */
export interface ForeignTensor {
  readonly kind: 'tensor'
  readonly layer: string
  readonly call: number
  readonly output: number
}

export type Argument = ForeignTensor | readonly ForeignTensor[]

export interface ForeignCall {
  readonly args: readonly Argument[]
  readonly keywords: Readonly<Record<string, Argument | Json>>
}

export interface ForeignLayer {
  readonly name: string
  readonly className: string
  readonly config: Config
  readonly calls: readonly ForeignCall[]
  /** A model used as a layer. */
  readonly model: ForeignModel | null
}

export interface ForeignModel {
  readonly name: string
  readonly layers: readonly ForeignLayer[]
  readonly inputs: readonly ForeignTensor[]
  readonly outputs: readonly ForeignTensor[]
}

export const inputClass = 'InputLayer'
const functionalClasses: ReadonlySet<string> = new Set(['Functional', 'Model'])
const modelClasses: ReadonlySet<string> = new Set([...functionalClasses, 'Sequential'])

/** Models inside models, at most so many. */
const deepest = 20

export function isObject(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isTensor(value: unknown): value is ForeignTensor {
  return isObject(value) && value['kind'] === 'tensor' && typeof value['layer'] === 'string'
}

/** Every tensor of a call in order: arguments, then keywords. */
export function tensorsOf({ args, keywords }: ForeignCall): readonly ForeignTensor[] {
  return [...args.flat(), ...Object.values(keywords).flat().filter(isTensor)] as readonly ForeignTensor[]
}

function tensor(layer: string, call = 0, output = 0): ForeignTensor {
  return { kind: 'tensor', layer, call, output }
}

/** `["dense", 0, 0]`, as Keras 2 and tfjs write a tensor; null for anything else. */
function fromTriple(value: Json | undefined): ForeignTensor | null {
  if (!Array.isArray(value)) return null
  const [layer, call, output] = value as readonly Json[]
  return typeof layer === 'string' && typeof call === 'number' && typeof output === 'number'
    ? tensor(layer, call, output)
    : null
}

/** `{"class_name": "__keras_tensor__"}` of Keras 3. */
function fromKerasTensor(value: Json | undefined): ForeignTensor | null {
  if (!isObject(value) || value['class_name'] !== '__keras_tensor__' || !isObject(value['config']))
    return null
  return fromTriple(value['config']['keras_history'])
}

/** Tensors in a structure of lists and records, in order. */
function tensorsIn(
  value: Json | undefined,
  one: (value: Json | undefined) => ForeignTensor | null,
): ForeignTensor[] {
  const found = one(value)
  if (found !== null) return [found]
  if (Array.isArray(value)) return (value as Json[]).flatMap((inner) => tensorsIn(inner, one))
  return isObject(value) ? Object.values(value).flatMap((inner) => tensorsIn(inner, one)) : []
}

function keywordsOf(value: Json | undefined, one: (value: Json | undefined) => ForeignTensor | null) {
  if (!isObject(value)) return {}
  return Object.fromEntries(
    Object.entries(value).map(([name, given]): [string, Argument | Json] => {
      const single = one(given)
      if (single !== null) return [name, single]
      const several = tensorsIn(given, one)
      return [name, several.length > 0 ? several : given]
    }),
  )
}

/** A call as Keras 3 writes it: `{"args": [...], "kwargs": {...}}`. */
function callOfKeras3(node: Config): ForeignCall {
  const args = (Array.isArray(node['args']) ? (node['args'] as Json[]) : []).map(
    (arg): Argument => fromKerasTensor(arg) ?? tensorsIn(arg, fromKerasTensor),
  )
  return {
    args: args.filter((arg) => isTensor(arg) || arg.length > 0),
    keywords: keywordsOf(node['kwargs'], fromKerasTensor),
  }
}

/** A call as Keras 2 and tfjs write it: `[["dense", 0, 0, {}], ...]`, several tensors being one list. */
function callOfKeras2(node: readonly Json[]): ForeignCall {
  const entries = (typeof node[0] === 'string' ? [node] : node) as readonly (readonly Json[])[]
  const tensors = entries.map(fromTriple).filter((one) => one !== null)
  const first = tensors[0]
  return {
    args: tensors.length > 1 ? [tensors] : first === undefined ? [] : [first],
    keywords: Object.assign(
      {},
      ...entries.map((entry) => keywordsOf(entry[3], fromTriple)),
    ) as ForeignCall['keywords'],
  }
}

function callsOf(nodes: Json | undefined): readonly ForeignCall[] {
  if (!Array.isArray(nodes)) return []
  return (nodes as Json[]).flatMap((node) =>
    Array.isArray(node) ? [callOfKeras2(node as Json[])] : isObject(node) ? [callOfKeras3(node)] : [],
  )
}

/** One layer, or null where it has no class. */
function layerOf(entry: Json, depth: number): ForeignLayer | Refusal | null {
  if (!isObject(entry) || typeof entry['class_name'] !== 'string') return null
  const className = entry['class_name']
  // Sequential models of Keras 1 had a bare list of layers.
  const config = isObject(entry['config']) ? entry['config'] : { layers: entry['config'] ?? [] }
  const name = [entry['name'], config['name']].find((one) => typeof one === 'string') ?? className
  const isModel = modelClasses.has(className) && Array.isArray(config['layers'])
  const model = isModel ? modelOf(className, config, depth + 1) : null
  if (model !== null && 'refused' in model) return model
  return { name: name, className, config, calls: callsOf(entry['inbound_nodes']), model }
}

/** Layers in a row, each called with the one before. */
function chained(config: Config, layers: readonly ForeignLayer[]): ForeignModel | Refusal {
  const name = typeof config['name'] === 'string' ? config['name'] : 'sequential'
  const first = layers[0]
  if (first === undefined) return refuse(`The model ${name} has no layers.`)
  const shape =
    first.config['batch_input_shape'] ??
    first.config['batch_shape'] ??
    config['build_input_shape'] ??
    first.model?.layers.find(({ className }) => className === inputClass)?.config['batch_input_shape']
  const begin: ForeignLayer = {
    name: 'input',
    className: inputClass,
    config: { batch_input_shape: shape ?? null, dtype: first.config['dtype'] ?? 'float32' },
    calls: [],
    model: null,
  }
  if (first.className !== inputClass && !Array.isArray(shape)) {
    return refuse(
      `The model ${name} does not say what shape it takes. Build it with an Input before saving, then import it again.`,
    )
  }
  const all = first.className === inputClass ? layers : [begin, ...layers]
  const called = all.map((layer, at) => {
    const before = all[at - 1]
    return before === undefined ? layer : { ...layer, calls: [{ args: [tensor(before.name)], keywords: {} }] }
  })
  return {
    name,
    layers: called,
    inputs: [tensor((called[0] as ForeignLayer).name)],
    outputs: [tensor((called.at(-1) as ForeignLayer).name)],
  }
}

function modelOf(className: string, config: Config, depth: number): ForeignModel | Refusal {
  if (depth > deepest) return refuse(`The model has more than ${deepest} models inside one another.`)
  const layers: ForeignLayer[] = []
  for (const entry of config['layers'] as readonly Json[]) {
    const layer = layerOf(entry, depth)
    if (layer === null) return refuse('The configuration of the model holds a layer without a class.')
    if ('refused' in layer) return layer
    layers.push(layer)
  }
  if (new Set(layers.map(({ name }) => name)).size < layers.length)
    return refuse('Two layers of the model have the same name.')
  if (!functionalClasses.has(className)) return chained(config, layers)
  return {
    name: typeof config['name'] === 'string' ? config['name'] : 'model',
    // tfjs writes its entries as if they took themselves.
    layers: layers.map((layer) => (layer.className === inputClass ? { ...layer, calls: [] } : layer)),
    inputs: tensorsIn(config['input_layers'], fromTriple),
    outputs: tensorsIn(config['output_layers'], fromTriple),
  }
}

/** The model that a configuration describes (`config.json`, `model_config`, `modelTopology`), or why it is none. */
export function readModel(config: unknown): ForeignModel | Refusal {
  if (!isObject(config) || typeof config['class_name'] !== 'string')
    return refuse('The file holds no configuration of a Keras model.')
  const className = config['class_name']
  if (!modelClasses.has(className)) {
    return refuse(
      `The model is a ${className}, a class of its own, whose code is not in the file. Only functional and sequential models can be imported.`,
    )
  }
  const inner = isObject(config['config']) ? config['config'] : { layers: config['config'] ?? null }
  if (!Array.isArray(inner['layers'])) return refuse('The configuration of the model lists no layers.')
  return modelOf(className, inner, 0)
}
