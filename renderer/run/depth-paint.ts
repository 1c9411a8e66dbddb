/**
 * Paints the relative gradient of every weighted layer as bars on a log axis, in the order from the input to the loss.
 */
import {
  bandColour,
  flowBand,
  healthyBand,
  healthyDecades,
  isDarkBand,
  nanColour,
  reading,
} from '../../engine/diagnose/colour'
import type { PaintTheme } from '../ui/paint-theme'
import type { Surface } from '../ui/painting'

export interface DepthBar {
  readonly path: string
  readonly name: string
  /** Smoothed relative gradient; -1 = no value. */
  readonly value: number
  /** Decades from the layers nearest the loss. */
  readonly d: number
}

/** The same layers at another step, as a line over the bars. */
export interface DepthLine {
  readonly kind: 'first' | 'latest'
  /** In the order of the bars; -1 = no value. */
  readonly values: readonly number[]
}

export interface DepthScale {
  /** log10 at the foot and the head of the plot; whole numbers. */
  readonly low: number
  readonly high: number
  /** log10 of the value that d = 0 stands for, or null. */
  readonly reference: number | null
}

export interface PlotBox {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** Whole decades that hold all bars and the healthy band; at least four of them. */
export function depthScale(bars: readonly DepthBar[], lines: readonly DepthLine[] = []): DepthScale {
  const values = [...bars.map(({ value }) => value), ...lines.flatMap((line) => line.values)]
  const logs = values.flatMap((value) => (Number.isFinite(value) && value > 0 ? [Math.log10(value)] : []))
  const known = bars.find(({ value, d }) => Number.isFinite(d) && value > 0)
  const reference = known === undefined ? null : Math.log10(known.value) - known.d
  const all = reference === null ? logs : [...logs, reference - healthyDecades, reference + healthyDecades]
  if (all.length === 0) return { low: -4, high: 0, reference }
  const high = Math.ceil(Math.max(...all))
  return { low: Math.min(Math.floor(Math.min(...all) - 0.3), high - 4), high, reference }
}

export function plotBox(width: number, height: number): PlotBox {
  return { left: 40, top: 8, right: width - 6, bottom: height - 20 }
}

/** Index of the bar at x, or -1. */
export function barAt(count: number, box: PlotBox, x: number): number {
  if (count === 0 || x < box.left || x > box.right) return -1
  return Math.min(count - 1, Math.floor(((x - box.left) / (box.right - box.left)) * count))
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

export function powerOfTen(exponent: number): string {
  if (exponent === 0) return '1'
  const digits = [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)] ?? '').join('')
  return `10${exponent < 0 ? '⁻' : ''}${digits}`
}

export interface DepthPainting extends Surface {
  readonly bars: readonly DepthBar[]
  readonly lines: readonly DepthLine[]
  readonly hover: number
  readonly selected: ReadonlySet<string>
  readonly healthyWord: string
}

export function paintDepth(context: CanvasRenderingContext2D, painting: DepthPainting): void {
  const { bars, theme, width, height, ratio } = painting
  const box = plotBox(width, height)
  const scale = depthScale(bars, painting.lines)
  const yOf = (log: number) =>
    box.bottom - ((log - scale.low) / (scale.high - scale.low)) * (box.bottom - box.top)
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, height)
  paintAxis(context, painting, box, scale, yOf)
  const slot = (box.right - box.left) / bars.length
  const barWidth = Math.max(2, Math.min(34, slot * 0.66))
  for (const [index, bar] of bars.entries()) {
    const left = box.left + (index + 0.5) * slot - barWidth / 2
    if (index === painting.hover) {
      context.fillStyle = theme.line
      context.fillRect(box.left + index * slot, box.top, slot, box.bottom - box.top)
    }
    paintBar(context, theme, bar, left, barWidth, box, yOf)
    if (painting.selected.has(bar.path)) {
      context.fillStyle = theme.accent
      context.fillRect(left, box.bottom + 1.5, barWidth, 2.5)
    }
  }
  for (const line of painting.lines) paintLine(context, painting, line, box, slot, yOf)
  paintHealthyWord(context, painting, box, scale, yOf)
  paintNames(context, painting, box, slot)
}

