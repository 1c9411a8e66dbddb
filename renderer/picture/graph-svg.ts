/**
 * The graph as an SVG that stands by itself: cards, wires and frames as on the canvas, in the colours of the theme, with
 * the document in its metadata.
 */
import type { Analysis } from '../../engine/analyse/plan'
import { svgMetadata, xmlText } from '../../engine/formats/pictures'
import type { Document } from '../../engine/graph/document'
import { writeDocument } from '../../engine/graph/text'
import type { Catalogue } from '../../nodes/kit/define'
import { cardModels, footText, type CardModel, type CardPort } from '../canvas/card-model'
import {
  flowEdges,
  flowNodes,
  type CardNode,
  type FrameNode,
  type LabelStep,
  type WireEdge,
} from '../canvas/flow-elements'
import { pointAlong, wirePath, type PortPlaces } from '../canvas/geometry'
import { labelPlaces } from '../canvas/label-places'
import { endsBetween } from '../canvas/reach'
import { cardWidth } from '../state/card-size'
import { documentKey } from '../state/pictures'
import { strings } from '../ui/strings'

/** Looks up a colour by the name of its token, without the dashes. */
export type Colours = (token: string) => string

/** Width of a text in pixels at a size and weight. */
export type Measure = (text: string, size: number, weight: number) => number

export interface GraphPicture {
  readonly svg: string
  readonly width: number
  readonly height: number
}

interface Options {
  readonly document: Document
  readonly analysis: Analysis
  readonly catalogue: Catalogue
  readonly colours: Colours
  readonly font: string
  readonly measure: Measure
}

/** Around everything. */
const margin = 40
const titleSize = 14
const padding = { left: 15, right: 11 }

/** As much of the text as fits, with an ellipsis where it is cut. */
function fitted(text: string, room: number, measure: (text: string) => number): string {
  if (measure(text) <= room) return text
  const letters = [...text]
  let keep = letters.length
  while (keep > 0 && measure(`${letters.slice(0, keep).join('').trimEnd()}…`) > room) keep--
  return keep === 0 ? '' : `${letters.slice(0, keep).join('').trimEnd()}…`
}

function box(
  nodes: readonly { readonly position: { x: number; y: number }; width?: number; height?: number }[],
) {
  const lefts = nodes.map(({ position }) => position.x)
  const tops = nodes.map(({ position }) => position.y)
  const rights = nodes.map(({ position, width = 0 }) => position.x + width)
  const bottoms = nodes.map(({ position, height = 0 }) => position.y + height)
  const left = Math.min(...lefts, Infinity)
  if (left === Infinity) return { x: 0, y: 0, width: 320, height: 120 }
  const top = Math.min(...tops)
  return { x: left, y: top, width: Math.max(...rights) - left, height: Math.max(...bottoms) - top }
}

/** Draws the whole top level of a document. */
export function graphSvg(options: Options): GraphPicture {
  const { document, analysis, catalogue, colours, font } = options
  const models = cardModels(document, analysis, catalogue, new Map())
  const nothing = { nodes: new Set<string>(), wires: new Set<string>(), frames: new Set<string>() }
  const nodes = flowNodes(document, models, nothing, null, new Map())
  const cards = nodes.filter((node): node is CardNode => node.type === 'card')
  const frames = nodes.filter((node): node is FrameNode => node.type === 'frame')
  const byId = new Map(cards.map((card) => [card.id, card]))
  const edges = flowEdges(document, models, analysis, nothing, new Map())
  const labels = labelPlaces(byId, edges)
  const wires = edges.flatMap((edge) => drawnWire(edge, byId, labels.get(edge.id)?.near ?? null))
  // Wires may leave the cards' box: round lanes below, labels above.
  const bounds = box([...cards, ...frames])
  const top = Math.min(bounds.y, ...wires.map(({ low }) => low)) - margin
  const bottom = Math.max(bounds.y + bounds.height, ...wires.map(({ high }) => high)) + margin
  const width = Math.ceil(bounds.width + 2 * margin)
  const height = Math.ceil(bottom - top)
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${bounds.x - margin} ${top} ${width} ${height}" font-family="${xmlText(font)}" role="img">`,
    `<title>${xmlText(document.name)}</title>`,
    svgMetadata(documentKey, writeDocument(document)),
    `<rect x="${bounds.x - margin}" y="${top}" width="${width}" height="${height}" fill="${colours('canvas')}"/>`,
    ...frames.map((frame) => drawFrame(frame, colours)),
    ...wires.map((wire) => wireLine(wire, colours)),
    ...cards.map((card) => drawCard(card, options)),
    ...wires.map((wire) => wireLabel(wire, colours)),
    '</svg>',
  ]
  return { svg: `${parts.join('\n')}\n`, width, height }
}

