/** The histogram of a tensor over time, and its facts at the step on show. */
import { useRef, useState, type RefObject } from 'react'
import type { Path } from '../../engine/graph/document'
import type { Histogram, TensorName } from '../../engine/session/look'
import type { Seen } from '../../engine/session/looks'
import { Fact } from '../ui/fields'
import { formatNumber } from '../ui/format'
import { LiveText } from '../ui/live-text'
import { useStores, type Stores } from '../ui/stores'
import { strings } from '../ui/strings'
import { histogramGrid, type Axis, type HistogramGrid } from './histogram-grid'
import { paintHistograms, placeAt, stripBox } from './histogram-paint'
import { Section } from './section'
import { nameOf } from './tensors'
import { showEither, useLivePainting, waitingWords, write } from './use-live-painting'

const words = strings.inspect

interface Props {
  readonly path: Path
  readonly tensor: TensorName
}

function seenAt({ session, moment }: Stores, { path, tensor }: Props): Seen<Histogram> | null {
  return session.run()?.looks.histogram(path, tensor, moment.step) ?? null
}

export function HistogramView(props: Props) {
  const [axis, setAxis] = useState<Axis>('linear')
  const body = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const says = useRef<HTMLParagraphElement>(null)
  const waiting = useRef<HTMLParagraphElement>(null)
  useStrip(props, axis, { body, canvas, says, waiting })
  return (
    <Section title={words.overTime}>
      <p ref={waiting} className="inspector-text" />
      <div ref={body} hidden>
        <div className="look-axes" role="group" aria-label={words.axis}>
          {(['linear', 'log'] as const).map((each) => (
            <button
              key={each}
              type="button"
              className="look-axis"
              aria-pressed={axis === each}
              onClick={() => setAxis(each)}
            >
              {words.axes[each]}
            </button>
          ))}
        </div>
        <canvas ref={canvas} className="look-strip" tabIndex={0} role="img" title={words.darker} />
        <p ref={says} className="look-says" role="status" />
        <HistogramFacts {...props} />
      </div>
    </Section>
  )
}

interface Parts {
  readonly body: RefObject<HTMLElement | null>
  readonly canvas: RefObject<HTMLCanvasElement | null>
  readonly says: RefObject<HTMLElement | null>
  readonly waiting: RefObject<HTMLElement | null>
}

interface Cursor {
  readonly column: number
  readonly row: number
}

function useStrip(props: Props, axis: Axis, { body, canvas, says, waiting }: Parts): void {
  const stores = useStores()
  const { session, moment } = stores
  const cursor = useRef<Cursor | null>(null)
  const painted = useRef<{ readonly grid: HistogramGrid; readonly shown: number } | null>(null)
  useLivePainting(canvas, {
    paint({ context, surface }) {
      const columns = session.run()?.looks.histograms(props.path, props.tensor) ?? []
      showEither(body.current, waiting.current, columns.length > 0)
      if (columns.length === 0) return write(waiting.current, waitingWords(stores, props))
      const seen = seenAt(stores, props)
      const shown = Math.max(
        0,
        columns.findIndex((column) => column === seen),
      )
      const grid = histogramGrid(columns, axis)
      const at = cursor.current
      if (at !== null)
        cursor.current = {
          column: Math.min(at.column, columns.length - 1),
          row: Math.min(at.row, grid.rows.length - 1),
        }
      painted.current = { grid, shown }
      paintHistograms(context, { ...surface, grid, shown, cursor: cursor.current })
      canvas.current?.setAttribute('aria-label', words.histogram(nameOf(props.tensor), columns.length))
      write(says.current, cursor.current === null ? '' : sentence(grid, cursor.current))
    },
    point(x, y, { width, height }) {
      if (painted.current === null) return false
      const { grid, shown } = painted.current
      cursor.current = placeAt(stripBox(width, height), grid, shown, x, y)
      return true
    },
    leave() {
      cursor.current = null
      return true
    },
    click() {
      const { columns } = painted.current?.grid ?? { columns: [] }
      const column = cursor.current?.column
      if (column !== undefined) moment.show(momentOf(columns, column))
    },
    key(key) {
      if (painted.current === null) return false
      const { grid, shown } = painted.current
      const by = { ArrowLeft: -1, ArrowRight: 1 }[key]
      const up = { ArrowDown: -1, ArrowUp: 1 }[key]
      if (by === undefined && up === undefined) return false
      const column = Math.min(grid.columns.length - 1, Math.max(0, shown + (by ?? 0)))
      const row = (cursor.current?.row ?? Math.floor(grid.rows.length / 2)) + (up ?? 0)
      cursor.current = { column, row: Math.min(grid.rows.length - 1, Math.max(0, row)) }
      if (by !== undefined) moment.show(momentOf(grid.columns, column))
      return true
    },
  })
}

/** The newest look is shown live. */
function momentOf(columns: readonly Seen<Histogram>[], column: number): number | null {
  return column >= columns.length - 1 ? null : (columns[column]?.step ?? null)
}

function sentence(grid: HistogramGrid, { column, row }: Cursor): string {
  const seen = grid.columns[column]
  const range = grid.rows[row]
  if (seen === undefined || range === undefined) return ''
  const count = grid.counts(column)[row] ?? 0
  const { counted } = seen.what
  return range.from === range.to
    ? words.zeroBin(seen.step, count, counted)
    : words.bin(seen.step, count, counted, formatNumber(range.from), formatNumber(range.to))
}

function HistogramFacts(props: Props) {
  const stores = useStores()
  const of = (read: (seen: Seen<Histogram>) => string) => () => {
    const seen = seenAt(stores, props)
    return seen === null ? words.none : read(seen)
  }
  const share = (count: number, { what }: Seen<Histogram>) =>
    `${((100 * count) / Math.max(1, what.counted)).toFixed(1)} %`
  return (
    <dl className="facts look-facts">
      <Fact label={words.atStep}>
        <LiveText read={of(({ step, done }) => words.step(step, done))} />
      </Fact>
      <Fact label={words.mean}>
        <LiveText className="look-mean" read={of(({ what }) => formatNumber(what.mean))} />
      </Fact>
      <Fact label={words.std}>
        <LiveText read={of(({ what }) => formatNumber(what.std))} />
      </Fact>
      <Fact label={words.range}>
        <LiveText read={of(({ what }) => words.rangeOf(formatNumber(what.low), formatNumber(what.high)))} />
      </Fact>
      <Fact label={words.zeros}>
        <LiveText read={of((seen) => share(seen.what.zeros, seen))} />
      </Fact>
      <Fact label={words.nonFinite}>
        <LiveText read={of((seen) => share(seen.what.nonFinite, seen))} />
      </Fact>
      <Fact label={words.numbers}>
        <LiveText read={of(({ what }) => words.counted(what.counted, what.size))} />
      </Fact>
    </dl>
  )
}
