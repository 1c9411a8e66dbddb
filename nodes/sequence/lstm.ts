/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997) with the gates in Keras's order: input, forget, cell, output.
 * The recurrent activation is sigmoid, as in Keras and PyTorch; tfjs's own default (hardSigmoid) is neither's.
 */
import { activations } from '../kit/activations'
import { defineNode } from '../kit/define'
import { lastSize } from '../kit/features'
import { bool, choice, initialiser, int } from '../kit/fields'
import { formatShape, refuse, tensor, type Spec } from '../kit/spec'
import { activationFunction, everyStep, lastStep } from '../kit/torch-helpers'

const gates = ['sigmoid', 'tanh', 'relu', 'linear', 'softsign'] as const
const cells = activations.filter((name) => name !== 'softmax')

/** `nn.LSTM` has no other functions than sigmoid and tanh. */
const helper = `class LSTM(nn.Module):
    """nn.LSTM with other functions at the gates (i, f, g, o) and the cell, step by step."""

    def __init__(self, input_size, hidden_size, bias, activation, recurrent_activation):
        super().__init__()
        self.weight_ih_l0 = nn.Parameter(torch.zeros(4 * hidden_size, input_size))
        self.weight_hh_l0 = nn.Parameter(torch.zeros(4 * hidden_size, hidden_size))
        self.bias_ih_l0 = nn.Parameter(torch.zeros(4 * hidden_size)) if bias else None
        self.bias_hh_l0 = nn.Parameter(torch.zeros(4 * hidden_size)) if bias else None
        self.bend = activation_function(activation)
        self.gate = activation_function(recurrent_activation)

    def forward(self, x):
        hidden = cell = x.new_zeros(x.shape[0], self.weight_hh_l0.shape[1])
        outputs = []
        for step in x.unbind(1):
            sums = F.linear(step, self.weight_ih_l0, self.bias_ih_l0)
            sums = sums + F.linear(hidden, self.weight_hh_l0, self.bias_hh_l0)
            i, f, g, o = sums.chunk(4, dim=-1)
            cell = self.gate(f) * cell + self.gate(i) * self.bend(g)
            hidden = self.gate(o) * self.bend(cell)
            outputs.append(hidden)
        return torch.stack(outputs, dim=1), (hidden, cell)
`

/** Steps of the sequence; a symbolic length counts as 1. */
function steps(x: Spec): number {
  const time = x.shape[1]
  return typeof time === 'number' ? time : 1
}

