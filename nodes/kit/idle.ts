/** Settings that change nothing as a node stands, wherever it goes: there is no use in asking for them. */
import type { BackEnd, Definition, Params } from './define'
import type { Spec } from './spec'

const backEnds: readonly BackEnd[] = ['build', 'run', 'torch', 'onnx', 'keras']

/** `inputs`: what is wired, by port. */
export function changesNothing(
  definition: Definition,
  field: string,
  params: Params,
  inputs: Readonly<Record<string, Spec | readonly Spec[]>>,
): boolean {
  return backEnds.every((backEnd) => (definition.idle?.(field, params, backEnd, inputs) ?? null) !== null)
}
