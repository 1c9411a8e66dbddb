/**
 * A trained graph as an ONNX file: every step of the Plan from the model's inputs to its outputs writes its own
 * operators, and the whole is tidied. The file also carries the document, so that it opens here as it was.
 */
import type { Fields } from '../../../nodes/kit/fields'
import type { Emit, InputPorts, OutputPorts } from '../../../nodes/kit/define'
import type { OnnxValue } from '../../../nodes/kit/onnx'
import { isRefusal, refuse, type Refusal, type Spec } from '../../../nodes/kit/spec'
import type { Plan, PlanStep, Ref, Source } from '../../analyse/plan'
import { writeDocument } from '../../graph/text'
import { mostOnnxBytes, writeOnnx } from '../../formats/onnx/model'
import type { Exported, ExportSource } from '../exported'
import type { Weights, WeightValues } from '../run-weights'
import { createBuilder, createWorkshop, type Workshop } from './builder'
import { renamed, type Graph, type Operator, type Value } from './graph'
import { createNames, plainName, type Names } from './names'
import { simplify } from './simplify'
import { modelProto } from './write'

type OnnxEmit = NonNullable<Emit<Fields, InputPorts, OutputPorts>['onnx']>
type Values = Map<string, string>

const key = ({ path, port }: Ref): string => `${path}:${port}`

function sourcesOf(step: PlanStep): readonly Source[] {
  return Object.values(step.inputs).flatMap((source) => ('path' in source ? [source] : [...source]))
}

/** The steps between the model's inputs and its outputs, in Plan order. */
function modelSteps({ steps, model }: Plan): readonly PlanStep[] {
  const inputs = new Set(model.inputs.map(key))
  const wanted = new Set(model.outputs.map(key))
  const chosen = steps.toReversed().filter((step) => {
    const open = Object.keys(step.outputs).some((port) => {
      const ref = key({ path: step.path, port })
      return wanted.has(ref) && !inputs.has(ref)
    })
    if (open) for (const source of sourcesOf(step)) wanted.add(key(source))
    return open
  })
  return chosen.reverse()
}

/** The weights of a step by name, or a sentence where they are missing or of another shape. */
function weightsOf(step: PlanStep, weights: Weights): ReadonlyMap<string, WeightValues> | Refusal {
  const owner = step.sharesWeightsOf ?? step.path
  const found = new Map<string, WeightValues>()
  for (const [name, { shape }] of Object.entries(step.weights)) {
    const values = weights[`${owner}:${name}`]
    if (values === undefined)
      return refuse(
        `The weights hold no ${owner}:${name}, which this graph needs. Train the graph as it is now, or give the weights that belong to it.`,
      )
    if (values.shape.join() !== shape.join())
      return refuse(
        `The weight ${owner}:${name} should have shape [${shape.join(', ')}], but has [${values.shape.join(', ')}]. Give the weights that belong to this graph.`,
      )
    found.set(name, values)
  }
  return found
}

/** What the step writes itself with; a sentence where it cannot be written. */
function emitOf({ path, definition }: PlanStep): OnnxEmit | Refusal {
  const { role, title, emit } = definition
  if (emit.onnx !== undefined) return emit.onnx
  if (role === 'input') return ((_g, { x }) => ({ y: x })) as OnnxEmit
  return refuse(
    `${title} (${path}) has no counterpart in ONNX yet. Export the part of the graph before it: put an Output node there.`,
  )
}

function inputValues(step: PlanStep, values: Values) {
  const one = (source: Source): OnnxValue => {
    const value = values.get(key(source))
    if (value === undefined) throw new Error(`${step.path} waits for ${key(source)}, which was not written.`)
    return value as OnnxValue
  }
  const lists = Object.entries(step.definition.inputs).filter(([, port]) => port.list === true)
  const wired = Object.entries(step.inputs).map(([port, source]) => [
    port,
    'path' in source ? one(source) : source.map(one),
  ])
  return Object.fromEntries([...lists.map(([port]) => [port, []]), ...wired]) as Readonly<
    Record<string, OnnxValue>
  >
}

/** Has one step write itself; null, or why it cannot. */
function writeStep(shop: Workshop, step: PlanStep, weights: Weights, values: Values): Refusal | null {
  const emit = emitOf(step)
  if (isRefusal(emit)) return emit
  const own = weightsOf(step, weights)
  if ('refused' in own) return own
  const { path, params, inputSpecs } = step
  const g = createBuilder(shop, {
    path,
    owner: step.sharesWeightsOf ?? path,
    weight: (name) => {
      const found = own.get(name)
      if (found === undefined) throw new Error(`${path} writes a weight ${name} that it does not have.`)
      return found
    },
  })
  const given = emit(g, inputValues(step, values), params, inputSpecs as Readonly<Record<string, Spec>>)
  if (isRefusal(given)) return refuse(`${step.definition.title} (${path}): ${given.refused}`)
  for (const [port, value] of Object.entries(given)) values.set(key({ path, port }), value)
  return null
}

