/**
 * What the recurrent nodes share: their settings, ports, shapes and weights. A node is a cell (lstm, gru, simple-rnn)
 * that is walked along a sequence; the walk itself is in `maths/recurrence.ts`.
 */
import type { BackEnd, WeightSpecs } from './define'
import { lastSize } from './features'
import { bool, choice, initialiser, int, real } from './fields'
import type { Initialiser } from './initialiser'
import { formatShape, refuse, tensor, type Refusal, type Spec } from './spec'

export const cellKinds = ['lstm', 'gru', 'simple-rnn'] as const
export type CellKind = (typeof cellKinds)[number]

/** Functions that bend what a cell stores. */
export const cellActivations = [
  'linear',
  'relu',
  'elu',
  'selu',
  'sigmoid',
  'tanh',
  'softplus',
  'softsign',
  'swish',
  'gelu',
] as const
export type CellActivation = (typeof cellActivations)[number]

/** Functions that open and close gates. `hard-sigmoid` is Keras 3's, relu6(z + 3) / 6; tfjs means another by that name. */
export const gateActivations = ['sigmoid', 'hard-sigmoid', 'tanh', 'relu', 'linear', 'softsign'] as const
export type GateActivation = (typeof gateActivations)[number]

/** A cell with its functions. A simple RNN has no gates, and only a GRU has something to reset. */
export interface CellSettings {
  readonly cell: CellKind
  readonly units: number
  readonly activation: CellActivation
  readonly recurrentActivation: GateActivation
  readonly resetAfter: boolean
  readonly useBias: boolean
}

/** How the sequence is walked and what comes out. */
export interface WalkSettings {
  readonly returnSequences: boolean
  readonly returnState: boolean
  readonly goBackwards: boolean
  readonly dropout: number
}

export interface RecurrentInputs<T> {
  readonly x: T
  readonly mask?: T | undefined
  readonly initial?: T | undefined
  readonly initial_memory?: T | undefined
}

export const unitsField = int({
  initial: 32,
  min: 1,
  max: 100_000,
  doc: 'Size of the memory, and of the output at every step.',
})

export const cellActivationField = choice(cellActivations, {
  initial: 'tanh',
  doc: 'Bends what is written to the memory and what is read from it.',
})

export const gateActivationField = choice(gateActivations, {
  initial: 'sigmoid',
  doc: 'Opens and closes the gates; sigmoid stays between shut (0) and open (1). hard-sigmoid is relu6(z + 3) / 6.',
})

export const resetAfterField = bool({
  initial: true,
  doc: 'Whether the reset gate works on the product with the last output (as Keras, PyTorch and cuDNN) or on that output itself (Cho et al. 2014).',
})

/** How the walk along the sequence is set, the same for every cell. */
export const walkFields = {
  returnSequences: bool({
    initial: false,
    doc: 'Give the output of every step instead of the last one only: needed before another recurrent layer.',
  }),
  returnState: bool({
    initial: false,
    doc: 'Also give the state after the last step, to start another layer from (encoder and decoder).',
  }),
  goBackwards: bool({
    initial: false,
    doc: 'Read from the last step to the first. The outputs of every step come in the order of reading.',
  }),
  dropout: real({
    initial: 0,
    min: 0,
    max: 0.99,
    doc: 'While training, the share of input features that is set to zero, the same ones at every step of a sequence.',
  }),
}

/** How the weights are drawn; the bias starts as `bias` says. */
export function initialiserFields(bias: Initialiser, biasDoc: string) {
  return {
    kernelInitialiser: initialiser({
      initial: { kind: 'glorotUniform' },
      doc: 'How the first weights on the input are drawn.',
    }),
    recurrentInitialiser: initialiser({
      initial: { kind: 'orthogonal', gain: 1 },
      doc: 'How the first weights on the previous output are drawn. Orthogonal keeps its length from step to step.',
    }),
    biasInitialiser: initialiser({ initial: bias, doc: biasDoc }),
  }
}

export const maskPort = {
  doc: '1 where a step is real, 0 where it only fills up, B × T. Such a step keeps the state and repeats the last output.',
  optional: true,
} as const

export const initialPort = {
  doc: 'The state before the first step, B × units; open, zeros.',
  optional: true,
} as const

/** Kernel columns that one unit has. */
export function gatesOf(cell: CellKind): number {
  return { lstm: 4, gru: 3, 'simple-rnn': 1 }[cell]
}

/** Output, and for an LSTM the memory. */
export function stateCount(cell: CellKind): number {
  return cell === 'lstm' ? 2 : 1
}

/** Why x is no sequence B × T × features, or null. */
export function sequenceRefusal(title: string, x: Spec): Refusal | null {
  const shape = formatShape(x.shape)
  if (x.shape.length === 2) {
    return refuse(
      `${title} reads sequences B × T × features, but x is ${shape}: there is no time axis. ` +
        'Put a Reshape before it, or set return sequences on the recurrent layer that feeds it.',
    )
  }
  if (x.shape.length !== 3) {
    return refuse(`${title} reads sequences B × T × features, but x is ${shape}. Put a Reshape before it.`)
  }
  if (typeof x.shape[2] !== 'number') {
    return refuse(`${title} needs a fixed number of features on the last axis, but x is ${shape}.`)
  }
  return null
}

