/**
 * Paints the gradients over the canvas: wires by width and colour, badges with numbers. One canvas above the nodes and
 * no element per wire; wires of one look are one stroke, and nothing here touches the page.
 */
import { bandColour, isDarkBand, nanColour, type Reading } from '../../engine/diagnose/colour'
import { labelSizes, type LabelLevel } from '../state/detail'
import type { Scene, SceneCard, SceneWire } from '../state/scene'
import type { PaintTheme } from '../ui/paint-theme'
import { edgeOf, edgeOn, fillOf, inkOf, type Badge, type Look } from './look'
import { modes, type CardView, type PaintMode, type Shown } from './show'

export interface Painting {
  readonly mode: PaintMode
  readonly scene: Scene
  /** The scene's, from the corner of what is painted on. */
  readonly view: Scene['view']
  readonly shown: Shown
  readonly theme: PaintTheme
  /** CSS pixels. */
  readonly width: number
  readonly height: number
  readonly ratio: number
}

interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

interface Shape {
  readonly path: Path2D
  readonly box: Box
}

export interface Painter {
  paint(context: CanvasRenderingContext2D, painting: Painting): void
}

export function createPainter(): Painter {
  const shapes = new Map<string, Shape>()
  const widths = new Map<string, number>()

  function shapeOf(d: string): Shape {
    const there = shapes.get(d)
    if (there !== undefined) return there
    // Paths of wires that moved are never asked for again; start anew rather than grow for ever.
    if (shapes.size > 4000) shapes.clear()
    const made = { path: new Path2D(d), box: boxOf(d) }
    shapes.set(d, made)
    return made
  }

  function textWidth(context: CanvasRenderingContext2D, text: string): number {
    const key = `${context.font} ${text}`
    const there = widths.get(key)
    if (there !== undefined) return there
    if (widths.size > 2000) widths.clear()
    const width = context.measureText(text).width
    widths.set(key, width)
    return width
  }

  let kept: Kept | null = null
  let stack: { readonly cards: Scene['cards']; readonly covering: ReadonlySet<SceneCard> } | null = null

  /** What follows from the numbers alone, and so stays while one pans between two samples. */
  function keptFor({ mode, shown }: Painting): Kept {
    const { readings, changes, cards, prefix } = shown
    const same =
      kept !== null &&
      kept.mode === mode &&
      kept.readings === readings &&
      kept.changes === changes &&
      kept.cards === cards &&
      kept.prefix === prefix
    if (kept === null || !same)
      kept = { mode, readings, changes, cards, prefix, views: new Map(), wires: [], strokes: [] }
    return kept
  }

  return {
    paint(context, painting) {
      const { scene, view, mode, ratio, width, height } = painting
      const now = keptFor(painting)
      const { x, y, zoom } = view
      const { detail } = scene
      context.setTransform(1, 0, 0, 1, 0, 0)
      context.clearRect(0, 0, width * ratio, height * ratio)
      context.setTransform(zoom * ratio, 0, 0, zoom * ratio, x * ratio, y * ratio)
      const seen: Box = {
        left: -x / zoom,
        top: -y / zoom,
        right: (width - x) / zoom,
        bottom: (height - y) / zoom,
      }
      const cards = [...scene.cards].filter(([, card]) => overlaps(seen, cardBox(card)))
      if (modes[mode].wire !== null && painting.shown.readings !== null) {
        const wires = [...scene.wires].filter(([, wire]) => overlaps(seen, shapeOf(wire.d).box))
        if (!sameWires(now.wires, wires)) {
          now.wires = wires
          now.strokes = strokesOf(painting, wires, shapeOf)
        }
        paintWires(context, painting.theme, now.strokes)
        // A wire may pass behind a card, which is in the page below this canvas.
        for (const [, card] of cards) context.clearRect(card.x, card.y, card.width, card.height)
        if (detail !== 'farther' && detail !== 'blank') paintLabels(context, painting, wires, detail)
      }
      if (stack?.cards !== scene.cards)
        stack = { cards: scene.cards, covering: coveringCards([...scene.cards.values()]) }
      for (const [id, card] of cards) {
        // What was painted for the cards below it is covered, too.
        if (stack.covering.has(card)) context.clearRect(card.x, card.y, card.width, card.height)
        let cardView = now.views.get(id)
        if (cardView === undefined) {
          cardView = modes[mode].card(painting.shown.cards.get(id) ?? [], painting.shown)
          now.views.set(id, cardView)
        }
        if (cardView === null) continue
        const { badge } = cardView
        if (detail === 'blank') paintBar(context, painting.theme, card, badge.look, wholeCard)
        else if (detail === 'farther') paintBar(context, painting.theme, card, badge.look, footOfCard)
        else
          paintBadge(
            context,
            painting.theme,
            card,
            badge,
            detail === 'far' ? badgeFromAfar : { ...badgeFromNear, scale: badgeScale(zoom) },
            (text) => textWidth(context, text),
          )
      }
    },
  }
}

