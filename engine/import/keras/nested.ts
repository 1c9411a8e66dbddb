/**
 * Models used as layers, laid open: their layers take the place of the model, under its name (`backbone/conv1`). A model
 * called several times gives layers called several times.
 */
import {
  inputClass,
  isTensor,
  tensorsOf,
  type Argument,
  type ForeignCall,
  type ForeignLayer,
  type ForeignModel,
  type ForeignTensor,
} from './foreign'

/** Between the names of the models around a layer and its own: `backbone/conv1`. */
export const separator = '/'

export type Rename = (tensor: ForeignTensor) => ForeignTensor

/** The same call with every tensor renamed. */
export function renamedCall({ args, keywords }: ForeignCall, rename: Rename): ForeignCall {
  const one = (value: Argument): Argument => (isTensor(value) ? rename(value) : value.map(rename))
  const keyword = (value: ForeignCall['keywords'][string]) =>
    isTensor(value) || (Array.isArray(value) && value.some(isTensor)) ? one(value as Argument) : value
  return {
    args: args.map(one),
    keywords: Object.fromEntries(Object.entries(keywords).map(([name, value]) => [name, keyword(value)])),
  }
}

/** What the calls of one model become: an inner tensor, as the k-th call of the model sees it. */
function inside(layer: ForeignLayer, model: ForeignModel, k: number): Rename {
  const given = tensorsOf(layer.calls[k] ?? { args: [], keywords: {} })
  const sizes = new Map(model.layers.map(({ name, calls }) => [name, calls.length]))
  return (tensor) => {
    const entry = model.inputs.findIndex((one) => one.layer === tensor.layer)
    const outer = entry < 0 ? undefined : given[entry]
    if (outer !== undefined) return outer
    const call = k * (sizes.get(tensor.layer) ?? 1) + tensor.call
    return { ...tensor, layer: `${layer.name}${separator}${tensor.layer}`, call }
  }
}

/**
 * Keras counts the calls of an inner functional model from 1: the first is the model's own making. Seen from the
 * tensors that others take.
 */
function firstCall(outer: ForeignModel, { name, calls }: ForeignLayer): number {
  const taken = [...outer.layers.flatMap((layer) => layer.calls.flatMap(tensorsOf)), ...outer.outputs]
  return taken.some((tensor) => tensor.layer === name && tensor.call >= calls.length) ? 1 : 0
}

/** The same model with every layer on one level. */
export function withoutNesting(model: ForeignModel): ForeignModel {
  const inner = new Map(
    model.layers.flatMap((layer) =>
      layer.model === null
        ? []
        : [
            [
              layer.name,
              { layer, model: withoutNesting(layer.model), first: firstCall(model, layer) },
            ] as const,
          ],
    ),
  )
  if (inner.size === 0) return model
  const rename: Rename = (tensor) => {
    const found = inner.get(tensor.layer)
    const end = found?.model.outputs[tensor.output]
    if (found === undefined || end === undefined) return tensor
    // What comes out of an inner model may itself come from another one.
    return rename(inside(found.layer, found.model, tensor.call - found.first)(end))
  }
  const layers = model.layers.flatMap((layer): readonly ForeignLayer[] => {
    const found = inner.get(layer.name)
    if (found === undefined)
      return [{ ...layer, calls: layer.calls.map((call) => renamedCall(call, rename)) }]
    const entries = new Set(found.model.inputs.map((one) => one.layer))
    return found.model.layers
      .filter(({ name, className }) => className !== inputClass || !entries.has(name))
      .map((one) => ({
        ...one,
        name: `${layer.name}${separator}${one.name}`,
        calls: layer.calls.flatMap((_, k) =>
          one.calls.map((call) => renamedCall(renamedCall(call, inside(layer, found.model, k)), rename)),
        ),
      }))
  })
  return { ...model, layers, outputs: model.outputs.map(rename) }
}
