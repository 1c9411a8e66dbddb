/**
 * The weights of a Keras model as trees of HDF5 groups: the store inside a `.keras` file, and the older one of `.h5`.
 */
import type { Hdf5Dataset, Hdf5Group } from '../../formats/hdf5'
import { snakeCase } from '../../formats/keras-names'
import type { KerasModel, Layer, Variable } from './model'

/** A tree while it grows. */
interface Growing {
  attributes: Record<string, string | readonly string[]>
  groups: Record<string, Growing>
  datasets: Record<string, Hdf5Dataset>
}

function empty(): Growing {
  return { attributes: {}, groups: {}, datasets: {} }
}

/** The group at a path, made where it is missing. */
function groupAt(root: Growing, path: readonly string[]): Growing {
  let group = root
  for (const name of path) group = group.groups[name] ??= empty()
  return group
}

/** Every path that holds an object of Keras has a group `vars`, which carries the object's name. */
function addOwner(root: Growing, path: readonly string[], name: string): void {
  groupAt(root, [...path, 'vars']).attributes['name'] ??= name
}

/** Where the weights of every layer lie: `layers/dense_1`, numbered by class in the order of the model. */
export function storePaths(model: KerasModel): ReadonlyMap<Layer, string> {
  const used = new Map<string, number>()
  return new Map(
    model.layers.map((layer) => {
      const name = snakeCase(layer.className)
      const before = used.get(name) ?? 0
      used.set(name, before + 1)
      return [layer, `layers/${before === 0 ? name : `${name}_${before}`}`]
    }),
  )
}

/** `model.weights.h5` of a `.keras` file. */
export function weightStore(model: KerasModel): Hdf5Group {
  const root = empty()
  addOwner(root, [], model.name)
  for (const [layer, path] of storePaths(model)) {
    const place = path.split('/')
    addOwner(root, place, layer.name)
    for (const { path: inner, values } of layer.variables) {
      const parts = inner.split('/')
      const [number = '0'] = parts.slice(-1)
      const owner = parts.slice(0, -2)
      for (const depth of owner.keys())
        addOwner(root, [...place, ...owner.slice(0, depth + 1)], owner[depth] ?? '')
      groupAt(root, [...place, ...parts.slice(0, -1)]).datasets[number] = values
    }
  }
  return root
}

/** Name of a variable in an `.h5` file: `hidden/kernel`. */
export function legacyName(layer: Layer, { path, ours }: Variable): string {
  const [first = '', ...others] = ours
  const name = others.length === 0 ? first.slice(first.indexOf(':') + 1) : path.replaceAll('/', '_')
  return `${layer.name}/${name}`
}

/** An HDF5 attribute holds at most 64 kB, so longer lists are cut into several, numbered as Keras numbers them. */
const attributeBytes = 60_000

function listAttributes(name: string, words: readonly string[]): Record<string, readonly string[]> {
  // Keras counts with the longest word for every one.
  const longest = Math.max(1, ...words.map((word) => word.length))
  const most = Math.max(1, Math.floor(attributeBytes / longest))
  if (words.length <= most) return { [name]: words }
  const chunks = Math.ceil(words.length / most)
  return Object.fromEntries(
    Array.from({ length: chunks }, (_, at) => [`${name}${at}`, words.slice(at * most, (at + 1) * most)]),
  )
}

/** The whole of an `.h5` file: configuration and weights. */
export function legacyFile(model: KerasModel, config: string, version: string): Hdf5Group {
  const root = empty()
  Object.assign(root.attributes, { model_config: config, backend: 'tensorflow', keras_version: version })
  const weights = groupAt(root, ['model_weights'])
  const names = model.layers.map(({ name }) => name)
  Object.assign(weights.attributes, {
    ...listAttributes('layer_names', names),
    backend: 'tensorflow',
    keras_version: version,
  })
  for (const layer of model.layers) {
    const group = groupAt(weights, [layer.name])
    const own = layer.variables.map((variable) => [legacyName(layer, variable), variable] as const)
    Object.assign(
      group.attributes,
      listAttributes(
        'weight_names',
        own.map(([name]) => name),
      ),
    )
    for (const [name, { values }] of own) {
      const parts = name.split('/')
      groupAt(group, parts.slice(0, -1)).datasets[parts.at(-1) ?? ''] = values
    }
  }
  return root
}
