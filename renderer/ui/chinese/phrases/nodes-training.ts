/** Titles, docs, settings and ports of the nodes about training. */
import type { Phrases } from '../../translate'

export const nodesTraining: Phrases = {
  exact: {
    'Stop gradient': '停止梯度',
    'Passes its input on unchanged, but no gradient goes back through it: nothing before it learns from what comes after.':
      '输入原样通过，但梯度不会反向流过它：它之前的部分不会从它之后的部分学到东西。',
    'The same numbers.': '同样的数。',
    Noise: '噪声',
    'Gives fresh random numbers for every sample of every batch, the same again for the same seed. A generator turns them into samples.':
      '为每个批次的每个样本给出新的随机数，同样的种子得到同样的数。生成器把它们变成样本。',
    'Shape of the noise for one sample.': '单个样本的噪声的形状。',
    Distribution: '分布',
    'normal: mean 0 and deviation 1. uniform: anywhere from -1 to 1 alike.':
      'normal（正态）：均值 0、标准差 1。uniform（均匀）：在 -1 到 1 之间处处机会相同。',
    normal: '正态',
    uniform: '均匀',
    'B × the shape.': 'B × 所设的形状。',
    Sampling: '采样',
    'Draws a code from a normal distribution of this mean and variance while training, so that both can learn; in evaluation it gives the mean. The middle of a variational autoencoder.':
      '训练时从具有该均值和方差的正态分布中抽取一个编码，使两者都能学习；评估时给出均值。变分自编码器的中间部分。',
    'Mean of each number of the code.': '编码中每个数的均值。',
    'Logarithm of its variance, of the same shape: any number makes a variance.':
      '其方差的对数，形状相同：任何数都对应一个合法的方差。',
    'The drawn code, of the same shape.': '抽取出的编码，形状相同。',
  },
  patterns: [],
}
