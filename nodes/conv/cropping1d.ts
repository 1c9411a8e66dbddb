/** Cuts the edges of a sequence off, as much on each side as wanted. */
import { defineNode } from '../kit/define'
import { edgePairs, edgesField, kerasEdges, onnxCrop, torchEdges, withEdges } from '../kit/edges'
import { tensor } from '../kit/spec'

export const cropping1d = defineNode({
  role: 'layer',
  type: 'cropping1d',
  version: 1,
  title: 'Cropping1D',
  family: 'conv',
  doc: 'Cuts the edges of a sequence off, as much on each side as you say: so that it fits beside a smaller one, as in a U-Net.',
  synonyms: ['crop', 'cut', 'trim', 'u-net'],
  fields: { cropping: edgesField(1, 'How much to cut off') },
  inputs: { x: { doc: 'Sequences B × steps × channels.' } },
  outputs: { y: { doc: 'A shorter sequence.' } },
  summary: (p) => p.cropping.join(', '),
  infer: ({ x }, p) => withEdges('Cropping1D', x, p.cropping, -1),
  weights: () => ({}),
  uses: { edgePairs },
  compute: ({ tf, inputs: { x }, p, uses }) => {
    const pairs = uses.edgePairs(p.cropping)
    const begin = [0, ...pairs.map(([before]) => before), 0]
    const size = x.shape.map((length, axis) => {
      const [before, after] = pairs[axis - 1] ?? [0, 0]
      return length - before - after
    })
    return { y: tf.slice(x, begin, size) }
  },
  emit: {
    torch: (p) => torchEdges(p.cropping, -1),
    onnx: (g, { x }, p, specs) => ({ y: onnxCrop(g, x, specs.x, p.cropping) }),
    keras: (k, { x }, p, specs) =>
      kerasEdges(
        k,
        x,
        'Cropping1D',
        'cropping',
        p.cropping,
        withEdges('Cropping1D', specs.x, p.cropping, -1),
      ),
  },
  cases: [
    { inputs: { x: tensor([null, 6, 2]) } },
    { inputs: { x: tensor([null, 6, 2]) }, params: { cropping: [0, 2] } },
    { inputs: { x: tensor([null, 2, 3]) }, refused: 'nothing would be left' },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs sequences' },
    { inputs: { x: tensor([null, 'T', 3]) }, refused: 'fixed number of steps' },
  ],
  migrations: [],
})
