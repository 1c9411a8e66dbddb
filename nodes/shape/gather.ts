/** Places of an axis picked by number, other ones for every sample. */
import { countedAxis, frontAxis } from '../kit/axes'
import { defineNode } from '../kit/define'
import { int } from '../kit/fields'
import { kerasPermute, kerasReshape } from '../kit/keras-shape'
import type { OnnxBuilder, OnnxValue } from '../kit/onnx'
import { formatShape, refuse, tensor, tokens, type Refusal, type Shape, type Spec } from '../kit/spec'

const helper = `def gather(x, indices, dim):
    """The places of an axis that the indices of each sample name; one index a sample drops the axis."""
    x = x.movedim(dim, 1)
    sample = torch.arange(x.shape[0], device=x.device)
    if indices.dim() == 1:
        return x[sample, indices.long()]
    return x[sample.unsqueeze(1), indices.long()].movedim(1, dim)
`

/** Shape of what was picked, or why it cannot be. */
function picked(x: Spec, indices: Spec, given: number): Shape | Refusal {
  const axis = frontAxis('Gather', 'x', x, given)
  if (typeof axis !== 'number') return axis
  if (indices.shape.length < 1 || indices.shape.length > 2 || indices.shape[0] !== x.shape[0]) {
    return refuse(
      `Gather needs one index a sample (B) or a row of them (B × n), but indices is ${formatShape(indices.shape)} ` +
        `beside x ${formatShape(x.shape)}.`,
    )
  }
  const [, count] = indices.shape
  return count === undefined
    ? x.shape.toSpliced(axis, 1)
    : x.shape.map((dim, at) => (at === axis ? count : dim))
}

/** The axis of x brought to place 1, and the way back. */
function orders(
  rank: number,
  axis: number,
): { readonly there: readonly number[]; readonly back: readonly number[] } {
  const all = Array.from({ length: rank }, (_, at) => at)
  const there = [0, axis, ...all.slice(1).filter((at) => at !== axis)]
  return { there, back: all.map((at) => there.indexOf(at)) }
}

function turned(g: OnnxBuilder, x: OnnxValue, perm: readonly number[]): OnnxValue {
  return perm.every((axis, at) => axis === at) ? x : g.op('Transpose', [x], { perm })
}

