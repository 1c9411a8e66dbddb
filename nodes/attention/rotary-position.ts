/** Rotary positions (Su et al. 2021): every pair of numbers of a head turns by an angle that grows with the place. */
import { defineNode } from '../kit/define'
import { lastSize } from '../kit/features'
import { choice, int, real } from '../kit/fields'
import { rotate } from '../kit/maths/attention'
import { onnxRotate } from '../kit/onnx-attention'
import { sequenceRefusal } from '../kit/sequence-shape'
import { refuse, tensor } from '../kit/spec'
import { torchRotate } from '../kit/torch-attention'

export const rotaryPosition = defineNode({
  role: 'layer',
  type: 'rotary-position',
  version: 1,
  title: 'Rotary position',
  family: 'attention',
  doc: 'Turns pairs of numbers by an angle that grows with the place. Products of a query and a key then depend on how far apart the two stand.',
  synonyms: ['rope', 'rotary embedding', 'roformer', 'llama', 'relative position'],
  fields: {
    heads: int({
      initial: 1,
      min: 1,
      max: 1024,
      doc: 'Into how many heads the features are split; each is turned alike.',
    }),
    layout: choice(['half', 'interleaved'], {
      initial: 'half',
      doc: 'What makes a pair: a number and the one half a head later (LLaMA), or two neighbours (the paper).',
    }),
    base: real({
      initial: 10_000,
      min: 1.01,
      max: 1e9,
      doc: 'How much slower the slowest pair turns than the fastest.',
    }),
  },
  inputs: { x: { doc: 'Queries or keys B × T × features.' } },
  outputs: { y: { doc: 'The same shape.' } },
  summary: (p) => `${p.heads} heads`,
  infer: ({ x }, p) => {
    const bad = sequenceRefusal('Rotary position', 'x', x)
    if (bad !== null) return bad
    if (lastSize(x) % (2 * p.heads) === 0) return { y: tensor(x.shape) }
    return refuse(
      `${p.heads} heads of pairs need a multiple of ${2 * p.heads} features, but x has ${lastSize(x)}. Change heads or the features.`,
    )
  },
  weights: () => ({}),
  uses: { rotate },
  compute: ({ tf, inputs: { x }, p, uses }) => ({ y: uses.rotate(tf, x, p) }),
  emit: {
    torch: (p) => ({
      call: 'wiregrad.rotate',
      args: { heads: p.heads, base: p.base, layout: p.layout },
      tensors: [],
      helpers: [torchRotate],
    }),
    onnx: (g, { x }, p, specs) => ({
      y: onnxRotate(g, x, { ...p, size: lastSize(specs.x) / p.heads, places: specs.x.shape[1] }),
    }),
    keras: () => refuse('keras.layers has no rotary positions (KerasHub has).'),
  },
  idle: (_field, _p, backEnd) => (backEnd === 'keras' ? 'it is refused whatever the settings' : null),
  cases: [
    { inputs: { x: tensor([null, 5, 4]) } },
    { inputs: { x: tensor([null, 3, 8]) }, params: { heads: 2, layout: 'interleaved', base: 100 } },
    { inputs: { x: tensor([null, 'T', 8]) }, params: { heads: 2 } },
    { inputs: { x: tensor([null, 'T', 4]) }, params: { layout: 'interleaved' } },
    { inputs: { x: tensor([null, 3, 6]) }, params: { heads: 2 }, refused: 'multiple of 4' },
    { inputs: { x: tensor([null, 6]) }, refused: 'B × T × features' },
  ],
  migrations: [],
})
