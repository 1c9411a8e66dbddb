/** Embeddings, recurrent layers and attention. */
import { refuse } from '../../../../nodes/kit/spec'
import { isTensor, type ForeignTensor } from '../foreign'
import { settingsOf, variables, type KnownVariable, type Rule } from '../known'

const embedding: Rule = (asked) => {
  const c = settingsOf(asked)
  c.only('mask_zero', false)
  c.only('lora_rank', null)
  return c.known({
    type: 'embedding',
    params: {
      vocabulary: c.number('input_dim', 1),
      units: c.number('output_dim', 1),
      ...c.initialiser('embeddings_initializer', 'initialiser'),
    },
    variables: variables(['embeddings']),
  })
}

const lstmGates = ['sigmoid', 'tanh', 'relu', 'linear', 'softsign'] as const
const lstmCells = [
  'tanh',
  'linear',
  'relu',
  'elu',
  'selu',
  'sigmoid',
  'softplus',
  'softsign',
  'swish',
  'gelu',
] as const

const lstm: Rule = (asked) => {
  const c = settingsOf(asked)
  const useBias = c.flag('use_bias', true)
  for (const name of ['return_state', 'go_backwards', 'stateful', 'time_major']) c.only(name, false)
  for (const name of ['dropout', 'recurrent_dropout']) c.only(name, 0)
  c.keywords('mask')
  return c.known({
    type: 'lstm',
    params: {
      units: c.number('units', 1),
      activation: c.inner(lstmCells, 'activation', 'tanh'),
      recurrentActivation: c.inner(lstmGates, 'recurrent_activation', 'sigmoid'),
      useBias,
      returnSequences: c.flag('return_sequences', false),
      ...c.initialiser('kernel_initializer', 'kernelInitialiser'),
      ...c.initialiser('recurrent_initializer', 'recurrentInitialiser'),
      ...(asked.config['unit_forget_bias'] === true
        ? { biasInitialiser: { kind: 'unitForgetBias' } }
        : c.initialiser('bias_initializer', 'biasInitialiser')),
    },
    variables: variables(['kernel', 'recurrent_kernel', ...(useBias ? ['bias'] : [])], 'cell/'),
  })
}

/** Keras takes query, value, key, by place or by name. */
const attention: Rule = (asked) => {
  const c = settingsOf(asked)
  const { args, keywords } = asked.call
  const given = (name: string, place: number): ForeignTensor | undefined => {
    const value = args.flat()[place] ?? keywords[name]
    return isTensor(value) ? value : undefined
  }
  const query = given('query', 0)
  const value = given('value', 1)
  const key = given('key', 2)
  const mask = keywords['attention_mask']
  if (query === undefined || value === undefined)
    return refuse('It is called without a query and a value, which attention here takes.')
  c.keywords('query', 'value', 'key', 'attention_mask', 'use_causal_mask', 'return_attention_scores')
  c.only('dropout', 0)
  c.only('output_shape', null)
  c.only('attention_axes', null, [1])
  const keySize = c.number('key_dim', 1)
  const valueSize = asked.config['value_dim'] ?? null
  const useBias = c.flag('use_bias', true)
  const room = (part: string): readonly KnownVariable[] =>
    variables([`${part}_kernel`, ...(useBias ? [`${part}_bias`] : [])], `${part}_dense/`)
  const sameSequence = (a: ForeignTensor, b: ForeignTensor): boolean =>
    JSON.stringify(a) === JSON.stringify(b)
  return c.known({
    type: 'multi-head-attention',
    params: {
      heads: c.number('num_heads', 1),
      keySize,
      valueSize: valueSize === null || valueSize === keySize ? 0 : valueSize,
      useBias,
      causal: keywords['use_causal_mask'] === true,
      ...c.initialiser('kernel_initializer', 'kernelInitialiser'),
      ...c.initialiser('bias_initializer', 'biasInitialiser'),
    },
    inputs: {
      query,
      ...(key === undefined ? (sameSequence(query, value) ? {} : { key: value }) : { key, value }),
      ...(isTensor(mask) ? { mask } : {}),
    },
    variables: ['query', 'key', 'value', 'output'].flatMap(room),
  })
}

export const sequenceClasses: Readonly<Record<string, Rule>> = {
  Embedding: embedding,
  LSTM: lstm,
  MultiHeadAttention: attention,
}
