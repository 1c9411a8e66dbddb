/**
 * Walks the ordered nodes once: gathers what comes in, checks it against the ports, asks the definition, and makes
 * the steps of the Plan. A node that fails is reported once; those behind it are left out in silence.
 */
import type { Path } from '../graph/document'
import type { Definition, InputPort } from '../../nodes/kit/define'
import type { Spec } from '../../nodes/kit/spec'
import { error, warning, type FlatNode, type Link } from './flat'
import { inferNode, type InputSpecs } from './infer'
import { kindFault } from './kinds'
import { listed } from './names'
import { checkParams } from './params'
import type { PlanStep, Problem, Source, WirePath } from './plan'

/** A value on its way: its spec, and the step and port that make it (bypassed nodes are looked through). */
interface Value {
  readonly spec: Spec
  readonly path: Path
  readonly port: string
}

type State =
  | { readonly kind: 'ready'; readonly output: (port: string) => Value | undefined }
  | { readonly kind: 'off'; readonly because: string }
  | { readonly kind: 'failed' }

const failed: State = { kind: 'failed' }

export interface Shaped {
  readonly steps: readonly PlanStep[]
  readonly problems: readonly Problem[]
  readonly wires: ReadonlyMap<WirePath, Spec>
  /** Paths left out because they, or what they need, are disabled. */
  readonly off: ReadonlySet<Path>
}

interface Context {
  readonly nodes: ReadonlyMap<Path, FlatNode>
  readonly states: Map<Path, State>
  readonly steps: PlanStep[]
  readonly problems: Problem[]
  readonly wires: Map<WirePath, Spec>
  readonly off: Set<Path>
}

/** What came in at a node. */
interface Gathered {
  readonly sources: Record<string, Source | readonly Source[]>
  readonly specs: Record<string, Spec | readonly Spec[]>
  /** `failed`: reported here or further up. `off`: a required input is disabled. */
  state: 'ready' | 'failed' | 'off'
  because: string
}

function byKey(a: Link, b: Link): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1
  return a.wire < b.wire ? -1 : a.wire > b.wire ? 1 : 0
}

function outputFault(source: FlatNode, port: string): string {
  const declared = source.definition === null ? [] : Object.keys(source.definition.outputs)
  if (declared.includes(port))
    return `${source.name} has no output \`${port}\` with its present settings; remove the wire.`
  return `${source.name} has no output \`${port}\`${declared.length === 0 ? '' : `, only ${listed(declared.map((each) => `\`${each}\``))}`}; remove the wire.`
}

/** The value at the far end of a link, or why there is none. */
function follow(context: Context, node: FlatNode, link: Link): Value | 'failed' | { readonly off: string } {
  const state = context.states.get(link.from)
  if (state === undefined || state.kind === 'failed') return 'failed'
  if (state.kind === 'off') return { off: state.because }
  const value = state.output(link.port)
  if (value !== undefined) {
    context.wires.set(link.wire, value.spec)
    return value
  }
  const source = context.nodes.get(link.from)
  if (source !== undefined) context.problems.push(error(node.path, outputFault(source, link.port), link.wire))
  return 'failed'
}

function gatherPort(
  context: Context,
  node: FlatNode,
  definition: Definition,
  name: string,
  port: InputPort,
  into: Gathered,
): void {
  const links = node.inputs.get(name) ?? []
  if (port.list !== true && links.length > 1) {
    const extra = [...links].sort(byKey).at(-1)
    context.problems.push(
      error(
        node.path,
        `The input \`${name}\` of ${node.name} takes one wire, but ${links.length} end there; remove all but one.`,
        extra?.wire ?? null,
      ),
    )
    into.state = 'failed'
    return
  }
  const sources: Source[] = []
  const specs: Spec[] = []
  let off: string | null = null
  for (const link of links.length > 1 ? [...links].sort(byKey) : links) {
    const value = follow(context, node, link)
    if (value === 'failed') {
      into.state = 'failed'
    } else if ('off' in value) {
      off = value.off
    } else {
      const fault = kindFault(
        node.name,
        definition,
        name,
        port,
        value.spec,
        context.nodes.get(value.path)?.name ?? value.path,
      )
      if (fault !== null) {
        context.problems.push(error(node.path, fault, link.wire))
        into.state = 'failed'
      }
      sources.push({ path: value.path, port: value.port, wire: link.wire })
      specs.push(value.spec)
    }
  }
  const [source] = sources
  const [spec] = specs
  if (source !== undefined && spec !== undefined) {
    into.sources[name] = port.list === true ? sources : source
    into.specs[name] = port.list === true ? specs : spec
  } else if (into.state !== 'failed' && port.optional !== true) {
    if (off === null) {
      context.problems.push(
        error(node.path, `Nothing is wired to the input \`${name}\` of ${node.name}, which needs it.`),
      )
      into.state = 'failed'
    } else {
      into.state = 'off'
      into.because = off
    }
  }
}

function gather(context: Context, node: FlatNode, definition: Definition): Gathered {
  const into: Gathered = { sources: {}, specs: {}, state: 'ready', because: '' }
  for (const [port, links] of node.inputs) {
    if (Object.hasOwn(definition.inputs, port)) continue
    const declared = Object.keys(definition.inputs).map((each) => `\`${each}\``)
    for (const link of links) {
      const message = `A wire ends on the input \`${port}\` of ${node.name}, which has ${declared.length === 0 ? 'no inputs' : `only ${listed(declared)}`}; remove the wire.`
      context.problems.push(error(node.path, message, link.wire))
    }
  }
  for (const [name, port] of Object.entries(definition.inputs))
    gatherPort(context, node, definition, name, port, into)
  return into
}

