/**
 * How curves are drawn: axes, lines and the line at the step on show. The ranges of the axes are ours: uPlot walks along an
 * axis in steps that fit its length, and where a step is less than what tells two numbers of that size apart it walks on
 * the spot until there is no memory ("Invalid array length").
 */
import type uPlot from 'uplot'
import { formatCount, formatNumber } from '../../engine/diagnose/format'
import type { PaintTheme } from '../ui/paint-theme'
import { logRange, logSplits, padded, stepRange } from './series'

/** Height that a number beside the axis needs. */
const labelRoom = 28

export function plotOptions(
  theme: () => PaintTheme,
  log: boolean,
  onCursor: (index: number | null) => void,
  shownStep: () => number | null,
): uPlot.Options {
  const axis = (size: uPlot.Axis['size']): uPlot.Axis => ({
    stroke: () => theme().muted,
    grid: { stroke: () => theme().grid, width: 1 },
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
      x: { time: false, range: (_plot, low, high) => stepRange(low, high) },
      y: {
        ...(log && { distr: 3 as const }),
        range: (_plot, low, high) => (log ? logRange : padded)(low, high),
      },
    },
    axes: [
      {
        ...axis(24),
        space: 70,
        values: (_plot, splits) => splits.map((split) => (Number.isInteger(split) ? formatCount(split) : '')),
      },
      {
        // As wide as its longest number.
        ...axis((_plot, values) => 12 + Math.max(30, ...(values ?? []).map(({ length }) => 6.2 * length))),
        space: labelRoom,
        ...(log && {
          splits: (plot: uPlot, _axis: number, low: number, high: number) =>
            logSplits(low, high, Math.max(2, plot.bbox.height / devicePixelRatio / labelRoom)),
          filter: (_plot: uPlot, splits: number[]) => splits,
        }),
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
        // Told apart by its dashes and points too.
        stroke: () => theme().second,
        width: 1.6,
        dash: [5, 4],
        points: { show: true, size: 5, fill: () => theme().second },
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

/** R² and the like go below zero, too. */
export function signed(value: number): string {
  return value < 0 ? `−${formatNumber(-value)}` : formatNumber(value)
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

/** Points are marked only while there are too few for a line. */
function alone(_plot: uPlot, _series: number, first: number, last: number): boolean {
  return last - first < 2
}

/** A `#rrggbb` colour with an alpha. */
function fade(colour: string, alpha: string): string {
  return /^#[0-9a-f]{6}$/i.test(colour) ? colour + alpha : colour
}
