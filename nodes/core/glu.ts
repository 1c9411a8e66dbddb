/**
 * Gated linear units (Dauphin et al. 2017) and their kin (Shazeer 2020): the axis is halved, and the second half, through
 * its gate, says how much of the first passes.
 */
import { countedAxis, frontAxis } from '../kit/axes'
import { defineNode } from '../kit/define'
import { choice, int } from '../kit/fields'
import { kerasActivation } from '../kit/keras-activation'
import { kerasCut, kerasCutProblem } from '../kit/keras-shape'
import { kerasMerge } from '../kit/merge'
import { onnxActivation } from '../kit/onnx-activation'
import { formatShape, refuse, tensor, type Refusal, type Shape, type Spec } from '../kit/spec'
import type { TorchEmit } from '../kit/torch'

const gates = ['sigmoid', 'swish', 'gelu', 'relu', 'linear'] as const

const titles: { readonly [K in (typeof gates)[number]]: string } = {
  sigmoid: 'GLU',
  swish: 'SwiGLU',
  gelu: 'GEGLU',
  relu: 'ReGLU',
  linear: 'bilinear',
}

const helper = `def gated(x, gate, dim):
    """The first half of an axis times the second half through its gate (Shazeer 2020)."""
    passed, opening = x.chunk(2, dim=dim)
    return passed * {"swish": F.silu, "gelu": F.gelu, "relu": F.relu, "linear": lambda y: y}[gate](opening)
`

/** Half of the axis, and where it is; or why it cannot be halved. */
function halved(x: Spec, given: number): { readonly axis: number; readonly half: number } | Refusal {
  const axis = frontAxis('GLU', 'x', x, given)
  if (typeof axis !== 'number') return axis
  const length = x.shape[axis]
  return typeof length === 'number' && length % 2 === 0
    ? { axis, half: length / 2 }
    : refuse(
        `GLU needs an axis of even, fixed length that it can halve, but axis ${given} of ${formatShape(x.shape)} is not.`,
      )
}

function halfShape(x: Spec, given: number): Shape {
  const axis = countedAxis(x, given)
  return x.shape.map((dim, at) => (at === axis && typeof dim === 'number' ? dim / 2 : dim))
}

export const glu = defineNode({
  role: 'layer',
  type: 'glu',
  version: 1,
  title: 'GLU',
  family: 'core',
  doc: 'Halves an axis: the second half, through a gate, says how much of the first half passes. Put it after a Dense of twice the units.',
  synonyms: ['gated linear unit', 'swiglu', 'geglu', 'reglu', 'bilinear', 'gate', 'llama'],
  fields: {
    gate: choice(gates, {
      initial: 'sigmoid',
      doc: 'What the second half goes through: sigmoid is GLU, swish SwiGLU, gelu GEGLU, relu ReGLU, linear the bilinear form.',
    }),
    axis: int({
      initial: -1,
      min: -8,
      max: 8,
      doc: 'The axis that is halved; -1 is the last one (features).',
    }),
  },
  inputs: { x: { doc: 'Numbers with an axis of even length.' } },
  outputs: { y: { doc: 'The same axes, one of them half as long.' } },
  summary: (p) => titles[p.gate],
  infer: ({ x }, p) => {
    const found = halved(x, p.axis)
    return 'refused' in found ? found : { y: tensor(halfShape(x, p.axis)) }
  },
  weights: () => ({}),
  compute: ({ tf, inputs: { x }, p }) => {
    const axis = p.axis < 0 ? p.axis + x.rank : p.axis
    const size = x.shape.map((all, at) => (at === axis ? all / 2 : all))
    const begin = x.shape.map((all, at) => (at === axis ? all / 2 : 0))
    const passed = tf.slice(
      x,
      x.shape.map(() => 0),
      size,
    )
    const opening = tf.slice(x, begin, size)
    const gateOf = {
      sigmoid: () => tf.sigmoid(opening),
      swish: () => tf.mul(opening, tf.sigmoid(opening)),
      gelu: () => tf.mul(tf.mul(opening, 0.5), tf.add(tf.erf(tf.mul(opening, Math.SQRT1_2)), 1)),
      relu: () => tf.relu(opening),
      linear: () => opening,
    }
    return { y: tf.mul(passed, gateOf[p.gate]()) }
  },
  emit: {
    torch: (p): TorchEmit =>
      p.gate === 'sigmoid'
        ? { call: 'F.glu', args: { dim: p.axis }, tensors: [] }
        : {
            call: 'wiregrad.gated',
            args: { gate: p.gate, dim: p.axis },
            tensors: [],
            helpers: [helper],
          },
    onnx: (g, { x }, p) => {
      const [passed = x, opening = x] = g.ops('Split', [x], { axis: p.axis }, 2)
      return { y: g.op('Mul', [passed, onnxActivation(g, opening, p.gate)]) }
    },
    keras: (k, { x }, p, specs) => {
      const found = halved(specs.x, p.axis)
      if ('refused' in found) return found
      const problem = kerasCutProblem(specs.x.shape, found.axis)
      if (problem !== null) return problem
      const name = kerasActivation(p.gate)
      if (typeof name !== 'string') return name
      const { axis, half } = found
      const part = (begin: number) => kerasCut(k, x, specs.x.shape, axis, begin, half)
      const spec = tensor(halfShape(specs.x, p.axis))
      const opening = k.layer({
        layer: 'Activation',
        config: { activation: name },
        inputs: [part(half)],
        outputs: [spec],
      })
      return { y: kerasMerge(k, 'Multiply', [part(0), opening], [spec, spec]) }
    },
  },
  cases: [
    ...gates.map((gate) => ({ inputs: { x: tensor([null, 4]) }, params: { gate } })),
    { inputs: { x: tensor([null, 'T', 4]) }, params: { gate: 'swish' } },
    { inputs: { x: tensor([null, 4, 2]) }, params: { axis: 1 } },
    { inputs: { x: tensor([null, 3]) }, refused: 'even, fixed length' },
    { inputs: { x: tensor([null, 'T', 4]) }, params: { axis: 1 }, refused: 'even, fixed length' },
    { inputs: { x: tensor([null, 4]) }, params: { axis: 0 }, refused: 'is the batch' },
  ],
  migrations: [],
})
