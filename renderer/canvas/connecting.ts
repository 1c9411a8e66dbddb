/**
 * While a wire is being drawn: which ports fit, marked on the handles, and why the others do not. Asked once for every
 * port when the gesture begins. Marks are attributes set on the elements, because a wire in the hand must render no card.
 */
import type { Verdict } from '../../engine/analyse/connect'
import type { PortRef } from '../state/editor-types'
import type { CardModel } from './card-model'

/** The end that stays. */
export interface FixedEnd extends PortRef {
  readonly side: 'source' | 'target'
}

export interface PortVerdict {
  readonly ref: PortRef
  readonly verdict: Verdict | null
}

export type Judge = (from: PortRef, to: PortRef) => Verdict | null

/** What each free end would say, by `portKey`. */
export function judgePorts(
  fixed: FixedEnd,
  models: ReadonlyMap<string, CardModel>,
  judge: Judge,
): ReadonlyMap<string, PortVerdict> {
  const verdicts = new Map<string, PortVerdict>()
  for (const [node, model] of models) {
    for (const port of fixed.side === 'source' ? model.inputs : model.outputs) {
      const ref = { node, port: port.name }
      const verdict = fixed.side === 'source' ? judge(fixed, ref) : judge(ref, fixed)
      verdicts.set(portKey(ref), { ref, verdict })
    }
  }
  return verdicts
}

export function portKey(ref: PortRef): string {
  return `${ref.node}:${ref.port}`
}

/**
 * The first port of a node that takes the wire: an open one first, one that the node needs before one that may stay
 * open, one that fits before one that may at least be drawn.
 */
export function bestPort(
  node: string,
  model: CardModel,
  fixed: FixedEnd,
  verdicts: ReadonlyMap<string, PortVerdict>,
): PortRef | null {
  const ports = fixed.side === 'source' ? model.inputs : model.outputs
  const ranked = ports
    .flatMap((port) => {
      const there = verdicts.get(portKey({ node, port: port.name }))
      if (there === undefined || there.verdict?.kind === 'refused') return []
      const taken = fixed.side === 'source' && port.wired && !port.list
      const cost = (taken ? 4 : 0) + (port.optional ? 2 : 0) + (there.verdict === null ? 0 : 1)
      return [{ ref: there.ref, cost }]
    })
    .sort((a, b) => a.cost - b.cost)
  return ranked[0]?.ref ?? null
}

/** Sets `data-fit` on every handle that could be the other end. */
export function markPorts(
  root: HTMLElement,
  fixed: FixedEnd,
  verdicts: ReadonlyMap<string, PortVerdict>,
): void {
  for (const handle of root.querySelectorAll<HTMLElement>('.react-flow__handle')) {
    const { nodeid, handleid } = handle.dataset
    const side = handle.classList.contains('source') ? 'source' : 'target'
    if (nodeid === undefined || handleid === undefined) continue
    const verdict = side === fixed.side ? undefined : verdicts.get(portKey({ node: nodeid, port: handleid }))
    handle.dataset['fit'] =
      verdict === undefined || verdict.verdict?.kind === 'refused'
        ? 'no'
        : verdict.verdict === null
          ? 'yes'
          : 'doubtful'
  }
}

export function unmarkPorts(root: HTMLElement): void {
  for (const handle of root.querySelectorAll<HTMLElement>('[data-fit]')) delete handle.dataset['fit']
}

/** The card under a point of the screen. */
export function cardUnder(x: number, y: number): string | null {
  for (const element of document.elementsFromPoint(x, y)) {
    const card = element.closest<HTMLElement>('.react-flow__node-card')
    if (card !== null) return card.dataset['id'] ?? null
  }
  return null
}
