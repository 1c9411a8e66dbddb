/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997) with the gates in Keras's order: input, forget, cell, output.
 * The recurrent activation is sigmoid, as in Keras and PyTorch; tfjs's own default (hardSigmoid) is neither's.
 */
import { defineNode } from '../kit/define'
import { lastSize } from '../kit/features'
import { bool } from '../kit/fields'
import { kerasRecurrent } from '../kit/keras-recurrent'
import { walkUses } from '../kit/maths/walk'
import { onnxRecurrent } from '../kit/onnx-recurrent'
import {
  cellActivationField,
  cellMultiplyAdds,
  gateActivationField,
  inferRecurrent,
  initialiserFields,
  initialPort,
  maskPort,
  recurrentWeights,
  unitsField,
  walkFields,
  walkIdle,
} from '../kit/recurrent'
import { tensor } from '../kit/spec'
import { stockRecurrent } from '../kit/tfjs-recurrent'
import { torchRecurrent } from '../kit/torch-recurrent'

const cell = { cell: 'lstm', resetAfter: false } as const

export const lstm = defineNode({
  role: 'layer',
  type: 'lstm',
  version: 2,
  title: 'LSTM',
  family: 'sequence',
  doc: 'Reads a sequence step by step and keeps a memory that gates open and close, so that what came early is not lost.',
  synonyms: ['recurrent', 'rnn', 'memory', 'time series'],
  fields: {
    units: unitsField,
    activation: cellActivationField,
    recurrentActivation: gateActivationField,
    useBias: bool({
      initial: true,
      doc: 'Adds one learned number to every gate of every unit.',
    }),
    ...walkFields,
    ...initialiserFields(
      { kind: 'unitForgetBias' },
      'How the first biases are drawn. unitForgetBias starts with the forget gate open, so that the memory lasts.',
    ),
  },
  inputs: {
    x: { doc: 'A sequence B × T × features.' },
    mask: maskPort,
    initial: initialPort,
    initial_memory: { doc: 'The memory before the first step, B × units; open, zeros.', optional: true },
  },
  outputs: {
    y: { doc: 'The last output B × units, or with return sequences B × T × units.' },
    state: { doc: 'The output after the last step, B × units.', optional: true },
    memory: { doc: 'The memory after the last step, B × units.', optional: true },
  },
  summary: (p) => `${p.units}${p.returnSequences ? ' · every step' : ''}`,
  infer: (inputs, p) => inferRecurrent('LSTM', inputs, { ...p, ...cell }),
  weights: (inputs, p) => recurrentWeights(inputs, { ...p, ...cell }),
  multiplyAdds: ({ x }, p) => cellMultiplyAdds('lstm', x, lastSize(x), p.units),
  uses: walkUses,
  compute: ({ tf, inputs, p, weights, context, uses }) => {
    const settings = { ...p, cell: 'lstm', resetAfter: false } as const
    const o = { prefix: '', masked: 'repeat' } as const
    const { y, states } = uses.walk(tf, uses, inputs, settings, weights, context, o)
    return { y, ...(p.returnState ? { state: states[0]!, memory: states[1]! } : {}) }
  },
  stock: (tf, p, own, inputs) => stockRecurrent(tf, { ...p, ...cell }, own, inputs),
  emit: {
    torch: (p, inputs) => torchRecurrent({ ...p, ...cell }, inputs, lastSize(inputs.x)),
    onnx: (g, inputs, p, { x }) => {
      const { y, states } = onnxRecurrent(g, { ...p, ...cell }, inputs, x.shape)
      return { y, ...(p.returnState ? { state: states[0]!, memory: states[1]! } : {}) }
    },
    keras: (k, inputs, p, { x }) => {
      const made = kerasRecurrent(k, { ...p, ...cell }, inputs, x)
      if ('refused' in made) return made
      return { y: made.y, ...(p.returnState ? { state: made.states[0]!, memory: made.states[1]! } : {}) }
    },
  },
  idle: walkIdle,
  cases: [
    { inputs: { x: tensor([null, 4, 3]) }, params: { units: 2 } },
    { inputs: { x: tensor([null, 'T', 3]) }, params: { units: 2, returnSequences: true } },
    { inputs: { x: tensor([null, 3, 2]) }, params: { units: 3, useBias: false } },
    {
      inputs: { x: tensor([null, 3, 2]) },
      params: { units: 2, activation: 'softsign', recurrentActivation: 'tanh' },
    },
    {
      inputs: { x: tensor([null, 3, 2]) },
      params: { units: 2, returnState: true, goBackwards: true, returnSequences: true },
    },
    {
      inputs: { x: tensor([null, 3, 2]), initial: tensor([null, 2]), initial_memory: tensor([null, 2]) },
      params: { units: 2, activation: 'linear', recurrentActivation: 'hard-sigmoid', dropout: 0.4 },
    },
    {
      inputs: { x: tensor([null, 'T', 2]), mask: tensor([null, 'T']) },
      params: { units: 2, returnSequences: true, activation: 'softplus' },
    },
    {
      inputs: {
        x: tensor([null, 4, 2]),
        mask: tensor([null, 4]),
        initial: tensor([null, 2]),
        initial_memory: tensor([null, 2]),
      },
      params: { units: 2, returnSequences: true, returnState: true, goBackwards: true },
    },
    { inputs: { x: tensor([null, 8]) }, refused: 'there is no time axis' },
    { inputs: { x: tensor([null, 8, 8, 1]) }, refused: 'reads sequences' },
    { inputs: { x: tensor([null, 8, 'F']) }, refused: 'fixed number of features' },
    { inputs: { x: tensor([null, 8, 2]), mask: tensor([null, 8, 2]) }, refused: 'should be B × 8' },
    { inputs: { x: tensor([null, 8, 2]), initial: tensor([null, 32]) }, refused: 'wire both' },
  ],
  migrations: [(params) => ({ ...params, returnState: false, goBackwards: false, dropout: 0 })],
})
