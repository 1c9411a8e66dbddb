/** Names, goals and expected results of the examples. */
import type { Phrases } from '../../translate'

export const examples: Phrases = {
  exact: {
    'Backpropagation by hand': '手算反向传播',
    'The well-known worked example with two inputs, two hidden and two output neurons, every number checked by hand.':
      '那个著名的演算例题：两个输入、两个隐藏神经元和两个输出神经元，每个数都经过手工核对。',
    'The loss is 0.298371 before the first step, and w5 (output:kernel, row 1, column 1) is 0.358916 after it.':
      '第一步之前损失为 0.298371，第一步之后 w5（output:kernel 第 1 行第 1 列）为 0.358916。',
    'Deep residual': '深层残差',
    'The cure of deep-sigmoid, as deep as it: ten residual blocks of two dense layers each, with ReLU, He initialisation and batch normalisation.':
      '“深层 sigmoid”的解药，和它一样深：十个残差块，每块两个全连接层，配上 ReLU、He 初始化和批归一化。',
    'It learns: test accuracy 0.93 or better on seeds 1, 2 and 3, and the relative gradient of the first layers is within a factor of 10 of that of the last (flow F between -1 and 1).':
      '它学得会：种子为 1、2、3 时测试准确率都不低于 0.93，最前几层的相对梯度与最后几层相差不到 10 倍（梯度流 F 在 −1 与 1 之间）。',
    'Deep sigmoid': '深层 sigmoid',
    'See a gradient vanish. Twenty sigmoid layers on the digits, Glorot initialisation, as in the textbooks of the nineties.':
      '亲眼看到梯度消失：用二十个 sigmoid 层识别手写数字，Glorot 初始化，就像九十年代教科书里那样。',
    'It does not learn: test accuracy stays at 0.20 or less on seeds 1, 2 and 3, and the relative gradient of the first layers is more than 1,000 times smaller than that of the last (flow F below -3).':
      '它学不会：种子为 1、2、3 时测试准确率都停在 0.20 或更低，最前几层的相对梯度不到最后几层的千分之一（梯度流 F 低于 −3）。',
    'Digits, convolution': '手写数字：卷积',
    'Read handwritten digits of 8 × 8 pixels with patterns that are looked for everywhere.':
      '识别 8 × 8 像素的手写数字，并在图像的每一处寻找同样的模式。',
    'Test accuracy 0.97 or better on 359 digits never seen, on seeds 1, 2 and 3, in about a minute on two processor cores.':
      '种子为 1、2、3 时，在 359 个从未见过的数字上测试准确率都不低于 0.97；用两个处理器核心约需一分钟。',
    'Digits, dense': '手写数字：全连接层',
    'Read handwritten digits of 8 × 8 pixels with dense layers only.':
      '只用全连接层识别 8 × 8 像素的手写数字。',
    'Test accuracy 0.95 or better on 359 digits never seen, on seeds 1, 2 and 3.':
      '种子为 1、2、3 时，在 359 个从未见过的数字上测试准确率都不低于 0.95。',
    Iris: '鸢尾花',
    'Name the species of an iris from four lengths (Fisher 1936).':
      '根据四个长度判断鸢尾花的品种（Fisher，1936）。',
    'Test accuracy 0.90 or better on 30 flowers never seen, on seeds 1, 2 and 3.':
      '种子为 1、2、3 时，在 30 朵从未见过的花上测试准确率都不低于 0.90。',
    'Ring GAN': '环形 GAN',
    'Two nets against each other. The generator turns noise into points, the discriminator tells them from real points on a ring of eight Gaussians; each learns in a training step of its own.':
      '两个网络互相对抗：生成器把噪声变成点，判别器把它们与真实的点区分开，真实的点来自排成一圈的八个高斯分布；两者各在自己的训练步骤中学习。',
    'The generator reaches all eight Gaussians, and 0.70 or more of its points lie within 0.4 of a centre (four deviations), on seeds 1, 2 and 3.':
      '种子为 1、2、3 时，生成器都能到达全部八个高斯分布，并且不少于 0.70 的点落在某个中心的 0.4（四个标准差）之内。',
    'Sequence memory, LSTM': '序列记忆：LSTM',
    'Read twelve symbols one by one and name the first at the end: a task for memory.':
      '逐个读入十二个符号，最后说出第一个是什么：一项考验记忆的任务。',
    'Test accuracy 0.95 or better on seeds 1, 2 and 3.': '种子为 1、2、3 时，测试准确率都不低于 0.95。',
    'Tiny transformer': '微型 Transformer',
    'Write eight random symbols backwards. Each place must find out where to look: attention does.':
      '把八个随机符号倒着写出来。每个位置都要找到该看哪里：这正是注意力所做的。',
    '0.98 or more of all symbols right on test sequences never seen, on seeds 1, 2 and 3.':
      '种子为 1、2、3 时，在从未见过的测试序列上，不少于 0.98 的符号正确。',
    XOR: '异或（XOR）',
    'Tell apart what no straight line can: exclusive or.': '分开任何直线都分不开的东西：异或。',
    'All four answers right (accuracy 1.00) on seeds 1, 2 and 3.':
      '种子为 1、2、3 时，四个答案全部正确（准确率 1.00）。',
    'Krizhevsky 2014, "One weird trick for parallelizing convolutional neural networks", as torchvision has it (torchvision.models.alexnet, 61,100,840 weights): one tower, no local response normalisation.':
      'Krizhevsky（2014），“One weird trick for parallelizing convolutional neural networks”，与 torchvision 的实现相同（torchvision.models.alexnet，61,100,840 个权重）：单塔结构，没有局部响应归一化。',
    'Devlin et al. 2019, "BERT: pre-training of deep bidirectional transformers", base, uncased: 30,522 tokens, 512 places, 12 layers of width 768, and the pooler over the first token. 109,482,240 weights (transformers.BertModel).':
      'Devlin 等（2019），“BERT: pre-training of deep bidirectional transformers”，base、不区分大小写：30,522 个词元，512 个位置，12 层，宽度 768，外加作用于第一个词元的池化层。109,482,240 个权重（transformers.BertModel）。',
    'Radford et al. 2018, "Improving language understanding by generative pre-training": 40,478 tokens, 512 places, 12 layers of width 768 with the norm after each sum. 116,534,784 weights (transformers.OpenAIGPTModel); the output is the embedding again.':
      'Radford 等（2018），“Improving language understanding by generative pre-training”：40,478 个词元，512 个位置，12 层，宽度 768，每次相加之后归一化。116,534,784 个权重（transformers.OpenAIGPTModel）；输出层与嵌入共用权重。',
    'Radford et al. 2019, "Language models are unsupervised multitask learners", the smallest: 50,257 tokens, 1024 places, 12 layers of width 768. 124,439,808 weights (transformers.GPT2Model "gpt2"); the output is the embedding again.':
      'Radford 等（2019），“Language models are unsupervised multitask learners”，最小的一个：50,257 个词元，1024 个位置，12 层，宽度 768。124,439,808 个权重（transformers.GPT2Model "gpt2"）；输出层与嵌入共用权重。',
    'Radford et al. 2019, "Language models are unsupervised multitask learners", the largest: 50,257 tokens, 1024 places, 48 layers of width 1600 with 25 heads. 1,557,611,200 weights (transformers.GPT2Model "gpt2-xl"); the output is the embedding again.':
      'Radford 等（2019），“Language models are unsupervised multitask learners”，最大的一个：50,257 个词元，1024 个位置，48 层，宽度 1600，25 个头。1,557,611,200 个权重（transformers.GPT2Model "gpt2-xl"）；输出层与嵌入共用权重。',
    'LeCun et al. 1998, "Gradient-based learning applied to document recognition", in the form that is taught today: 28 × 28 images padded to 32 × 32 by the first convolution, plain average pools, every map of the second convolution sees all six before it, and ten logits. 61,706 weights.':
      'LeCun 等（1998），“Gradient-based learning applied to document recognition”，采用如今教学中的形式：28 × 28 的图像由第一个卷积填充到 32 × 32，使用普通的平均池化，第二个卷积的每个特征图都能看到前面全部六个，最后是十个 logits。61,706 个权重。',
    'Howard et al. 2017, "MobileNets", width 1.0 at 224 × 224: 4,253,864 weights with moving statistics (keras.applications.MobileNet) and 568,740,352 multiply-adds (the paper: 569 million).':
      'Howard 等（2017），“MobileNets”，宽度 1.0，输入 224 × 224：含移动统计量共 4,253,864 个权重（keras.applications.MobileNet），568,740,352 次乘加（论文：5.69 亿）。',
    'He et al. 2016, "Deep residual learning for image recognition", as keras.applications.ResNet50 has it: the stride stands in the first 1 × 1 convolution and convolutions keep their biases. 25,636,712 weights with the moving statistics of its normalisations.':
      'He 等（2016），“Deep residual learning for image recognition”，与 keras.applications.ResNet50 的实现相同：步幅放在第一个 1 × 1 卷积上，卷积保留偏置。含归一化的移动统计量共 25,636,712 个权重。',
    'Vaswani et al. 2017, "Attention is all you need", base model, 37,000 tokens: the encoder’s embedding, the decoder’s and the output are one matrix. 18,944,000 + 6 × 3,152,384 + 6 × 4,204,032 = 63,082,496 weights (the paper rounds to 65 million).':
      'Vaswani 等（2017），“Attention is all you need”，base 模型，37,000 个词元：编码器的嵌入、解码器的嵌入和输出层是同一个矩阵。18,944,000 + 6 × 3,152,384 + 6 × 4,204,032 = 63,082,496 个权重（论文取整为 6500 万）。',
    'Ronneberger et al. 2015, "U-Net: convolutional networks for biomedical image segmentation": unpadded 3 × 3 convolutions, 2 × 2 up-convolutions with biases, skips cropped, 572 × 572 × 1 in and 388 × 388 × 2 out. 31,030,658 weights.':
      'Ronneberger 等（2015），“U-Net: convolutional networks for biomedical image segmentation”：不填充的 3 × 3 卷积，带偏置的 2 × 2 上卷积，跳跃连接经过裁剪，输入 572 × 572 × 1，输出 388 × 388 × 2。31,030,658 个权重。',
    'Simonyan & Zisserman 2015, "Very deep convolutional networks for large-scale image recognition", configuration D: 138,357,544 weights (keras.applications.VGG16) and 15,470,264,320 multiply-adds at 224 × 224.':
      'Simonyan 与 Zisserman（2015），“Very deep convolutional networks for large-scale image recognition”，配置 D：138,357,544 个权重（keras.applications.VGG16），输入 224 × 224 时 15,470,264,320 次乘加。',
    'Dosovitskiy et al. 2021, "An image is worth 16x16 words", base with patches of 16 × 16 at 224 × 224: 86,567,656 weights (torchvision.models.vit_b_16).':
      'Dosovitskiy 等（2021），“An image is worth 16x16 words”，base，输入 224 × 224，图块 16 × 16：86,567,656 个权重（torchvision.models.vit_b_16）。',
    'Transformer base': 'Transformer 基础版',
  },
  patterns: [],
}
