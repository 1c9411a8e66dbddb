/**
 * Paints a step over the canvas: the node at work, what has been reached, and the numbers on the wires. Forward values
 * and gradients stand in two columns, each small tensor in full and each large one as shape, mean and range.
 */
import type { Known, Stop } from '../../engine/explain/stops'
import { phases, type Phase } from '../../engine/explain/stops'
import type { Value } from '../../engine/explain/work-out'
import { drawnWire } from '../../engine/analyse/plan'
import type { Scene, SceneCard } from '../state/scene'
import type { PaintTheme } from '../ui/paint-theme'
import { brief } from './numbers'

export interface StepPainting {
  readonly scene: Scene
  /** The scene's, from the corner of what is painted on. */
  readonly view: Scene['view']
  readonly theme: PaintTheme
  readonly width: number
  readonly height: number
  readonly ratio: number
  readonly stops: readonly Stop[]
  readonly at: number
  readonly known: readonly Known[]
  readonly sample: number
}

/** Numbers of a sample that are written one by one, and columns of them. */
const mostRows = 6
const mostColumns = 4
/** Below this zoom numbers cannot be read; the shapes of the way stay. */
const readableAbove = 0.35

function topOf(path: string): string {
  const slash = path.indexOf('/')
  return slash === -1 ? path : path.slice(0, slash)
}

/** The colour of what flows forwards, and of what comes back. */
function colourOf(theme: PaintTheme, phase: Phase): string {
  return phase === 'backward' ? (theme.dark ? '#f4a37c' : '#b3411a') : theme.accent
}

/** Cards that a phase has reached, and the one at work. */
function reached(stops: readonly Stop[], at: number): ReadonlySet<string> {
  const here = stops[at]
  const before = here === undefined ? [] : phases.slice(0, phases.indexOf(here.phase))
  const whole = before.includes('loss') || before.includes('backward')
  return new Set(
    stops
      .slice(0, at + 1)
      .filter((stop) => (whole && here?.phase === 'backward' ? stop.phase === 'backward' : true))
      .map(({ path }) => topOf(path)),
  )
}

export function paintStep(context: CanvasRenderingContext2D, painting: StepPainting): void {
  const { scene, theme, ratio, width, height, stops, at, known } = painting
  const { x, y, zoom } = painting.view
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, width * ratio, height * ratio)
  context.setTransform(zoom * ratio, 0, 0, zoom * ratio, x * ratio, y * ratio)
  const here = stops[at]
  if (here === undefined) return
  const there = reached(stops, at)
  for (const [id, card] of scene.cards) if (!there.has(id)) veil(context, theme, card)
  const backwards = here.phase === 'backward'
  for (const { wire, forward, backward, atWork } of known) {
    const drawn = scene.wires.get(drawnWire(wire.wire))
    if (drawn === undefined || wire.wire.includes('/') || !(forward || backward)) continue
    context.strokeStyle = backwards && backward ? colourOf(theme, 'backward') : theme.accent
    context.globalAlpha = atWork ? 1 : 0.45
    context.lineWidth = atWork ? 3 : 1.6
    context.stroke(new Path2D(drawn.d))
    context.globalAlpha = 1
  }
  const card = scene.cards.get(topOf(here.path))
  if (card !== undefined) frame(context, colourOf(theme, here.phase), card, zoom)
  if (zoom < readableAbove) return
  for (const one of known) if (!one.atWork) paintNumbers(context, painting, one, zoom)
  for (const one of known) if (one.atWork) paintNumbers(context, painting, one, zoom)
}

function veil(context: CanvasRenderingContext2D, theme: PaintTheme, card: SceneCard): void {
  context.globalAlpha = 0.62
  context.fillStyle = theme.canvas
  context.beginPath()
  // Over its ports as well, which stand out on both sides.
  context.roundRect(card.x - 6, card.y - 1, card.width + 12, card.height + 2, 11)
  context.fill()
  context.globalAlpha = 1
}

/** How far the dot of a port and its ring stand out of the card. */
const portReach = 6.5

function frame(context: CanvasRenderingContext2D, colour: string, card: SceneCard, zoom: number): void {
  const width = Math.max(3, 2.5 / zoom)
  // Around the ports, which stay free.
  const away = portReach + width / 2
  context.beginPath()
  context.roundRect(card.x - away, card.y - away, card.width + 2 * away, card.height + 2 * away, 10 + away)
  context.strokeStyle = colour
  context.lineWidth = width
  context.stroke()
}

