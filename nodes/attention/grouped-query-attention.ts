/**
 * Attention whose query heads share key and value heads (Ainslie et al. 2023): as many of these as there are query heads is
 * plain multi-head attention, one is multi-query attention. Places can be known by rotation or by distance.
 */
import {
  attentionMultiplyAdds,
  attentionOutputs,
  attentionTensors,
  attentionWeights,
  kerasAttention,
  onnxAttention,
  type AttentionSizes,
} from '../kit/attention-parts'
import { attentionWidths, inferAttention, type AttentionInputs } from '../kit/attention-shape'
import { defineNode } from '../kit/define'
import { bool, choice, initialiser, int, real } from '../kit/fields'
import { alibiSlopes } from '../kit/maths/alibi'
import { alibi, attend, project, reach, rotate } from '../kit/maths/attention'
import { countedPlaces } from '../kit/sequence-shape'
import { refuse, tensor, tokens } from '../kit/spec'
import { torchAttentionHelpers } from '../kit/torch-attention'

interface Settings {
  readonly heads: number
  readonly groups: number
  readonly keySize: number
  readonly useBias: boolean
}

function sizesOf(inputs: AttentionInputs, p: Settings): AttentionSizes {
  const { heads, groups, keySize, useBias } = p
  return { ...attentionWidths(inputs), heads, groups, keySize, useBias, prefix: '' }
}

function placesOf({ query, key }: AttentionInputs) {
  return [query.shape[1] ?? null, (key ?? query).shape[1] ?? null] as const
}

