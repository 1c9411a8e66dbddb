/** Embeddings, recurrent layers and attention. */
import { cellActivations, gateActivations } from '../../../../nodes/kit/recurrent'
import { isRefusal, refuse, type Refusal } from '../../../../nodes/kit/spec'
import type { Json } from '../../../../nodes/kit/torch'
import { isObject, isTensor, type Config, type ForeignTensor } from '../foreign'
import { settingsOf, variables, type Asked, type KnownVariable, type Rule } from '../known'

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

/** The settings of a cell, whichever layer it is in. */
function cellParams(c: Settings, { className, config, dialect }: Asked): CellParams {
  const gru = className === 'GRU'
  const useBias = c.flag('use_bias', true)
  // tf.keras 1 and tfjs reset before the product, and say nothing of it.
  const resetAfter = gru && c.flag('reset_after', dialect === 'keras3')
  for (const name of ['stateful', 'time_major']) c.only(name, false)
  c.only('recurrent_dropout', 0)
  return {
    resetAfter,
    useBias,
    params: {
      units: c.number('units', 1),
      activation: c.inner(cellActivations, 'activation', 'tanh'),
      ...(className === 'SimpleRNN'
        ? {}
        : { recurrentActivation: c.inner(gateActivations, 'recurrent_activation', 'sigmoid') }),
      ...(gru ? { resetAfter } : {}),
      useBias,
      returnSequences: c.flag('return_sequences', false),
      ...c.initialiser('kernel_initializer', 'kernelInitialiser'),
      ...c.initialiser('recurrent_initializer', 'recurrentInitialiser'),
      ...(className === 'LSTM' && config['unit_forget_bias'] === true
        ? { biasInitialiser: { kind: 'unitForgetBias' } }
        : c.initialiser('bias_initializer', 'biasInitialiser')),
    },
  }
}

type Settings = ReturnType<typeof settingsOf>

interface CellParams {
  readonly resetAfter: boolean
  readonly useBias: boolean
  readonly params: Readonly<Record<string, unknown>>
}

/** A GRU that resets after the product has two rows of biases. */
function cellVariables(
  { resetAfter, useBias }: CellParams,
  room = '',
  prefix = '',
): readonly KnownVariable[] {
  const path = (at: number) => `${room}cell/vars/${at}`
  const biases = [`${prefix}bias`, ...(resetAfter ? [`${prefix}recurrent_bias`] : [])]
  return [
    { path: path(0), weights: [`${prefix}kernel`] },
    { path: path(1), weights: [`${prefix}recurrent_kernel`] },
    ...(useBias ? [{ path: path(2), weights: biases }] : []),
  ]
}

const cells = { LSTM: 'lstm', GRU: 'gru', SimpleRNN: 'simple-rnn' } as const
type CellClass = keyof typeof cells

function isCell(name: unknown): name is CellClass {
  return typeof name === 'string' && Object.hasOwn(cells, name)
}

/** The sequence, and what else a recurrent layer is called with. */
function walkInputs(asked: Asked, states: readonly string[]) {
  const { args, keywords } = asked.call
  const [x, ...positional] = args.flat()
  const named = [keywords['initial_state'] ?? []].flat().filter(isTensor)
  const given = [...positional, ...named]
  const mask = keywords['mask']
  if (x === undefined || (given.length > 0 && given.length !== states.length))
    return refuse(`It starts from ${given.length} states, but ${states.length} are wanted.`)
  return {
    inputs: {
      x,
      ...(isTensor(mask) ? { mask } : {}),
      ...Object.fromEntries(
        states.slice(0, given.length).map((port, at) => [port, given[at] as ForeignTensor]),
      ),
    },
  }
}

const recurrent =
  (className: CellClass): Rule =>
  (asked) => {
    const c = settingsOf(asked)
    const memory = className === 'LSTM'
    const walk = walkInputs(asked, ['initial', ...(memory ? ['initial_memory'] : [])])
    if (isRefusal(walk)) return walk
    c.keywords('mask', 'initial_state')
    const cell = cellParams(c, asked)
    const returnState = c.flag('return_state', false)
    return c.known({
      type: cells[className],
      params: {
        ...cell.params,
        returnState,
        goBackwards: c.flag('go_backwards', false),
        dropout: c.number('dropout', 0),
      },
      inputs: walk.inputs,
      outputs: ['y', ...(returnState ? ['state', ...(memory ? ['memory'] : [])] : [])],
      variables: cellVariables(cell),
    })
  }

const mergeModes: Readonly<Record<string, string>> = {
  concat: 'concat',
  sum: 'sum',
  mul: 'multiply',
  ave: 'average',
}

/** Settings in which the two directions may differ. */
const ofDirection = new Set(['name', 'go_backwards', 'trainable', 'dtype'])

function sameCell(forward: Config, backward: Json | undefined): boolean {
  const other = isObject(backward) && isObject(backward['config']) ? backward['config'] : forward
  const settings = (config: Config) =>
    JSON.stringify(
      Object.entries(config)
        .filter(([name]) => !ofDirection.has(name))
        .toSorted(),
    )
  return settings(forward) === settings(other)
}

