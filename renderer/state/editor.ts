/**
 * The open document with its history, its analysis and the selection. Every change goes through `apply`, which records
 * it under a label, counts the revision and analyses again where the meaning changed.
 */
import type { Draft } from 'immer'
import { createStore } from 'zustand/vanilla'
import { analyse } from '../../engine/analyse/analyse'
import { createDocument } from '../../engine/graph/create'
import type { BlockId, Document, NodeId } from '../../engine/graph/document'
import { createHistory, sameValue } from '../../engine/graph/history'
import type { Catalogue } from '../../nodes/kit/define'
import { arrangeActions } from './arrange-actions'
import { blockActions } from './block-actions'
import { clipboardActions } from './clipboard-actions'
import { documentActions } from './document-actions'
import type { EditLabels } from './edit-labels'
import type { Editor, EditorState, Selection } from './editor-types'
import { graphActions } from './graph-actions'
import { openGraph, wayOf } from './open-graph'
import { createQuestions } from './wire-questions'

export interface EditorOptions {
  readonly catalogue: Catalogue
  readonly labels: EditLabels
  /** Name of a document that has none yet; asked whenever one is made. */
  readonly untitled: string
}

export interface ApplyOptions {
  /** Edits in a row with the same key are one undo entry (typing in one field). */
  readonly coalesce?: string
  /** Selection afterwards; asked after the edit. */
  readonly selection?: () => Selection
}

/** What the actions are built from. */
export interface EditorCore {
  readonly catalogue: Catalogue
  readonly labels: EditLabels
  get(): EditorState
  /** The block whose graph is on the canvas, or null: where edits go. */
  block(): BlockId | null
  readonly judge: Editor['judge']
  readonly throughPorts: Editor['throughPorts']
  readonly fixes: Editor['fixes']
  apply(label: string, recipe: (draft: Draft<Document>) => void, options?: ApplyOptions): void
  select(selection: Selection): void
}

export const emptySelection: Selection = { nodes: new Set(), wires: new Set(), frames: new Set() }

