/** Cuts the edges of an image off, as much on each side as wanted. */
import { defineNode } from '../kit/define'
import { edgePairs, edgesField, kerasEdges, onnxCrop, torchEdges, withEdges } from '../kit/edges'
import { tensor } from '../kit/spec'

export const cropping2d = defineNode({
  role: 'layer',
  type: 'cropping2d',
  version: 1,
  title: 'Cropping2D',
  family: 'conv',
  doc: 'Cuts the edges of an image off, as much on each side as you say: so that it fits beside a smaller one, as in a U-Net.',
  synonyms: ['crop', 'cut', 'trim', 'u-net'],
  fields: { cropping: edgesField(2, 'How much to cut off') },
  inputs: { x: { doc: 'Images B × height × width × channels.' } },
  outputs: { y: { doc: 'Smaller images.' } },
  summary: (p) => p.cropping.join(', '),
  infer: ({ x }, p) => withEdges('Cropping2D', x, p.cropping, -1),
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
  stock: (tf, p) => {
    const [top = 0, bottom = 0, left = 0, right = 0] = p.cropping
    return tf.layers.cropping2D({
      cropping: [
        [top, bottom],
        [left, right],
      ],
      dataFormat: 'channelsLast',
    })
  },
  emit: {
    torch: (p) => torchEdges(p.cropping, -1),
    onnx: (g, { x }, p, specs) => ({ y: onnxCrop(g, x, specs.x, p.cropping) }),
    keras: (k, { x }, p, specs) =>
      kerasEdges(
        k,
        x,
        'Cropping2D',
        'cropping',
        p.cropping,
        withEdges('Cropping2D', specs.x, p.cropping, -1),
      ),
  },
  cases: [
    { inputs: { x: tensor([null, 5, 6, 2]) } },
    { inputs: { x: tensor([null, 5, 6, 2]) }, params: { cropping: [0, 2, 1, 0] } },
    { inputs: { x: tensor([null, 4, 2, 3]) }, refused: 'nothing would be left' },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs images' },
    { inputs: { x: tensor([null, 'H', 4, 3]) }, refused: 'fixed height' },
  ],
  migrations: [],
})
