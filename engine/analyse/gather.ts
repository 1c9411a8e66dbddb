/**
 * What comes in at a node: every wire followed to its value, checked against the ports of the definition.
 */
import type { Path } from '../graph/document'
import type { Definition, InputPort } from '../../nodes/kit/define'
import type { Spec } from '../../nodes/kit/spec'
import { error, type FlatNode, type Link } from './flat'
import { accepts, kindFault } from './kinds'
import { listed } from './names'
import type { PlanStep, Problem, Source, WirePath } from './plan'

/** A value on its way: its spec, and the step and port that make it (bypassed nodes are looked through). */
export interface Value {
  readonly spec: Spec
  readonly path: Path
  readonly port: string
}

/** What became of a node. */
export type State =
  | { readonly kind: 'ready'; readonly output: (port: string) => Value | undefined }
  | { readonly kind: 'off'; readonly because: string }
  | { readonly kind: 'failed' }

export interface ShapeContext {
  readonly nodes: ReadonlyMap<Path, FlatNode>
  readonly states: Map<Path, State>
  readonly steps: PlanStep[]
  readonly problems: Problem[]
  readonly wires: Map<WirePath, Spec>
  readonly off: Set<Path>
}

/** What came in at a node. */
export interface Gathered {
  readonly sources: Record<string, Source | readonly Source[]>
  readonly specs: Record<string, Spec | readonly Spec[]>
  /** `failed`: reported here or further up. `off`: a required input is disabled. */
  state: 'ready' | 'failed' | 'off'
  /** Name of a disabled node met at the port being gathered. */
  off: string | null
  because: string
}

/** Order of the wires in a port: by key, then by name. */
export function byKey(a: Link, b: Link): number {
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
export function follow(
  context: ShapeContext,
  node: FlatNode,
  link: Link,
): Value | 'failed' | { readonly off: string } {
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

/** Follows one link into a port; answers nothing where it fails or is off (`into` then says so). */
function gatherLink(
  context: ShapeContext,
  node: FlatNode,
  name: string,
  port: InputPort,
  link: Link,
  into: Gathered,
): Value | null {
  const value = follow(context, node, link)
  if (value === 'failed') {
    into.state = 'failed'
    return null
  }
  if ('off' in value) {
    into.off = value.off
    return null
  }
  if (!accepts(port, value.spec.kind) && node.definition !== null) {
    const source = context.nodes.get(value.path)?.name ?? value.path
    const message = kindFault(node.name, node.definition, name, port, value.spec.kind, source)
    context.problems.push(error(node.path, message, link.wire))
    into.state = 'failed'
  }
  return value
}

function gatherOne(
  context: ShapeContext,
  node: FlatNode,
  name: string,
  port: InputPort,
  links: readonly Link[],
  into: Gathered,
): void {
  const [link] = links
  if (links.length > 1) {
    const extra = links.toSorted(byKey).at(-1)
    const message = `The input \`${name}\` of ${node.name} takes one wire, but ${links.length} end there; remove all but one.`
    context.problems.push(error(node.path, message, extra?.wire ?? null))
    into.state = 'failed'
    return
  }
  const value = link === undefined ? null : gatherLink(context, node, name, port, link, into)
  if (link === undefined || value === null) return
  into.sources[name] = { path: value.path, port: value.port, wire: link.wire }
  into.specs[name] = value.spec
}

function gatherList(
  context: ShapeContext,
  node: FlatNode,
  name: string,
  port: InputPort,
  links: readonly Link[],
  into: Gathered,
): void {
  const sources: Source[] = []
  const specs: Spec[] = []
  for (const link of links.toSorted(byKey)) {
    const value = gatherLink(context, node, name, port, link, into)
    if (value === null) continue
    sources.push({ path: value.path, port: value.port, wire: link.wire })
    specs.push(value.spec)
  }
  if (sources.length === 0) return
  into.sources[name] = sources
  into.specs[name] = specs
}

const noLinks: readonly Link[] = []

/** Everything that comes in, port by port in the order of the definition. */
export function gather(context: ShapeContext, node: FlatNode, definition: Definition): Gathered {
  const into: Gathered = { sources: {}, specs: {}, state: 'ready', off: null, because: '' }
  let known = 0
  for (const name in definition.inputs) {
    const port = definition.inputs[name]
    if (port === undefined) continue
    const links = node.inputs.get(name)
    if (links !== undefined) known += 1
    into.off = null
    if (port.list === true) gatherList(context, node, name, port, links ?? noLinks, into)
    else gatherOne(context, node, name, port, links ?? noLinks, into)
    if (port.optional === true || into.state === 'failed' || into.specs[name] !== undefined) continue
    if (into.off === null) {
      const message = `Nothing is wired to the input \`${name}\` of ${node.name}, which needs it.`
      context.problems.push(error(node.path, message))
      into.state = 'failed'
    } else {
      into.state = 'off'
      into.because = into.off
    }
  }
  if (known !== node.inputs.size) checkPorts(context, node, definition)
  return into
}

/** Wires into ports that the definition does not have. */
function checkPorts(context: ShapeContext, node: FlatNode, definition: Definition): void {
  const declared = Object.keys(definition.inputs).map((port) => `\`${port}\``)
  const has = declared.length === 0 ? 'no inputs' : `only ${listed(declared)}`
  for (const [port, links] of node.inputs) {
    if (Object.hasOwn(definition.inputs, port)) continue
    for (const link of links) {
      const message = `A wire ends on the input \`${port}\` of ${node.name}, which has ${has}; remove the wire.`
      context.problems.push(error(node.path, message, link.wire))
    }
  }
}
