/**
 * Recurrent layers in ONNX: the RNN, GRU and LSTM operators wherever they give our numbers, else a Scan over the steps,
 * for masks of any pattern (the operators know right-padded sequences only) and functions that the operators lack.
 */
import type { OnnxBuilder, OnnxValue } from './onnx'
import { onnxActivation } from './onnx-activation'
import {
  gatesOf,
  hasRecurrentBias,
  stateCount,
  type CellActivation,
  type CellSettings,
  type GateActivation,
  type MergeMode,
  type RecurrentInputs,
  type WalkSettings,
} from './recurrent'
import type { Shape } from './spec'

/** A function of the operators with the parameters that it takes: lists hold only those, in the order of the functions. */
interface OperatorFunction {
  readonly name: string
  readonly alpha?: number
  readonly beta?: number
}

const operatorFunctions: { readonly [K in CellActivation | GateActivation]: OperatorFunction | null } = {
  linear: { name: 'Affine', alpha: 1, beta: 0 },
  relu: { name: 'Relu' },
  elu: { name: 'Elu', alpha: 1 },
  selu: null,
  sigmoid: { name: 'Sigmoid' },
  'hard-sigmoid': { name: 'HardSigmoid', alpha: 1 / 6, beta: 0.5 },
  tanh: { name: 'Tanh' },
  softplus: { name: 'Softplus' },
  softsign: { name: 'Softsign' },
  swish: null,
  gelu: null,
}

/** Order of our gates i f c o and z r h in the operators: i o f c, and z r h. */
const operatorGates = { lstm: [0, 3, 1, 2], gru: [0, 1, 2], 'simple-rnn': [0] } as const
const operators = { lstm: 'LSTM', gru: 'GRU', 'simple-rnn': 'RNN' } as const

/** The functions of one direction in the operator's order, or null where it lacks one. */
function functionsOf(p: CellSettings): readonly OperatorFunction[] | null {
  const [gate, activation] = [operatorFunctions[p.recurrentActivation], operatorFunctions[p.activation]]
  if (activation === null || gate === null) return null
  return {
    'simple-rnn': [activation],
    gru: [gate, activation],
    lstm: [gate, activation, activation],
  }[p.cell]
}

/** The values of an axis in the opposite order. */
export function onnxReversed(g: OnnxBuilder, x: OnnxValue, axis: number): OnnxValue {
  return g.op('Slice', [x, g.ints([-1]), g.ints([-(2 ** 31)]), g.ints([axis]), g.ints([-1])])
}

interface Walked {
  /** [directions, B, H] of the operator, its states; and all steps [T, directions, B, H]. */
  readonly steps: OnnxValue
  readonly states: readonly OnnxValue[]
}

/**
 * The operator over x [B, T, F], in the order of reading of each direction's own, or null where it lacks a function.
 * `prefixes`: where the names of the weights begin, one for each direction.
 */
function onnxOperator(
  g: OnnxBuilder,
  p: CellSettings,
  x: OnnxValue,
  features: number,
  initial: readonly OnnxValue[],
  prefixes: readonly string[],
): Walked | null {
  const one = functionsOf(p)
  if (one === null) return null
  const functions = prefixes.flatMap(() => one)
  const size = gatesOf(p.cell) * p.units
  const directions = prefixes.length
  const blocks = operatorGates[p.cell]
  const kernels = (weight: string, rows: number) =>
    g.weights(
      prefixes.map((prefix) => ({ weight: `${prefix}${weight}`, permute: [1, 0], blocks })),
      [directions, size, rows],
    )
  const biases = () =>
    g.weights(
      prefixes.flatMap((prefix) => [
        { weight: `${prefix}bias`, blocks },
        hasRecurrentBias(p) ? { weight: `${prefix}recurrent_bias`, blocks } : { zeros: [size] },
      ]),
      [directions, 2 * size],
    )
  const given = [
    g.op('Transpose', [x], { perm: [1, 0, 2] }),
    kernels('kernel', features),
    kernels('recurrent_kernel', p.units),
    p.useBias ? biases() : null,
    null,
    ...initial.map((state) => g.op('Unsqueeze', [state, g.ints([0])])),
  ]
  const last = given.findLastIndex((value) => value !== null)
  const alphas = functions.flatMap(({ alpha }) => (alpha === undefined ? [] : [alpha]))
  const betas = functions.flatMap(({ beta }) => (beta === undefined ? [] : [beta]))
  const attributes = {
    hidden_size: p.units,
    direction: directions === 2 ? 'bidirectional' : 'forward',
    activations: functions.map(({ name }) => name),
    ...(alphas.length > 0 ? { activation_alpha: { floats: alphas } } : {}),
    ...(betas.length > 0 ? { activation_beta: { floats: betas } } : {}),
    ...(p.cell === 'gru' ? { linear_before_reset: p.resetAfter ? 1 : 0 } : {}),
  }
  const outputs = 1 + stateCount(p.cell)
  const [steps, ...states] = g.ops(operators[p.cell], given.slice(0, last + 1), attributes, outputs)
  return { steps: steps!, states }
}

