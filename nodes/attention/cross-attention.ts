/** Attention from one sequence to another: the part of a decoder that reads what an encoder made (Vaswani et al. 2017). */
import {
  attentionMultiplyAdds,
  attentionOutputs,
  attentionTensors,
  attentionWeights,
  kerasAttention,
  onnxAttention,
  type AttentionSizes,
} from '../kit/attention-parts'
import { inferAttention } from '../kit/attention-shape'
import { defineNode } from '../kit/define'
import { lastSize } from '../kit/features'
import { bool, initialiser, int } from '../kit/fields'
import { attend, project } from '../kit/maths/attention'
import { countedPlaces } from '../kit/sequence-shape'
import { tensor, type Spec } from '../kit/spec'
import { torchAttentionHelpers } from '../kit/torch-attention'

const helper = `class CrossAttention(GroupedQueryAttention):
    """x looks at memory: queries from the one, keys and values from the other."""

    def forward(self, x, memory, mask=None):
        return super().forward(x, memory, memory, mask)
`

interface Inputs {
  readonly x: Spec
  readonly memory: Spec
}

function sizesOf(
  { x, memory }: Inputs,
  p: { readonly heads: number; readonly keySize: number; readonly useBias: boolean },
): AttentionSizes {
  const [query, other] = [lastSize(x), lastSize(memory)]
  return { query, key: other, value: other, ...p, groups: p.heads, prefix: '' }
}

function placesOf({ x, memory }: Inputs) {
  return [x.shape[1] ?? null, memory.shape[1] ?? null] as const
}

export const crossAttention = defineNode({
  role: 'layer',
  type: 'cross-attention',
  version: 1,
  title: 'Cross-attention',
  family: 'attention',
  doc: 'Every place of one sequence looks at all places of another and takes a mix of them: how a decoder reads what an encoder made.',
  synonyms: ['encoder-decoder attention', 'transformer', 'conditioning', 'memory'],
  fields: {
    heads: int({ initial: 4, min: 1, max: 1024, doc: 'How many ways of looking, side by side.' }),
    keySize: int({
      initial: 16,
      min: 1,
      max: 65_536,
      doc: 'Numbers of one head. Heads × key size is usually the width of x.',
    }),
    useBias: bool({ initial: true, doc: 'Adds learned numbers to all four projections.' }),
    kernelInitialiser: initialiser({
      initial: { kind: 'glorotUniform' },
      doc: 'How the first weights of the four projections are drawn.',
    }),
    biasInitialiser: initialiser({ initial: { kind: 'zeros' }, doc: 'How the first biases are drawn.' }),
  },
  inputs: {
    x: { doc: 'The sequence that looks, B × T × features.' },
    memory: { doc: 'The sequence that is looked at, such as what an encoder gives.' },
    mask: {
      doc: '1 where a place may look, 0 where not: B × T of x × T of memory (or × 1 ×).',
      optional: true,
    },
  },
  outputs: {
    y: { doc: 'As x: for every place the mix of what it looked at.' },
    attention: {
      doc: 'Who looked where: B × heads × T of x × T of memory; each row adds up to one.',
      secondary: true,
    },
  },
  summary: (p) => `${p.heads} heads × ${p.keySize}`,
  infer: ({ x, memory, mask }, p) =>
    inferAttention({ query: x, key: memory, value: undefined, mask }, p.heads, {
      query: 'x',
      key: 'memory',
    }),
  weights: (inputs, p) => attentionWeights(sizesOf(inputs, p), p.kernelInitialiser, p.biasInitialiser),
  multiplyAdds: (inputs, p) => {
    const [from, to] = placesOf(inputs)
    return attentionMultiplyAdds(sizesOf(inputs, p), countedPlaces(from), countedPlaces(to))
  },
  uses: { project, attend },
  compute: ({ tf, inputs: { x, memory, mask = null }, p, weights, uses }) => {
    const part = (name: string, of: typeof x) =>
      uses.project(tf, of, weights[`${name}_kernel`], weights[`${name}_bias`])
    const { mixed, attention } = uses.attend(
      tf,
      part('query', x),
      part('key', memory),
      part('value', memory),
      {
        heads: p.heads,
        groups: p.heads,
        walls: [mask],
        cost: null,
        drop: (looks) => looks,
      },
    )
    const kernel = tf.reshape(weights['output_kernel']!, [p.heads * p.keySize, -1])
    return { y: uses.project(tf, mixed, kernel, weights['output_bias']), attention }
  },
  emit: {
    torch: (p, inputs) => {
      const sizes = sizesOf(inputs, p)
      return {
        call: 'wiregrad.CrossAttention',
        args: {
          query_features: sizes.query,
          key_features: sizes.key,
          value_features: sizes.value,
          heads: p.heads,
          groups: p.heads,
          key_size: p.keySize,
          bias: p.useBias,
        },
        tensors: attentionTensors(sizes, ''),
        helpers: [...torchAttentionHelpers, helper],
      }
    },
    onnx: (g, { x, memory, mask }, p, specs) =>
      onnxAttention(
        g,
        sizesOf(specs, p),
        { query: x, key: memory, value: memory },
        mask === undefined ? undefined : { value: mask, rank: specs.mask?.shape.length ?? 3 },
        { places: placesOf(specs), causal: false },
      ),
    keras: (k, { x, memory, mask }, p, specs) => {
      const sizes = sizesOf(specs, p)
      const [y, attention] = kerasAttention(k, sizes, { query: x, key: memory, value: memory }, mask, {
        causal: false,
        dropout: 0,
        outputs: attentionOutputs(sizes, ...placesOf(specs)),
      })
      if (y === undefined || attention === undefined) throw new Error('Attention has two outputs.')
      return { y, attention }
    },
  },
  cases: [
    {
      inputs: { x: tensor([null, 3, 4]), memory: tensor([null, 5, 3]) },
      params: { heads: 2, keySize: 2 },
    },
    {
      inputs: { x: tensor([null, 'T', 4]), memory: tensor([null, 'S', 4]), mask: tensor([null, 1, 'S']) },
      params: { heads: 2, keySize: 3, useBias: false },
    },
    {
      inputs: { x: tensor([null, 3, 2]), memory: tensor([null, 4, 2]), mask: tensor([null, 1, 3, 4]) },
      params: { heads: 1, keySize: 2 },
    },
    { inputs: { x: tensor([null, 3, 4]), memory: tensor([null, 4]) }, refused: 'memory is B × 4' },
    {
      inputs: { x: tensor([null, 3, 4]), memory: tensor([null, 5, 4]), mask: tensor([null, 3, 3]) },
      refused: 'should be B × 3 × 5',
    },
  ],
  migrations: [],
})
