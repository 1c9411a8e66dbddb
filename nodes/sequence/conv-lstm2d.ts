/**
 * An LSTM whose products are convolutions (Shi et al. 2015, without its peepholes, as Keras): it reads images one after
 * the other, and its memory is an image too. Gates in Keras's order: input, forget, cell, output.
 */
import type * as Tf from '@tensorflow/tfjs'
import { convLstmWindows, inferConvLstm, kerasConvLstm, onnxConvLstm, torchConvLstm } from '../kit/conv-lstm'
import { biasSpec, product } from '../kit/convolution'
import { defineNode } from '../kit/define'
import { lastSize } from '../kit/features'
import { bool, choice, int, sizes } from '../kit/fields'
import { activate } from '../kit/maths/gates'
import {
  cellActivationField,
  gateActivationField,
  initialiserFields,
  maskPort,
  walkFields,
} from '../kit/recurrent'
import { tensor } from '../kit/spec'
import { placeCount } from '../kit/window'

const { returnSequences, returnState, goBackwards } = walkFields

export const convLstm2d = defineNode({
  role: 'layer',
  type: 'conv-lstm2d',
  version: 1,
  title: 'ConvLSTM2D',
  family: 'sequence',
  doc: 'Reads images one after the other, with a memory that is an image itself: small windows of weights look at picture and memory alike.',
  synonyms: ['video', 'film', 'recurrent', 'convolutional lstm', 'nowcasting'],
  fields: {
    filters: int({
      initial: 16,
      min: 1,
      max: 100_000,
      doc: 'How many patterns are looked for; the channels of memory and output.',
    }),
    kernelSize: sizes({ initial: [3, 3], length: 2, doc: 'Height and width of both windows.' }),
    strides: sizes({
      initial: [1, 1],
      length: 2,
      doc: 'How far the window on the images moves at a time, down and across.',
    }),
    padding: choice(['valid', 'same'], {
      initial: 'same',
      doc: 'same adds zeros around each image so that stride 1 keeps its size; valid stays inside. The memory keeps its size always.',
    }),
    activation: cellActivationField,
    recurrentActivation: gateActivationField,
    useBias: bool({ initial: true, doc: 'Adds one learned number to every gate of every filter.' }),
    returnSequences,
    returnState,
    goBackwards,
    ...initialiserFields(
      { kind: 'unitForgetBias' },
      'How the first biases are drawn. unitForgetBias starts with the forget gate open, so that the memory lasts.',
    ),
  },
  inputs: {
    x: { doc: 'A sequence of images B × T × height × width × channels.' },
    mask: maskPort,
    initial: {
      doc: 'The output before the first step, B × height × width × filters; open, zeros.',
      optional: true,
    },
    initial_memory: {
      doc: 'The memory before the first step, B × height × width × filters; open, zeros.',
      optional: true,
    },
  },
  outputs: {
    y: {
      doc: 'The last output, an image with one channel a filter; with return sequences one for every step.',
    },
    state: { doc: 'The output after the last step.', optional: true },
    memory: { doc: 'The memory after the last step.', optional: true },
  },
  summary: (p) => `${p.filters} · ${p.kernelSize.join(' × ')}${p.returnSequences ? ' · every step' : ''}`,
  infer: (inputs, p) => inferConvLstm(inputs, p),
  weights: ({ x }, p) => ({
    kernel: {
      shape: [...p.kernelSize, lastSize(x), 4 * p.filters],
      initialiser: p.kernelInitialiser,
      trainable: true,
    },
    recurrent_kernel: {
      shape: [...p.kernelSize, p.filters, 4 * p.filters],
      initialiser: p.recurrentInitialiser,
      trainable: true,
    },
    ...biasSpec(p, 4 * p.filters),
  }),
  multiplyAdds: ({ x }, p) => {
    const time = x.shape[1]
    const [window, recurrent] = convLstmWindows(x, p)
    const taps = placeCount(window) * lastSize(x) + placeCount(recurrent) * p.filters
    return (typeof time === 'number' ? time : 1) * taps * product(p.kernelSize) * 4 * p.filters
  },
  uses: { activate },
  compute: ({ tf, inputs: { x, mask, initial, initial_memory }, p, weights, uses }) => {
    const [batch = 1, time = 1, height = 1, width = 1, channels = 1] = x.shape
    const [down = 1, across = 1] = p.strides
    const kernel = weights['kernel'] as Tf.Tensor4D
    const recurrent = weights['recurrent_kernel'] as Tf.Tensor4D
    const gate = (z: Tf.Tensor) => uses.activate(tf, p.recurrentActivation, z)
    const bend = (z: Tf.Tensor) => uses.activate(tf, p.activation, z)
    const images = tf.reshape<Tf.Rank.R4>(x, [batch * time, height, width, channels])
    const product = tf.conv2d(images, kernel, [down, across], p.padding)
    const sums = weights['bias'] === undefined ? product : tf.add(product, weights['bias'])
    const [, high = 1, wide = 1, gates = 4] = sums.shape
    const shape = [batch, high, wide, gates / 4]
    // Split, not sliced: the gradient of a slice pads each step back to the whole sequence.
    const steps = tf.split(tf.reshape(sums, [batch, time, high * wide * gates]), time, 1)
    const real = mask === undefined ? null : tf.split(mask, time, 1)
    let h = initial ?? tf.zeros(shape)
    let c = initial_memory ?? tf.zeros(shape)
    let output = tf.zeros(shape)
    const outputs: Tf.Tensor[] = []
    for (let turn = 0; turn < time; turn++) {
      const at = p.goBackwards ? time - 1 - turn : turn
      const before = tf.conv2d(h as Tf.Tensor4D, recurrent, 1, 'same')
      const z = tf.add(tf.reshape(steps[at]!, [batch, high, wide, gates]), before)
      const [i, f, own, o] = tf.split(z, 4, 3)
      const memory = tf.add(tf.mul(gate(f!), c), tf.mul(gate(i!), bend(own!)))
      const shown = tf.mul(gate(o!), bend(memory))
      const open = real === null ? null : tf.reshape(real[at]!, [batch, 1, 1, 1])
      const chosen = (now: Tf.Tensor, old: Tf.Tensor) =>
        open === null ? now : tf.add(tf.mul(open, now), tf.mul(tf.sub(1, open), old))
      h = chosen(shown, h)
      c = chosen(memory, c)
      output = chosen(shown, output)
      outputs.push(output)
    }
    return {
      y: p.returnSequences ? tf.stack(outputs, 1) : output,
      ...(p.returnState ? { state: h, memory: c } : {}),
    }
  },
  emit: {
    torch: (p, { x }) => torchConvLstm(p, x),
    onnx: (g, inputs, p, { x }) => {
      const { y, states } = onnxConvLstm(g, p, inputs, x)
      return { y, ...(p.returnState ? { state: states[0]!, memory: states[1]! } : {}) }
    },
    keras: (k, inputs, p, { x }) => {
      const made = kerasConvLstm(k, p, inputs, x)
      if ('refused' in made) return made
      return { y: made.y, ...(p.returnState ? { state: made.states[0]!, memory: made.states[1]! } : {}) }
    },
  },
  cases: [
    { inputs: { x: tensor([null, 2, 3, 3, 1]) }, params: { filters: 1, kernelSize: [2, 3] } },
    {
      inputs: { x: tensor([null, 'T', 4, 3, 1]) },
      params: { filters: 1, kernelSize: [2, 2], strides: [2, 1], returnSequences: true, useBias: false },
    },
    {
      inputs: { x: tensor([null, 2, 3, 4, 2]) },
      params: {
        filters: 1,
        kernelSize: [2, 2],
        padding: 'valid',
        returnState: true,
        goBackwards: true,
        returnSequences: true,
        activation: 'swish',
        recurrentActivation: 'hard-sigmoid',
      },
    },
    {
      inputs: {
        x: tensor([null, 3, 2, 2, 1]),
        mask: tensor([null, 3]),
        initial: tensor([null, 2, 2, 1]),
        initial_memory: tensor([null, 2, 2, 1]),
      },
      params: { filters: 1, kernelSize: [2, 1], returnSequences: true, returnState: true, goBackwards: true },
    },
    { inputs: { x: tensor([null, 8, 8, 1]) }, refused: 'reads sequences of images' },
    {
      inputs: { x: tensor([null, 2, 3, 3, 1]) },
      params: { kernelSize: [4, 4], padding: 'valid' },
      refused: 'The kernel is 4',
    },
    { inputs: { x: tensor([null, 2, 3, 3, 1]), mask: tensor([null, 3]) }, refused: 'should be B × 2' },
    {
      inputs: { x: tensor([null, 2, 3, 3, 1]), initial: tensor([null, 3, 3, 16]) },
      refused: 'wire both',
    },
    {
      inputs: { x: tensor([null, 2, 3, 3, 1]), initial: tensor([null, 3, 3, 2]) },
      refused: 'B × 3 × 3 × 16',
    },
  ],
  migrations: [],
})
