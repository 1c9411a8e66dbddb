/**
 * Which kinds of value may enter which port, and the sentence when one may not.
 */
import type { Definition, InputPort } from '../../nodes/kit/define'
import type { Kind, Spec } from '../../nodes/kit/spec'
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

/** Why a value of this kind may not enter this port, or null. */
export function kindFault(
  name: string,
  definition: Definition,
  portName: string,
  port: InputPort,
  came: Spec,
  source: string,
): string | null {
  const accepts = port.accepts ?? usual
  if (accepts.includes(came.kind)) return null
  const hint = accepts.map((kind) => advice[came.kind]?.[kind]).find((text) => text !== undefined) ?? ''
  const where = Object.keys(definition.inputs).length > 1 ? `The input \`${portName}\` of ${name}` : name
  return `${where} takes ${listed(
    accepts.map((kind) => kindNames[kind]),
    'or',
  )}, but ${source} gives ${kindNames[came.kind]}.${hint}`
}
