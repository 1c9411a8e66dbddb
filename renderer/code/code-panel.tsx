/**
 * The graph as code that people can read, live: it follows every edit, and is the very text that an export writes.
 */
import { Copy } from 'lucide-react'
import { useMemo } from 'react'
import { CloseButton } from '../ui/close-button'
import { strings } from '../ui/strings'
import { useEditor, useSettings, useStores } from '../ui/stores'
import { translate } from '../ui/translate'
import { sourceOf } from './source'
import './code.css'

const words = strings.code
const languages = ['pytorch', 'keras'] as const

export function CodePanel() {
  const { settings, notices } = useStores()
  const language = useSettings((state) => state.codeLanguage)
  const document = useEditor((state) => state.document)
  const analysis = useEditor((state) => state.analysis)
  const source = useMemo(
    () => (analysis.ok ? sourceOf(language, document, analysis.plan) : null),
    [language, document, analysis],
  )

  async function copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text)
      notices.info(words.copied)
    } catch {
      notices.error(strings.notices.clipboardFailed, 'editing')
    }
  }

  return (
    <div className="code">
      <header className="code-bar">
        <h2 className="section-title">{words.title}</h2>
        <div className="code-languages" role="radiogroup" aria-label={words.language}>
          {languages.map((name) => (
            <button
              key={name}
              type="button"
              role="radio"
              className="button button-quiet"
              aria-checked={name === language}
              onClick={() => settings.set({ codeLanguage: name })}
            >
              {words.languages[name]}
            </button>
          ))}
        </div>
        <small>{words.live}</small>
        {typeof source === 'string' && (
          <button type="button" className="button button-quiet" onClick={() => void copy(source)}>
            <Copy size={14} aria-hidden />
            {words.copy}
          </button>
        )}
        <CloseButton label={words.close} onClose={() => settings.set({ dockView: 'training' })} />
      </header>
      {typeof source === 'string' ? (
        <pre className="code-text" tabIndex={0} aria-label={words.languages[language]}>
          <Coloured text={source} />
        </pre>
      ) : (
        <p className="code-none">{source === null ? words.waiting : translate(source.refused)}</p>
      )}
    </div>
  )
}

/** Python's comments, strings and words of its own; the rest as it is. */
const pieces =
  /(#[^\n]*)|("""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\b(class|def|return|import|from|as|for|in|if|else|elif|with|None|True|False|self|not|and|or|lambda)\b/g
const kinds = ['comment', 'string', 'word'] as const

function Coloured({ text }: { readonly text: string }) {
  const parts = []
  let at = 0
  for (const match of text.matchAll(pieces)) {
    if (match.index > at) parts.push(text.slice(at, match.index))
    const kind = kinds.find((_, group) => match[group + 1] !== undefined)
    parts.push(
      <span key={match.index} className={`code-${kind}`}>
        {match[0]}
      </span>,
    )
    at = match.index + match[0].length
  }
  parts.push(text.slice(at))
  return parts
}
