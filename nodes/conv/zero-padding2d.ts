/** Adds zeros around an image, as many on each side as wanted. */
import { defineNode } from '../kit/define'
import { edgePairs, edgesField, kerasEdges, onnxPad, torchEdges, withEdges } from '../kit/edges'
import { tensor } from '../kit/spec'

export const zeroPadding2d = defineNode({
  role: 'layer',
  type: 'zero-padding2d',
  version: 1,
  title: 'ZeroPadding2D',
  family: 'conv',
  doc: 'Adds zeros around an image, as many on each side as you say: for a convolution that should see past the edge on one side only.',
  synonyms: ['pad', 'border', 'margin'],
  fields: { padding: edgesField(2, 'Zeros to add') },
  inputs: { x: { doc: 'Images B × height × width × channels.' } },
  outputs: { y: { doc: 'Larger images.' } },
  summary: (p) => p.padding.join(', '),
  infer: ({ x }, p) => withEdges('ZeroPadding2D', x, p.padding, 1),
  weights: () => ({}),
  uses: { edgePairs },
  compute: ({ tf, inputs: { x }, p, uses }) => ({
    y: tf.pad(x, [[0, 0], ...uses.edgePairs(p.padding), [0, 0]]),
  }),
  stock: (tf, p) => {
    const [top = 0, bottom = 0, left = 0, right = 0] = p.padding
    return tf.layers.zeroPadding2d({
      padding: [
        [top, bottom],
        [left, right],
      ],
      dataFormat: 'channelsLast',
    })
  },
  emit: {
    torch: (p) => torchEdges(p.padding, 1),
    onnx: (g, { x }, p) => ({ y: onnxPad(g, x, p.padding) }),
    keras: (k, { x }, p, specs) =>
      kerasEdges(
        k,
        x,
        'ZeroPadding2D',
        'padding',
        p.padding,
        withEdges('ZeroPadding2D', specs.x, p.padding, 1),
      ),
  },
  cases: [
    { inputs: { x: tensor([null, 3, 4, 2]) } },
    { inputs: { x: tensor([null, 3, 4, 2]) }, params: { padding: [0, 2, 1, 0] } },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs images' },
    { inputs: { x: tensor([null, 'H', 4, 3]) }, refused: 'fixed height' },
  ],
  migrations: [],
})
