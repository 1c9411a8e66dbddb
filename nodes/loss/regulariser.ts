/** The price of large activations: the sum of distances (L1) or of squares (L2) of a sample, averaged over the batch. */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { choice, real } from '../kit/fields'
import { lossValue, tensor } from '../kit/spec'
import { elementwiseRefusal } from '../kit/targets'

const helper = `def regulariser(x, *, kind, strength):
    """strength * sum(|x|) or sum(x^2) of a sample, averaged over the batch."""
    return strength * (x.abs() if kind == "l1" else x.square()).sum() / len(x)
`

export const regulariser = defineNode({
  role: 'loss',
  type: 'regulariser',
  version: 1,
  title: 'Regulariser',
  family: 'loss',
  doc: 'Makes large activations costly: l1 drives most of them to exactly zero (a sparse code), l2 keeps all of them small. It is for values on a wire, not for weights.',
  synonyms: ['activity regularization', 'penalty', 'sparsity', 'l1', 'l2', 'sparse autoencoder'],
  fields: {
    kind: choice(['l1', 'l2'], {
      initial: 'l1',
      doc: 'l1: the sum of distances from zero. l2: the sum of squares.',
    }),
    strength: real({ initial: 0.001, min: 0, doc: 'How much it counts beside the other losses.' }),
  },
  inputs: { x: { doc: 'Any numbers.' } },
  outputs: { loss: { doc: 'strength × mean over the batch of sum(|x|) or sum(x²).' } },
  summary: (p) => `${p.kind} · ${p.strength}`,
  infer: ({ x }) => elementwiseRefusal('Regulariser', x, undefined) ?? { loss: lossValue() },
  weights: () => ({}),
  run: ({ tf, inputs: { x }, p }) =>
    tf.tidy(() => {
      const all = tf.sum<Tf.Scalar>(p.kind === 'l1' ? tf.abs(x) : tf.square(x))
      return tf.mul<Tf.Scalar>(all, p.strength / (x.shape[0] ?? 1))
    }),
  emit: {
    torch: (p) => ({
      call: 'wiregrad.regulariser',
      args: { kind: p.kind, strength: p.strength },
      tensors: [],
      helpers: [helper],
    }),
  },
  cases: [
    { inputs: { x: tensor([null, 3]) }, params: { strength: 0.2 } },
    { inputs: { x: tensor([null, 'T', 2]) }, params: { kind: 'l2', strength: 0.1 } },
    { inputs: { x: tensor([]) }, refused: 'has a scalar' },
  ],
  migrations: [],
})
