/**
 * The editors that every form is made of: a labelled row, number, sizes, text, toggle and select. A field keeps what is
 * typed until it makes sense, says in a sentence why it does not, and reports good values only.
 */
import {
  useEffect,
  useId,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
} from 'react'
import { strings } from './strings'
import { useStores } from './stores'
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

interface ScrubHandlers {
  onPointerDown(event: PointerEvent<HTMLElement>): void
}

export function Row({ label, doc, htmlFor, error, errorId, scrub, children }: RowProps) {
  return (
    <div className="row">
      <label
        className={scrub === undefined ? 'row-label' : 'row-label row-scrub'}
        htmlFor={htmlFor}
        title={doc}
        {...scrub}
      >
        {label}
      </label>
      <div className="row-value">{children}</div>
      {error !== undefined && error !== null && (
        <p className="row-error" id={errorId}>
          {error}
        </p>
      )}
    </div>
  )
}

interface NumberFieldProps {
  readonly label: string
  readonly doc?: string
  readonly value: number
  readonly integer: boolean
  readonly min?: number
  readonly max?: number
  /** Name of the undo entry of a scrub. */
  readonly gesture: string
  onChange(value: number): void
}

/** A number to type, to step with the arrow keys, or to drag by its label. */
export function NumberField(props: NumberFieldProps) {
  const { label, doc, value, onChange } = props
  const id = useId()
  const { editor } = useStores()
  const draft = useDraft(formatInput(value), (text) => parseNumber(text, props), onChange)

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

interface TextFieldProps {
  readonly label: string
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
    <Row label={label} htmlFor={id}>
      {input}
    </Row>
  )
}

interface ToggleFieldProps {
  readonly label: string
  readonly doc?: string
  readonly value: boolean
  onChange(value: boolean): void
}

export function ToggleField({ label, doc, value, onChange }: ToggleFieldProps) {
  const id = useId()
  const { editor } = useStores()
  return (
    <Row label={label} doc={doc} htmlFor={id}>
      <input
        id={id}
        type="checkbox"
        role="switch"
        className="switch"
        checked={value}
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

type Parsed<T> = { readonly value: T } | { readonly error: string }

/** Keeps what is typed while it differs from the value; a value that arrives from elsewhere (undo) wins. */
function useDraft<T>(shown: string, parse: (text: string) => Parsed<T>, report: (value: T) => void) {
  const { editor } = useStores()
  const [draft, setDraft] = useState<{ readonly text: string; readonly of: string } | null>(null)
  const text = draft !== null && draft.of === shown ? draft.text : shown
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
      onBlur: () => {
        setDraft(null)
        editor.actions.seal()
      },
    },
  }
}

function parseNumber(text: string, { integer, min, max }: NumberFieldProps): Parsed<number> {
  const value = text.trim() === '' ? Number.NaN : Number(text.trim().replace(',', '.').replace('−', '-'))
  if (!Number.isFinite(value)) return { error: integer ? words.invalidInteger : words.invalidNumber }
  if (integer && !Number.isInteger(value)) return { error: words.invalidInteger }
  if (min !== undefined && value < min) return { error: words.atLeast(min) }
  if (max !== undefined && value > max) return { error: words.atMost(max) }
  return { value }
}

/** As it is typed: no grouping; small numbers as `1e-7`. */
function formatInput(value: number): string {
  const size = Math.abs(value)
  return size !== 0 && size < 0.0001 ? value.toExponential().replace('e+', 'e') : String(value)
}

function clamp(value: number, { min, max }: { readonly min?: number; readonly max?: number }): number {
  return Math.min(max ?? Infinity, Math.max(min ?? -Infinity, value))
}

/** One in a whole number; a tenth of the leading digit's place in a real one. */
function stepSize(value: number, integer: boolean): number {
  if (integer) return 1
  const size = Math.abs(value)
  return size === 0 ? 0.01 : 10 ** (Math.floor(Math.log10(size)) - 1)
}

/** Whole numbers move by ones, faster the larger they are; reals by steps of their own size. */
function scrubbed(start: number, pixels: number, { integer }: NumberFieldProps): number {
  if (integer) return start + Math.round((pixels / 4) * Math.max(1, Math.abs(start) / 32))
  const step = stepSize(start, false)
  return Number((start + Math.round(pixels / 3) * step).toPrecision(6))
}

interface ScrubOptions {
  readonly value: number
  begin(): void
  move(start: number, pixels: number): void
  commit(): void
  cancel(): void
}

/** Dragging over the label changes the number: one undo entry; Escape takes it back. */
function useScrub(options: ScrubOptions): ScrubHandlers {
  const latest = useRef(options)
  useEffect(() => {
    latest.current = options
  })
  return {
    onPointerDown(event) {
      if (event.button !== 0) return
      const label: HTMLElement = event.currentTarget
      const startX = event.clientX
      const start = latest.current.value
      let moved = false
      label.setPointerCapture(event.pointerId)
      const abort = new AbortController()
      const listen = { signal: abort.signal }
      label.addEventListener(
        'pointermove',
        (move: globalThis.PointerEvent) => {
          const pixels = move.clientX - startX
          if (!moved && Math.abs(pixels) < 3) return
          if (!moved) {
            moved = true
            latest.current.begin()
          }
          latest.current.move(start, pixels)
        },
        listen,
      )
      const end = (commit: boolean) => {
        abort.abort()
        if (!moved) return
        if (commit) latest.current.commit()
        else latest.current.cancel()
        // The click that follows a drag must not put the caret into the field.
        label.addEventListener('click', (click) => click.preventDefault(), { once: true })
      }
      label.addEventListener('pointerup', () => end(true), listen)
      label.addEventListener('pointercancel', () => end(false), listen)
      window.addEventListener('keydown', (key) => key.key === 'Escape' && end(false), listen)
    },
  }
}
