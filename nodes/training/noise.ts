/** Fresh random numbers for every batch: where a generator starts. */
import { defineNode } from '../kit/define'
import { choice, sizes } from '../kit/fields'
import { tensor } from '../kit/spec'

const normal = `def normal_noise(samples, size):
    """Fresh numbers for every sample: mean 0, deviation 1."""
    return torch.randn(samples, *size)
`

const uniform = `def uniform_noise(samples, size):
    """Fresh numbers for every sample: anywhere from -1 to 1 alike."""
    return torch.rand(samples, *size) * 2 - 1
`

export const noise = defineNode({
  role: 'function',
  type: 'noise',
  version: 1,
  title: 'Noise',
  family: 'training',
  doc: 'Gives fresh random numbers for every sample of every batch, the same again for the same seed. A generator turns them into samples.',
  synonyms: ['random', 'latent', 'generator', 'gan', 'gaussian'],
  fields: {
    shape: sizes({ initial: [2], doc: 'Shape of the noise for one sample.' }),
    distribution: choice(['normal', 'uniform'], {
      initial: 'normal',
      doc: 'normal: mean 0 and deviation 1. uniform: anywhere from -1 to 1 alike.',
    }),
  },
  inputs: {},
  outputs: { y: { doc: 'B × the shape.' } },
  summary: (p) => `${p.shape.join(' × ')} · ${p.distribution}`,
  infer: (_inputs, p) => ({ y: tensor([null, ...p.shape]) }),
  weights: () => ({}),
  run: ({ tf, p, context }) => {
    const shape = [context.batchSize, ...p.shape]
    if (p.distribution === 'normal') return { y: context.random.normal(shape) }
    return { y: tf.tidy(() => tf.sub(tf.mul(context.random.uniform(shape), 2), 1)) }
  },
  emit: {
    torch: (p) => ({
      call: p.distribution === 'normal' ? 'wiregrad.normal_noise' : 'wiregrad.uniform_noise',
      args: { size: p.shape },
      tensors: [],
      takesBatchSize: true,
      helpers: [p.distribution === 'normal' ? normal : uniform],
    }),
  },
  cases: [
    { inputs: {} },
    { inputs: {}, params: { shape: [3, 4], distribution: 'uniform' } },
    { inputs: {}, params: { shape: [] } },
  ],
  migrations: [],
})
