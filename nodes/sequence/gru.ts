/**
 * Gated recurrent unit (Cho et al. 2014) with the gates in Keras's order: update z, reset r, proposal h. By default the
 * reset gate works after the recurrent product, as in Keras, PyTorch and cuDNN; the paper has it before.
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
  resetAfterField,
  unitsField,
  walkFields,
  walkIdle,
} from '../kit/recurrent'
import { tensor } from '../kit/spec'
import { stockRecurrent } from '../kit/tfjs-recurrent'
import { torchRecurrent } from '../kit/torch-recurrent'

const cell = { cell: 'gru' } as const

export const gru = defineNode({
  role: 'layer',
  type: 'gru',
  version: 1,
  title: 'GRU',
  family: 'sequence',
  doc: 'Reads a sequence step by step; gates choose how much of its state each step replaces. Nearly as lasting as LSTM, with a quarter less to learn.',
  synonyms: ['recurrent', 'rnn', 'gated recurrent unit', 'memory', 'time series'],
  fields: {
    units: unitsField,
    activation: cellActivationField,
    recurrentActivation: gateActivationField,
    resetAfter: resetAfterField,
    useBias: bool({
      initial: true,
      doc: 'Adds learned numbers to every gate of every unit: two rows of them with reset after, else one.',
    }),
    ...walkFields,
    ...initialiserFields({ kind: 'zeros' }, 'How the first biases are drawn.'),
  },
  inputs: {
    x: { doc: 'A sequence B × T × features.' },
    mask: maskPort,
    initial: initialPort,
  },
  outputs: {
    y: { doc: 'The last output B × units, or with return sequences B × T × units.' },
    state: { doc: 'The state after the last step, B × units.', optional: true },
  },
  summary: (p) => `${p.units}${p.returnSequences ? ' · every step' : ''}`,
  infer: (inputs, p) => inferRecurrent('GRU', inputs, { ...p, ...cell }),
  weights: (inputs, p) => recurrentWeights(inputs, { ...p, ...cell }),
  multiplyAdds: ({ x }, p) => cellMultiplyAdds('gru', x, lastSize(x), p.units),
  uses: walkUses,
  compute: ({ tf, inputs, p, weights, context, uses }) => {
    const settings = { ...p, cell: 'gru' } as const
    const o = { prefix: '', masked: 'repeat' } as const
    const { y, states } = uses.walk(tf, uses, inputs, settings, weights, context, o)
    return { y, ...(p.returnState ? { state: states[0]! } : {}) }
  },
  stock: (tf, p, own, inputs) => stockRecurrent(tf, { ...p, ...cell }, own, inputs),
  emit: {
    torch: (p, inputs) => torchRecurrent({ ...p, ...cell }, inputs, lastSize(inputs.x)),
    onnx: (g, inputs, p, { x }) => {
      const { y, states } = onnxRecurrent(g, { ...p, ...cell }, inputs, x.shape)
      return { y, ...(p.returnState ? { state: states[0]! } : {}) }
    },
    keras: (k, inputs, p, { x }) => {
      const made = kerasRecurrent(k, { ...p, ...cell }, inputs, x)
      if ('refused' in made) return made
      return { y: made.y, ...(p.returnState ? { state: made.states[0]! } : {}) }
    },
  },
  idle: walkIdle,
  cases: [
    { inputs: { x: tensor([null, 4, 3]) }, params: { units: 2 } },
    { inputs: { x: tensor([null, 'T', 3]) }, params: { units: 2, returnSequences: true, useBias: false } },
    {
      inputs: { x: tensor([null, 3, 2]) },
      params: { units: 2, resetAfter: false, returnState: true, goBackwards: true, returnSequences: true },
    },
    {
      inputs: { x: tensor([null, 3, 2]), initial: tensor([null, 2]) },
      params: { units: 2, activation: 'softsign', recurrentActivation: 'hard-sigmoid', dropout: 0.4 },
    },
    {
      inputs: { x: tensor([null, 4, 2]), mask: tensor([null, 4]) },
      params: { units: 2, returnSequences: true, resetAfter: false, activation: 'swish' },
    },
    {
      inputs: { x: tensor([null, 4, 2]), mask: tensor([null, 4]), initial: tensor([null, 2]) },
      params: { units: 2, returnSequences: true, returnState: true, goBackwards: true, activation: 'elu' },
    },
    { inputs: { x: tensor([null, 8]) }, refused: 'there is no time axis' },
    { inputs: { x: tensor([null, 8, 8, 1]) }, refused: 'reads sequences' },
    { inputs: { x: tensor([null, 8, 'F']) }, refused: 'fixed number of features' },
    { inputs: { x: tensor([null, 8, 2]), mask: tensor([null, 7]) }, refused: 'should be B × 8' },
    { inputs: { x: tensor([null, 8, 2]), initial: tensor([null, 7]) }, refused: 'B × 32' },
  ],
  migrations: [],
})
