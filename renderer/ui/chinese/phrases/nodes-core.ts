/** Titles, docs, settings and ports of the core nodes. */
import type { Phrases } from '../../translate'

export const nodesCore: Phrases = {
  exact: {
    Dense: '全连接层',
    'Every output is a weighted sum of all inputs plus a bias, passed through an activation. On inputs with more axes it works on the last one.':
      '每个输出都是所有输入的加权和再加上偏置，然后经过激活函数。输入有多个轴时，作用在最后一个轴上。',
    Units: '单元数',
    'How many outputs. More can tell finer differences apart, and cost more.':
      '有多少个输出。越多越能分辨细微的差别，代价也越大。',
    Activation: '激活函数',
    'Bends the sums; without a bend, several dense layers are no more than one.':
      '让加权和“弯曲”；没有这个弯曲，再多的全连接层也只相当于一层。',
    linear: 'linear（恒等）',
    relu: 'relu',
    elu: 'elu',
    selu: 'selu',
    sigmoid: 'sigmoid',
    tanh: 'tanh',
    softmax: 'softmax',
    softplus: 'softplus',
    softsign: 'softsign',
    swish: 'swish',
    gelu: 'gelu',
    'Use bias': '使用偏置',
    'Adds one learned number to every output.': '给每个输出加上一个可学习的数。',
    'Kernel initialiser': '权重初始化',
    'How the first weights are drawn. Glorot suits tanh and sigmoid, He suits relu.':
      '初始权重怎样抽取。Glorot 适合 tanh 和 sigmoid，He 适合 relu。',
    'Bias initialiser': '偏置初始化',
    'How the first biases are drawn.': '初始偏置怎样抽取。',
    'Features on the last axis.': '特征在最后一个轴上。',
    'The same axes, the last one as long as there are units.': '各轴不变，只是最后一个轴的长度等于单元数。',
    Bias: '偏置层',
    'Adds one learned number to every feature. Dense and convolution have their own; this stands where something comes between.':
      '给每个特征加上一个可学习的数。全连接层和卷积层自带偏置；这个节点用在中间还隔着别的运算的地方。',
    'Numbers with the features on the last axis.': '特征在最后一个轴上的数据。',
    'The same shape.': '形状不变。',
    'Multiplies every feature by a learned number of its own, and can add another. Small first factors let a deep residual net start gently.':
      '把每个特征乘以各自可学习的系数，还可以再加上一个数。初始系数取得小，可以让很深的残差网络平稳起步。',
    'Use shift': '使用平移',
    'Adds one learned number to every feature as well.': '同时给每个特征加上一个可学习的数。',
    'Scale initialiser': '系数初始化',
    'First values of the factors.': '系数的初始值。',
    'Shift initialiser': '平移初始化',
    'First values of what is added.': '平移量的初始值。',
    'Applies one function to every number. Without it, a stack of layers can learn no more than a single one.':
      '把同一个函数作用在每个数上。没有它，再多的层也学不到比单独一层更多的东西。',
    Function: '函数',
    'Which function. swish is SiLU, gelu the exact one (erf). softmax makes the numbers along an axis add up to one.':
      '使用哪个函数。swish 就是 SiLU，gelu 是精确形式（用 erf）。softmax 使沿某个轴的数之和为 1。',
    'leaky-relu': 'leaky-relu',
    celu: 'celu',
    relu6: 'relu6',
    threshold: 'threshold（阈值）',
    'gelu-tanh': 'gelu-tanh',
    'hard-swish': 'hard-swish',
    mish: 'mish',
    'hard-sigmoid': 'hard-sigmoid',
    'sparse-sigmoid': 'sparse-sigmoid',
    'log-sigmoid': 'log-sigmoid',
    'hard-tanh': 'hard-tanh',
    'tanh-shrink': 'tanh-shrink',
    'hard-shrink': 'hard-shrink',
    'soft-shrink': 'soft-shrink',
    'sparse-plus': 'sparse-plus',
    squareplus: 'squareplus',
    exponential: 'exponential（指数）',
    'log-softmax': 'log-softmax',
    sparsemax: 'sparsemax',
    Slope: '斜率',
    'How steep leaky-relu is below zero; the other functions have no slope to set.':
      'leaky-relu 在零以下有多陡；其他函数没有斜率可设。',
    Alpha: 'alpha（α）',
    'How far below zero elu and celu go; the other functions have none.':
      'elu 和 celu 在零以下能降到多低；其他函数没有这个参数。',
    'threshold keeps what is larger; hard-shrink and soft-shrink set what is nearer to zero to zero.':
      'threshold 保留比它大的数；hard-shrink 和 soft-shrink 把离零更近的数变为零。',
    Value: '数值',
    'What threshold puts in the place of numbers that are not larger.': 'threshold 用什么数替换不够大的数。',
    Axis: '轴',
    'The axis along which softmax, log-softmax and sparsemax work; -1 is the last one.':
      'softmax、log-softmax 和 sparsemax 沿哪个轴计算；-1 表示最后一个轴。',
    'Any numbers.': '任意的数。',
    PReLU: 'PReLU',
    'Passes positive numbers on and multiplies negative ones by a slope that is learned.':
      '正数原样通过，负数乘以一个可学习的斜率。',
    'Shared axes': '共享轴',
    'Axes along which one slope serves all: 1, 2 for images gives one slope a channel. Empty gives every place its own.':
      '沿这些轴共用同一个斜率：图像写 1, 2，就是每个通道一个斜率。留空则每个位置各有一个。',
    'Alpha initialiser': '斜率初始化',
    'First values of the slopes; 0 begins as relu.': '斜率的初始值；0 表示一开始就是 relu。',
    'Numbers with an axis after the batch.': '批量轴之后还有一个轴的数据。',
    GLU: 'GLU',
    'Halves an axis: the second half, through a gate, says how much of the first half passes. Put it after a Dense of twice the units.':
      '把一个轴对半分开：后一半经过门控，决定前一半能通过多少。请放在单元数为两倍的全连接层之后。',
    Gate: '门控',
    'What the second half goes through: sigmoid is GLU, swish SwiGLU, gelu GEGLU, relu ReGLU, linear the bilinear form.':
      '后一半经过的函数：sigmoid 是 GLU，swish 是 SwiGLU，gelu 是 GEGLU，relu 是 ReGLU，linear 是双线性形式。',
    'The axis that is halved; -1 is the last one (features).': '要对半分开的轴；-1 表示最后一个轴（特征）。',
    'Numbers with an axis of even length.': '有一个轴长度为偶数的数据。',
    'The same axes, one of them half as long.': '各轴不变，只是其中一个轴的长度减半。',
    Dropout: 'Dropout（随机失活）',
    'While training, sets a random share of the numbers to zero, so that no unit can rely on one other. In evaluation it does nothing.':
      '训练时随机把一部分数置零，使任何单元都不能依赖另一个单元。评估时不起作用。',
    Rate: '比率',
    'The share that is set to zero; the others grow by 1 / (1 - rate).':
      '置零的比例；其余的数放大 1 / (1 - 比率) 倍。',
    SpatialDropout: '空间 Dropout',
    'While training, sets a random share of the channels to zero at all places of a sample at once. In evaluation it does nothing.':
      '训练时随机把一部分通道整个置零，一个样本的所有位置同时置零。评估时不起作用。',
    'The share of channels that is set to zero; the others grow by 1 / (1 - rate).':
      '置零的通道所占的比例；其余通道放大 1 / (1 - 比率) 倍。',
    'Places (a line, an image or a volume) with the channels on the last axis.':
      '若干位置（一条线、一幅图像或一个体积），通道在最后一个轴上。',
    GaussianDropout: '高斯 Dropout',
    'While training, multiplies every number by normal noise around 1: dropout without zeros. In evaluation it does nothing.':
      '训练时把每个数乘以围绕 1 的正态噪声：不产生零的随机失活。评估时不起作用。',
    'As strong as dropout of this rate: the variance of the noise is rate / (1 - rate).':
      '强度与同样比率的 Dropout 相当：噪声的方差是“比率 / (1 - 比率)”。',
    AlphaDropout: 'Alpha Dropout',
    'Dropout for layers with selu: while training, a random share of the numbers goes to the floor of selu, and mean and deviation stay as they were.':
      '与 selu 搭配的随机失活：训练时随机把一部分数换成 selu 的下限，而均值和标准差保持不变。',
    'The share that is dropped.': '被丢弃的比例。',
    GaussianNoise: '高斯噪声',
    'While training, adds normal noise to every number, so that small differences cannot be learned by heart. In evaluation it does nothing.':
      '训练时给每个数加上正态噪声，使网络无法把细微的差别死记下来。评估时不起作用。',
    Stddev: '标准差',
    'How far the noise strays: its standard deviation.': '噪声偏离多远：即它的标准差。',
    StochasticDepth: '随机深度',
    'While training, sets whole samples to zero. At the end of a residual branch this skips the branch for them, as if the net were shallower.':
      '训练时随机把整个样本置零。放在残差分支的末端时，这些样本就跳过该分支，仿佛网络变浅了。',
    'The share of samples that is set to zero; the others grow by 1 / (1 - rate).':
      '置零的样本所占的比例；其余样本放大 1 / (1 - 比率) 倍。',
    'What a residual branch gives.': '残差分支的输出。',
    Formula: '公式',
    'Computes a formula of your own from its inputs, number by number, and gradients flow back through it.':
      '用你自己写的公式对输入逐个数地计算，梯度也会反向流过它。',
    'A formula over a, b, c and d. It may hold numbers, pi, e, + - * / **, and min, max, abs, exp, log, sqrt, square, sin, cos, tanh, sigmoid, relu, softplus, erf, sum, mean.':
      '关于 a、b、c、d 的公式。可以使用数字、pi、e、+ - * / **，以及 min、max、abs、exp、log、sqrt、square、sin、cos、tanh、sigmoid、relu、softplus、erf、sum、mean。',
    'Called a in the formula.': '在公式中称为 a。',
    'Called b in the formula.': '在公式中称为 b。',
    'Called c in the formula.': '在公式中称为 c。',
    'Called d in the formula.': '在公式中称为 d。',
    'The result; axes of 1 stretch to those of the other inputs.':
      '计算结果；长度为 1 的轴会扩展到与其他输入一样长。',
  },
  patterns: [],
}
