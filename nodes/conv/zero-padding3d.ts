/** Adds zeros around a volume, as many on each side as wanted. */
import { defineNode } from '../kit/define'
import { edgePairs, edgesField, kerasEdges, onnxPad, torchEdges, withEdges } from '../kit/edges'
import { tensor } from '../kit/spec'

export const zeroPadding3d = defineNode({
  role: 'layer',
  type: 'zero-padding3d',
  version: 1,
  title: 'ZeroPadding3D',
  family: 'conv',
  doc: 'Adds zeros around a volume, as many on each side as you say: for a convolution that should see past the edge on one side only.',
  synonyms: ['pad', 'border', 'margin'],
  fields: { padding: edgesField(3, 'Zeros to add') },
  inputs: { x: { doc: 'Volumes B × depth × height × width × channels.' } },
  outputs: { y: { doc: 'Larger volumes.' } },
  summary: (p) => p.padding.join(', '),
  infer: ({ x }, p) => withEdges('ZeroPadding3D', x, p.padding, 1),
  weights: () => ({}),
  uses: { edgePairs },
  compute: ({ tf, inputs: { x }, p, uses }) => ({
    y: tf.pad(x, [[0, 0], ...uses.edgePairs(p.padding), [0, 0]]),
  }),
  emit: {
    torch: (p) => torchEdges(p.padding, 1),
    onnx: (g, { x }, p) => ({ y: onnxPad(g, x, p.padding) }),
    keras: (k, { x }, p, specs) =>
      kerasEdges(
        k,
        x,
        'ZeroPadding3D',
        'padding',
        p.padding,
        withEdges('ZeroPadding3D', specs.x, p.padding, 1),
      ),
  },
  cases: [
    { inputs: { x: tensor([null, 2, 3, 2, 2]) } },
    { inputs: { x: tensor([null, 2, 3, 2, 2]) }, params: { padding: [1, 0, 0, 2, 2, 1] } },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs volumes' },
    { inputs: { x: tensor([null, 'D', 4, 4, 3]) }, refused: 'fixed depth' },
  ],
  migrations: [],
})
