/**
 * What a card shows, derived from the document, the catalogue and the analysis. No React, no React Flow: a plain record
 * whose `key` is equal exactly when the card looks the same, so that an edit renders only the cards that it changed.
 */
import type { Analysis, PlanStep, Problem } from '../../engine/analyse/plan'
import {
  blockInstanceSchema,
  blockType,
  rerouteType,
  type Block,
  type Document,
  type Node,
  type NodeId,
} from '../../engine/graph/document'
import {
  initialParams,
  type Catalogue,
  type Family,
  type InputPort,
  type Params,
} from '../../nodes/kit/define'
import type { Kind, Spec } from '../../nodes/kit/spec'
import { formatShortCount } from '../../engine/diagnose/format'
import { shapeText, translateSummary } from '../ui/node-name'
import { currentLanguage, type Language } from '../ui/language'
import { strings } from '../ui/strings'
import { translate } from '../ui/translate'

export interface CardPort {
  readonly name: string
  readonly doc: string
  /** What it takes or gives; the colour. */
  readonly kind: Kind
  readonly list: boolean
  readonly optional: boolean
  readonly wired: boolean
}

export interface CardModel {
  readonly key: string
  /** A card, a reroute point, or an end of the block that was entered. */
  readonly form: 'card' | 'point' | 'end'
  readonly title: string
  readonly summary: string
  /** The end of the summary, or its beginning, that says most where there is no room for all; empty where nothing can be left out. */
  readonly brief: string
  readonly family: Family | 'block' | 'unknown'
  readonly inputs: readonly CardPort[]
  readonly outputs: readonly CardPort[]
  /** All weights, or null where the node could not be shaped. */
  readonly parameters: number | null
  /** It has weights, and all are another node's. */
  readonly shared: boolean
  /** Shape of the first output, for people; empty where not known. */
  readonly shape: string
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
  /** Copies of a block; 1 for everything else. */
  readonly repeat: number
  readonly frozen: boolean
  readonly bypass: boolean
  readonly disabled: boolean
}

/** What is looked up for every card, gathered once per analysis. */
interface Facts {
  readonly problems: ReadonlyMap<NodeId, readonly Problem[]>
  /** Steps inside each top-level node (itself, or what a block holds). */
  readonly steps: ReadonlyMap<NodeId, readonly PlanStep[]>
}

function top(path: string): NodeId {
  const slash = path.indexOf('/')
  return slash === -1 ? path : path.slice(0, slash)
}

function group<T>(items: readonly T[], keyOf: (item: T) => string | null): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    if (key === null) continue
    const there = groups.get(key)
    if (there === undefined) groups.set(key, [item])
    else there.push(item)
  }
  return groups
}

function factsOf(analysis: Analysis): Facts {
  return {
    problems: group(analysis.problems, (problem) => (problem.node === null ? null : top(problem.node))),
    steps: group(analysis.plan.steps, (step) => top(step.path)),
  }
}

/** Ports of every node that a wire ends at, with what it carries: `node>port` for outputs, `node<port` for inputs. */
type WiredPorts = ReadonlyMap<string, Kind | undefined>

/** The same, and by node in one string each: equal where the same ports carry the same. */
function wiredPorts(
  document: Document,
  analysis: Analysis,
  block: Block | null,
): { readonly wired: WiredPorts; readonly wiring: ReadonlyMap<NodeId, string> } {
  const wired = new Map<string, Kind | undefined>()
  const wiring = new Map<NodeId, string>()
  const add = (node: NodeId, port: string, kind: Kind | undefined) => {
    wired.set(node + port, kind)
    wiring.set(node, `${wiring.get(node) ?? ''}${port}:${kind ?? ''} `)
  }
  for (const [id, wire] of Object.entries(document.wires)) {
    const kind = analysis.wires.get(id)?.kind
    add(wire.from[0], `>${wire.from[1]}`, kind)
    add(wire.to[0], `<${wire.to[1]}`, kind)
  }
  // Ports of the block that was entered end at inner ports like wires.
  for (const [node, port] of Object.values(block?.inputs ?? {})) add(node, `<${port}`, undefined)
  for (const [node, port] of Object.values(block?.outputs ?? {}))
    if (!wired.has(`${node}>${port}`)) add(node, `>${port}`, undefined)
  return { wired, wiring }
}

/** Between the parts of a summary. */
const partMark = ' · '

interface Look {
  readonly title: string
  readonly summary: string
  readonly family: CardModel['family']
  readonly repeat: number
  readonly inputs: Readonly<Record<string, InputPort>>
  readonly outputs: Readonly<Record<string, { readonly doc: string; readonly secondary?: boolean }>>
}

