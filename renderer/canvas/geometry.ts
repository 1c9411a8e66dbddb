/**
 * Sizes and places of a card and its ports, in document units (CSS pixels at zoom 1). React Flow gets them with the
 * node, so that nothing has to be measured and wires are right in the first frame; the style sheet uses the same numbers.
 */
import { Position, type NodeHandle } from '@xyflow/react'
import { cardWidth, type Box } from '../state/card-size'
import type { CardModel } from './card-model'

/** Of a card with at most one port on each side: they sit at half height and need no names. */
const plainHeight = 78
/** Title and summary. */
const headHeight = 46
const rowHeight = 18
const footHeight = 32
/** Of the square that takes the pointer around a port; what is seen of it is smaller. */
export const handleSize = 16

/** Of a reroute point. */
const pointSize = 20

export interface PortPlaces {
  readonly width: number
  readonly height: number
  /** Middle of each input and output, from the top of the card. */
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
  /** Whether each port has a row with its name. */
  readonly named: boolean
}

/** Size and ports of what a model is drawn as. */
export function placesOf({ form, inputs, outputs }: CardModel): PortPlaces {
  if (form === 'point') {
    const middle = pointSize / 2
    return { width: pointSize, height: pointSize, inputs: [middle], outputs: [middle], named: false }
  }
  return placePorts(inputs.length, outputs.length, form === 'end')
}

export function placePorts(inputs: number, outputs: number, named = false): PortPlaces {
  if (inputs <= 1 && outputs <= 1 && !named) {
    const middle = plainHeight / 2
    return {
      width: cardWidth,
      height: plainHeight,
      inputs: Array<number>(inputs).fill(middle),
      outputs: Array<number>(outputs).fill(middle),
      named: false,
    }
  }
  const rows = (count: number) =>
    Array.from({ length: count }, (_, row) => headHeight + (row + 0.5) * rowHeight)
  return {
    width: cardWidth,
    height: headHeight + Math.max(inputs, outputs) * rowHeight + footHeight,
    inputs: rows(inputs),
    outputs: rows(outputs),
    named: true,
  }
}

/** Handles for React Flow, which ends wires at their outer edge. */
export function flowHandles(
  inputs: readonly string[],
  outputs: readonly string[],
  places: PortPlaces,
): NodeHandle[] {
  const handle = (id: string, type: 'source' | 'target', y: number): NodeHandle => ({
    id,
    type,
    position: type === 'target' ? Position.Left : Position.Right,
    x: (type === 'target' ? 0 : places.width) - handleSize / 2,
    y: y - handleSize / 2,
    width: handleSize,
    height: handleSize,
  })
  return [
    ...inputs.map((name, index) => handle(name, 'target', places.inputs[index] ?? 0)),
    ...outputs.map((name, index) => handle(name, 'source', places.outputs[index] ?? 0)),
  ]
}

export interface WirePath {
  readonly d: string
  /** A place for what is larger than the gap between two cards: clear of both. */
  readonly x: number
  readonly y: number
  /** All that the path covers. */
  readonly box: Box
}

/** Room that a wire's label needs; on shorter wires it stands above. */
const labelRoom = 84
/** Width of a letter of a label (from afar they are larger), the room of a port at either end, and how far above its port a card ends: what does not fit between two cards stands over the gap. */
const letterWidth = 6.4
const letterFromAfar = 7.9
const portRoom = 14
const aboveCards = 56
/** How far a routed wire runs straight out of its port before it turns: half the usual gap between columns. */
const lead = 20
const corner = 12

/**
 * The curve from an output to an input: a cubic Bezier where the input lies ahead. With `lane`, the height of a free
 * horizontal lane, the wire goes round: out, along the lane, and in. That is how wires return to the next row, and how
 * long ones pass below the cards between their ends.
 */