/** Why `mask` does not say of each step of x whether it is real, or null. */
export function maskRefusal(x: Spec, mask: Spec | undefined): Refusal | null {
  if (mask === undefined) return null
  if (mask.kind !== 'tensor') {
    return refuse(
      'The mask holds numbers, 1 for a real step and 0 for another, but whole numbers (ids) came.',
    )
  }
  if (mask.shape.length === 2 && mask.shape[1] === x.shape[1]) return null
  return refuse(
    `The mask says for each step of x whether it is real, so it should be ${formatShape([null, x.shape[1] ?? null])}, but it is ${formatShape(mask.shape)}.`,
  )
}

function stateRefusal(port: string, units: number, state: Spec | undefined): Refusal | null {
  if (state === undefined || (state.shape.length === 2 && state.shape[1] === units)) return null
  return refuse(
    `${port} is the state before the first step, ${formatShape([null, units])}, but it is ${formatShape(state.shape)}.`,
  )
}

/** Shapes of what a recurrent layer gives; `memory` for an LSTM's second state. */
export function inferRecurrent(
  title: string,
  inputs: RecurrentInputs<Spec>,
  p: Pick<CellSettings, 'cell' | 'units'> & WalkSettings,
): { readonly y: Spec; readonly state?: Spec; readonly memory?: Spec } | Refusal {
  const { x, mask, initial, initial_memory } = inputs
  const bad =
    sequenceRefusal(title, x) ??
    maskRefusal(x, mask) ??
    stateRefusal('initial', p.units, initial) ??
    stateRefusal('initial_memory', p.units, initial_memory)
  if (bad !== null) return bad
  if (p.cell === 'lstm' && (initial === undefined) !== (initial_memory === undefined)) {
    return refuse(
      'An LSTM starts from an output and a memory: wire both initial and initial_memory, or neither.',
    )
  }
  const state = tensor([null, p.units])
  return {
    y: tensor(p.returnSequences ? [null, x.shape[1] ?? null, p.units] : [null, p.units]),
    ...(p.returnState ? { state, ...(p.cell === 'lstm' ? { memory: state } : {}) } : {}),
  }
}

interface Initialisers {
  readonly kernelInitialiser: Initialiser
  readonly recurrentInitialiser: Initialiser
  readonly biasInitialiser: Initialiser
}

/** Weights of one cell as Keras has them; a GRU's two rows of biases are two weights. */
export function cellWeights(
  p: Pick<CellSettings, 'cell' | 'units' | 'useBias' | 'resetAfter'>,
  features: number,
  initialisers: Initialisers,
  prefix = '',
): WeightSpecs {
  const size = gatesOf(p.cell) * p.units
  const { kernelInitialiser, recurrentInitialiser, biasInitialiser } = initialisers
  const bias = { shape: [size], initialiser: biasInitialiser, trainable: true }
  return {
    [`${prefix}kernel`]: { shape: [features, size], initialiser: kernelInitialiser, trainable: true },
    [`${prefix}recurrent_kernel`]: {
      shape: [p.units, size],
      initialiser: recurrentInitialiser,
      trainable: true,
    },
    ...(p.useBias ? { [`${prefix}bias`]: bias } : {}),
    ...(hasRecurrentBias(p) ? { [`${prefix}recurrent_bias`]: bias } : {}),
  }
}

/** Only a GRU that resets after the product has a bias inside what is reset. */
export function hasRecurrentBias(p: Pick<CellSettings, 'cell' | 'useBias' | 'resetAfter'>): boolean {
  return p.cell === 'gru' && p.useBias && p.resetAfter
}

/** Multiply-adds of one walk; a symbolic length counts as 1. */
export function cellMultiplyAdds(cell: CellKind, x: Spec, features: number, units: number): number {
  const time = x.shape[1]
  return (typeof time === 'number' ? time : 1) * gatesOf(cell) * units * (features + units)
}

/** Weights of a layer that walks one cell along x. */
export function recurrentWeights(
  { x }: { readonly x: Spec },
  p: Pick<CellSettings, 'cell' | 'units' | 'useBias' | 'resetAfter'> & Initialisers,
): WeightSpecs {
  return cellWeights(p, lastSize(x), p)
}

/** Files are evaluated only, and then nothing drops out. */
export function walkIdle(field: string, _p: unknown, backEnd: BackEnd): string | null {
  return field === 'dropout' && backEnd === 'onnx'
    ? 'nothing drops out of a file that is only evaluated'
    : null
}

/** How the outputs of two directions become one. */
export const mergeModes = ['concat', 'sum', 'multiply', 'average'] as const
export type MergeMode = (typeof mergeModes)[number]

/** A cell may be chosen that has no use for a setting of another. */
export function cellIdle(field: string, p: Pick<CellSettings, 'cell'>, backEnd: BackEnd): string | null {
  if (backEnd === 'build') return null
  if (field === 'recurrentActivation' && p.cell === 'simple-rnn') return 'a simple RNN has no gates'
  return field === 'resetAfter' && p.cell !== 'gru' ? 'only a GRU has a reset gate' : null
}