function runNode(context: Context, node: FlatNode, definition: Definition): State {
  const checked = checkParams(definition, node.node, node.params)
  const gathered = gather(context, node, definition)
  if ('fault' in checked) {
    context.problems.push(error(node.path, checked.fault))
    return failed
  }
  if (gathered.state === 'failed') return failed
  if (gathered.state === 'off') {
    context.problems.push(
      warning(
        node.path,
        `${node.name} is left out, because ${gathered.because}, which it needs, is disabled.`,
      ),
    )
    return { kind: 'off', because: gathered.because }
  }
  const inferred = inferNode(definition, checked.params, gathered.specs)
  if (typeof inferred === 'string') {
    context.problems.push(error(node.path, inferred))
    return failed
  }
  const shares = node.owner !== node.path
  context.steps.push({
    path: node.path,
    definition,
    params: checked.params,
    inputs: gathered.sources,
    inputSpecs: gathered.specs,
    outputs: inferred.outputs,
    weights: inferred.weights,
    parameters: shares ? 0 : inferred.parameters,
    trainableParameters: shares ? 0 : inferred.trainableParameters,
    multiplyAdds: inferred.multiplyAdds,
    sharesWeightsOf: shares ? node.owner : null,
    frozen: node.frozen,
  })
  return { kind: 'ready', output: (port) => valueOf(node.path, inferred.outputs, port) }
}

function valueOf(path: Path, outputs: Readonly<Record<string, Spec>>, port: string): Value | undefined {
  const spec = Object.hasOwn(outputs, port) ? outputs[port] : undefined
  return spec === undefined ? undefined : { spec, path, port }
}

/** What a definition would have put out, for choosing the input that fits; null where it cannot be known. */
function wouldGive(node: FlatNode, specs: InputSpecs): Readonly<Record<string, Spec>> | null {
  if (node.definition === null) return null
  const checked = checkParams(node.definition, node.node, node.params)
  if ('fault' in checked) return null
  const required = Object.entries(node.definition.inputs).filter(([, port]) => port.optional !== true)
  if (required.some(([name]) => specs[name] === undefined)) return null
  const inferred = inferNode(node.definition, checked.params, specs)
  return typeof inferred === 'string' ? null : inferred.outputs
}

/**
 * Bypass: every output hands on the first input that fits. Of an instance, that is the input of the same name, else
 * the first wired one; of a node, the first wired one (in the order of its ports) of the kind that the output has.
 */
function bypassNode(context: Context, node: FlatNode): State {
  const ports =
    node.definition === null ? [...node.inputs.keys()].sort() : Object.keys(node.definition.inputs)
  const values = new Map<string, Value[]>()
  let because: string | null = null
  let broken = false
  for (const port of ports) {
    const found: Value[] = []
    for (const link of [...(node.inputs.get(port) ?? [])].sort(byKey)) {
      const value = follow(context, node, link)
      if (value === 'failed') broken = true
      else if ('off' in value) because = value.off
      else found.push(value)
    }
    if (found.length > 0) values.set(port, found)
  }
  const all = [...values.values()].flat()
  if (all.length === 0) {
    if (broken) return failed
    context.problems.push(
      warning(
        node.path,
        `${node.name} is bypassed, but has no input to hand on; what hangs on it is left out.`,
      ),
    )
    return { kind: 'off', because: because ?? node.name }
  }
  const specs: Record<string, Spec | readonly Spec[]> = {}
  for (const [port, [first, ...rest]] of values) {
    if (first !== undefined)
      specs[port] =
        node.definition?.inputs[port]?.list === true
          ? [first, ...rest].map((value) => value.spec)
          : first.spec
  }
  const would = wouldGive(node, specs)
  return {
    kind: 'ready',
    output: (port) => {
      const same = node.definition === null ? values.get(port)?.[0] : undefined
      const wanted = would?.[port]?.kind
      return same ?? all.find((value) => wanted === undefined || value.spec.kind === wanted) ?? all[0]
    },
  }
}

/** A disabled or broken node: its wires still show what they carry. */
function passOver(context: Context, node: FlatNode): void {
  for (const links of node.inputs.values()) {
    for (const link of links) {
      const state = context.states.get(link.from)
      const value = state?.kind === 'ready' ? state.output(link.port) : undefined
      if (value !== undefined) context.wires.set(link.wire, value.spec)
    }
  }
}

function visit(context: Context, node: FlatNode): State {
  if (node.mode === 'run' && node.definition !== null) return runNode(context, node, node.definition)
  if (node.mode === 'bypass') return bypassNode(context, node)
  passOver(context, node)
  return node.mode === 'off' ? { kind: 'off', because: node.name } : failed
}

/** Steps, problems and wire specs of the nodes, which must come in order of execution. */
export function shape(nodes: ReadonlyMap<Path, FlatNode>, ordered: readonly FlatNode[]): Shaped {
  const context: Context = {
    nodes,
    states: new Map(),
    steps: [],
    problems: [],
    wires: new Map(),
    off: new Set(),
  }
  for (const node of ordered) {
    const state = visit(context, node)
    context.states.set(node.path, state)
    if (state.kind === 'off') context.off.add(node.path)
  }
  return context
}
