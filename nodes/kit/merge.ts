/** What the nodes that merge a list of values number by number have in common: ports, shapes, refusals, Keras. */
import { broadcastShape } from './broadcast'
import type { KerasBuilder, KerasValue } from './keras'
import { refuse, tensor, type Refusal, type Spec } from './spec'

export const mergeInputs = {
  xs: { doc: 'Two or more values of one shape; axes of length 1 stretch to the others.', list: true },
} as const

interface Lists<T> {
  readonly xs: readonly T[]
}

/** The common shape, or why there is none. */
export function mergedSpec(title: string, { xs }: Lists<Spec>): { readonly y: Spec } | Refusal {
  if (xs.length < 2)
    return refuse(`${title} needs at least two wires, but has ${xs.length === 0 ? 'none' : 'one'}.`)
  const shape = broadcastShape(title, xs)
  return 'refused' in shape ? shape : { y: tensor(shape) }
}

/** A merging layer of Keras: one argument that is a list. */
export function kerasMerge(
  k: KerasBuilder,
  layer: 'Add' | 'Subtract' | 'Multiply' | 'Average' | 'Maximum' | 'Minimum',
  inputs: readonly KerasValue[],
  specs: readonly Spec[],
): KerasValue {
  const shape = broadcastShape(layer, specs)
  return k.layer({
    layer,
    config: {},
    inputs: [inputs],
    outputs: [tensor('refused' in shape ? [] : shape)],
  })
}

/** The cases that every such node stands: equal shapes, one length unknown, axes of length 1, and what cannot be. */
export const mergeCases = [
  { inputs: { xs: [tensor([null, 3]), tensor([null, 3])] } },
  { inputs: { xs: [tensor([null, 'T', 2]), tensor([null, 'T', 2]), tensor([null, 'T', 2])] } },
  { inputs: { xs: [tensor([null, 2, 3]), tensor([null, 1, 3])] } },
  { inputs: { xs: [tensor([null, 1, 2]), tensor([null, 'T', 2]), tensor([null, 'T', 1])] } },
  { inputs: { xs: [] }, refused: 'at least two wires' },
  { inputs: { xs: [tensor([null, 3])] }, refused: 'at least two wires' },
  { inputs: { xs: [tensor([null, 3]), tensor([null, 4])] }, refused: 'values of one shape' },
  { inputs: { xs: [tensor([null, 'T', 4]), tensor([null, 'S', 4])] }, refused: 'values of one shape' },
  { inputs: { xs: [tensor([null, 3]), tensor([null, 3, 1])] }, refused: 'values of one shape' },
]
