/**
 * Implements what node files write themselves with: collects the operators of one step after another, turns weights into
 * initialisers, and keeps equal constants once.
 */
import type {
  OnnxAttribute,
  OnnxBuilder,
  OnnxPart,
  OnnxScan,
  OnnxState,
  OnnxValue,
} from '../../../nodes/kit/onnx'
import type { WeightLayout } from '../../../nodes/kit/torch'
import { count, join, laidOut, type LaidValues } from '../../formats/weight-layout'
import type { WeightPlace } from '../../formats/onnx/metadata'
import type { Initialiser, Operator, Value } from './graph'
import type { Names } from './names'

/** What all steps of a model write into. */
export interface Workshop {
  readonly names: Names
  readonly operators: Operator[]
  readonly initialisers: Initialiser[]
  /** Where weights came to lie. */
  readonly places: WeightPlace[]
  /** Names of constants and initialisers by what they hold. */
  readonly known: Map<string, string>
}

export function createWorkshop(names: Names): Workshop {
  return { names, operators: [], initialisers: [], places: [], known: new Map() }
}

/** The step that writes, and whose weights it uses. */
export interface Writer {
  readonly path: string
  readonly owner: string
  /** Own weight by name; must know every weight that the step has. */
  weight(name: string): LaidValues
}

/** Gives the builder of one step, which writes into `operators` (those of the model, or of a loop). */
export function createBuilder(shop: Workshop, writer: Writer, operators = shop.operators): OnnxBuilder {
  const ops: OnnxBuilder['ops'] = (type, inputs, attributes, outputs) => {
    const name = shop.names.unique(`${writer.path}/${type}`)
    const made = Array.from({ length: outputs }, (_, at) => (at === 0 ? name : shop.names.unique(name)))
    operators.push({ type, name, inputs: inputs.map((input) => input ?? ''), outputs: made, attributes })
    return made as unknown as OnnxValue[]
  }
  const g: OnnxBuilder = {
    op: (type, inputs, attributes = {}) => ops(type, inputs, attributes, 1)[0] as OnnxValue,
    ops,
    weight: (name, layout = {}) => initialiser(shop, writer, [{ weight: name, ...layout }]),
    weights: (parts, then) => initialiser(shop, writer, parts, then),
    floats: (values, shape = [values.length]) =>
      constant(shop, 'floats', values, shape, { floats: Float32Array.from(values) }),
    ints: (values, shape = [values.length]) => constant(shop, 'ints', values, shape, { ints: values }),
    scan: (loop) => scan(shop, writer, operators, loop),
  }
  return g
}

function constant(
  shop: Workshop,
  kind: 'floats' | 'ints',
  values: readonly number[],
  shape: readonly number[],
  held: { readonly floats: Float32Array<ArrayBuffer> } | { readonly ints: readonly number[] },
): OnnxValue {
  if (count(shape) !== values.length)
    throw new Error(`${values.length} numbers do not fill [${shape.join(', ')}].`)
  // -0 and 0 are two constants.
  const text = values.map((value) => (Object.is(value, -0) ? '-0' : String(value))).join()
  return kept(shop, `${kind} [${shape.join()}] ${text}`, () => {
    const name = shop.names.unique(kind === 'floats' ? 'constant' : 'sizes')
    shop.initialisers.push({ name, shape, ...held })
    return name
  })
}

function kept(shop: Workshop, key: string, make: () => string): OnnxValue {
  const name = shop.known.get(key) ?? make()
  shop.known.set(key, name)
  return name as OnnxValue
}

function initialiser(
  shop: Workshop,
  { owner, weight }: Writer,
  parts: readonly OnnxPart[],
  then?: readonly number[],
): OnnxValue {
  return kept(shop, JSON.stringify([owner, parts, then]), () => {
    const own = [...new Set(parts.flatMap((part) => ('weight' in part ? [part.weight] : [])))]
    const name = shop.names.unique(`${owner.replaceAll('/', '.')}.${own.join('_and_')}`)
    const whole = join(
      parts.map((part) => ('weight' in part ? laidOut(weight(part.weight), part) : zeros(part.zeros))),
    )
    shop.initialisers.push({ name, shape: then ?? whole.shape, floats: whole.values })
    shop.places.push({ initialiser: name, parts: parts.map((part) => placed(owner, part)) })
    return name
  })
}

function zeros(shape: readonly number[]): LaidValues {
  return { shape, values: new Float32Array(count(shape)) }
}

type PlacedPart = WeightPlace['parts'][number]

function placed(owner: string, part: OnnxPart): PlacedPart {
  if ('zeros' in part) return { zeros: [...part.zeros] }
  const { weight, reshape, permute, then, blocks } = part
  const copied = (list: WeightLayout['then'], key: string) => (list === undefined ? {} : { [key]: [...list] })
  return {
    weight: `${owner}:${weight}`,
    ...copied(reshape, 'reshape'),
    ...copied(permute, 'permute'),
    ...copied(then, 'then'),
    ...copied(blocks, 'blocks'),
  }
}

function scan(
  shop: Workshop,
  writer: Writer,
  operators: Operator[],
  { states, sequences, reverse = false, body }: OnnxScan,
): ReturnType<OnnxBuilder['scan']> {
  const name = shop.names.unique(`${writer.path}/Scan`)
  const inner: Operator[] = []
  const given = (
    list: readonly OnnxState[],
    of: (shape: Value['shape']) => Value['shape'],
    word: string,
  ): Value[] =>
    list.map(({ shape }) => ({
      name: shop.names.unique(`${name}/${word}`),
      dtype: 'float32',
      shape: of(shape),
    }))
  const into = given(states, (shape) => shape, 'state')
  const places = given(sequences, (shape) => [...shape.slice(0, 1), ...shape.slice(2)], 'place')
  const g = createBuilder(shop, writer, inner)
  const turn = body(g, valuesOf(into), valuesOf(places))
  // What a loop gives must be made in it, each under a name of its own.
  const made = new Set(inner.flatMap(({ outputs }) => outputs))
  const out = [...turn.states, ...turn.gathered].map((value) => {
    const own = made.delete(value) ? value : g.op('Identity', [value])
    made.delete(own)
    return own
  })
  const along = sequences.map(() => 1)
  const back = sequences.map(() => 1)
  const gatheredAlong = turn.gathered.map(() => 1)
  const attributes: Record<string, OnnxAttribute> = {
    num_scan_inputs: sequences.length,
    scan_input_axes: along,
    scan_output_axes: gatheredAlong,
    ...(reverse ? { scan_input_directions: back, scan_output_directions: turn.gathered.map(() => 1) } : {}),
  }
  const outputs = out.map((_, at) => (at === 0 ? name : shop.names.unique(name)))
  operators.push({
    type: 'Scan',
    name,
    inputs: [...states, ...sequences].map(({ value }) => value),
    outputs,
    attributes,
    body: {
      inputs: [...into, ...places],
      outputs: out.map((value, at) => ({
        name: value,
        dtype: 'float32',
        shape: states[at]?.shape ?? [],
      })),
      operators: inner,
    },
  })
  const all = outputs as unknown as OnnxValue[]
  return { states: all.slice(0, states.length), gathered: all.slice(states.length) }
}

function valuesOf(values: readonly Value[]): OnnxValue[] {
  return values.map(({ name }) => name as OnnxValue)
}
