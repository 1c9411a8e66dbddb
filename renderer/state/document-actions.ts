/**
 * Edits of settings: fields, labels, notes, flags, the document's name and its training.
 */
import type { Draft } from 'immer'
import type { Node, NodeId } from '../../engine/graph/document'
import type { EditorCore } from './editor'
import type { EditorActions } from './editor-types'

type DocumentActions = Pick<
  EditorActions,
  'setParam' | 'setLabel' | 'setNote' | 'setFlag' | 'setName' | 'setNotes' | 'setTraining'
>

export function documentActions(core: EditorCore): DocumentActions {
  const { labels, apply } = core

  function editNode(label: string, id: NodeId, coalesce: string, recipe: (node: Draft<Node>) => void): void {
    apply(
      label,
      (draft) => {
        const node = draft.nodes[id]
        if (node !== undefined) recipe(node)
      },
      { coalesce },
    )
  }

  return {
    setParam(id, field, value) {
      editNode(labels.setParam(field), id, `param:${id}:${field}`, (node) => {
        node.params[field] = value as Node['params'][string]
      })
    },
    setLabel(id, label) {
      editNode(labels.rename, id, `label:${id}`, (node) => {
        const words = label.trim()
        if (words === '') delete node.label
        else node.label = label.slice(0, 200)
      })
    },
    setNote(id, note) {
      editNode(labels.note, id, `note:${id}`, (node) => {
        if (note.trim() === '') delete node.note
        else node.note = note.slice(0, 10_000)
      })
    },
    setFlag(ids, flag, on) {
      apply(labels.flag(flag, on), (draft) => {
        for (const id of ids) {
          const node = draft.nodes[id]
          if (node === undefined) continue
          if (on) node[flag] = true
          else delete node[flag]
        }
      })
    },
    setName(name) {
      apply(
        labels.renameDocument,
        (draft) => {
          draft.name = name.slice(0, 200)
        },
        { coalesce: 'name' },
      )
    },
    setNotes(notes) {
      apply(
        labels.documentNotes,
        (draft) => {
          draft.notes = notes.slice(0, 100_000)
        },
        { coalesce: 'notes' },
      )
    },
    setTraining(label, recipe) {
      apply(label, (draft) => recipe(draft.training), { coalesce: `training:${label}` })
    },
  }
}
