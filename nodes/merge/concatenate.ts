/** Values laid side by side along one axis. */
import { defineNode } from '../kit/define'
import { int } from '../kit/fields'
import { formatShape, refuse, tensor, type Refusal, type Shape, type Spec } from '../kit/spec'

/** The axis counted from the front, or why it cannot be that one. */
function frontAxis(first: Spec, axis: number): number | Refusal {
  const rank = first.shape.length
  const front = axis < 0 ? axis + rank : axis
  if (front >= 1 && front < rank) return front
  if (front === 0)
    return refuse(
      `Samples of a batch cannot be joined, but axis ${axis} of ${formatShape(first.shape)} is the batch.`,
    )
  return refuse(
    `Axis ${axis} does not exist: the values are ${formatShape(first.shape)}. Use -1 for the last axis.`,
  )
}

function join(first: Spec, others: readonly Spec[], axis: number): Shape | Refusal {
  let total = first.shape[axis]
  if (typeof total !== 'number') {
    return refuse(
      `Concatenate can only join along an axis of fixed length, but axis ${axis} of ${formatShape(first.shape)} is not.`,
    )
  }
  for (const other of others) {
    const length = other.shape[axis]
    const fits =
      other.shape.length === first.shape.length &&
      other.shape.every((dim, k) => k === axis || dim === first.shape[k])
    if (!fits || typeof length !== 'number') {
      return refuse(
        `Concatenate needs values that differ along axis ${axis} only, but has ${formatShape(first.shape)} and ${formatShape(other.shape)}.`,
      )
    }
    total += length
  }
  return first.shape.map((dim, k) => (k === axis ? (total ?? null) : dim))
}

export const concatenate = defineNode({
  role: 'layer',
  type: 'concatenate',
  version: 1,
  title: 'Concatenate',
  family: 'merge',
  doc: 'Lays values side by side along one axis, so that what follows sees them all. The order of the wires is the order of the parts.',
  synonyms: ['concat', 'join', 'stack', 'merge', 'cat'],
  fields: {
    axis: int({
      initial: -1,
      min: -8,
      max: 8,
      doc: 'The axis along which the parts lie; -1 is the last one (features or channels).',
    }),
  },
  inputs: { xs: { doc: 'Two or more values, equal but for one axis.', list: true } },
  outputs: { y: { doc: 'All parts, one after another.' } },
  summary: (p) => (p.axis === -1 ? '' : `axis ${p.axis}`),
  infer: ({ xs }, p) => {
    const [first, ...others] = xs
    if (first === undefined || others.length === 0) {
      return refuse(`Concatenate needs at least two wires, but has ${xs.length === 0 ? 'none' : 'one'}.`)
    }
    const axis = frontAxis(first, p.axis)
    if (typeof axis !== 'number') return axis
    const shape = join(first, others, axis)
    return 'refused' in shape ? shape : { y: tensor(shape) }
  },
  weights: () => ({}),
  // tfjs takes every negative axis for the last one when it runs, so it gets the axis counted from the front.
  build: (tf, p, _own, { xs }) => {
    const axis = xs[0] === undefined ? p.axis : frontAxis(xs[0], p.axis)
    return tf.layers.concatenate({ axis: typeof axis === 'number' ? axis : p.axis })
  },
  emit: {
    torch: (p) => ({ call: 'torch.cat', args: { dim: p.axis }, tensors: [] }),
    onnx: (g, { xs }, p) => ({ y: g.op('Concat', xs, { axis: p.axis }) }),
    keras: (k, { xs }, p, specs) => {
      const [first, ...others] = specs.xs
      const axis = first === undefined ? p.axis : frontAxis(first, p.axis)
      const shape = first === undefined || typeof axis !== 'number' ? axis : join(first, others, axis)
      return typeof shape !== 'number' && 'refused' in shape
        ? shape
        : {
            y: k.layer({
              layer: 'Concatenate',
              config: { axis: p.axis },
              inputs: [xs],
              outputs: [tensor(typeof shape === 'number' ? [] : shape)],
            }),
          }
    },
  },
  cases: [
    { inputs: { xs: [tensor([null, 3]), tensor([null, 2])] } },
    {
      inputs: { xs: [tensor([null, 2, 2]), tensor([null, 1, 2]), tensor([null, 3, 2])] },
      params: { axis: 1 },
    },
    { inputs: { xs: [tensor([null, 'T', 2]), tensor([null, 'T', 3])] } },
    { inputs: { xs: [tensor([null, 3, 2]), tensor([null, 3, 2])] }, params: { axis: -2 } },
    { inputs: { xs: [] }, refused: 'at least two wires' },
    { inputs: { xs: [tensor([null, 3])] }, refused: 'at least two wires' },
    { inputs: { xs: [tensor([null, 3]), tensor([null, 3])] }, params: { axis: 0 }, refused: 'is the batch' },
    {
      inputs: { xs: [tensor([null, 3]), tensor([null, 3])] },
      params: { axis: 2 },
      refused: 'does not exist',
    },
    { inputs: { xs: [tensor([null, 3, 2]), tensor([null, 4, 2])] }, refused: 'differ along axis 2 only' },
    {
      inputs: { xs: [tensor([null, 'T', 2]), tensor([null, 'T', 2])] },
      params: { axis: 1 },
      refused: 'fixed length',
    },
  ],
  migrations: [],
})
