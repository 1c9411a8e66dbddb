/**
 * Which kinds of value may enter which port, and the sentence when one may not.
 */
import type { Definition, InputPort } from '../../nodes/kit/define'
import type { Kind } from '../../nodes/kit/spec'
import { listed } from './names'

const kindNames: Readonly<Record<Kind, string>> = {
  tensor: 'a tensor',
  tokens: 'tokens',
  target: 'a target',
  loss: 'a loss',
}

const advice: { readonly [K in Kind]?: { readonly [W in Kind]?: string } } = {
  tokens: { tensor: ' Put an embedding between the two.' },
  loss: { tensor: ' A loss is where a graph ends.' },
}

const usual: readonly Kind[] = ['tensor']

/** Whether a value of this kind may enter this port. */
export function accepts(port: InputPort, kind: Kind): boolean {
  return (port.accepts ?? usual).includes(kind)
}

/** The sentence for a kind that a port does not accept. `name` and `source` are the two nodes as people know them. */
export function kindFault(
  name: string,
  definition: Definition,
  portName: string,
  port: InputPort,
  came: Kind,
  source: string,
): string {
  const wanted = port.accepts ?? usual
  const hint = wanted.map((kind) => advice[came]?.[kind]).find((text) => text !== undefined) ?? ''
  const where = Object.keys(definition.inputs).length > 1 ? `The input \`${portName}\` of ${name}` : name
  const takes = listed(
    wanted.map((kind) => kindNames[kind]),
    'or',
  )
  return `${where} takes ${takes}, but ${source} gives ${kindNames[came]}.${hint}`
}
