/**
 * Takes blocks apart: every instance becomes its copies, every node gets a path, every wire is led to the ports it
 * means. After this no one knows blocks. Unrolling is bounded before it begins (`block-size`).
 */
import {
  blockInstanceSchema,
  blockType,
  rerouteType,
  type Block,
  type BlockInstance,
  type Document,
  type Node,
  type NodeId,
  type Path,
} from '../graph/document'
import { issueSentence } from '../graph/issues'
import { settingOf } from '../graph/promoted'
import { canShare, type Catalogue, type Params } from '../../nodes/kit/define'
import { blockSizes, deepestBlock, largestGraph } from './block-size'
import { error, warning, type Flat, type FlatNode } from './flat'
import { addWires, tooManyLinks } from './links'
import { listed, nodeName } from './names'
import { withOverrides } from './params'
import type { FlattenContext, Scope } from './scope'

const noOverrides: ReadonlyMap<NodeId, Params> = new Map()

function modeOf(node: Node): FlatNode['mode'] {
  if (node.disabled === true) return 'off'
  return node.bypass === true ? 'bypass' : 'run'
}

type Part = Pick<FlatNode, 'mode' | 'definition' | 'owner'>

function addFlat(context: FlattenContext, scope: Scope, id: NodeId, node: Node, part: Part): void {
  const overrides = scope.overrides.get(id)
  const path = scope.prefix + id
  context.nodes.set(path, {
    path,
    get name() {
      return nodeName(context.document, context.catalogue, id, node)
    },
    node,
    mode: part.mode,
    definition: part.definition,
    params: overrides === undefined ? node.params : withOverrides(node.params, overrides),
    owner: part.owner,
    frozen: scope.frozen || node.frozen === true,
    inputs: new Map(),
  })
}

function fits(context: FlattenContext, type: string, owner: string): boolean {
  const definition = context.catalogue.get(type)
  return definition === undefined ? type === owner : canShare(definition, owner)
}

/** Whose weights a node of this type can use. */
function mayUse(context: FlattenContext, type: string): string {
  const definition = context.catalogue.get(type)
  const others = Object.keys(definition?.sharesWith ?? {}).map(
    (other) => context.catalogue.get(other)?.title ?? other,
  )
  return others.length === 0
    ? 'only two of the same type can share weights'
    : `it can use those of ${listed([definition?.title ?? type, ...others])} nodes`
}

/** The node beside it whose weights this one uses, or null (with the problem reported). */
function weightsSource(context: FlattenContext, scope: Scope, id: NodeId, node: Node): NodeId | null {
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
          : !fits(context, node.type, target.type)
            ? `It is to use the weights of ${name}, but that is a node of another type; ${mayUse(context, node.type)}.`
            : target.disabled === true || target.bypass === true
              ? `It is to use the weights of ${name}, which is switched off; switch it on, or give this node weights of its own.`
              : null
  if (fault === null) return other
  context.problems.push(error(path, fault))
  return null
}

function addLeaf(context: FlattenContext, scope: Scope, id: NodeId, node: Node): void {
  const definition = context.catalogue.get(node.type) ?? null
  let mode = modeOf(node)
  if (node.type === rerouteType) mode = mode === 'off' ? 'off' : 'bypass'
  else if (definition === null && mode !== 'off') {
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

function instanceFault(context: FlattenContext, instance: BlockInstance): string | null {
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
  context: FlattenContext,
  path: Path,
  block: Block,
  instance: BlockInstance,
): ReadonlyMap<NodeId, Params> {
  const names = Object.keys(instance.set)
  if (names.length === 0) return noOverrides
  const result = new Map<NodeId, Record<string, unknown>>()
  for (const name of names.sort()) {
    const promoted = Object.hasOwn(block.promoted, name) ? block.promoted[name] : undefined
    if (promoted === undefined || settingOf(context.document.blocks, block, name) === null) {
      context.problems.push(
        error(path, `It sets "${name}", but the block “${block.name}” has no such setting; take it away.`),
      )
      continue
    }
    const values = result.get(promoted.node) ?? {}
    const holder = block.nodes[promoted.node]
    // Of an instance inside, a setting that its own block leaves to it; it goes a border further there.
    if (holder?.type === blockType) {
      const inner = (values['set'] ?? holder.params['set']) as Params
      values['set'] = { ...inner, [promoted.field]: instance.set[name] }
    } else values[promoted.field] = instance.set[name]
    result.set(promoted.node, values)
  }
  return result
}

function addInstance(context: FlattenContext, scope: Scope, id: NodeId, node: Node): void {
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
    : issueSentence(parsed.error, node.params, { whole: 'The settings' })
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
  context: FlattenContext,
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

function addScope(context: FlattenContext, scope: Scope): void {
  const { nodes } = scope.graph
  for (const id in nodes) {
    const node = nodes[id]
    if (node === undefined) continue
    if (node.type === blockType) addInstance(context, scope, id, node)
    else addLeaf(context, scope, id, node)
  }
}

/** Every node and wire of the document with its blocks taken apart. */
export function flatten(document: Document, catalogue: Catalogue): Flat {
  const context: FlattenContext = {
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
    frozen: false,
    overrides: noOverrides,
    instances: new Map(),
  }
  addScope(context, top)
  addWires(context, top)
  const fault = tooManyLinks(context)
  if (fault !== null) context.problems.push(error(null, fault))
  return { nodes: context.nodes, problems: context.problems }
}