/** Through the middle of each slot; gaps where a layer has no number above zero. */
function paintLine(
  context: CanvasRenderingContext2D,
  { theme }: DepthPainting,
  { kind, values }: DepthLine,
  box: PlotBox,
  slot: number,
  yOf: (log: number) => number,
): void {
  const colour = kind === 'first' ? theme.warning : theme.text
  const stroke = (style: string, width: number) => {
    context.strokeStyle = style
    context.lineWidth = width
    context.setLineDash(kind === 'first' ? [2, 3] : [6, 3])
    context.beginPath()
    let open = false
    for (const [index, value] of values.entries()) {
      const drawn = Number.isFinite(value) && value > 0
      const x = box.left + (index + 0.5) * slot
      if (drawn && open) context.lineTo(x, yOf(Math.log10(value)))
      else if (drawn) context.moveTo(x, yOf(Math.log10(value)))
      open = drawn
    }
    context.stroke()
    context.setLineDash([])
  }
  stroke(theme.panel, 3.5)
  stroke(colour, 1.6)
}

/** Of the word in the band, with its halo. */
const wordHeight = 15

/**
 * Where a word that reaches down to `foot` stands clear of the bars, whose heads are `tops`, and of the lines, which run
 * from the middle of one slot to that of the next: the leftmost place between `left` and `right`, or the left end where
 * there is none.
 */
export function clearPlace(
  tops: readonly number[],
  foot: number,
  width: number,
  { left, right }: Pick<PlotBox, 'left' | 'right'>,
  lines: readonly (readonly number[])[] = [],
): number {
  const slot = (right - left) / tops.length
  const gap = 6
  /** Of a line at x; NaN where it has none. */
  const heightAt = (line: readonly number[], x: number) => {
    const place = (x - left) / slot - 0.5
    const before = Math.floor(place)
    const [from, to] = [line[before] ?? NaN, line[before + 1] ?? NaN]
    return from + (to - from) * (place - before)
  }
  const crossed = (from: number) =>
    lines.some((line) => {
      for (let x = from - 2; x <= from + width + 2; x += 2) {
        const height = heightAt(line, x)
        if (height > foot - wordHeight && height < foot + 2) return true
      }
      return false
    })
  for (let index = 0; left + index * slot + gap + width <= right; index++) {
    const from = left + index * slot + gap
    const last = Math.floor((index * slot + gap + width) / slot)
    if (tops.slice(index, last + 1).every((top) => top > foot) && !crossed(from)) return from
  }
  return left + gap
}

/** Beside the bars where there is room, otherwise over them, with a halo. */
function paintHealthyWord(
  context: CanvasRenderingContext2D,
  { theme, healthyWord, bars, lines }: DepthPainting,
  box: PlotBox,
  scale: DepthScale,
  yOf: (log: number) => number,
): void {
  if (scale.reference === null) return
  context.font = `10px ${theme.font}`
  context.textAlign = 'left'
  context.textBaseline = 'middle'
  context.lineJoin = 'round'
  context.lineWidth = 3
  context.strokeStyle = theme.panel
  context.fillStyle = theme.good
  const y = yOf(scale.reference + healthyDecades) + 9
  const tops = bars.map(({ value }) =>
    Number.isFinite(value) ? (value > 0 ? yOf(Math.log10(value)) : box.bottom) : box.top,
  )
  const drawn = lines.map(({ values }) => values.map((value) => (value > 0 ? yOf(Math.log10(value)) : NaN)))
  const x = clearPlace(tops, y + 6, context.measureText(healthyWord).width, box, drawn)
  context.strokeText(healthyWord, x, y)
  context.fillText(healthyWord, x, y)
}