export const lstm = defineNode({
  role: 'layer',
  type: 'lstm',
  version: 1,
  title: 'LSTM',
  family: 'sequence',
  doc: 'Reads a sequence step by step and keeps a memory that gates open and close, so that what came early is not lost.',
  synonyms: ['recurrent', 'rnn', 'memory', 'time series'],
  fields: {
    units: int({
      initial: 32,
      min: 1,
      max: 100_000,
      doc: 'Size of the memory, and of the output at every step.',
    }),
    activation: choice(cells as unknown as readonly ['tanh', ...(typeof cells)[number][]], {
      initial: 'tanh',
      doc: 'Bends what is written to the memory and what is read from it.',
    }),
    recurrentActivation: choice(gates, {
      initial: 'sigmoid',
      doc: 'Opens and closes the gates; sigmoid stays between shut (0) and open (1).',
    }),
    useBias: bool({ initial: true, doc: 'Adds one learned number to every gate of every unit.' }),
    returnSequences: bool({
      initial: false,
      doc: 'Give the output of every step instead of the last one only: needed before another LSTM.',
    }),
    kernelInitialiser: initialiser({
      initial: { kind: 'glorotUniform' },
      doc: 'How the first weights on the input are drawn.',
    }),
    recurrentInitialiser: initialiser({
      initial: { kind: 'orthogonal', gain: 1 },
      doc: 'How the first weights on the previous output are drawn. Orthogonal keeps its length from step to step.',
    }),
    biasInitialiser: initialiser({
      initial: { kind: 'unitForgetBias' },
      doc: 'How the first biases are drawn. unitForgetBias starts with the forget gate open, so that the memory lasts.',
    }),
  },
  inputs: { x: { doc: 'A sequence B × T × features.' } },
  outputs: { y: { doc: 'The last output B × units, or with return sequences B × T × units.' } },
  summary: (p) => `${p.units}${p.returnSequences ? ' · every step' : ''}`,
  infer: ({ x }, p) => {
    const [, time, features] = x.shape
    if (x.shape.length === 2) {
      return refuse(
        `LSTM reads sequences B × T × features, but x is ${formatShape(x.shape)}: there is no time axis. ` +
          'Put a Reshape before it, or set return sequences on the LSTM that feeds it.',
      )
    }
    if (x.shape.length !== 3) {
      return refuse(
        `LSTM reads sequences B × T × features, but x is ${formatShape(x.shape)}. Put a Reshape before it.`,
      )
    }
    if (typeof features !== 'number') {
      return refuse(
        `LSTM needs a fixed number of features on the last axis, but x is ${formatShape(x.shape)}.`,
      )
    }
    return { y: tensor(p.returnSequences ? [null, time ?? null, p.units] : [null, p.units]) }
  },
  weights: ({ x }, p) => ({
    kernel: { shape: [lastSize(x), 4 * p.units], initialiser: p.kernelInitialiser, trainable: true },
    recurrent_kernel: { shape: [p.units, 4 * p.units], initialiser: p.recurrentInitialiser, trainable: true },
    ...(p.useBias ? { bias: { shape: [4 * p.units], initialiser: p.biasInitialiser, trainable: true } } : {}),
  }),
  multiplyAdds: ({ x }, p) => steps(x) * 4 * p.units * (lastSize(x) + p.units),
  build: (tf, p, own) =>
    tf.layers.lstm({
      units: p.units,
      activation: p.activation,
      recurrentActivation: p.recurrentActivation,
      useBias: p.useBias,
      // Ours draws the forget gate's ones itself, so tfjs must not overwrite them.
      unitForgetBias: false,
      returnSequences: p.returnSequences,
      returnState: false,
      goBackwards: false,
      stateful: false,
      unroll: false,
      dropout: 0,
      recurrentDropout: 0,
      implementation: 2,
      kernelInitializer: own.initialiser('kernel', p.kernelInitialiser),
      recurrentInitializer: own.initialiser('recurrent_kernel', p.recurrentInitialiser),
      ...(p.useBias ? { biasInitializer: own.initialiser('bias', p.biasInitialiser) } : {}),
    }),
  emit: {
    torch: (p, { x }) => {
      const stock = p.activation === 'tanh' && p.recurrentActivation === 'sigmoid'
      return {
        call: stock ? 'nn.LSTM' : 'wiregrad.LSTM',
        args: {
          input_size: lastSize(x),
          hidden_size: p.units,
          bias: p.useBias,
          ...(stock
            ? { batch_first: true }
            : { activation: p.activation, recurrent_activation: p.recurrentActivation }),
        },
        // PyTorch's gates i f g o are ours; its second bias only adds to the first.
        tensors: [
          { name: 'weight_ih_l0', parts: [{ weight: 'kernel', permute: [1, 0] }] },
          { name: 'weight_hh_l0', parts: [{ weight: 'recurrent_kernel', permute: [1, 0] }] },
          ...(p.useBias
            ? [
                { name: 'bias_ih_l0', parts: [{ weight: 'bias' }] },
                {
                  name: 'bias_hh_l0',
                  zeros: [4 * p.units],
                  dtype: 'F32' as const,
                  addsTo: 'bias_ih_l0',
                },
              ]
            : []),
        ],
        after: p.returnSequences
          ? { call: 'wiregrad.every_step', args: {} }
          : { call: 'wiregrad.last_step', args: {} },
        helpers: [...(stock ? [] : [activationFunction, helper]), p.returnSequences ? everyStep : lastStep],
      }
    },
  },
  cases: [
    { inputs: { x: tensor([null, 4, 3]) }, params: { units: 2 } },
    { inputs: { x: tensor([null, 'T', 3]) }, params: { units: 2, returnSequences: true } },
    { inputs: { x: tensor([null, 3, 2]) }, params: { units: 3, useBias: false } },
    {
      inputs: { x: tensor([null, 3, 2]) },
      params: { units: 2, activation: 'softsign', recurrentActivation: 'tanh' },
    },
    { inputs: { x: tensor([null, 8]) }, refused: 'there is no time axis' },
    { inputs: { x: tensor([null, 8, 8, 1]) }, refused: 'reads sequences' },
    { inputs: { x: tensor([null, 8, 'F']) }, refused: 'fixed number of features' },
  ],
  migrations: [],
})
