/**
 * Recurrent layers of one kind on top of each other: each reads the outputs of every step of the one below. Between two
 * of them numbers may drop out, drawn from the run's seed, for every step anew (Zaremba et al. 2014).
 */
import { defineNode } from '../kit/define'
import { lastSize } from '../kit/features'
import { bool, choice, int, real } from '../kit/fields'
import { kerasStacked } from '../kit/keras-recurrent'
import { walkUses } from '../kit/maths/walk'
import { onnxStacked } from '../kit/onnx-recurrent'
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
  resetAfterField,
  sequenceRefusal,
  unitsField,
} from '../kit/recurrent'
import { tensor } from '../kit/spec'
import { torchStacked } from '../kit/torch-recurrent'

export const stackedRnn = defineNode({
  role: 'layer',
  type: 'stacked-rnn',
  version: 1,
  title: 'Stacked RNN',
  family: 'sequence',
  doc: 'Several recurrent layers of one kind on top of each other: each reads every step of the one below. Higher layers find slower patterns.',
  synonyms: ['deep rnn', 'multi-layer', 'lstm', 'gru', 'recurrent'],
  fields: {
    cell: choice(cellKinds, { initial: 'lstm', doc: 'What every layer is.' }),
    units: unitsField,
    layers: int({ initial: 2, min: 1, max: 64, doc: 'How many stand on top of each other.' }),
    dropout: real({
      initial: 0,
      min: 0,
      max: 0.99,
      doc: 'While training, the share of numbers between two layers that is set to zero, drawn for every step anew.',
    }),
    returnSequences: bool({
      initial: false,
      doc: 'Give the output of every step of the highest layer instead of the last one only.',
    }),
    activation: cellActivationField,
    recurrentActivation: gateActivationField,
    resetAfter: resetAfterField,
    useBias: bool({ initial: true, doc: 'Adds learned numbers to every unit of every layer.' }),
    ...initialiserFields(
      { kind: 'zeros' },
      'How the first biases are drawn. For LSTM, unitForgetBias starts with the forget gate open.',
    ),
  },
  inputs: { x: { doc: 'A sequence B × T × features.' }, mask: maskPort },
  outputs: { y: { doc: 'Of the highest layer: B × units, or with return sequences B × T × units.' } },
  summary: (p) => `${p.layers} × ${p.cell} · ${p.units}`,
  infer: ({ x, mask }, p) => {
    const bad = sequenceRefusal('Stacked RNN', x) ?? maskRefusal(x, mask)
    if (bad !== null) return bad
    return { y: tensor(p.returnSequences ? [null, x.shape[1] ?? null, p.units] : [null, p.units]) }
  },
  weights: ({ x }, p) =>
    Object.fromEntries(
      Array.from({ length: p.layers }, (_, layer) =>
        Object.entries(cellWeights(p, layer === 0 ? lastSize(x) : p.units, p, `layer${layer}_`)),
      ).flat(),
    ),
  multiplyAdds: ({ x }, p) =>
    cellMultiplyAdds(p.cell, x, lastSize(x), p.units) +
    (p.layers - 1) * cellMultiplyAdds(p.cell, x, p.units, p.units),
  uses: walkUses,
  compute: ({ tf, inputs, p, weights, context, uses }) => {
    let x = inputs.x
    for (let layer = 0; layer < p.layers; layer++) {
      const returnSequences = p.returnSequences || layer < p.layers - 1
      const settings = { ...p, returnSequences, returnState: false, goBackwards: false, dropout: 0 }
      const below = { x, mask: inputs.mask }
      const o = { prefix: `layer${layer}_`, masked: 'repeat' } as const
      x = uses.walk(tf, uses, below, settings, weights, context, o).y
      if (layer < p.layers - 1 && context.training && p.dropout > 0) {
        const kept = tf.cast(tf.greaterEqual(context.random.uniform(x.shape), p.dropout), 'float32')
        x = tf.mul(x, tf.mul(kept, 1 / (1 - p.dropout)))
      }
    }
    return { y: x }
  },
  emit: {
    torch: (p, inputs) => torchStacked(p, inputs, lastSize(inputs.x)),
    onnx: (g, inputs, p, { x }) => ({ y: onnxStacked(g, p, inputs, x.shape) }),
    keras: (k, inputs, p, { x }) => kerasStacked(k, p, inputs, x),
  },
  idle: (field, p, backEnd) => {
    if (field === 'dropout' && p.layers === 1 && backEnd !== 'build')
      return 'there is nothing between one layer'
    if (field === 'dropout' && backEnd === 'onnx') return 'nothing drops out of a file that is only evaluated'
    return cellIdle(field, p, backEnd)
  },
  cases: [
    { inputs: { x: tensor([null, 3, 2]) }, params: { units: 2 } },
    {
      inputs: { x: tensor([null, 'T', 2]) },
      params: { cell: 'gru', units: 2, layers: 3, dropout: 0.3, returnSequences: true },
    },
    {
      inputs: { x: tensor([null, 3, 2]) },
      params: { cell: 'simple-rnn', units: 2, layers: 1, activation: 'relu', useBias: false },
    },
    {
      inputs: { x: tensor([null, 4, 2]), mask: tensor([null, 4]) },
      params: { cell: 'gru', units: 1, resetAfter: false, recurrentActivation: 'hard-sigmoid', dropout: 0.3 },
    },
    { inputs: { x: tensor([null, 8]) }, refused: 'there is no time axis' },
    { inputs: { x: tensor([null, 8, 2]), mask: tensor([null, 4]) }, refused: 'should be B × 8' },
  ],
  migrations: [],
})
