/**
 * Focal loss (Lin et al. 2017): -α_t (1 - p_t)^γ log p_t. Both logarithms come from the scores: log p = -softplus(-x) and
 * log(1 - p) = -softplus(x), or log-softmax and the log-sum of all other classes; so nothing overflows or turns 0^0.
 */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { numbers, real } from '../kit/fields'
import { oneHot } from '../kit/one-hot'
import { lossValue, refuse, tensor, tokens, type Spec } from '../kit/spec'
import { elementwise, questionRefusal } from '../kit/targets'

const target = (dtype: Spec['dtype'], shape: Spec['shape']): Spec => ({ kind: 'target', dtype, shape })

const helper = `def focal_loss(prediction, target, *, gamma, alpha):
    """-alpha_t (1 - p_t)^gamma log p_t (Lin et al. 2017): of yes or no where the target has the prediction's shape, else of classes."""
    if target.shape == prediction.shape or (*target.shape, 1) == tuple(prediction.shape):
        wanted = target.to(prediction.dtype).reshape(prediction.shape)
        yes, no = (1, 1) if alpha is None else (alpha[0], 1 - alpha[0])

        def cost(x):
            return torch.sigmoid(-x) ** gamma * -F.logsigmoid(x)

        return (yes * wanted * cost(prediction) + no * (1 - wanted) * cost(-prediction)).mean()
    target = target.long()
    logs = F.log_softmax(prediction, dim=-1)
    log_right = logs.gather(-1, target.unsqueeze(-1)).squeeze(-1)
    log_wrong = logs.scatter(-1, target.unsqueeze(-1), -1e9).logsumexp(-1)
    each = -torch.exp(gamma * log_wrong) * log_right
    if alpha is not None:
        each = each * torch.tensor(alpha, dtype=each.dtype, device=each.device)[target]
    return each.mean()
`

export const focal = defineNode({
  role: 'loss',
  type: 'focal',
  version: 1,
  title: 'Focal',
  family: 'loss',
  doc: 'Cross-entropy that turns away from what the net knows already: an answer given rightly with confidence hardly counts. For rare classes among many easy samples.',
  synonyms: ['focal cross entropy', 'imbalance', 'retinanet', 'hard examples', 'detection'],
  fields: {
    gamma: real({
      initial: 2,
      min: 0,
      max: 10,
      doc: 'How strongly easy answers are played down: each counts (1 - its probability) to this power; 0 is plain cross-entropy.',
    }),
    alpha: numbers({
      initial: [],
      doc: 'Factors against imbalance; empty: none. For yes or no one number, that of yes (no gets 1 - it; the paper took 0.25); for classes one a class.',
    }),
  },
  inputs: {
    prediction: {
      doc: 'One score for each answer, or for each class on the last axis (logits).',
      prediction: true,
    },
    target: {
      doc: '0 or 1 for every number of the prediction, or the number of the right class of each row.',
      accepts: ['target', 'tokens', 'tensor'],
    },
  },
  outputs: { loss: { doc: 'Mean over all answers of -alpha × (1 - p)^gamma × log p, in nats.' } },
  summary: (p) => `gamma ${p.gamma}`,
  infer: ({ prediction, target }, p) => {
    const yesOrNo = elementwise(prediction.shape, target.shape)
    const refusal = questionRefusal('Focal', prediction, target)
    if (refusal !== null) return refusal
    const wanted = yesOrNo ? 1 : Number(prediction.shape.at(-1))
    if (p.alpha.length > 0 && p.alpha.length !== wanted) {
      return refuse(
        `Focal needs ${wanted} ${wanted === 1 ? 'number' : 'numbers'} as alpha here, but has ${p.alpha.length}. Leave the list empty for none.`,
      )
    }
    return p.alpha.some((factor) => factor < 0 || (yesOrNo && factor > 1))
      ? refuse('Focal needs an alpha from 0 to 1 for yes or no, and of 0 and more for classes.')
      : { loss: lossValue() }
  },
  weights: () => ({}),
  run: ({ tf, inputs: { prediction: x, target }, p }) =>
    tf.tidy(() => {
      if (elementwise(x.shape, target.shape)) {
        const z = tf.reshape(tf.cast(target, 'float32'), x.shape)
        const [yes = 1] = p.alpha
        const no = p.alpha.length === 0 ? 1 : 1 - yes
        const [up, down] = [tf.softplus(x), tf.softplus(tf.neg(x))] // -log(1 - p), -log p
        const cost = (hard: Tf.Tensor, surprise: Tf.Tensor) =>
          tf.mul(tf.exp(tf.mul(hard, -p.gamma)), surprise)
        const ofYes = tf.mul(tf.mul(z, yes), cost(up, down))
        const ofNo = tf.mul(tf.mul(tf.sub(1, z), no), cost(down, up))
        return tf.mean<Tf.Scalar>(tf.add(ofYes, ofNo))
      }
      const classes = x.shape.at(-1) ?? 1
      const right = oneHot(tf, target, classes) // (…, K)
      const logs = tf.logSoftmax(x)
      const surprise = tf.neg(tf.sum(tf.mul(right, logs), -1)) // (…)
      const others = tf.logSumExp(tf.add(logs, tf.mul(right, -1e9)), -1) // log(1 - p)
      const each = tf.mul(tf.exp(tf.mul(others, p.gamma)), surprise)
      if (p.alpha.length === 0) return tf.mean<Tf.Scalar>(each)
      return tf.mean<Tf.Scalar>(tf.mul(each, tf.sum(tf.mul(right, tf.tensor1d([...p.alpha])), -1)))
    }),
  emit: {
    torch: (p) => ({
      call: 'wiregrad.focal_loss',
      args: { gamma: p.gamma, alpha: p.alpha.length === 0 ? null : p.alpha },
      tensors: [],
      helpers: [helper],
    }),
  },
  cases: [
    {
      inputs: { prediction: tensor([null, 3]), target: target('float32', [null, 3]) },
      numbers: { target: 'binary' },
    },
    {
      inputs: { prediction: tensor([null, 1]), target: target('float32', [null]) },
      numbers: { target: 'binary' },
      params: { alpha: [0.25], gamma: 1.5 },
    },
    {
      inputs: { prediction: tensor([null, 2]), target: target('float32', [null, 2]) },
      numbers: { target: 'probability' },
      params: { gamma: 0 },
    },
    { inputs: { prediction: tensor([null, 3]), target: target('int32', [null]) } },
    {
      inputs: { prediction: tensor([null, 'T', 3]), target: tokens([null, 'T']) },
      params: { gamma: 0.5, alpha: [0.5, 2, 1] },
    },
    {
      inputs: { prediction: tensor([null, 3]), target: target('float32', [null, 4]) },
      refused: 'one score for each number of the target',
    },
    {
      inputs: { prediction: tensor([null, 3]), target: target('int32', [null]) },
      params: { alpha: [0.25] },
      refused: 'needs 3 numbers as alpha',
    },
    {
      inputs: { prediction: tensor([null, 1]), target: target('float32', [null]) },
      params: { alpha: [1.5] },
      refused: 'from 0 to 1',
    },
  ],
  migrations: [],
})