/** A cell's function as an operator. */
export function onnxCellFunction(
  g: OnnxBuilder,
  z: OnnxValue,
  name: CellActivation | GateActivation,
): OnnxValue {
  if (name !== 'hard-sigmoid') return onnxActivation(g, z, name)
  return g.op('HardSigmoid', [z], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } })
}

/** One step of a cell: from the input's sums [B, gates · H] and the states before to the states after. */
function cellStep(
  g: OnnxBuilder,
  p: CellSettings,
  sums: OnnxValue,
  states: readonly OnnxValue[],
  prefix: string,
): readonly OnnxValue[] {
  const [h, c] = states as [OnnxValue, OnnxValue | undefined]
  const bend = (z: OnnxValue) => onnxCellFunction(g, z, p.activation)
  const gate = (z: OnnxValue) => onnxCellFunction(g, z, p.recurrentActivation)
  const product = (x: OnnxValue) => g.op('MatMul', [x, g.weight(`${prefix}recurrent_kernel`)])
  const parts = (z: OnnxValue, sizes: readonly number[], axis = 1) =>
    g.ops('Split', [z, g.ints(sizes.map((size) => size * p.units))], { axis }, sizes.length)
  if (p.cell === 'simple-rnn') return [bend(g.op('Add', [sums, product(h)]))]
  if (p.cell === 'lstm') {
    const [i, f, own, o] = parts(g.op('Add', [sums, product(h)]), [1, 1, 1, 1])
    const memory = g.op('Add', [g.op('Mul', [gate(f!), c!]), g.op('Mul', [gate(i!), bend(own!)])])
    return [g.op('Mul', [gate(o!), bend(memory)]), memory]
  }
  const mixed = (z: OnnxValue, own: OnnxValue) => g.op('Add', [own, g.op('Mul', [z, g.op('Sub', [h, own])])])
  if (p.resetAfter) {
    const plain = product(h)
    const recurrent = hasRecurrentBias(p) ? g.op('Add', [plain, g.weight(`${prefix}recurrent_bias`)]) : plain
    const [z, r, own] = parts(sums, [1, 1, 1])
    const [hz, hr, ho] = parts(recurrent, [1, 1, 1])
    const reset = gate(g.op('Add', [r!, hr!]))
    const proposal = bend(g.op('Add', [own!, g.op('Mul', [reset, ho!])]))
    return [mixed(gate(g.op('Add', [z!, hz!])), proposal)]
  }
  const [gateKernel, ownKernel] = parts(g.weight(`${prefix}recurrent_kernel`), [2, 1])
  const [gateSums, own] = parts(sums, [2, 1])
  const [z, r] = parts(gate(g.op('Add', [gateSums!, g.op('MatMul', [h, gateKernel!])])), [1, 1])
  const kept = g.op('MatMul', [g.op('Mul', [r!, h]), ownKernel!])
  return [mixed(z!, bend(g.op('Add', [own!, kept])))]
}

/** The steps one after the other: outputs [B, T, H] in the order of reading, the last output, and the last states. */
function onnxScanned(
  g: OnnxBuilder,
  p: CellSettings,
  inputs: {
    readonly x: OnnxValue
    readonly shape: Shape
    readonly mask: OnnxValue | undefined
    readonly initial: readonly OnnxValue[]
  },
  o: { readonly prefix: string; readonly masked: 'repeat' | 'zero' },
): { readonly all: OnnxValue; readonly last: OnnxValue; readonly states: readonly OnnxValue[] } {
  const [batch = null, time = null] = inputs.shape
  const product = g.op('MatMul', [inputs.x, g.weight(`${o.prefix}kernel`)])
  const sums = p.useBias ? g.op('Add', [product, g.weight(`${o.prefix}bias`)]) : product
  const { mask } = inputs
  const zeros = () => {
    const size = g.op('Shape', [inputs.x], { start: 0, end: 1 })
    return g.op('Expand', [g.floats([0], []), g.op('Concat', [size, g.ints([p.units])], { axis: 0 })])
  }
  const first = inputs.initial.length > 0 ? inputs.initial : Array.from({ length: stateCount(p.cell) }, zeros)
  const state = (value: OnnxValue) => ({ value, shape: [batch, p.units] })
  const count = first.length
  const result = g.scan({
    // The last state is the output so far, which is zero until a step is real.
    states: [...first, ...(mask === undefined ? [] : [zeros()])].map(state),
    sequences: [
      { value: sums, shape: [batch, time, gatesOf(p.cell) * p.units] },
      ...(mask === undefined
        ? []
        : [{ value: g.op('Unsqueeze', [mask, g.ints([2])]), shape: [batch, time, 1] }]),
    ],
    body: (inner, before, [step, real]) => {
      const after = cellStep(inner, p, step!, before.slice(0, count), o.prefix)
      if (real === undefined) return { states: after, gathered: [after[0]!] }
      const chosen = (now: OnnxValue, old: OnnxValue) =>
        inner.op('Add', [
          inner.op('Mul', [real, now]),
          inner.op('Mul', [inner.op('Sub', [inner.floats([1], []), real]), old]),
        ])
      const states = after.map((one, at) => chosen(one, before[at]!))
      const output = chosen(after[0]!, before[count]!)
      const shown = o.masked === 'zero' ? inner.op('Mul', [real, after[0]!]) : output
      return { states: [...states, output], gathered: [shown] }
    },
  })
  const last = mask === undefined ? result.states[0]! : result.states[count]!
  return { all: result.gathered[0]!, last, states: result.states.slice(0, count) }
}

