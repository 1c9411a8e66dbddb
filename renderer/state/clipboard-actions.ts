/**
 * Copies: to and from text (between windows), and beside the original. Blocks travel with their instances.
 */
import * as z from 'zod'
import { blocksUsed, connectIncoming, insertPiece, pieceOf, type Piece } from '../../engine/graph/copy'
import {
  blockSchema,
  documentVersion,
  idSchema,
  nodeSchema,
  wireSchema,
  type Document,
  type NodeId,
} from '../../engine/graph/document'
import { createDocument } from '../../engine/graph/create'
import { referenceFault } from '../../engine/graph/references'
import type { EditorCore } from './editor'
import type { EditorActions } from './editor-types'
import { freeOffset } from './free-offset'

type ClipboardActions = Pick<EditorActions, 'duplicateSelection' | 'copySelection' | 'paste'>

const clipboardSchema = z.strictObject({
  format: z.literal('wiregrad-selection'),
  version: z.literal(documentVersion),
  nodes: z.record(idSchema, nodeSchema),
  wires: z.record(idSchema, wireSchema),
  blocks: z.record(idSchema, blockSchema),
})
type Clipboard = z.infer<typeof clipboardSchema>

export function clipboardActions(core: EditorCore): ClipboardActions {
  const { catalogue, labels } = core

  function insert(label: string, piece: Piece, offset: readonly [number, number], incoming = false): void {
    let copies: ReadonlyMap<NodeId, NodeId> = new Map()
    core.apply(
      label,
      (draft) => {
        copies = insertPiece(draft, core.block(), catalogue, piece, offset)
        if (incoming) connectIncoming(draft, core.block(), catalogue, copies)
      },
      { selection: () => ({ nodes: new Set(copies.values()), wires: new Set(), frames: new Set() }) },
    )
  }

  /** How far copies of these land from where they stand. */
  function placeFor({ nodes }: Piece): readonly [number, number] {
    const placesOf = (of: Piece['nodes']) => Object.values(of).map(({ at }) => at)
    return freeOffset(placesOf(nodes), placesOf(core.get().open.document.nodes))
  }

  return {
    duplicateSelection({ incoming = false, offset } = {}) {
      const { document, selection } = core.get()
      if (selection.nodes.size === 0) return
      const piece = pieceOf(document, core.block(), selection.nodes)
      insert(labels.duplicate(selection.nodes.size), piece, offset ?? placeFor(piece), incoming)
    },
    copySelection() {
      const { document, selection } = core.get()
      if (selection.nodes.size === 0) return null
      const clipboard: Clipboard = {
        format: 'wiregrad-selection',
        version: documentVersion,
        ...pieceOf(document, core.block(), selection.nodes),
      }
      return JSON.stringify(clipboard)
    },
    paste(text, at) {
      const piece = parseClipboard(text)
      if (piece === null || holdsOpenBlock(core, piece)) return false
      const nodes = Object.values(piece.nodes)
      const left = Math.min(...nodes.map((node) => node.at[0]))
      const top = Math.min(...nodes.map((node) => node.at[1]))
      insert(
        labels.paste(nodes.length),
        piece,
        at === undefined ? placeFor(piece) : [Math.round(at[0] - left), Math.round(at[1] - top)],
      )
      return true
    },
  }
}

/** A block cannot hold an instance of itself, so none is pasted into it. */
function holdsOpenBlock({ get }: EditorCore, piece: Piece): boolean {
  const { trail, document } = get().open
  const used = blocksUsed({ ...document.blocks, ...piece.blocks }, piece.nodes)
  return trail.some(({ block }) => Object.hasOwn(used, block))
}

/** Nodes from the text of another window, whole in themselves; null for any other text. */
function parseClipboard(text: string): Piece | null {
  if (!text.includes('wiregrad-selection')) return null
  try {
    const parsed = clipboardSchema.safeParse(JSON.parse(text))
    if (!parsed.success || Object.keys(parsed.data.nodes).length === 0) return null
    const { nodes, wires, blocks } = parsed.data
    const whole: Document = { ...createDocument(''), nodes, wires, blocks }
    return referenceFault(whole) === null ? { nodes, wires, blocks } : null
  } catch {
    return null
  }
}
