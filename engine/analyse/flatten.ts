/**
 * Takes blocks apart: every instance becomes its copies, every node gets a path, every wire is led to the ports it
 * means. After this no one knows blocks. Unrolling is bounded before it begins (`block-size`).
 */
import {
  blockInstanceSchema,
  blockType,
  type Block,
  type BlockInstance,
  type Document,
  type Node,
  type NodeId,
  type Path,
} from '../graph/document'
import { issueSentence } from '../graph/issues'
import type { Catalogue, Params } from '../../nodes/kit/define'
import { blockSizes, deepestBlock, largestGraph, type BlockSizes } from './block-size'
import { error, warning, type Flat, type FlatNode, type Link } from './flat'
import { nodeName } from './names'
import type { Problem } from './plan'
import { withOverrides } from './params'

/** The document or the inside of one copy of an instance. */
interface Scope {
  readonly graph: Pick<Block, 'nodes' | 'wires'>
  /** `''`, or `encoder/3/`. */
  readonly prefix: string
  /** The same for the paths of weight owners: of a tied copy, the first copy's. */
  readonly owner: string
  readonly drawn: string
  readonly frozen: boolean
  /** Settings that the instance puts in place of the block's own, by inner node. */
  readonly overrides: ReadonlyMap<NodeId, Params>
  readonly instances: Map<NodeId, Instance>
}

interface Instance {
  readonly block: Block
  readonly copies: readonly Scope[]
}

interface Context {
  readonly document: Document
  readonly catalogue: Catalogue
  readonly sizes: BlockSizes
  readonly nodes: Map<Path, FlatNode>
  readonly problems: Problem[]
  links: number
}

/** Most links that are made; an honest graph has a few per node. */
const largestLinks = 10 * largestGraph

/** One port of one flat node. */
interface End {
  readonly path: Path
  readonly port: string
}

const noOverrides: ReadonlyMap<NodeId, Params> = new Map()

function modeOf(node: Node): FlatNode['mode'] {
  if (node.disabled === true) return 'off'
  return node.bypass === true ? 'bypass' : 'run'
}

function addFlat(
  context: Context,
  scope: Scope,
  id: NodeId,
  node: Node,
  part: Pick<FlatNode, 'mode' | 'definition' | 'owner'>,
): void {
  const overrides = scope.overrides.get(id)
  context.nodes.set(scope.prefix + id, {
    path: scope.prefix + id,
    drawn: scope.drawn + id,
    name: nodeName(context.document, context.catalogue, id, node),
    node,
    params: overrides === undefined ? node.params : withOverrides(node.params, overrides),
    frozen: scope.frozen || node.frozen === true,
    inputs: new Map(),
    ...part,
  })
}

/** The node beside it whose weights this one uses, or null (with the problem reported). */
function weightsSource(context: Context, scope: Scope, id: NodeId, node: Node): NodeId | null {
  const other = node.weightsOf
  if (other === undefined) return null
  const path = scope.prefix + id
  const target = Object.hasOwn(scope.graph.nodes, other) ? scope.graph.nodes[other] : undefined
  const name =
    target === undefined ? `"${other}"` : nodeName(context.document, context.catalogue, other, target)
  const fault =
    target === undefined
      ? `It is to use the weights of ${name}, but there is no such node beside it.`
      : other === id
        ? 'It is to use its own weights as another’s; choose another node.'
        : target.weightsOf !== undefined
          ? `It is to use the weights of ${name}, which itself uses those of another node; choose that one instead.`
          : target.type !== node.type
            ? `It is to use the weights of ${name}, but that is a node of another type; only two of the same type can share weights.`
            : target.disabled === true || target.bypass === true
              ? `It is to use the weights of ${name}, which is switched off; switch it on, or give this node weights of its own.`
              : null
  if (fault === null) return other
  context.problems.push(error(path, fault))
  return null
}

function addLeaf(context: Context, scope: Scope, id: NodeId, node: Node): void {
  const definition = context.catalogue.get(node.type) ?? null
  let mode = modeOf(node)
  if (definition === null && mode !== 'off') {
    mode = 'broken'
    context.problems.push(
      error(
        scope.prefix + id,
        `This Wiregrad knows no node of type "${node.type}"; replace the node, or open the graph with a newer version.`,
      ),
    )
  }
  const owner = mode === 'run' ? weightsSource(context, scope, id, node) : null
  addFlat(context, scope, id, node, { mode, definition, owner: scope.owner + (owner ?? id) })
}

