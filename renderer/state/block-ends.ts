/**
 * The two ends of a block that was entered: where its inputs come in and its outputs leave. They are drawn as cards and
 * wired like nodes, but are none: a wire to one of them says which inner port a port of the block stands for.
 */
import type { WireId } from '../../engine/graph/document'
import type { PortSide } from '../../engine/graph/ports'

/** No id of a node holds a dash. */
export const inputsEnd = 'block-inputs'
export const outputsEnd = 'block-outputs'
/** The port that a new one is drawn from. */
export const newPort = '+'

export interface BlockWire {
  readonly side: PortSide
  readonly port: string
}

export function blockWireId({ side, port }: BlockWire): WireId {
  return `${side === 'inputs' ? inputsEnd : outputsEnd}:${port}`
}

export function blockWireOf(id: WireId): BlockWire | null {
  const [end, port] = id.split(':')
  if (port === undefined) return null
  return end === inputsEnd ? { side: 'inputs', port } : end === outputsEnd ? { side: 'outputs', port } : null
}
