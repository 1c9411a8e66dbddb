/** The tensors that PyTorch's own modules want, name by name and size by size (torch 1.13's state dicts). */
import { expect, it } from 'vitest'
import { catalogue } from '../../nodes/catalogue'
import { initialParams, type Definition } from '../../nodes/kit/define'
import { tensor, tokens } from '../../nodes/kit/spec'
import type { TorchPart } from '../../nodes/kit/torch'
import * as node from './support/harness'

/** Call, and the shape of every tensor after it was reshaped, permuted and joined. */
function stateDict(type: string, inputs: node.SpecsByPort, params: object) {
  const definition = catalogue.get(type) as Definition
  const p = { ...initialParams(definition), ...params }
  const weights = node.weights(definition, inputs, p)
  const shapeOf = (part: TorchPart): readonly number[] => {
    const laid = part.reshape ?? weights[part.weight]?.shape ?? []
    const turned = part.permute === undefined ? laid : part.permute.map((axis) => laid[axis] ?? 0)
    return part.then ?? turned
  }
  const emitted = node.torch(definition, inputs, p)
  const tensors = emitted.tensors.map((entry): [string, readonly number[]] => {
    if ('zeros' in entry) return [entry.name, entry.zeros]
    const shapes = entry.parts.map(shapeOf)
    const [first = [], ...rest] = shapes
    return [
      entry.name,
      rest.length === 0
        ? first
        : [shapes.reduce((sum, shape) => sum + (shape[0] ?? 0), 0), ...first.slice(1)],
    ]
  })
  return [emitted.call, Object.fromEntries(tensors)]
}

/** Names that a helper text defines. */
function defined(text: string): readonly string[] {
  return [...text.matchAll(/^(?:def|class) (\w+)/gm)].map(([, name = '']) => name)
}

it('finds every helper that is called in one text, and no name in two', () => {
  const texts = new Map<string, string>()
  for (const definition of catalogue.values()) {
    for (const item of definition.cases.filter(({ refused }) => refused === undefined)) {
      const emitted = node.torch(definition, item.inputs, node.caseParams(definition, item))
      const own = new Set((emitted.helpers ?? []).flatMap(defined))
      for (const text of emitted.helpers ?? []) {
        for (const name of defined(text)) {
          expect(texts.get(name) ?? text, `two texts define ${name}`).toBe(text)
          texts.set(name, text)
        }
      }
      const calls = [emitted.call, emitted.before?.call, emitted.after?.call]
      const missing = calls.filter((call) => call?.startsWith('wiregrad.') && !own.has(call.slice(9)))
      expect(missing, definition.type).toEqual([])
    }
  }
})

const sequence = tensor([null, 7, 6])

it.each([
  ['dense', { x: tensor([null, 4]) }, { units: 3 }, 'nn.Linear', { weight: [3, 4], bias: [3] }],
  ['dense', { x: tensor([null, 4]) }, { units: 3, useBias: false }, 'nn.Linear', { weight: [3, 4] }],
  [
    'conv2d',
    { x: tensor([null, 8, 8, 2]) },
    { filters: 5, kernelSize: [3, 4] },
    'nn.Conv2d',
    { weight: [5, 2, 3, 4], bias: [5] },
  ],
  ['embedding', { x: tokens([null, 7]) }, { vocabulary: 9, units: 4 }, 'nn.Embedding', { weight: [9, 4] }],
  ['layer-norm', { x: sequence }, {}, 'nn.LayerNorm', { weight: [6], bias: [6] }],
  [
    'batch-norm',
    { x: tensor([null, 8, 8, 2]) },
    {},
    'nn.BatchNorm2d',
    { weight: [2], bias: [2], running_mean: [2], running_var: [2], num_batches_tracked: [] },
  ],
  [
    'lstm',
    { x: sequence },
    { units: 3 },
    'nn.LSTM',
    { weight_ih_l0: [12, 6], weight_hh_l0: [12, 3], bias_ih_l0: [12], bias_hh_l0: [12] },
  ],
  [
    'lstm',
    { x: sequence },
    { units: 3, activation: 'relu', useBias: false },
    'wiregrad.Recurrent',
    { weight_ih_l0: [12, 6], weight_hh_l0: [12, 3] },
  ],
  [
    'multi-head-attention',
    { query: sequence },
    { heads: 2, keySize: 3 },
    'wiregrad.MultiheadAttention',
    { in_proj_weight: [18, 6], in_proj_bias: [18], 'out_proj.weight': [6, 6], 'out_proj.bias': [6] },
  ],
  [
    'multi-head-attention',
    { query: sequence, key: tensor([null, 5, 4]), value: tensor([null, 5, 3]) },
    { heads: 2, keySize: 3, useBias: false },
    'wiregrad.MultiheadAttention',
    { q_proj_weight: [6, 6], k_proj_weight: [6, 4], v_proj_weight: [6, 3], 'out_proj.weight': [6, 6] },
  ],
  [
    'multi-head-attention',
    { query: sequence },
    { heads: 2, keySize: 4, valueSize: 5 },
    'wiregrad.MultiHeadAttention',
    {
      'query.weight': [8, 6],
      'query.bias': [8],
      'key.weight': [8, 6],
      'key.bias': [8],
      'value.weight': [10, 6],
      'value.bias': [10],
      'output.weight': [6, 10],
      'output.bias': [6],
    },
  ],
] as const)('%s %j %j becomes %s', (type, inputs, params, call, tensors) => {
  expect(stateDict(type, inputs, params)).toEqual([call, tensors])
})

it.each([
  // same, stride 1: even zeros, which the module adds itself; stride 2 over 8: one zero, at the end.
  ['conv2d', [8, 8], { strides: [1, 1] }, { padding: [1, 1] }, undefined],
  [
    'conv2d',
    [8, 8],
    { strides: [2, 2] },
    { padding: [0, 0] },
    { call: 'F.pad', args: { pad: [0, 1, 0, 1] } },
  ],
  [
    'max-pool2d',
    [7, 7],
    { padding: 'same' },
    { padding: [0, 0] },
    { call: 'F.pad', args: { pad: [0, 1, 0, 1], value: '-inf' } },
  ],
] as const)('%s on %j with %j pads as TensorFlow does', (type, [high, wide], params, args, before) => {
  const definition = catalogue.get(type) as Definition
  const emitted = node.torch(
    definition,
    { x: tensor([null, high, wide, 1]) },
    { ...initialParams(definition), ...params },
  )
  expect(emitted.args).toMatchObject(args)
  expect(emitted.before).toEqual(before)
})
