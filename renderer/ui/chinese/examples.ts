/** What the examples call their nodes and blocks, and the lines of their notes that stand on no start page, in Chinese. */
export const exampleLabels: Readonly<Record<string, string>> = {
  Accuracy: '准确率',
  Add: '相加',
  Answer: '答案',
  Attention: '注意力',
  Bend: '非线性',
  Convolution: '卷积',
  Dense: '全连接层',
  'Digits 8 × 8': '手写数字 8 × 8',
  Dropout: '随机失活',
  Embedding: '嵌入',
  Encoder: '编码器',
  Entry: '入口',
  Flatten: '展平',
  'Fool it': '骗过判别器',
  'Four samples': '四个样本',
  Generate: '生成',
  Hidden: '隐藏层',
  'Is it real? (made)': '判真伪（生成）',
  'Is it real? (real)': '判真伪（真实）',
  Iris: '鸢尾花',
  Look: '观察',
  Loss: '损失',
  'Made is made': '生成判为生成',
  'Made points': '生成的点',
  'Max pool': '最大池化',
  Memory: '记忆',
  Narrow: '收窄',
  Noise: '噪声',
  Normalise: '归一化',
  'One sample': '一个样本',
  Output: '输出',
  Points: '点',
  Position: '位置',
  'Real is real': '真实判为真实',
  Residual: '残差',
  'Ring of Gaussians': '环形高斯分布',
  Scores: '得分',
  Sequences: '序列',
  Symbols: '符号',
  Verdict: '判定',
  Widen: '展宽',
  // Blocks.
  Bottleneck: '瓶颈块',
  'Bottleneck with projection': '带投影的瓶颈块',
  'Convolution 3 × 3': '卷积 3 × 3',
  'Convolution and pool': '卷积与池化',
  'Decoder layer': '解码器层',
  'Dense and dropout': '全连接与随机失活',
  Discriminator: '判别器',
  'Dropout and dense': '随机失活与全连接',
  'Encoder layer': '编码器层',
  'Padded convolution': '带填充的卷积',
  'Separable convolution': '可分离卷积',
  'Two convolutions': '两层卷积',
  'Up-convolution and skip': '上卷积与跳跃连接',
}

/** How lines of notes begin. */
export const noteStarts: Readonly<Record<string, string>> = {
  Goal: '目标',
  Expected: '预期',
  'Trivial baseline': '最简基线',
}

export const noteLines: Readonly<Record<string, string>> = {
  'Inputs 0.05 and 0.10; weights 0.15 to 0.55; biases 0.35 and 0.60; targets 0.01 and 0.99; learning rate 0.5.':
    '输入 0.05 与 0.10；权重 0.15 至 0.55；偏置 0.35 与 0.60；目标 0.01 与 0.99；学习率 0.5。',
  'w5 stays 0.40 without a step.': '不训练时 w5 保持 0.40。',
  'Mean squared error over two outputs equals the half sum of the textbook. The biases learn here, too; the first step of the weights is the same.':
    '两个输出的均方误差等于教科书中的平方和之半。这里偏置也参与学习；权重的第一步与教科书相同。',
  'always the most frequent digit, 0.10; deep-sigmoid stays there.':
    '总是猜最常见的数字，0.10；深层 sigmoid 就停在那里。',
  'always the most frequent digit, 0.10. The cure is the example deep-residual.':
    '总是猜最常见的数字，0.10。解决之道见示例“深层残差”。',
  'always the most frequent digit, 0.10.': '总是猜最常见的数字，0.10。',
  'always the same species, 0.33.': '总是猜同一种花，0.33。',
  'a generator that has not learned gives points around the middle: no Gaussian is reached. A collapsed one reaches one.':
    '未经学习的生成器给出的点聚在中间，到不了任何一个高斯分布；模式坍塌的生成器只能到达一个。',
  'guess one of eight symbols, 0.125; whoever sees only the last symbol does no better.':
    '从八个符号中随意猜一个，0.125；只看最后一个符号也不会更好。',
  'guess one of ten symbols, 0.10. Without position embeddings it cannot do better either: reversing needs the order.':
    '从十个符号中随意猜一个，0.10。没有位置嵌入时也不会更好：要反转就得知道顺序。',
  'no linear model gets more than three of four (0.75).': '任何线性模型最多答对四个中的三个（0.75）。',
}
