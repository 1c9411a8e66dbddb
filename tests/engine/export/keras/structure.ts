/** Reads a `.keras` file as Keras would, and says what of it Keras could not open. */
import { readHdf5, type Hdf5Group } from '../../../../engine/formats/hdf5'
import { readZip } from '../../../../engine/formats/zip'
import { isRefusal } from '../../../../nodes/kit/spec'
import type { Json } from '../../../../nodes/kit/torch'
import { keras3Variables, type Config, type Shape } from './keras-variables'

type History = readonly [layer: string, node: number, tensor: number]

interface TensorConfig {
  readonly class_name: '__keras_tensor__'
  readonly config: { readonly shape: Shape; readonly dtype: string; readonly keras_history: History }
}

interface LayerConfig {
  readonly module: string
  readonly class_name: string
  readonly config: Config
  readonly registered_name: string | null
  readonly name: string
  readonly inbound_nodes: readonly { readonly args: readonly Json[]; readonly kwargs: Config }[]
}

export interface ModelConfig {
  readonly module: string
  readonly class_name: string
  readonly registered_name: string
  readonly config: {
    readonly name: string
    readonly layers: readonly LayerConfig[]
    readonly input_layers: readonly History[]
    readonly output_layers: readonly History[]
  }
}

export interface KerasFile {
  readonly config: ModelConfig
  readonly store: Hdf5Group
}

/** How each file of a zip is kept: 0 is stored. */
function methods(bytes: Uint8Array): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found: number[] = []
  for (let at = 0; view.getUint32(at, true) === 0x04034b50;) {
    found.push(view.getUint16(at + 8, true))
    at += 30 + view.getUint32(at + 18, true) + view.getUint16(at + 26, true) + view.getUint16(at + 28, true)
  }
  return found
}

export async function readKeras(bytes: Uint8Array): Promise<KerasFile> {
  const files = readZip(bytes)
  if (isRefusal(files)) throw new Error(files.refused)
  if (methods(bytes).join() !== '0,0,0')
    throw new Error(`The zip holds ${methods(bytes).join()}, not three stored files.`)
  const text = (name: string): unknown => JSON.parse(new TextDecoder().decode(files.get(name)))
  const metadata = text('metadata.json') as Config
  if (!/^3\.\d+\.\d+$/.test(metadata['keras_version'] as string))
    throw new Error('metadata.json names no Keras 3.')
  const store = await readHdf5(files.get('model.weights.h5') ?? new Uint8Array())
  if (isRefusal(store)) throw new Error(store.refused)
  return { config: text('config.json') as ModelConfig, store }
}

function isTensor(value: unknown): value is TensorConfig {
  return typeof value === 'object' && value !== null && (value as Config)['class_name'] === '__keras_tensor__'
}

/** Every tensor in the arguments of a call, in order. */
function tensorsIn(value: unknown): readonly TensorConfig[] {
  if (isTensor(value)) return [value]
  if (Array.isArray(value)) return value.flatMap(tensorsIn)
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(tensorsIn) : []
}

/** Keras's `to_snake_case`, on names of classes. */
function snake(name: string): string {
  return name
    .replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
}

function groupAt(store: Hdf5Group, path: string): Hdf5Group | undefined {
  let group: Hdf5Group | undefined = store
  for (const name of path.split('/')) group = group?.groups[name]
  return group
}

/** Every dataset of the store by its path. */
export function datasets(group: Hdf5Group, path = ''): Readonly<Record<string, readonly number[]>> {
  const own = Object.entries(group.datasets).map(([name, { shape }]) => [`${path}${name}`, shape] as const)
  const inner = Object.entries(group.groups).flatMap(([name, one]) =>
    Object.entries(datasets(one, `${path}${name}/`)),
  )
  return Object.fromEntries([...own, ...inner])
}

function historyFaults({ config }: ModelConfig): readonly string[] {
  const byName = new Map(config.layers.map((layer) => [layer.name, layer]))
  const resolves = ([name, node]: History): boolean => {
    const layer = byName.get(name)
    return layer !== undefined && node < Math.max(1, layer.inbound_nodes.length)
  }
  const ends = [...config.input_layers, ...config.output_layers].filter((history) => !resolves(history))
  const calls = config.layers.flatMap((layer) =>
    layer.inbound_nodes.flatMap((call) => tensorsIn([call.args, call.kwargs])),
  )
  return [
    ...ends,
    ...calls.map((tensor) => tensor.config.keras_history).filter((history) => !resolves(history)),
  ].map((history) => `${JSON.stringify(history)} leads nowhere`)
}

/** Sentences about everything that real Keras would stumble over; none where all is well. */
export function faults({ config, store }: KerasFile): readonly string[] {
  const found: string[] = []
  const { module, class_name, registered_name } = config
  if (
    module !== 'keras.src.models.functional' ||
    class_name !== 'Functional' ||
    registered_name !== 'Functional'
  )
    found.push('the model is no Functional')
  const names = config.config.layers.map(({ name }) => name)
  if (new Set(names).size < names.length) found.push(`two layers have one name: ${names.join()}`)
  if (store.groups['vars'] === undefined) found.push('the store has no vars of the model')
  const used = new Map<string, number>()
  const expected: Record<string, readonly number[]> = {}
  for (const layer of config.config.layers) {
    if (layer.module !== 'keras.layers' || layer.registered_name !== null)
      found.push(`${layer.name} is no keras.layers`)
    if (!/^[a-z][A-Za-z0-9_]*$/.test(layer.name) || layer.config['name'] !== layer.name)
      found.push(`${layer.name} has an odd name`)
    const kind = snake(layer.class_name)
    const number = used.get(kind) ?? 0
    used.set(kind, number + 1)
    const path = `layers/${number === 0 ? kind : `${kind}_${number}`}`
    if (groupAt(store, `${path}/vars`)?.attributes['name'] !== layer.name)
      found.push(`${path} is not ${layer.name}`)
    const shapes = tensorsIn(layer.inbound_nodes[0]?.args ?? []).map((tensor) => tensor.config.shape)
    for (const [inner, shape] of keras3Variables(layer.class_name, layer.config, shapes))
      expected[`${path}/${inner}`] = shape
  }
  const stored = datasets(store)
  for (const path of new Set([...Object.keys(stored), ...Object.keys(expected)])) {
    const [is, wanted] = [stored[path]?.join('×') ?? 'missing', expected[path]?.join('×') ?? 'nothing']
    if (is !== wanted) found.push(`${path} should be ${wanted} and is ${is}`)
  }
  return [...found, ...historyFaults(config)]
}
