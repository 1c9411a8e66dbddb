/** One minus the cosine of the angle between two vectors. */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { featureCount } from '../kit/features'
import { isRefusal, lossValue, tensor, type Spec } from '../kit/spec'
import { sameShapeRefusal } from '../kit/targets'
import { unitVectors } from '../kit/vectors'

const target = (shape: Spec['shape']): Spec => ({ kind: 'target', dtype: 'float32', shape })

const helper = `def cosine_distance(prediction, target):
    """1 - the cosine of the angle between the vectors on the last axis, on average."""
    return (1 - F.cosine_similarity(prediction, target, dim=-1, eps=1e-6)).mean()
`

export const cosineDistance = defineNode({
  role: 'loss',
  type: 'cosine-distance',
  version: 1,
  title: 'Cosine distance',
  family: 'loss',
  doc: 'How far prediction and target point apart, whatever their lengths: 0 in one direction, 1 at a right angle, 2 when opposite.',
  synonyms: ['cosine similarity', 'cosine embedding', 'angle', 'direction', 'embedding'],
  fields: {},
  inputs: {
    prediction: { doc: 'Vectors on the last axis.', prediction: true },
    target: { doc: 'The vectors that they should point along.', accepts: ['target', 'tensor'] },
  },
  outputs: { loss: { doc: 'Mean over all vectors of 1 - cos(angle).' } },
  summary: () => '',
  infer: ({ prediction, target }) => {
    const features = featureCount('Cosine distance', 'prediction', prediction)
    if (typeof features !== 'number' && isRefusal(features)) return features
    return (
      sameShapeRefusal('Cosine distance', ['the prediction', prediction], ['the target', target]) ?? {
        loss: lossValue(),
      }
    )
  },
  weights: () => ({}),
  run: ({ tf, inputs: { prediction, target } }) =>
    tf.tidy(() => {
      const directions = [prediction, tf.cast(target, 'float32')].map((x) => unitVectors(tf, x))
      const cosine = tf.sum(tf.mul(directions[0]!, directions[1]!), -1) // (…)
      return tf.mean<Tf.Scalar>(tf.sub(1, cosine))
    }),
  emit: {
    torch: () => ({ call: 'wiregrad.cosine_distance', args: {}, tensors: [], helpers: [helper] }),
  },
  cases: [
    { inputs: { prediction: tensor([null, 3]), target: target([null, 3]) } },
    { inputs: { prediction: tensor([null, 'T', 4]), target: tensor([null, 'T', 4]) } },
    { inputs: { prediction: tensor([null]), target: target([null]) }, refused: 'axis of features' },
    { inputs: { prediction: tensor([null, 3]), target: target([null, 4]) }, refused: 'of one shape' },
  ],
  migrations: [],
})
