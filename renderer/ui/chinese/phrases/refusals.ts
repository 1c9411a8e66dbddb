/** Why a node does not take its inputs or settings. */
import type { Phrases } from '../../translate'

export const refusals: Phrases = {
  exact: {
    'keras.layers has no layer that compares numbers, so it cannot make a mask. Use the causal setting of the attention, or feed the mask as an input.':
      'keras.layers 没有比较大小的层，所以无法生成掩码。请使用注意力的因果设置，或把掩码作为输入给出。',
    'keras.layers has no layer with a learned row of its own to put before a sequence.':
      'keras.layers 没有能把自己可学习的一行放在序列前面的层。',
    "Keras's attention has no sliding window. Set window to 0, or wire a mask.":
      'Keras 的注意力没有滑动窗口。请把窗口设为 0，或接一个掩码。',
    'keras.layers has no rotary positions (KerasHub has).': 'keras.layers 没有旋转位置编码（KerasHub 有）。',
    'keras.layers has no sinusoidal positions (KerasHub has). A learned Position embedding is no stand-in: its numbers differ.':
      'keras.layers 没有正弦位置编码（KerasHub 有）。可学习的位置嵌入不能代替它：两者的数不同。',
    'keras.layers has no layer with learned rows of its own to put before a sequence.':
      'keras.layers 没有能把自己可学习的若干行放在序列前面的层。',
    'keras.layers has no embedding of places (KerasHub has). Use an Embedding for the tokens and leave the places out, or write another format.':
      'keras.layers 没有位置的嵌入（KerasHub 有）。请对词元使用嵌入而省去位置，或换一种格式。',
    'one-hot writes one column a class, but the targets of this dataset are real numbers. Set encoding to index.':
      '独热编码为每个类别写一列，而这个数据集的目标是实数。请把编码设为“编号”。',
    'Classes cannot be scaled: they are names, not amounts. Set scaleTarget to none.':
      '类别不能缩放：它们是名字，不是数量。请把缩放目标设为“无”。',
    'Token ids cannot be scaled: they are names, not amounts. Set scale to none.':
      '词元编号不能缩放：它们是名字，不是数量。请把缩放设为“无”。',
    'value is wired but key is not. Wire the same sequence to key, or take the wire to value off.':
      '接了 value 却没有接 key。请把同一个序列也接到 key，或移除 value 的连线。',
    'An LSTM starts from an output and a memory: wire both initial and initial_memory, or neither.':
      'LSTM 从一个输出和一份记忆开始：请把 initial 和 initial_memory 都接上，或都不接。',
    'The mask holds numbers, 1 for a real step and 0 for another, but whole numbers (ids) came.':
      '掩码由数组成，真实的步为 1，其余为 0，而这里给出的是整数（编号）。',
    'Put a Reshape before it, or give the data node a sample shape such as 20 × 3.':
      '请在它前面放一个“变形”，或给数据节点设置样本形状，例如 20 × 3。',
    'Put a Reshape before it, or give the data node a sample shape such as 8 × 8 × 1.':
      '请在它前面放一个“变形”，或给数据节点设置样本形状，例如 8 × 8 × 1。',
    'Put a Reshape before it, or give the data node a sample shape such as 8 × 8 × 8 × 1.':
      '请在它前面放一个“变形”，或给数据节点设置样本形状，例如 8 × 8 × 8 × 1。',
    'Categorical cross-entropy needs one column a class as its target, but the target is class numbers. Set encoding to one-hot on the data node, or use sparse categorical cross-entropy.':
      '分类交叉熵的目标应是每个类别一列，而这里的目标是类别编号。请在数据节点上把编码设为“独热”，或改用稀疏分类交叉熵。',
    'CTC needs a blank class and at least one label; give the last layer more units.':
      'CTC 需要一个空白类和至少一个标签；请给最后一层更多单元。',
    'Focal needs an alpha from 0 to 1 for yes or no, and of 0 and more for classes.':
      '焦点损失的 alpha：是非题须在 0 到 1 之间，多分类须不小于 0。',
    'GAN needs the scores of real samples on the discriminator’s side; wire them to real.':
      'GAN 损失在判别器一方需要真样本的分数；请把它接到 real。',
    'PPO needs both the value of the critic and the returns, or neither; wire the other one too.':
      'PPO 需要同时接上评论者的价值和回报，或都不接；请把另一个也接上。',
    'Keras has no layer that multiplies stacks of matrices; its Dot takes one matrix a sample.':
      'Keras 没有把成叠矩阵相乘的层；它的 Dot 每个样本只取一个矩阵。',
    'Keras has no layer that divides by the root of a length that is not fixed.':
      'Keras 没有除以不固定长度的平方根的层。',
    'Keras has no convolution with strides over more than three axes of places.':
      'Keras 没有在三个以上位置轴上带步幅的卷积。',
    'Top-k accuracy needs several classes, but the answer is yes or no; use accuracy.':
      '前 k 准确率需要多个类别，而这里的答案是“是或否”；请改用准确率。',
    'WeightNorm needs directions to begin with, but zeros have none. Draw them at random.':
      '权重归一化需要有初始方向，而全零没有方向。请随机抽取。',
    'Embedding needs a batch of token ids, but x is a scalar.': '嵌入层需要一个批次的词元编号，而 x 是标量。',
    'Keras has no layer that picks the last step that a mask calls real.':
      'Keras 没有能选取掩码所认定的最后一个真实步的层。',
    'Keras repeats samples of fixed size only, and one axis of this one varies.':
      'Keras 只能重复大小固定的样本，而这里有一个轴是变化的。',
    'Reshape needs a batch of samples, but x is a scalar.': '“变形”需要一个批次的样本，而 x 是标量。',
  },
  patterns: [
    [
      'An attention mask is made of token ids or a mask B × T, but x is {0}.',
      '注意力掩码由词元编号或 B × T 的掩码生成，而 x 是 {0}。',
    ],
    [
      '{0} query heads cannot share {1} key and value heads evenly. Set groups to a divisor of {2}.',
      '{0} 个查询头无法平均共用 {1} 个键和值的头。请把分组数设为 {2} 的约数。',
    ],
    [
      'Rotary positions turn pairs of numbers, but a head has {0}. Set the key size to an even number.',
      '旋转位置把数成对旋转，而每个头有 {0} 个数。请把键的大小设为偶数。',
    ],
    ["Keras's attention knows no {0}. Set positions to none.", 'Keras 的注意力不支持{0}。请把位置设为“无”。'],
    [
      "Keras's grouped-query attention wants as many features in value as in query, but they have {0} and {1}.",
      'Keras 的分组查询注意力要求值的特征数与查询相同，而它们分别是 {0} 和 {1}。',
    ],
    [
      'Patch embedding needs images of a fixed size B × height × width × channels, but x is {0}.',
      '图块嵌入需要固定大小的图像 B × 高 × 宽 × 通道数，而 x 是 {0}。',
    ],
    [
      'Patches of {0} × {1} do not fill an image of {2} × {3}. Choose a patch size that divides both.',
      '{0} × {1} 的图块填不满 {2} × {3} 的图像。请选择能整除两者的图块大小。',
    ],
    [
      '{0} heads of pairs need a multiple of {1} features, but x has {2}. Change heads or the features.',
      '{0} 个成对旋转的头要求特征数是 {1} 的倍数，而 x 有 {2} 个。请改变头数或特征数。',
    ],
    [
      'Token and position embedding needs sequences of token ids B × T, but x is {0}{1}.',
      '词元与位置嵌入需要词元编号的序列 B × T，而 x 是 {0}{1}。',
    ],
    [
      'x has {0} places ({1}), but there are rows for only {2}. Set length to {3} or more.',
      'x 有 {0} 个位置（{1}），而只有 {2} 行。请把长度设为 {3} 或更大。',
    ],
    [
      'PixelShuffle makes a square of {0} × {1} out of the channels of every place, so their number must be divisible by {2}, but x is {3}. Give the layer before it {4} times as many channels as should come out.',
      '像素重排用每个位置的通道构成 {0} × {1} 的方块，所以通道数必须能被 {2} 整除，而 x 是 {3}。请让前一层给出的通道数是所需通道数的 {4} 倍。',
    ],
    ['The threshold of {0} cannot be below zero, but is {1}.', '{0} 的阈值不能小于零，却是 {1}。'],
    [
      'The formula {0} does not use {1}. Use it in the formula, or take its wire away.',
      '公式 {0} 没有用到 {1}。请在公式中使用它，或移除它的连线。',
    ],
    [
      'Keras saves models as layers, and has none for the formula {0}. Build it from Add, Multiply and Activation nodes.',
      'Keras 以层的形式保存模型，而公式 {0} 没有对应的层。请用“相加”“相乘”和“激活函数”节点来搭建它。',
    ],
    [
      'GLU needs an axis of even, fixed length that it can halve, but axis {0} of {1} is not.',
      'GLU 需要一个长度固定、为偶数、可以对半分开的轴，而 {1} 的轴 {0} 不是。',
    ],
    [
      'PReLU has one slope a place, but axis {0} of {1} has no fixed length. Share that axis.',
      'PReLU 在每个位置有一个斜率，而 {1} 的轴 {0} 长度不固定。请让该轴共享斜率。',
    ],
    [
      'PReLU needs an axis of features after the batch, but x is {0}.',
      'PReLU 需要批量轴之后还有特征轴，而 x 是 {0}。',
    ],
    [
      'SpatialDropout needs one to three axes of places between batch and channels, but x is {0}. Use Dropout instead.',
      '空间 Dropout 需要批量轴与通道轴之间有一至三个位置轴，而 x 是 {0}。请改用 Dropout。',
    ],
    [
      'StochasticDepth needs samples with an axis, but x is {0}.',
      '随机深度需要样本至少有一个轴，而 x 是 {0}。',
    ],
    ['Sample {0} has {1} numbers, but the first has {2}.', '第 {0} 个样本有 {1} 个数，而第一个有 {2} 个。'],
    [
      'Column {0} names {1} classes, but there must be at least two. Read the file again, or set the task to value.',
      '列“{0}”只有 {1} 个类别，而至少要有两个。请重新读取文件，或把任务设为“一个数”。',
    ],
    [
      'The classes of column {0} name one of them twice: {1}. Read the file again, so that each stands once.',
      '列“{0}”的类别中有重复的：{1}。请重新读取文件，使每个类别只出现一次。',
    ],
    ['Target {0} has {1} numbers, but the first has {2}.', '第 {0} 个目标有 {1} 个数，而第一个有 {2} 个。'],
    ['There are {0} samples, but {1} targets.', '有 {0} 个样本，却有 {1} 个目标。'],
    [
      '{0} samples of {1} are {2} numbers, but at most {3} can be made. Ask for fewer or smaller samples.',
      '{0} 个 {1} 的样本共 {2} 个数，而最多能生成 {3} 个。请减少样本或缩小样本。',
    ],
    [
      'A sample has {0} numbers, which do not fill {1} ({2}). Change the shape, or leave it empty.',
      '一个样本有 {0} 个数，填不满 {1}（{2}）。请改变形状，或把它留空。',
    ],
    [
      'Validation ({0}) and test ({1}) leave nothing to train on. Together they must stay below 1.',
      '验证（{0}）和测试（{1}）没有给训练留下任何样本。两者之和必须小于 1。',
    ],
    ['No axis of an input can be 0 long, but the shape is {0}.', '输入的任何轴都不能长为 0，而形状是 {0}。'],
    [
      'Only one axis of an input can be of any length (-1), but the shape is {0}.',
      '输入只能有一个轴长度任意（-1），而形状是 {0}。',
    ],
    [
      'The layer {0} of {1} has no counterpart here. Replace it by nodes of your own, or remove it.',
      '{1} 的层“{0}”在这里没有对应的节点。请用你自己的节点替换它，或移除它。',
    ],
    [
      'Attention looks from place to place of a sequence B × T × features, but {0} is {1}.',
      '注意力在序列 B × T × 特征数的各个位置之间查看，而 {0} 是 {1}。',
    ],
    [
      'The mask says for each of {0} places which of {1} it may look at, so it should be {2}, but it is {3}.',
      '掩码为 {0} 个位置中的每一个说明可以看 {1} 个位置中的哪些，因此应为 {2}，却是 {3}。',
    ],
    [
      'key and value must have one place for each other, but key is {0} and value {1}.',
      'key 和 value 的位置必须一一对应，而 key 是 {0}，value 是 {1}。',
    ],
    ['{0} needs an axis after the batch, but {1} is {2}.', '{0}需要批量轴之后还有一个轴，而 {1} 是 {2}。'],
    [
      '{0} leaves the samples of a batch apart, but axis {1} of {2} is the batch.',
      '{0}不会混合批次中的各个样本，而 {2} 的轴 {1} 就是批量轴。',
    ],
    [
      '{0} has no axis {1} to work on: {2} is {3}. Use -1 for the last axis.',
      '{0}没有轴 {1} 可用：{2} 是 {3}。请用 -1 表示最后一个轴。',
    ],
    [
      '{0} takes every axis once, in rising order, but was given {1}.',
      '{0}的各个轴只能各写一次，从小到大排列，而给出的是 {1}。',
    ],
    [
      '{0} needs values of one shape (an axis of length 1 stretches), but has {1} and {2}. Bring one to the shape of the other first.',
      '{0}需要形状相同的值（长度为 1 的轴会扩展），而这里是 {1} 和 {2}。请先把其中一个变成另一个的形状。',
    ],
    [
      '{0} is the state before the first step, {1}, but it is {2}.',
      '{0} 是第一步之前的状态，应为 {1}，却是 {2}。',
    ],
    [
      'ConvLSTM2D reads sequences of images B × T × height × width × channels, but x is {0}.',
      '二维卷积 LSTM 读取图像序列 B × T × 高 × 宽 × 通道数，而 x 是 {0}。',
    ],
    [
      '{0} shares its {1} out evenly over the groups, but {2} cannot be cut into {3} equal parts. Choose a number of groups that divides both the channels of x and the filters.',
      '{0}把{1}平均分给各组，而 {2} 无法分成 {3} 等份。请选择能同时整除 x 的通道数和滤波器数的分组数。',
      { filters: '滤波器' },
    ],
    [
      "Keras's {0} takes strides or a dilation above 1, not both, and this one has both.",
      'Keras 的 {0} 只能让步幅或膨胀率之一大于 1，而这里两者都大于 1。',
    ],
    [
      '{0} would cut {1} + {2} off an axis of {3} (x is {4}), and nothing would be left. Cut off less.',
      '{0}要从长度为 {3} 的轴上切去 {1} + {2}（x 是 {4}），就什么也不剩了。请少切一些。',
    ],
    [
      'The formula is empty. Write one over {0}, such as a * sigmoid(b).',
      '公式是空的。请用 {0} 写一个公式，例如 a * sigmoid(b)。',
    ],
    ['The formula cannot be read{0}: {1}.', '公式无法读取{0}：{1}。'],
    [
      'The formula is nested more than {0} deep. Make two nodes of it.',
      '公式的嵌套超过 {0} 层。请拆成两个节点。',
    ],
    ['The formula holds {0}, which is no number.', '公式中的 {0} 不是数。', { something: '某个内容' }],
    [
      'The formula uses the sign {0}, which it cannot. It may hold {1}.',
      '公式用了符号 {0}，这是不允许的。公式可以包含{1}。',
    ],
    [
      'The formula calls {0}, which it cannot. It may hold {1}.',
      '公式调用了 {0}，这是不允许的。公式可以包含{1}。',
      { something: '某个内容' },
    ],
    [
      'The formula holds something that is neither sum nor call. It may hold {0}.',
      '公式中有既不是算式也不是函数调用的内容。公式可以包含{0}。',
    ],
    [
      'The formula speaks of {0}, but its inputs are {1}. Wire it, or name another.',
      '公式提到了 {0}，而它的输入是 {1}。请接上它，或改用别的名字。',
    ],
    ['{0} takes {1}, but the formula gives it {2}.', '{0} 需要{1}，而公式给了它 {2} 个。'],
    [
      '{0} works along the last axis after the batch, but has {1}.',
      '{0} 沿批量轴之后的最后一个轴计算，而这里是 {1}。',
    ],
    [
      '{0} works number by number, but has {1} and {2}. Give both the same axes, or 1 where one stretches.',
      '{0} 逐个数地计算，而这里是 {1} 和 {2}。请让两者的轴相同，或让要扩展的轴长为 1。',
    ],
    [
      '{0} needs an axis of features after the batch, but {1} is {2}.',
      '{0}需要批量轴之后还有特征轴，而 {1} 是 {2}。',
    ],
    [
      '{0} needs a fixed number of features on the last axis, but {1} is {2}. Only other axes may vary.',
      '{0}要求最后一个轴的特征数固定，而 {1} 是 {2}。只有其他轴可以变化。',
    ],
    [
      'The values for {0} are ragged or empty; write numbers that form {1}.',
      '{0} 的取值参差不齐或为空；请写成 {1} 的数。',
    ],
    [
      'The values for {0} form {1}, but the weight is {2}; write as many.',
      '{0} 的取值构成 {1}，而权重是 {2}；请写同样多的数。',
    ],
    [
      'unitForgetBias fills the bias of an LSTM (four gates in a row), but {0} is {1}. Use zeros.',
      'unitForgetBias 用于 LSTM 的偏置（四个门排成一行），而 {0} 是 {1}。请改用 zeros（零）。',
    ],
    [
      'orthogonal needs a weight with rows and columns, but {0} is {1}. Use zeros or normal.',
      'orthogonal（正交）需要有行和列的权重，而 {0} 是 {1}。请改用 zeros（零）或 normal（正态）。',
    ],
    [
      'Keras can only put a value in the place of numbers below a threshold that is not smaller than the value, but here the threshold is {0} and the value {1}.',
      'Keras 只能在阈值不小于替换值时替换低于阈值的数，而这里阈值是 {0}，替换值是 {1}。',
    ],
    [
      'Keras can reshape with one axis of unknown length only, but this is {0}.',
      'Keras 变形时只能有一个长度未知的轴，而这里是 {0}。',
    ],
    [
      'Keras can cut only along an axis of fixed length, but x is {0}.',
      'Keras 只能沿长度固定的轴切割，而 x 是 {0}。',
    ],
    [
      '{0} needs at least two wires, but has {1}.',
      '{0}至少需要两条连线，却只有 {1} 条。',
      { none: '零', one: '一' },
    ],
    [
      '{0} needs action numbers, but the action is real numbers {1}. Set encoding to index on the data node.',
      '{0}需要动作的编号，而这里的动作是实数 {1}。请在数据节点上把编码设为“编号”。',
    ],
    [
      '{0} needs one number for each action ({1}), but {2} is {3}.',
      '{0}需要每个动作对应一个数（{1}），而 {2} 是 {3}。',
    ],
    [
      '{0} reads sequences B × T × features, but x is {1}: there is no time axis. Put a Reshape before it, or set return sequences on the recurrent layer that feeds it.',
      '{0}读取序列 B × T × 特征数，而 x 是 {1}：没有时间轴。请在它前面放一个“变形”，或在给它供数的循环层上打开“返回整个序列”。',
    ],
    [
      '{0} reads sequences B × T × features, but x is {1}. Put a Reshape before it.',
      '{0}读取序列 B × T × 特征数，而 x 是 {1}。请在它前面放一个“变形”。',
    ],
    [
      '{0} needs a fixed number of features on the last axis, but x is {1}.',
      '{0}要求最后一个轴的特征数固定，而 x 是 {1}。',
    ],
    [
      'The mask says for each step of x whether it is real, so it should be {0}, but it is {1}.',
      '掩码说明 x 的每一步是否真实，因此应为 {0}，却是 {1}。',
    ],
    ['{0} needs at least one axis to take away.', '{0}至少需要去掉一个轴。'],
    [
      'A mask says which places of axis 1 count, but {0} takes away axis {1}.',
      '掩码说明轴 1 的哪些位置算数，而{0}去掉的是轴 {1}。',
    ],
    [
      'The mask of {0} must be as long as axis 1 of x ({1}), but is {2}.',
      '{0}的掩码必须与 x 的轴 1 一样长（{1}），却是 {2}。',
    ],
    [
      'Keras has no layer that takes the {0} over axis {1} of what a mask keeps and gives zeros where it keeps nothing{2}.',
      'Keras 没有这样的层：沿轴 {1} 对掩码保留的部分取{0}，而没有保留任何内容时给出零{2}。',
      { mean: '均值', sum: '总和' },
    ],
    ['{0} needs a sequence B × T × features, but {1} is {2}.', '{0}需要序列 B × T × 特征数，而 {1} 是 {2}。'],
    [
      '{0} makes a sequence longer, so its length must be fixed, but {1} is {2}. Give the input a length.',
      '{0}会加长序列，所以序列长度必须固定，而 {1} 是 {2}。请给输入一个长度。',
    ],
    ['{0} needs a batch of predictions, but has a scalar.', '{0}需要一个批次的预测，却只有一个标量。'],
    [
      '{0} compares number by number, but the prediction is {1} and the target {2}. Give the last layer as many units as the target has.',
      '{0}逐个数地比较，而预测是 {1}，目标是 {2}。请让最后一层的单元数与目标相同。',
    ],
    [
      '{0} needs one score a class on the last axis, but the prediction is {1}.',
      '{0}要求最后一个轴上每个类别一个分数，而预测是 {1}。',
    ],
    [
      '{0} needs one score for each number of the target, but the prediction is {1} and the target {2}. Make the prediction {3}: the last layer sets it.',
      '{0}要求目标的每个数对应一个分数，而预测是 {1}，目标是 {2}。预测应为 {3}：由最后一层决定。',
    ],
    [
      '{0} needs class numbers as its target, but the target is one column a class {1}. Set encoding to index on the data node, or use categorical cross-entropy.',
      '{0}的目标应是类别编号，而这里的目标是每个类别一列 {1}。请在数据节点上把编码设为“编号”，或改用分类交叉熵。',
    ],
    [
      '{0} needs class numbers as its target, but the target is real numbers {1}. Set encoding to index on the data node.',
      '{0}的目标应是类别编号，而这里的目标是实数 {1}。请在数据节点上把编码设为“编号”。',
    ],
    [
      '{0} needs one row of scores for every class number, but the prediction is {1} and the target {2}.',
      '{0}要求每个类别编号对应一行分数，而预测是 {1}，目标是 {2}。',
    ],
    [
      '{0} needs one weight for each answer ({1}) or for each sample ({2}), but the weights are {3}.',
      '{0}要求每个答案（{1}）或每个样本（{2}）一个权重，而样本权重是 {3}。',
    ],
    [
      '{0} needs {1} class weights, {2}, but has {3}. Leave the list empty to weigh all alike.',
      '{0}需要 {1} 个类别权重（{2}），却有 {3} 个。留空则一视同仁。',
    ],
    [
      '{0} needs class weights of 0 and more, of which at least one is above 0.',
      '{0}的类别权重不能小于 0，并且至少有一个大于 0。',
    ],
    [
      '{0} needs {1} and {2} of one shape, but has {3} and {4}.',
      '{0}要求{1}和{2}的形状相同，而这里是 {3} 和 {4}。',
    ],
    ['{0} needs {1}, but x is {2}. {3}', '{0}需要{1}，而 x 是 {2}。{3}'],
    ['{0} needs a fixed number of channels, but x is {1}.', '{0}要求通道数固定，而 x 是 {1}。'],
    ['{0} needs a fixed {1}, but x is {2}.', '{0}要求{1}固定，而 x 是 {2}。'],
    [
      '{0} needs a fixed number of steps, but x is {1}. Where every step keeps its place (stride 1, padding same or causal) the number may vary.',
      '{0}要求步数固定，而 x 是 {1}。只有每一步都保持原位时（步幅为 1，填充为 same 或 causal），步数才可以变化。',
    ],
    [
      'The {0} is {1} {2}{3}, but x is only {4} {5} ({6}). Make the {7} smaller, or set padding to same.',
      '{0}{2}{3}为 {1}，而 x 的{5}只有 {4}（{6}）。请把{7}变小，或把填充设为 same。',
      { kernel: '卷积核', pool: '池化窗口', long: '长', high: '高', wide: '宽', deep: '深' },
    ],
    [
      'Categorical cross-entropy needs one score a class on the last axis, but the prediction is {0}.',
      '分类交叉熵要求最后一个轴上每个类别一个分数，而预测是 {0}。',
    ],
    [
      'Categorical cross-entropy needs one score for every column of the target, but the prediction is {0} and the target {1}.',
      '分类交叉熵要求目标的每一列对应一个分数，而预测是 {0}，目标是 {1}。',
    ],
    [
      'Contrastive needs one embedding a sample (B × features), but the anchor is {0}. Pool or flatten it first.',
      '对比损失要求每个样本一个嵌入（B × 特征数），而锚点是 {0}。请先池化或展平。',
    ],
    [
      'CTC needs scores for every time step (B × T × classes), but the prediction is {0}.',
      'CTC 要求每个时间步都有分数（B × T × 类别数），而预测是 {0}。',
    ],
    [
      'CTC needs labels by number (B × length), but the target is {0}.',
      'CTC 需要以编号表示的标签（B × 长度），而目标是 {0}。',
    ],
    [
      'CTC needs one length a sample, but the lengths are {0}.',
      'CTC 需要每个样本一个长度，而给出的长度是 {0}。',
    ],
    [
      'Focal needs {0} {1} as alpha here, but has {2}. Leave the list empty for none.',
      '焦点损失在这里需要 {0} {1}作为 alpha，却有 {2} 个。留空则没有。',
      { number: '个数', numbers: '个数' },
    ],
    [
      'Add needs at least two wires, but has {0}.',
      '“相加”至少需要两条连线，却只有 {0} 条。',
      { none: '零', one: '一' },
    ],
    [
      'Add needs values of one shape, but has {0} and {1}. Bring one to the shape of the other first, for example with a Dense or a 1 × 1 Conv2D.',
      '“相加”需要形状相同的值，而这里是 {0} 和 {1}。请先把其中一个变成另一个的形状，例如用全连接层或 1 × 1 的二维卷积。',
    ],
    [
      'Samples of a batch cannot be joined, but axis {0} of {1} is the batch.',
      '批次中的样本不能拼接，而 {1} 的轴 {0} 就是批量轴。',
    ],
    [
      'Axis {0} does not exist: the values are {1}. Use -1 for the last axis.',
      '轴 {0} 不存在：这些值是 {1}。请用 -1 表示最后一个轴。',
    ],
    [
      'Concatenate can only join along an axis of fixed length, but axis {0} of {1} is not.',
      '“拼接”只能沿长度固定的轴进行，而 {1} 的轴 {0} 不是。',
    ],
    [
      'Concatenate needs values that differ along axis {0} only, but has {1} and {2}.',
      '“拼接”要求各个值只在轴 {0} 上不同，而这里是 {1} 和 {2}。',
    ],
    [
      'Concatenate needs at least two wires, but has {0}.',
      '“拼接”至少需要两条连线，却只有 {0} 条。',
      { none: '零', one: '一' },
    ],
    [
      'Dot needs rows B × n or matrices B × n × m, but has {0}.',
      '点积需要行 B × n 或矩阵 B × n × m，而这里是 {0}。',
    ],
    [
      'Dot sums along axis {0} of a ({1}) and axis {2} of b ({3}), which must be of one length.',
      '点积沿 a 的轴 {0}（{1}）和 b 的轴 {2}（{3}）求和，两者长度必须相同。',
    ],
    [
      'MatMul needs two stacks of matrices B × … × rows × columns with as many axes, but a is {0} and b is {1}.',
      '矩阵乘法需要两叠轴数相同的矩阵 B × … × 行 × 列，而 a 是 {0}，b 是 {1}。',
    ],
    [
      'MatMul sums over the columns of a ({0}) and the rows of b ({1}), which must be as many; a is {2} and b is {3}. Transpose one of them.',
      '矩阵乘法沿 a 的列（{0}）和 b 的行（{1}）求和，两者必须一样多；a 是 {2}，b 是 {3}。请转置其中一个。',
    ],
    [
      'Outer needs features at the same places, but a is {0} and b is {1}.',
      '外积需要位于同样位置上的特征，而 a 是 {0}，b 是 {1}。',
    ],
    [
      'Residual can project x ({0}) to other channels, and to every second, third or so place, but that does not give {1}.',
      '残差连接可以把 x（{0}）投影到别的通道数，并隔一个、隔两个地取位置，但那样得不到 {1}。',
    ],
    [
      'Residual adds values of one shape, but x is {0} and the branch {1}. Set the shortcut to project.',
      '残差连接把形状相同的值相加，而 x 是 {0}，分支是 {1}。请把捷径设为 project（投影）。',
    ],
    [
      'BLEU needs token numbers (B × T) or scores for every token (B × T × vocabulary), but the prediction is {0}.',
      'BLEU 需要词元编号（B × T）或每个词元的分数（B × T × 词表大小），而预测是 {0}。',
    ],
    [
      'BLEU needs token numbers (B × T) as its target, but has {0}.',
      'BLEU 的目标应是词元编号（B × T），而这里是 {0}。',
    ],
    [
      'GroupNorm needs channels that form {0} equal groups, but x has {1} ({2}). Take a number of groups that divides them.',
      '组归一化要求通道能分成 {0} 个相等的组，而 x 有 {1} 个（{2}）。请选择能整除它的分组数。',
    ],
    [
      'InstanceNorm needs one to three axes of places between batch and channels, but x is {0}.',
      '实例归一化需要批量轴与通道轴之间有一至三个位置轴，而 x 是 {0}。',
    ],
    [
      'Keras has no layer that learns direction and length of its {0} outputs {1} a bias apart. Use Dense instead of WeightNorm for Keras.',
      'Keras 没有把 {0} 个输出（{1}偏置）的方向与长度分开学习的层。导出到 Keras 时，请用全连接层代替权重归一化。',
      { with: '带', without: '不带' },
    ],
    [
      'GlobalAveragePool2D needs images B × height × width × channels, but x is {0}. Put it after a convolution.',
      '二维全局平均池化需要图像 B × 高 × 宽 × 通道数，而 x 是 {0}。请把它放在卷积之后。',
    ],
    [
      'Embedding looks up token ids (whole numbers), but x holds real numbers {0}. Use a Dense layer for those.',
      '嵌入层按词元编号（整数）查表，而 x 是实数 {0}。对实数请使用全连接层。',
    ],
    [
      'Position embedding needs a sequence B × T × features, but x is {0}.',
      '位置嵌入需要序列 B × T × 特征数，而 x 是 {0}。',
    ],
    [
      'keras.layers can only add a learned row to every place of a sequence of one length, but x is {0} and there are {1} rows.',
      'keras.layers 只能给固定长度的序列的每个位置加上可学习的一行，而 x 是 {0}，共有 {1} 行。',
    ],
    [
      'Sequence log-probability needs scores for every token (B × T × vocabulary), but the prediction is {0}.',
      '序列对数概率需要每个词元的分数（B × T × 词表大小），而预测是 {0}。',
    ],
    [
      'Sequence log-probability needs one token number for each row of scores ({0}), but the tokens are {1}.',
      '序列对数概率要求每一行分数对应一个词元编号（{0}），而词元是 {1}。',
    ],
    [
      'Sequence log-probability needs a mask of one number a token ({0}), but it is {1}.',
      '序列对数概率的掩码应是每个词元一个数（{0}），却是 {1}。',
    ],
    [
      'Keras has no layer that picks the score of each token{0} and {1} a text of any length; take the log-probabilities outside the model.',
      'Keras 没有这样的层：选取每个{0}词元的分数，并对任意长度的文本{1}；请在模型之外计算对数概率。',
    ],
    [
      'Time distributed applies its Conv2D to sequences of images B × T × height × width × channels, but x is {0}.',
      '“逐步应用”的二维卷积作用于图像序列 B × T × 高 × 宽 × 通道数，而 x 是 {0}。',
    ],
    [
      'Time distributed reads sequences B × T × features, but x is {0}. For one step use a Dense.',
      '“逐步应用”读取序列 B × T × 特征数，而 x 是 {0}。只有一步时请用全连接层。',
    ],
    [
      'ExpandDims puts an axis after the batch, at 1 to {0}, but was told {1} for {2}.',
      '“增加轴”把新轴放在批量轴之后的 1 到 {0}，而给出的是 {1}（{2}）。',
    ],
    ['Flatten needs samples with an axis, but x is {0}.', '展平需要样本至少有一个轴，而 x 是 {0}。'],
    [
      'Flatten needs samples of one fixed size, but x is {0}. Take the last state of the sequence or its mean first.',
      '展平需要大小固定的样本，而 x 是 {0}。请先取序列的最后状态或它的均值。',
    ],
    [
      'Gather needs one index a sample (B) or a row of them (B × n), but indices is {0} beside x {1}.',
      '“按位取值”要求每个样本一个编号（B）或一行编号（B × n），而 indices 是 {0}，x 是 {1}。',
    ],
    [
      'Keras has no layer that gathers; columns of ones and zeros do it for fixed lengths, but axis {0} or another one of {1} or {2} is not.',
      'Keras 没有按编号取值的层；长度固定时可以用由一和零组成的列代替，但 {1} 或 {2} 的轴 {0} 或另一个轴长度不固定。',
    ],
    [
      'Permute needs every axis after the batch once, but x is {0} and the order is {1}. List the numbers 1 to {2}.',
      '“轴重排”要求批量轴之后的每个轴各出现一次，而 x 是 {0}，次序是 {1}。请列出 1 到 {2} 的数。',
      { empty: '空的' },
    ],
    ['Repeat needs samples with an axis, but x is {0}.', '“重复”需要样本至少有一个轴，而 x 是 {0}。'],
    [
      'Repeat needs an axis of fixed length, but axis {0} of {1} is not.',
      '“重复”需要长度固定的轴，而 {1} 的轴 {0} 不是。',
    ],
    ['Reshape needs samples of one fixed size, but x is {0}.', '“变形”需要大小固定的样本，而 x 是 {0}。'],
    ['No axis can be 0 long, but the shape asked for is {0}.', '任何轴都不能长为 0，而所要的形状是 {0}。'],
    [
      'Only one axis of the shape can be -1 (worked out from the others), but it is {0}.',
      '形状中只能有一个轴为 -1（由其余的轴算出），而它是 {0}。',
    ],
    [
      'A sample of x has {0} numbers ({1}), which do not fill {2}{3}. Change the shape.',
      'x 的一个样本有 {0} 个数（{1}），填不满 {2}{3}。请改变形状。',
    ],
    [
      'Slice needs a size along axis {0} of {1}, whose length is not fixed, and that many places after its begin.',
      '{1} 的轴 {0} 长度不固定，“切片”需要给出沿它取多少个位置，并且起点之后要有那么多位置。',
    ],
    [
      'Slice takes {0} from place {1} on, but axis {2} of x is only {3} long ({4}).',
      '“切片”从位置 {1} 起取 {0} 个，而 x 的轴 {2} 只有 {3} 长（{4}）。',
    ],
    [
      'Split needs an axis of fixed length that {0} parts divide evenly, but axis {1} of {2} is {3} long.',
      '“拆分”需要长度固定且能被 {0} 份整除的轴，而 {2} 的轴 {1} 长为 {3}。',
    ],
    [
      'Squeeze takes away an axis one long, but axis {0} of {1} is {2} long.',
      '“去掉轴”去掉长度为 1 的轴，而 {1} 的轴 {0} 长为 {2}。',
    ],
    [
      'Sampling needs a mean and a log-variance of one shape, but has {0} and {1}.',
      '“采样”需要形状相同的均值和对数方差，而这里是 {0} 和 {1}。',
    ],
    [
      'Slice takes everything from place {0} on, but axis {1} of x is only {2} long ({3}).',
      '“切片”从位置 {0} 起取其后的全部，而 x 的轴 {1} 只有 {2} 长（{3}）。',
    ],
  ],
  within: {
    'rotary positions': '旋转位置',
    'cost for distance': '距离惩罚',
    'real numbers': '实数',
    'any input': '任何输入',
    'without a name': '（无名）',
    'channels of x': 'x 的通道',
    'at place {0}': '（第 {0} 个字符处）',
    'one argument': '一个参数',
    '{0} arguments': '{0} 个参数',
    'a single number': '单独一个数',
    'largest number': '最大的数',
    ', the axes kept': '，并保留这些轴',
    'one for each class': '每个类别一个',
    'sequences B × steps × channels': '序列 B × 步数 × 通道数',
    'number of steps and of channels': '步数和通道数',
    'images B × height × width × channels': '图像 B × 高 × 宽 × 通道数',
    'height, width and number of channels': '高、宽和通道数',
    'volumes B × depth × height × width × channels': '体积 B × 深 × 高 × 宽 × 通道数',
    'depth, height, width and number of channels': '深、高、宽和通道数',
    'of no and of yes': '依次为“否”和“是”',
    'the chosen': '被选中者',
    'the rejected': '被拒绝者',
    'the anchor': '锚点',
    'the positive': '正样本',
    'the prediction': '预测',
    'the target': '目标',
    'the chosen of the reference': '参考模型下的被选中者',
    'the rejected of the reference': '参考模型下的被拒绝者',
    'the advantage': '优势',
    'the old log-probability': '旧的对数概率',
    'the value': '价值',
    'the return': '回报',
    'the negative': '负样本',
    'the mean': '均值',
    'the log-variance': '对数方差',
    'MatMul, before the last two axes,': '矩阵乘法在最后两个轴之前',
    'that follows': '后续',
    'adds up': '求和',
    'real numbers {0}': '实数 {0}',
    'long with its dilation': '长（计入膨胀）',
    'high with its dilation': '高（计入膨胀）',
    'wide with its dilation': '宽（计入膨胀）',
    'deep with its dilation': '深（计入膨胀）',
    scalar: '标量',
    'numbers, pi, e, + - * / **, and {0}': '数字、pi、e、+ - * / ** 以及 {0}',
    '{0} evenly ({1} at a time)': '{0}（每份 {1} 个，不能整除）',
    'Expected expression after {0}': '{0} 之后应有表达式',
    'Expected expression': '应有表达式',
    'Unexpected {0}': '意外的 {0}',
    'Unclosed {0}': '没有闭合的 {0}',
    'Expected comma': '应有逗号',
    'Expected {0}': '应有 {0}',
    'Variable names cannot start with a number ({0})': '名字不能以数字开头（{0}）',
  },
}
