/**
 * Both sides of a generative adversarial net: non-saturating (Goodfellow et al. 2014), least squares (Mao et al. 2017)
 * and Wasserstein (Arjovsky et al. 2017), from scores.
 *
 * A gradient penalty (Gulrajani et al. 2017) is not here. It takes the judge's gradient at points between real and made
 * samples and differentiates through it: a loss gets values, not the judge as a function; and tfjs's second derivatives
 * are wrong for tanh, sigmoid and ELU (whose gradients take the output for a constant) and missing for leaky ReLU.
 */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { choice } from '../kit/fields'
import { lossValue, refuse, tensor } from '../kit/spec'
import { elementwiseRefusal } from '../kit/targets'

const helper = `def gan_loss(fake, real=None, *, side, objective):
    """The loss of a discriminator or a generator, from the judge's scores."""
    if objective == "non-saturating":
        wanted = lambda score, answer: F.binary_cross_entropy_with_logits(score, torch.full_like(score, answer))
    elif objective == "least-squares":
        wanted = lambda score, answer: F.mse_loss(score, torch.full_like(score, answer)) / 2
    else:
        wanted = lambda score, answer: score.mean() * (1 - 2 * answer)
    if side == "generator":
        return wanted(fake, 1)
    return wanted(real, 1) + wanted(fake, 0)
`

export const gan = defineNode({
  role: 'loss',
  type: 'gan',
  version: 1,
  title: 'GAN',
  family: 'loss',
  doc: 'The loss of one side of a generative adversarial net, from the scores of its judge. Use one for each side, each in a training step of its own. There is no gradient penalty.',
  synonyms: [
    'generative adversarial',
    'discriminator',
    'generator',
    'critic',
    'wasserstein',
    'wgan',
    'lsgan',
  ],
  fields: {
    side: choice(['discriminator', 'generator'], {
      initial: 'discriminator',
      doc: 'discriminator: tell real from made. generator: pass for real; the judge of real samples is then not looked at.',
    }),
    objective: choice(['non-saturating', 'least-squares', 'wasserstein'], {
      initial: 'non-saturating',
      doc: 'non-saturating: cross-entropy. least-squares: squares to 0 and 1. wasserstein: plain difference; the judge must then be held smooth by other means.',
    }),
  },
  inputs: {
    fake: { doc: 'Scores (logits) of the judge for made samples.' },
    real: {
      doc: 'Scores of the judge for real samples; needed on the discriminator’s side.',
      optional: true,
    },
  },
  outputs: {
    loss: {
      doc: 'Mean over the made samples, plus on the discriminator’s side the mean over the real ones.',
    },
  },
  summary: (p) => `${p.side} · ${p.objective}`,
  infer: ({ fake, real }, p) => {
    const refusal = elementwiseRefusal('GAN', fake, undefined)
    if (refusal !== null) return refusal
    if (real === undefined) {
      return p.side === 'generator'
        ? { loss: lossValue() }
        : refuse('GAN needs the scores of real samples on the discriminator’s side; wire them to real.')
    }
    return elementwiseRefusal('GAN', real, undefined) ?? { loss: lossValue() }
  },
  weights: () => ({}),
  run: ({ tf, inputs: { fake, real }, p }) =>
    tf.tidy(() => {
      const costs = {
        'non-saturating': (score: Tf.Tensor, answer: 0 | 1) =>
          tf.softplus(answer === 1 ? tf.neg(score) : score),
        'least-squares': (score: Tf.Tensor, answer: 0 | 1) => tf.mul(tf.square(tf.sub(score, answer)), 0.5),
        wasserstein: (score: Tf.Tensor, answer: 0 | 1) => (answer === 1 ? tf.neg(score) : score),
      }
      const cost = (score: Tf.Tensor, answer: 0 | 1) => tf.mean<Tf.Scalar>(costs[p.objective](score, answer))
      if (p.side === 'generator') return cost(fake, 1)
      return tf.add<Tf.Scalar>(cost(real as Tf.Tensor, 1), cost(fake, 0))
    }),
  emit: {
    torch: (p) => ({
      call: 'wiregrad.gan_loss',
      args: { side: p.side, objective: p.objective },
      tensors: [],
      helpers: [helper],
    }),
  },
  cases: [
    { inputs: { fake: tensor([null, 1]), real: tensor([null, 1]) } },
    { inputs: { fake: tensor([null, 1]), real: tensor([null, 1]) }, params: { objective: 'least-squares' } },
    { inputs: { fake: tensor([null, 3, 2]), real: tensor([null, 1]) }, params: { objective: 'wasserstein' } },
    { inputs: { fake: tensor([null, 1]) }, params: { side: 'generator' } },
    { inputs: { fake: tensor([null]) }, params: { side: 'generator', objective: 'least-squares' } },
    { inputs: { fake: tensor([null, 1]) }, params: { side: 'generator', objective: 'wasserstein' } },
    { inputs: { fake: tensor([null, 1]) }, refused: 'wire them to real' },
    { inputs: { fake: tensor([]), real: tensor([null, 1]) }, refused: 'has a scalar' },
  ],
  migrations: [],
})
