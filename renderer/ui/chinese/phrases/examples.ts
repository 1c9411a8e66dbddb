/** Names, goals and expected results of the examples. */
import type { Phrases } from '../../translate'

export const examples: Phrases = {
  exact: {
    'Backpropagation by hand': '手算反向传播',
    'The well-known worked example with two inputs, two hidden and two output neurons, every number checked by hand.':
      '那个著名的演算例题：两个输入、两个隐藏神经元和两个输出神经元，每个数都经过手工核对。',
    'The loss is 0.298371 before the first step, and w5 (output:kernel, row 1, column 1) is 0.358916 after it.':
      '第一步之前损失为 0.298371，第一步之后 w5（output:kernel 第 1 行第 1 列）为 0.358916。',
    'Deep residual': '深层残差网络',
    'The cure of deep-sigmoid, as deep as it: ten residual blocks of two dense layers each, with ReLU, He initialisation and batch normalisation.':
      '“深层 sigmoid”的解药，和它一样深：十个残差块，每块两个全连接层，配上 ReLU、He 初始化和批归一化。',
    'It learns: test accuracy 0.93 or better on seeds 1, 2 and 3, and the relative gradient of the first layers is within a factor of 10 of that of the last (flow F between -1 and 1).':
      '它学得会：种子为 1、2、3 时测试准确率都不低于 0.93，最前几层的相对梯度与最后几层相差不到 10 倍（梯度流 F 在 -1 与 1 之间）。',
    'Deep sigmoid': '深层 sigmoid',
    'See a gradient vanish. Twenty sigmoid layers on the digits, Glorot initialisation, as in the textbooks of the nineties.':
      '亲眼看到梯度消失：用二十个 sigmoid 层识别手写数字，Glorot 初始化，就像九十年代教科书里那样。',
    'It does not learn: test accuracy stays at 0.20 or less on seeds 1, 2 and 3, and the relative gradient of the first layers is more than 1,000 times smaller than that of the last (flow F below -3).':
      '它学不会：种子为 1、2、3 时测试准确率都停在 0.20 或更低，最前几层的相对梯度不到最后几层的千分之一（梯度流 F 低于 -3）。',
    'Digits, convolution': '手写数字，卷积',
    'Read handwritten digits of 8 × 8 pixels with patterns that are looked for everywhere.':
      '识别 8 × 8 像素的手写数字，并在图像的每一处寻找同样的模式。',
    'Test accuracy 0.97 or better on 359 digits never seen, on seeds 1, 2 and 3, in about a minute on two processor cores.':
      '种子为 1、2、3 时，在 359 个从未见过的数字上测试准确率都不低于 0.97；用两个处理器核心约需一分钟。',
    'Digits, dense': '手写数字，全连接',
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
    'Remember the first': '记住第一个',
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
  },
  patterns: [],
}
