/** Findings of the diagnosis: what is seen, why it hinders learning, and the cures. */
import type { Phrases } from '../../translate'

export const findings: Phrases = {
  exact: {
    'Clip the gradient to norm 1': '把梯度范数裁剪到 1',
    'Let the learning rate fall along a cosine': '让学习率沿余弦曲线下降',
    'Draw the weights by He or Glorot, as the activations ask':
      '按激活函数的需要，用 He 或 Glorot 初始化权重',
    'Start the biases at zero': '让偏置从零开始',
    'Normalise behind every layer': '在每一层之后加归一化',
    'Drop out 30 % of the hidden values': '随机丢弃 30 % 的隐藏值',
    'Leave out the rows that lack a number': '去掉缺少数值的行',
    'Leave out the rows with such numbers': '去掉含有这类数的行',
    'Divide the pixels by 255': '把像素除以 255',
    'Deal the samples anew': '重新划分样本',
    'Shuffle the samples in every epoch': '每一轮都打乱样本',
    'Draw the first weights at random': '随机抽取初始权重',
    Loss: '损失',
    'Loss by epoch': '每轮的损失',
    'Use a quarter of the hidden units': '把隐藏单元减到四分之一',
    'Samples of each class': '各类别的样本数',
    'Let rare classes count more in the loss': '让稀有类别在损失中占更大分量',
    'Judge by F1': '用 F1 来评判',
    'Regularise less': '减弱正则化',
    'Lower the momentum to 0.8': '把动量降到 0.8',
    'Gradient norm': '梯度范数',
    'Gradient of each layer’s output (RMS)': '各层输出的梯度（均方根）',
    'First weights too large': '初始权重过大',
    'Use ELU in the place of ReLU': '用 ELU 代替 ReLU',
    'Dead units': '死亡单元',
    'Saturated share': '饱和的比例',
    'Use ReLU with He weights': '改用 ReLU 和 He 权重',
    'Gradient relative to the weights': '相对于权重的梯度',
    'Use SELU with LeCun weights': '改用 SELU 和 LeCun 权重',
    'Add two hidden layers of 64': '添加两个 64 单元的隐藏层',
    'Give the hidden layers four times the units': '把各隐藏层的单元数增至四倍',
    'Start the recurrence orthogonal and clip the gradient': '用正交矩阵初始化循环权重，并裁剪梯度',
    'Put a GRU in the place of the plain recurrent layer': '用 GRU 替换普通循环层',
    'Gradient at the start of the sequence over that at its end (decades)':
      '序列开头与结尾的梯度之比（数量级）',
    'Read the sequence with attention in the place of recurrence': '用注意力代替循环来读取序列',
    'Missing numbers in the data': '数据中有缺失的数',
    'One value that is missing or not finite makes the loss NaN as soon as its row is in a batch, and after one update every weight is NaN. Fill such values in, or leave out the row or the column.':
      '只要有一个值缺失或不是有限数，它所在的行一进入批次，损失就变成 NaN；更新一次之后，所有权重都成了 NaN。请把这些值填上，或去掉那一行或那一列。',
    'Output and loss do not fit': '输出与损失不匹配',
    'Cross-entropies here take raw scores and apply softmax or sigmoid themselves; a second one squeezes the scores into a narrow range, so that the loss cannot fall and the gradient is weak. Errors of real numbers need an output that can reach every target.':
      '这里的交叉熵接收原始分数，自己会应用 softmax 或 sigmoid；再加一次会把分数挤进狭窄的范围，于是损失降不下去，梯度也很弱。对实数计算误差时，输出必须能达到每一个目标值。',
    'Wrong number of outputs': '输出的个数不对',
    'A classifier needs one score for each class. With fewer, some classes can never be named; with more, scores are wasted on classes that do not exist.':
      '分类器需要给每个类别一个分数。少了，有些类别永远不可能被选中；多了，分数就浪费在不存在的类别上。',
    'All units start the same': '所有单元起点相同',
    'Units that begin with the same weights get the same gradient and stay copies of each other for ever, so a wide layer is worth one unit; with zeros no gradient passes at all. Random weights break the symmetry.':
      '从同样的权重开始的单元会得到同样的梯度，永远互为副本，所以再宽的层也只相当于一个单元；如果全为零，则根本没有梯度通过。随机的权重能打破这种对称。',
    'Targets are not standardised': '目标值没有标准化',
    'The network begins with answers near 0, so targets far from it make a huge first loss and huge gradients: the first steps throw the weights about, or go into nothing but reaching the mean. Bring the target to mean 0 and deviation 1; an answer times the deviation plus the mean is in the old units again.':
      '网络一开始的输出接近 0，因此远离 0 的目标值会带来巨大的初始损失和梯度：最初的几步要么把权重打乱，要么只是在追赶均值。请把目标值变成均值 0、标准差 1；输出乘以标准差再加上均值，就回到原来的单位。',
    'Inputs are not normalised': '输入没有归一化',
    'Large inputs make large sums, which saturate activations and ask for tiny learning rates; features of very different sizes learn at very different speeds. Bring every feature to mean 0 and deviation 1, or divide pixels by 255.':
      '大的输入产生大的加权和，使激活函数饱和，并且只能用极小的学习率；大小悬殊的特征，学习的快慢也悬殊。请把每个特征变成均值 0、标准差 1，或把像素除以 255。',
    'The answer leaks into the input': '答案泄漏到了输入里',
    'A feature that is nearly the target itself, or validation samples that are in the training split too, make the scores look far better than they will be on new data.':
      '如果某个特征几乎就是目标本身，或者验证样本也出现在训练集里，成绩就会显得比在新数据上好得多。',
    'Training and validation data differ': '训练数据与验证数据不同',
    'The validation samples have another mean or scale than those the network learns from, so its scores say little. Both must pass through the same preparation and be dealt at random.':
      '验证样本的均值或尺度与网络所学的样本不同，所以验证成绩说明不了什么。两者必须经过同样的预处理，并随机划分。',
    'Samples are not shuffled': '样本没有打乱',
    'The samples come sorted by class, so each batch pulls the network towards a few classes and it forgets the others again. Deal the samples anew in every epoch.':
      '样本按类别排好了序，于是每个批次都把网络拉向少数几个类别，而其他类别又被忘掉。请在每一轮都重新打乱样本。',
    'Too much regularisation': '正则化过强',
    'So much of the signal is dropped, or the weights are pulled to zero so hard, that the network cannot even learn the training data. Regularise only as much as overfitting asks for.':
      '信号被丢弃得太多，或权重被拉向零的力量太大，以致网络连训练数据都学不会。正则化只需强到足以应付过拟合。',
    'A rare class is never named': '稀有类别从未被选中',
    'Where one class is much commoner, always naming it already gives a high accuracy, and the rare one is ignored. Let rare classes count more in the loss, and judge by F1 or recall, not by accuracy.':
      '当某个类别远比其他类别常见时，永远只选它就能得到很高的准确率，稀有的类别便被忽视。请让稀有类别在损失中占更大分量，并用 F1 或召回率而不是准确率来评判。',
    'No activation between layers': '层与层之间没有激活函数',
    'Linear layers in a row are together no more than one linear layer, whatever their width: they can only draw straight borders. A bend such as ReLU between them makes depth worth something.':
      '几个线性层接在一起，无论多宽，都只相当于一个线性层：只能画出笔直的分界线。在它们之间加上 ReLU 这样的“弯曲”，深度才有意义。',
    'Exploding gradient': '梯度爆炸',
    'Values or gradients grow from layer to layer, or from step to step in time, so one update throws the weights far away. Start with weights that keep the size (He, Glorot, orthogonal), clip the gradient, or normalise.':
      '数值或梯度逐层（或随时间逐步）增大，于是一次更新就把权重抛到很远。请从能保持大小的权重开始（He、Glorot、正交），裁剪梯度，或加上归一化。',
    'Dead ReLU units': '死亡的 ReLU 单元',
    'A ReLU unit that is zero for every sample gets no gradient and never comes back. Strongly negative biases or too large a step cause it; a small slope below zero (leaky ReLU) cannot die.':
      '对所有样本都输出零的 ReLU 单元得不到梯度，再也不会活过来。偏置过负或步子过大都会造成这种情况；在零以下留有小斜率的函数（leaky ReLU）不会死亡。',
    'Vanishing gradient': '梯度消失',
    'Each layer passes on only a part of the gradient, so the first layers hardly hear of the loss and do not learn. ReLU-like activations with fitting weights, normalisation, or short cuts past the layers keep the gradient alive.':
      '每一层只传回梯度的一部分，所以最前面的几层几乎听不到损失的消息，也就学不到东西。使用 ReLU 一类的激活函数并配上合适的权重、加上归一化，或加上绕过各层的捷径，都能让梯度保持活力。',
    'Saturated activations': '激活函数饱和',
    'Where tanh or sigmoid is almost flat its slope is almost zero, so hardly any gradient passes. Smaller first weights or normalised inputs keep the sums in the steep part.':
      '在 tanh 或 sigmoid 几乎平坦的地方，斜率几乎为零，所以几乎没有梯度能通过。较小的初始权重或归一化的输入，能使加权和停留在陡峭的部分。',
    'Learning rate too high': '学习率过高',
    'Each step changes the weights by a large share of their size and jumps over the valley that it should descend. About a thousandth of the weights a step is healthy.':
      '每一步使权重改变的幅度占其大小的很大比例，结果跳过了本该走下去的山谷。每步改变权重的千分之一左右才是健康的。',
    'Gradient vanishes through time': '梯度随时间消失',
    'Going back through a long sequence the gradient shrinks at every step, so what came early cannot be learnt. Gates (GRU, LSTM), attention, or shorter sequences help.':
      '沿着长序列往回走，梯度每一步都在缩小，所以早先的内容学不到。门控（GRU、LSTM）、注意力或更短的序列会有帮助。',
    'Batch too small': '批量太小',
    'The gradient of very few samples is mostly chance, so the loss jumps about instead of falling. Larger batches average the chance away.':
      '很少几个样本的梯度多半是偶然，所以损失来回跳动而不下降。更大的批量能把偶然平均掉。',
    'The loss oscillates': '损失振荡',
    'The loss swings from step to step by a large part of what there is to learn: the steps are too long for the valley, or momentum carries them past it. Lower the learning rate or let it fall.':
      '损失逐步摆动的幅度，占了可学内容的很大一部分：对这个山谷来说步子太长，或者动量使权重冲过了头。请降低学习率，或让它逐渐下降。',
    'The loss is not finite': '损失不是有限值',
    'A number grew beyond what can be written, or an undefined one (0/0, log of a negative number) came up. From then on nothing can be learnt.':
      '有个数大到无法表示，或者出现了没有定义的运算（0/0、负数的对数）。从那以后就什么也学不到了。',
    'Learning rate too low': '学习率过低',
    'Each step changes the weights by so small a share of their size that nothing is learnt in a reasonable time. About a thousandth of the weights a step is healthy.':
      '每一步使权重改变的幅度占其大小的比例太小，在合理的时间内什么也学不到。每步改变权重的千分之一左右才是健康的。',
    'Learning has stopped': '学习停滞',
    'The loss stands still far from what is possible: the learning rate has fallen to nothing, or the network is stuck where all directions look alike.':
      '损失停在离可能达到的水平很远的地方：学习率已经降到几乎为零，或者网络卡在了各个方向看起来都一样的地方。',
    'The network is not able to learn even the training data: it is too small or too plain for the task. Give it a hidden layer, more units, or better features.':
      '网络连训练数据都学不会：对这个任务来说它太小或太简单。请给它加一个隐藏层、更多单元，或更好的特征。',
    'The network learns its training samples by heart and gets worse on new ones. Stop where the validation loss was best, drop out a share of the values while training, use a smaller network, or find more data.':
      '网络把训练样本死记了下来，在新样本上反而越来越差。请在验证损失最好的时候停止，训练时随机丢弃一部分值，使用更小的网络，或寻找更多数据。',
    'Labels without signal': '标签中没有信号',
    'The network learns the training labels by heart, but on new samples it is no better than guessing: the labels have nothing to do with the inputs. Check the column of labels and how the tables were joined.':
      '网络把训练标签死记了下来，但在新样本上不比瞎猜更好：标签与输入毫无关系。请检查标签所在的列，以及各个表格是怎样合并的。',
    guessing: '瞎猜',
    norm: '范数',
    training: '训练',
    validation: '验证',
    vanishing: '消失线',
    Underfitting: '欠拟合',
    Overfitting: '过拟合',
  },
  patterns: [
    ['Set the learning rate to {0}', '把学习率设为 {0}'],
    ['Divide the learning rate by {0}', '把学习率除以 {0}'],
    ['Leave out the column {0}', '去掉列“{0}”'],
    ['{0} missing or not finite; the first in {1}.', '{0}缺失或不是有限值；第一处在{1}。'],
    ['Standardise the inputs of {0}', '标准化 {0} 的输入'],
    ['Standardise the targets of {0}', '标准化 {0} 的目标值'],
    [
      'The targets of {0} go up to {1} in size (mean {2}, deviation {3}); about 1 is healthy.',
      '{0} 的目标值大到 {1}（均值 {2}，标准差 {3}）；健康的大小约为 1。',
    ],
    [
      'The targets of {0} are no larger than {1}; about 1 is healthy.',
      '{0} 的目标值不超过 {1}；健康的大小约为 1。',
    ],
    [
      'The inputs of {0} go up to {1} in size (from {2} to {3}); about 1 is healthy.',
      '{0} 的输入大到 {1}（从 {2} 到 {3}）；健康的大小约为 1。',
    ],
    [
      'The inputs of {0} are no larger than {1}; about 1 is healthy.',
      '{0} 的输入不超过 {1}；健康的大小约为 1。',
    ],
    [
      'Among the features of {0} the largest deviation is {1} times the smallest.',
      '在 {0} 的各个特征中，最大的标准差是最小的 {1} 倍。',
    ],
    [
      'The column {0} of {1} is nearly the target itself (correlation {2}; the next best column has {3}).',
      '{1} 的列“{0}”几乎就是目标本身（相关系数 {2}；其次的列只有 {3}）。',
    ],
    ['{0} validation samples ({1}) are in the training split too.', '有 {0} 个验证样本（{1}）也在训练集里。'],
    [
      'The validation inputs of {0} have mean {1} and deviation {2}, the training inputs {3} and {4}.',
      '{0} 的验证输入均值为 {1}、标准差为 {2}，而训练输入为 {3} 和 {4}。',
    ],
    [
      'A batch holds {0} classes on average, where a shuffled one would hold {1}.',
      '一个批次平均只有 {0} 个类别，而打乱之后应有 {1} 个。',
    ],
    ['A batch size of {0} or less would fit.', '批大小为 {0} 或更小就放得下。'],
    [
      'No batch size fits: weights, gradients and the optimiser’s numbers alone take {0}. Make the network smaller, freeze a part of it, or use another backend.',
      '任何批大小都放不下：仅权重、梯度和优化器的数就要占 {0}。请把网络变小、冻结一部分，或改用别的后端。',
    ],
    [
      'This training needs at least {0} at a batch size of {1}, but {2} can hold {3}. {4}',
      '批大小为 {1} 时，这次训练至少需要 {0}，而 {2} 只能容纳 {3}。{4}',
    ],
    ['Make {0} give raw scores', '让 {0} 给出原始分数'],
    ['{0} ends in {1}, {2}.', '{0} 以 {1} 结尾，{2}。'],
    [
      '{0} ends in {1}, which gives {2} to {3}, but the targets of {4} go from {5} to {6}.',
      '{0} 以 {1} 结尾，只能给出 {2} 到 {3}，而 {4} 的目标从 {5} 到 {6}。',
    ],
    ['Make {0} linear', '让 {0} 变为线性'],
    [
      '{0} asks yes or no, but its targets name {1} classes.',
      '{0} 问的是“是或否”，而它的目标有 {1} 个类别。',
    ],
    ['Give a score for each of the {0} classes', '给 {0} 个类别各一个分数'],
    [
      '{0} treats the numbers of {1} classes as amounts, as if class 2 lay between 1 and 3.',
      '{0} 把 {1} 个类别的编号当成数量，仿佛类别 2 介于 1 和 3 之间。',
    ],
    [
      '{0} gets {1} scores, but its targets name {2} classes.',
      '{0} 得到 {1} 个分数，而它的目标有 {2} 个类别。',
    ],
    ['Give {0} {1} outputs', '让 {0} 有 {1} 个输出'],
    ['The same holds for {0} more.', '另外还有 {0} 处也是如此。'],
    [
      'Between {0} and {1} there is no activation, so together they are one linear layer.{2}',
      '{0} 与 {1} 之间没有激活函数，因此两者合起来只相当于一个线性层。{2}',
    ],
    ['Bend {0} layers with ReLU', '给 {0} 层加上 ReLU'],
    ['Bend {0} with ReLU', '给 {0} 加上 ReLU'],
    [
      'All units of {0} start with the same weights ({1}){2}.',
      '{0} 的所有单元都从同样的权重开始（{1}）{2}。',
    ],
    [
      'On the training samples {0}, but the validation loss was never better than {1}, where guessing costs {2}.',
      '在训练样本上，{0}，但验证损失从未低于 {1}，而瞎猜的损失是 {2}。',
    ],
    [
      'The validation loss is {0} (its best was {1}, after epoch {2}), the training loss {3}.',
      '验证损失为 {0}（最好时是第 {2} 轮之后的 {1}），训练损失为 {3}。',
    ],
    ['Stop after epoch {0}, where validation was best', '在验证效果最好的第 {0} 轮之后停止'],
    [
      'The commonest class has {0} times the samples of the rarest; of one class only {1} is recognised.',
      '最常见的类别的样本数是最稀有的 {0} 倍；有一个类别只认出了 {1}。',
    ],
    [
      '{0}, and after {1} steps only {2} of what there is to learn is learnt.',
      '{0}，而在 {1} 步之后，只学到了可学内容的 {2}。',
    ],
    [
      'The loss went up to {0} at step {1}, {2} times the first.',
      '损失在第 {1} 步升到 {0}，是最初的 {2} 倍。',
    ],
    [
      'A step changes the weights by {0} of their size (median over layers); about 0.1 % is healthy.{1}',
      '每一步的改变是权重自身大小的 {0}（各层的中位数）；健康的约为 0.1 %。{1}',
    ],
    ['Warm the learning rate up over {0} steps', '用 {0} 步预热学习率'],
    [
      'A step changes the weights by {0} of their size (median over layers); about 0.1 % is healthy.',
      '每一步的改变是权重自身大小的 {0}（各层的中位数）；健康的约为 0.1 %。',
    ],
    [
      'Over the last half the loss swings from step to step by {0} of what guessing costs.',
      '在后一半训练中，损失逐步摆动的幅度达到瞎猜损失的 {0}。',
    ],
    ['{0} A batch holds {1} of {2} samples.', '{0}每个批次只有 {2} 个样本中的 {1} 个。'],
    ['Use batches of {0}', '使用大小为 {0} 的批次'],
    ['At step {0} {1}.', '在第 {0} 步，{1}。'],
    [
      'From the first to the last layer the values grow by {0} decades before any training.',
      '还没开始训练，从第一层到最后一层，数值就增大了 {0} 个数量级。',
    ],
    [
      'From the last layer back to the first the gradient grows by {0} decades before any training.',
      '还没开始训练，从最后一层回到第一层，梯度就增大了 {0} 个数量级。',
    ],
    [
      'The first loss is {0}, {1} times that of guessing, and the gradient has a norm of {2}.',
      '最初的损失为 {0}，是瞎猜的 {1} 倍，梯度范数为 {2}。',
    ],
    [
      'The first loss is {0}, {1} times what guessing costs: the first weights are too large for the scores they make.',
      '最初的损失为 {0}，是瞎猜损失的 {1} 倍：初始权重对它们所产生的分数来说太大了。',
    ],
    [
      '{0} of the units of {1} are zero for the whole first batch.',
      '{1} 的单元中，有 {0} 在整个第一批上都为零。',
    ],
    [
      '{0} of the units of {1} are zero for the whole batch at step {2}; at the start {3} were.',
      '在第 {2} 步，{1} 的单元中有 {0} 在整个批次上都为零；开始时是 {3}。',
    ],
    [
      '{0} of the values of {1} lie where its activation is flat ({2} at the start).',
      '{1} 的值中有 {0} 落在激活函数平坦的地方（开始时是 {2}）。',
    ],
    ['At the first layers ({0}) the gradient is {1}.', '最前面几层（{0}）的梯度{1}。'],
    [
      'A step changes the weights by {0} of their size by now, {1} of what there is to learn is learnt.',
      '到现在，每一步只使权重改变其大小的 {0}，学到了可学内容的 {1}。',
    ],
    [
      'After {0} steps {1} of what there is to learn is learnt (loss {2}, guessing costs {3}), and the loss falls no more.',
      '{0} 步之后，学到了可学内容的 {1}（损失 {2}，瞎猜的损失是 {3}），而损失不再下降。',
    ],
    ['Going back through time it grows by {0} decades.', '沿时间往回走，它增大了 {0} 个数量级。'],
    [
      'At step {0} the gradient has a norm of {1}, where {2} is typical of this run.{3}',
      '在第 {0} 步，梯度范数为 {1}，而这次训练的典型值是 {2}。{3}',
    ],
    [
      'The gradient that reaches the first tenth of the sequence is {0} of that at the last tenth.',
      '到达序列前十分之一的梯度，是后十分之一处的 {0} 倍。',
    ],
    ['At the first layers ({0} to {1}) the gradient is {2}.', '最前面几层（{0} 到 {1}）的梯度{2}。'],
  ],
  within: {
    'more than 1000 %': '超过 1000 %',
    'A number is': '有一个数',
    '{0} numbers are': '有 {0} 个数',
    'which cannot give a score below zero': '它给不出小于零的分数',
    'which keeps the scores within a narrow range before {0} applies {1} itself':
      '在{0}自己应用 {1} 之前，它已把分数限制在狭窄的范围内',
    ', and so do {0} other layers': '，另外 {0} 层也是如此',
    'the loss is {0}': '损失为 {0}',
    '{0} is right': '答对了 {0}',
    '{0} drops {1} of its values': '{0} 丢弃了 {1} 的值',
    'The weight decay is {0}': '权重衰减为 {0}',
    '{0} weighs {1}': '{0} 的强度为 {1}',
    '{0} of what it is at the last ones, relative to their weights': '只有最后几层的 {0} 倍（相对于权重）',
    'no more than {0} (RMS)': '不超过 {0}（均方根）',
    'the weights gave no finite loss any more': '权重不再给出有限的损失',
    'row {0}, column {1}': '第 {0} 行的列“{1}”',
    'row {0}, target {1}': '第 {0} 行的目标 {1}',
  },
}
