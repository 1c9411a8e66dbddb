/** What the engine says of wires before they are drawn, about the graph on the canvas. */
import { accepts } from '../../engine/analyse/kinds'
import { wireChecker, type WireQuestion } from '../../engine/analyse/connect'
import { findFixes } from '../../engine/analyse/fixes'
import { blockType, rerouteType, type Document, type NodeId, type WireId } from '../../engine/graph/document'
import type { Ports } from '../../engine/graph/insert'
import type { Catalogue } from '../../nodes/kit/define'
import { inputsEnd, outputsEnd } from './block-ends'
import type { Editor, EditorState, PortRef } from './editor-types'

type Questions = Pick<Editor, 'judge' | 'throughPorts' | 'fixes'>

/** Keeps the checker of one output, because a drag asks about every input. */
export function createQuestions(catalogue: Catalogue, get: () => EditorState): Questions {
  let key: readonly unknown[] = []
  let check: ReturnType<typeof wireChecker> = () => null

  function question(moving?: WireId): WireQuestion {
    const { document, analysis, open } = get()
    const within = open.prefix === '' ? null : open.prefix.slice(0, -1)
    return { document, catalogue, analysis, within, block: open.block, moving }
  }

  function judge(from: PortRef, to: PortRef, moving?: WireId) {
    // An end of the block stands for any inner port of the right side.
    if (from.node === inputsEnd || to.node === outputsEnd) return null
    const { document, analysis, open } = get()
    const asked = [document, analysis, open.block, open.prefix, from.node, from.port, moving]
    if (asked.length !== key.length || asked.some((part, index) => part !== key[index])) {
      key = asked
      check = wireChecker(question(moving), [from.node, from.port])
    }
    return check([to.node, to.port])
  }

  return {
    judge,
    throughPorts(wire, node) {
      const { document } = get().open
      const there = document.wires[wire]
      const wired = Object.values(document.wires).some(({ from, to }) => from[0] === node || to[0] === node)
      if (there === undefined || wired) return null
      const [from, to] = [ref(there.from), ref(there.to)]
      for (const ports of pairs(document, catalogue, node)) {
        const enters = judge(from, { node, port: ports.input })?.kind !== 'refused'
        if (
          enters &&
          leaves(document, catalogue, node, there.to) &&
          judge({ node, port: ports.output }, to, wire)?.kind !== 'refused'
        )
          return ports
      }
      return null
    },
    fixes: (from, to, moving) =>
      from.node === inputsEnd || to.node === outputsEnd
        ? []
        : findFixes(question(moving), [from.node, from.port], [to.node, to.port]),
  }
}

function ref([node, port]: readonly [NodeId, string, string?]): PortRef {
  return { node, port }
}

/** Inputs of a node, each with its first output. */
function pairs(document: Document, catalogue: Catalogue, id: NodeId): readonly Ports[] {
  const node = document.nodes[id]
  if (node === undefined) return []
  if (node.type === rerouteType) return [{ input: 'x', output: 'y' }]
  const name = node.type === blockType ? node.params['block'] : null
  const block = typeof name === 'string' ? document.blocks[name] : undefined
  const sides = block ?? catalogue.get(node.type)
  const [output] = Object.keys(sides?.outputs ?? {})
  return output === undefined ? [] : Object.keys(sides?.inputs ?? {}).map((input) => ({ input, output }))
}

/** A node that is not wired yet gives what its kind gives: no loss can stand before a layer. */
function leaves(
  document: Document,
  catalogue: Catalogue,
  id: NodeId,
  to: readonly [NodeId, string, string?],
): boolean {
  const role = catalogue.get(document.nodes[id]?.type ?? '')?.role
  const port = catalogue.get(document.nodes[to[0]]?.type ?? '')?.inputs[to[1]]
  if (port === undefined || role === undefined) return true
  return accepts(port, role === 'loss' ? 'loss' : 'tensor')
}
