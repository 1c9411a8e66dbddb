/**
 * Where the weights of a layer lie: in the store of a `.keras` file under a path that counts the classes of layers, in an
 * `.h5` file or a tfjs manifest as a list in Keras's order of variables.
 */
import type { Hdf5Group } from '../../formats/hdf5'
import { snakeCase } from '../../formats/keras-names'
import type { WeightValues } from '../../export/run-weights'
import { refuse, type Refusal } from '../../../nodes/kit/spec'
import { isObject, type ForeignLayer, type ForeignModel } from './foreign'
import { separator } from './nested'
import type { StoredWeights } from './weights'

function groupAt(root: Hdf5Group | undefined, path: readonly string[]): Hdf5Group | undefined {
  let group = root
  for (const name of path)
    group = group !== undefined && Object.hasOwn(group.groups, name) ? group.groups[name] : undefined
  return group
}

/** Paths in the store by the layer's name once laid open: `backbone/conv1` -> `layers/functional/layers/conv2d`. */
function storePaths(
  model: ForeignModel,
  path: readonly string[] = [],
  outer = '',
): ReadonlyMap<string, readonly string[]> {
  const used = new Map<string, number>()
  return new Map(
    model.layers.flatMap((layer): [string, readonly string[]][] => {
      const name = snakeCase(layer.className)
      const before = used.get(name) ?? 0
      used.set(name, before + 1)
      const own = [...path, 'layers', before === 0 ? name : `${name}_${before}`]
      const inner =
        layer.model === null ? [] : storePaths(layer.model, own, `${outer}${layer.name}${separator}`)
      return [[`${outer}${layer.name}`, own], ...inner]
    }),
  )
}

/** From `model.weights.h5` of a `.keras` file. */
export function fromStore(model: ForeignModel, store: Hdf5Group): StoredWeights {
  const paths = storePaths(model)
  return (layer, variables) => {
    const room = paths.get(layer.name) ?? []
    const found: WeightValues[] = []
    for (const { path } of variables) {
      const parts = path.split('/')
      const dataset = groupAt(store, [...room, ...parts.slice(0, -1)])?.datasets[parts.at(-1) ?? '']
      if (dataset === undefined)
        return refuse(`The file holds no ${[...room, path].join('/')}, which it needs.`)
      found.push(dataset)
    }
    return found
  }
}

/** Arrays by their names, in the order of the file. */
export type NamedWeights = readonly (readonly [name: string, values: WeightValues])[]

/** tfjs names the weights of a layer inside another one after that alone. */
function wrappedNames({ config }: ForeignLayer): ReadonlySet<string> {
  const names = ['layer', 'forward_layer', 'backward_layer'].flatMap((key) => {
    const inner = config[key]
    const name = isObject(inner) && isObject(inner['config']) ? inner['config']['name'] : undefined
    return typeof name === 'string' ? [name, `forward_${name}`, `backward_${name}`] : []
  })
  return new Set(names)
}

/** The arrays of one layer: those under its whole name, else under its own, else with its own on their way. */
function ofLayer(weights: NamedWeights, layer: ForeignLayer): NamedWeights {
  const own = layer.name.split(separator).at(-1) ?? ''
  const wrapped = wrappedNames(layer)
  const ways = [
    (name: string) => name.startsWith(`${layer.name}/`),
    (name: string) => name.startsWith(`${own}/`),
    (name: string) => name.split('/').includes(own),
    (name: string) => name.split('/').some((part) => wrapped.has(part)),
  ]
  for (const way of ways) {
    const found = weights.filter(([name]) => way(name))
    if (found.length > 0) return found
  }
  return []
}

/** From a list in Keras's order of variables. */
export function fromList(weights: NamedWeights): StoredWeights {
  return (layer, variables): readonly WeightValues[] | Refusal => {
    const found = ofLayer(weights, layer)
    if (variables.length === 0 || found.length === variables.length)
      return found.slice(0, variables.length).map(([, values]) => values)
    return refuse(`The file holds ${found.length} arrays of it, but it has ${variables.length} variables.`)
  }
}
