/** The chosen sample: which one, what it looks like, what was wanted and what the net answers at the step on show. */
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useRef, type ReactNode } from 'react'
import type { Plan } from '../../engine/analyse/plan'
import type { Path } from '../../engine/graph/document'
import type { ChosenSample, Layout, SampleLook, SampleNumbers } from '../../engine/session/look'
import type { Split } from '../../engine/session/protocol'
import { Fact } from '../ui/fields'
import { formatNumber } from '../ui/format'
import { LiveText } from '../ui/live-text'
import { useSession, useStores } from '../ui/stores'
import { strings } from '../ui/strings'
import { answerOf, featuresOf, tokensOf } from './answers'
import { scaleOf } from './colours'
import { usePicture } from './use-picture'

const words = strings.inspect
const splits: readonly Split[] = ['train', 'validation', 'test']

export interface SampleProps {
  readonly plan: Plan
  readonly path: Path
  readonly chosen: ChosenSample
  onChoose(chosen: ChosenSample): void
}

export function SampleView(props: SampleProps) {
  const { plan, path, chosen } = props
  const { session, moment } = useStores()
  const sampleNow = (): SampleLook | null =>
    session.run()?.looks.sample(path, chosen, moment.step)?.what ?? null
  const answer = (read: (answer: NonNullable<ReturnType<typeof answerOf>>) => string) => () => {
    const sample = sampleNow()
    const found = sample === null ? null : answerOf(plan, sample)
    return found === null ? words.none : read(found)
  }
  return (
    <>
      <Chooser {...props} />
      <SampleBody plan={plan} sample={sampleNow}>
        <Fact label={words.given}>
          <LiveText className="look-given" read={() => givenWords(plan, sampleNow())} />
        </Fact>
        <Fact label={words.wanted}>
          <LiveText className="look-wanted" read={answer(({ wanted }) => wanted.join(' '))} />
        </Fact>
        <Fact label={words.answer}>
          <LiveText
            className="look-answer"
            read={answer(({ given, right }) => {
              const mark = right.length === 0 ? '' : right.every(Boolean) ? words.right : words.wrong
              return `${given.join(' ')} ${mark}`.trim()
            })}
          />
        </Fact>
      </SampleBody>
    </>
  )
}

function Chooser({ chosen, onChoose }: SampleProps) {
  const { session } = useStores()
  // Known from the start of a run on.
  useSession((state) => state.status)
  const samples = session.run()?.samples ?? null
  const count = samples?.[chosen.split] ?? 1
  const go = (index: number) => onChoose({ ...chosen, index: ((index % count) + count) % count })
  const options = splits.flatMap((split) => {
    const of = samples?.[split] ?? 0
    return of === 0 ? [] : [[split, words.splitOf(words.splits[split], of)] as const]
  })
  return (
    <div className="look-chooser">
      <select
        className="select"
        aria-label={words.split}
        value={chosen.split}
        onChange={({ target }) => onChoose({ split: target.value as Split, index: 0 })}
      >
        {options.map(([split, text]) => (
          <option key={split} value={split}>
            {text}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="button button-icon"
        aria-label={words.previous}
        onClick={() => go(chosen.index - 1)}
      >
        <ChevronLeft size={14} aria-hidden />
      </button>
      <input
        className="input look-number"
        inputMode="numeric"
        aria-label={words.number}
        value={chosen.index + 1}
        onChange={({ target }) => {
          const number = Number(target.value)
          if (Number.isInteger(number) && number >= 1 && number <= count) go(number - 1)
        }}
      />
      <button
        type="button"
        className="button button-icon"
        aria-label={words.next}
        onClick={() => go(chosen.index + 1)}
      >
        <ChevronRight size={14} aria-hidden />
      </button>
    </div>
  )
}

/** Samples are small beside what is made of them. */
const largestWidth = 96

/** Rows of so few numbers are read, not looked at. */
const mostRead = 8

function isRead({ shape }: SampleNumbers): boolean {
  return shape.length <= 1 && (shape[0] ?? 1) <= mostRead
}

function givenWords(plan: Plan, sample: SampleLook | null): string {
  const [first] = sample?.inputs ?? []
  if (first === undefined) return words.none
  const tokens = tokensOf(plan, sample)
  if (tokens.length > 0) return tokens.join(' ')
  if (!isRead(first)) return words.shown(first.shape, first.shape)
  const names = featuresOf(plan, first.path)
  return Array.from(first.values, (value, at) =>
    names?.[at] === undefined ? formatNumber(value) : `${names[at]} ${formatNumber(value)}`,
  ).join(', ')
}

/** A sample's numbers: an image with its channels, or a table of time and features. */
function sampleLayout({ shape }: SampleNumbers): Layout {
  const most = shape.map((size) => size)
  if (shape.length <= 1)
    return { gridRows: [], gridColumns: shape.map((_, axis) => axis), rows: [], columns: [], most }
  if (shape.length === 2) return { gridRows: [], gridColumns: [], rows: [0], columns: [1], most }
  const last = shape.length - 1
  return {
    gridRows: [],
    gridColumns: [last],
    rows: shape.slice(0, last - 1).map((_, axis) => axis),
    columns: [last - 1],
    most,
  }
}

interface SampleBodyProps {
  readonly plan: Plan
  readonly sample: () => SampleLook | null
  readonly children: ReactNode
}

/** The picture of a sample, where it is one, beside its facts. */
function SampleBody({ plan, sample, children }: SampleBodyProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const says = useRef<HTMLParagraphElement>(null)
  usePicture({
    canvas,
    says,
    now() {
      const given = sample()?.inputs[0] ?? null
      const size = given?.shape.reduce((product, n) => product * n, 1) ?? 0
      const seen =
        given !== null &&
        size === given.values.length &&
        !isRead(given) &&
        tokensOf(plan, sample()).length === 0
      if (canvas.current !== null) canvas.current.hidden = !seen
      if (!seen) return null
      canvas.current?.setAttribute('aria-label', words.pictureLabel(words.sample, given.shape))
      return {
        shown: given.shape,
        values: given.values,
        layout: sampleLayout(given),
        scale: scaleOf('sequential', given.values),
        labels: null,
        width: largestWidth,
      }
    },
    read: words.cell,
  })
  return (
    <>
      <div className="look-sample-body">
        <canvas ref={canvas} className="look-picture look-given-picture" tabIndex={0} role="img" />
        <dl className="facts">{children}</dl>
      </div>
      <p ref={says} className="look-says" role="status" />
    </>
  )
}
