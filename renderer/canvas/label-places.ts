/**
 * Where the shapes stand that wires carry: on the drawn path where there is room, else beside it or over the gap between its
 * cards, and nowhere where a card or another shape is in the way. Found from numbers alone once an edit has changed the
 * graph; kept as steps from the middle of the path, so that labels follow in a drag and nothing is looked for while panning.
 */
import type { WireId } from '../../engine/graph/document'
import type { Box } from '../state/card-size'
import { labelSizes } from '../state/detail'
import type { LabelPlaces, LabelStep, WireEdge } from './flow-elements'
import { pointAlong } from './geometry'
import { endsBetween, type Placed } from './reach'

/** Of a letter, against its size; rather too much than too little. */
const letterWidth = 0.61
const lineHeight = 1.2
/** From the middle of a port to its ring. */
const portReach = 6.5
/** Between a label and a card, and what must be seen of a level wire on either side of its label. */
const gap = 4
const seen = 9
/** The wires of one output carry one shape: it is not said twice so near. */
const apart = 170
/** Shares of the path that are tried, the middle first. */
const shares = [0.5, 0.42, 0.58, 0.33, 0.67, 0.25, 0.75, 0.16, 0.84] as const

const cell = 256

/** Boxes by the cells that they lie in, so that only neighbours are compared. */
function createGrid() {
  const cells = new Map<number, Box[]>()
  const keyOf = (column: number, row: number) => column * 0x100000 + row
  return {
    add(box: Box): void {
      const [right, bottom] = [
        Math.floor((box.x + box.width) / cell),
        Math.floor((box.y + box.height) / cell),
      ]
      for (let column = Math.floor(box.x / cell); column <= right; column += 1)
        for (let row = Math.floor(box.y / cell); row <= bottom; row += 1) {
          const there = cells.get(keyOf(column, row))
          if (there === undefined) cells.set(keyOf(column, row), [box])
          else there.push(box)
        }
    },
    isFree(box: Box): boolean {
      const right = Math.floor((box.x + box.width) / cell)
      const bottom = Math.floor((box.y + box.height) / cell)
      for (let column = Math.floor(box.x / cell); column <= right; column += 1)
        for (let row = Math.floor(box.y / cell); row <= bottom; row += 1)
          for (const other of cells.get(keyOf(column, row)) ?? nothing) if (overlaps(other, box)) return false
      return true
    },
  }
}
const nothing: readonly Box[] = []
/** Above this many they are not written from afar, where they would only be a crowd. */
const manyLabels = 400
const none: ReadonlyMap<WireId, LabelStep> = new Map()
const noPoints: readonly LabelStep[] = []

function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

interface Line {
  readonly edge: WireEdge
  readonly label: string
  readonly from: Box
  readonly to: Box
  readonly ends: readonly [x1: number, y1: number, x2: number, y2: number]
  readonly lane: number | null
  readonly length: number
}

/** A place of each label in each size, null where there is none. Wires without a label are not in it. */
export function labelPlaces(
  cards: ReadonlyMap<string, Placed>,
  edges: readonly WireEdge[],
): ReadonlyMap<WireId, LabelPlaces> {
  const lines = linesOf(cards, edges)
  const solid = createGrid()
  for (const { position, data } of cards.values()) {
    const { x, y } = position
    const { width, height, inputs, outputs } = data.places
    solid.add({ x, y, width, height })
    for (const port of inputs) solid.add(portBox(x, y + port))
    for (const port of outputs) solid.add(portBox(x + width, y + port))
  }
  const near = stepsOf(lines, solid, labelSizes.near)
  const middle = stepsOf(lines, solid, labelSizes.middle)
  const far = lines.length > manyLabels ? none : stepsOf(lines, solid, labelSizes.far)
  const of = (steps: ReadonlyMap<WireId, LabelStep>, id: WireId) => steps.get(id) ?? null
  return new Map(
    lines.map(({ edge: { id } }) => [id, { near: of(near, id), middle: of(middle, id), far: of(far, id) }]),
  )
}

const portBox = (x: number, y: number): Box => ({
  x: x - portReach,
  y: y - portReach,
  width: 2 * portReach,
  height: 2 * portReach,
})

function boxOf({ position: { x, y }, data: { places } }: Placed): Box {
  return { x, y, width: places.width, height: places.height }
}

/** Short wires first: they have the fewest places to choose from. */
function linesOf(cards: ReadonlyMap<string, Placed>, edges: readonly WireEdge[]): readonly Line[] {
  const lines: Line[] = []
  for (const edge of edges) {
    const from = cards.get(edge.source)
    const to = cards.get(edge.target)
    const label = edge.data?.label ?? ''
    if (from === undefined || to === undefined || label === '') continue
    const ends = endsBetween(from, to, edge)
    if (ends === null) continue
    const [x1, y1, x2, y2] = ends
    const lane = edge.data?.lane ?? null
    const length =
      Math.abs(x2 - x1) + (lane === null ? Math.abs(y2 - y1) : Math.abs(lane - y1) + Math.abs(lane - y2))
    lines.push({ edge, label, from: boxOf(from), to: boxOf(to), ends, lane, length })
  }
  return lines.sort((a, b) => a.length - b.length)
}

function stepsOf(
  lines: readonly Line[],
  solid: ReturnType<typeof createGrid>,
  size: number,
): ReadonlyMap<WireId, LabelStep> {
  const taken = createGrid()
  const said = new Map<string, readonly LabelStep[]>()
  const steps = new Map<WireId, LabelStep>()
  const height = lineHeight * size
  for (const line of lines) {
    const { edge, label, ends, lane } = line
    const words = label.length * letterWidth * size
    const width = words + gap
    const output = `${edge.source} ${edge.sourceHandle ?? ''}`
    const [middleX, middleY] = pointAlong(...ends, lane, 0.5)
    const others = said.get(output) ?? noPoints
    const isSaid = (x: number, y: number) =>
      others.some(([otherX, otherY]) => Math.hypot(x - otherX, y - otherY) < apart)
    if (isSaid(middleX, middleY)) continue
    for (const [x, y] of placesFor(line, words, size)) {
      if (isSaid(x, y)) continue
      const box = { x: x - width / 2, y: y - height / 2, width, height }
      if (!solid.isFree(box) || !taken.isFree(box)) continue
      taken.add(box)
      said.set(output, [...others, [x, y]])
      steps.set(edge.id, [x - middleX, y - middleY])
      break
    }
  }
  return steps
}

/** Places from the best to the last. */
function* placesFor(line: Line, width: number, size: number): Generator<readonly [number, number]> {
  const { ends, lane, from, to } = line
  const [x1, y1, x2, y2] = ends
  const isSeen = lane !== null || Math.abs(x2 - x1) >= width + 2 * seen || Math.abs(y2 - y1) >= 3 * size
  if (isSeen) for (const share of shares) yield pointAlong(...ends, lane, share)
  if (lane !== null) return
  const [x] = pointAlong(...ends, lane, 0.5)
  const beside = 0.6 * size + portReach
  yield [x, Math.min(y1, y2) - beside]
  yield [x, Math.max(y1, y2) + beside]
  // Over or under the gap between its cards, nearest first.
  const clear = 0.6 * size + gap
  const tops = [from.y, to.y].sort((a, b) => b - a)
  const bottoms = [from.y + from.height, to.y + to.height].sort((a, b) => a - b)
  for (const top of tops) if (top - clear < Math.min(y1, y2)) yield [x, top - clear]
  for (const bottom of bottoms) if (bottom + clear > Math.max(y1, y2)) yield [x, bottom + clear]
}
