/**
 * What a variational autoencoder minimises (Kingma & Welling 2014): the negative evidence lower bound, how badly a sample
 * is rebuilt plus β times KL(N(mean, exp(log-variance)) || N(0, 1)) (β: Higgins et al. 2017). Sums over a sample, means
 * over the batch.
 */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { choice, real } from '../kit/fields'
import { lossValue, tensor } from '../kit/spec'
import { elementwiseRefusal, sameShapeRefusal } from '../kit/targets'

const helper = `def vae_loss(prediction, target, mean, log_variance, *, reconstruction, beta):
    """The negative evidence lower bound (Kingma & Welling 2014), summed over a sample, averaged over the batch."""
    target = target.to(prediction.dtype).reshape(prediction.shape)
    if reconstruction == "binary":
        rebuilt = F.binary_cross_entropy_with_logits(prediction, target, reduction="sum")
    else:
        rebuilt = F.mse_loss(prediction, target, reduction="sum") / 2
    prior = torch.distributions.Normal(torch.zeros_like(mean), torch.ones_like(mean))
    code = torch.distributions.Normal(mean, torch.exp(log_variance / 2))
    divergence = torch.distributions.kl_divergence(code, prior).sum()
    return (rebuilt + beta * divergence) / len(prediction)
`

export const vae = defineNode({
  role: 'loss',
  type: 'vae',
  version: 1,
  title: 'VAE',
  family: 'loss',
  doc: 'How badly a sample is rebuilt, plus how far its code strays from a standard normal one: what a variational autoencoder minimises. Draw the code with Sampling.',
  synonyms: ['variational autoencoder', 'elbo', 'evidence lower bound', 'beta-vae', 'kl', 'generative'],
  fields: {
    reconstruction: choice(['binary', 'squares'], {
      initial: 'binary',
      doc: 'binary: cross-entropy of values from 0 to 1, from logits. squares: half the squared differences, a normal distribution of deviation 1.',
    }),
    beta: real({
      initial: 1,
      min: 0,
      doc: 'How much the code counts against the rebuilding: 1 is the bound itself, more untangles the code.',
    }),
  },
  inputs: {
    prediction: { doc: 'The rebuilt sample: logits for binary, else values.', prediction: true },
    target: { doc: 'The sample itself.', accepts: ['target', 'tensor'] },
    mean: { doc: 'Mean of the code, as it went into Sampling.' },
    log_variance: { doc: 'Logarithm of its variance, as it went into Sampling.' },
  },
  outputs: {
    loss: {
      doc: 'Mean over the batch of rebuilding + beta × divergence, each summed over a sample, in nats.',
    },
  },
  summary: (p) => `${p.reconstruction} · beta ${p.beta}`,
  infer: ({ prediction, target, mean, log_variance }) =>
    elementwiseRefusal('VAE', prediction, target) ??
    elementwiseRefusal('VAE', mean, undefined) ??
    sameShapeRefusal('VAE', ['the mean', mean], ['the log-variance', log_variance]) ?? { loss: lossValue() },
  weights: () => ({}),
  run: ({ tf, inputs: { prediction: x, target, mean, log_variance }, p }) =>
    tf.tidy(() => {
      const z = tf.reshape(tf.cast(target, 'float32'), x.shape)
      const rebuilt =
        p.reconstruction === 'binary'
          ? tf.sub(tf.softplus(x), tf.mul(x, z))
          : tf.mul(tf.square(tf.sub(x, z)), 0.5)
      // -½ (1 + log σ² - μ² - σ²) for each number of the code.
      const spread = tf.sub(tf.exp(log_variance), tf.add(log_variance, 1))
      const divergence = tf.mul(tf.add(tf.square(mean), spread), 0.5)
      const all = tf.add(tf.sum<Tf.Scalar>(rebuilt), tf.mul(tf.sum<Tf.Scalar>(divergence), p.beta))
      return tf.div<Tf.Scalar>(all, x.shape[0] ?? 1)
    }),
  emit: {
    torch: (p) => ({
      call: 'wiregrad.vae_loss',
      args: { reconstruction: p.reconstruction, beta: p.beta },
      tensors: [],
      helpers: [helper],
    }),
  },
  cases: [
    {
      inputs: {
        prediction: tensor([null, 4]),
        target: tensor([null, 4]),
        mean: tensor([null, 2]),
        log_variance: tensor([null, 2]),
      },
      numbers: { target: 'probability' },
    },
    {
      inputs: {
        prediction: tensor([null, 3, 2, 1]),
        target: tensor([null, 3, 2]),
        mean: tensor([null, 3]),
        log_variance: tensor([null, 3]),
      },
      params: { reconstruction: 'squares', beta: 4 },
    },
    {
      inputs: {
        prediction: tensor([null, 4]),
        target: tensor([null, 3]),
        mean: tensor([null, 2]),
        log_variance: tensor([null, 2]),
      },
      refused: 'number by number',
    },
    {
      inputs: {
        prediction: tensor([null, 4]),
        target: tensor([null, 4]),
        mean: tensor([null, 2]),
        log_variance: tensor([null, 3]),
      },
      refused: 'of one shape',
    },
  ],
  migrations: [],
})
