/** Marks what the model answers, where no loss says so. */
import { defineNode } from '../kit/define'
import { formatShape, tensor, tokens } from '../kit/spec'

export const output = defineNode({
  role: 'output',
  type: 'output',
  version: 1,
  title: 'Output',
  family: 'io',
  doc: 'Marks a value as an output of the model that is exported, for nets whose answer is not what a loss is taken of.',
  synonyms: ['result', 'prediction', 'end'],
  fields: {},
  inputs: { x: { doc: 'The value to give out.', accepts: ['tensor', 'tokens'], prediction: true } },
  outputs: {},
  summary: () => '',
  infer: () => ({}),
  weights: () => ({}),
  emit: { torch: (_p, { x }) => ({ call: 'output', args: { shape: formatShape(x.shape) }, tensors: [] }) },
  cases: [{ inputs: { x: tensor([null, 3]) } }, { inputs: { x: tokens([null, 'T']) } }],
  migrations: [],
})
