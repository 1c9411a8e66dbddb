/**
 * Edits of nodes and wires: add, wire, move, delete, duplicate, copy, paste.
 */
import * as z from 'zod'
import { accepts } from '../../engine/analyse/kinds'
import { insertPiece, pieceOf, type Piece } from '../../engine/graph/copy'
import { idSchema, nodeSchema, wireSchema, type NodeId, type WireId } from '../../engine/graph/document'
import { addNode, connect, disconnect, moveNodes, removeNodes } from '../../engine/graph/edit'
import type { Definition } from '../../nodes/kit/define'
import type { Spec } from '../../nodes/kit/spec'
import type { EditorCore } from './editor'
import type { AddNodeOptions, EditorActions, PortRef } from './editor-types'

type GraphActions = Pick<
  EditorActions,
  | 'addNode'
  | 'connect'
  | 'reconnect'
  | 'disconnect'
  | 'removeSelection'
  | 'moveNodes'
  | 'duplicateSelection'
  | 'copySelection'
  | 'paste'
  | 'select'
  | 'selectAll'
>

/** How far a copy lands from its original. */
const copyOffset = 32

const clipboardSchema = z.strictObject({
  format: z.literal('wiregrad-selection'),
  nodes: z.record(idSchema, nodeSchema),
  wires: z.record(idSchema, wireSchema),
})
type Clipboard = z.infer<typeof clipboardSchema>

export function graphActions(core: EditorCore): GraphActions {
  const { catalogue, labels } = core

  function put(label: string, from: PortRef, to: PortRef, moving?: WireId): WireId | null {
    if (core.judge(from, to, moving)?.kind === 'refused') return null
    let id: WireId | null = null
    core.apply(label, (draft) => {
      id = connect(draft, null, catalogue, [from.node, from.port], [to.node, to.port], moving)
    })
    return id
  }

  function insert(label: string, piece: Piece, offset: readonly [number, number]): void {
    let copies: ReadonlyMap<NodeId, NodeId> = new Map()
    core.apply(
      label,
      (draft) => {
        copies = insertPiece(draft, null, catalogue, piece, offset)
      },
      { selection: () => ({ nodes: new Set(copies.values()), wires: new Set() }) },
    )
  }

  return {
    addNode: (type, at, options = {}) => add(core, type, at, options),
    connect: (from, to) => put(labels.connect, from, to),
    reconnect: (wire, from, to) => void put(labels.reconnect, from, to, wire),
    disconnect(wires) {
      core.apply(labels.disconnect, (draft) => disconnect(draft, null, wires))
    },
    removeSelection() {
      const { nodes, wires } = core.get().selection
      if (nodes.size === 0 && wires.size === 0) return
      core.apply(labels.remove(nodes.size, wires.size), (draft) => {
        disconnect(draft, null, wires)
        removeNodes(draft, null, nodes)
      })
    },
    moveNodes(positions) {
      core.apply(labels.move(positions.size), (draft) => moveNodes(draft, null, positions))
    },
    duplicateSelection() {
      const { document, selection } = core.get()
      if (selection.nodes.size === 0) return
      insert(labels.duplicate(selection.nodes.size), pieceOf(document, null, selection.nodes), [
        copyOffset,
        copyOffset,
      ])
    },
    copySelection() {
      const { document, selection } = core.get()
      if (selection.nodes.size === 0) return null
      const clipboard: Clipboard = {
        format: 'wiregrad-selection',
        ...pieceOf(document, null, selection.nodes),
      }
      return JSON.stringify(clipboard)
    },
    paste(text, at) {
      const clipboard = parseClipboard(text)
      if (clipboard === null) return false
      const nodes = Object.values(clipboard.nodes)
      const left = Math.min(...nodes.map((node) => node.at[0]))
      const top = Math.min(...nodes.map((node) => node.at[1]))
      insert(
        labels.paste(nodes.length),
        clipboard,
        at === undefined ? [copyOffset, copyOffset] : [at[0] - left, at[1] - top],
      )
      return true
    },
    select: ({ nodes = [], wires = [] }) => core.select({ nodes: new Set(nodes), wires: new Set(wires) }),
    selectAll() {
      const { document } = core.get()
      core.select({
        nodes: new Set(Object.keys(document.nodes)),
        wires: new Set(Object.keys(document.wires)),
      })
    },
  }
}

function add(
  core: EditorCore,
  type: string,
  at: readonly [number, number],
  { from, to, params }: AddNodeOptions,
): NodeId | null {
  const { catalogue } = core
  const definition = catalogue.get(type)
  if (definition === undefined) return null
  const carried =
    from === undefined ? undefined : core.get().analysis.plan.byPath.get(from.node)?.outputs[from.port]
  let id = ''
  core.apply(
    core.labels.addNode(definition.title),
    (draft) => {
      id = addNode(draft, null, definition, [Math.round(at[0]), Math.round(at[1])], params)
      const input = from === undefined ? null : fittingInput(definition, carried)
      const output = Object.keys(definition.outputs)[0]
      if (from !== undefined && input !== null)
        connect(draft, null, catalogue, [from.node, from.port], [id, input])
      if (to !== undefined && output !== undefined)
        connect(draft, null, catalogue, [id, output], [to.node, to.port])
    },
    { selection: () => ({ nodes: new Set([id]), wires: new Set() }) },
  )
  return id
}

/** The first input that takes what the wire carries. */
function fittingInput(definition: Definition, carried: Spec | undefined): string | null {
  const fitting = Object.entries(definition.inputs).find(
    ([, port]) => carried === undefined || accepts(port, carried.kind),
  )
  return fitting?.[0] ?? null
}

function parseClipboard(text: string): Clipboard | null {
  if (!text.includes('wiregrad-selection')) return null
  try {
    const parsed = clipboardSchema.safeParse(JSON.parse(text))
    return parsed.success && Object.keys(parsed.data.nodes).length > 0 ? parsed.data : null
  } catch {
    return null
  }
}