const bidirectional: Rule = (asked) => {
  const c = settingsOf(asked)
  const { layer, backward_layer: backward, merge_mode: mode } = asked.config
  const className = isObject(layer) ? layer['class_name'] : undefined
  if (!isObject(layer) || !isObject(layer['config']) || !isCell(className))
    return refuse(`It walks ${JSON.stringify(className ?? null)} both ways, and no node here does.`)
  const inner: Asked = { ...asked, className, config: layer['config'] }
  if (!sameCell(inner.config, backward))
    c.note('Its two directions have different settings, which no node here has.')
  const merge = typeof mode === 'string' ? mergeModes[mode] : undefined
  if (merge === undefined)
    c.note(`Its merge_mode is ${JSON.stringify(mode ?? null)}, which no node here has.`)
  c.keywords('mask')
  const walk = walkInputs(asked, [])
  if (isRefusal(walk)) return walk
  const side = settingsOf(inner)
  for (const name of ['return_state', 'go_backwards']) side.only(name, false)
  side.only('dropout', 0)
  const cell = cellParams(side, inner)
  const problem = side.known({ type: '', params: {} })
  if (isRefusal(problem)) return problem
  return c.known({
    type: 'bidirectional',
    params: { cell: cells[className], mergeMode: merge, ...cell.params },
    inputs: walk.inputs,
    variables: [
      ...cellVariables(cell, 'forward_layer/', 'forward_'),
      ...cellVariables(cell, 'backward_layer/', 'backward_'),
    ],
  })
}

/** Attention here drops nothing out: in evaluation that is the same. */
function withoutDropout(c: Settings): { readonly note?: string } {
  const rate = c.number('dropout', 0)
  return rate === 0
    ? {}
    : { note: `Came with a dropout of ${rate} on its attention, which this node does not have.` }
}

/** Images of a sequence, with gates that are convolutions. */
const convLstm: Rule = (asked) => {
  const c = settingsOf(asked)
  const walk = walkInputs(asked, ['initial', 'initial_memory'])
  if (isRefusal(walk)) return walk
  const cell = cellParams(c, { ...asked, className: 'LSTM', config: { ...asked.config, units: 1 } })
  const { units: _, ...params } = cell.params
  for (const name of ['dropout', 'recurrent_dropout']) c.only(name, 0)
  c.only('data_format', 'channels_last', null)
  c.only('dilation_rate', 1, [1, 1])
  c.keywords('mask', 'initial_state')
  const returnState = c.flag('return_state', false)
  return c.known({
    type: 'conv-lstm2d',
    params: {
      ...params,
      filters: c.number('filters', 1),
      kernelSize: c.sizes('kernel_size', 2),
      strides: c.sizes('strides', 2),
      padding: c.word('padding', ['valid', 'same'], 'valid'),
      returnState,
      goBackwards: c.flag('go_backwards', false),
    },
    inputs: walk.inputs,
    outputs: ['y', ...(returnState ? ['state', 'memory'] : [])],
    variables: cellVariables(cell),
  })
}

/** What flows into attention: Keras takes query, value, key, by place or by name. */
function attentionInputs({
  call: { args, keywords },
}: Asked): Readonly<Record<string, ForeignTensor>> | Refusal {
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
  const itself = JSON.stringify(query) === JSON.stringify(value)
  return {
    query,
    ...(key === undefined ? (itself ? {} : { key: value }) : { key, value }),
    ...(isTensor(mask) ? { mask } : {}),
  }
}

const attentionKeywords = [
  'query',
  'value',
  'key',
  'attention_mask',
  'use_causal_mask',
  'return_attention_scores',
]

/** The four projections in their rooms, which Keras names after attributes. */
function projections(useBias: boolean, prefix: string): readonly KnownVariable[] {
  return ['query', 'key', 'value', 'output'].flatMap((part) =>
    variables([`${part}_kernel`, ...(useBias ? [`${part}_bias`] : [])], `${prefix}${part}_dense/`),
  )
}

const attention: Rule = (asked) => {
  const c = settingsOf(asked)
  const inputs = attentionInputs(asked)
  if (isRefusal(inputs)) return inputs
  c.keywords(...attentionKeywords)
  const note = withoutDropout(c)
  c.only('output_shape', null)
  c.only('attention_axes', null, [1])
  const keySize = c.number('key_dim', 1)
  const valueSize = asked.config['value_dim'] ?? null
  const useBias = c.flag('use_bias', true)
  return c.known({
    type: 'multi-head-attention',
    ...note,
    params: {
      heads: c.number('num_heads', 1),
      keySize,
      valueSize: valueSize === null || valueSize === keySize ? 0 : valueSize,
      useBias,
      causal: asked.call.keywords['use_causal_mask'] === true,
      ...c.initialiser('kernel_initializer', 'kernelInitialiser'),
      ...c.initialiser('bias_initializer', 'biasInitialiser'),
    },
    inputs,
    variables: projections(useBias, ''),
  })
}

const groupedAttention: Rule = (asked) => {
  const c = settingsOf(asked)
  const inputs = attentionInputs(asked)
  if (isRefusal(inputs)) return inputs
  c.keywords(...attentionKeywords)
  const note = withoutDropout(c)
  const useBias = c.flag('use_bias', true)
  return c.known({
    type: 'grouped-query-attention',
    ...note,
    params: {
      heads: c.number('num_query_heads', 1),
      groups: c.number('num_key_value_heads', 1),
      keySize: c.number('head_dim', 1),
      useBias,
      causal: asked.call.keywords['use_causal_mask'] === true,
      ...c.initialiser('kernel_initializer', 'kernelInitialiser'),
      ...c.initialiser('bias_initializer', 'biasInitialiser'),
    },
    inputs,
    variables: projections(useBias, '_'),
  })
}

export const sequenceClasses: Readonly<Record<string, Rule>> = {
  Embedding: embedding,
  LSTM: recurrent('LSTM'),
  GRU: recurrent('GRU'),
  SimpleRNN: recurrent('SimpleRNN'),
  Bidirectional: bidirectional,
  ConvLSTM2D: convLstm,
  MultiHeadAttention: attention,
  GroupQueryAttention: groupedAttention,
}
