/**
 * The reparameterisation of a normal code (Kingma & Welling 2014): mean + exp(log-variance / 2) × noise while training,
 * through which gradients pass to both; the mean in evaluation.
 */
import { defineNode } from '../kit/define'
import { formatShape, refuse, sameShape, tensor } from '../kit/spec'

const helper = `class Sampling(nn.Module):
    """mean + exp(log_variance / 2) * noise while training, the mean in evaluation (Kingma & Welling 2014)."""

    def forward(self, mean, log_variance):
        if not self.training:
            return mean
        return mean + torch.exp(log_variance / 2) * torch.randn_like(mean)
`

export const sampling = defineNode({
  role: 'layer',
  type: 'sampling',
  version: 1,
  title: 'Sampling',
  family: 'training',
  doc: 'Draws a code from a normal distribution of this mean and variance while training, so that both can learn; in evaluation it gives the mean. The middle of a variational autoencoder.',
  synonyms: ['reparameterization', 'vae', 'variational autoencoder', 'latent', 'gaussian', 'stochastic'],
  fields: {},
  inputs: {
    mean: { doc: 'Mean of each number of the code.' },
    log_variance: { doc: 'Logarithm of its variance, of the same shape: any number makes a variance.' },
  },
  outputs: { y: { doc: 'The drawn code, of the same shape.' } },
  summary: () => '',
  infer: ({ mean, log_variance }) => {
    if (sameShape(mean.shape, log_variance.shape)) return { y: tensor(mean.shape) }
    return refuse(
      `Sampling needs a mean and a log-variance of one shape, but has ${formatShape(mean.shape)} and ${formatShape(log_variance.shape)}.`,
    )
  },
  weights: () => ({}),
  compute: ({ tf, inputs: { mean, log_variance }, context }) => {
    if (!context.training) return { y: mean.clone() }
    const deviation = tf.exp(tf.mul(log_variance, 0.5))
    return { y: tf.add(mean, tf.mul(deviation, context.random.normal(mean.shape))) }
  },
  emit: {
    torch: () => ({ call: 'wiregrad.Sampling', args: {}, tensors: [], helpers: [helper] }),
    onnx: (g, { mean }) => ({ y: g.op('Identity', [mean]) }),
    // Noise of deviation 1 on zeros is drawn while training only, and then scaled.
    keras: (k, { mean, log_variance }, _p, specs) => {
      const outputs = [tensor(specs.mean.shape)]
      const rescaled = (x: typeof mean, scale: number) =>
        k.layer({ layer: 'Rescaling', config: { scale, offset: 0 }, inputs: [x], outputs })
      const noise = k.layer({
        layer: 'GaussianNoise',
        config: { stddev: 1, seed: null },
        inputs: [rescaled(mean, 0)],
        outputs,
      })
      const deviation = k.layer({
        layer: 'Activation',
        config: { activation: 'exponential' },
        inputs: [rescaled(log_variance, 0.5)],
        outputs,
      })
      const spread = k.layer({ layer: 'Multiply', config: {}, inputs: [[deviation, noise]], outputs })
      return { y: k.layer({ layer: 'Add', config: {}, inputs: [[mean, spread]], outputs }) }
    },
  },
  cases: [
    { inputs: { mean: tensor([null, 3]), log_variance: tensor([null, 3]) } },
    { inputs: { mean: tensor([null, 'T', 2]), log_variance: tensor([null, 'T', 2]) } },
    { inputs: { mean: tensor([null, 3]), log_variance: tensor([null, 4]) }, refused: 'of one shape' },
  ],
  migrations: [],
})
