/** tfjs's own recurrent layers, where they give our numbers. */
import type * as Tf from '@tensorflow/tfjs'
import type { Initialiser } from './initialiser'
import type { OwnLayers } from './own'
import type { CellSettings, RecurrentInputs, WalkSettings } from './recurrent'

interface Initialisers {
  readonly kernelInitialiser: Initialiser
  readonly recurrentInitialiser: Initialiser
  readonly biasInitialiser: Initialiser
}

/** The stock layer, or null: tfjs knows no explicit mask, another hard sigmoid, and no GRU that resets after the product. */
export function stockRecurrent(
  tf: typeof Tf,
  p: CellSettings & WalkSettings & Initialisers,
  own: OwnLayers,
  inputs: RecurrentInputs<object>,
): Tf.layers.Layer | null {
  const { recurrentActivation } = p
  if (inputs.mask !== undefined || inputs.initial !== undefined) return null
  if (recurrentActivation === 'hard-sigmoid' || (p.cell === 'gru' && p.resetAfter)) return null
  const config = {
    units: p.units,
    activation: p.activation,
    useBias: p.useBias,
    returnSequences: p.returnSequences,
    returnState: p.returnState,
    goBackwards: p.goBackwards,
    stateful: false,
    unroll: false,
    dropout: p.dropout,
    recurrentDropout: 0,
    kernelInitializer: own.initialiser('kernel', p.kernelInitialiser),
    recurrentInitializer: own.initialiser('recurrent_kernel', p.recurrentInitialiser),
    ...(p.useBias ? { biasInitializer: own.initialiser('bias', p.biasInitialiser) } : {}),
  }
  if (p.cell === 'simple-rnn') return tf.layers.simpleRNN(config)
  if (p.cell === 'gru') return tf.layers.gru({ ...config, recurrentActivation, implementation: 2 })
  // Our initialiser draws the forget gate's ones itself, so tfjs must not overwrite them.
  return tf.layers.lstm({ ...config, recurrentActivation, implementation: 2, unitForgetBias: false })
}
