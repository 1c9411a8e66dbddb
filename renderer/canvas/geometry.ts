/**
 * Sizes and places of a card and its ports, in document units (CSS pixels at zoom 1). React Flow gets them with the
 * node, so that nothing has to be measured and wires are right in the first frame; the style sheet uses the same numbers.
 */
import { Position, type NodeHandle } from '@xyflow/react'

export const cardWidth = 156
/** Of a card with at most one port on each side: they sit at half height and need no names. */
const plainHeight = 78
/** Title and summary. */
const headHeight = 46
const rowHeight = 18
const footHeight = 32
/** Of the square that takes the pointer around a port; what is seen of it is smaller. */
export const handleSize = 16

export interface PortPlaces {
  readonly height: number
  /** Middle of each input and output, from the top of the card. */
  readonly inputs: readonly number[]
  readonly outputs: readonly number[]
  /** Whether each port has a row with its name. */
  readonly named: boolean
}

export function placePorts(inputs: number, outputs: number): PortPlaces {
  if (inputs <= 1 && outputs <= 1) {
    const middle = plainHeight / 2
    return {
      height: plainHeight,
      inputs: Array<number>(inputs).fill(middle),
      outputs: Array<number>(outputs).fill(middle),
      named: false,
    }
  }
  const rows = (count: number) =>
    Array.from({ length: count }, (_, row) => headHeight + (row + 0.5) * rowHeight)
  return {
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
    x: (type === 'target' ? 0 : cardWidth) - handleSize / 2,
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
  /** Middle of the curve. */
  readonly x: number
  readonly y: number
}

/** How far the ends run straight out: more for long wires, enough to be seen for those that run backwards. */
function reach(dx: number, dy: number): number {
  if (dx >= 0) return Math.max(Math.min(dx * 0.5, 160), Math.min(28, Math.abs(dy) / 3))
  return Math.min(40 + Math.sqrt(-dx) * 6, 190)
}

/**
 * A cubic Bezier from an output to an input. With `below`, a long wire swings down to that height first, so that it
 * passes under the cards between its ends.
 */
export function wirePath(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  below: number | null = null,
): WirePath {
  const k = below === null ? reach(x2 - x1, y2 - y1) : Math.min(90, Math.max(30, (x2 - x1) / 6))
  // A cubic whose control points are both at height c reaches three quarters of the way down to c.
  const c1 = below === null ? y1 : y1 + (below - y1) / 0.75
  const c2 = below === null ? y2 : y2 + (below - y2) / 0.75
  const cx1 = x1 + k
  const cx2 = x2 - k
  return {
    d: `M${x1} ${y1}C${cx1} ${c1} ${cx2} ${c2} ${x2} ${y2}`,
    x: (x1 + 3 * cx1 + 3 * cx2 + x2) / 8,
    y: (y1 + 3 * c1 + 3 * c2 + y2) / 8,
  }
}
