/** Titles, docs, settings and ports of pools. */
import type { Phrases } from '../../translate'

export const nodesPool: Phrases = {
  exact: {
    MaxPool1D: '一维最大池化',
    'Keeps the largest number under each window of a sequence: whether a pattern was found matters more than where exactly.':
      '保留序列每个窗口下最大的数：是否找到某种模式，比确切在哪里更重要。',
    'Pool size': '池化窗口大小',
    'How far the window moves at a time, along the sequence.': '窗口每次沿序列移动多远。',
    'valid leaves out what does not fill a window; same lets the last window hang over the edge.':
      'valid 舍去填不满一个窗口的部分；same 允许最后一个窗口伸出边缘。',
    'Shorter sequences with the same channels.': '更短的序列，通道不变。',
    MaxPool2D: '二维最大池化',
    'Keeps the largest number under each window of an image: whether a pattern was found matters more than where exactly.':
      '保留图像每个窗口下最大的数：是否找到某种模式，比确切在哪里更重要。',
    'How far the window moves at a time, down and across.': '窗口每次向下和向右移动多远。',
    'Smaller images with the same channels.': '更小的图像，通道不变。',
    MaxPool3D: '三维最大池化',
    'Keeps the largest number under each window of a volume: whether a pattern was found matters more than where exactly.':
      '保留体积每个窗口下最大的数：是否找到某种模式，比确切在哪里更重要。',
    'How far the window moves at a time, in, down and across.': '窗口每次沿深度、向下和向右移动多远。',
    'Smaller volumes with the same channels.': '更小的体积，通道不变。',
    AveragePool1D: '一维平均池化',
    'Takes the mean under each window of a sequence and so makes it shorter and smoother.':
      '取序列每个窗口下的平均值，使序列变短、变平滑。',
    AveragePool2D: '二维平均池化',
    'Takes the mean under each window of an image and so makes it smaller and smoother.':
      '取图像每个窗口下的平均值，使图像变小、变平滑。',
    AveragePool3D: '三维平均池化',
    'Takes the mean under each window of a volume and so makes it smaller and smoother.':
      '取体积每个窗口下的平均值，使体积变小、变平滑。',
    GlobalAveragePool1D: '一维全局平均池化',
    'Takes the mean of each channel over the whole sequence: how strongly a pattern was found at all. Often stands before the last Dense.':
      '对整个序列取每个通道的平均值：某种模式总体上出现得有多强。常放在最后一个全连接层之前。',
    'B × channels.': 'B × 通道数。',
    GlobalAveragePool2D: '二维全局平均池化',
    'Takes the mean of each channel over the whole image: how strongly a pattern was found at all. Often stands before the last Dense.':
      '对整幅图像取每个通道的平均值：某种模式总体上出现得有多强。常放在最后一个全连接层之前。',
    GlobalAveragePool3D: '三维全局平均池化',
    'Takes the mean of each channel over the whole volume: how strongly a pattern was found at all. Often stands before the last Dense.':
      '对整个体积取每个通道的平均值：某种模式总体上出现得有多强。常放在最后一个全连接层之前。',
    GlobalMaxPool1D: '一维全局最大池化',
    'Keeps the largest number of each channel over the whole sequence: whether a pattern was found anywhere at all.':
      '对整个序列保留每个通道最大的数：某种模式是否在任何地方出现过。',
    GlobalMaxPool2D: '二维全局最大池化',
    'Keeps the largest number of each channel over the whole image: whether a pattern was found anywhere at all.':
      '对整幅图像保留每个通道最大的数：某种模式是否在任何地方出现过。',
    GlobalMaxPool3D: '三维全局最大池化',
    'Keeps the largest number of each channel over the whole volume: whether a pattern was found anywhere at all.':
      '对整个体积保留每个通道最大的数：某种模式是否在任何地方出现过。',
  },
  patterns: [],
}