/** A summary is written for checked settings; unchecked ones (a file from elsewhere) may make it throw. */
function safeSummary(summary: (p: Params) => string, params: Params): string {
  try {
    return summary(params)
  } catch {
    return ''
  }
}

function lookOf(document: Document, id: NodeId, node: Node, catalogue: Catalogue, wired: WiredPorts): Look {
  const definition = catalogue.get(node.type)
  if (definition !== undefined) {
    const { title, family, inputs, outputs } = definition
    return {
      title: translate(title),
      family,
      inputs,
      outputs,
      repeat: 1,
      // Settings that a file leaves out have their first values.
      summary: translateSummary(
        safeSummary((p) => definition.summary(p as never), { ...initialParams(definition), ...node.params }),
      ),
    }
  }
  if (node.type === rerouteType) {
    return {
      title: strings.canvas.reroute,
      summary: '',
      family: 'shape',
      repeat: 1,
      inputs: { x: { doc: '' } },
      outputs: { y: { doc: '' } },
    }
  }
  const instance = node.type === blockType ? blockInstanceSchema.safeParse(node.params) : null
  const block =
    instance?.success === true && Object.hasOwn(document.blocks, instance.data.block)
      ? document.blocks[instance.data.block]
      : undefined
  if (instance?.success === true && block !== undefined) {
    const port = (inner: readonly [NodeId, string]) => ({
      doc: `${inner[0]} · ${inner[1]}`,
      accepts: innerKinds(block.nodes[inner[0]], inner[1], catalogue),
    })
    return {
      title: block.name,
      family: 'block',
      summary: strings.canvas.nodes(Object.keys(block.nodes).length),
      repeat: instance.data.repeat,
      inputs: Object.fromEntries(Object.entries(block.inputs).map(([name, inner]) => [name, port(inner)])),
      outputs: Object.fromEntries(Object.entries(block.outputs).map(([name, inner]) => [name, port(inner)])),
    }
  }
  // Neither in the catalogue nor a block: the ports that wires name, so that nothing drawn is lost from sight.
  const named = (mark: string) =>
    Object.fromEntries(
      [...wired.keys()]
        .filter((key) => key.startsWith(`${id}${mark}`))
        .map((key) => [key.slice(id.length + 1), { doc: '' }]),
    )
  return {
    title: node.type,
    family: 'unknown',
    summary: '',
    repeat: 1,
    inputs: named('<'),
    outputs: named('>'),
  }
}

function innerKinds(node: Node | undefined, port: string, catalogue: Catalogue): readonly Kind[] {
  const inputs = node === undefined ? undefined : catalogue.get(node.type)?.inputs
  return (
    (inputs !== undefined && Object.hasOwn(inputs, port) ? inputs[port]?.accepts : undefined) ?? ['tensor']
  )
}

/** Of an output whose node could not be shaped. */
function defaultOutputKind(node: Node, family: CardModel['family'], port: string): Kind {
  return family === 'loss' ? 'loss' : node.type === 'data' && port === 'y' ? 'target' : 'tensor'
}

function modelOf(
  document: Document,
  id: NodeId,
  node: Node,
  catalogue: Catalogue,
  facts: Facts,
  wired: WiredPorts,
): CardModel {
  const look = lookOf(document, id, node, catalogue, wired)
  const steps = facts.steps.get(id) ?? []
  const own = steps.find((step) => step.path === id)
  const problems = facts.problems.get(id) ?? []
  const inputs = Object.entries(look.inputs).map(([name, port]) => ({
    name,
    doc: translate(port.doc),
    kind: kindAt(own?.inputSpecs[name]) ?? wired.get(`${id}<${name}`) ?? port.accepts?.[0] ?? 'tensor',
    list: port.list === true,
    optional: port.optional === true,
    wired: wired.has(`${id}<${name}`),
  }))
  const outputs = Object.entries(look.outputs).flatMap(([name, port]) => {
    const isWired = wired.has(`${id}>${name}`)
    if (port.secondary === true && !isWired) return []
    const kind =
      own?.outputs[name]?.kind ?? wired.get(`${id}>${name}`) ?? defaultOutputKind(node, look.family, name)
    return [{ name, doc: translate(port.doc), kind, list: false, optional: false, wired: isWired }]
  })
  const shape = Object.values(own?.outputs ?? {})[0]?.shape
  const titled = node.label !== undefined && node.label !== '' && node.label !== look.title
  const model = {
    form: node.type === rerouteType ? ('point' as const) : ('card' as const),
    title: titled ? (node.label as string) : look.title,
    summary: titled ? [look.title, look.summary].filter((part) => part !== '').join(partMark) : look.summary,
    // The colour says the family, but nothing else says which block it is.
    brief: titled && look.summary !== '' ? (look.family === 'block' ? look.title : look.summary) : '',
    family: look.family,
    inputs,
    outputs,
    parameters: parametersOf(steps),
    shared: sharesAll(steps),
    shape: shape === undefined ? '' : shapeText(shape),
    errors: problems
      .filter((problem) => problem.severity === 'error')
      .map(({ message }) => translate(message)),
    warnings: problems
      .filter((problem) => problem.severity === 'warning')
      .map(({ message }) => translate(message)),
    repeat: look.repeat,
    frozen: node.frozen === true,
    bypass: node.bypass === true,
    disabled: node.disabled === true,
  }
  // A card is drawn anew in another language.
  return { ...model, key: JSON.stringify([currentLanguage(), model]) }
}

