/** Ports of a block: which inner port each stands for, and what it is called. */
import type { BlockId, Document, NodeId } from './document'
import { freshId, idFrom } from './ids'
import { instancesOf } from './instances'

export type PortSide = 'inputs' | 'outputs'

/** Lets a port stand for an inner port; null makes a new one. Answers its name. */
export function setPort(
  draft: Document,
  id: BlockId,
  side: PortSide,
  port: string | null,
  [node, inner]: readonly [NodeId, string],
): string | null {
  const block = draft.blocks[id]
  if (block === undefined) return null
  const ports = block[side]
  // One inner input has one way in.
  if (side === 'inputs') {
    for (const [name, end] of Object.entries(ports))
      if (end[0] === node && end[1] === inner) return moved(draft, id, side, name, port)
    for (const [wire, { to }] of Object.entries(block.wires))
      if (to[0] === node && to[1] === inner && to[2] === undefined) delete block.wires[wire]
  }
  const name = port ?? freshId(inner, ports)
  ports[name] = [node, inner]
  return name
}

/** The inner input has a port already: it stays, under the wished name where that is free. */
function moved(draft: Document, id: BlockId, side: PortSide, name: string, wished: string | null): string {
  if (wished !== null && wished !== name) renamePort(draft, id, side, name, wished)
  return name
}

/** Gives a port another name, here and on the wires of every instance. Answers the name, or null where it is taken. */
export function renamePort(
  draft: Document,
  id: BlockId,
  side: PortSide,
  port: string,
  wished: string,
): string | null {
  const block = draft.blocks[id]
  const end = block?.[side][port]
  const name = idFrom(wished)
  if (block === undefined || end === undefined || name === port || Object.hasOwn(block[side], name))
    return null
  delete block[side][port]
  block[side][name] = end
  for (const { graph, id: instance } of instancesOf(draft, id)) {
    for (const wire of Object.values(graph.wires)) {
      if (side === 'inputs' && wire.to[0] === instance && wire.to[1] === port)
        wire.to = wire.to[2] === undefined ? [instance, name] : [instance, name, wire.to[2]]
      if (side === 'outputs' && wire.from[0] === instance && wire.from[1] === port)
        wire.from = [instance, name]
    }
  }
  // A block whose instance this is may hand the port on as its own.
  for (const outer of Object.values(draft.blocks)) {
    for (const [outerName, [node, inner]] of Object.entries(outer[side]))
      if (inner === port && outer.nodes[node]?.params['block'] === id) outer[side][outerName] = [node, name]
  }
  return name
}
