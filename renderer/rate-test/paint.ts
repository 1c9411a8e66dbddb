/** Paints the loss against the learning rate: every batch, the smoothed curve, the rate of now and the suggested one. */
import type { RateRange, RateSuggestion } from '../../engine/diagnose/rate-range'
import { formatNumber } from '../ui/format'
import type { Surface } from '../ui/painting'
import { strings } from '../ui/strings'

const words = strings.trials

export interface RatePicture {
  readonly range: RateRange
  readonly suggestion: RateSuggestion | null
  /** The rate that the document has. */
  readonly now: number
  readonly from: number
  readonly to: number
}

const margin = { left: 46, right: 14, top: 16, bottom: 22 }

/** The losses that the axis spans: what blows up at the end would flatten all the rest. */
export function spanOf(losses: readonly number[]): readonly [number, number] {
  const finite = losses.filter(Number.isFinite)
  const first = finite[0] ?? 1
  const least = Math.min(...finite, first)
  const most = Math.min(
    Math.max(...finite, first),
    first + 1.5 * Math.max(first - least, 0.05 * Math.abs(first)),
  )
  const room = 0.06 * (most - least || 1)
  return [least - room, most + room]
}

type Span = readonly [start: number, end: number]

/** Where a label of this width stands over `at`: within the room, and clear of what stands there already. */
export function placeLabel(at: number, width: number, [left, right]: Span, beside?: Span): Span {
  const gap = 8
  const within = (start: number): Span => {
    const kept = Math.min(Math.max(start, left), right - width)
    return [kept, kept + width]
  }
  const centred = within(at - width / 2)
  if (beside === undefined || centred[1] + gap <= beside[0] || centred[0] >= beside[1] + gap) return centred
  const before = beside[0] - gap - width
  const after = beside[1] + gap
  const nearer = at < (beside[0] + beside[1]) / 2
  const fits = nearer ? before >= left : after + width > right
  return within(fits ? before : after)
}

export function paintRates(
  context: CanvasRenderingContext2D,
  surface: Surface,
  { range, suggestion, now, from, to }: RatePicture,
): void {
  const { width, height, ratio, theme } = surface
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, height)
  const [low, high] = spanOf(range.smoothed)
  const decades = Math.log10(to / from)
  const x = (rate: number) =>
    margin.left + ((width - margin.left - margin.right) * Math.log10(rate / from)) / decades
  const y = (loss: number) =>
    height - margin.bottom - ((height - margin.top - margin.bottom) * (loss - low)) / (high - low)
  context.font = `11px ${theme.font}`
  context.lineWidth = 1
  context.textBaseline = 'middle'
  const line = (
    colour: string,
    points: readonly (readonly [number, number])[],
    dash: readonly number[] = [],
  ) => {
    context.strokeStyle = colour
    context.setLineDash([...dash])
    context.beginPath()
    for (const [index, [px, py]] of points.entries()) {
      if (index === 0) context.moveTo(px, py)
      else context.lineTo(px, py)
    }
    context.stroke()
    context.setLineDash([])
  }
  context.fillStyle = theme.muted
  context.textAlign = 'center'
  for (let decade = Math.ceil(Math.log10(from)); decade <= Math.log10(to); decade++) {
    const at = x(10 ** decade)
    line(theme.grid, [
      [at, margin.top],
      [at, height - margin.bottom],
    ])
    context.fillText(formatNumber(10 ** decade).replace('1.0 × ', ''), at, height - margin.bottom + 11)
  }
  context.textAlign = 'right'
  for (const loss of [low + 0.1 * (high - low), (low + high) / 2, high - 0.1 * (high - low)])
    context.fillText(formatNumber(Number(loss.toPrecision(3))), margin.left - 6, y(loss))

  context.save()
  context.beginPath()
  context.rect(
    margin.left,
    margin.top,
    width - margin.left - margin.right,
    height - margin.top - margin.bottom,
  )
  context.clip()
  context.fillStyle = theme.muted
  context.globalAlpha = 0.45
  for (const [index, loss] of range.losses.entries()) {
    if (!Number.isFinite(loss)) continue
    context.beginPath()
    context.arc(x(range.rates[index] ?? from), y(loss), 1.6, 0, 2 * Math.PI)
    context.fill()
  }
  context.globalAlpha = 1
  context.lineWidth = 2
  line(
    theme.accent,
    range.smoothed.flatMap((loss, index) =>
      Number.isFinite(loss) ? [[x(range.rates[index] ?? from), y(loss)] as const] : [],
    ),
  )
  context.restore()

  const mark = (rate: number, colour: string, text: string, dash: readonly number[], beside?: Span) => {
    if (rate < from || rate > to) return
    const at = x(rate)
    context.lineWidth = dash.length === 0 ? 2 : 1.2
    line(
      colour,
      [
        [at, margin.top],
        [at, height - margin.bottom],
      ],
      dash,
    )
    context.fillStyle = colour
    context.textAlign = 'left'
    const [start, end] = placeLabel(
      at,
      context.measureText(text).width,
      [margin.left, width - margin.right],
      beside,
    )
    context.fillText(text, start, 7)
    return [start, end] as const
  }
  const suggested =
    suggestion === null
      ? undefined
      : mark(suggestion.rate, theme.good, words.suggested(formatNumber(suggestion.rate)), [])
  mark(now, theme.muted, words.now(formatNumber(now)), [4, 4], suggested)
}
