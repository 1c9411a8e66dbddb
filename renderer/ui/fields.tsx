/**
 * The editors that every form is made of: a labelled row, number, sizes, text, toggle and select. A field keeps what is
 * typed until it makes sense, says in a sentence why it does not, and reports good values only.
 */
import { useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react'
import {
  clamp,
  formatInput,
  formatResting,
  parseNumber,
  scrubbed,
  stepSize,
  type NumberLimits,
  type Parsed,
} from './number-input'
import { strings } from './strings'
import { useStores } from './stores'
import { useDraft } from './use-draft'
import { useScrub, type ScrubHandlers } from './use-scrub'
import './fields.css'

const words = strings.inspector

interface RowProps {
  readonly label: string
  readonly doc?: string
  readonly htmlFor?: string
  readonly error?: string | null
  readonly errorId?: string
  readonly scrub?: ScrubHandlers
  readonly children: ReactNode
}

export function Row({ label, doc, htmlFor, error, errorId, scrub, children }: RowProps) {
  const row = useRef<HTMLDivElement>(null)
  const wrong = error !== undefined && error !== null
  useEffect(() => {
    // With the sentence below it a row is taller, and may have begun above the edge.
    if (wrong) row.current?.scrollIntoView({ block: 'nearest' })
  }, [wrong])
  return (
    <div className="row" ref={row}>
      <label
        className={scrub === undefined ? 'row-label' : 'row-label row-scrub'}
        htmlFor={htmlFor}
        title={doc}
        {...scrub}
      >
        {label}
      </label>
      <div className="row-value">{children}</div>
      {wrong && (
        <p className="row-error" id={errorId}>
          {error}
        </p>
      )}
    </div>
  )
}

interface NumberFieldProps extends NumberLimits {
  readonly label: string
  readonly doc?: string
  readonly value: number
  /** Name of the undo entry of a scrub. */
  readonly gesture: string
  onChange(value: number): void
}

/** A number to type, to step with the arrow keys, or to drag by its label. */
export function NumberField(props: NumberFieldProps) {
  const { label, doc, value, onChange } = props
  const id = useId()
  const { editor } = useStores()
  const parse = (text: string) => parseNumber(text, props)
  const draft = useDraft(formatInput(value), parse, onChange, formatResting(value))

  function step(event: KeyboardEvent): void {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key]
    if (direction === undefined) return
    event.preventDefault()
    const size = stepSize(value, props.integer) * (event.shiftKey ? 10 : 1)
    draft.set(formatInput(clamp(value + direction * size, props)))
  }

  const scrub = useScrub({
    begin: () => editor.actions.beginGesture(props.gesture),
    move: (start, pixels) => onChange(clamp(scrubbed(start, pixels, props), props)),
    commit: () => editor.actions.commitGesture(),
    cancel: () => editor.actions.cancelGesture(),
    value,
  })

  return (
    <Row label={label} doc={doc} htmlFor={id} error={draft.error} errorId={`${id}-error`} scrub={scrub}>
      <input
        id={id}
        className="input"
        inputMode="decimal"
        autoComplete="off"
        spellCheck={false}
        aria-invalid={draft.error !== null}
        aria-describedby={draft.error === null ? undefined : `${id}-error`}
        onKeyDown={step}
        {...draft.input}
      />
    </Row>
  )
}

interface SizesFieldProps {
  readonly label: string
  readonly doc?: string
  readonly value: readonly number[]
  readonly length: number | null
  /** The definition's own word on a list of numbers; null = good. */
  check(value: readonly number[]): string | null
  onChange(value: readonly number[]): void
}

/** A list of sizes as `3 × 3`. */
export function SizesField({ label, doc, value, length, check, onChange }: SizesFieldProps) {
  const id = useId()
  const parse = (text: string): Parsed<readonly number[]> => {
    const parts = text.split(/[\s×x*,;[\]()]+/i).filter((part) => part !== '')
    const numbers = parts.map(Number)
    const bad =
      numbers.some((number) => !Number.isInteger(number)) || (length !== null && numbers.length !== length)
    if (bad) return { error: words.invalidSizes(length) }
    const error = check(numbers)
    return error === null ? { value: numbers } : { error }
  }
  const draft = useDraft(value.join(' × '), parse, onChange)
  return (
    <Row label={label} doc={doc} htmlFor={id} error={draft.error} errorId={`${id}-error`}>
      <input
        id={id}
        className="input"
        autoComplete="off"
        spellCheck={false}
        placeholder={words.noSizes}
        aria-invalid={draft.error !== null}
        aria-describedby={draft.error === null ? undefined : `${id}-error`}
        {...draft.input}
      />
    </Row>
  )
}

