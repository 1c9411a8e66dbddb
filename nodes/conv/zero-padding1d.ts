/** Adds zeros around a sequence, as many on each side as wanted. */
import { defineNode } from '../kit/define'
import { edgePairs, edgesField, kerasEdges, onnxPad, torchEdges, withEdges } from '../kit/edges'
import { tensor } from '../kit/spec'

export const zeroPadding1d = defineNode({
  role: 'layer',
  type: 'zero-padding1d',
  version: 1,
  title: 'ZeroPadding1D',
  family: 'conv',
  doc: 'Adds zeros around a sequence, as many on each side as you say: for a convolution that should see past the edge on one side only.',
  synonyms: ['pad', 'border', 'margin'],
  fields: { padding: edgesField(1, 'Zeros to add') },
  inputs: { x: { doc: 'Sequences B × steps × channels.' } },
  outputs: { y: { doc: 'A longer sequence.' } },
  summary: (p) => p.padding.join(', '),
  infer: ({ x }, p) => withEdges('ZeroPadding1D', x, p.padding, 1),
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
        'ZeroPadding1D',
        'padding',
        p.padding,
        withEdges('ZeroPadding1D', specs.x, p.padding, 1),
      ),
  },
  cases: [
    { inputs: { x: tensor([null, 4, 2]) } },
    { inputs: { x: tensor([null, 4, 2]) }, params: { padding: [0, 2] } },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs sequences' },
    { inputs: { x: tensor([null, 'T', 3]) }, refused: 'fixed number of steps' },
  ],
  migrations: [],
})
