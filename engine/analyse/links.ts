/**
 * Leads every wire to the ports that it means: through the ports of instances to the nodes inside, and from one copy
 * of a repeated block to the next.
 */
import type { NodeId, Path } from '../graph/document'
import { largestGraph } from './block-size'
import { error, type Link } from './flat'
import { listed, nodeName } from './names'
import type { FlattenContext, Instance, Scope } from './scope'

/** Most links that are made; an honest graph has a few per node. */
const largestLinks = 10 * largestGraph

/** One port of one flat node. */
interface End {
  readonly path: Path
  readonly port: string
}

/** The port inside that an output stands for; the node's own, unless it is an instance taken apart. */
function outputEnd(scope: Scope, id: NodeId, port: string): End | null {
  const instance = scope.instances.get(id)
  if (instance === undefined) return { path: scope.prefix + id, port }
  const inner = Object.hasOwn(instance.block.outputs, port) ? instance.block.outputs[port] : undefined
  const last = instance.copies.at(-1)
  return inner === undefined || last === undefined ? null : outputEnd(last, inner[0], inner[1])
}

/** Links every flat port that this input stands for; answers false where there is none of that name. */
function enter(context: FlattenContext, scope: Scope, id: NodeId, port: string, link: Link): boolean {
  const instance = scope.instances.get(id)
  if (instance === undefined) {
    addLink(context, scope.prefix + id, port, link)
    return true
  }
  const inner = Object.hasOwn(instance.block.inputs, port) ? instance.block.inputs[port] : undefined
  if (inner === undefined) return false
  const entered = Object.hasOwn(instance.block.outputs, port) ? instance.copies.slice(0, 1) : instance.copies
  return entered.map((copy) => enter(context, copy, inner[0], inner[1], link)).every(Boolean)
}

function addLink(context: FlattenContext, path: Path, port: string, link: Link): void {
  const inputs = context.nodes.get(path)?.inputs
  context.links += 1
  if (inputs === undefined || context.links > largestLinks) return
  const links = inputs.get(port)
  if (links === undefined) inputs.set(port, [link])
  else links.push(link)
}

function portFault(
  context: FlattenContext,
  scope: Scope,
  id: NodeId,
  port: string,
  side: 'input' | 'output',
): string {
  const node = Object.hasOwn(scope.graph.nodes, id) ? scope.graph.nodes[id] : undefined
  if (node === undefined) return `A wire ends on "${id}", but there is no such node; remove the wire.`
  const block = scope.instances.get(id)?.block
  const ports = Object.keys((side === 'input' ? block?.inputs : block?.outputs) ?? {}).sort()
  const has = ports.length === 0 ? `no ${side}s` : `only ${listed(ports.map((each) => `\`${each}\``))}`
  const name = nodeName(context.document, context.catalogue, id, node)
  return `A wire ends on the ${side} \`${port}\` of ${name}, but the block has ${has}; remove the wire.`
}

/** Links the wires of a scope and of all copies in it. */
export function addWires(context: FlattenContext, scope: Scope): void {
  const { nodes, wires } = scope.graph
  for (const id in wires) {
    const wire = wires[id]
    if (wire === undefined) continue
    const path = scope.prefix + id
    const [fromNode, fromPort] = wire.from
    const [toNode, toPort] = wire.to
    const from = Object.hasOwn(nodes, fromNode) ? outputEnd(scope, fromNode, fromPort) : null
    if (from === null) {
      const message = portFault(context, scope, fromNode, fromPort, 'output')
      context.problems.push(error(scope.prefix + fromNode, message, path))
      continue
    }
    const link: Link = { from: from.path, port: from.port, wire: path, key: wire.to[2] ?? '' }
    if (Object.hasOwn(nodes, toNode) && enter(context, scope, toNode, toPort, link)) continue
    context.problems.push(
      error(scope.prefix + toNode, portFault(context, scope, toNode, toPort, 'input'), path),
    )
  }
  for (const instance of scope.instances.values()) {
    chainCopies(context, instance)
    for (const copy of instance.copies) addWires(context, copy)
  }
}

/** An output feeds the next copy's input of the same name. */
function chainCopies(context: FlattenContext, { block, copies }: Instance): void {
  for (const [index, copy] of copies.entries()) {
    const before = copies[index - 1]
    if (before === undefined) continue
    for (const [port, output] of Object.entries(block.outputs)) {
      const input = Object.hasOwn(block.inputs, port) ? block.inputs[port] : undefined
      const from = input === undefined ? null : outputEnd(before, output[0], output[1])
      if (input === undefined || from === null) continue
      const link: Link = { from: from.path, port: from.port, wire: `${copy.prefix}:${port}`, key: '' }
      enter(context, copy, input[0], input[1], link)
    }
  }
}

/** The problem of a graph with more links than are made, if it is one. */
export function tooManyLinks(context: FlattenContext): string | null {
  return context.links > largestLinks ? `The graph has more than ${largestLinks} wires; remove some.` : null
}