function paintAxis(
  context: CanvasRenderingContext2D,
  { theme }: DepthPainting,
  box: PlotBox,
  scale: DepthScale,
  yOf: (log: number) => number,
): void {
  context.font = `10px ${theme.font}`
  context.textBaseline = 'middle'
  if (scale.reference !== null) {
    const top = yOf(scale.reference + healthyDecades)
    const bottom = yOf(scale.reference - healthyDecades)
    context.globalAlpha = 0.13
    context.fillStyle = theme.good
    context.fillRect(box.left, top, box.right - box.left, bottom - top)
    context.globalAlpha = 1
  }
  const every = Math.max(1, Math.ceil((scale.high - scale.low) / Math.max(2, (box.bottom - box.top) / 26)))
  context.textAlign = 'right'
  context.lineWidth = 1
  for (let exponent = scale.high; exponent >= scale.low; exponent -= every) {
    const y = Math.round(yOf(exponent)) + 0.5
    context.strokeStyle = theme.grid
    context.beginPath()
    context.moveTo(box.left, y)
    context.lineTo(box.right, y)
    context.stroke()
    context.fillStyle = theme.muted
    context.fillText(powerOfTen(exponent), box.left - 6, y)
  }
}

function paintBar(
  context: CanvasRenderingContext2D,
  theme: PaintTheme,
  bar: DepthBar,
  left: number,
  width: number,
  box: PlotBox,
  yOf: (log: number) => number,
): void {
  const look = reading(bar.value, () => flowBand(bar.d))
  const radius = Math.min(3, width / 3)
  context.beginPath()
  switch (look.kind) {
    case 'none':
      return
    case 'zero':
      context.roundRect(left, box.bottom - 12, width, 12, [radius, radius, 0, 0])
      context.strokeStyle = theme.muted
      context.lineWidth = 1.2
      context.setLineDash([3, 2.5])
      context.stroke()
      context.setLineDash([])
      return
    case 'nan':
      context.roundRect(left, box.top, width, box.bottom - box.top, [radius, radius, 0, 0])
      context.fillStyle = nanColour
      context.fill()
      hatch(context, left, width, box)
      return
    case 'band': {
      const top = Math.min(yOf(Math.log10(bar.value)), box.bottom - 2)
      context.roundRect(left, top, width, box.bottom - top, [radius, radius, 0, 0])
      context.fillStyle = bandColour(look.band, theme.neutral)
      context.fill()
      if (theme.dark && isDarkBand(look.band)) {
        context.strokeStyle = look.band < healthyBand ? '#3477c4' : '#e8626c'
        context.lineWidth = 1
        context.stroke()
      }
    }
  }
}

function hatch(context: CanvasRenderingContext2D, left: number, width: number, box: PlotBox): void {
  context.save()
  context.clip()
  context.strokeStyle = '#ffffff66'
  context.lineWidth = 2
  context.beginPath()
  for (let y = box.top; y < box.bottom + width; y += 7) {
    context.moveTo(left, y)
    context.lineTo(left + width, y - width)
  }
  context.stroke()
  context.restore()
}

/** As many names as fit; the first and the last always. */
function paintNames(
  context: CanvasRenderingContext2D,
  { bars, theme, hover }: DepthPainting,
  box: PlotBox,
  slot: number,
): void {
  context.font = `9.5px ${theme.font}`
  context.textAlign = 'center'
  context.textBaseline = 'alphabetic'
  const widest = Math.max(0, ...bars.map((bar) => context.measureText(bar.name).width))
  const every = Math.max(1, Math.ceil((Math.min(widest, 96) + 8) / slot))
  for (const [index, bar] of bars.entries()) {
    if (index % every !== 0) continue
    context.fillStyle = index === hover ? theme.text : theme.muted
    const room = Math.max(slot * every - 4, 12)
    const half = Math.min(context.measureText(bar.name).width, room) / 2
    const x = Math.min(box.left + (index + 0.5) * slot, box.right + 5 - half)
    context.fillText(bar.name, x, box.bottom + 14, room)
  }
}
