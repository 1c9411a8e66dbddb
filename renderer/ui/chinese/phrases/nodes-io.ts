/** Titles, docs, settings and ports of the nodes where data enters and leaves. */
import type { Phrases } from '../../translate'

export const nodesIo: Phrases = {
  exact: {
    Data: '数据',
    'Gives the samples to learn from and what should come out for each. A share is held back, to see how well the net does on what it never saw.':
      '给出要学习的样本，以及每个样本应得的答案。其中留出一部分不参加训练，用来看网络在没见过的数据上做得如何。',
    Dataset: '数据集',
    'Where the samples come from: a table, numbers written here, or a made-up task.':
      '样本从哪里来：表格、写在这里的数，或人造的任务。',
    Shape: '形状',
    'Shape of one sample, e.g. 8 × 8 × 1 for an image; empty leaves it as it comes.':
      '单个样本的形状，例如图像写 8 × 8 × 1；留空则保持原样。',
    Scale: '缩放',
    'Scale target': '缩放目标',
    'standardise brings targets that are amounts to mean 0 and deviation 1 (measured on the training split): losses and metrics then count in deviations.':
      'standardise（标准化）把数量型的目标值变成均值 0、标准差 1（按训练集计算）；此后损失和指标都以标准差为单位。',
    'standardise brings every column to mean 0 and deviation 1 (measured on the training split); divide divides by a number.':
      'standardise（标准化）把每一列变成均值 0、标准差 1（按训练集计算）；divide（除以常数）把数除以一个固定的数。',
    none: '无',
    standardise: '标准化',
    divide: '除以常数',
    'Divide by': '除数',
    'What divide divides by: 255 for bytes, 16 for the 8 × 8 digits.':
      '“除以常数”所用的除数：字节用 255，8 × 8 的手写数字用 16。',
    Encoding: '编码',
    'How a class is written: as its number (sparse cross-entropy) or as one column a class (categorical cross-entropy).':
      '类别怎样书写：写成类别编号（用于稀疏交叉熵），或每个类别占一列（用于分类交叉熵）。',
    index: '编号',
    'one-hot': '独热',
    Validation: '验证',
    'Share of the samples kept back to watch the training with.': '训练过程中用来观察效果的样本所占的比例。',
    Test: '测试',
    'Share of the samples kept back for the very end.': '一直留到最后才使用的样本所占的比例。',
    'Split seed': '划分种子',
    'Which samples fall into which split; the same number always gives the same splits.':
      '决定哪些样本进入哪一份；同一个数总是得到同样的划分。',
    Shuffle: '打乱',
    'Deal the training samples anew in every epoch.': '每一轮都重新打乱训练样本的次序。',
    'The samples.': '样本。',
    'What should come out for each; missing where the dataset has no targets.':
      '每个样本应得的答案；数据集没有目标时没有这个输出。',
    Input: '输入',
    'Where the exported model takes numbers in. With a wire it passes them on, and the exported model starts here; without one it stands for numbers to come.':
      '导出的模型从这里接收数据。接了连线时，数据原样通过，导出的模型从这里开始；没有连线时，它代表将来要给的数。',
    'Shape of one sample, while nothing is wired. -1 on one axis: any length, the same all along (a sequence).':
      '没有连线时，单个样本的形状。某一轴写 -1 表示长度任意，但处处一致（序列）。',
    Values: '取值',
    'Real numbers or token ids, while nothing is wired.': '没有连线时，是实数还是词元编号。',
    numbers: '实数',
    tokens: '词元',
    'What the model is given in training.': '训练时交给模型的数据。',
    'The same, or what was declared.': '同样的数据，或所声明的内容。',
    Output: '输出',
    'Marks a value as an output of the model that is exported, for nets whose answer is not what a loss is taken of.':
      '把一个值标记为导出模型的输出，适合答案并不用来计算损失的网络。',
    'The value to give out.': '要输出的值。',
    'Locked layer': '锁定层',
    'A layer that came with an imported file and has no counterpart here. It keeps its settings; replace it before training.':
      '随导入的文件而来、在这里没有对应节点的层。它的设置会保留；训练之前请把它替换掉。',
    Source: '来源',
    'The program whose layer it is.': '这一层来自哪个程序。',
    keras: 'Keras',
    tfjs: 'TensorFlow.js',
    onnx: 'ONNX',
    Op: '算子',
    'Its class or operator there.': '它在那里的类名或算子名。',
    Attributes: '属性',
    'Its settings there, as JSON.': '它在那里的设置，以 JSON 书写。',
    'What flowed into it.': '流入它的数据。',
    'What came out of it.': '从它流出的数据。',
  },
  patterns: [],
}
