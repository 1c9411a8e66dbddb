/** The axes of each sample in another order. */
import { defineNode } from '../kit/define'
import { sizes } from '../kit/fields'
import { kerasPermute } from '../kit/keras-shape'
import { formatShape, refuse, tensor } from '../kit/spec'

export const permute = defineNode({
  role: 'layer',
  type: 'permute',
  version: 1,
  title: 'Permute',
  family: 'shape',
  doc: 'Puts the axes of each sample in another order: 2, 1 makes rows of columns. The numbers stay the same.',
  synonyms: ['transpose', 'swap axes', 'channels first'],
  fields: {
    dims: sizes({
      initial: [2, 1],
      min: 1,
      doc: 'Which axis of x stands first, second and so on. The batch is axis 0 and stays in front.',
    }),
  },
  inputs: { x: { doc: 'Samples with as many axes as are listed.' } },
  outputs: { y: { doc: 'The same numbers, their axes in the new order.' } },
  summary: (p) => p.dims.join(', '),
  infer: ({ x }, p) => {
    const wanted = x.shape.slice(1).map((_, at) => at + 1)
    const given = p.dims.toSorted((a, b) => a - b)
    if (x.shape.length < 2 || wanted.join() !== given.join()) {
      return refuse(
        `Permute needs every axis after the batch once, but x is ${formatShape(x.shape)} and the order is ` +
          `${p.dims.join(', ') || 'empty'}. List the numbers 1 to ${Math.max(wanted.length, 1)}.`,
      )
    }
    return { y: tensor([x.shape[0] ?? null, ...p.dims.map((axis) => x.shape[axis] ?? null)]) }
  },
  weights: () => ({}),
  build: (tf, p) => tf.layers.permute({ dims: [...p.dims] }),
  emit: {
    torch: (p) => ({ call: 'torch.permute', args: { dims: [0, ...p.dims] }, tensors: [] }),
    onnx: (g, { x }, p) => ({ y: g.op('Transpose', [x], { perm: [0, ...p.dims] }) }),
    keras: (k, { x }, p, specs) => ({ y: kerasPermute(k, x, specs.x.shape, [0, ...p.dims]) }),
  },
  cases: [
    { inputs: { x: tensor([null, 'T', 3]) } },
    { inputs: { x: tensor([null, 2, 3, 4]) }, params: { dims: [3, 1, 2] } },
    { inputs: { x: tensor([null, 3]) }, params: { dims: [1] } },
    { inputs: { x: tensor([null, 3]) }, refused: 'every axis after the batch once' },
    { inputs: { x: tensor([null, 2, 3]) }, params: { dims: [1, 1] }, refused: 'every axis after the batch' },
    { inputs: { x: tensor([null]) }, params: { dims: [] }, refused: 'every axis after the batch once' },
  ],
  migrations: [],
})
