/** What a recurrent layer does around its cell: dropout on the input, the cell by name, its weights and states. */
import type * as Tf from '@tensorflow/tfjs'
import type { RunContext } from '../define'
import type { CellSettings, RecurrentInputs, WalkSettings } from '../recurrent'
import { gruCell, lstmCell, simpleRnnCell } from './cells'
import { activate, slope } from './gates'
import { recurrence, type Recurrence } from './recurrence'

/** What `walk` is made of. */
const parts = { activate, slope, lstmCell, gruCell, simpleRnnCell, recurrence }

/** Outputs and last states of a cell that is walked along x. */
export const walk = (
  tf: typeof Tf,
  uses: typeof parts,
  inputs: RecurrentInputs<Tf.Tensor>,
  p: CellSettings & WalkSettings,
  weights: Readonly<Record<string, Tf.Tensor>>,
  context: RunContext,
  /** Where the weights' names begin, and what stands at a step that is not real. */
  o: { readonly prefix: string; readonly masked: Recurrence['masked'] },
) => {
  const functions = {
    activation: (z: Tf.Tensor) => uses.activate(tf, p.activation, z),
    activationSlope: (z: Tf.Tensor, y: Tf.Tensor) => uses.slope(tf, p.activation, z, y),
    gate: (z: Tf.Tensor) => uses.activate(tf, p.recurrentActivation, z),
    gateSlope: (z: Tf.Tensor, y: Tf.Tensor) => uses.slope(tf, p.recurrentActivation, z, y),
  }
  const cell: Recurrence['cell'] = (recurrent) => {
    if (p.cell === 'lstm') return uses.lstmCell(tf, recurrent, functions)
    if (p.cell === 'gru') return uses.gruCell(tf, recurrent, functions, p.resetAfter)
    return uses.simpleRnnCell(tf, recurrent, functions)
  }
  const [batch = 1, , features = 1] = inputs.x.shape
  const drops = context.training && p.dropout > 0
  const kept = drops
    ? tf.cast(tf.greaterEqual(context.random.uniform([batch, 1, features]), p.dropout), 'float32')
    : null
  const recurrentBias = weights[`${o.prefix}recurrent_bias`]
  return uses.recurrence(tf, {
    cell,
    x: kept === null ? inputs.x : tf.mul(inputs.x, tf.mul(kept, 1 / (1 - p.dropout))),
    kernel: weights[`${o.prefix}kernel`]!,
    bias: weights[`${o.prefix}bias`],
    recurrent: [
      weights[`${o.prefix}recurrent_kernel`]!,
      ...(recurrentBias === undefined ? [] : [recurrentBias]),
    ],
    initial:
      inputs.initial === undefined
        ? undefined
        : [inputs.initial, ...(inputs.initial_memory === undefined ? [] : [inputs.initial_memory])],
    stateCount: p.cell === 'lstm' ? 2 : 1,
    mask: inputs.mask,
    backwards: p.goBackwards,
    sequences: p.returnSequences,
    masked: o.masked,
  })
}

/** The `uses` of a node that walks a cell along a sequence. */
export const walkUses = { ...parts, walk }
