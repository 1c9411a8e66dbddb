/** Passes numbers on and lets no gradient back: how a generator is left alone while its judge learns. */
import { defineNode } from '../kit/define'
import { tensor } from '../kit/spec'

const helper = `def detach(x):
    """The same numbers; no gradient goes back through them."""
    return x.detach()
`

export const stopGradient = defineNode({
  role: 'function',
  type: 'stop-gradient',
  version: 1,
  title: 'Stop gradient',
  family: 'training',
  doc: 'Passes its input on unchanged, but no gradient goes back through it: nothing before it learns from what comes after.',
  synonyms: ['detach', 'cut', 'freeze', 'gan'],
  fields: {},
  inputs: { x: { doc: 'Any numbers.' } },
  outputs: { y: { doc: 'The same numbers.' } },
  summary: () => '',
  infer: ({ x }) => ({ y: tensor(x.shape) }),
  weights: () => ({}),
  run: ({ tf, inputs: { x } }) => {
    const identity = tf.customGrad((value) => {
      const input = value as typeof x
      return { value: input.clone(), gradFunc: (dy: typeof x) => tf.zerosLike(dy) }
    })
    return { y: identity(x) }
  },
  emit: {
    torch: () => ({ call: 'wiregrad.detach', args: {}, tensors: [], helpers: [helper] }),
    onnx: (_g, { x }) => ({ y: x }),
  },
  cases: [
    { inputs: { x: tensor([null, 3]) } },
    { inputs: { x: tensor([null, 'T', 2]) } },
    { inputs: { x: tensor([null]) } },
  ],
  migrations: [],
})
