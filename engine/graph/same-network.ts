/**
 * Whether two documents say the same network and the same training: what a run has learned still speaks of a graph
 * whose cards were only moved, named or framed.
 */
import type { Block, Document } from './document'

/** What is drawn and said, and changes nothing that is computed. */
const drawn: ReadonlySet<string> = new Set(['at', 'label', 'note'])

export function sameNetwork(a: Document, b: Document): boolean {
  return a === b || (sameWeights(a, b) && equal(a.training, b.training))
}

/** The network alone: weights of the one are weights of the other, however they are trained further. */
export function sameWeights(a: Document, b: Document): boolean {
  return sameGraph(a, b) && sameRecord(a.blocks, b.blocks, sameBlock)
}

function sameBlock(a: Block, b: Block): boolean {
  return (
    sameGraph(a, b) &&
    equal(a.inputs, b.inputs) &&
    equal(a.outputs, b.outputs) &&
    equal(a.promoted, b.promoted)
  )
}

function sameGraph(a: Pick<Block, 'nodes' | 'wires'>, b: Pick<Block, 'nodes' | 'wires'>): boolean {
  return (
    sameRecord(a.nodes, b.nodes, (one, other) => equal(one, other, drawn)) &&
    sameRecord(a.wires, b.wires, (one, other) => equal(one, other))
  )
}

function sameRecord<T>(
  a: Readonly<Record<string, T>>,
  b: Readonly<Record<string, T>>,
  same: (one: T, other: T) => boolean,
): boolean {
  if (a === b) return true
  const ids = Object.keys(a)
  return (
    ids.length === Object.keys(b).length &&
    ids.every((id) => {
      const [one, other] = [a[id], b[id]]
      return one === other || (one !== undefined && other !== undefined && same(one, other))
    })
  )
}

function equal(a: unknown, b: unknown, apart?: ReadonlySet<string>): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const [one, other] = [a as Record<string, unknown>, b as Record<string, unknown>]
  const keys = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...keys].every((key) => apart?.has(key) === true || equal(one[key], other[key]))
}
