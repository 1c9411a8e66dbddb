/** An ONNX graph while it is being made: operators and constants by the names of their values. */
import type { OnnxAttribute } from '../../../nodes/kit/onnx'
import type { Dtype, Shape } from '../../../nodes/kit/spec'

export interface Value {
  readonly name: string
  readonly dtype: Dtype
  readonly shape: Shape
}

/** A graph inside an operator: the body of a loop. It may use values from outside. */
export interface Body {
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  readonly operators: readonly Operator[]
}

export interface Operator {
  readonly type: string
  readonly name: string
  /** An empty name where an optional input is left out. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, OnnxAttribute>>
  readonly body?: Body
}

export type Initialiser =
  | {
      readonly name: string
      readonly shape: readonly number[]
      readonly floats: Float32Array<ArrayBuffer>
    }
  | { readonly name: string; readonly shape: readonly number[]; readonly ints: readonly number[] }

export interface Graph {
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
  readonly operators: readonly Operator[]
  readonly initialisers: readonly Initialiser[]
}

/** Every value that an operator uses, those in its body from outside included. */
export function usedBy({ inputs, body }: Operator): readonly string[] {
  if (body === undefined) return inputs.filter((name) => name !== '')
  const inside = [...body.operators.flatMap(usedBy), ...body.outputs.map(({ name }) => name)]
  return [...inputs.filter((name) => name !== ''), ...inside]
}

/** The operator with its inputs called otherwise, in its body too. */
export function renamed(operator: Operator, names: ReadonlyMap<string, string>): Operator {
  const now = (name: string) => names.get(name) ?? name
  const { inputs, outputs, body } = operator
  const changed = { ...operator, inputs: inputs.map(now), outputs: outputs.map(now) }
  if (body === undefined) return changed
  const inner = {
    inputs: body.inputs,
    outputs: body.outputs.map((value) => ({ ...value, name: now(value.name) })),
    operators: body.operators.map((one) => renamed(one, names)),
  }
  return { ...changed, body: inner }
}
