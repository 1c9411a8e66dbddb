/**
 * Curves over training steps: raw and smoothed training values, validation points. The plot pulls its numbers from the
 * run's buffers in `requestAnimationFrame`; React renders it once, and again when its settings change.
 */
import 'uplot/dist/uPlot.min.css'
import './charts.css'
import { useEffect, useRef, type ReactNode, type RefObject } from 'react'
import uPlot from 'uplot'
import { formatCount } from '../../engine/diagnose/format'
import { onThemeChange, readTheme } from '../ui/paint-theme'
import { useSettings, useStores } from '../ui/stores'
import { strings } from '../ui/strings'
import { createTurn } from '../ui/turns'
import { plotOptions, signed } from './curve-plot'
import type { Curves } from './pull'
import { align, smooth, thin, type Point } from './series'

const words = strings.charts

/**
 * The legend: which line is which, by the look of it, and its value at the step on show, which the strip names. Of a step
 * that is pointed at, the legend names it.
 */
const keys = ['train', 'validation', 'before', 'step'] as const

export interface CurveChartProps {
  readonly title: ReactNode
  readonly emptyText: string
  /** Current numbers, or null where there are none. Called in every frame in which something changed. */
  readonly pull: () => Curves | null
  readonly log: boolean
  readonly controls?: ReactNode
  readonly label: (step: string, value: string) => string
}

export function CurveChart({ title, emptyText, pull, log, controls, label }: CurveChartProps) {
  const host = useRef<HTMLDivElement>(null)
  const legend = useRef<HTMLParagraphElement>(null)
  const empty = useRef<HTMLParagraphElement>(null)
  const smoothing = useSettings((state) => state.smoothing)
  usePlot({ host, legend, empty, pull, log, smoothing, label })
  return (
    <section className="chart">
      <header className="chart-head">
        <h2>{title}</h2>
        <p className="chart-legend" ref={legend}>
          {keys.map((key) => (
            <span
              key={key}
              className="chart-key"
              data-key={key}
              title={key === 'train' && smoothing > 0 ? words.trainHint : undefined}
              hidden
            >
              {words[key]}
              {key === 'train' && smoothing > 0 && (
                <span className="chart-smoothed">{words.smoothed}</span>
              )}{' '}
              <b />
            </span>
          ))}
        </p>
        {controls}
      </header>
      <div className="chart-plot" ref={host} role="img" aria-label={emptyText} />
      <p className="chart-empty" ref={empty}>
        {emptyText}
      </p>
    </section>
  )
}

interface PlotOptions extends Pick<CurveChartProps, 'pull' | 'log' | 'label'> {
  readonly host: RefObject<HTMLDivElement | null>
  readonly legend: RefObject<HTMLParagraphElement | null>
  readonly empty: RefObject<HTMLParagraphElement | null>
  readonly smoothing: number
}

interface Shown {
  readonly train: readonly Point[]
  readonly smoothed: readonly Point[]
  readonly validation: readonly Point[]
  readonly before: readonly Point[]
}

function usePlot({ host, legend, empty, pull, log, smoothing, label }: PlotOptions): void {
  const { session, moment } = useStores()
  useEffect(() => {
    const element = host.current
    if (element === null) return
    let theme = readTheme()
    let frame = 0
    let shown: Shown | null = null
    const plot = new uPlot(
      plotOptions(
        () => theme,
        log,
        describe,
        () => moment.step,
      ),
      [[], [], [], [], []],
      element,
    )

    function describe(index: number | null): void {
      const at = index === null ? moment.step : (plot.data[0][index] ?? null)
      const values = valuesAt(shown, at)
      for (const key of keys) {
        const entry = legend.current?.querySelector<HTMLElement>(`[data-key=${key}]`)
        const value = entry?.lastElementChild
        if (entry === null || entry === undefined || value === null || value === undefined) continue
        const text = values[key]
        entry.hidden = text === null
        entry.dataset['pointed'] = String(index !== null)
        if (text !== null && value.textContent !== text) value.textContent = text
      }
    }

    function paint(): void {
      frame = 0
      const curves = pull()
      const none = curves === null || (curves.train.length === 0 && curves.validation.length === 0)
      if (empty.current !== null) empty.current.hidden = !none
      if (curves === null) {
        shown = null
        plot.setData([[], [], [], [], []])
        describe(null)
        return
      }
      const buckets = Math.max(100, Math.ceil(plot.width))
      const { train } = curves
      const smoothed =
        smoothing === 0 ? [] : thin({ ...train, y: smooth(train.y, train.length, smoothing) }, buckets, log)
      const validation = curves.validation.filter(
        ([, y]) => y !== null && Number.isFinite(y) && (!log || y > 0),
      )
      const before =
        curves.before === undefined
          ? []
          : thin(
              { ...curves.before, y: smooth(curves.before.y, curves.before.length, smoothing) },
              buckets,
              log,
            )
      shown = { train: thin(train, buckets, log), smoothed, validation, before }
      plot.setData(align([shown.train, shown.smoothed, shown.validation, shown.before]))
      describe(plot.cursor.idx ?? null)
      const last = train.length === 0 ? null : train.length - 1
      if (last !== null) {
        element?.setAttribute(
          'aria-label',
          label(formatCount(train.x[last] as number), signed(train.y[last] as number)),
        )
      }
    }
    const schedule = () => {
      if (frame === 0) frame = requestAnimationFrame(paint)
    }
    const sizes = new ResizeObserver(([entry]) => {
      if (entry === undefined || entry.contentRect.width < 40) return
      plot.setSize({
        width: Math.floor(entry.contentRect.width),
        height: Math.max(60, Math.floor(entry.contentRect.height)),
      })
      schedule()
    })
    sizes.observe(element)
    const turn = createTurn(schedule)
    const stops = [
      turn.stop,
      session.onNumbers(turn.ask),
      session.store.subscribe(schedule),
      moment.subscribe(() => {
        plot.redraw(false, false)
        describe(plot.cursor.idx ?? null)
      }),
      onThemeChange(() => {
        theme = readTheme()
        plot.redraw(false, true)
      }),
    ]
    schedule()
    return () => {
      for (const stop of stops) stop()
      sizes.disconnect()
      cancelAnimationFrame(frame)
      plot.destroy()
    }
  }, [session, moment, host, legend, empty, pull, log, smoothing, label])
}

/** The legend's numbers at a step, or the newest; null where there are none. */
function valuesAt(shown: Shown | null, x: number | null): Record<(typeof keys)[number], string | null> {
  if (shown === null) return { train: null, validation: null, before: null, step: null }
  const train = lastUpTo(shown.smoothed.length > 0 ? shown.smoothed : shown.train, x)
  const value = (point: Point | null) => (point === null || point[1] === null ? null : signed(point[1]))
  return {
    train: value(train),
    validation: value(lastUpTo(shown.validation, x)),
    before: value(lastUpTo(shown.before, x)),
    step: train === null ? null : formatCount(x ?? train[0]),
  }
}

/** The last point at or before x; the last of all where x is null. */
function lastUpTo(line: readonly Point[], x: number | null): Point | null {
  for (let index = line.length - 1; index >= 0; index--) {
    const point = line[index] as Point
    if ((x === null || point[0] <= x) && point[1] !== null) return point
  }
  return null
}
