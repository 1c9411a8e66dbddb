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
  const values = useRef<HTMLSpanElement>(null)
  const empty = useRef<HTMLParagraphElement>(null)
  const smoothing = useSettings((state) => state.smoothing)
  usePlot({ host, values, empty, pull, log, smoothing, label })
  return (
    <section className="chart">
      <header className="chart-head">
        <h2>{title}</h2>
        <span className="chart-values" ref={values} />
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
  readonly values: RefObject<HTMLSpanElement | null>
  readonly empty: RefObject<HTMLParagraphElement | null>
  readonly smoothing: number
}

interface Shown {
  readonly train: readonly Point[]
  readonly smoothed: readonly Point[]
  readonly validation: readonly Point[]
  readonly before: readonly Point[]
}

function usePlot({ host, values, empty, pull, log, smoothing, label }: PlotOptions): void {
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
      const text = shown === null ? '' : valuesAt(shown, at)
      if (values.current !== null && values.current.textContent !== text) values.current.textContent = text
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
  }, [session, moment, host, values, empty, pull, log, smoothing, label])
}

/** The header's numbers at a step, or the newest. */
function valuesAt(shown: Shown, x: number | null): string {
  const line = shown.smoothed.length > 0 ? shown.smoothed : shown.train
  const train = lastUpTo(line, x)
  const validation = lastUpTo(shown.validation, x)
  const earlier = lastUpTo(shown.before, x)
  const parts = [
    train === null || train[1] === null ? '' : `${words.train} ${signed(train[1])}`,
    validation === null || validation[1] === null ? '' : `${words.validation} ${signed(validation[1])}`,
    earlier === null || earlier[1] === null ? '' : `${words.before} ${signed(earlier[1])}`,
    train === null ? '' : `${words.step} ${formatCount(x ?? train[0])}`,
  ]
  return parts.filter((part) => part !== '').join(' · ')
}

/** The last point at or before x; the last of all where x is null. */
function lastUpTo(line: readonly Point[], x: number | null): Point | null {
  for (let index = line.length - 1; index >= 0; index--) {
    const point = line[index] as Point
    if ((x === null || point[0] <= x) && point[1] !== null) return point
  }
  return null
}