/** Bounds of the points of a path; a Bezier lies within those of its control points. */
export function boxOf(d: string): Box {
  const numbers = (d.match(/-?\d+(?:\.\d+)?(?:e-?\d+)?/g) ?? []).map(Number)
  const xs = numbers.filter((_, index) => index % 2 === 0)
  const ys = numbers.filter((_, index) => index % 2 === 1)
  return {
    left: Math.min(...xs) - 8,
    top: Math.min(...ys) - 8,
    right: Math.max(...xs) + 8,
    bottom: Math.max(...ys) + 8,
  }
}

function cardBox(card: SceneCard): Box {
  return { left: card.x, top: card.y, right: card.x + card.width, bottom: card.y + card.height }
}

function overlaps(a: Box, b: Box): boolean {
  return a.left <= b.right && b.left <= a.right && a.top <= b.bottom && b.top <= a.bottom
}

/** The cards that lie over a part of one that comes before them. */
function coveringCards(cards: readonly SceneCard[]): ReadonlySet<SceneCard> {
  const covering = new Set<SceneCard>()
  const order = new Map(cards.map((card, index) => [card, index]))
  const sorted = [...cards].sort((a, b) => a.x - b.x)
  for (const [at, card] of sorted.entries())
    for (let next = at + 1; next < sorted.length; next += 1) {
      const other = sorted[next]
      if (other === undefined || other.x >= card.x + card.width) break
      if (other.y >= card.y + card.height || card.y >= other.y + other.height) continue
      covering.add((order.get(other) ?? 0) > (order.get(card) ?? 0) ? other : card)
    }
  return covering
}

interface Stroke {
  readonly look: Reading
  readonly width: number
  readonly path: Path2D
}

type Wires = readonly (readonly [string, SceneWire])[]

interface Kept extends Pick<Shown, 'readings' | 'changes' | 'cards' | 'prefix'> {
  readonly mode: PaintMode
  /** Of the cards that were seen so far. */
  readonly views: Map<string, CardView | null>
  /** The wires that were seen last, and how they are drawn. */
  wires: Wires
  strokes: readonly Stroke[]
}

function sameWires(before: Wires, now: Wires): boolean {
  return before.length === now.length && now.every(([, wire], index) => before[index]?.[1] === wire)
}

/** Wires of one look and width (to half a pixel) are one stroke. Quiet ones first, so that alarms lie on top. */
function strokesOf(
  { mode, shown }: Painting,
  wires: Wires,
  shapeOf: (d: string) => Shape,
): readonly Stroke[] {
  const strokes = new Map<string, Stroke>()
  for (const [id, wire] of wires) {
    const there = shown.readings?.wire(shown.prefix + id) ?? null
    const seen = there === null ? null : (modes[mode].wire?.(there) ?? null)
    const look: Reading = seen === null ? { kind: 'none' } : seen.look
    const width = seen === null || look.kind !== 'band' ? 2 : Math.round(seen.width * 2) / 2
    const key = `${look.kind}${look.kind === 'band' ? look.band : ''}:${width}`
    const stroke = strokes.get(key)
    if (stroke === undefined) strokes.set(key, { look, width, path: new Path2D(shapeOf(wire.d).path) })
    else stroke.path.addPath(shapeOf(wire.d).path)
  }
  return [...strokes.values()].sort((a, b) => rank(a.look) - rank(b.look))
}

function paintWires(context: CanvasRenderingContext2D, theme: PaintTheme, strokes: readonly Stroke[]): void {
  context.lineCap = 'round'
  for (const stroke of strokes) strokeWires(context, theme, stroke)
  context.setLineDash([])
}

function rank(look: Reading): number {
  return look.kind === 'nan'
    ? 12
    : look.kind === 'zero'
      ? 11
      : look.kind === 'none'
        ? 0
        : 1 + Math.abs(look.band - 4)
}

function strokeWires(
  context: CanvasRenderingContext2D,
  theme: PaintTheme,
  { look, width, path }: Stroke,
): void {
  const line = (colour: string, lineWidth: number, dash: readonly number[] = []) => {
    context.strokeStyle = colour
    context.lineWidth = lineWidth
    context.setLineDash([...dash])
    context.stroke(path)
  }
  switch (look.kind) {
    case 'none':
      // No gradient comes back along these: data, labels, frozen parts.
      line(theme.wire, 1.5, [2, 5])
      break
    case 'zero':
      // Hollow and dashed: the walls of a pipe through which nothing runs.
      line(theme.muted, 5, [6, 6])
      line(theme.canvas, 2.6, [6, 6])
      break
    case 'nan':
      line(nanColour, 6)
      line(theme.canvas, 2.5, [2, 6])
      break
    case 'band':
      // The darkest colours are hard to see on a dark ground: a lighter edge of the same hue keeps them apart from it.
      if (theme.dark && isDarkBand(look.band)) line(edgeOf(look.band), Math.max(width, 1) + 1.4)
      line(bandColour(look.band, theme.neutral), Math.max(width, 1))
      break
  }
}