function specOf(plan: Plan, ref: Ref): Spec {
  const spec = plan.byPath.get(ref.path)?.outputs[ref.port]
  if (spec === undefined) throw new Error(`The plan has no ${key(ref)}.`)
  return spec
}

/** The node's path, and its port where the node has several among them. */
function endName(names: Names, ref: Ref, all: readonly Ref[]): string {
  const several = all.some((other) => other.path === ref.path && other.port !== ref.port)
  return names.unique(plainName(several ? `${ref.path}_${ref.port}` : ref.path))
}

function ends(plan: Plan, refs: readonly Ref[], names: Names): readonly Value[] {
  return refs.map((ref) => {
    const { dtype, shape } = specOf(plan, ref)
    return { name: endName(names, ref, refs), dtype, shape }
  })
}

/** Gives the outputs their names: the value itself takes it where it can, else a copy of it. */
function nameOutputs(graph: Graph, wanted: readonly Value[]): Graph {
  const made = new Set(graph.operators.flatMap(({ outputs }) => outputs))
  const names = new Map<string, string>()
  const copies: Operator[] = []
  for (const [at, { name }] of wanted.entries()) {
    const value = graph.outputs[at]?.name ?? ''
    if (made.has(value) && !names.has(value)) names.set(value, name)
    else
      copies.push({
        type: 'Identity',
        name: `${name}/Identity`,
        inputs: [value],
        outputs: [name],
        attributes: {},
      })
  }
  const operators = [...graph.operators, ...copies].map((operator) => renamed(operator, names))
  return { ...graph, operators, outputs: wanted }
}

function tooLarge(plan: Plan): Refusal | null {
  const bytes = plan.parameters * 4
  return bytes < mostOnnxBytes
    ? null
    : refuse(
        `The weights take ${bytes} bytes, but an ONNX file holds at most ${mostOnnxBytes}. Export safetensors instead.`,
      )
}

/** The whole graph with every step written, or why not. */
function writeGraph({ plan, weights }: ExportSource, shop: Workshop): { readonly graph: Graph } | Refusal {
  const inputs = ends(plan, plan.model.inputs, shop.names)
  const outputs = ends(plan, plan.model.outputs, shop.names)
  const values: Values = new Map(plan.model.inputs.map((ref, at) => [key(ref), inputs[at]?.name ?? '']))
  for (const step of modelSteps(plan)) {
    const refusal = writeStep(shop, step, weights, values)
    if (refusal !== null) return refusal
  }
  const answers = plan.model.outputs.map((ref) => values.get(key(ref)) ?? '')
  const raw: Graph = {
    inputs,
    outputs: outputs.map((value, at) => ({ ...value, name: answers[at] ?? '' })),
    operators: shop.operators,
    initialisers: shop.initialisers,
  }
  return { graph: nameOutputs(simplify(raw), outputs) }
}

/** The file `model.onnx`, or a sentence that names the node that cannot be written. */
export function exportOnnx(source: ExportSource): Exported | Refusal {
  const { document, plan } = source
  if (plan.model.outputs.length === 0)
    return refuse(
      'The graph has no output that a model could give: wire an output node, or a loss, behind the last layer.',
    )
  const large = tooLarge(plan)
  if (large !== null) return large
  const shop = createWorkshop(createNames())
  const written = writeGraph(source, shop)
  if ('refused' in written) return written
  const { graph } = written
  const kept = new Set(graph.initialisers.map(({ name }) => name))
  const places = shop.places.filter(({ initialiser }) => kept.has(initialiser))
  const model = modelProto(document.name, graph, { document: writeDocument(document), places })
  const names = weightNames(places)
  const parameters = Object.keys(names).reduce(
    (sum, name) => sum + (source.weights[name]?.values.length ?? 0),
    0,
  )
  return { files: [{ name: 'model.onnx', bytes: writeOnnx(model) }], parameters, names }
}

/** Where each of our weights went; the first place of those in several. */
function weightNames(places: Workshop['places']): Record<string, string> {
  const names = places.flatMap(({ initialiser, parts }) =>
    parts.flatMap((part) => ('weight' in part ? [[part.weight, initialiser] as const] : [])),
  )
  return Object.fromEntries(names.toReversed())
}
