/** Gives the numbers of each sample another shape; their order stays. */
import { defineNode } from '../kit/define'
import { sizes } from '../kit/fields'
import { formatShape, refuse, sampleSize, tensor, type Refusal, type Spec } from '../kit/spec'

/** The shape of a sample with its -1 filled in, or why that cannot be. */
function target(x: Spec, shape: readonly number[]): readonly number[] | Refusal {
  const size = sampleSize(x.shape)
  const wanted = formatShape([null, ...shape])
  if (size === null)
    return refuse(`Reshape needs samples of one fixed size, but x is ${formatShape(x.shape)}.`)
  if (shape.includes(0)) return refuse(`No axis can be 0 long, but the shape asked for is ${wanted}.`)
  const open = shape.filter((n) => n === -1).length
  if (open > 1)
    return refuse(`Only one axis of the shape can be -1 (worked out from the others), but it is ${wanted}.`)
  const known = shape.reduce((product, n) => (n === -1 ? product : product * n), 1)
  if (open === 1 ? size % known !== 0 : size !== known) {
    return refuse(
      `A sample of x has ${size} numbers (${formatShape(x.shape)}), ` +
        `which do not fill ${wanted}${open === 1 ? ` evenly (${known} at a time)` : ` (${known})`}. Change the shape.`,
    )
  }
  return shape.map((n) => (n === -1 ? size / known : n))
}

export const reshape = defineNode({
  role: 'layer',
  type: 'reshape',
  version: 1,
  title: 'Reshape',
  family: 'shape',
  doc: 'Gives the numbers of each sample another shape; their order stays. A row of 64 becomes an image of 8 × 8 × 1.',
  synonyms: ['view', 'unflatten', 'image'],
  fields: {
    shape: sizes({
      initial: [-1],
      min: -1,
      doc: 'Shape of one sample, without the batch. One axis may be -1: it takes what is left.',
    }),
  },
  inputs: { x: { doc: 'Samples of any fixed shape.' } },
  outputs: { y: { doc: 'The same numbers in the shape asked for.' } },
  summary: (p) => p.shape.join(' × '),
  infer: ({ x }, p) => {
    if (x.shape.length === 0) return refuse('Reshape needs a batch of samples, but x is a scalar.')
    const shape = target(x, p.shape)
    return 'refused' in shape ? shape : { y: tensor([null, ...shape]) }
  },
  weights: () => ({}),
  // tfjs leaves a -1 standing in the symbolic shape, so it gets the shape worked out.
  build: (tf, p, _own, { x }) => {
    const shape = target(x, p.shape)
    return tf.layers.reshape({ targetShape: 'refused' in shape ? [...p.shape] : [...shape] })
  },
  emit: {
    torch: (p, { x }) => {
      const shape = target(x, p.shape)
      return {
        call: 'torch.reshape',
        args: { shape: [-1, ...('refused' in shape ? p.shape : shape)] },
        tensors: [],
      }
    },
    onnx: (g, { x }, p, specs) => {
      const shape = target(specs.x, p.shape)
      // 0 keeps the axis as it is: the batch.
      return 'refused' in shape ? shape : { y: g.op('Reshape', [x, g.ints([0, ...shape])]) }
    },
    keras: (k, { x }, p, specs) => {
      const shape = target(specs.x, p.shape)
      if ('refused' in shape) return shape
      return {
        y: k.layer({
          layer: 'Reshape',
          config: { target_shape: shape },
          inputs: [x],
          outputs: [tensor([null, ...shape])],
        }),
      }
    },
  },
  cases: [
    { inputs: { x: tensor([null, 12]) }, params: { shape: [2, 3, 2] } },
    { inputs: { x: tensor([null, 4, 3]) }, params: { shape: [2, -1] } },
    { inputs: { x: tensor([null, 4, 3]) } },
    { inputs: { x: tensor([null, 12]) }, params: { shape: [5, 2] }, refused: 'A sample of x has 12 numbers' },
    { inputs: { x: tensor([null, 12]) }, params: { shape: [5, -1] }, refused: 'evenly' },
    { inputs: { x: tensor([null, 12]) }, params: { shape: [-1, -1] }, refused: 'Only one axis' },
    { inputs: { x: tensor([null, 12]) }, params: { shape: [0, -1] }, refused: 'No axis can be 0' },
    { inputs: { x: tensor([null, 'T', 2]) }, params: { shape: [-1] }, refused: 'one fixed size' },
  ],
  migrations: [],
})
