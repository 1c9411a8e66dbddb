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
  'Krizhevsky 2014, "One weird trick for parallelizing convolutional neural networks", as torchvision has it (torchvision.models.alexnet, 61,100,840 weights): one tower, no local response normalisation.':
    'Krizhevsky 2014，“One weird trick for parallelizing convolutional neural networks”，按 torchvision 的写法（torchvision.models.alexnet，61,100,840 个权重）：单塔，没有局部响应归一化。',
  'Devlin et al. 2019, "BERT: pre-training of deep bidirectional transformers", base, uncased: 30,522 tokens, 512 places, 12 layers of width 768, and the pooler over the first token. 109,482,240 weights (transformers.BertModel).':
    'Devlin 等 2019，“BERT: pre-training of deep bidirectional transformers”，base、不分大小写：30,522 个词元，512 个位置，12 层，宽 768，另有首个词元上的池化层。109,482,240 个权重（transformers.BertModel）。',
  'Radford et al. 2018, "Improving language understanding by generative pre-training": 40,478 tokens, 512 places, 12 layers of width 768 with the norm after each sum. 116,534,784 weights (transformers.OpenAIGPTModel); the output is the embedding again.':
    'Radford 等 2018，“Improving language understanding by generative pre-training”：40,478 个词元，512 个位置，12 层，宽 768，每次求和之后归一化。116,534,784 个权重（transformers.OpenAIGPTModel）；输出层复用嵌入。',
  'Radford et al. 2019, "Language models are unsupervised multitask learners", the smallest: 50,257 tokens, 1024 places, 12 layers of width 768. 124,439,808 weights (transformers.GPT2Model "gpt2"); the output is the embedding again.':
    'Radford 等 2019，“Language models are unsupervised multitask learners”，最小的一个：50,257 个词元，1024 个位置，12 层，宽 768。124,439,808 个权重（transformers.GPT2Model “gpt2”）；输出层复用嵌入。',
  'Radford et al. 2019, "Language models are unsupervised multitask learners", the largest: 50,257 tokens, 1024 places, 48 layers of width 1600 with 25 heads. 1,557,611,200 weights (transformers.GPT2Model "gpt2-xl"); the output is the embedding again.':
    'Radford 等 2019，“Language models are unsupervised multitask learners”，最大的一个：50,257 个词元，1024 个位置，48 层，宽 1600，25 个头。1,557,611,200 个权重（transformers.GPT2Model “gpt2-xl”）；输出层复用嵌入。',
  'LeCun et al. 1998, "Gradient-based learning applied to document recognition", in the form that is taught today: 28 × 28 images padded to 32 × 32 by the first convolution, plain average pools, every map of the second convolution sees all six before it, and ten logits. 61,706 weights.':
    'LeCun 等 1998，“Gradient-based learning applied to document recognition”，按如今课堂上的形式：28 × 28 的图像由第一层卷积填充到 32 × 32，普通的平均池化，第二层卷积的每个特征图都看到前面全部六个，最后是十个 logits。61,706 个权重。',
  'Howard et al. 2017, "MobileNets", width 1.0 at 224 × 224: 4,253,864 weights with moving statistics (keras.applications.MobileNet) and 568,740,352 multiply-adds (the paper: 569 million).':
    'Howard 等 2017，“MobileNets”，宽度 1.0，224 × 224：含滑动统计量共 4,253,864 个权重（keras.applications.MobileNet），568,740,352 次乘加运算（论文：5.69 亿）。',
  'He et al. 2016, "Deep residual learning for image recognition", as keras.applications.ResNet50 has it: the stride stands in the first 1 × 1 convolution and convolutions keep their biases. 25,636,712 weights with the moving statistics of its normalisations.':
    'He 等 2016，“Deep residual learning for image recognition”，按 keras.applications.ResNet50 的写法：步幅在第一个 1 × 1 卷积里，卷积保留偏置。含归一化的滑动统计量共 25,636,712 个权重。',
  'Vaswani et al. 2017, "Attention is all you need", base model, 37,000 tokens: the encoder’s embedding, the decoder’s and the output are one matrix. 18,944,000 + 6 × 3,152,384 + 6 × 4,204,032 = 63,082,496 weights (the paper rounds to 65 million).':
    'Vaswani 等 2017，“Attention is all you need”，base 模型，37,000 个词元：编码器的嵌入、解码器的嵌入与输出层是同一个矩阵。18,944,000 + 6 × 3,152,384 + 6 × 4,204,032 = 63,082,496 个权重（论文取整为 6500 万）。',
  'Ronneberger et al. 2015, "U-Net: convolutional networks for biomedical image segmentation": unpadded 3 × 3 convolutions, 2 × 2 up-convolutions with biases, skips cropped, 572 × 572 × 1 in and 388 × 388 × 2 out. 31,030,658 weights.':
    'Ronneberger 等 2015，“U-Net: convolutional networks for biomedical image segmentation”：3 × 3 卷积不填充，2 × 2 上卷积带偏置，跳跃连接经裁剪，输入 572 × 572 × 1，输出 388 × 388 × 2。31,030,658 个权重。',
  'Simonyan & Zisserman 2015, "Very deep convolutional networks for large-scale image recognition", configuration D: 138,357,544 weights (keras.applications.VGG16) and 15,470,264,320 multiply-adds at 224 × 224.':
    'Simonyan 与 Zisserman 2015，“Very deep convolutional networks for large-scale image recognition”，配置 D：138,357,544 个权重（keras.applications.VGG16），224 × 224 时 15,470,264,320 次乘加运算。',
  'Dosovitskiy et al. 2021, "An image is worth 16x16 words", base with patches of 16 × 16 at 224 × 224: 86,567,656 weights (torchvision.models.vit_b_16).':
    'Dosovitskiy 等 2021，“An image is worth 16x16 words”，base，224 × 224，图块 16 × 16：86,567,656 个权重（torchvision.models.vit_b_16）。',
  'no linear model gets more than three of four (0.75).': '任何线性模型最多答对四个中的三个（0.75）。',
}