interface DrawnWire {
  readonly d: string
  readonly x: number
  readonly y: number
  readonly label: string
  readonly kind: string
  readonly problem: 'error' | 'warning' | null
  readonly low: number
  readonly high: number
}

function drawnWire(
  edge: WireEdge,
  cards: ReadonlyMap<string, CardNode>,
  step: LabelStep | null,
): DrawnWire[] {
  const from = cards.get(edge.source)
  const to = cards.get(edge.target)
  const ends = from === undefined || to === undefined ? null : endsBetween(from, to, edge)
  if (ends === null) return []
  const lane = edge.data?.lane ?? null
  const { d, box } = wirePath(...ends, lane)
  const [middleX, middleY] = pointAlong(...ends, lane, 0.5)
  const [x, y] = [middleX + (step?.[0] ?? 0), middleY + (step?.[1] ?? 0)]
  const label = step === null ? '' : (edge.data?.label ?? '')
  return [
    {
      d,
      x,
      y,
      label,
      kind: edge.data?.kind ?? 'tensor',
      problem: edge.data?.problem ?? null,
      low: Math.min(box.y, label === '' ? Infinity : y - 8),
      high: Math.max(box.y + box.height, label === '' ? -Infinity : y + 8),
    },
  ]
}

function wireLine({ d, kind, problem }: DrawnWire, colours: Colours): string {
  const stroke = colours(problem ?? (kind === 'loss' ? 'kind-loss' : 'wire'))
  const dashes = problem === 'error' ? '7 4' : kind === 'target' ? '2 5' : null
  return `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="2" stroke-linecap="round"${
    dashes === null ? '' : ` stroke-dasharray="${dashes}"`
  }/>`
}

function wireLabel({ x, y, label }: DrawnWire, colours: Colours): string {
  if (label === '') return ''
  return `<text x="${x}" y="${y}" dy="0.35em" font-size="10.5" text-anchor="middle" fill="${colours('muted')}" stroke="${colours('canvas')}" stroke-width="5" stroke-linejoin="round" paint-order="stroke">${xmlText(label)}</text>`
}

function drawFrame({ position, width = 0, height = 0, data }: FrameNode, colours: Colours): string {
  const { title, colour } = data.frame
  const stroke = /^#[0-9a-f]{3,8}$/i.test(colour) ? colour : colours('line-strong')
  return [
    `<rect x="${position.x}" y="${position.y}" width="${width}" height="${height}" rx="12" fill="${stroke}" fill-opacity="0.06" stroke="${stroke}" stroke-opacity="0.6"/>`,
    `<text x="${position.x + 12}" y="${position.y + 20}" font-size="12" font-weight="600" fill="${colours('muted')}">${xmlText(title)}</text>`,
  ].join('')
}

/** The token of a card's colour. */
function familyColour(model: CardModel): string {
  if (model.disabled || model.bypass) return 'neutral'
  if (model.family === 'block') return 'accent'
  return model.family === 'unknown' ? 'error' : `family-${model.family}`
}