/** A layer of one cell: its output and its states. */
export function onnxRecurrent(
  g: OnnxBuilder,
  p: CellSettings & WalkSettings,
  given: RecurrentInputs<OnnxValue>,
  shape: Shape,
  prefix = '',
): { readonly y: OnnxValue; readonly states: readonly OnnxValue[] } {
  const turned = (value: OnnxValue) => (p.goBackwards ? onnxReversed(g, value, 1) : value)
  const x = turned(given.x)
  const initial = [given.initial, given.initial_memory].filter((value) => value !== undefined)
  const features = shape[2]
  const walked =
    given.mask === undefined
      ? onnxOperator(g, p, x, typeof features === 'number' ? features : 1, initial, [prefix])
      : null
  if (walked === null) {
    const mask = given.mask === undefined ? undefined : turned(given.mask)
    const scanned = onnxScanned(g, p, { x, shape, mask, initial }, { prefix, masked: 'repeat' })
    return { y: p.returnSequences ? scanned.all : scanned.last, states: scanned.states }
  }
  const states = walked.states.map((state) => g.op('Squeeze', [state, g.ints([0])]))
  const steps = () => g.op('Transpose', [g.op('Squeeze', [walked.steps, g.ints([1])])], { perm: [1, 0, 2] })
  return { y: p.returnSequences ? steps() : states[0]!, states }
}

/** Two cells of one kind, one in each direction. */
export function onnxBidirectional(
  g: OnnxBuilder,
  p: CellSettings & { readonly mergeMode: MergeMode; readonly returnSequences: boolean },
  { x, mask }: RecurrentInputs<OnnxValue>,
  shape: Shape,
): OnnxValue {
  const features = shape[2]
  const prefixes = ['forward_', 'backward_']
  const walked =
    mask === undefined
      ? onnxOperator(g, p, x, typeof features === 'number' ? features : 1, [], prefixes)
      : null
  if (walked !== null) {
    const value = p.returnSequences ? walked.steps : walked.states[0]!
    const axis = p.returnSequences ? 1 : 0
    const [ahead, back] = g.ops('Split', [value, g.ints([1, 1])], { axis }, 2).map((one) => {
      const alone = g.op('Squeeze', [one, g.ints([axis])])
      return p.returnSequences ? g.op('Transpose', [alone], { perm: [1, 0, 2] }) : alone
    })
    return mergedDirections(g, ahead!, back!, p.mergeMode)
  }
  const [ahead, back] = prefixes.map((prefix, direction) => {
    const turned = (value: OnnxValue) => (direction === 1 ? onnxReversed(g, value, 1) : value)
    const inputs = { x: turned(x), shape, mask: mask && turned(mask), initial: [] }
    const masked = p.returnSequences ? 'zero' : 'repeat'
    const scanned = onnxScanned(g, p, inputs, { prefix, masked })
    return p.returnSequences ? turned(scanned.all) : scanned.last
  })
  return mergedDirections(g, ahead!, back!, p.mergeMode)
}

function mergedDirections(g: OnnxBuilder, ahead: OnnxValue, back: OnnxValue, mode: MergeMode): OnnxValue {
  switch (mode) {
    case 'concat':
      return g.op('Concat', [ahead, back], { axis: -1 })
    case 'sum':
      return g.op('Add', [ahead, back])
    case 'multiply':
      return g.op('Mul', [ahead, back])
    case 'average':
      return g.op('Mul', [g.op('Add', [ahead, back]), g.floats([0.5], [])])
  }
}

/** Layers of one kind on top of each other. */
export function onnxStacked(
  g: OnnxBuilder,
  p: CellSettings & { readonly layers: number; readonly returnSequences: boolean },
  { x, mask }: RecurrentInputs<OnnxValue>,
  shape: Shape,
): OnnxValue {
  let [value, features] = [x, shape[2] ?? null]
  for (let layer = 0; layer < p.layers; layer++) {
    const returnSequences = p.returnSequences || layer < p.layers - 1
    const settings = { ...p, returnSequences, returnState: false, goBackwards: false, dropout: 0 }
    const below = [...shape.slice(0, 2), features]
    value = onnxRecurrent(g, settings, { x: value, mask }, below, `layer${layer}_`).y
    features = p.units
  }
  return value
}