export const groupedQueryAttention = defineNode({
  role: 'layer',
  type: 'grouped-query-attention',
  version: 1,
  title: 'Grouped-query attention',
  family: 'attention',
  doc: 'Attention whose query heads share key and value heads, which saves weights and memory. One shared head is multi-query attention.',
  synonyms: [
    'gqa',
    'mqa',
    'multi-query',
    'sliding window',
    'rope',
    'alibi',
    'llama',
    'mistral',
    'self-attention',
  ],
  fields: {
    heads: int({
      initial: 4,
      min: 1,
      max: 1024,
      doc: 'How many query heads: ways of looking, side by side.',
    }),
    groups: int({
      initial: 2,
      min: 1,
      max: 1024,
      doc: 'How many key and value heads; heads must be a multiple. 1 is multi-query attention.',
    }),
    keySize: int({ initial: 16, min: 1, max: 65_536, doc: 'Numbers of one head.' }),
    causal: bool({
      initial: false,
      doc: 'A place may look at itself and at earlier ones only: needed to predict what comes next.',
    }),
    window: int({
      initial: 0,
      min: 0,
      max: 1_000_000,
      doc: 'How many places are in reach, the place itself included (a sliding window); 0 is all of them.',
    }),
    positions: choice(['none', 'rotary', 'alibi'], {
      initial: 'none',
      doc: 'How places are told apart: by turning queries and keys (rotary), or by a cost for distance (ALiBi).',
    }),
    base: real({
      initial: 10_000,
      min: 1.01,
      max: 1e9,
      doc: 'How much slower the slowest pair of a rotary head turns than the fastest.',
    }),
    useBias: bool({ initial: false, doc: 'Adds learned numbers to all four projections.' }),
    kernelInitialiser: initialiser({
      initial: { kind: 'glorotUniform' },
      doc: 'How the first weights of the four projections are drawn.',
    }),
    biasInitialiser: initialiser({ initial: { kind: 'zeros' }, doc: 'How the first biases are drawn.' }),
  },
  inputs: {
    query: { doc: 'The sequence that looks, B × T × features.' },
    key: { doc: 'The sequence that is looked at; open, the query itself (self-attention).', optional: true },
    value: { doc: 'What is taken from each place of key; open, the key.', optional: true },
    mask: {
      doc: '1 where a place may look, 0 where not: B × T of query × T of key (or × 1 ×).',
      optional: true,
    },
  },
  outputs: {
    y: { doc: 'As query: for every place the mix of what it looked at.' },
    attention: {
      doc: 'Who looked where: B × heads × T of query × T of key; each row adds up to one.',
      secondary: true,
    },
  },
  summary: (p) =>
    `${p.heads} heads on ${p.groups}${p.causal ? ' · causal' : ''}${p.positions === 'none' ? '' : ` · ${p.positions}`}`,
  infer: (inputs, p) => {
    if (p.heads % p.groups !== 0) {
      return refuse(
        `${p.heads} query heads cannot share ${p.groups} key and value heads evenly. Set groups to a divisor of ${p.heads}.`,
      )
    }
    if (p.positions === 'rotary' && p.keySize % 2 !== 0) {
      return refuse(
        `Rotary positions turn pairs of numbers, but a head has ${p.keySize}. Set the key size to an even number.`,
      )
    }
    return inferAttention(inputs, p.heads)
  },
  weights: (inputs, p) => attentionWeights(sizesOf(inputs, p), p.kernelInitialiser, p.biasInitialiser),
  multiplyAdds: (inputs, p) => {
    const [from, to] = placesOf(inputs)
    return attentionMultiplyAdds(sizesOf(inputs, p), countedPlaces(from), countedPlaces(to))
  },
  uses: { project, attend, reach, rotate, alibi, alibiSlopes },
  compute: ({ tf, inputs, p, weights, uses }) => {
    const { query, key = query, value = key, mask = null } = inputs
    const [from, to] = [query.shape[1] ?? 1, key.shape[1] ?? 1]
    const part = (name: string, x: typeof query) =>
      uses.project(tf, x, weights[`${name}_kernel`], weights[`${name}_bias`])
    const turned = (x: typeof query, heads: number) =>
      p.positions === 'rotary' ? uses.rotate(tf, x, { heads, base: p.base, layout: 'half' }) : x
    const cost = p.positions === 'alibi' ? uses.alibi(tf, from, to, uses.alibiSlopes(p.heads)) : null
    const { mixed, attention } = uses.attend(
      tf,
      turned(part('query', query), p.heads),
      turned(part('key', key), p.groups),
      part('value', value),
      {
        heads: p.heads,
        groups: p.groups,
        walls: [uses.reach(tf, from, to, p.causal, p.window), mask],
        cost,
        drop: (x) => x,
      },
    )
    const kernel = tf.reshape(weights['output_kernel']!, [p.heads * p.keySize, -1])
    return { y: uses.project(tf, mixed, kernel, weights['output_bias']), attention }
  },
  emit: {
    torch: (p, inputs) => {
      const sizes = sizesOf(inputs, p)
      return {
        call: 'wiregrad.GroupedQueryAttention',
        args: {
          query_features: sizes.query,
          key_features: sizes.key,
          value_features: sizes.value,
          heads: p.heads,
          groups: p.groups,
          key_size: p.keySize,
          bias: p.useBias,
          causal: p.causal,
          window: p.window,
          positions: p.positions,
          base: p.base,
        },
        tensors: attentionTensors(sizes, ''),
        helpers: torchAttentionHelpers,
      }
    },
    onnx: (g, { query, key = query, value = key, mask }, p, specs) =>
      onnxAttention(
        g,
        sizesOf(specs, p),
        { query, key, value },
        mask === undefined ? undefined : { value: mask, rank: specs.mask?.shape.length ?? 3 },
        { ...p, places: placesOf(specs) },
      ),
    keras: (k, { query, key = query, value = key, mask }, p, specs) => {
      const sizes = sizesOf(specs, p)
      if (p.positions !== 'none')
        return refuse(
          `Keras's attention knows no ${p.positions === 'rotary' ? 'rotary positions' : 'cost for distance'}. Set positions to none.`,
        )
      if (p.window > 0)
        return refuse("Keras's attention has no sliding window. Set window to 0, or wire a mask.")
      if (p.groups !== p.heads && sizes.query !== sizes.value)
        return refuse(
          `Keras's grouped-query attention wants as many features in value as in query, but they have ${sizes.value} and ${sizes.query}.`,
        )
      const [from, to] = placesOf(specs)
      const [y, attention] = kerasAttention(k, sizes, { query, key, value }, mask, {
        causal: p.causal,
        dropout: 0,
        outputs: attentionOutputs(sizes, from, to),
      })
      if (y === undefined || attention === undefined) throw new Error('Attention has two outputs.')
      return { y, attention }
    },
  },
  idle: (field, p, backEnd) => {
    if (field === 'base' && p.positions !== 'rotary') return 'only rotary positions have a base'
    if (backEnd === 'keras' && (p.positions !== 'none' || p.window > 0) && field !== 'positions')
      return 'it is refused whatever the other settings'
    if (backEnd === 'keras' && field === 'base') return 'it is refused whatever the other settings'
    return null
  },
  cases: [
    {
      inputs: { query: tensor([null, 'T', 3]) },
      params: { heads: 4, groups: 2, keySize: 2, causal: true, useBias: true },
    },
    {
      inputs: { query: tensor([null, 4, 2]) },
      params: { heads: 2, groups: 2, keySize: 4, positions: 'rotary', causal: true, window: 2 },
    },
    {
      inputs: { query: tensor([null, 'T', 2]) },
      params: { heads: 2, groups: 1, keySize: 4, positions: 'rotary', base: 100, window: 2 },
    },
    {
      inputs: { query: tensor([null, 3, 3]), key: tensor([null, 4, 2]) },
      params: { heads: 3, groups: 3, keySize: 1, positions: 'alibi' },
    },
    {
      inputs: {
        query: tensor([null, 3, 3]),
        key: tensor([null, 4, 2]),
        value: tensor([null, 4, 3]),
        mask: tensor([null, 3, 4]),
      },
      params: { heads: 2, groups: 1, keySize: 2 },
    },
    {
      inputs: { query: tensor([null, 3, 2]), mask: tensor([null, 1, 1, 3]) },
      params: { heads: 2, groups: 2, keySize: 1, useBias: true },
    },
    { inputs: { query: tensor([null, 3, 4]) }, params: { heads: 4, groups: 3 }, refused: 'divisor of 4' },
    {
      inputs: { query: tensor([null, 3, 4]) },
      params: { positions: 'rotary', keySize: 3 },
      refused: 'even number',
    },
    { inputs: { query: tensor([null, 8]) }, refused: 'query is B × 8' },
    { inputs: { query: tokens([null, 8]) }, refused: 'query is B × 8' },
    { inputs: { query: tensor([null, 3, 4]), mask: tensor([null, 4, 4]) }, refused: 'should be B × 3 × 3' },
  ],
  migrations: [],
})
