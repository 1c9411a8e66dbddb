/** The graph as a list, for those who read and go by keyboard: nodes in the order in which they compute, with their wires. */
import {
  blockType,
  rerouteType,
  type Document,
  type Node,
  type NodeId,
  type WireId,
} from '../../engine/graph/document'
import type { Analysis } from '../../engine/analyse/plan'
import type { Catalogue, Family } from '../../nodes/kit/define'
import { shapeText, typeTitle } from '../ui/node-name'
import { strings } from '../ui/strings'
import { translate } from '../ui/translate'

const words = strings.outline

export interface OutlineWire {
  readonly id: WireId
  readonly text: string
  /** The node at the other end. */
  readonly other: NodeId
}

export interface OutlineRow {
  readonly id: NodeId
  readonly name: string
  readonly family: Family | 'block'
  readonly isBlock: boolean
  /** How often the block is repeated; 1 for everything else. */
  readonly repeat: number
  readonly shape: string
  /** Of the first error, or empty. */
  readonly error: string
  readonly off: boolean
  /** Everything a screen reader is to say. */
  readonly spoken: string
  readonly wires: readonly OutlineWire[]
}

/** A shape keeps to one line. */
function unbroken(shape: string): string {
  return shape.replaceAll(' ', '\u00a0')
}

/** Nodes so that each comes after what it hangs on; those in a circle keep the order of their ids. */
function ordered(document: Document): readonly NodeId[] {
  const done = new Set<NodeId>()
  const order: NodeId[] = []
  const before = new Map<NodeId, NodeId[]>()
  for (const { from, to } of Object.values(document.wires))
    before.set(to[0], [...(before.get(to[0]) ?? []), from[0]])
  function visit(id: NodeId): void {
    const open: { readonly id: NodeId; next: number }[] = [{ id, next: 0 }]
    while (open.length > 0) {
      const top = open.at(-1)
      if (top === undefined) return
      const source = (before.get(top.id) ?? [])[top.next]
      top.next += 1
      if (source !== undefined) {
        if (!done.has(source)) {
          done.add(source)
          open.push({ id: source, next: 0 })
        }
      } else {
        order.push(top.id)
        open.pop()
      }
    }
  }
  const left = Object.keys(document.nodes).toSorted(
    (a, b) => (document.nodes[a]?.at[0] ?? 0) - (document.nodes[b]?.at[0] ?? 0),
  )
  for (const id of left) {
    if (done.has(id)) continue
    done.add(id)
    visit(id)
  }
  return order
}

/** Of the first output; of a block it is that of the inner node that gives it, in the last copy. */
function shapeOf(document: Document, { plan }: Analysis, path: string, node: Node): string {
  const [own] = Object.values(plan.byPath.get(path)?.outputs ?? {})
  if (own !== undefined) return shapeText(own.shape)
  let [at, inner] = [path, node]
  // Blocks in blocks, as deep as they go; analyse refuses those that hold themselves.
  for (let depth = 0; inner.type === blockType && depth < 100; depth += 1) {
    const name = inner.params['block']
    const block = typeof name === 'string' ? document.blocks[name] : undefined
    const [output] = Object.values(block?.outputs ?? {})
    const next = output === undefined ? undefined : block?.nodes[output[0]]
    if (output === undefined || next === undefined) return ''
    const repeat = Number(inner.params['repeat'] ?? 1)
    at = `${at}${repeat > 1 ? `/${repeat - 1}` : ''}/${output[0]}`
    inner = next
    const made = plan.byPath.get(at)?.outputs[output[1]]
    if (made !== undefined) return shapeText(made.shape)
  }
  return ''
}

export function outlineRows(
  document: Document,
  analysis: Analysis,
  catalogue: Catalogue,
): readonly OutlineRow[] {
  const titleOf = (id: NodeId) => {
    const node = document.nodes[id]
    const block = node?.type === blockType ? node.params['block'] : null
    const blockName = typeof block === 'string' ? document.blocks[block]?.name : undefined
    if (node?.label !== undefined && node.label !== '') return node.label
    if (node?.type === rerouteType) return strings.canvas.reroute
    return blockName ?? (node === undefined ? id : typeTitle(node.type, catalogue))
  }
  return ordered(document).flatMap((id) => {
    const node = document.nodes[id]
    if (node === undefined) return []
    const shape = shapeOf(document, analysis, id, node)
    const error = translate(
      analysis.problems.find(
        (problem) =>
          problem.severity === 'error' && (problem.node === id || problem.node?.startsWith(`${id}/`)),
      )?.message ?? '',
    )
    const wires: OutlineWire[] = []
    for (const [wire, { from, to }] of Object.entries(document.wires)) {
      const spec = analysis.wires.get(wire)
      const carries = spec === undefined ? '' : shapeText(spec.shape)
      if (from[0] === id)
        wires.push({
          id: wire,
          other: to[0],
          text: words.to(from[1], titleOf(to[0]), to[1], unbroken(carries)),
        })
      if (to[0] === id)
        wires.push({
          id: wire,
          other: from[0],
          text: words.from(to[1], titleOf(from[0]), from[1], unbroken(carries)),
        })
    }
    const name = titleOf(id)
    const repeat = node.type === blockType ? Number(node.params['repeat'] ?? 1) : 1
    const states = [
      node.frozen === true ? strings.canvas.frozen : '',
      node.bypass === true ? strings.canvas.bypassed : '',
      node.disabled === true ? strings.canvas.disabled : '',
    ]
    return [
      {
        id,
        name,
        family: catalogue.get(node.type)?.family ?? 'block',
        isBlock: node.type === blockType,
        repeat,
        shape,
        error,
        off: node.disabled === true,
        spoken: strings.canvas.facts(
          [
            repeat > 1 ? `${name} × ${repeat}` : name,
            shape === '' ? '' : strings.canvas.output(shape),
            ...states,
            words.wires(wires.length),
            error,
          ].filter((part) => part !== ''),
        ),
        wires,
      },
    ]
  })
}
