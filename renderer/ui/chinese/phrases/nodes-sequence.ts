/** Titles, docs, settings and ports of the nodes for sequences. */
import type { Phrases } from '../../translate'

export const nodesSequence: Phrases = {
  exact: {
    Embedding: '嵌入层',
    'Looks up a learned row of numbers for every token, so that tokens with like uses can come to lie near each other.':
      '为每个词元查出一行可学习的数，用法相近的词元可以逐渐靠近。',
    Vocabulary: '词表大小',
    'How many different tokens there are; ids run from 0 to one less.':
      '有多少个不同的词元；编号从 0 到这个数减一。',
    'How many numbers stand for one token.': '用多少个数表示一个词元。',
    Initialiser: '初始化',
    'How the first rows are drawn.': '初始的各行怎样抽取。',
    'Token ids.': '词元编号。',
    'One row a token: the axes of x and one more.': '每个词元一行：比 x 多一个轴。',
    'Position embedding': '位置嵌入',
    'Adds a learned row to every place of a sequence. Attention looks at all places alike; this tells it which is where.':
      '给序列的每个位置加上一行可学习的数。注意力对所有位置一视同仁；它告诉注意力谁在哪里。',
    Length: '长度',
    'The longest sequence that can be given; shorter ones use the first rows.':
      '能接受的最长序列；较短的序列使用前面的若干行。',
    'A sequence B × T × features.': '序列：B × T × 特征数。',
    LSTM: 'LSTM 长短期记忆',
    'Reads a sequence step by step and keeps a memory that gates open and close, so that what came early is not lost.':
      '逐步读入序列，并保有一份由门来开关的记忆，使早先的内容不会丢失。',
    'Size of the memory, and of the output at every step.': '记忆的大小，也是每一步输出的大小。',
    'Bends what is written to the memory and what is read from it.':
      '让写入记忆的内容和从记忆读出的内容“弯曲”。',
    'Recurrent activation': '循环激活函数',
    'Opens and closes the gates; sigmoid stays between shut (0) and open (1). hard-sigmoid is relu6(z + 3) / 6.':
      '开关各个门；sigmoid 总在关（0）与开（1）之间。hard-sigmoid 是 relu6(z + 3) / 6。',
    'Adds one learned number to every gate of every unit.': '给每个单元的每个门加上一个可学习的数。',
    'Return sequences': '返回整个序列',
    'Give the output of every step instead of the last one only: needed before another recurrent layer.':
      '给出每一步的输出，而不只是最后一步：后面再接循环层时需要它。',
    'Return state': '返回状态',
    'Also give the state after the last step, to start another layer from (encoder and decoder).':
      '同时给出最后一步之后的状态，供另一层由此开始（编码器与解码器）。',
    'Go backwards': '反向读取',
    'Read from the last step to the first. The outputs of every step come in the order of reading.':
      '从最后一步读到第一步。各步的输出按读取的次序排列。',
    'While training, the share of input features that is set to zero, the same ones at every step of a sequence.':
      '训练时置零的输入特征所占的比例，一个序列的每一步置零同样的特征。',
    'How the first weights on the input are drawn.': '作用在输入上的初始权重怎样抽取。',
    'Recurrent initialiser': '循环权重初始化',
    'How the first weights on the previous output are drawn. Orthogonal keeps its length from step to step.':
      '作用在上一步输出上的初始权重怎样抽取。正交（orthogonal）能使其长度逐步保持不变。',
    'How the first biases are drawn. unitForgetBias starts with the forget gate open, so that the memory lasts.':
      '初始偏置怎样抽取。unitForgetBias 使遗忘门一开始就打开，于是记忆能够持久。',
    '1 where a step is real, 0 where it only fills up, B × T. Such a step keeps the state and repeats the last output.':
      '真实的步为 1，只是补齐的步为 0，B × T。补齐的步保持状态不变，并重复上一个输出。',
    'The state before the first step, B × units; open, zeros.': '第一步之前的状态，B × 单元数；不接则为零。',
    'The memory before the first step, B × units; open, zeros.': '第一步之前的记忆，B × 单元数；不接则为零。',
    'The last output B × units, or with return sequences B × T × units.':
      '最后的输出 B × 单元数；返回整个序列时为 B × T × 单元数。',
    'The output after the last step, B × units.': '最后一步之后的输出，B × 单元数。',
    'The memory after the last step, B × units.': '最后一步之后的记忆，B × 单元数。',
    'Sequence log-probability': '序列对数概率',
    'How likely a language model thinks a whole text: the log-probabilities of its tokens, summed. One number a text, for DPO, PPO or ranking.':
      '语言模型认为一整段文本有多大可能：各词元的对数概率之和。每段文本一个数，用于 DPO、PPO 或排序。',
    Shift: '平移',
    'On: the scores at a place speak of the next token, as in a language model that reads its own text; the first token is then given.':
      '打开时：某个位置的分数说的是下一个词元，就像语言模型读自己的文本那样；第一个词元视为已给定。',
    'Divide by the number of tokens that count, so that long texts are not less likely for their length.':
      '除以算数的词元个数，使长文本不会因为长就显得不可能。',
    'One score a token of the vocabulary (logits): B × T × vocabulary.':
      '词表中每个词元一个分数（logits）：B × T × 词表大小。',
    'The tokens of the text, B × T; numbers below zero are no tokens.':
      '文本的词元，B × T；小于零的数不是词元。',
    '1 for each token that counts, 0 for padding or the question; open: all count.':
      '算数的词元为 1，补齐部分或问题部分为 0；不接则全部算数。',
    'One log-probability a text, in nats.': '每段文本一个对数概率，单位为奈特。',
    GRU: 'GRU',
    'Reads a sequence step by step; gates choose how much of its state each step replaces. Nearly as lasting as LSTM, with a quarter less to learn.':
      '逐步读入序列；由门决定每一步替换掉多少状态。记忆几乎和 LSTM 一样持久，要学的却少四分之一。',
    'Reset after': '先乘后重置',
    'Whether the reset gate works on the product with the last output (as Keras, PyTorch and cuDNN) or on that output itself (Cho et al. 2014).':
      '重置门是作用在与上一步输出相乘的积上（如 Keras、PyTorch 和 cuDNN），还是作用在该输出本身上（Cho 等，2014）。',
    'Adds learned numbers to every gate of every unit: two rows of them with reset after, else one.':
      '给每个单元的每个门加上可学习的数：先乘后重置时有两行，否则一行。',
    'The state after the last step, B × units.': '最后一步之后的状态，B × 单元数。',
    'Simple RNN': '简单 RNN',
    'Reads a sequence step by step and mixes each step with its last output. The plainest memory: it soon forgets; LSTM and GRU last longer.':
      '逐步读入序列，把每一步与上一步的输出混合。最朴素的记忆：忘得很快；LSTM 和 GRU 更持久。',
    'Adds one learned number to every unit.': '给每个单元加上一个可学习的数。',
    Bidirectional: '双向',
    'Reads a sequence from both ends with two recurrent cells, so that every step knows what came before and what comes after.':
      '用两个循环单元从两端读入序列，使每一步既知道前文也知道后文。',
    Cell: '循环单元',
    'What walks in each direction.': '每个方向上使用什么循环单元。',
    lstm: 'LSTM',
    gru: 'GRU',
    'simple-rnn': '简单 RNN',
    'Merge mode': '合并方式',
    'How the two outputs become one: side by side (twice the units), added, multiplied, or their mean.':
      '两个输出怎样合为一个：并排（单元数加倍）、相加、相乘，或取平均。',
    concat: '拼接',
    sum: '求和',
    multiply: '相乘',
    'Give the outputs of every step, both directions at the same step, instead of the last one of each direction.':
      '给出每一步的输出（两个方向在同一步），而不是每个方向的最后一个输出。',
    'Adds learned numbers to every unit in both directions.': '给两个方向的每个单元加上可学习的数。',
    'How the first biases are drawn. For LSTM, unitForgetBias starts with the forget gate open.':
      '初始偏置怎样抽取。对于 LSTM，unitForgetBias 使遗忘门一开始就打开。',
    'B × units, or with return sequences B × T × units; twice the units where they stand side by side.':
      'B × 单元数；返回整个序列时为 B × T × 单元数；并排时单元数加倍。',
    'Stacked RNN': '堆叠 RNN',
    'Several recurrent layers of one kind on top of each other: each reads every step of the one below. Higher layers find slower patterns.':
      '几个同类的循环层叠在一起：每一层读取下一层的每一步。越高的层发现越缓慢的模式。',
    'What every layer is.': '每一层是什么。',
    Layers: '层数',
    'How many stand on top of each other.': '叠多少层。',
    'While training, the share of numbers between two layers that is set to zero, drawn for every step anew.':
      '训练时两层之间置零的数所占的比例，每一步重新抽取。',
    'Give the output of every step of the highest layer instead of the last one only.':
      '给出最高一层每一步的输出，而不只是最后一步。',
    'Adds learned numbers to every unit of every layer.': '给每一层的每个单元加上可学习的数。',
    'Of the highest layer: B × units, or with return sequences B × T × units.':
      '最高一层的输出：B × 单元数；返回整个序列时为 B × T × 单元数。',
    'Time distributed': '逐步应用',
    'Applies one and the same layer to every step of a sequence: a Dense to features, a Conv2D to the images of a film.':
      '把同一个层用在序列的每一步上：对特征用全连接层，对影片的每一帧用二维卷积。',
    Layer: '层',
    'What is applied to each step.': '每一步上应用什么。',
    dense: '全连接层',
    conv2d: '二维卷积',
    'Outputs of the Dense, or filters of the Conv2D.': '全连接层的输出个数，或二维卷积的滤波器数。',
    'Conv2D: height and width of the window.': '二维卷积：窗口的高和宽。',
    'Conv2D: how far the window moves at a time, down and across.': '二维卷积：窗口每次向下和向右移动多远。',
    'Conv2D: same adds zeros around each image so that stride 1 keeps its size; valid stays inside.':
      '二维卷积：same 在每幅图像四周补零，使步幅为 1 时大小不变；valid 只停留在图像内部。',
    'How the first weights are drawn.': '初始权重怎样抽取。',
    'B × T × features for a Dense, B × T × height × width × channels for a Conv2D.':
      '用全连接层时为 B × T × 特征数，用二维卷积时为 B × T × 高 × 宽 × 通道数。',
    'As many steps, each with what the layer makes of it.': '步数不变，每一步是该层处理后的结果。',
    ConvLSTM2D: '二维卷积 LSTM',
    'Reads images one after the other, with a memory that is an image itself: small windows of weights look at picture and memory alike.':
      '一幅接一幅地读入图像，它的记忆本身也是图像：小的权重窗口同样地看图像和记忆。',
    'How many patterns are looked for; the channels of memory and output.':
      '要寻找多少种模式；也就是记忆和输出的通道数。',
    'Height and width of both windows.': '两种窗口的高和宽。',
    'How far the window on the images moves at a time, down and across.':
      '图像上的窗口每次向下和向右移动多远。',
    'same adds zeros around each image so that stride 1 keeps its size; valid stays inside. The memory keeps its size always.':
      'same 在每幅图像四周补零，使步幅为 1 时大小不变；valid 只停留在图像内部。记忆的大小始终不变。',
    'Adds one learned number to every gate of every filter.': '给每个滤波器的每个门加上一个可学习的数。',
    'A sequence of images B × T × height × width × channels.': '图像序列：B × T × 高 × 宽 × 通道数。',
    'The output before the first step, B × height × width × filters; open, zeros.':
      '第一步之前的输出，B × 高 × 宽 × 滤波器数；不接则为零。',
    'The memory before the first step, B × height × width × filters; open, zeros.':
      '第一步之前的记忆，B × 高 × 宽 × 滤波器数；不接则为零。',
    'The last output, an image with one channel a filter; with return sequences one for every step.':
      '最后的输出，一幅每个滤波器一个通道的图像；返回整个序列时每一步一幅。',
    'The output after the last step.': '最后一步之后的输出。',
    'The memory after the last step.': '最后一步之后的记忆。',
    Masking: '掩码',
    'Finds the steps that only fill a sequence up: all their features are one value. Wire the mask to the layers that shall pass over them.':
      '找出只是用来补齐序列的步：这些步的所有特征都等于同一个值。请把掩码接到应当跳过它们的层上。',
    'Mask value': '掩码值',
    'What all features of a step are where the step is not real.': '不真实的步，其所有特征都等于这个值。',
    'The sequence, with zeros at the steps that are not real.': '序列，其中不真实的步为零。',
    '1 where a step is real, 0 where not, B × T.': '真实的步为 1，其余为 0，B × T。',
    'Masked mean': '掩码均值',
    'Takes the mean over the real steps of a sequence and passes over those that only fill it up. Rows without a real step give zeros.':
      '只对序列中真实的步取平均，跳过用来补齐的步。没有真实步的行得到零。',
    '1 where a step is real, 0 where it only fills up, B × T.': '真实的步为 1，只是补齐的步为 0，B × T。',
    'The mean, B × features.': '平均值，B × 特征数。',
    'Last step': '最后一步',
    'Keeps the last step of a sequence; with a mask the last real one, wherever the sequence ends. Rows without a real step give zeros.':
      '保留序列的最后一步；有掩码时保留最后一个真实的步，无论序列在哪里结束。没有真实步的行得到零。',
    'One step, B × features.': '一步，B × 特征数。',
  },
  patterns: [],
}
