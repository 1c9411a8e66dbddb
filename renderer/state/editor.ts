/**
 * The open document with its history, its analysis and the selection. Every change goes through `apply`, which records
 * it under a label, counts the revision and analyses again where the meaning changed.
 */
import type { Draft } from 'immer'
import { createStore } from 'zustand/vanilla'
import { analyse } from '../../engine/analyse/analyse'
import { wireChecker } from '../../engine/analyse/connect'
import { createDocument } from '../../engine/graph/create'
import type { Document } from '../../engine/graph/document'
import { createHistory, sameValue } from '../../engine/graph/history'
import type { Catalogue } from '../../nodes/kit/define'
import { blockActions } from './block-actions'
import { documentActions } from './document-actions'
import type { EditLabels } from './edit-labels'
import type { Editor, EditorState, Selection } from './editor-types'
import { graphActions } from './graph-actions'

export interface EditorOptions {
  readonly catalogue: Catalogue
  readonly labels: EditLabels
  /** Name of a document that has none yet. */
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
  readonly judge: Editor['judge']
  apply(label: string, recipe: (draft: Draft<Document>) => void, options?: ApplyOptions): void
  select(selection: Selection): void
}

export const emptySelection: Selection = { nodes: new Set(), wires: new Set() }

export function createEditor({ catalogue, labels, untitled }: EditorOptions): Editor {
  const first = createDocument(untitled)
  let history = createHistory(first)
  /** What is on disk; null = this document never was. */
  let saved: Document | null = first
  const store = createStore<EditorState>(() => ({
    document: first,
    revision: 0,
    generation: 0,
    analysis: analyse(first, catalogue),
    selection: emptySelection,
    undoLabel: null,
    redoLabel: null,
    openBlock: [],
    dirty: false,
    fileName: null,
  }))

  /** Shows the history's present document. */
  function show(selection?: Selection): void {
    const before = store.getState()
    const document = history.document()
    const changed = document !== before.document
    store.setState({
      document,
      revision: changed ? before.revision + 1 : before.revision,
      analysis:
        changed && meaningChanged(before.document, document) ? analyse(document, catalogue) : before.analysis,
      selection: selection ?? kept(before.selection, document),
      undoLabel: history.undoLabel(),
      redoLabel: history.redoLabel(),
      dirty: !sameValue(document, saved),
    })
  }

  const core: EditorCore = {
    catalogue,
    labels,
    get: store.getState,
    judge: createJudge(catalogue, store.getState),
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
    store.setState({
      document,
      revision: before.revision + 1,
      generation: before.generation + 1,
      analysis: analyse(document, catalogue),
      selection: emptySelection,
      undoLabel: null,
      redoLabel: null,
      openBlock: [],
      dirty: saved === null,
      fileName,
    })
  }

  return {
    catalogue,
    store,
    judge: core.judge,
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
      ...graphActions(core),
      ...documentActions(core),
      ...blockActions(core),
      load,
      replace(label, document) {
        core.apply(label, (draft) => void Object.assign(draft, document), { selection: () => emptySelection })
        store.setState({ generation: store.getState().generation + 1, fileName: null, openBlock: [] })
      },
      newDocument: () => load(createDocument(untitled), null),
      markSaved(document, fileName) {
        saved = document
        history.seal()
        store.setState({ dirty: !sameValue(store.getState().document, saved), fileName })
      },
    },
  }
}

/** Asks the engine about wires. Keeps the checker of one output, because a drag asks about every input. */
function createJudge(catalogue: Catalogue, get: () => EditorState): Editor['judge'] {
  let key: readonly unknown[] = []
  let check: ReturnType<typeof wireChecker> = () => null
  return (from, to, moving) => {
    const { document, analysis } = get()
    const asked = [document, analysis, from.node, from.port, moving]
    if (asked.length !== key.length || asked.some((part, index) => part !== key[index])) {
      key = asked
      check = wireChecker({ document, catalogue, analysis, moving }, [from.node, from.port])
    }
    return check([to.node, to.port])
  }
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
  if (nodes.length === selection.nodes.size && wires.length === selection.wires.size) return selection
  return { nodes: new Set(nodes), wires: new Set(wires) }
}
