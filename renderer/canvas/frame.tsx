/**
 * A titled area behind the cards, or a note. Double-click writes in it; its edges can be dragged while it is selected.
 */
import { NodeResizer, type NodeProps } from '@xyflow/react'
import { memo, useState, type ChangeEvent, type KeyboardEvent } from 'react'
import { longest } from '../../engine/graph/document'
import { strings } from '../ui/strings'
import { useEditorActions } from '../ui/stores'
import type { FrameNode } from './flow-elements'

const words = strings.canvas

export const FrameArea = memo(function FrameArea({ data, selected }: NodeProps<FrameNode>) {
  const { id, frame } = data
  const actions = useEditorActions()
  const [writing, setWriting] = useState(false)
  const isNote = frame.text !== undefined
  const name = isNote ? 'note' : 'frame'

  function finish(): void {
    setWriting(false)
    actions.seal()
  }
  function onKeyDown(event: KeyboardEvent): void {
    event.stopPropagation()
    if (event.key === 'Escape' || (event.key === 'Enter' && !isNote)) finish()
  }

  const shown = isNote ? frame.text : frame.title
  const field = {
    autoFocus: true,
    value: shown,
    onChange: ({ target: { value } }: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      actions.setFrame(id, isNote ? { text: value } : { title: value }),
    onBlur: finish,
    onKeyDown,
  }
  return (
    <div
      className={`${name} ${selected ? `${name}-selected` : ''}`}
      data-colour={frame.colour === '' ? undefined : frame.colour}
      onDoubleClick={(event) => {
        event.stopPropagation()
        setWriting(true)
      }}
    >
      {selected && (
        <NodeResizer minWidth={80} minHeight={50} handleClassName="frame-handle" lineClassName="frame-line" />
      )}
      {writing ? (
        isNote ? (
          <textarea
            {...field}
            className="note-field nodrag nowheel"
            aria-label={words.noteText}
            maxLength={longest.note}
          />
        ) : (
          <input
            {...field}
            className="frame-field nodrag"
            aria-label={words.frameTitle}
            maxLength={longest.name}
          />
        )
      ) : (
        <span className={isNote ? 'note-text' : 'frame-title'} data-empty={shown === ''}>
          {shown === '' ? (isNote ? words.noteEmpty : words.frameEmpty) : shown}
        </span>
      )}
    </div>
  )
})
