/**
 * Asks a definition about its node: shapes, weights, counts. Answers are remembered by the settings and the specs that
 * come in, so that an edit costs only what lies behind it, and 48 copies of a block cost one.
 */
import { isRefusal, type Spec } from '../../nodes/kit/spec'
import type { Definition, Params, WeightSpec } from '../../nodes/kit/define'

/** Specs by wired input port; a list port has an array. */
export type InputSpecs = Readonly<Record<string, Spec | readonly Spec[]>>

export interface Inferred {
  readonly outputs: Readonly<Record<string, Spec>>
  readonly weights: Readonly<Record<string, WeightSpec>>
  readonly parameters: number
  readonly trainableParameters: number
  readonly multiplyAdds: number
}

/** Answers for one settings object, by what comes in. */
interface Memory {
  readonly answers: Map<string, Inferred | string>
  /** The latest question: most edits ask the very same again, with the very same specs. */
  specs: InputSpecs
  answer: Inferred | string
}

let remembered = new WeakMap<Params, Memory>()

/** Forgets everything: for measuring a cold start. */
export function clearInferred(): void {
  remembered = new WeakMap()
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1)
}

function ask(definition: Definition, params: Params, specs: InputSpecs): Inferred | string {
  const inputs: Record<string, unknown> = { ...specs }
  for (const [port, { list }] of Object.entries(definition.inputs)) if (list === true) inputs[port] ??= []
  // The compiler no longer knows which ports are lists: the definition was checked against its own ports by defineNode.
  const typed = inputs as Readonly<Record<string, Spec>>
  const outputs = definition.infer(typed, params)
  if (isRefusal(outputs)) return outputs.refused
  const weights = definition.weights(typed, params)
  let parameters = 0
  let trainableParameters = 0
  for (const weight of Object.values(weights)) {
    parameters += size(weight.shape)
    if (weight.trainable) trainableParameters += size(weight.shape)
  }
  return {
    outputs,
    weights,
    parameters,
    trainableParameters,
    multiplyAdds: definition.multiplyAdds?.(typed, params) ?? 0,
  }
}

function signature(specs: InputSpecs): string {
  let text = ''
  for (const port in specs) {
    const value = specs[port]
    for (const spec of Array.isArray(value) ? (value as readonly Spec[]) : [value as Spec]) {
      text += `${port}:${spec.kind}:${spec.dtype}`
      for (const dim of spec.shape) text += typeof dim === 'string' ? `,'${dim}` : `,${dim ?? 'B'}`
      text += ';'
    }
  }
  return text
}

function sameSpecs(a: InputSpecs, b: InputSpecs): boolean {
  let count = 0
  for (const port in a) {
    const left = a[port]
    const right = b[port]
    count += 1
    if (left === right) continue
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false
    if (left.some((spec, index) => spec !== right[index])) return false
  }
  for (const _ in b) count -= 1
  return count === 0
}

/** What the definition says for these settings and inputs, or its refusal. `params` must have been checked and frozen. */
export function inferNode(definition: Definition, params: Params, specs: InputSpecs): Inferred | string {
  const memory = remembered.get(params)
  if (memory !== undefined && sameSpecs(memory.specs, specs)) return memory.answer
  const key = signature(specs)
  const answers =
    memory === undefined || memory.answers.size > 100 ? new Map<string, Inferred | string>() : memory.answers
  const answer = answers.get(key) ?? ask(definition, params, specs)
  answers.set(key, answer)
  remembered.set(params, { answers, specs, answer })
  return answer
}
