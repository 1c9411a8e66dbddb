/** A frame or a note: its words and its colour. */
import { longest } from '../../engine/graph/document'
import { SelectField, TextField } from '../ui/fields'
import { strings } from '../ui/strings'
import { useEditor, useEditorActions } from '../ui/stores'
import { Section } from './section'

const words = strings.inspector

const colours = ['', 'blue', 'green', 'violet', 'amber', 'rose'] as const

export function FramePanel({ id }: { readonly id: string }) {
  const actions = useEditorActions()
  const frame = useEditor((state) => state.open.document.frames[id])
  if (frame === undefined) return null
  const isNote = frame.text !== undefined
  return (
    <>
      <header className="inspector-heading">
        <h2>{isNote ? words.noteTitle : words.frame}</h2>
      </header>
      <Section title={words.settings}>
        {isNote ? (
          <TextField
            bare
            lines={6}
            label={words.noteTitle}
            placeholder={words.noteHint}
            maxLength={longest.note}
            value={frame.text ?? ''}
            onChange={(text) => actions.setFrame(id, { text })}
          />
        ) : (
          <TextField
            label={words.frameTitle}
            maxLength={longest.name}
            value={frame.title}
            onChange={(title) => actions.setFrame(id, { title })}
          />
        )}
        <SelectField
          label={words.colour}
          value={frame.colour}
          options={colours.map((colour) => [colour, words.colours[colour === '' ? 'none' : colour]] as const)}
          onChange={(colour) => actions.setFrame(id, { colour })}
        />
      </Section>
    </>
  )
}