function paintLabels(
  context: CanvasRenderingContext2D,
  { theme }: Painting,
  wires: Wires,
  detail: LabelLevel,
): void {
  context.font = `${labelSizes[detail]}px ${theme.font}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.lineJoin = 'round'
  // Wide enough to close the gaps between letters: nothing shines through.
  context.lineWidth = 10
  context.strokeStyle = theme.canvas
  context.fillStyle = theme.muted
  for (const [, wire] of wires) {
    const at = wire.labels[detail]
    if (at === null) continue
    const [x, y] = at
    context.strokeText(wire.label, x, y)
    context.fillText(wire.label, x, y)
  }
}

const badgeHeight = 20

/** How large a badge is against its card, and its letters against it. */
interface BadgeSize {
  readonly scale: number
  readonly letters: number
  readonly exponent: number
}
const badgeFromNear = { letters: 11.5, exponent: 9 } as const
/** Below a name of two lines. */
const badgeFromAfar: BadgeSize = { scale: 1.45, letters: 13, exponent: 11.5 }

/** Badges keep a readable size on the screen while the cards shrink, as long as there is room on the card. */
function badgeScale(zoom: number): number {
  return Math.min(1.5, Math.max(1, 0.85 / zoom))
}

function paintBadge(
  context: CanvasRenderingContext2D,
  theme: PaintTheme,
  card: SceneCard,
  badge: Badge,
  { scale, letters, exponent }: BadgeSize,
  widthOf: (text: string) => number,
): void {
  const baseFont = `600 ${letters}px ${theme.font}`
  const powerFont = `600 ${exponent}px ${theme.font}`
  context.font = baseFont
  const baseWidth = widthOf(badge.text)
  context.font = powerFont
  const powerWidth = badge.exponent === null ? 0 : widthOf(badge.exponent) + 1
  const width = Math.max(28, baseWidth + powerWidth + 14)
  context.save()
  context.translate(
    card.x + card.width - 9,
    card.y + card.height - (letters > badgeFromNear.letters ? 2 : scale > 1 ? 5 : 8),
  )
  context.scale(scale, scale)
  context.translate(-width, -badgeHeight)
  const outline = () => {
    context.beginPath()
    context.roundRect(0, 0, width, badgeHeight, 6)
  }
  outline()
  context.fillStyle = fillOf(badge.look, theme)
  context.fill()
  if (badge.look.kind === 'nan') hatch(context, width)
  if (badge.look.kind === 'zero' || badge.look.kind === 'none') {
    outline()
    context.setLineDash(badge.look.kind === 'zero' ? [3, 2.5] : [])
    context.strokeStyle = theme.muted
    context.lineWidth = 1.2
    context.stroke()
    context.setLineDash([])
  } else {
    const edge = edgeOn(badge.look, theme)
    if (edge !== null) {
      context.strokeStyle = edge
      context.lineWidth = 1
      context.stroke()
    }
  }
  context.fillStyle = inkOf(badge.look, theme)
  context.textAlign = 'left'
  context.textBaseline = 'alphabetic'
  const start = (width - baseWidth - powerWidth) / 2
  context.font = baseFont
  context.fillText(badge.text, start, 14.5)
  if (badge.exponent !== null) {
    context.font = powerFont
    context.fillText(badge.exponent, start + baseWidth + 1, 10)
  }
  context.restore()
}

function hatch(context: CanvasRenderingContext2D, width: number): void {
  context.save()
  context.clip()
  context.strokeStyle = '#ffffff55'
  context.lineWidth = 2
  context.beginPath()
  for (let x = -badgeHeight; x < width; x += 6) {
    context.moveTo(x, badgeHeight)
    context.lineTo(x + badgeHeight, 0)
  }
  context.stroke()
  context.restore()
}

/** From the left, right and lower edge of a card, and how high. */
interface BarPlace {
  readonly left: number
  readonly right: number
  readonly bottom: number
  readonly height: (card: SceneCard) => number
}
const footOfCard: BarPlace = { left: 16, right: 14, bottom: 5, height: () => 15 }
/** Where the card has no words either. */
const wholeCard: BarPlace = { left: 16, right: 8, bottom: 8, height: (card) => card.height - 16 }

/** From afar a number cannot be read: a bar along the foot of the card keeps the colour. */
function paintBar(
  context: CanvasRenderingContext2D,
  theme: PaintTheme,
  card: SceneCard,
  look: Look,
  { left, right, bottom, height }: BarPlace,
): void {
  const high = height(card)
  context.beginPath()
  context.roundRect(card.x + left, card.y + card.height - bottom - high, card.width - left - right, high, 6)
  context.fillStyle = fillOf(look, theme)
  context.fill()
  const edge = edgeOn(look, theme)
  if (edge !== null) {
    context.strokeStyle = edge
    context.lineWidth = 2.5
    context.stroke()
  }
  if (look.kind === 'zero') {
    context.strokeStyle = theme.muted
    context.lineWidth = 2
    context.setLineDash([6, 5])
    context.stroke()
    context.setLineDash([])
  }
}