interface NumbersFieldProps {
  readonly label: string
  readonly doc?: string
  readonly value: readonly number[]
  onChange(value: readonly number[]): void
}

/** A list of real numbers as `0.5, 2`; may be empty. */
export function NumbersField({ label, doc, value, onChange }: NumbersFieldProps) {
  const id = useId()
  const parse = (text: string): Parsed<readonly number[]> => {
    const numbers = text
      .split(/[\s,;[\]()]+/)
      .filter((part) => part !== '')
      .map(Number)
    return numbers.every(Number.isFinite) ? { value: numbers } : { error: words.invalidNumbers }
  }
  const draft = useDraft(value.map(formatInput).join(', '), parse, onChange)
  return (
    <Row label={label} doc={doc} htmlFor={id} error={draft.error} errorId={`${id}-error`}>
      <input
        id={id}
        className="input"
        autoComplete="off"
        spellCheck={false}
        placeholder={words.noSizes}
        aria-invalid={draft.error !== null}
        aria-describedby={draft.error === null ? undefined : `${id}-error`}
        {...draft.input}
      />
    </Row>
  )
}

interface TextFieldProps {
  readonly label: string
  readonly doc?: string
  readonly value: string
  readonly placeholder?: string
  readonly lines?: number
  /** Without a row of its own: the label is for screen readers. */
  readonly bare?: boolean
  readonly maxLength?: number
  onChange(value: string): void
}

export function TextField({
  label,
  doc,
  value,
  placeholder,
  lines = 0,
  bare = false,
  maxLength,
  onChange,
}: TextFieldProps) {
  const id = useId()
  const { editor } = useStores()
  const shared = {
    id,
    className: 'input',
    value,
    placeholder,
    maxLength,
    onBlur: () => editor.actions.seal(),
    'aria-label': bare ? label : undefined,
  }
  const input =
    lines > 0 ? (
      <textarea {...shared} rows={lines} onChange={(event) => onChange(event.target.value)} />
    ) : (
      <input {...shared} autoComplete="off" onChange={(event) => onChange(event.target.value)} />
    )
  return bare ? (
    input
  ) : (
    <Row label={label} doc={doc} htmlFor={id}>
      {input}
    </Row>
  )
}

interface ToggleFieldProps {
  readonly label: string
  readonly doc?: string
  /** `mixed`: on in some of what it stands for; a press sets it in all. */
  readonly value: boolean | 'mixed'
  onChange(value: boolean): void
}

export function ToggleField({ label, doc, value, onChange }: ToggleFieldProps) {
  const id = useId()
  const mixed = value === 'mixed'
  const { editor } = useStores()
  return (
    <Row label={label} doc={doc} htmlFor={id}>
      <input
        id={id}
        type="checkbox"
        // A switch knows no third state.
        role={mixed ? undefined : 'switch'}
        className="switch"
        ref={(input) => {
          if (input !== null) input.indeterminate = mixed
        }}
        checked={value === true}
        onChange={(event) => {
          onChange(event.target.checked)
          editor.actions.seal()
        }}
      />
    </Row>
  )
}

interface SelectFieldProps {
  readonly label: string
  readonly doc?: string
  readonly value: string
  readonly options: readonly (readonly [value: string, label: string])[]
  onChange(value: string): void
}

export function SelectField({ label, doc, value, options, onChange }: SelectFieldProps) {
  const id = useId()
  const { editor } = useStores()
  return (
    <Row label={label} doc={doc} htmlFor={id}>
      <select
        id={id}
        className="select"
        value={value}
        onChange={(event) => {
          onChange(event.target.value)
          editor.actions.seal()
        }}
      >
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </Row>
  )
}

/** A fact beside its name. */
export function Fact({
  label,
  title,
  children,
}: {
  readonly label: string
  readonly title?: string
  readonly children: ReactNode
}) {
  return (
    <div className="fact" title={title}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}
