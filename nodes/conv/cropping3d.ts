/** Cuts the edges of a volume off, as much on each side as wanted. */
import { defineNode } from '../kit/define'
import { edgePairs, edgesField, kerasEdges, onnxCrop, torchEdges, withEdges } from '../kit/edges'
import { tensor } from '../kit/spec'

export const cropping3d = defineNode({
  role: 'layer',
  type: 'cropping3d',
  version: 1,
  title: 'Cropping3D',
  family: 'conv',
  doc: 'Cuts the edges of a volume off, as much on each side as you say: so that it fits beside a smaller one, as in a U-Net.',
  synonyms: ['crop', 'cut', 'trim', 'u-net'],
  fields: { cropping: edgesField(3, 'How much to cut off') },
  inputs: { x: { doc: 'Volumes B × depth × height × width × channels.' } },
  outputs: { y: { doc: 'Smaller volumes.' } },
  summary: (p) => p.cropping.join(', '),
  infer: ({ x }, p) => withEdges('Cropping3D', x, p.cropping, -1),
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
        'Cropping3D',
        'cropping',
        p.cropping,
        withEdges('Cropping3D', specs.x, p.cropping, -1),
      ),
  },
  cases: [
    { inputs: { x: tensor([null, 5, 5, 5, 1]) } },
    { inputs: { x: tensor([null, 4, 5, 4, 2]) }, params: { cropping: [1, 0, 0, 2, 2, 1] } },
    { inputs: { x: tensor([null, 4, 4, 2, 3]) }, refused: 'nothing would be left' },
    { inputs: { x: tensor([null, 64]) }, refused: 'needs volumes' },
    { inputs: { x: tensor([null, 'D', 4, 4, 3]) }, refused: 'fixed depth' },
  ],
  migrations: [],
})
