/**
 * Triplet loss (Schroff et al. 2015): max(0, d(anchor, positive) - d(anchor, negative) + margin). The plain distance is
 * PyTorch's, which adds 1e-6 to every difference so that its root has a gradient everywhere.
 */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { featureCount } from '../kit/features'
import { choice, real } from '../kit/fields'
import { lossValue, tensor, type Shape } from '../kit/spec'
import { sameShapeRefusal } from '../kit/targets'
import { unitVectors } from '../kit/vectors'

const helper = `def triplet_loss(anchor, positive, negative, *, margin, distance):
    """max(0, d(anchor, positive) - d(anchor, negative) + margin), on average (Schroff et al. 2015)."""
    measure = {
        "euclidean": lambda x, y: F.pairwise_distance(x, y, p=2, eps=1e-6),
        "squared": lambda x, y: (x - y).square().sum(-1),
        "cosine": lambda x, y: 1 - F.cosine_similarity(x, y, dim=-1, eps=1e-6),
    }[distance]
    return F.triplet_margin_with_distance_loss(anchor, positive, negative, distance_function=measure, margin=margin)
`

const triplets = (shape: Shape) => ({
  anchor: tensor(shape),
  positive: tensor(shape),
  negative: tensor(shape),
})

export const triplet = defineNode({
  role: 'loss',
  type: 'triplet',
  version: 1,
  title: 'Triplet',
  family: 'loss',
  doc: 'Wants an anchor nearer to its own kind than to a stranger, by a margin. Teaches embeddings in which distance means likeness.',
  synonyms: ['siamese', 'metric learning', 'facenet', 'embedding', 'ranking', 'similarity'],
  fields: {
    margin: real({
      initial: 1,
      min: 0,
      doc: 'How much nearer its own kind must be before nothing is left to learn.',
    }),
    distance: choice(['euclidean', 'squared', 'cosine'], {
      initial: 'euclidean',
      doc: 'euclidean: the length of the difference. squared: its square. cosine: 1 - the cosine of the angle.',
    }),
  },
  inputs: {
    anchor: { doc: 'Embeddings on the last axis.', prediction: true },
    positive: { doc: 'Embeddings of the same kind.' },
    negative: { doc: 'Embeddings of another kind.' },
  },
  outputs: { loss: { doc: 'Mean over all triplets of max(0, near - far + margin).' } },
  summary: (p) => `margin ${p.margin} · ${p.distance}`,
  infer: ({ anchor, positive, negative }) => {
    const features = featureCount('Triplet', 'anchor', anchor)
    if (typeof features !== 'number') return features
    return (
      sameShapeRefusal('Triplet', ['the anchor', anchor], ['the positive', positive]) ??
      sameShapeRefusal('Triplet', ['the anchor', anchor], ['the negative', negative]) ?? { loss: lossValue() }
    )
  },
  weights: () => ({}),
  run: ({ tf, inputs: { anchor, positive, negative }, p }) =>
    tf.tidy(() => {
      const square = (x: Tf.Tensor, y: Tf.Tensor, epsilon: number) =>
        tf.sum(tf.square(tf.add(tf.sub(x, y), epsilon)), -1)
      const measures = {
        euclidean: (x: Tf.Tensor, y: Tf.Tensor) => tf.sqrt(square(x, y, 1e-6)),
        squared: (x: Tf.Tensor, y: Tf.Tensor) => square(x, y, 0),
        cosine: (x: Tf.Tensor, y: Tf.Tensor) =>
          tf.sub(1, tf.sum(tf.mul(unitVectors(tf, x), unitVectors(tf, y)), -1)),
      }
      const measure = measures[p.distance]
      const behind = tf.sub(measure(anchor, positive), measure(anchor, negative)) // (…)
      return tf.mean<Tf.Scalar>(tf.relu(tf.add(behind, p.margin)))
    }),
  emit: {
    torch: (p) => ({
      call: 'wiregrad.triplet_loss',
      args: { margin: p.margin, distance: p.distance },
      tensors: [],
      helpers: [helper],
    }),
  },
  cases: [
    { inputs: triplets([null, 3]), params: { margin: 3 } },
    { inputs: triplets([null, 'T', 3]), params: { distance: 'squared', margin: 9 } },
    { inputs: triplets([null, 3]), params: { distance: 'cosine', margin: 2 } },
    { inputs: triplets([null, 2]), params: { margin: 0.5 } },
    { inputs: triplets([null]), refused: 'axis of features' },
    { inputs: { ...triplets([null, 3]), negative: tensor([null, 2]) }, refused: 'of one shape' },
  ],
  migrations: [],
})
