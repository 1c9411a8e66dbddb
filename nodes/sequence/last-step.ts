/** What stands at the last step of a sequence, or with a mask at the last real one. */
import { defineNode } from '../kit/define'
import { kerasCut, kerasCutProblem, kerasReshape } from '../kit/keras-shape'
import { maskRefusal, sequenceRefusal } from '../kit/recurrent'
import { refuse, tensor } from '../kit/spec'

const helper = `def last_real_step(x, mask):
    """The features at the last step whose mask is 1; zeros where there is none."""
    place = torch.arange(1, x.shape[1] + 1, device=x.device) * mask
    last = x[torch.arange(x.shape[0], device=x.device), place.argmax(dim=1)]
    return last * (place.amax(dim=1, keepdim=True) > 0)
`

const plainHelper = `def step_at_end(x):
    """The features at the last step."""
    return x[:, -1]
`

export const lastStep = defineNode({
  role: 'layer',
  type: 'last-step',
  version: 1,
  title: 'Last step',
  family: 'sequence',
  doc: 'Keeps the last step of a sequence; with a mask the last real one, wherever the sequence ends. Rows without a real step give zeros.',
  synonyms: ['final state', 'last token', 'gather', 'pooling'],
  fields: {},
  inputs: {
    x: { doc: 'A sequence B × T × features.' },
    mask: { doc: '1 where a step is real, 0 where it only fills up, B × T.', optional: true },
  },
  outputs: { y: { doc: 'One step, B × features.' } },
  summary: () => '',
  infer: ({ x, mask }) =>
    sequenceRefusal('Last step', x) ?? maskRefusal(x, mask) ?? { y: tensor([null, x.shape[2] ?? null]) },
  weights: () => ({}),
  compute: ({ tf, inputs: { x, mask } }) => {
    const [batch = 1, time = 1, features = 1] = x.shape
    if (mask === undefined)
      return { y: tf.reshape(tf.slice(x, [0, time - 1, 0], [batch, 1, features]), [batch, features]) }
    const place = tf.mul(tf.range(1, time + 1, 1, 'float32'), mask) // (B, T)
    const later = tf.step(tf.sub(tf.max(place, 1, true), place)) // 1 where a later step is real
    const chosen = tf.mul(tf.sub(1, later), mask)
    return { y: tf.sum(tf.mul(x, tf.expandDims(chosen, 2)), 1) }
  },
  emit: {
    torch: (_p, { mask }) =>
      mask === undefined
        ? { call: 'wiregrad.step_at_end', args: {}, tensors: [], helpers: [plainHelper] }
        : { call: 'wiregrad.last_real_step', args: {}, tensors: [], helpers: [helper] },
    onnx: (g, { x, mask }) => {
      if (mask === undefined) return { y: g.op('Gather', [x, g.ints([-1], [])], { axis: 1 }) }
      const one = g.floats([1], [])
      const ones = g.op('Add', [g.op('Mul', [mask, g.floats([0], [])]), one])
      const place = g.op('Mul', [g.op('CumSum', [ones, g.ints([1], [])]), mask])
      const last = g.op('ReduceMax', [place], { axes: [1], keepdims: 1 })
      const chosen = g.op('Mul', [g.op('Cast', [g.op('Equal', [place, last])], { to: 1 }), mask])
      const kept = g.op('Mul', [x, g.op('Unsqueeze', [chosen, g.ints([2])])])
      return { y: g.op('ReduceSum', [kept, g.ints([1])], { keepdims: 0 }) }
    },
    keras: (k, { x, mask }, _p, specs) => {
      if (mask !== undefined)
        return refuse('Keras has no layer that picks the last step that a mask calls real.')
      const problem = kerasCutProblem(specs.x.shape, 1)
      if (problem !== null) return problem
      const [, time, features = null] = specs.x.shape
      const cut = kerasCut(k, x, specs.x.shape, 1, Number(time) - 1, 1)
      return { y: kerasReshape(k, cut, [null, features]) }
    },
  },
  cases: [
    { inputs: { x: tensor([null, 3, 2]) } },
    { inputs: { x: tensor([null, 'T', 4]) } },
    { inputs: { x: tensor([null, 4, 2]), mask: tensor([null, 4]) } },
    { inputs: { x: tensor([null, 'T', 2]), mask: tensor([null, 'T']) } },
    { inputs: { x: tensor([null, 4]) }, refused: 'there is no time axis' },
    { inputs: { x: tensor([null, 4, 2]), mask: tensor([null, 3]) }, refused: 'should be B × 4' },
  ],
  migrations: [],
})
