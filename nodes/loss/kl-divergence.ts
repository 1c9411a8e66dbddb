/**
 * Kullback-Leibler divergence of the wanted probabilities from the predicted ones, from logits: Σ t (log t - log p). With
 * a temperature it is distillation (Hinton et al. 2015): softened scores on both sides, and T² in front so that the
 * gradients keep their size.
 */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { featureCount } from '../kit/features'
import { choice, real } from '../kit/fields'
import { lossValue, tensor, type Spec } from '../kit/spec'
import { sameShapeRefusal } from '../kit/targets'

const target = (shape: Spec['shape']): Spec => ({ kind: 'target', dtype: 'float32', shape })

const helper = `def kl_divergence(prediction, target, *, targets, temperature):
    """KL(target || softmax(prediction / T)) T^2 over the last axis, on average (Hinton et al. 2015)."""
    logs = F.log_softmax(prediction / temperature, dim=-1)
    if targets == "scores":
        target = F.softmax(target / temperature, dim=-1)
    rows = logs.numel() / logs.shape[-1]
    return temperature**2 * F.kl_div(logs, target, reduction="sum") / rows
`

export const klDivergence = defineNode({
  role: 'loss',
  type: 'kl-divergence',
  version: 1,
  title: 'KL divergence',
  family: 'loss',
  doc: 'How much is lost by taking the predicted probabilities for the wanted ones; 0 where they agree. With a teacher as target it is distillation.',
  synonyms: ['kullback leibler', 'relative entropy', 'distillation', 'knowledge', 'teacher', 'soft labels'],
  fields: {
    targets: choice(['probabilities', 'scores'], {
      initial: 'probabilities',
      doc: 'What the target holds: probabilities, or the scores (logits) of a teacher.',
    }),
    temperature: real({
      initial: 1,
      min: 0.01,
      max: 1000,
      doc: 'Scores are divided by it, which softens them; the loss is multiplied by its square, so that gradients keep their size.',
    }),
  },
  inputs: {
    prediction: { doc: 'One score a class on the last axis (logits).', prediction: true },
    target: {
      doc: 'A probability for each class, or the scores of a teacher (freeze it, or put a stop-gradient after it).',
      accepts: ['target', 'tensor'],
    },
  },
  outputs: {
    loss: { doc: 'Mean over all rows of sum(target × (log target - log softmax(scores))), in nats.' },
  },
  summary: (p) => (p.temperature === 1 ? '' : `temperature ${p.temperature}`),
  infer: ({ prediction, target }) => {
    const features = featureCount('KL divergence', 'prediction', prediction)
    if (typeof features !== 'number') return features
    return (
      sameShapeRefusal('KL divergence', ['the prediction', prediction], ['the target', target]) ?? {
        loss: lossValue(),
      }
    )
  },
  weights: () => ({}),
  run: ({ tf, inputs: { prediction, target }, p }) =>
    tf.tidy(() => {
      const logs = tf.logSoftmax(tf.div(prediction, p.temperature))
      const wanted = tf.cast(target, 'float32')
      const softened = p.targets === 'scores' ? tf.logSoftmax(tf.div(wanted, p.temperature)) : undefined
      const t = softened === undefined ? wanted : tf.exp(softened)
      // 0 log 0 is 0: below 1e-30 the logarithm stands still.
      const logT = softened ?? tf.log(tf.add(tf.relu(tf.sub(t, 1e-30)), 1e-30))
      const each = tf.sum(tf.mul(t, tf.sub(logT, logs)), -1) // (…)
      return tf.mul(tf.mean<Tf.Scalar>(each), p.temperature ** 2)
    }),
  emit: {
    torch: (p) => ({
      call: 'wiregrad.kl_divergence',
      args: { targets: p.targets, temperature: p.temperature },
      tensors: [],
      helpers: [helper],
    }),
  },
  cases: [
    {
      inputs: { prediction: tensor([null, 3]), target: target([null, 3]) },
      numbers: { target: 'probability' },
    },
    {
      inputs: { prediction: tensor([null, 'T', 4]), target: tensor([null, 'T', 4]) },
      params: { targets: 'scores', temperature: 2.5 },
    },
    {
      inputs: { prediction: tensor([null, 3]), target: target([null, 3]) },
      numbers: { target: 'one-hot' },
      params: { temperature: 0.5 },
    },
    { inputs: { prediction: tensor([null]), target: target([null]) }, refused: 'axis of features' },
    { inputs: { prediction: tensor([null, 3]), target: target([null, 2]) }, refused: 'of one shape' },
  ],
  migrations: [],
})
