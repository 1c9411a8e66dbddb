/**
 * Parametric ReLU (He et al. 2015): the slope below zero is learned. Not tfjs's layer: on wasm its kernel takes the wrong
 * slopes where they stretch along an axis in the middle.
 */
import { frontAxes } from '../kit/axes'
import { defineNode } from '../kit/define'
import { initialiser, sizes } from '../kit/fields'
import { formatShape, isRefusal, refuse, tensor, type Refusal, type Spec } from '../kit/spec'
import type { TorchEmit } from '../kit/torch'

/** Shape of the slopes: that of a sample, 1 on shared axes. */
function slopes(x: Spec, shared: readonly number[]): readonly number[] | Refusal {
  const fronts = frontAxes('PReLU', 'x', x, shared)
  if ('refused' in fronts) return fronts
  const shape: number[] = []
  for (const [at, dim] of x.shape.slice(1).entries()) {
    if (fronts.includes(at + 1)) shape.push(1)
    else if (typeof dim === 'number') shape.push(dim)
    else
      return refuse(
        `PReLU has one slope a place, but axis ${at + 1} of ${formatShape(x.shape)} has no fixed length. Share that axis.`,
      )
  }
  return shape.length === 0
    ? refuse(`PReLU needs an axis of features after the batch, but x is ${formatShape(x.shape)}.`)
    : shape
}

function slopeShape(x: Spec, shared: readonly number[]): readonly number[] {
  const shape = slopes(x, shared)
  return isRefusal(shape) ? [] : shape
}

const helper = `class PReLU(nn.Module):
    """x where it is positive, else x times a learned slope; the slopes have 1 on the axes that share one."""

    def __init__(self, shape):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(shape))

    def forward(self, x):
        return torch.where(x > 0, x, self.weight * x)
`

export const prelu = defineNode({
  role: 'layer',
  type: 'prelu',
  version: 1,
  title: 'PReLU',
  family: 'core',
  doc: 'Passes positive numbers on and multiplies negative ones by a slope that is learned.',
  synonyms: ['parametric relu', 'leaky relu', 'activation'],
  fields: {
    sharedAxes: sizes({
      initial: [],
      min: -8,
      doc: 'Axes along which one slope serves all: 1, 2 for images gives one slope a channel. Empty gives every place its own.',
    }),
    alphaInitialiser: initialiser({
      initial: { kind: 'constant', value: 0.25 },
      doc: 'First values of the slopes; 0 begins as relu.',
    }),
  },
  inputs: { x: { doc: 'Numbers with an axis after the batch.' } },
  outputs: { y: { doc: 'The same shape.' } },
  summary: (p) => (p.sharedAxes.length === 0 ? '' : `shared ${p.sharedAxes.join(', ')}`),
  infer: ({ x }, p) => {
    const shape = slopes(x, p.sharedAxes)
    return isRefusal(shape) ? shape : { y: tensor(x.shape) }
  },
  weights: ({ x }, p) => ({
    alpha: { shape: slopeShape(x, p.sharedAxes), initialiser: p.alphaInitialiser, trainable: true },
  }),
  compute: ({ tf, inputs: { x }, weights }) => ({
    y: tf.sub(tf.relu(x), tf.mul(tf.relu(tf.neg(x)), weights['alpha']!)),
  }),
  emit: {
    torch: (p, { x }): TorchEmit => {
      const shape = slopeShape(x, p.sharedAxes)
      const channels = shape.at(-1) ?? 1
      // PyTorch's module has one slope a channel.
      return shape.slice(0, -1).every((size) => size === 1)
        ? {
            call: 'nn.PReLU',
            args: { num_parameters: channels },
            tensors: [{ name: 'weight', parts: [{ weight: 'alpha', reshape: [channels] }] }],
            channelsFirst: true,
          }
        : {
            call: 'wiregrad.PReLU',
            args: { shape },
            tensors: [{ name: 'weight', parts: [{ weight: 'alpha' }] }],
            helpers: [helper],
          }
    },
    onnx: (g, { x }, p, specs) => ({
      y: g.op('PRelu', [x, g.weight('alpha', { reshape: [1, ...slopeShape(specs.x, p.sharedAxes)] })]),
    }),
    keras: (k, { x }, p, specs) => ({
      y: k.layer({
        layer: 'PReLU',
        config: {
          shared_axes: p.sharedAxes.map((axis) => (axis < 0 ? axis + specs.x.shape.length : axis)),
        },
        inputs: [x],
        weights: [{ path: 'vars/0', parts: [{ weight: 'alpha' }] }],
        outputs: [tensor(specs.x.shape)],
      }),
    }),
  },
  cases: [
    { inputs: { x: tensor([null, 4]) } },
    { inputs: { x: tensor([null, 3, 2]) } },
    { inputs: { x: tensor([null, 2, 3, 2]) }, params: { sharedAxes: [1, 2] } },
    { inputs: { x: tensor([null, 2, 3, 2]) }, params: { sharedAxes: [-2] } },
    { inputs: { x: tensor([null, 'T', 3]) }, params: { sharedAxes: [1] } },
    { inputs: { x: tensor([null, 3]) }, params: { sharedAxes: [1] } },
    { inputs: { x: tensor([null, 'T', 3]) }, refused: 'Share that axis' },
    { inputs: { x: tensor([null, 3]) }, params: { sharedAxes: [1, -1] }, refused: 'every axis once' },
    { inputs: { x: tensor([null, 3]) }, params: { sharedAxes: [2] }, refused: 'has no axis 2' },
    { inputs: { x: tensor([null]) }, refused: 'an axis of features' },
  ],
  migrations: [],
})
