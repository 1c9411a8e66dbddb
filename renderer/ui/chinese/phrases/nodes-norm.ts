/** Titles, docs, settings and ports of normalisations. */
import type { Phrases } from '../../translate'

export const nodesNorm: Phrases = {
  exact: {
    BatchNorm: '批归一化',
    'Brings every channel to mean 0 and deviation 1 over the batch, then scales and shifts it by learned numbers. Deep nets train faster with it.':
      '把每个通道在整个批次上变成均值 0、标准差 1，再用可学习的数缩放和平移。深层网络用它训练得更快。',
    Momentum: '动量',
    'How much of the moving averages stays at each step. Nearer to 1 is steadier; short runs want 0.9.':
      '每一步保留移动平均的多大比例。越接近 1 越平稳；短的训练宜用 0.9。',
    Epsilon: 'epsilon（ε）',
    'Added to the variance, so that nothing is divided by zero.': '加在方差上，以免除以零。',
    'Gamma initialiser': 'gamma（γ）初始化',
    'First values of the learned scale.': '可学习的缩放系数的初始值。',
    'Beta initialiser': 'beta（β）初始化',
    'First values of the learned shift.': '可学习的平移量的初始值。',
    'Numbers with the channels on the last axis.': '通道在最后一个轴上的数据。',
    LayerNorm: '层归一化',
    'Brings the features of every sample (or place) to mean 0 and deviation 1, then scales and shifts them by learned numbers.':
      '把每个样本（或每个位置）的特征变成均值 0、标准差 1，再用可学习的数缩放和平移。',
    RMSNorm: 'RMS 归一化',
    'Brings the features of every place to a root mean square of 1, then scales them by learned numbers. Cheaper than LayerNorm: no mean is taken off.':
      '把每个位置的特征变成均方根为 1，再用可学习的数缩放。比层归一化省事：不必减去均值。',
    'Added to the mean square, so that nothing is divided by zero.': '加在均方值上，以免除以零。',
    GroupNorm: '组归一化',
    'Brings each group of channels to mean 0 and deviation 1 over all places of a sample, then scales and shifts the channels. It does not mind small batches.':
      '把每组通道在一个样本的所有位置上变成均值 0、标准差 1，再缩放和平移各通道。批量很小也不受影响。',
    'How many groups the channels form; they must divide evenly. 1 group takes all channels together.':
      '把通道分成多少组；必须能整除。1 组表示所有通道在一起。',
    InstanceNorm: '实例归一化',
    'Brings every channel of every sample to mean 0 and deviation 1 over its places, then scales and shifts it. It takes the contrast out of pictures.':
      '把每个样本的每个通道在其所有位置上变成均值 0、标准差 1，再缩放和平移。它会消除图片的对比度差异。',
    UnitNorm: '单位归一化',
    'Scales the features of every place to a length of 1, so that only their direction counts. Products of such rows are cosines.':
      '把每个位置的特征缩放到长度 1，于是只有方向才有意义。这样的向量相乘就得到余弦。',
    'The axis along which the length is taken; -1 is the last.': '沿哪个轴计算长度；-1 表示最后一个轴。',
    'Any numbers with an axis after the batch.': '批量轴之后还有一个轴的任意数据。',
    'The same shape, of length 1 along the axis.': '形状不变，沿该轴的长度为 1。',
    WeightNorm: '权重归一化',
    'A dense layer that learns the direction and the length of its weights apart, which can make steps go straighter.':
      '一种全连接层，把权重的方向和长度分开学习，可以使更新走得更直。',
    'How many outputs.': '有多少个输出。',
    'Direction initialiser': '方向初始化',
    'How the first directions are drawn; zeros have none.': '初始方向怎样抽取；全零没有方向。',
    'Length initialiser': '长度初始化',
    'First values of the lengths.': '长度的初始值。',
  },
  patterns: [],
}
