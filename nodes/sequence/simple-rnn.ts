/** The plain recurrent layer (Elman 1990): h' = f(x W + h U + b), walked along a sequence. */
import { defineNode } from '../kit/define'
import { lastSize } from '../kit/features'
import { bool } from '../kit/fields'
import { kerasRecurrent } from '../kit/keras-recurrent'
import { walkUses } from '../kit/maths/walk'
import { onnxRecurrent } from '../kit/onnx-recurrent'
import {
  cellActivationField,
  cellMultiplyAdds,
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

/** A cell without gates: what gates would need is never read. */
const cell = { cell: 'simple-rnn', recurrentActivation: 'linear', resetAfter: false } as const

export const simpleRnn = defineNode({
  role: 'layer',
  type: 'simple-rnn',
  version: 1,
  title: 'Simple RNN',
  family: 'sequence',
  doc: 'Reads a sequence step by step and mixes each step with its last output. The plainest memory: it soon forgets; LSTM and GRU last longer.',
  synonyms: ['recurrent', 'elman', 'vanilla rnn', 'time series'],
  fields: {
    units: unitsField,
    activation: cellActivationField,
    useBias: bool({ initial: true, doc: 'Adds one learned number to every unit.' }),
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
  infer: (inputs, p) => inferRecurrent('Simple RNN', inputs, { ...p, ...cell }),
  weights: (inputs, p) => recurrentWeights(inputs, { ...p, ...cell }),
  multiplyAdds: ({ x }, p) => cellMultiplyAdds('simple-rnn', x, lastSize(x), p.units),
  uses: walkUses,
  compute: ({ tf, inputs, p, weights, context, uses }) => {
    const settings = { ...p, cell: 'simple-rnn', recurrentActivation: 'linear', resetAfter: false } as const
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
    {
      inputs: { x: tensor([null, 'T', 3]) },
      params: { units: 2, returnSequences: true, activation: 'relu' },
    },
    {
      inputs: { x: tensor([null, 3, 2]) },
      params: { units: 3, useBias: false, goBackwards: true, returnSequences: true, returnState: true },
    },
    {
      inputs: { x: tensor([null, 4, 2]), mask: tensor([null, 4]) },
      params: { units: 2, returnSequences: true },
    },
    {
      inputs: { x: tensor([null, 4, 2]), mask: tensor([null, 4]), initial: tensor([null, 2]) },
      params: { units: 2, returnSequences: true, returnState: true, goBackwards: true, activation: 'gelu' },
    },
    {
      inputs: { x: tensor([null, 'T', 2]), initial: tensor([null, 3]) },
      params: { units: 3, returnState: true, activation: 'selu', dropout: 0.4 },
    },
    { inputs: { x: tensor([null, 8]) }, refused: 'there is no time axis' },
    { inputs: { x: tensor([null, 8, 8, 1]) }, refused: 'reads sequences' },
    { inputs: { x: tensor([null, 8, 'F']) }, refused: 'fixed number of features' },
    { inputs: { x: tensor([null, 8, 2]), mask: tensor([null, 7]) }, refused: 'should be B × 8' },
    { inputs: { x: tensor([null, 8, 2]), initial: tensor([null, 7]) }, refused: 'B × 32' },
  ],
  migrations: [],
})