function kindAt(spec: Spec | readonly Spec[] | undefined): Kind | undefined {
  return spec === undefined ? undefined : 'kind' in spec ? spec.kind : spec[0]?.kind
}

/** All that a model is made from, in a form that is quicker to compare than the model is made. */
interface CardSource {
  readonly language: Language
  readonly node: Node
  readonly blocks: Document['blocks']
  /** Its wired ports with what they carry. */
  readonly wiring: string
  /** Of the step that the node itself is: what goes in, and its outputs, which analyse keeps while they are the same. */
  readonly inputs: string
  readonly outputs: PlanStep['outputs'] | undefined
  readonly parameters: number | null
  readonly shared: boolean
  readonly problems: string
}
const sources = new WeakMap<CardModel, CardSource>()

function sourceOf(document: Document, id: NodeId, node: Node, facts: Facts, wiring: string): CardSource {
  const steps = facts.steps.get(id) ?? []
  const own = steps.find((step) => step.path === id)
  const inputs = Object.entries(own?.inputSpecs ?? {})
  const problems = facts.problems.get(id) ?? []
  return {
    language: currentLanguage(),
    node,
    blocks: document.blocks,
    wiring,
    inputs: inputs.map(([port, spec]) => `${port}:${kindAt(spec)}`).join(' '),
    outputs: own?.outputs,
    parameters: parametersOf(steps),
    shared: sharesAll(steps),
    problems: problems.map(({ severity, message }) => `${severity} ${message}`).join('\n'),
  }
}

function sameSource(a: CardSource, b: CardSource): boolean {
  return (
    a.language === b.language &&
    a.node === b.node &&
    a.blocks === b.blocks &&
    a.wiring === b.wiring &&
    a.inputs === b.inputs &&
    a.outputs === b.outputs &&
    a.parameters === b.parameters &&
    a.shared === b.shared &&
    a.problems === b.problems
  )
}

function parametersOf(steps: readonly PlanStep[]): number | null {
  return steps.length === 0 ? null : steps.reduce((sum, step) => sum + step.parameters, 0)
}

/** Copies that are tied have the weights of the first, which are this node's own. */
function sharesAll(steps: readonly PlanStep[]): boolean {
  return parametersOf(steps) === 0 && steps.some((step) => step.sharesWeightsOf !== null)
}

/** What the foot of a card says of its weights; its shape where they are not known. */
export function footText({ parameters, shared, shape }: CardModel): string {
  const words = strings.canvas
  if (parameters === null) return shape
  // A number and its unit stay on one line.
  if (parameters > 0) return words.parameters(formatShortCount(parameters).replace(' ', '\u00a0'))
  return shared ? words.sharedWeights : words.noWeights
}

/** Models of all cards; one that looks the same keeps its identity from `before`. */
export function cardModels(
  document: Document,
  analysis: Analysis,
  catalogue: Catalogue,
  before: ReadonlyMap<NodeId, CardModel>,
  block: Block | null = null,
): ReadonlyMap<NodeId, CardModel> {
  const facts = factsOf(analysis)
  const { wired, wiring } = wiredPorts(document, analysis, block)
  const models = new Map<NodeId, CardModel>()
  for (const [id, node] of Object.entries(document.nodes)) {
    const old = before.get(id)
    const source = sourceOf(document, id, node, facts, wiring.get(id) ?? '')
    const known = old === undefined ? undefined : sources.get(old)
    if (old !== undefined && known !== undefined && sameSource(known, source)) {
      models.set(id, old)
      continue
    }
    const made = modelOf(document, id, node, catalogue, facts, wired)
    const model = old?.key === made.key ? old : made
    sources.set(model, source)
    models.set(id, model)
  }
  return models
}
