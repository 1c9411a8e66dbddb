/**
 * The table of positions of Vaswani et al. (2017): sines in the even columns, cosines in the odd ones, with wavelengths from
 * 2π to base · 2π. It is computed in JavaScript: sine and cosine differ between devices.
 */
import { defineNode } from '../kit/define'
import { lastSize } from '../kit/features'
import { bool, real } from '../kit/fields'
import { sinusoids } from '../kit/maths/sinusoids'
import { onnxPlaces } from '../kit/onnx-attention'
import { sequenceRefusal } from '../kit/sequence-shape'
import { refuse, tensor } from '../kit/spec'

const helper = `class SinusoidalPosition(nn.Module):
    """Adds sines and cosines of the place (Vaswani et al. 2017), after an optional scaling by sqrt(features)."""

    def __init__(self, features, scale, base):
        super().__init__()
        self.factor = math.sqrt(features) if scale else 1
        self.base = base

    def forward(self, x):
        column = torch.arange(x.shape[2], device=x.device)
        speeds = self.base ** (-(column - column % 2).double() / x.shape[2])
        angles = torch.arange(x.shape[1], dtype=torch.float64, device=x.device)[:, None] * speeds
        table = torch.where(column % 2 == 0, angles.sin(), angles.cos())
        return x * self.factor + table.to(x.dtype)
`

export const sinusoidalPosition = defineNode({
  role: 'layer',
  type: 'sinusoidal-position',
  version: 1,
  title: 'Sinusoidal position',
  family: 'attention',
  doc: 'Adds sines and cosines of the place to every place of a sequence, so that attention knows the order. Nothing is learned, and any length will do.',
  synonyms: ['positional encoding', 'sine', 'order', 'transformer', 'fixed position'],
  fields: {
    scale: bool({
      initial: false,
      doc: 'Multiplies x by the square root of its features first, as the Transformer does behind its embeddings.',
    }),
    base: real({
      initial: 10_000,
      min: 1.01,
      max: 1e9,
      doc: 'How much longer the longest wave is than the shortest.',
    }),
  },
  inputs: { x: { doc: 'A sequence B × T × features.' } },
  outputs: { y: { doc: 'The same shape.' } },
  summary: (p) => (p.scale ? 'scaled' : ''),
  infer: ({ x }) => sequenceRefusal('Sinusoidal position', 'x', x) ?? { y: tensor(x.shape) },
  weights: () => ({}),
  uses: { sinusoids },
  compute: ({ tf, inputs: { x }, p, uses }) => {
    const [, time = 1, features = 1] = x.shape
    const table = tf.tensor(uses.sinusoids(time, features, p.base), [1, time, features])
    return { y: tf.add(p.scale ? tf.mul(x, Math.sqrt(features)) : x, table) }
  },
  emit: {
    torch: (p, { x }) => ({
      call: 'wiregrad.SinusoidalPosition',
      args: { features: lastSize(x), scale: p.scale, base: p.base },
      tensors: [],
      helpers: [helper],
    }),
    onnx: (g, { x }, p, specs) => {
      const features = lastSize(specs.x)
      const time = specs.x.shape[1]
      const scaled = p.scale ? g.op('Mul', [x, g.floats([Math.sqrt(features)], [])]) : x
      if (typeof time === 'number') {
        const table = g.floats([...sinusoids(time, features, p.base)], [time, features])
        return { y: g.op('Add', [scaled, table]) }
      }
      const columns = Array.from({ length: features }, (_, column) => column)
      const speeds = columns.map((column) => p.base ** (-(column - (column % 2)) / features))
      // sin(a + π/2) = cos(a): one sine serves both kinds of column.
      const shifts = columns.map((column) => (column % 2 === 0 ? 0 : Math.PI / 2))
      const places = g.op('Unsqueeze', [onnxPlaces(g, x, 1, time), g.ints([1])])
      const angles = g.op('Add', [g.op('Mul', [places, g.floats(speeds)]), g.floats(shifts)])
      return { y: g.op('Add', [scaled, g.op('Sin', [angles])]) }
    },
    keras: () =>
      refuse(
        'keras.layers has no sinusoidal positions (KerasHub has). A learned Position embedding is no stand-in: its numbers differ.',
      ),
  },
  idle: (_field, _p, backEnd) => (backEnd === 'keras' ? 'it is refused whatever the settings' : null),
  cases: [
    { inputs: { x: tensor([null, 5, 4]) } },
    { inputs: { x: tensor([null, 'T', 5]) }, params: { scale: true, base: 100 } },
    { inputs: { x: tensor([null, 12]) }, refused: 'B × T × features' },
    { inputs: { x: tensor([null, 3, 'F']) }, refused: 'B × T × features' },
  ],
  migrations: [],
})
