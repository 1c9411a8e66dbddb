/**
 * One setting of a node, edited as its definition says: one row of the table per kind of widget.
 */
import type { ReactNode } from 'react'
import type { NodeId } from '../../engine/graph/document'
import type { Field, Widget } from '../../nodes/kit/fields'
import type { Dataset } from '../../nodes/kit/dataset'
import { initialiserSchema, type Initialiser } from '../../nodes/kit/initialiser'
import { NumberField, NumbersField, SelectField, SizesField, TextField, ToggleField } from '../ui/fields'
import { strings } from '../ui/strings'
import { useEditorActions } from '../ui/stores'
import { translate } from '../ui/translate'
import { DatasetEditor } from './dataset-editor'
import { InitialiserEditor } from './initialiser-editor'

interface Editing<W extends Widget> {
  readonly node: NodeId
  readonly label: string
  readonly field: Field<unknown>
  readonly widget: W
  readonly value: unknown
  set(value: unknown): void
}

type Editors = {
  readonly [K in Widget['kind']]: (editing: Editing<Extract<Widget, { kind: K }>>) => ReactNode
}

const editors: Editors = {
  number: ({ label, field, widget, value, set }) => (
    <NumberField
      label={label}
      doc={translate(field.doc)}
      value={typeof value === 'number' ? value : Number(field.initial)}
      integer={widget.integer}
      min={widget.min}
      max={widget.max}
      gesture={strings.labels.setParam(label)}
      onChange={set}
    />
  ),
  toggle: ({ label, field, value, set }) => (
    <ToggleField label={label} doc={translate(field.doc)} value={value === true} onChange={set} />
  ),
  select: ({ label, field, widget, value, set }) => (
    <SelectField
      label={label}
      doc={translate(field.doc)}
      value={String(value)}
      options={widget.options.map((option) => [option, translate(option)])}
      onChange={set}
    />
  ),
  shape: ({ label, field, widget, value, set }) => (
    <SizesField
      label={label}
      doc={translate(field.doc)}
      value={Array.isArray(value) ? (value as number[]) : []}
      length={widget.length ?? null}
      check={(sizes) => {
        const parsed = field.schema.safeParse(sizes)
        return parsed.success
          ? null
          : translate(
              parsed.error.issues[0]?.message ?? strings.inspector.invalidSizes(widget.length ?? null),
            )
      }}
      onChange={set}
    />
  ),
  initialiser: ({ label, field, value, set }) => {
    const parsed = initialiserSchema.safeParse(value)
    return (
      <InitialiserEditor
        label={label}
        doc={translate(field.doc)}
        value={parsed.success ? parsed.data : (field.initial as Initialiser)}
        onChange={set}
      />
    )
  },
  text: ({ label, field, widget, value, set }) => (
    <TextField
      label={label}
      doc={translate(field.doc)}
      value={typeof value === 'string' ? value : String(field.initial)}
      lines={widget.lines > 1 ? widget.lines : 0}
      onChange={set}
    />
  ),
  numbers: ({ label, field, value, set }) => (
    <NumbersField
      label={label}
      doc={translate(field.doc)}
      value={Array.isArray(value) ? (value as number[]) : []}
      onChange={set}
    />
  ),
  dataset: ({ node, field, value, set }) => {
    const parsed = field.schema.safeParse(value)
    return (
      <DatasetEditor
        node={node}
        value={(parsed.success ? parsed.data : field.initial) as Dataset}
        onChange={set}
      />
    )
  },
}

interface FieldEditorProps {
  readonly node: NodeId
  readonly name: string
  readonly field: Field<unknown>
  readonly value: unknown
}

/** A setting of a node, by its name. */
export function FieldEditor({ node, name, field, value }: FieldEditorProps) {
  const actions = useEditorActions()
  return (
    <ValueEditor
      node={node}
      label={strings.words(name)}
      field={field}
      value={value}
      onChange={(next) => actions.setParam(node, name, next)}
    />
  )
}

interface ValueEditorProps {
  readonly node: NodeId
  readonly label: string
  readonly field: Field<unknown>
  readonly value: unknown
  onChange(value: unknown): void
}

/** A value edited as a field says. */
export function ValueEditor({ node, label, field, value, onChange }: ValueEditorProps) {
  const edit = editors[field.widget.kind] as (editing: Editing<Widget>) => ReactNode
  return edit({ node, label, field, widget: field.widget, value, set: onChange })
}