function instanceFault(context: Context, instance: BlockInstance): string | null {
  const { document, sizes } = context
  const block = Object.hasOwn(document.blocks, instance.block) ? document.blocks[instance.block] : undefined
  if (block === undefined) return `The block "${instance.block}" does not exist; remove this node.`
  const size = sizes.get(instance.block)
  if (size === undefined)
    return `The block “${block.name}” contains itself, or a block that does; take that instance out.`
  if (size.depth > deepestBlock) {
    return `The block “${block.name}” holds blocks within blocks ${size.depth} levels deep, but at most ${deepestBlock} can be unrolled; nest them less.`
  }
  const all = size.nodes * instance.repeat
  if (all > largestGraph || context.nodes.size + all > largestGraph) {
    return `Unrolled, the block “${block.name}” takes the graph to more than ${largestGraph} nodes; lower its repeat count.`
  }
  return null
}

/** Settings put in place by an instance, by inner node; unknown names are reported. */
function overridesOf(
  context: Context,
  path: Path,
  block: Block,
  instance: BlockInstance,
): ReadonlyMap<NodeId, Params> {
  const names = Object.keys(instance.set)
  if (names.length === 0) return noOverrides
  const result = new Map<NodeId, Record<string, unknown>>()
  for (const name of names.sort()) {
    const promoted = Object.hasOwn(block.promoted, name) ? block.promoted[name] : undefined
    if (promoted === undefined) {
      context.problems.push(
        error(path, `It sets "${name}", but the block “${block.name}” has no such setting; take it away.`),
      )
      continue
    }
    const values = result.get(promoted.node) ?? {}
    values[promoted.field] = instance.set[name]
    result.set(promoted.node, values)
  }
  return result
}

function addInstance(context: Context, scope: Scope, id: NodeId, node: Node): void {
  const path = scope.prefix + id
  const mode = modeOf(node)
  if (mode !== 'run') {
    addFlat(context, scope, id, node, { mode, definition: null, owner: scope.owner + id })
    return
  }
  const parsed = blockInstanceSchema.safeParse(
    scope.overrides.has(id) ? withOverrides(node.params, scope.overrides.get(id) ?? {}) : node.params,
  )
  const fault = parsed.success
    ? instanceFault(context, parsed.data)
    : issueSentence(parsed.error, node.params)
  const block = parsed.success ? context.document.blocks[parsed.data.block] : undefined
  if (fault !== null || block === undefined || !parsed.success) {
    context.problems.push(error(path, fault ?? 'The block does not exist.'))
    addFlat(context, scope, id, node, { mode: 'broken', definition: null, owner: scope.owner + id })
    return
  }
  const instance = parsed.data
  const shared = sharedInstance(context, scope, id, node, instance)
  const overrides = overridesOf(context, path, block, instance)
  const many = instance.repeat > 1
  const copies = Array.from({ length: instance.repeat }, (_, copy): Scope => {
    const ownerCopy = instance.tie || shared?.tie === true ? 0 : copy
    return {
      graph: block,
      prefix: many ? `${path}/${copy}/` : `${path}/`,
      owner: many ? `${scope.owner}${shared?.id ?? id}/${ownerCopy}/` : `${scope.owner}${shared?.id ?? id}/`,
      drawn: `${scope.drawn}${id}/`,
      frozen: scope.frozen || node.frozen === true,
      overrides,
      instances: new Map(),
    }
  })
  if (many && !Object.keys(block.outputs).some((port) => Object.hasOwn(block.inputs, port))) {
    const message = `It is repeated ${instance.repeat} times, but no output of the block “${block.name}” has the name of an input, so the copies do not follow one another; give one the same name.`
    context.problems.push(warning(path, message))
  }
  scope.instances.set(id, { block, copies })
  for (const copy of copies) addScope(context, copy)
}

/** The instance whose weights this one uses, checked to unroll alike; or null. */
function sharedInstance(
  context: Context,
  scope: Scope,
  id: NodeId,
  node: Node,
  instance: BlockInstance,
): { readonly id: NodeId; readonly tie: boolean } | null {
  const other = weightsSource(context, scope, id, node)
  if (other === null) return null
  const parsed = blockInstanceSchema.safeParse(scope.graph.nodes[other]?.params)
  if (!parsed.success) return null
  if (parsed.data.block === instance.block && parsed.data.repeat === instance.repeat)
    return { id: other, tie: parsed.data.tie }
  context.problems.push(
    error(
      scope.prefix + id,
      'It is to use the weights of another instance, but the two are not the same block repeated as often; make them alike.',
    ),
  )
  return null
}

function addScope(context: Context, scope: Scope): void {
  for (const [id, node] of Object.entries(scope.graph.nodes)) {
    if (node.type === blockType) addInstance(context, scope, id, node)
    else addLeaf(context, scope, id, node)
  }
}

