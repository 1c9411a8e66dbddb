/** Recurrent layers in Keras 3, which has all of them: `SimpleRNN`, `GRU`, `LSTM` with masks and first states. */
import { kerasActivation } from './keras-activation'
import type { KerasBuilder, KerasValue, KerasWeight } from './keras'
import {
  hasRecurrentBias,
  stateCount,
  type CellActivation,
  type CellSettings,
  type GateActivation,
  type MergeMode,
  type RecurrentInputs,
  type WalkSettings,
} from './recurrent'
import type { Refusal, Spec } from './spec'
import { tensor } from './spec'
import type { Json } from './torch'

const kerasCells = { lstm: 'LSTM', gru: 'GRU', 'simple-rnn': 'SimpleRNN' } as const

/** A cell's function as a string that Keras knows. */
export function kerasCellActivation(activation: CellActivation | GateActivation): string | Refusal {
  return activation === 'hard-sigmoid' ? 'hard_sigmoid' : kerasActivation(activation)
}

/** The constructor's arguments, or why Keras has no such layer. */
function kerasConfig(
  p: CellSettings & WalkSettings,
): { readonly config: { readonly [name: string]: Json } } | Refusal {
  const activation = kerasCellActivation(p.activation)
  if (typeof activation !== 'string') return activation
  const gate = kerasCellActivation(p.recurrentActivation)
  if (typeof gate !== 'string') return gate
  return {
    config: {
      units: p.units,
      activation,
      use_bias: p.useBias,
      dropout: p.dropout,
      recurrent_dropout: 0,
      return_sequences: p.returnSequences,
      return_state: p.returnState,
      go_backwards: p.goBackwards,
      stateful: false,
      unroll: false,
      ...(p.cell === 'simple-rnn' ? {} : { recurrent_activation: gate }),
      ...(p.cell === 'gru' ? { reset_after: p.resetAfter } : {}),
      ...(p.cell === 'lstm' ? { unit_forget_bias: false } : {}),
    },
  }
}

/** The weights of one cell in its store; a GRU's two biases are two rows of one. */
function kerasCellWeights(p: CellSettings, room = '', prefix = ''): readonly KerasWeight[] {
  const path = (at: number) => `${room}cell/vars/${at}`
  const size = { reshape: [1, 3 * p.units] }
  const biases = hasRecurrentBias(p)
    ? [
        { weight: `${prefix}bias`, ...size },
        { weight: `${prefix}recurrent_bias`, ...size },
      ]
    : [{ weight: `${prefix}bias` }]
  return [
    { path: path(0), parts: [{ weight: `${prefix}kernel` }] },
    { path: path(1), parts: [{ weight: `${prefix}recurrent_kernel` }] },
    ...(p.useBias ? [{ path: path(2), parts: biases }] : []),
  ]
}

/** A layer of one cell: its output and its states. */
export function kerasRecurrent(
  k: KerasBuilder,
  p: CellSettings & WalkSettings,
  given: RecurrentInputs<KerasValue>,
  x: Spec,
  prefix = '',
): { readonly y: KerasValue; readonly states: readonly KerasValue[] } | Refusal {
  const made = kerasConfig(p)
  if ('refused' in made) return made
  const state = tensor([null, p.units])
  const initial = [given.initial, given.initial_memory].filter((value) => value !== undefined)
  const [y, ...states] = k.layers({
    layer: kerasCells[p.cell],
    config: made.config,
    inputs: [given.x, ...(initial.length > 1 ? [initial] : initial)],
    ...(given.mask === undefined ? {} : { call: { mask: given.mask } }),
    weights: kerasCellWeights(p, '', prefix),
    outputs: [
      p.returnSequences ? tensor([null, x.shape[1] ?? null, p.units]) : state,
      ...(p.returnState ? Array.from({ length: stateCount(p.cell) }, () => state) : []),
    ],
  })
  return { y: y!, states }
}

const kerasMerges: { readonly [K in MergeMode]: string } = {
  concat: 'concat',
  sum: 'sum',
  multiply: 'mul',
  average: 'ave',
}

/** Two cells of one kind, one in each direction. */
export function kerasBidirectional(
  k: KerasBuilder,
  p: CellSettings & { readonly mergeMode: MergeMode; readonly returnSequences: boolean },
  given: RecurrentInputs<KerasValue>,
  x: Spec,
): { readonly y: KerasValue } | Refusal {
  const made = kerasConfig({ ...p, returnState: false, goBackwards: false, dropout: 0 })
  if ('refused' in made) return made
  const size = p.mergeMode === 'concat' ? 2 * p.units : p.units
  const layer = {
    module: 'keras.layers',
    class_name: kerasCells[p.cell],
    config: made.config,
    registered_name: null,
  }
  const y = k.layer({
    layer: 'Bidirectional',
    config: { layer, merge_mode: kerasMerges[p.mergeMode] },
    inputs: [given.x],
    ...(given.mask === undefined ? {} : { call: { mask: given.mask } }),
    weights: [
      ...kerasCellWeights(p, 'forward_layer/', 'forward_'),
      ...kerasCellWeights(p, 'backward_layer/', 'backward_'),
    ],
    outputs: [tensor(p.returnSequences ? [null, x.shape[1] ?? null, size] : [null, size])],
  })
  return { y }
}

/** Layers of one kind in a row, with dropout between them. */
export function kerasStacked(
  k: KerasBuilder,
  p: CellSettings & { readonly layers: number; readonly dropout: number; readonly returnSequences: boolean },
  given: RecurrentInputs<KerasValue>,
  x: Spec,
): { readonly y: KerasValue } | Refusal {
  let [value, spec] = [given.x, x]
  for (let layer = 0; layer < p.layers; layer++) {
    const last = layer === p.layers - 1
    const returnSequences = p.returnSequences || !last
    const settings = { ...p, returnSequences, returnState: false, goBackwards: false, dropout: 0 }
    const made = kerasRecurrent(k, settings, { x: value, mask: given.mask }, spec, `layer${layer}_`)
    if ('refused' in made) return made
    value = made.y
    spec = tensor([null, x.shape[1] ?? null, p.units])
    if (!last && p.dropout > 0)
      value = k.layer({ layer: 'Dropout', config: { rate: p.dropout }, inputs: [value], outputs: [spec] })
  }
  return { y: value }
}
