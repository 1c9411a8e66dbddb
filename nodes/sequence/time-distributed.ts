/** The same layer at every step of a sequence: a Dense on features, or a Conv2D on images. */
import type * as Tf from '@tensorflow/tfjs'
import { activationField, afterActivation, type Activation } from '../kit/activations'
import {
  agreedWindow,
  biasSpec,
  convolutionMultiplyAdds,
  convolutionWeights,
  convolved,
  kerasKernel,
  kerasWeights,
  onnxConvolution,
  torchBias,
  torchKernel,
  type ConvolutionSettings,
} from '../kit/convolution'
import { defineNode } from '../kit/define'
import { countedSize, featureCount, lastSize } from '../kit/features'
import { bool, choice, initialiser, int, sizes } from '../kit/fields'
import type { Initialiser } from '../kit/initialiser'
import { kerasActivation } from '../kit/keras-activation'
import { finish } from '../kit/maths/finish'
import { onnxActivation } from '../kit/onnx-activation'
import { formatShape, refuse, tensor, type Spec } from '../kit/spec'
import type { Json, TorchEmit } from '../kit/torch'
import { padding } from '../kit/window'

const convHelper = `class TimeDistributedConv2d(nn.Module):
    """nn.Conv2d on every image of a sequence, channels last; pad is (left, right, top, bottom)."""

    def __init__(self, pad, **settings):
        super().__init__()
        self.pad = pad
        self.conv = nn.Conv2d(**settings)

    def forward(self, x):
        images = F.pad(x.flatten(0, 1).movedim(-1, 1), self.pad)
        return self.conv(images).movedim(1, -1).unflatten(0, x.shape[:2])
`

interface Settings {
  readonly units: number
  readonly kernelSize: readonly number[]
  readonly strides: readonly number[]
  readonly padding: 'valid' | 'same'
  readonly activation: Activation
  readonly useBias: boolean
  readonly kernelInitialiser: Initialiser
  readonly biasInitialiser: Initialiser
}

function convolution(p: Settings): ConvolutionSettings {
  return { ...p, filters: p.units, dilation: [1, 1], groups: 1 }
}

/** One step of x. */
function frame(x: Spec): Spec {
  return tensor([null, ...x.shape.slice(2)])
}

function torchDense(p: Settings, x: Spec): TorchEmit {
  return {
    call: 'nn.Linear',
    args: { in_features: lastSize(x), out_features: p.units, bias: p.useBias },
    tensors: [{ name: 'weight', parts: [{ weight: 'kernel', permute: [1, 0] }] }, ...torchBias(p)],
    ...afterActivation(p.activation),
  }
}

function torchConv(p: Settings, x: Spec): TorchEmit {
  return {
    call: 'wiregrad.TimeDistributedConv2d',
    args: {
      pad: padding(agreedWindow(frame(x), convolution(p))),
      in_channels: lastSize(x),
      out_channels: p.units,
      kernel_size: p.kernelSize,
      stride: p.strides,
      bias: p.useBias,
    },
    tensors: [
      { name: 'conv.weight', parts: [{ weight: 'kernel', ...torchKernel(2) }] },
      ...(p.useBias ? [{ name: 'conv.bias', parts: [{ weight: 'bias' }] }] : []),
    ],
    helpers: [convHelper],
    ...afterActivation(p.activation),
  }
}