export function wirePath(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  lane: number | null = null,
  label = '',
): WirePath {
  if (lane !== null) return routed(x1, y1, x2, y2, lane)
  const dx = x2 - x1
  const reach = swing(x1, y1, x2, y2)
  const cx1 = x1 + reach
  const cx2 = x2 - reach
  const y = (y1 + y2) / 2
  const narrow = Math.abs(dx) < labelRoom
  const tooWide = label.length * letterWidth > Math.abs(dx) - 4
  const level = Math.abs(y2 - y1) < 12
  const overPorts = level && label.length * letterFromAfar > Math.abs(dx) - 2 * portRoom
  const labelY =
    !narrow && !overPorts ? y : !narrow || tooWide || !level ? Math.min(y1, y2) - aboveCards : y - 11
  return {
    d: `M${x1} ${y1}C${cx1} ${y1} ${cx2} ${y2} ${x2} ${y2}`,
    x: (x1 + 3 * cx1 + 3 * cx2 + x2) / 8,
    y: labelY,
    box: boxBetween([x1, x2, ...turns(x1, cx1, cx2, x2)], [y1, y2]),
  }
}

/** How far the curve runs straight out of its ends. */
function swing(x1: number, y1: number, x2: number, y2: number): number {
  const dx = x2 - x1
  return dx >= 0
    ? Math.max(Math.min(dx * 0.5, 160), Math.min(28, Math.abs(y2 - y1) / 3))
    : Math.min(40 + Math.sqrt(-dx) * 6, 190)
}

/** The point at this share of a wire's way: by its length where it goes round, by the parameter of a curve, which is the same in the middle. */
export function pointAlong(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  lane: number | null,
  share: number,
): readonly [x: number, y: number] {
  if (lane === null) {
    const reach = swing(x1, y1, x2, y2)
    return [bezier(x1, x1 + reach, x2 - reach, x2, share), bezier(y1, y1, y2, y2, share)]
  }
  const corners = [
    [x1, y1],
    [x1 + lead, y1],
    [x1 + lead, lane],
    [x2 - lead, lane],
    [x2 - lead, y2],
    [x2, y2],
  ] as const
  const runs = corners.slice(1).map(([x, y], index) => {
    const [fromX, fromY] = corners[index] ?? [x, y]
    return { x, y, fromX, fromY, length: Math.abs(x - fromX) + Math.abs(y - fromY) }
  })
  let left = share * runs.reduce((sum, { length }) => sum + length, 0)
  for (const { x, y, fromX, fromY, length } of runs) {
    if (left <= length && length > 0)
      return [fromX + ((x - fromX) * left) / length, fromY + ((y - fromY) * left) / length]
    left -= length
  }
  return [x2, y2]
}

function bezier(a: number, b: number, c: number, d: number, t: number): number {
  const u = 1 - t
  return u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d
}

function boxBetween(xs: readonly number[], ys: readonly number[]): Box {
  const [x, y] = [Math.min(...xs), Math.min(...ys)]
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y }
}

/** Where a cubic Bezier goes furthest to either side, between its ends. Ours are symmetric, so both or none do. */
function turns(a: number, b: number, c: number, d: number): readonly number[] {
  const [p, q, r] = [d - 3 * c + 3 * b - a, 2 * (c - 2 * b + a), b - a]
  const root = q * q - 4 * p * r
  if (root <= 0 || p === 0) return []
  return [1, -1].flatMap((sign) => {
    const t = (-q + sign * Math.sqrt(root)) / (2 * p)
    return t <= 0 || t >= 1 ? [] : [bezier(a, b, c, d, t)]
  })
}

/** Five straight runs with round corners. */
function routed(x1: number, y1: number, x2: number, y2: number, lane: number): WirePath {
  const right = x1 + lead
  const left = x2 - lead
  const down1 = Math.sign(lane - y1)
  const down2 = Math.sign(y2 - lane)
  const way = Math.sign(left - right)
  const r1 = Math.min(corner, Math.abs(lane - y1) / 2)
  const r2 = Math.min(corner, Math.abs(y2 - lane) / 2)
  const middle = Math.min(corner, Math.abs(left - right) / 2)
  const d = [
    `M${x1} ${y1}`,
    `L${right - r1} ${y1}`,
    `Q${right} ${y1} ${right} ${y1 + down1 * r1}`,
    `L${right} ${lane - down1 * r1}`,
    `Q${right} ${lane} ${right + way * middle} ${lane}`,
    `L${left - way * middle} ${lane}`,
    `Q${left} ${lane} ${left} ${lane + down2 * r2}`,
    `L${left} ${y2 - down2 * r2}`,
    `Q${left} ${y2} ${left + r2} ${y2}`,
    `L${x2} ${y2}`,
  ].join('')
  return {
    d,
    x: (left + right) / 2,
    y: lane,
    box: boxBetween([x1, right, left, x2], [y1, lane, y2]),
  }
}