interface Cell {
  readonly text: string
  readonly colour: string
}

/** Rows of numbers: those of a tensor one below the other, samples side by side; gradients to the right of values. */
function rowsOf(
  { theme, sample }: StepPainting,
  { wire, forward, backward }: Known,
  columns: number,
): readonly (readonly Cell[])[] {
  const parts: (readonly (readonly Cell[])[])[] = []
  if (forward && wire.forward !== null) parts.push(cells(wire.forward, theme.text, sample, columns))
  if (backward && wire.gradient !== null)
    parts.push(cells(wire.gradient, colourOf(theme, 'backward'), sample, columns, parts.length === 0))
  const height = Math.max(0, ...parts.map((part) => part.length))
  return Array.from({ length: height }, (_, row) =>
    parts.flatMap((part) => part[row] ?? part[0]?.map(() => ({ text: '', colour: '' })) ?? []),
  )
}

function cells(
  { shape, grid, mean, min, max }: Value,
  colour: string,
  sample: number,
  most: number,
  /** Gradients have the shape of the values beside them. */
  named = true,
): readonly (readonly Cell[])[] {
  const samples = shape[0] ?? 1
  const each = shape.slice(1).reduce((product, n) => product * n, 1)
  const cell = (text: string): Cell => ({ text, colour })
  if (grid === null || each > mostRows)
    return [
      [cell(named ? shape.join('×') : '')],
      [cell(`μ ${brief(mean, 2)}`)],
      [cell(`↓ ${brief(min, 2)}`)],
      [cell(`↑ ${brief(max, 2)}`)],
    ]
  // All samples side by side, or the chosen one.
  const all = samples <= most
  const from = all ? 0 : sample
  const columns = all ? samples : 1
  return Array.from({ length: each }, (_, row) =>
    Array.from({ length: columns }, (__, column) =>
      cell(brief(grid.values[(from + column) * each + row] ?? NaN)),
    ),
  )
}

const lineHeight = 14
const gap = 7
/** Between two cards of a row and their neighbours' wires, in document units: what is wider shows one sample. */
const room = 190

function paintNumbers(
  context: CanvasRenderingContext2D,
  painting: StepPainting,
  known: Known,
  zoom: number,
): void {
  const { scene, theme } = painting
  const place = scene.wires.get(drawnWire(known.wire.wire))
  if (place === undefined || known.wire.wire.includes('/')) return
  context.font = `600 11px ${theme.font}`
  context.textBaseline = 'middle'
  context.textAlign = 'right'
  // What is at work stays readable from further away, over its neighbours.
  const scale = Math.min(known.atWork ? 2.2 : 1.4, Math.max(1, 0.9 / zoom))
  const laidOut = (columns: number) => {
    const rows = rowsOf(painting, known, columns)
    const widths = (rows[0] ?? []).map((_, column) =>
      Math.max(...rows.map((row) => context.measureText(row[column]?.text ?? '').width)),
    )
    return { rows, widths, width: widths.reduce((total, one) => total + one, 0) + gap * (widths.length + 1) }
  }
  const all = laidOut(mostColumns)
  const { rows, widths, width } = all.width * scale > room ? laidOut(1) : all
  const first = rows[0]
  if (first === undefined || first.length === 0) return
  const height = rows.length * lineHeight + 6
  context.save()
  // Upwards from where the shape would stand, which is clear of the cards.
  context.translate(place.x, place.y + 8)
  context.scale(scale, scale)
  context.translate(-width / 2, -height)
  context.beginPath()
  context.roundRect(0, 0, width, height, 6)
  context.fillStyle = theme.panel
  context.fill()
  context.strokeStyle = known.atWork ? (rows.at(-1)?.at(-1)?.colour ?? theme.line) : theme.line
  context.lineWidth = 1
  context.stroke()
  for (const [index, row] of rows.entries()) {
    let right = 0
    for (const [column, cell] of row.entries()) {
      right += gap + (widths[column] ?? 0)
      context.fillStyle = cell.colour || theme.text
      context.fillText(cell.text, right, 3 + (index + 0.5) * lineHeight)
    }
  }
  context.restore()
}
