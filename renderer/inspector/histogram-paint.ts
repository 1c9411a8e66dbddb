/** Paints histograms over time: a strip of columns, and at its right the one on show as bars along the same values. */
import { formatNumber } from '../ui/format'
import type { Surface } from '../ui/painting'
import { colourAt, ramp, type Scale } from './colours'
import type { HistogramGrid } from './histogram-grid'

export interface StripBox {
  readonly left: number
  readonly top: number
  /** Of the strip alone. */
  readonly width: number
  readonly height: number
  readonly bars: { readonly left: number; readonly width: number }
}

const labelWidth = 58
const barsWidth = 58
const gap = 8
const edge = 6
const widestColumn = 24

export function stripBox(width: number, height: number): StripBox {
  const room = Math.max(20, width - labelWidth - gap - barsWidth)
  return {
    left: labelWidth,
    top: edge,
    width: room,
    height: height - 2 * edge - 12,
    bars: { left: width - barsWidth, width: barsWidth },
  }
}

/** Left edge and width of a column. */
export function columnAt(
  box: StripBox,
  columns: number,
  column: number,
): readonly [x: number, width: number] {
  const width = Math.min(widestColumn, box.width / Math.max(1, columns))
  return [box.left + column * width, width]
}

/** The column and the row under a point; null outside of the strip. The bars belong to the column on show. */
export function placeAt(
  box: StripBox,
  grid: HistogramGrid,
  shown: number,
  x: number,
  y: number,
): { readonly column: number; readonly row: number } | null {
  const rows = grid.rows.length
  const row = rows - 1 - Math.floor(((y - box.top) / box.height) * rows)
  if (row < 0 || row >= rows) return null
  if (x >= box.bars.left) return { column: shown, row }
  const [, width] = columnAt(box, grid.columns.length, 0)
  const column = Math.floor((x - box.left) / width)
  return column < 0 || column >= grid.columns.length ? null : { column, row }
}

export interface StripScene extends Surface {
  readonly grid: HistogramGrid
  /** The column on show. */
  readonly shown: number
  readonly cursor: { readonly column: number; readonly row: number } | null
}

/** Rows with a label: the ends, zero, and between them where the axis is logarithmic. */
function labelled({ rows }: HistogramGrid): readonly (readonly [at: number, text: string])[] {
  const edge = (at: number): readonly [number, string] => [
    at,
    formatNumber(at === rows.length ? (rows.at(-1)?.to ?? 0) : (rows[at]?.from ?? 0)),
  ]
  const zero = rows.findIndex(({ from, to }) => from === 0 && to === 0)
  if (zero === -1) {
    const middle = rows.findIndex(({ from }) => Math.abs(from) < 1e-12 * Math.abs(rows[0]?.from ?? 0))
    return [
      edge(0),
      edge(rows.length),
      ...(middle > 1 && middle < rows.length - 1 ? [[middle, '0'] as const] : []),
    ]
  }
  // Zero has a row of its own; between it and the ends a size on either side, where there is room.
  const between = [Math.round(zero / 2), Math.round((zero + 1 + rows.length) / 2)].filter(
    (at) => Math.abs(at - zero) > 3 && at > 2 && at < rows.length - 2,
  )
  return [edge(0), edge(rows.length), [zero + 0.5, '0'], ...between.map(edge)]
}

function paintStrip(context: CanvasRenderingContext2D, scene: StripScene, box: StripBox): void {
  const { grid, theme, shown } = scene
  const colours = ramp('sequential', theme)
  const rows = grid.rows.length
  const height = box.height / rows
  context.fillStyle = theme.sequential[0] ?? theme.panel
  context.fillRect(box.left, box.top, box.width, box.height)
  let painted = -1
  for (let column = 0; column < grid.columns.length; column++) {
    const [x, width] = columnAt(box, grid.columns.length, column)
    // Thinner than a pixel: one column for every pixel.
    if (width < 1 && Math.floor(x) === painted && column !== shown) continue
    painted = Math.floor(x)
    const counts = grid.counts(column)
    const scale: Scale = { kind: 'sequential', low: 0, high: Math.max(...counts) }
    for (const [row, count] of counts.entries()) {
      if (count <= 0) continue
      const [r, g, b] = colourAt(colours, scale, count)
      context.fillStyle = `rgb(${r} ${g} ${b})`
      context.fillRect(x, box.top + box.height - (row + 1) * height, Math.max(1, width), height + 0.3)
    }
  }
}

function paintBars(context: CanvasRenderingContext2D, scene: StripScene, box: StripBox): void {
  const { grid, theme, shown } = scene
  const counts = grid.counts(shown)
  const most = Math.max(1e-9, ...counts)
  const height = box.height / grid.rows.length
  context.fillStyle = theme.accent
  for (const [row, count] of counts.entries()) {
    const y = box.top + box.height - (row + 1) * height
    context.fillRect(box.bars.left, y + 0.15, (count / most) * box.bars.width, Math.max(1, height - 0.3))
  }
  context.fillStyle = theme.line
  context.fillRect(box.bars.left, box.top, 1, box.height)
}

function paintWords(context: CanvasRenderingContext2D, { grid, theme }: StripScene, box: StripBox): void {
  context.fillStyle = theme.muted
  context.font = `10px ${theme.font}`
  context.textBaseline = 'middle'
  context.textAlign = 'right'
  for (const [row, text] of labelled(grid)) {
    const y = box.top + box.height - (row / grid.rows.length) * box.height
    context.fillText(
      text,
      box.left - 5,
      Math.min(box.top + box.height - 4, Math.max(box.top + 4, y)),
      labelWidth - 6,
    )
  }
  const [first, last] = [grid.columns[0], grid.columns.at(-1)]
  const y = box.top + box.height + 8
  context.textAlign = 'left'
  if (first !== undefined) context.fillText(String(first.step), box.left, y)
  const [x, width] = columnAt(box, grid.columns.length, grid.columns.length - 1)
  context.textAlign = 'right'
  if (last !== undefined && x + width - box.left > 50) context.fillText(String(last.step), x + width, y)
}

export function paintHistograms(context: CanvasRenderingContext2D, scene: StripScene): void {
  const { width, height, ratio, theme, grid, shown, cursor } = scene
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, height)
  const box = stripBox(width, height)
  paintStrip(context, scene, box)
  paintBars(context, scene, box)
  paintWords(context, scene, box)
  const [x, w] = columnAt(box, grid.columns.length, shown)
  context.strokeStyle = theme.text
  context.lineWidth = 1
  context.strokeRect(x - 0.5, box.top - 1.5, Math.max(2, w) + 1, box.height + 3)
  if (cursor === null) return
  const [cursorX, cursorWidth] = columnAt(box, grid.columns.length, cursor.column)
  const rowHeight = box.height / grid.rows.length
  const y = box.top + box.height - (cursor.row + 1) * rowHeight
  context.lineWidth = 1.5
  context.strokeStyle = theme.accent
  context.strokeRect(cursorX - 1, y - 1, Math.max(2, cursorWidth) + 2, Math.max(2, rowHeight) + 2)
  context.strokeRect(box.bars.left, y - 1, box.bars.width, Math.max(2, rowHeight) + 2)
}
