/**
 * Two recurrent cells of one kind, one from the first step to the last and one back, their outputs joined (Schuster &
 * Paliwal 1997). With a mask, outputs of every step are zero where a step is not real, as in Keras.
 */
import { defineNode } from '../kit/define'
import { lastSize } from '../kit/features'
import { bool, choice } from '../kit/fields'
import { kerasBidirectional } from '../kit/keras-recurrent'
import { walkUses } from '../kit/maths/walk'
import { onnxBidirectional } from '../kit/onnx-recurrent'
import {
  cellActivationField,
  cellIdle,
  cellKinds,
  cellMultiplyAdds,
  cellWeights,
  gateActivationField,
  initialiserFields,
  maskPort,
  maskRefusal,
  mergeModes,
  resetAfterField,
  sequenceRefusal,
  unitsField,
} from '../kit/recurrent'
import { tensor } from '../kit/spec'
import { torchBidirectional } from '../kit/torch-recurrent'

const sequencesField = bool({
  initial: false,
  doc: 'Give the outputs of every step, both directions at the same step, instead of the last one of each direction.',
})

export const bidirectional = defineNode({
  role: 'layer',
  type: 'bidirectional',
  version: 1,
  title: 'Bidirectional',
  family: 'sequence',
  doc: 'Reads a sequence from both ends with two recurrent cells, so that every step knows what came before and what comes after.',
  synonyms: ['bilstm', 'bigru', 'recurrent', 'rnn'],
  fields: {
    cell: choice(cellKinds, { initial: 'lstm', doc: 'What walks in each direction.' }),
    units: unitsField,
    mergeMode: choice(mergeModes, {
      initial: 'concat',
      doc: 'How the two outputs become one: side by side (twice the units), added, multiplied, or their mean.',
    }),
    returnSequences: sequencesField,
    activation: cellActivationField,
    recurrentActivation: gateActivationField,
    resetAfter: resetAfterField,
    useBias: bool({ initial: true, doc: 'Adds learned numbers to every unit in both directions.' }),
    ...initialiserFields(
      { kind: 'zeros' },
      'How the first biases are drawn. For LSTM, unitForgetBias starts with the forget gate open.',
    ),
  },
  inputs: { x: { doc: 'A sequence B × T × features.' }, mask: maskPort },
  outputs: {
    y: {
      doc: 'B × units, or with return sequences B × T × units; twice the units where they stand side by side.',
    },
  },
  summary: (p) => `${p.cell} · ${p.units}${p.returnSequences ? ' · every step' : ''}`,
  infer: ({ x, mask }, p) => {
    const bad = sequenceRefusal('Bidirectional', x) ?? maskRefusal(x, mask)
    if (bad !== null) return bad
    const size = p.mergeMode === 'concat' ? 2 * p.units : p.units
    return { y: tensor(p.returnSequences ? [null, x.shape[1] ?? null, size] : [null, size]) }
  },
  weights: ({ x }, p) => ({
    ...cellWeights(p, lastSize(x), p, 'forward_'),
    ...cellWeights(p, lastSize(x), p, 'backward_'),
  }),
  multiplyAdds: ({ x }, p) => 2 * cellMultiplyAdds(p.cell, x, lastSize(x), p.units),
  uses: walkUses,
  compute: ({ tf, inputs, p, weights, context, uses }) => {
    const masked = p.returnSequences ? 'zero' : 'repeat'
    const [ahead, back] = [false, true].map((goBackwards) => {
      const settings = { ...p, goBackwards, returnState: false, dropout: 0 }
      const prefix = goBackwards ? 'backward_' : 'forward_'
      return uses.walk(tf, uses, inputs, settings, weights, context, { prefix, masked }).y
    })
    const turned = p.returnSequences ? tf.reverse(back!, 1) : back!
    switch (p.mergeMode) {
      case 'concat':
        return { y: tf.concat([ahead!, turned], -1) }
      case 'sum':
        return { y: tf.add(ahead!, turned) }
      case 'multiply':
        return { y: tf.mul(ahead!, turned) }
      case 'average':
        return { y: tf.mul(tf.add(ahead!, turned), 0.5) }
    }
  },
  emit: {
    torch: (p, inputs) => torchBidirectional(p, inputs, lastSize(inputs.x)),
    onnx: (g, inputs, p, { x }) => ({ y: onnxBidirectional(g, p, inputs, x.shape) }),
    keras: (k, inputs, p, { x }) => kerasBidirectional(k, p, inputs, x),
  },
  idle: cellIdle,
  cases: [
    { inputs: { x: tensor([null, 4, 3]) }, params: { units: 2, returnSequences: true } },
    { inputs: { x: tensor([null, 'T', 2]) }, params: { cell: 'gru', units: 2, mergeMode: 'sum' } },
    {
      inputs: { x: tensor([null, 3, 2]) },
      params: { cell: 'simple-rnn', units: 2, mergeMode: 'multiply', useBias: false },
    },
    {
      inputs: { x: tensor([null, 4, 2]), mask: tensor([null, 4]) },
      params: { units: 2, returnSequences: true, mergeMode: 'average', recurrentActivation: 'hard-sigmoid' },
    },
    {
      inputs: { x: tensor([null, 'T', 2]), mask: tensor([null, 'T']) },
      params: { cell: 'gru', units: 1, resetAfter: false, activation: 'swish' },
    },
    {
      inputs: { x: tensor([null, 3, 2]) },
      params: { cell: 'gru', units: 1, recurrentActivation: 'hard-sigmoid', activation: 'linear' },
    },
    { inputs: { x: tensor([null, 8]) }, refused: 'there is no time axis' },
    { inputs: { x: tensor([null, 8, 2]), mask: tensor([null, 4]) }, refused: 'should be B × 8' },
    {
      inputs: { x: tensor([null, 8, 2]) },
      params: { cell: 'gru', units: 3, biasInitialiser: { kind: 'unitForgetBias' } },
      refused: 'unitForgetBias fills the bias of an LSTM',
    },
  ],
  migrations: [],
})
