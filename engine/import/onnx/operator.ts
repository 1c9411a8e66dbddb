/** One operator of a file, its attributes read by name and type. */
import type { AttributeProto, NodeProto } from '../../formats/onnx/schema'

const utf8 = new TextDecoder()

export interface OnnxOperator {
  readonly type: string
  readonly name: string
  /** An empty name where an optional input is left out. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: ReadonlyMap<string, AttributeProto>
}

export function operatorOf({ op_type, name, input, output, attribute, domain }: NodeProto): OnnxOperator {
  const own = domain === undefined || domain === '' || domain === 'ai.onnx'
  return {
    type: own ? (op_type ?? '') : `${domain}.${op_type ?? ''}`,
    name: name ?? '',
    inputs: input ?? [],
    outputs: output ?? [],
    attributes: new Map((attribute ?? []).map((one) => [one.name ?? '', one])),
  }
}

export function wholeOf(operator: OnnxOperator, name: string, otherwise: number): number {
  return operator.attributes.get(name)?.i ?? otherwise
}

export function realOf(operator: OnnxOperator, name: string, otherwise: number): number {
  return operator.attributes.get(name)?.f ?? otherwise
}

export function wholesOf(operator: OnnxOperator, name: string): readonly number[] | undefined {
  return operator.attributes.get(name)?.ints
}

export function wordOf(operator: OnnxOperator, name: string, otherwise: string): string {
  const bytes = operator.attributes.get(name)?.s
  return bytes === undefined ? otherwise : utf8.decode(bytes)
}

/** Longest text of attributes that a locked node keeps. */
const longestText = 90_000

/** The attributes as JSON; of a tensor only its shape, of a graph inside nothing but that it is there. */
export function attributesText({ attributes }: OnnxOperator): string {
  const entries = [...attributes].map(([name, { f, i, s, t, g, floats, ints, strings }]) => {
    const words = strings?.map((one) => utf8.decode(one))
    const word = s === undefined ? undefined : utf8.decode(s)
    const tensor = t === undefined ? undefined : { tensor: t.dims ?? [] }
    const inner = g === undefined ? undefined : { graph: g.name ?? '' }
    return [name, f ?? i ?? word ?? tensor ?? inner ?? floats ?? ints ?? words ?? null] as const
  })
  const text = JSON.stringify(Object.fromEntries(entries))
  return text.length <= longestText ? text : JSON.stringify({ attributes: entries.map(([name]) => name) })
}