/** The port inside that a port of a node stands for; the node itself, unless it is an instance taken apart. */
function outputEnd(scope: Scope, id: NodeId, port: string): End | null {
  const instance = scope.instances.get(id)
  if (instance === undefined) return { path: scope.prefix + id, port }
  const inner = Object.hasOwn(instance.block.outputs, port) ? instance.block.outputs[port] : undefined
  const last = instance.copies.at(-1)
  return inner === undefined || last === undefined ? null : outputEnd(last, inner[0], inner[1])
}

/** Every flat port that a wire into this port enters. */
function inputEnds(scope: Scope, id: NodeId, port: string): readonly End[] | null {
  const instance = scope.instances.get(id)
  if (instance === undefined) return [{ path: scope.prefix + id, port }]
  const inner = Object.hasOwn(instance.block.inputs, port) ? instance.block.inputs[port] : undefined
  if (inner === undefined) return null
  const entered = Object.hasOwn(instance.block.outputs, port) ? instance.copies.slice(0, 1) : instance.copies
  const ends: End[] = []
  for (const copy of entered) {
    const found = inputEnds(copy, inner[0], inner[1])
    if (found === null) return null
    ends.push(...found)
  }
  return ends
}

function addLink(context: Context, end: End, link: Link): void {
  const node = context.nodes.get(end.path)
  context.links += 1
  if (context.links > largestLinks) return
  const links = node?.inputs.get(end.port)
  if (links === undefined) node?.inputs.set(end.port, [link])
  else links.push(link)
}

function portFault(
  context: Context,
  scope: Scope,
  id: NodeId,
  port: string,
  side: 'inputs' | 'outputs',
): string {
  const node = scope.graph.nodes[id]
  const block = scope.instances.get(id)?.block
  if (node === undefined) return `A wire ends on "${id}", but there is no such node.`
  const name = nodeName(context.document, context.catalogue, id, node)
  const ports = Object.keys(block?.[side] ?? {})
  const what = side === 'inputs' ? 'input' : 'output'
  return `A wire ends on the ${what} \`${port}\` of ${name}, but the block has ${ports.length === 0 ? `no ${what}s` : `only ${ports.map((each) => `\`${each}\``).join(', ')}`}.`
}

function addWires(context: Context, scope: Scope): void {
  for (const [id, wire] of Object.entries(scope.graph.wires)) {
    const [fromNode, fromPort] = wire.from
    const [toNode, toPort] = wire.to
    const from = Object.hasOwn(scope.graph.nodes, fromNode) ? outputEnd(scope, fromNode, fromPort) : null
    const to = Object.hasOwn(scope.graph.nodes, toNode) ? inputEnds(scope, toNode, toPort) : null
    if (from === null || to === null) {
      const message =
        from === null
          ? portFault(context, scope, fromNode, fromPort, 'outputs')
          : portFault(context, scope, toNode, toPort, 'inputs')
      context.problems.push(
        error(scope.prefix + (from === null ? fromNode : toNode), message, scope.prefix + id),
      )
      continue
    }
    for (const end of to)
      addLink(context, end, {
        from: from.path,
        port: from.port,
        wire: scope.prefix + id,
        key: wire.to[2] ?? '',
      })
  }
  for (const instance of scope.instances.values()) {
    chainCopies(context, instance)
    for (const copy of instance.copies) addWires(context, copy)
  }
}

/** An output feeds the next copy's input of the same name. */
function chainCopies(context: Context, { block, copies }: Instance): void {
  const ports = Object.keys(block.outputs).filter((port) => Object.hasOwn(block.inputs, port))
  for (const [index, copy] of copies.entries()) {
    const before = copies[index - 1]
    if (before === undefined) continue
    for (const port of ports) {
      const output = block.outputs[port]
      const input = block.inputs[port]
      if (output === undefined || input === undefined) continue
      const from = outputEnd(before, output[0], output[1])
      const to = inputEnds(copy, input[0], input[1])
      if (from === null || to === null) continue
      for (const end of to)
        addLink(context, end, { from: from.path, port: from.port, wire: `${copy.prefix}:${port}`, key: '' })
    }
  }
}

/** Every node and wire of the document with its blocks taken apart. */
export function flatten(document: Document, catalogue: Catalogue): Flat {
  const context: Context = {
    document,
    catalogue,
    sizes: blockSizes(document),
    nodes: new Map(),
    problems: [],
    links: 0,
  }
  const top: Scope = {
    graph: document,
    prefix: '',
    owner: '',
    drawn: '',
    frozen: false,
    overrides: noOverrides,
    instances: new Map(),
  }
  addScope(context, top)
  addWires(context, top)
  if (context.links > largestLinks)
    context.problems.push(error(null, `The graph has more than ${largestLinks} wires; remove some.`))
  return { nodes: context.nodes, problems: context.problems }
}
