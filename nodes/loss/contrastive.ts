/**
 * InfoNCE (van den Oord et al. 2018) with the rest of the batch as negatives: row i of one side belongs to row i of the
 * other. Symmetric it is the loss of CLIP (Radford et al. 2021), the mean over both directions.
 */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { bool, real } from '../kit/fields'
import { formatShape, lossValue, refuse, tensor } from '../kit/spec'
import { sameShapeRefusal } from '../kit/targets'
import { unitVectors } from '../kit/vectors'

const helper = `def contrastive_loss(anchor, positive, *, temperature, normalise, symmetric):
    """InfoNCE with the rest of the batch as negatives; symmetric: the mean over both directions, as in CLIP."""
    if normalise:
        anchor, positive = (F.normalize(x, dim=-1, eps=1e-6) for x in (anchor, positive))
    scores = anchor @ positive.T / temperature
    own = torch.arange(len(scores), device=scores.device)
    loss = F.cross_entropy(scores, own)
    return (loss + F.cross_entropy(scores.T, own)) / 2 if symmetric else loss
`

export const contrastive = defineNode({
  role: 'loss',
  type: 'contrastive',
  version: 1,
  title: 'Contrastive',
  family: 'loss',
  doc: 'Draws the two embeddings of a sample together and pushes those of different samples of the batch apart: each must find its partner among all.',
  synonyms: ['infonce', 'clip', 'simclr', 'nt-xent', 'embedding', 'self-supervised', 'retrieval'],
  fields: {
    temperature: real({
      initial: 0.07,
      min: 0.001,
      max: 100,
      doc: 'Similarities are divided by it: the smaller, the more the nearest strangers count.',
    }),
    normalise: bool({
      initial: true,
      doc: 'Compare directions (cosines); off: plain scalar products.',
    }),
    symmetric: bool({
      initial: true,
      doc: 'Let the second side look for its partner too, and take the mean (CLIP); off: only the first looks.',
    }),
  },
  inputs: {
    anchor: { doc: 'One embedding a sample.', prediction: true },
    positive: { doc: 'The embedding that belongs to it, in the same row.', prediction: true },
  },
  outputs: {
    loss: { doc: 'Mean over the batch of -log softmax(similarities / temperature) of the partner, in nats.' },
  },
  summary: (p) => `temperature ${p.temperature}`,
  infer: ({ anchor, positive }) => {
    const { shape } = anchor
    if (shape.length !== 2 || shape[0] !== null || typeof shape[1] !== 'number') {
      return refuse(
        `Contrastive needs one embedding a sample (B × features), but the anchor is ${formatShape(shape)}. Pool or flatten it first.`,
      )
    }
    return (
      sameShapeRefusal('Contrastive', ['the anchor', anchor], ['the positive', positive]) ?? {
        loss: lossValue(),
      }
    )
  },
  weights: () => ({}),
  run: ({ tf, inputs: { anchor, positive }, p }) =>
    tf.tidy(() => {
      const sides = [anchor, positive].map((x) => (p.normalise ? unitVectors(tf, x) : x))
      const scores = tf.div(tf.matMul(sides[0]!, sides[1]!, false, true), p.temperature) // (B, B)
      const own = tf.eye(scores.shape[0] ?? 1)
      const surprise = (rows: Tf.Tensor) =>
        tf.mean<Tf.Scalar>(tf.neg(tf.sum(tf.mul(own, tf.logSoftmax(rows)), -1)))
      if (!p.symmetric) return surprise(scores)
      return tf.mul<Tf.Scalar>(tf.add(surprise(scores), surprise(tf.transpose(scores))), 0.5)
    }),
  emit: {
    torch: (p) => ({
      call: 'wiregrad.contrastive_loss',
      args: { temperature: p.temperature, normalise: p.normalise, symmetric: p.symmetric },
      tensors: [],
      helpers: [helper],
    }),
  },
  cases: [
    { inputs: { anchor: tensor([null, 3]), positive: tensor([null, 3]) }, params: { temperature: 0.5 } },
    {
      inputs: { anchor: tensor([null, 4]), positive: tensor([null, 4]) },
      params: { temperature: 1.5, symmetric: false, normalise: false },
    },
    {
      inputs: { anchor: tensor([null, 5, 3]), positive: tensor([null, 5, 3]) },
      refused: 'one embedding a sample',
    },
    { inputs: { anchor: tensor([null, 3]), positive: tensor([null, 4]) }, refused: 'of one shape' },
  ],
  migrations: [],
})
