/** Paints the time of a run: how far it is, what happened, and where one looks. */
import { nanColour } from '../../engine/diagnose/colour'
import type { Surface } from '../ui/painting'
import type { Mark } from './marks'

export interface Timeline extends Surface {
  readonly totalSteps: number
  /** Steps done. */
  readonly step: number
  /** The step on show; null where that is the newest. */
  readonly shown: number | null
  readonly marks: readonly Mark[]
  /** Step under the pointer, or null. */
  readonly hover: number | null
}

/** Room for the knob at both ends. */
export const inset = 9
const track = 5

export function xOf(step: number, totalSteps: number, width: number): number {
  const share = totalSteps <= 1 ? 0 : (step - 1) / (totalSteps - 1)
  return inset + Math.min(1, Math.max(0, share)) * (width - 2 * inset)
}

/** The whole step nearest to x. */
export function stepAt(x: number, totalSteps: number, width: number): number {
  const share = (x - inset) / Math.max(1, width - 2 * inset)
  return 1 + Math.round(Math.min(1, Math.max(0, share)) * Math.max(0, totalSteps - 1))
}

export function paintTimeline(context: CanvasRenderingContext2D, time: Timeline): void {
  const { width, height, ratio, theme, totalSteps, step, shown } = time
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, height)
  const y = Math.round(height * 0.56)
  const bar = (from: number, to: number, colour: string) => {
    context.fillStyle = colour
    context.beginPath()
    context.roundRect(from, y - track / 2, Math.max(0, to - from), track, track / 2)
    context.fill()
  }
  bar(inset, width - inset, theme.line)
  if (totalSteps === 0) return
  const done = step === 0 ? inset : xOf(step, totalSteps, width)
  const at = shown === null ? done : xOf(shown, totalSteps, width)
  context.globalAlpha = shown === null ? 1 : 0.4
  bar(inset, done, theme.accent)
  context.globalAlpha = 1
  bar(inset, at, theme.accent)
  paintMarks(context, time, y)
  if (time.hover !== null) {
    const x = Math.round(xOf(time.hover, totalSteps, width)) + 0.5
    context.strokeStyle = theme.muted
    context.lineWidth = 1
    context.beginPath()
    context.moveTo(x, y - 8)
    context.lineTo(x, y + 8)
    context.stroke()
  }
  if (step === 0) return
  context.beginPath()
  context.arc(at, y, 7, 0, 2 * Math.PI)
  context.fillStyle = shown === null ? theme.accent : theme.panel
  context.fill()
  context.lineWidth = 2.5
  context.strokeStyle = shown === null ? theme.panel : theme.accent
  context.stroke()
}

/** Marks of one kind nearer together than this many pixels are drawn once. */
const apart = 5

function paintMarks(context: CanvasRenderingContext2D, time: Timeline, y: number): void {
  const { theme, totalSteps, width } = time
  const last = new Map<Mark['kind'], number>()
  for (const { kind, step } of time.marks) {
    const x = xOf(step, totalSteps, width)
    if (x - (last.get(kind) ?? -Infinity) < apart) continue
    last.set(kind, x)
    context.beginPath()
    switch (kind) {
      case 'epoch':
        context.fillStyle = theme.muted
        context.fillRect(Math.round(x) - 0.5, y + track / 2 + 2, 1, 4)
        break
      case 'rate':
        // A step down.
        context.strokeStyle = theme.muted
        context.lineWidth = 1.4
        context.moveTo(x - 4, y - 9)
        context.lineTo(x, y - 9)
        context.lineTo(x, y - 5)
        context.lineTo(x + 4, y - 5)
        context.stroke()
        break
      case 'info':
      case 'warn':
        context.fillStyle = kind === 'warn' ? theme.warning : theme.accent
        context.moveTo(x, y - 12)
        context.lineTo(x + 5, y - 4)
        context.lineTo(x - 5, y - 4)
        context.closePath()
        context.fill()
        break
      case 'nan':
        context.strokeStyle = nanColour
        context.lineWidth = 2.4
        context.moveTo(x - 4, y - 12)
        context.lineTo(x + 4, y - 4)
        context.moveTo(x + 4, y - 12)
        context.lineTo(x - 4, y - 4)
        context.stroke()
        break
    }
  }
}

/** What happened within a few pixels of x: the most serious first. */
export function marksNear(
  marks: readonly Mark[],
  x: number,
  totalSteps: number,
  width: number,
): readonly Mark[] {
  const order: readonly Mark['kind'][] = ['nan', 'warn', 'info', 'rate', 'epoch']
  return marks
    .filter(({ step }) => Math.abs(xOf(step, totalSteps, width) - x) <= apart)
    .sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
}
