/** What is typed into a field, kept until it makes sense. */
import { useState } from 'react'
import { formatInput, type Parsed } from './number-input'
import { useStores } from './stores'

/**
 * Keeps what is typed while it differs from the value; a value that arrives from elsewhere (undo) wins. `resting` is how
 * the value reads while the field has no focus.
 */
export function useDraft<T>(
  shown: string,
  parse: (text: string) => Parsed<T>,
  report: (value: T) => void,
  resting = shown,
) {
  const { editor } = useStores()
  const [draft, setDraft] = useState<{ readonly text: string; readonly of: string } | null>(null)
  const [focused, setFocused] = useState(false)
  const text = draft !== null && draft.of === shown ? draft.text : focused ? shown : resting
  const parsed = draft !== null && draft.of === shown ? parse(text) : null
  const error = parsed !== null && 'error' in parsed ? parsed.error : null

  function set(next: string): void {
    const result = parse(next)
    if ('error' in result) setDraft({ text: next, of: shown })
    else {
      report(result.value)
      setDraft({
        text: next,
        of: Array.isArray(result.value) ? result.value.join(' × ') : formatInput(Number(result.value)),
      })
    }
  }

  return {
    error,
    set,
    input: {
      value: text,
      onChange: (event: { readonly target: { readonly value: string } }) => set(event.target.value),
      onFocus: () => setFocused(true),
      onBlur: () => {
        setFocused(false)
        setDraft(null)
        editor.actions.seal()
      },
    },
  }
}
