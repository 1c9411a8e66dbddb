/** The curves of a run as an SVG to show and as a table of its numbers. Pure. */
import { formatCount, formatNumber } from '../../engine/diagnose/format'
import { svgMetadata, xmlText } from '../../engine/formats/pictures'
import type { Run } from '../../engine/session/runs'
import { lossCurves, metricCurves, type Curves } from '../run/pull'
import { smooth, thin, type Point } from '../run/series'
import { documentKey } from '../state/pictures'
import { strings } from '../ui/strings'
import type { Colours } from './graph-svg'

const words = strings.charts

/** One chart. */
const size = { width: 520, height: 280 }
const inner = { left: 62, right: 16, top: 40, bottom: 34 }
/** Points of a line: what the pixels of twice the size can show. */
const buckets = 600

export interface CurvesOptions {
  readonly run: Run
  /** The document of the run, as text. */
  readonly document: string
  readonly name: string
  readonly titleOf: (path: string) => string
  readonly smoothing: number
  readonly logLoss: boolean
  readonly colours: Colours
  readonly font: string
}

/** A quoted field where it is needed. */
function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Every number that the run's buffers hold: a row a step, validation where it was measured. */
export function curvesCsv(run: Run): string {
  const { names } = run
  const header = ['step', 'loss', ...names, 'validation loss', ...names.map((name) => `validation ${name}`)]
  const rows = new Map<number, (number | null)[]>()
  const row = (step: number) => {
    const there = rows.get(step) ?? Array<number | null>(2 * names.length + 2).fill(null)
    rows.set(step, there)
    return there
  }
  const columns = names.map((name) => run.values(name))
  for (let index = 0; index < run.length; index++) {
    const there = row(run.steps[index] as number)
    there[0] = run.loss[index] as number
    for (const [at, column] of columns.entries()) there[1 + at] = column[index] ?? null
  }
  for (const { step, validation } of run.epochs) {
    if (validation === null) continue
    const there = row(step)
    there[names.length + 1] = validation.loss
    for (const [at, name] of names.entries()) there[names.length + 2 + at] = validation.metrics[name] ?? null
  }
  const lines = [...rows]
    .sort(([a], [b]) => a - b)
    .map(([step, values]) => [step, ...values.map((value) => value ?? '')].join(','))
  return `${[header.map(field).join(','), ...lines].join('\n')}\n`
}

/** Round numbers between two, about as many as wanted. */
export function ticks(low: number, high: number, wanted: number): readonly number[] {
  if (!(high > low)) return [low]
  const rough = (high - low) / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough * 0.75) ?? rough
  const first = Math.ceil(low / step)
  const last = Math.floor(high / step)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step)
}

interface Scale {
  readonly at: (value: number) => number
  readonly ticks: readonly number[]
}

function linear(low: number, high: number, from: number, to: number, wanted: number): Scale {
  const span = high === low ? 1 : high - low
  return { at: (value) => from + ((value - low) / span) * (to - from), ticks: ticks(low, high, wanted) }
}

function logarithmic(low: number, high: number, from: number, to: number): Scale {
  const inside = linear(Math.log10(low), Math.log10(high), from, to, 4)
  const decades = ticks(Math.floor(Math.log10(low)), Math.ceil(Math.log10(high)), 6)
    .map((power) => 10 ** power)
    .filter((value) => Number.isInteger(Math.round(Math.log10(value))) && value >= low && value <= high)
  const between = ticks(low, high, 3).filter((value) => value > 0)
  return {
    at: (value) => inside.at(Math.log10(value)),
    ticks: decades.length > 1 ? decades : between,
  }
}

function range(lines: readonly (readonly Point[])[], log: boolean): readonly [number, number] {
  const values = lines.flatMap((line) => line.flatMap(([, y]) => (y === null ? [] : [y])))
  if (values.length === 0) return log ? [0.1, 1] : [0, 1]
  const low = Math.min(...values)
  const high = Math.max(...values)
  if (log) return low === high ? [low / 2, high * 2] : [low * 0.95, high * 1.05]
  const room = high === low ? Math.abs(high) * 0.1 + 0.01 : (high - low) * 0.06
  return [low >= 0 && low - room < 0 ? 0 : low - room, high + room]
}

function pathOf(line: readonly Point[], x: Scale, y: Scale): string {
  let pen = 'M'
  return line
    .map(([step, value]) => {
      if (value === null) {
        pen = 'M'
        return ''
      }
      const part = `${pen}${x.at(step).toFixed(1)} ${y.at(value).toFixed(1)}`
      pen = 'L'
      return part
    })
    .join('')
}

interface Chart {
  readonly title: string
  readonly curves: Curves
  readonly log: boolean
}

