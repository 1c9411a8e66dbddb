import { describe, expect, it } from 'vitest'
import type { Plan, PlanStep } from '../../../engine/analyse/plan'
import { floatsOf, storedFloats } from '../../../engine/export/safetensors'
import { fromTorch, toTorch, type TorchWeights } from '../../../engine/export/torch-names'
import type { Weights } from '../../../engine/export/run-weights'
import type { Definition } from '../../../nodes/kit/define'
import { isRefusal } from '../../../nodes/kit/spec'
import type { TorchTensor } from '../../../nodes/kit/torch'

/** A step as analyse would make it, with just what the table of names reads. */
function step(
  path: string,
  weights: Record<string, readonly number[]>,
  tensors: readonly TorchTensor[],
  sharesWeightsOf: string | null = null,
): PlanStep {
  const definition = { type: 'made-up', emit: { torch: () => ({ call: 'nn.Made', args: {}, tensors }) } }
  return {
    path,
    definition: definition as unknown as Definition,
    params: {},
    inputs: {},
    inputSpecs: {},
    outputs: {},
    weights: Object.fromEntries(
      Object.entries(weights).map(([name, shape]) => [
        name,
        { shape, initialiser: { kind: 'zeros' }, trainable: true },
      ]),
    ),
    parameters: 0,
    trainableParameters: 0,
    multiplyAdds: 0,
    sharesWeightsOf,
    frozen: false,
  }
}

function planOf(...steps: PlanStep[]): Plan {
  return { steps } as unknown as Plan
}

function counted(shape: readonly number[], from = 0) {
  const length = shape.reduce((a, b) => a * b, 1)
  return { shape, values: Float32Array.from({ length }, (_, i) => from + i) }
}

function written(plan: Plan, weights: Weights): TorchWeights {
  const result = toTorch(plan, weights)
  if (isRefusal(result)) throw new Error(result.refused)
  return result
}

const linear = step('hidden', { kernel: [2, 3], bias: [3] }, [
  { name: 'weight', parts: [{ weight: 'kernel', permute: [1, 0] }] },
  { name: 'bias', parts: [{ weight: 'bias' }] },
])
const attention = step('encoder/0/attention', { q: [2, 2, 1], k: [2, 2, 1] }, [
  {
    name: 'in_proj_weight',
    parts: [
      { weight: 'q', reshape: [2, 2], permute: [1, 0] },
      { weight: 'k', reshape: [2, 2], permute: [1, 0] },
    ],
  },
])
const lstm = step('memory', { bias: [2] }, [
  { name: 'bias_ih_l0', parts: [{ weight: 'bias' }] },
  { name: 'bias_hh_l0', zeros: [2], dtype: 'F32' },
])
const conv = step('conv', { kernel: [2, 1, 3, 2] }, [
  { name: 'weight', parts: [{ weight: 'kernel', permute: [3, 2, 0, 1] }] },
])
const depthwise = step('deep', { kernel: [1, 2, 2, 2] }, [
  { name: 'weight', parts: [{ weight: 'kernel', permute: [2, 3, 0, 1], then: [4, 1, 1, 2] }] },
])
const plan = planOf(linear, attention, lstm, conv, depthwise)
const weights: Weights = {
  'hidden:kernel': counted([2, 3]),
  'hidden:bias': counted([3], 10),
  'encoder/0/attention:q': counted([2, 2, 1]),
  'encoder/0/attention:k': counted([2, 2, 1], 4),
  'memory:bias': counted([2], 1),
  'conv:kernel': counted([2, 1, 3, 2]),
  'deep:kernel': counted([1, 2, 2, 2]),
}

describe('PyTorch’s names and layouts', () => {
  it('transposes, joins and fills in as each definition says', () => {
    const { tensors, names } = written(plan, weights)
    expect([...tensors].map(([name, tensor]) => [name, tensor.shape, [...floatsOf(tensor)]])).toEqual([
      ['hidden.weight', [3, 2], [0, 3, 1, 4, 2, 5]],
      ['hidden.bias', [3], [10, 11, 12]],
      ['encoder.0.attention.in_proj_weight', [4, 2], [0, 2, 1, 3, 4, 6, 5, 7]],
      ['memory.bias_ih_l0', [2], [1, 2]],
      ['memory.bias_hh_l0', [2], [0, 0]],
      ['conv.weight', [2, 3, 2, 1], [0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11]],
      ['deep.weight', [4, 1, 1, 2], [0, 4, 1, 5, 2, 6, 3, 7]],
    ])
    expect(names).toEqual({
      'hidden:kernel': 'hidden.weight',
      'hidden:bias': 'hidden.bias',
      'encoder/0/attention:q': 'encoder.0.attention.in_proj_weight',
      'encoder/0/attention:k': 'encoder.0.attention.in_proj_weight',
      'memory:bias': 'memory.bias_ih_l0',
      'conv:kernel': 'conv.weight',
      'deep:kernel': 'deep.weight',
    })
  })

  it('goes back to the very same weights', () => {
    expect(fromTorch(plan, written(plan, weights).tensors)).toEqual(weights)
  })

  it('adds a tensor of zeros that is none to the one that PyTorch adds it to', () => {
    const adding = step('memory', { bias: [2] }, [
      { name: 'bias_ih_l0', parts: [{ weight: 'bias' }] },
      { name: 'bias_hh_l0', zeros: [2], dtype: 'F32', addsTo: 'bias_ih_l0' },
    ])
    const found = new Map([
      ['memory.bias_ih_l0', storedFloats([2], Float32Array.of(1, 2))],
      ['memory.bias_hh_l0', storedFloats([2], Float32Array.of(0.5, 0))],
    ])
    expect(fromTorch(planOf(adding), found)).toEqual({
      'memory:bias': { shape: [2], values: Float32Array.of(1.5, 2) },
    })
  })

  it('writes shared weights once, under their owner', () => {
    const twin = { ...linear, path: 'twin', sharesWeightsOf: 'hidden' }
    expect([...written(planOf(linear, twin), weights).tensors.keys()]).toEqual([
      'hidden.weight',
      'hidden.bias',
    ])
  })

  it('refuses weights that are missing or of another shape, naming them', () => {
    expect(toTorch(plan, {})).toEqual({ refused: expect.stringContaining('no hidden:kernel') as string })
    expect(toTorch(plan, { ...weights, 'hidden:kernel': counted([3, 2]) })).toEqual({
      refused: expect.stringContaining('hidden:kernel should have shape [2, 3], but has [3, 2]') as string,
    })
  })

  it('refuses foreign tensors that are missing, unknown, misshapen or without a place', () => {
    const { tensors } = written(plan, weights)
    const without = new Map(tensors)
    without.delete('hidden.bias')
    expect(fromTorch(plan, without)).toEqual({
      refused: expect.stringContaining('no tensor hidden.bias') as string,
    })
    const more = new Map([...tensors, ['head.weight', storedFloats([1], new Float32Array(1))] as const])
    expect(fromTorch(plan, more)).toEqual({
      refused: expect.stringContaining('no place for: head.weight') as string,
    })
    const other = new Map([...tensors, ['hidden.bias', storedFloats([1], new Float32Array(1))] as const])
    expect(fromTorch(plan, other)).toEqual({
      refused: expect.stringContaining('should have shape [3], but has [1]') as string,
    })
    const second = new Map([
      ...tensors,
      ['memory.bias_hh_l0', storedFloats([2], new Float32Array([0, 1]))] as const,
    ])
    expect(fromTorch(plan, second)).toEqual({
      refused: expect.stringContaining('memory.bias_hh_l0 should hold only zeros') as string,
    })
  })
})
