/**
 * What the window knows about the open document and what it can do to it. Panels and the canvas see these types only:
 * they read `store`, and change the document through `actions`, never directly, so that every change has a label,
 * can be undone, and is analysed once.
 */
import type { Draft } from 'immer'
import type { StoreApi } from 'zustand/vanilla'
import type { Verdict } from '../../engine/analyse/connect'
import type { Analysis } from '../../engine/analyse/plan'
import {
  blockType,
  type BlockId,
  type Document,
  type Frame,
  type NodeId,
  type Path,
  type Training,
  type WireId,
} from '../../engine/graph/document'
import type { WireFix } from '../../engine/analyse/fixes'
import type { History } from '../../engine/graph/history'
import type { Ports } from '../../engine/graph/insert'
import type { PortSide } from '../../engine/graph/ports'
import type { Catalogue } from '../../nodes/kit/define'
import type { Box } from './card-size'
import type { OpenGraph } from './open-graph'

export interface Selection {
  readonly nodes: ReadonlySet<NodeId>
  readonly wires: ReadonlySet<WireId>
  /** Frames and notes. */
  readonly frames: ReadonlySet<string>
}

export type AlignEdge = 'left' | 'right' | 'top' | 'bottom' | 'middle'

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
  /** What is on the canvas: the document itself, or the block that was entered. Selection and edits are about it. */
  readonly open: OpenGraph
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
  /** Labels of all edits, oldest first, and how many of them are done. */
  history(): { readonly labels: readonly string[]; readonly done: number }
  /** Undoes or redoes until so many edits are done. */
  jump(done: number): void

  /** Answers the new node's id, and selects it. */
  addNode(type: string, at: readonly [number, number], options?: AddNodeOptions): NodeId | null
  /** An occupied single input gives up its old wire; a list input takes one more. Answers the wire's id, or null when refused. */
  connect(from: PortRef, to: PortRef): WireId | null
  /** Moves the ends of a wire that is there, keeping its id. */
  reconnect(wire: WireId, from: PortRef, to: PortRef): void
  disconnect(wires: readonly WireId[]): void
  /** `heal` (true unless said): what fed a node feeds what hung on it. */
  removeSelection(options?: { readonly heal?: boolean }): void
  /** Puts a node that is there into a wire, and what follows aside; answers whether it fits there. */
  insertOnWire(wire: WireId, node: NodeId, at?: readonly [number, number]): boolean
  /** Puts a new node into a wire. */
  insertType(wire: WireId, type: string, at: readonly [number, number]): NodeId | null
  /** Gives nodes another type in their place; settings and wires stay where they fit. */
  replaceNodes(nodes: readonly NodeId[], type: string): void
  /** A bend in a wire. */
  reroute(wire: WireId, at: readonly [number, number]): NodeId
  /** Carries out a quick fix of a wire and draws it. `wire`: it is there already. */
  fix(fix: WireFix, from: PortRef, to: PortRef, wire?: WireId): void
  setParam(node: NodeId, field: string, value: unknown): void
  setLabel(node: NodeId, label: string): void
  setNote(node: NodeId, note: string): void
  setFlag(nodes: readonly NodeId[], flag: Flag, on: boolean): void
  /** New absolute positions. */
  moveNodes(
    positions: ReadonlyMap<NodeId, readonly [number, number]>,
    frames?: ReadonlyMap<string, readonly [number, number]>,
  ): void
  align(boxes: ReadonlyMap<NodeId, Box>, edge: AlignEdge): void
  distribute(boxes: ReadonlyMap<NodeId, Box>, axis: 'across' | 'down'): void
  /** Positions that a layout found. */
  place(places: ReadonlyMap<NodeId, readonly [number, number]>): void
  /** A frame around cards, or a note where `text` is given; answers its id. */
  addFrame(frame: {
    readonly around: readonly Box[]
    readonly at: readonly [number, number]
    readonly text?: string
  }): string
  setFrame(id: string, values: Partial<Frame>): void
  setName(name: string): void
  setNotes(notes: string): void
  setTraining(label: string, recipe: (training: Draft<Training>) => void): void
  /** Copies the selected nodes with the wires between them, to where there is room; `incoming`: with those that enter, too. */
  duplicateSelection(options?: {
    readonly incoming?: boolean
    readonly offset?: readonly [number, number]
  }): void
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
  renamePort(block: BlockId, side: PortSide, port: string, name: string): void
  /** Lets every instance choose a setting of an inner node, or no longer. */
  setPromotion(block: BlockId, node: NodeId, field: string, on: boolean): void
  /** A chosen setting of one instance; undefined = as the block has it. */
  setPromoted(instance: NodeId, name: string, value: unknown): void

  /** Puts the block inside these instances (from the outside in) on the canvas; none = the document itself. */
  enter(way: readonly NodeId[]): void
  /** Selects the node at a path of the Plan, inside blocks too; answers its id in the graph that is open then, or null. */
  selectPath(path: Path): NodeId | null
  select(selection: {
    readonly nodes?: Iterable<NodeId>
    readonly wires?: Iterable<WireId>
    readonly frames?: Iterable<string>
  }): void
  selectAll(): void

  /** Opens another document: history begins anew. */
  load(document: Document, fileName: string | null, options?: { readonly dirty?: boolean }): void
  /** Puts another document in the place of this one as one edit, which undo takes back; it has no file yet. */
  replace(label: string, document: Document): void
  newDocument(): void
  /** This document is on disk now. */
  markSaved(document: Document, fileName: string): void
}

/** A document put aside with all that is known of it; only `resume` looks inside. */
export interface ParkedDocument {
  readonly history: History
  saved: Document | null
  fileName: string | null
  readonly selection: Selection
  readonly way: readonly NodeId[]
}

export interface Editor {
  /** The document on show, to be brought back by `resume`. */
  park(): ParkedDocument
  resume(parked: ParkedDocument): void
  /** The action of this name for a document that is put aside; answers whether it is dirty still. */
  markSaved(parked: ParkedDocument, document: Document, fileName: string): boolean
  readonly catalogue: Catalogue
  readonly store: StoreApi<EditorState>
  readonly actions: EditorActions
  /** Whether `connect` would take this wire, and what is to be said of it; null = it fits. `moving`: the wire whose end is being moved. */
  judge(from: PortRef, to: PortRef, moving?: WireId): Verdict | null
  /** The ports by which a node would stand in a wire, or null where it does not fit there. */
  throughPorts(wire: WireId, node: NodeId): Ports | null
  /** Quick fixes for a wire that does not fit, each tried on the Plan. `moving`: the wire where it is drawn already. */
  fixes(from: PortRef, to: PortRef, moving?: WireId): readonly WireFix[]
}

/** Puts the block of an instance on the canvas; answers whether the node is one. */
export function enterBlock({ store, actions }: Editor, id: NodeId): boolean {
  const { open } = store.getState()
  if (open.document.nodes[id]?.type !== blockType) return false
  actions.enter([...open.trail.map(({ instance }) => instance), id])
  return true
}
