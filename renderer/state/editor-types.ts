/**
 * What the window knows about the open document and what it can do to it. Panels and the canvas see these types only:
 * they read `store`, and change the document through `actions`, never directly, so that every change has a label,
 * can be undone, and is analysed once.
 */
import type { Draft } from 'immer'
import type { StoreApi } from 'zustand/vanilla'
import type { Verdict } from '../../engine/analyse/connect'
import type { Analysis } from '../../engine/analyse/plan'
import type { BlockId, Document, NodeId, Training, WireId } from '../../engine/graph/document'
import type { Catalogue } from '../../nodes/kit/define'

export interface Selection {
  readonly nodes: ReadonlySet<NodeId>
  readonly wires: ReadonlySet<WireId>
}

/** One end of a wire. */
export interface PortRef {
  readonly node: NodeId
  readonly port: string
}

export interface EditorState {
  readonly document: Document
  /** Goes up with every change of the document, undo and redo included; never with a selection. */
  readonly revision: number
  /** Goes up when another document is opened: the canvas then fits the view. */
  readonly generation: number
  /** Of `document`; kept as it is by edits that change no meaning (positions, labels, notes, frames). */
  readonly analysis: Analysis
  readonly selection: Selection
  /** Label of the edit that undo would take back, or null. */
  readonly undoLabel: string | null
  readonly redoLabel: string | null
  /** Instances entered, from the outside in; empty = the document itself. */
  readonly openBlock: readonly NodeId[]
  /** Differs from what was last saved or opened. */
  readonly dirty: boolean
  /** Name of the file it was opened from or saved to, or null. */
  readonly fileName: string | null
}

/** No error, and something to minimise. */
export function isTrainable({ analysis }: EditorState): boolean {
  return analysis.ok && analysis.plan.losses.length > 0
}

export type Flag = 'frozen' | 'bypass' | 'disabled'

export interface AddNodeOptions {
  /** Wire an output that is already there to the first input of the new node that takes it. */
  readonly from?: PortRef
  /** Wire the new node's first output to this input. */
  readonly to?: PortRef
  /** Settings that differ from the definition's. */
  readonly params?: Readonly<Record<string, unknown>>
}

export interface EditorActions {
  /** One undoable change under a label. Inside a gesture it becomes part of the gesture. */
  edit(label: string, recipe: (draft: Draft<Document>) => void): void
  /** Everything until `commitGesture` is one undo entry: a drag, a scrub, typing in one field. */
  beginGesture(label: string): void
  commitGesture(): void
  /** Takes back everything since `beginGesture`, as if it had not happened. */
  cancelGesture(): void
  /** Ends the coalescing of edits in one field: called when the field is left. */
  seal(): void
  undo(): void
  redo(): void

  /** Answers the new node's id, and selects it. */
  addNode(type: string, at: readonly [number, number], options?: AddNodeOptions): NodeId | null
  /** An occupied single input gives up its old wire; a list input takes one more. Answers the wire's id, or null when refused. */
  connect(from: PortRef, to: PortRef): WireId | null
  /** Moves the ends of a wire that is there, keeping its id. */
  reconnect(wire: WireId, from: PortRef, to: PortRef): void
  disconnect(wires: readonly WireId[]): void
  removeSelection(): void
  setParam(node: NodeId, field: string, value: unknown): void
  setLabel(node: NodeId, label: string): void
  setNote(node: NodeId, note: string): void
  setFlag(nodes: readonly NodeId[], flag: Flag, on: boolean): void
  /** New absolute positions. */
  moveNodes(positions: ReadonlyMap<NodeId, readonly [number, number]>): void
  setName(name: string): void
  setNotes(notes: string): void
  setTraining(label: string, recipe: (training: Draft<Training>) => void): void
  /** Copies the selected nodes with the wires between them, a little lower right. */
  duplicateSelection(): void
  /** The selection as text, or null when nothing is selected. */
  copySelection(): string | null
  /** Nodes from text made by `copySelection`; answers false when the text is something else. */
  paste(text: string, at?: readonly [number, number]): boolean

  /** Puts the selected nodes into a new block of this name; answers the instance in their place, or null where nothing is selected. */
  makeBlock(name: string): NodeId | null
  /** Takes an instance apart; answers null, or why it cannot be. */
  expandBlock(instance: NodeId): string | null
  /** Adds another instance of a block. */
  addInstance(block: BlockId, at: readonly [number, number]): NodeId | null
  renameBlock(block: BlockId, name: string): void
  /** Lets every instance choose a setting of an inner node, or no longer. */
  setPromotion(block: BlockId, node: NodeId, field: string, on: boolean): void
  /** A chosen setting of one instance; undefined = as the block has it. */
  setPromoted(instance: NodeId, name: string, value: unknown): void

  select(selection: { readonly nodes?: Iterable<NodeId>; readonly wires?: Iterable<WireId> }): void
  selectAll(): void

  /** Opens another document: history begins anew. */
  load(document: Document, fileName: string | null, options?: { readonly dirty?: boolean }): void
  /** Puts another document in the place of this one as one edit, which undo takes back; it has no file yet. */
  replace(label: string, document: Document): void
  newDocument(): void
  /** This document is on disk now. */
  markSaved(document: Document, fileName: string): void
}

export interface Editor {
  readonly catalogue: Catalogue
  readonly store: StoreApi<EditorState>
  readonly actions: EditorActions
  /** Whether `connect` would take this wire, and what is to be said of it; null = it fits. `moving`: the wire whose end is being moved. */
  judge(from: PortRef, to: PortRef, moving?: WireId): Verdict | null
}