export function createEditor(options: EditorOptions): Editor {
  const { catalogue, labels } = options
  const first = createDocument(options.untitled)
  let history = createHistory(first)
  /** What is on disk; null = this document never was. */
  let saved: Document | null = first
  const analysed = analyse(first, catalogue)
  const store = createStore<EditorState>(() => ({
    document: first,
    revision: 0,
    generation: 0,
    analysis: analysed,
    open: openGraph(first, analysed, []),
    selection: emptySelection,
    undoLabel: null,
    redoLabel: null,
    dirty: false,
    fileName: null,
  }))

  /** Shows the history's present document. */
  function show(selection?: Selection): void {
    const before = store.getState()
    const document = history.document()
    const changed = document !== before.document
    const analysis =
      changed && meaningChanged(before.document, document) ? analyse(document, catalogue) : before.analysis
    const open = changed ? openGraph(document, analysis, wayNow(before)) : before.open
    store.setState({
      document,
      revision: changed ? before.revision + 1 : before.revision,
      analysis,
      open,
      selection:
        open.block === before.open.block
          ? (selection ?? kept(before.selection, open.document))
          : emptySelection,
      undoLabel: history.undoLabel(),
      redoLabel: history.redoLabel(),
      dirty: !sameValue(document, saved),
    })
  }

  const core: EditorCore = {
    catalogue,
    labels,
    get: store.getState,
    block: () => store.getState().open.block,
    ...createQuestions(catalogue, store.getState),
    apply(label, recipe, options = {}) {
      history.edit(label, recipe, options.coalesce === undefined ? {} : { key: options.coalesce })
      show(options.selection?.())
    },
    select(selection) {
      history.seal()
      store.setState({ selection })
    },
  }

  function load(
    document: Document,
    fileName: string | null,
    options: { readonly dirty?: boolean } = {},
  ): void {
    history = createHistory(document)
    saved = options.dirty === true ? null : document
    const before = store.getState()
    const analysis = analyse(document, catalogue)
    store.setState({
      document,
      revision: before.revision + 1,
      generation: before.generation + 1,
      analysis,
      open: openGraph(document, analysis, []),
      selection: emptySelection,
      undoLabel: null,
      redoLabel: null,
      dirty: saved === null,
      fileName,
    })
  }

  return {
    park() {
      history.seal()
      const { fileName, selection } = store.getState()
      return { history, saved, fileName, selection, way: wayNow(store.getState()) }
    },
    resume(parked) {
      history = parked.history
      saved = parked.saved
      const document = history.document()
      const analysis = analyse(document, catalogue)
      const before = store.getState()
      store.setState({
        document,
        revision: before.revision + 1,
        generation: before.generation + 1,
        analysis,
        open: openGraph(document, analysis, parked.way),
        selection: parked.selection,
        undoLabel: history.undoLabel(),
        redoLabel: history.redoLabel(),
        dirty: !sameValue(document, saved),
        fileName: parked.fileName,
      })
    },
    markSaved(parked, document, fileName) {
      parked.saved = document
      parked.fileName = fileName
      return !sameValue(parked.history.document(), document)
    },
    catalogue,
    store,
    judge: core.judge,
    throughPorts: core.throughPorts,
    fixes: core.fixes,
    actions: {
      edit: core.apply,
      beginGesture: (label) => history.begin(label),
      commitGesture() {
        history.commit()
        show()
      },
      cancelGesture() {
        history.cancel()
        show()
      },
      seal: () => history.seal(),
      undo() {
        history.undo()
        show()
      },
      redo() {
        history.redo()
        show()
      },
      enter(way) {
        history.seal()
        const { document, analysis, open } = store.getState()
        const next = openGraph(document, analysis, way)
        if (next.prefix !== open.prefix || next.block !== open.block)
          store.setState({ open: next, selection: emptySelection })
      },
      selectPath(path) {
        const { way, node } = wayOf(path)
        const { document, analysis, open } = store.getState()
        const next = openGraph(document, analysis, way)
        const there = next.trail.length === way.length && Object.hasOwn(next.document.nodes, node)
        if (!there) return null
        history.seal()
        store.setState({
          open: next.prefix === open.prefix && next.block === open.block ? open : next,
          selection: { nodes: new Set([node]), wires: new Set(), frames: new Set() },
        })
        return node
      },
      history: () => ({ labels: history.labels(), done: history.depth() }),
      jump(done) {
        history.jump(done)
        show()
      },
      ...graphActions(core),
      ...clipboardActions(core),
      ...arrangeActions(core),
      ...documentActions(core),
      ...blockActions(core),
      load,
      replace(label, document) {
        core.apply(label, (draft) => void Object.assign(draft, document), { selection: () => emptySelection })
        const { generation, analysis } = store.getState()
        const open = openGraph(store.getState().document, analysis, [])
        store.setState({ generation: generation + 1, fileName: null, open })
      },
      newDocument: () => load(createDocument(options.untitled), null),
      markSaved(document, fileName) {
        saved = document
        history.seal()
        store.setState({ dirty: !sameValue(store.getState().document, saved), fileName })
      },
    },
  }
}

function wayNow({ open }: EditorState): readonly NodeId[] {
  return open.trail.map(({ instance }) => instance)
}

/** Positions, notes and frames say nothing about what is computed. */
function meaningChanged(before: Document, after: Document): boolean {
  if (before.wires !== after.wires || before.blocks !== after.blocks || before.training !== after.training)
    return true
  if (before.nodes === after.nodes) return false
  const ids = Object.keys(after.nodes)
  if (ids.length !== Object.keys(before.nodes).length) return true
  return ids.some((id) => {
    const a = before.nodes[id]
    const b = after.nodes[id]
    if (a === b) return false
    if (a === undefined || b === undefined) return true
    return (
      a.type !== b.type ||
      a.version !== b.version ||
      a.params !== b.params ||
      a.frozen !== b.frozen ||
      a.bypass !== b.bypass ||
      a.disabled !== b.disabled ||
      a.weightsOf !== b.weightsOf ||
      // Problems name nodes by their labels.
      a.label !== b.label
    )
  })
}

/** The selection without what is gone. */
function kept(selection: Selection, document: Document): Selection {
  const nodes = [...selection.nodes].filter((id) => Object.hasOwn(document.nodes, id))
  const wires = [...selection.wires].filter((id) => Object.hasOwn(document.wires, id))
  const frames = [...selection.frames].filter((id) => Object.hasOwn(document.frames, id))
  const same =
    nodes.length === selection.nodes.size &&
    wires.length === selection.wires.size &&
    frames.length === selection.frames.size
  return same ? selection : { nodes: new Set(nodes), wires: new Set(wires), frames: new Set(frames) }
}
