/**
 * Edits of settings: fields, labels, notes, flags, the document's name and its training.
 */
import { longest } from '../../engine/graph/document'
import { setFlag, setParams, setText } from '../../engine/graph/edit'
import type { EditorCore } from './editor'
import type { EditorActions } from './editor-types'

type DocumentActions = Pick<
  EditorActions,
  'setParam' | 'setLabel' | 'setNote' | 'setFlag' | 'setName' | 'setNotes' | 'setTraining'
>

export function documentActions(core: EditorCore): DocumentActions {
  const { labels, apply } = core

  return {
    setParam(id, field, value) {
      apply(labels.setParam(field), (draft) => setParams(draft, core.block(), id, { [field]: value }), {
        coalesce: `param:${id}:${field}`,
      })
    },
    setLabel(id, label) {
      apply(labels.rename, (draft) => setText(draft, core.block(), id, 'label', label), {
        coalesce: `label:${id}`,
      })
    },
    setNote(id, note) {
      apply(labels.note, (draft) => setText(draft, core.block(), id, 'note', note), {
        coalesce: `note:${id}`,
      })
    },
    setFlag(ids, flag, on) {
      apply(labels.flag(flag, on), (draft) => setFlag(draft, core.block(), ids, flag, on))
    },
    setName(name) {
      apply(
        labels.renameDocument,
        (draft) => {
          draft.name = name.slice(0, longest.name)
        },
        { coalesce: 'name' },
      )
    },
    setNotes(notes) {
      apply(
        labels.documentNotes,
        (draft) => {
          draft.notes = notes.slice(0, longest.notes)
        },
        { coalesce: 'notes' },
      )
    },
    setTraining(label, recipe) {
      apply(label, (draft) => recipe(draft.training), { coalesce: `training:${label}` })
    },
  }
}