export const gather = defineNode({
  role: 'layer',
  type: 'gather',
  version: 1,
  title: 'Gather',
  family: 'shape',
  doc: 'Picks places of an axis by number, for every sample its own: the last real step of a padded sequence, or the masked tokens.',
  synonyms: ['index', 'take', 'pick', 'lookup', 'select', 'take along axis'],
  fields: {
    axis: int({ initial: 1, min: -8, max: 8, doc: 'The axis that the numbers count along; 1 is time.' }),
  },
  inputs: {
    x: { doc: 'What is picked from.' },
    indices: {
      doc: 'Place numbers from 0: one a sample (B), which drops the axis, or several (B × n).',
      accepts: ['tokens'],
    },
  },
  outputs: { y: { doc: 'The picked places.' } },
  summary: (p) => `axis ${p.axis}`,
  infer: ({ x, indices }, p) => {
    const shape = picked(x, indices, p.axis)
    return 'refused' in shape ? shape : { y: tensor(shape) }
  },
  weights: () => ({}),
  compute: ({ tf, inputs: { x, indices }, p }) => {
    const axis = p.axis < 0 ? p.axis + x.rank : p.axis
    const all = x.shape.map((_, at) => at)
    const there = [0, axis, ...all.slice(1).filter((at) => at !== axis)]
    const moved = tf.transpose(x, there) // (B, n, ...)
    const [batch = 1, length = 1, ...rest] = moved.shape
    // All samples' places in one row, so that the gradient is that of a plain gather.
    const starts = tf.mul(tf.range(0, batch, 1, 'int32'), tf.scalar(length, 'int32'))
    const flat = tf.add(tf.reshape(tf.cast(indices, 'int32'), [batch, -1]), tf.reshape(starts, [batch, 1]))
    const rows = tf.gather(tf.reshape(moved, [batch * length, -1]), tf.cast(tf.reshape(flat, [-1]), 'int32'))
    if (indices.rank === 1) return { y: tf.reshape(rows, [batch, ...rest]) }
    const places = tf.reshape(rows, [batch, indices.shape[1] ?? 1, ...rest])
    return {
      y: tf.transpose(
        places,
        all.map((at) => there.indexOf(at)),
      ),
    }
  },
  emit: {
    torch: (p) => ({ call: 'wiregrad.gather', args: { dim: p.axis }, tensors: [], helpers: [helper] }),
    onnx: (g, { x, indices }, p, specs) => {
      const { there, back } = orders(specs.x.shape.length, countedAxis(specs.x, p.axis))
      const whole = g.op('Cast', [indices], { to: 7 })
      const one = specs.indices.shape.length === 1
      const at = g.op('Unsqueeze', [whole, g.ints([-1])])
      const y = g.op('GatherND', [turned(g, x, there), at], { batch_dims: 1 })
      return { y: one ? y : turned(g, y, back) }
    },
    keras: (k, { x, indices }, p, specs) => {
      const axis = countedAxis(specs.x, p.axis)
      const { there, back } = orders(specs.x.shape.length, axis)
      const length = specs.x.shape[axis]
      const [, count = 1] = specs.indices.shape
      const rest = there.slice(2).map((at) => specs.x.shape[at] ?? null)
      if (
        typeof length !== 'number' ||
        typeof count !== 'number' ||
        rest.some((dim) => typeof dim !== 'number')
      )
        return refuse(
          `Keras has no layer that gathers; columns of ones and zeros do it for fixed lengths, but axis ${p.axis} or ` +
            `another one of ${formatShape(specs.x.shape)} or ${formatShape(specs.indices.shape)} is not.`,
        )
      const batch = specs.x.shape[0] ?? null
      const width = rest.reduce<number>((size, dim) => size * Number(dim), 1)
      const flat: Shape = [batch, length, width]
      const numbers =
        specs.indices.shape.length === 2
          ? indices
          : k.layer({
              layer: 'Reshape',
              config: { target_shape: [1] },
              inputs: [indices],
              outputs: [tokens([batch, 1])],
            })
      const encoded = k.layer({
        layer: 'CategoryEncoding',
        config: { num_tokens: length, output_mode: 'one_hot' },
        inputs: [numbers],
        outputs: [tensor(count === 1 ? [batch, length] : [batch, count, length])],
      })
      // A row of one index comes out without its axis.
      const columns = kerasReshape(k, encoded, [batch, count, length])
      const rows = k.layer({
        layer: 'Dot',
        config: { axes: [2, 1], normalize: false },
        inputs: [[columns, kerasReshape(k, kerasPermute(k, x, specs.x.shape, there), flat)]],
        outputs: [tensor([batch, count, width])],
      })
      if (specs.indices.shape.length === 1) return { y: kerasReshape(k, rows, [batch, ...rest]) }
      const places: Shape = [batch, count, ...rest]
      return { y: kerasPermute(k, kerasReshape(k, rows, places), places, back) }
    },
  },
  cases: [
    { inputs: { x: tensor([null, 3, 2]), indices: tokens([null, 2]) } },
    { inputs: { x: tensor([null, 4, 2]), indices: tokens([null]) } },
    {
      inputs: { x: tensor([null, 'T', 3]), indices: tokens([null, 'S']) },
      numbers: { indices: { below: 3 } },
    },
    { inputs: { x: tensor([null, 2, 3]), indices: tokens([null, 4]) }, params: { axis: -1 } },
    { inputs: { x: tensor([null, 2, 3, 2]), indices: tokens([null, 1]) }, params: { axis: 2 } },
    { inputs: { x: tensor([null, 3]), indices: tokens([null, 2]) } },
    { inputs: { x: tensor([null]), indices: tokens([null]) }, refused: 'needs an axis after the batch' },
    { inputs: { x: tensor([null, 3]), indices: tokens([null, 2, 2]) }, refused: 'one index a sample' },
    {
      inputs: { x: tensor([null, 3]), indices: tokens([null]) },
      params: { axis: 0 },
      refused: 'is the batch',
    },
  ],
  migrations: [],
})
