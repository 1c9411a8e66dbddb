/**
 * Curves over training steps: raw and smoothed training values, validation points. The plot pulls its numbers from the
 * run's buffers in `requestAnimationFrame`; React renders it once, and again when its settings change.
 */
import 'uplot/dist/uPlot.min.css'
import './charts.css'
import { useEffect, useRef, type ReactNode, type RefObject } from 'react'
import uPlot from 'uplot'
import { formatCount, formatNumber } from '../../engine/diagnose/format'
import { onThemeChange, readTheme, type PaintTheme } from '../ui/paint-theme'
import { useSettings, useStores } from '../ui/stores'
import { strings } from '../ui/strings'
import type { Curves } from './pull'
import { align, smooth, thin, type Point } from './series'

const words = strings.charts
/** The second colour of the charts, for validation; told apart by its dashes and points too. */
const validationColour = '#ef8a62'

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
      options(
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
    const stops = [
      session.onNumbers(schedule),
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

function options(
  theme: () => PaintTheme,
  log: boolean,
  onCursor: (index: number | null) => void,
  shownStep: () => number | null,
): uPlot.Options {
  const axis = (size: number): uPlot.Axis => ({
    stroke: () => theme().muted,
    grid: { stroke: () => theme().line, width: 1 },
    ticks: { show: false },
    font: `10.5px ${theme().font}`,
    size,
    gap: 4,
  })
  return {
    width: 300,
    height: 120,
    legend: { show: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: true, y: false } },
    scales: {
      x: { time: false },
      y: log ? { distr: 3 } : { range: (_plot, low, high) => padded(low, high) },
    },
    axes: [
      {
        ...axis(24),
        space: 70,
        values: (_plot, splits) => splits.map((split) => (Number.isInteger(split) ? formatCount(split) : '')),
      },
      {
        ...axis(48),
        space: 28,
        values: (_plot, splits) => splits.map((split) => (split === null ? '' : signed(split))),
      },
    ],
    series: [
      {},
      {
        stroke: () => fade(theme().accent, '66'),
        width: 1,
        points: { show: alone, size: 5 },
        spanGaps: false,
      },
      { stroke: () => theme().accent, width: 2, points: { show: alone, size: 5 }, spanGaps: false },
      {
        stroke: validationColour,
        width: 1.6,
        dash: [5, 4],
        points: { show: true, size: 5, fill: validationColour },
        spanGaps: true,
      },
      { stroke: () => theme().muted, width: 1.4, dash: [2, 3], points: { show: false }, spanGaps: true },
    ],
    hooks: {
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
      draw: [(plot) => paintMoment(plot, theme(), shownStep())],
    },
  }
}

/** A line at the step that the window shows, where that is not the newest. */
function paintMoment(plot: uPlot, theme: PaintTheme, step: number | null): void {
  if (step === null) return
  const { ctx, bbox } = plot
  const x = Math.round(plot.valToPos(step, 'x', true)) + 0.5
  if (x < bbox.left || x > bbox.left + bbox.width) return
  ctx.save()
  ctx.strokeStyle = theme.accent
  ctx.lineWidth = devicePixelRatio * 1.5
  ctx.beginPath()
  ctx.moveTo(x, bbox.top)
  ctx.lineTo(x, bbox.top + bbox.height)
  ctx.stroke()
  ctx.restore()
}

/** R² and the like go below zero, too. */
function signed(value: number): string {
  return value < 0 ? `−${formatNumber(-value)}` : formatNumber(value)
}

/** Points are marked only while there are too few for a line. */
function alone(_plot: uPlot, _series: number, first: number, last: number): boolean {
  return last - first < 2
}

/** A little room above and below, and a band around a constant. */
function padded(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [0, 1]
  const room = high === low ? Math.abs(high) * 0.1 + 0.01 : (high - low) * 0.06
  return [low >= 0 && low - room < 0 ? 0 : low - room, high + room]
}

/** A `#rrggbb` colour with an alpha. */
function fade(colour: string, alpha: string): string {
  return /^#[0-9a-f]{6}$/i.test(colour) ? colour + alpha : colour
}
