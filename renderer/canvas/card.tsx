/**
 * A node on the canvas. Few elements and no effects: 300 of these are on screen while one pans. The body is memoised on
 * its model, so a drag renders only the wrapper. The number at the lower right is painted by the overlay, not by React.
 */
import { Handle, Position, type NodeProps } from '@xyflow/react'
import { Ban, CircleAlert, CornerUpRight, Snowflake, TriangleAlert } from 'lucide-react'
import { memo } from 'react'
import { formatShortCount } from '../../engine/diagnose/format'
import { strings } from '../ui/strings'
import type { CardModel, CardPort } from './card-model'
import type { CardNode } from './flow-elements'
import { handleSize, type PortPlaces } from './geometry'
import { describePort } from './describe'

const words = strings.canvas

export const Card = memo(function Card({ data, selected }: NodeProps<CardNode>) {
  return (
    <>
      {data.model.form === 'point' ? (
        <div className={selected ? 'point card-selected' : 'point'} />
      ) : (
        <CardBody model={data.model} selected={selected} />
      )}
      <Ports model={data.model} places={data.places} />
    </>
  )
})

const CardBody = memo(function CardBody({
  model,
  selected,
}: {
  readonly model: CardModel
  readonly selected: boolean
}) {
  const classes = [
    'card',
    `card-${model.family}`,
    model.form === 'end' ? 'card-end' : '',
    selected ? 'card-selected' : '',
    model.errors.length > 0 ? 'card-broken' : '',
    model.disabled ? 'card-disabled' : '',
    model.bypass ? 'card-bypassed' : '',
    model.repeat > 1 ? 'card-stacked' : '',
  ]
  return (
    <div className={classes.filter((name) => name !== '').join(' ')}>
      <b className="card-title">
        <span className="card-name">{model.title}</span>
        {model.repeat > 1 && <span className="card-repeat">×{model.repeat}</span>}
        {model.frozen && <Snowflake className="card-frozen" size={12} aria-hidden />}
        {model.bypass && <CornerUpRight className="card-frozen" size={12} aria-hidden />}
        {model.disabled && <Ban className="card-off" size={12} aria-hidden />}
      </b>
      <span className="card-summary">{model.summary}</span>
      <div className="card-foot">
        <Foot model={model} />
      </div>
    </div>
  )
})

function Foot({ model }: { readonly model: CardModel }) {
  const sentences = [...model.errors, ...model.warnings].join('\n')
  if (model.errors.length > 0) {
    return (
      <span className="card-problem card-error" title={`${sentences}\n\n${words.fixHint}`} data-fix>
        <CircleAlert size={11} aria-hidden />
        {words.errors(model.errors.length)}
      </span>
    )
  }
  if (model.warnings.length > 0) {
    return (
      <span className="card-problem card-warning" title={sentences}>
        <TriangleAlert size={11} aria-hidden />
        {words.warnings(model.warnings.length)}
      </span>
    )
  }
  if (model.parameters === null) return <span>{model.shape}</span>
  return (
    <span>
      {model.parameters === 0 ? words.noWeights : words.parameters(formatShortCount(model.parameters))}
    </span>
  )
}

const Ports = memo(function Ports({
  model,
  places,
}: {
  readonly model: CardModel
  readonly places: PortPlaces
}) {
  return (
    <>
      {model.inputs.map((port, index) => (
        <Port
          key={`<${port.name}`}
          port={port}
          side="input"
          y={places.inputs[index] ?? 0}
          node={model.title}
          named={places.named}
        />
      ))}
      {model.outputs.map((port, index) => (
        <Port
          key={`>${port.name}`}
          port={port}
          side="output"
          y={places.outputs[index] ?? 0}
          node={model.title}
          named={places.named}
        />
      ))}
    </>
  )
})

interface PortProps {
  readonly port: CardPort
  readonly side: 'input' | 'output'
  readonly y: number
  readonly node: string
  readonly named: boolean
}

function Port({ port, side, y, node, named }: PortProps) {
  const classes = [
    'port',
    `port-${side}`,
    `port-${port.kind}`,
    port.list ? 'port-list' : '',
    port.optional ? 'port-optional' : '',
    port.wired ? 'port-wired' : '',
  ]
  return (
    <Handle
      id={port.name}
      type={side === 'input' ? 'target' : 'source'}
      position={side === 'input' ? Position.Left : Position.Right}
      className={classes.filter((name) => name !== '').join(' ')}
      style={{ top: y - handleSize / 2 }}
      role="img"
      aria-label={describePort(node, port, side)}
      title={port.doc === '' ? port.name : words.portDoc(port.name, port.doc)}
    >
      {named && <span className="port-name">{port.name}</span>}
    </Handle>
  )
}