export const timeDistributed = defineNode({
  role: 'layer',
  type: 'time-distributed',
  version: 1,
  title: 'Time distributed',
  family: 'sequence',
  doc: 'Applies one and the same layer to every step of a sequence: a Dense to features, a Conv2D to the images of a film.',
  synonyms: ['per step', 'video', 'wrapper', 'sequence of images'],
  fields: {
    layer: choice(['dense', 'conv2d'], { initial: 'dense', doc: 'What is applied to each step.' }),
    units: int({ initial: 16, min: 1, max: 100_000, doc: 'Outputs of the Dense, or filters of the Conv2D.' }),
    kernelSize: sizes({ initial: [3, 3], length: 2, doc: 'Conv2D: height and width of the window.' }),
    strides: sizes({
      initial: [1, 1],
      length: 2,
      doc: 'Conv2D: how far the window moves at a time, down and across.',
    }),
    padding: choice(['valid', 'same'], {
      initial: 'same',
      doc: 'Conv2D: same adds zeros around each image so that stride 1 keeps its size; valid stays inside.',
    }),
    activation: activationField({ initial: 'linear', doc: 'Bends the sums.' }),
    useBias: bool({ initial: true, doc: 'Adds one learned number to every unit.' }),
    kernelInitialiser: initialiser({
      initial: { kind: 'glorotUniform' },
      doc: 'How the first weights are drawn.',
    }),
    biasInitialiser: initialiser({ initial: { kind: 'zeros' }, doc: 'How the first biases are drawn.' }),
  },
  inputs: { x: { doc: 'B × T × features for a Dense, B × T × height × width × channels for a Conv2D.' } },
  outputs: { y: { doc: 'As many steps, each with what the layer makes of it.' } },
  summary: (p) => `${p.layer} · ${p.units}`,
  infer: ({ x }, p) => {
    const time = x.shape[1] ?? null
    if (p.layer === 'conv2d') {
      if (x.shape.length !== 5)
        return refuse(
          `Time distributed applies its Conv2D to sequences of images B × T × height × width × channels, but x is ${formatShape(x.shape)}.`,
        )
      const made = convolved('Time distributed', frame(x), convolution(p))
      return 'refused' in made ? made : { y: tensor([null, time, ...made.y.shape.slice(1)]) }
    }
    if (x.shape.length < 3)
      return refuse(
        `Time distributed reads sequences B × T × features, but x is ${formatShape(x.shape)}. For one step use a Dense.`,
      )
    const features = featureCount('Time distributed', 'x', x)
    return typeof features === 'number' ? { y: tensor([...x.shape.slice(0, -1), p.units]) } : features
  },
  weights: ({ x }, p) =>
    p.layer === 'conv2d'
      ? convolutionWeights(x, convolution(p))
      : {
          kernel: { shape: [lastSize(x), p.units], initialiser: p.kernelInitialiser, trainable: true },
          ...biasSpec(p, p.units),
        },
  multiplyAdds: ({ x }, p) => {
    const time = x.shape[1]
    return p.layer === 'conv2d'
      ? (typeof time === 'number' ? time : 1) * convolutionMultiplyAdds(frame(x), convolution(p))
      : countedSize(x.shape) * p.units
  },
  uses: { finish },
  compute: ({ tf, inputs: { x }, p, weights, uses }) => {
    const shape = x.shape
    const bias = weights['bias']
    const kernel = weights['kernel']!
    if (p.layer === 'dense') {
      const rows = tf.reshape(x, [-1, shape[shape.length - 1] ?? 1])
      const y = uses.finish(tf, tf.matMul(rows, kernel), bias, p.activation)
      return { y: tf.reshape(y, [...shape.slice(0, -1), p.units]) }
    }
    const [batch = 1, time = 1, height = 1, width = 1, channels = 1] = shape
    const images = tf.reshape<Tf.Rank.R4>(x, [batch * time, height, width, channels])
    const [down = 1, across = 1] = p.strides
    const sums = tf.conv2d(images, kernel as Tf.Tensor4D, [down, across], p.padding)
    const y = uses.finish(tf, sums, bias, p.activation)
    return { y: tf.reshape(y, [batch, time, ...y.shape.slice(1)]) }
  },
  // On features a stock Dense does the same.
  stock: (tf, p, own) =>
    p.layer === 'dense'
      ? tf.layers.dense({
          units: p.units,
          activation: p.activation,
          useBias: p.useBias,
          kernelInitializer: own.initialiser('kernel', p.kernelInitialiser),
          ...(p.useBias ? { biasInitializer: own.initialiser('bias', p.biasInitialiser) } : {}),
        })
      : null,
  emit: {
    torch: (p, { x }) => (p.layer === 'dense' ? torchDense(p, x) : torchConv(p, x)),
    onnx: (g, { x }, p, specs) => {
      if (p.layer === 'dense') {
        const product = g.op('MatMul', [x, g.weight('kernel')])
        const sums = p.useBias ? g.op('Add', [product, g.weight('bias')]) : product
        return { y: onnxActivation(g, sums, p.activation) }
      }
      const one = frame(specs.x)
      const images = g.op('Reshape', [x, g.ints([-1, ...one.shape.slice(1).map(Number)])])
      const y = onnxConvolution(g, images, one, convolution(p))
      const made = agreedWindow(one, convolution(p)).axes.map(({ places }) => Number(places))
      const steps = g.op('Shape', [x], { start: 0, end: 2 })
      const sizes = g.op('Concat', [steps, g.ints([...made, p.units])], { axis: 0 })
      return { y: g.op('Reshape', [y, sizes]) }
    },
    keras: (k, { x }, p, specs) => {
      const activation = kerasActivation(p.activation)
      if (typeof activation !== 'string') return activation
      const conv = p.layer === 'conv2d'
      const inner: { readonly [name: string]: Json } = conv
        ? { filters: p.units, groups: 1, ...kerasKernel(convolution(p), activation) }
        : { units: p.units, activation, use_bias: p.useBias }
      const places = conv ? agreedWindow(frame(specs.x), convolution(p)).axes.map((axis) => axis.places) : []
      const before = conv ? specs.x.shape.slice(0, 2) : specs.x.shape.slice(0, -1)
      const y = k.layer({
        layer: 'TimeDistributed',
        config: {
          layer: {
            module: 'keras.layers',
            class_name: conv ? 'Conv2D' : 'Dense',
            config: inner,
            registered_name: null,
          },
        },
        inputs: [x],
        weights: kerasWeights('kernel', p.useBias && 'bias').map(({ path, parts }) => ({
          path: `layer/${path}`,
          parts,
        })),
        outputs: [tensor([...before, ...places, p.units])],
      })
      return { y }
    },
  },
  idle: (field, p, backEnd) =>
    p.layer === 'dense' && backEnd !== 'run' && ['kernelSize', 'strides', 'padding'].includes(field)
      ? 'a Dense has no window'
      : null,
  cases: [
    { inputs: { x: tensor([null, 3, 4]) }, params: { units: 2, activation: 'tanh' } },
    { inputs: { x: tensor([null, 'T', 2, 3]) }, params: { units: 2, useBias: false, activation: 'softmax' } },
    { inputs: { x: tensor([null, 2, 4, 3, 2]) }, params: { layer: 'conv2d', units: 2 } },
    {
      inputs: { x: tensor([null, 'T', 4, 5, 1]) },
      params: { layer: 'conv2d', units: 2, kernelSize: [2, 3], strides: [2, 1], activation: 'swish' },
    },
    {
      inputs: { x: tensor([null, 2, 4, 4, 1]) },
      params: { layer: 'conv2d', units: 2, kernelSize: [2, 2], padding: 'valid', useBias: false },
    },
    { inputs: { x: tensor([null, 4]) }, refused: 'For one step use a Dense' },
    { inputs: { x: tensor([null, 3, 'F']) }, refused: 'fixed number of features' },
    { inputs: { x: tensor([null, 3, 4]) }, params: { layer: 'conv2d' }, refused: 'sequences of images' },
    {
      inputs: { x: tensor([null, 3, 4, 4, 1]) },
      params: { layer: 'conv2d', kernelSize: [5, 5], padding: 'valid' },
      refused: 'The kernel is 5',
    },
  ],
  migrations: [],
})