function drawCard({ position, data }: CardNode, { colours, measure }: Options): string {
  const { model, places } = data
  const { x, y } = position
  const room = cardWidth - padding.left - padding.right
  const words = (text: string, size: number, weight: number, width = room) =>
    xmlText(fitted(text, width, (part) => measure(part, size, weight)))
  const summary = measure(model.summary, 11.5, 400) > room ? model.brief || model.summary : model.summary
  const repeat = model.repeat > 1 ? ` ×${model.repeat}` : ''
  const titleRoom = room - measure(repeat, titleSize, 600)
  const outline = model.errors.length > 0 ? 'error' : 'line'
  const dashed = model.disabled || model.bypass ? ' stroke-dasharray="4 3"' : ''
  const rect = (dx: number, stroke: string) =>
    `<rect x="${x + dx}" y="${y + dx}" width="${cardWidth}" height="${places.height}" rx="10" fill="${colours(model.disabled ? 'canvas' : 'node')}" stroke="${colours(stroke)}"${dashed}/>`
  return [
    '<g>',
    ...(model.repeat > 1 ? [rect(6, 'line-strong'), rect(3, 'line-strong')] : []),
    rect(0, outline),
    `<rect x="${x}" y="${y + 9}" width="4" height="${places.height - 18}" rx="1.5" fill="${colours(familyColour(model))}"/>`,
    `<text x="${x + padding.left}" y="${y + 22}" font-size="${titleSize}" font-weight="600" fill="${colours(model.disabled ? 'muted' : 'text')}"${model.disabled ? ' text-decoration="line-through"' : ''}>${words(model.title, titleSize, 600, titleRoom)}${
      repeat === '' ? '' : `<tspan fill="${colours('accent')}">${repeat}</tspan>`
    }</text>`,
    `<text x="${x + padding.left}" y="${y + 38}" font-size="11.5" fill="${colours('muted')}">${words(summary, 11.5, 400)}</text>`,
    drawFoot(model, x, y + places.height - 13, colours),
    ...model.inputs.map((port, index) => drawPort(port, 'input', x, y, places, index, colours)),
    ...model.outputs.map((port, index) => drawPort(port, 'output', x, y, places, index, colours)),
    '</g>',
  ].join('')
}

function drawFoot(model: CardModel, x: number, y: number, colours: Colours): string {
  const words = strings.canvas
  const [text, colour] =
    model.errors.length > 0
      ? [words.errors(model.errors.length), 'error']
      : model.warnings.length > 0
        ? [words.warnings(model.warnings.length), 'warning']
        : [footText(model), 'muted']
  return `<text x="${x + padding.left}" y="${y}" font-size="11" fill="${colours(colour)}">${xmlText(text)}</text>`
}

function drawPort(
  port: CardPort,
  side: 'input' | 'output',
  x: number,
  y: number,
  places: PortPlaces,
  index: number,
  colours: Colours,
): string {
  const input = side === 'input'
  const at = y + ((input ? places.inputs : places.outputs)[index] ?? 0)
  const edge = x + (input ? 0 : cardWidth)
  const kind = colours(`kind-${port.kind}`)
  const fill = port.wired ? kind : colours('node')
  const dashes = port.optional && !port.wired ? ' stroke-dasharray="2 2"' : ''
  const dot = port.list
    ? `<rect x="${edge - 4}" y="${at - 7}" width="8" height="14" rx="4" fill="${fill}" stroke="${kind}" stroke-width="2"/>`
    : `<circle cx="${edge}" cy="${at}" r="4" fill="${fill}" stroke="${kind}" stroke-width="2"${dashes}/>`
  if (!places.named) return dot
  return `${dot}<text x="${edge + (input ? 15 : -14)}" y="${at}" dy="0.35em" font-size="11" text-anchor="${input ? 'start' : 'end'}" fill="${colours('muted')}">${xmlText(port.name)}</text>`
}