function drawChart({ title, curves, log }: Chart, left: number, top: number, options: CurvesOptions): string {
  const { colours, smoothing } = options
  const { train } = curves
  const raw = thin(train, buckets, log)
  const smoothed =
    smoothing === 0 ? [] : thin({ ...train, y: smooth(train.y, train.length, smoothing) }, buckets, log)
  const validation = curves.validation.filter(
    (point): point is readonly [number, number] =>
      point[1] !== null && Number.isFinite(point[1]) && (!log || point[1] > 0),
  )
  const [low, high] = range([raw, validation], log)
  const steps = [...raw, ...validation].map(([step]) => step)
  const right = size.width - inner.right
  const bottom = size.height - inner.bottom
  const x = linear(Math.min(...steps, 1), Math.max(...steps, 2), inner.left, right, 5)
  const y = log ? logarithmic(low, high, bottom, inner.top) : linear(low, high, bottom, inner.top, 5)
  const text = (
    at: number,
    height: number,
    anchor: string,
    content: string,
    colour = 'muted',
    weight = 400,
    fontSize = 11,
  ) =>
    `<text x="${at.toFixed(1)}" y="${height.toFixed(1)}" dy="0.35em" font-size="${fontSize}" font-weight="${weight}" text-anchor="${anchor}" fill="${colours(colour)}">${xmlText(content)}</text>`
  const wholeSteps = x.ticks.filter((tick) => Number.isInteger(tick))
  return [
    `<g transform="translate(${left} ${top})">`,
    text(inner.left, 18, 'start', title, 'text', 600, 13),
    ...legend(validation.length > 0, options).map((each) => each),
    ...y.ticks.map(
      (tick) =>
        `<line x1="${inner.left}" x2="${right}" y1="${y.at(tick).toFixed(1)}" y2="${y.at(tick).toFixed(1)}" stroke="${colours('line')}"/>${text(inner.left - 8, y.at(tick), 'end', formatNumber(tick))}`,
    ),
    ...wholeSteps.map((tick) => text(x.at(tick), bottom + 16, 'middle', formatCount(tick))),
    `<path d="${pathOf(raw, x, y)}" fill="none" stroke="${colours('accent')}" stroke-width="${smoothed.length > 0 ? 1 : 2}" stroke-opacity="${smoothed.length > 0 ? 0.4 : 1}"/>`,
    smoothed.length > 0
      ? `<path d="${pathOf(smoothed, x, y)}" fill="none" stroke="${colours('accent')}" stroke-width="2"/>`
      : '',
    validation.length > 0
      ? `<path d="${pathOf(validation, x, y)}" fill="none" stroke="${colours('second')}" stroke-width="1.6" stroke-dasharray="5 4"/>`
      : '',
    ...validation.map(
      ([step, value]) =>
        `<circle cx="${x.at(step).toFixed(1)}" cy="${y.at(value).toFixed(1)}" r="2.6" fill="${colours('second')}"/>`,
    ),
    '</g>',
  ].join('\n')
}

function legend(hasValidation: boolean, { colours }: CurvesOptions): readonly string[] {
  const entry = (right: number, label: string, colour: string, dashes: string) =>
    `<g transform="translate(${size.width - inner.right - right} 18)"><line x1="0" x2="18" y1="0" y2="0" stroke="${colour}" stroke-width="2"${dashes}/><text x="24" y="0" dy="0.35em" font-size="11" fill="${colours('muted')}">${xmlText(label)}</text></g>`
  return [
    entry(hasValidation ? 176 : 74, words.train, colours('accent'), ''),
    hasValidation ? entry(90, words.validation, colours('second'), ' stroke-dasharray="5 4"') : '',
  ]
}

/** Loss and metrics side by side, with the document of the run inside. */
export function curvesSvg(options: CurvesOptions): {
  readonly svg: string
  readonly width: number
  readonly height: number
} {
  const { run, document, name, titleOf, logLoss, colours, font } = options
  const charts: Chart[] = [
    { title: words.loss, curves: lossCurves(run, null), log: logLoss },
    ...run.names.map((path) => ({ title: titleOf(path), curves: metricCurves(run, path, null), log: false })),
  ].flatMap(({ curves, ...rest }) => (curves === null ? [] : [{ ...rest, curves }]))
  const columns = Math.min(2, charts.length)
  const width = columns * size.width
  const height = Math.ceil(charts.length / columns) * size.height
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${xmlText(font)}" role="img">`,
    `<title>${xmlText(name)}</title>`,
    svgMetadata(documentKey, document),
    `<rect width="${width}" height="${height}" fill="${colours('panel')}"/>`,
    ...charts.map((chart, index) =>
      drawChart(chart, (index % columns) * size.width, Math.floor(index / columns) * size.height, options),
    ),
    '</svg>',
  ].join('\n')
  return { svg: `${svg}\n`, width, height }
}
