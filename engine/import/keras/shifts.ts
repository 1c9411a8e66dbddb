/**
 * Keras has no layer that only adds learned numbers; they are written as a LayerNormalization of zeros, whose shift is what
 * remains: `Add([x, LayerNormalization(center only)(Rescaling(0)(x))])`. Read back, the three are one layer again.
 */
import { tensorsOf, type ForeignLayer, type ForeignModel, type ForeignTensor } from './foreign'
import { renamedCall, type Rename } from './nested'

/** What the three layers become: the settings and the variable are those of the LayerNormalization. */
export const learnedShift = 'LearnedShift'

/** The one call of a layer that is called once with one value, and the value. */
function onlyInput(layer: ForeignLayer | undefined): ForeignTensor | null {
  const [call, ...others] = layer?.calls ?? []
  if (call === undefined || others.length > 0) return null
  const [first, ...more] = tensorsOf(call)
  return first !== undefined && more.length === 0 ? first : null
}

const same = (a: ForeignTensor, b: ForeignTensor): boolean =>
  a.layer === b.layer && a.call === b.call && a.output === b.output

interface Found {
  readonly add: ForeignLayer
  readonly shift: ForeignLayer
  readonly zeros: ForeignLayer
  readonly x: ForeignTensor
}

/** The pattern that ends in this layer, or null. */
function found(add: ForeignLayer, byName: ReadonlyMap<string, ForeignLayer>): Found | null {
  const [call, ...others] = add.calls
  if (add.className !== 'Add' || call === undefined || others.length > 0) return null
  const [x, y, ...more] = tensorsOf(call)
  const shift = y === undefined ? undefined : byName.get(y.layer)
  const of = onlyInput(shift)
  const zeros = of === null ? undefined : byName.get(of.layer)
  const input = onlyInput(zeros)
  const fits =
    shift?.className === 'LayerNormalization' &&
    shift.config['scale'] === false &&
    shift.config['center'] !== false &&
    zeros?.className === 'Rescaling' &&
    zeros.config['scale'] === 0 &&
    (zeros.config['offset'] ?? 0) === 0
  if (!fits || x === undefined || input === null || more.length > 0 || !same(x, input)) return null
  return { add, shift, zeros, x }
}

/** How many times the values of each layer are taken. */
function uses(model: ForeignModel): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  const taken = [...model.layers.flatMap(({ calls }) => calls.flatMap(tensorsOf)), ...model.outputs]
  for (const { layer } of taken) counts.set(layer, (counts.get(layer) ?? 0) + 1)
  return counts
}

/** The same model with every such group of three as one layer. */
export function withLearnedShifts(model: ForeignModel): ForeignModel {
  const byName = new Map(model.layers.map((layer) => [layer.name, layer]))
  const counts = uses(model)
  const groups = model.layers
    .map((layer) => found(layer, byName))
    .filter((group) => group !== null)
    .filter(({ shift, zeros }) => counts.get(shift.name) === 1 && counts.get(zeros.name) === 1)
  if (groups.length === 0) return model
  const gone = new Set(groups.flatMap(({ add, zeros }) => [add.name, zeros.name]))
  const renamed = new Map(groups.map(({ add, shift }) => [add.name, shift.name]))
  const shifts = new Map(groups.map(({ shift, x }) => [shift.name, x]))
  const rename: Rename = (tensor) => {
    const name = renamed.get(tensor.layer)
    return name === undefined ? tensor : { ...tensor, layer: name }
  }
  const layers = model.layers
    .filter(({ name }) => !gone.has(name))
    .map((layer): ForeignLayer => {
      const x = shifts.get(layer.name)
      const calls = x === undefined ? layer.calls : [{ args: [x], keywords: {} }]
      return {
        ...layer,
        className: x === undefined ? layer.className : learnedShift,
        calls: calls.map((call) => renamedCall(call, rename)),
      }
    })
  return { ...model, layers, outputs: model.outputs.map(rename) }
}
