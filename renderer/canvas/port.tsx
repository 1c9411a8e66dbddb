/**
 * A port on a card: where wires begin and end. React Flow's own (`Handle`) ask its store at every move of the camera, each
 * for itself, which with a few hundred cards was a third of a frame's script. These are plain elements with the names that
 * React Flow looks for; one listener for all of them (`use-ports.ts`) begins a wire.
 */
import { Position } from '@xyflow/react'
import { memo } from 'react'
import { strings } from '../ui/strings'
import type { CardModel, CardPort } from './card-model'
import { describePort } from './describe'
import { flowId } from './flow-elements'
import { handleSize, type PortPlaces } from './geometry'

const words = strings.canvas

interface PortsProps {
  readonly node: string
  readonly model: CardModel
  readonly places: PortPlaces
}

export const Ports = memo(function Ports({ node, model, places }: PortsProps) {
  const all = (side: 'input' | 'output') =>
    (side === 'input' ? model.inputs : model.outputs).map((port, index) => (
      <Port
        key={`${side} ${port.name}`}
        node={node}
        title={model.title}
        port={port}
        side={side}
        y={(side === 'input' ? places.inputs : places.outputs)[index] ?? 0}
        named={places.named}
      />
    ))
  return (
    <>
      {all('input')}
      {all('output')}
    </>
  )
})

interface PortProps {
  readonly node: string
  /** Of the card. */
  readonly title: string
  readonly port: CardPort
  readonly side: 'input' | 'output'
  readonly y: number
  readonly named: boolean
}

/** What React Flow goes by: to begin and end wires, and to leave the pan and the drag of the card alone. */
const flowClasses =
  'react-flow__handle nodrag nopan connectable connectablestart connectableend connectionindicator'

function Port({ node, title, port, side, y, named }: PortProps) {
  const type = side === 'input' ? 'target' : 'source'
  const classes = [
    flowClasses,
    type,
    'port',
    `port-${side}`,
    `port-${port.kind}`,
    port.list ? 'port-list' : '',
    port.optional ? 'port-optional' : '',
    port.wired ? 'port-wired' : '',
  ]
  return (
    <div
      data-nodeid={node}
      data-handleid={port.name}
      data-handlepos={side === 'input' ? Position.Left : Position.Right}
      data-id={`${flowId}-${node}-${port.name}-${type}`}
      className={classes.filter((name) => name !== '').join(' ')}
      style={{ top: y - handleSize / 2 }}
      role="img"
      aria-label={describePort(title, port, side)}
      title={port.doc === '' ? port.name : words.portDoc(port.name, port.doc)}
    >
      {named && <span className="port-name">{port.name}</span>}
    </div>
  )
}
