/** Titles, docs, settings and ports of attention and what belongs to it. */
import type { Phrases } from '../../translate'

export const nodesAttention: Phrases = {
  exact: {
    'Multi-head attention': '多头注意力',
    'Every place of a sequence looks at all places, weighs them by how well they match, and takes a mix of them. Several heads look for different things.':
      '序列的每个位置都查看所有位置，按匹配程度加权，取它们的混合。几个头各自寻找不同的东西。',
    Heads: '头数',
    'How many ways of looking, side by side.': '并行地有多少种查看方式。',
    'Key size': '键的大小',
    'Numbers by which one head matches. Heads × key size is usually the width of the query.':
      '一个头用多少个数来匹配。头数 × 键的大小通常等于查询的宽度。',
    'Value size': '值的大小',
    'Numbers that one head takes from a place; 0 means as many as the key size.':
      '一个头从一个位置取多少个数；0 表示与键的大小相同。',
    'Adds learned numbers to all four projections.': '给全部四个投影加上可学习的数。',
    'A place may look at itself and at earlier ones only: needed to predict what comes next.':
      '每个位置只能看自己和更早的位置：要预测下文就需要它。',
    'How the first weights of the four projections are drawn.': '四个投影的初始权重怎样抽取。',
    'The sequence that looks, B × T × features.': '进行查看的序列，B × T × 特征数。',
    'The sequence that is looked at; open, the query itself (self-attention).':
      '被查看的序列；不接则为查询自身（自注意力）。',
    'What is taken from each place of key; open, the key.': '从键的每个位置取出的内容；不接则为键本身。',
    '1 where a place may look, 0 where not: B × T of query × T of key (or × 1 ×).':
      '可以看的位置为 1，不可以看的为 0：B × 查询的 T × 键的 T（或 × 1 ×）。',
    'As query: for every place the mix of what it looked at.': '形状同查询：每个位置得到它所看内容的混合。',
    'Who looked where: B × heads × T of query × T of key; each row adds up to one.':
      '谁看了哪里：B × 头数 × 查询的 T × 键的 T；每行之和为 1。',
    'Grouped-query attention': '分组查询注意力',
    'Attention whose query heads share key and value heads, which saves weights and memory. One shared head is multi-query attention.':
      '多个查询头共用键和值的头的注意力，节省权重和内存。只有一个共用头时就是多查询注意力。',
    'How many query heads: ways of looking, side by side.': '有多少个查询头：并行的查看方式。',
    'How many key and value heads; heads must be a multiple. 1 is multi-query attention.':
      '有多少个键和值的头；头数必须是它的整数倍。1 就是多查询注意力。',
    'Numbers of one head.': '一个头有多少个数。',
    Window: '窗口',
    'How many places are in reach, the place itself included (a sliding window); 0 is all of them.':
      '能看到多少个位置，包括自身（滑动窗口）；0 表示全部。',
    Positions: '位置',
    'How places are told apart: by turning queries and keys (rotary), or by a cost for distance (ALiBi).':
      '怎样区分位置：旋转查询和键（rotary），或对距离施加惩罚（ALiBi）。',
    rotary: '旋转（rotary）',
    alibi: 'ALiBi',
    Base: '底数',
    'How much slower the slowest pair of a rotary head turns than the fastest.':
      '旋转位置的头里，最慢的一对比最快的一对转得慢多少倍。',
    'Cross-attention': '交叉注意力',
    'Every place of one sequence looks at all places of another and takes a mix of them: how a decoder reads what an encoder made.':
      '一个序列的每个位置都查看另一个序列的所有位置，取它们的混合：解码器就是这样读取编码器的结果。',
    'Numbers of one head. Heads × key size is usually the width of x.':
      '一个头有多少个数。头数 × 键的大小通常等于 x 的宽度。',
    'The sequence that is looked at, such as what an encoder gives.': '被查看的序列，例如编码器的输出。',
    '1 where a place may look, 0 where not: B × T of x × T of memory (or × 1 ×).':
      '可以看的位置为 1，不可以看的为 0：B × x 的 T × memory 的 T（或 × 1 ×）。',
    'As x: for every place the mix of what it looked at.': '形状同 x：每个位置得到它所看内容的混合。',
    'Who looked where: B × heads × T of x × T of memory; each row adds up to one.':
      '谁看了哪里：B × 头数 × x 的 T × memory 的 T；每行之和为 1。',
    'Attention mask': '注意力掩码',
    'Says where attention may look: not at padding, only backwards, only nearby, or all of these. Wire it to the mask port of an attention.':
      '规定注意力可以看哪里：不看补齐部分、只看前面、只看附近，或兼而有之。请接到注意力的 mask 端口。',
    'Padding token': '补齐词元',
    'The token id that stands for nothing and is not looked at; -1 where there is none. In a mask it is 0.':
      '什么也不代表、不会被查看的词元编号；没有则写 -1。在掩码中它是 0。',
    'A place may look at itself and at earlier ones only.': '每个位置只能看自己和更早的位置。',
    'How many places are in reach, the place itself included; 0 is all of them.':
      '能看到多少个位置，包括自身；0 表示全部。',
    'Token ids B × T, or a mask B × T that is 1 where a place holds something and 0 where not.':
      '词元编号 B × T，或掩码 B × T：有内容的位置为 1，没有的为 0。',
    'A mask of ones and zeros: B × 1 × T for padding alone, else B × T × T.':
      '由 1 和 0 组成的掩码：只排除补齐部分时为 B × 1 × T，否则为 B × T × T。',
    'Token and position embedding': '词元与位置嵌入',
    'Adds a learned row for every token and one for its place: what a language model begins with.':
      '为每个词元加一行可学习的数，再为它的位置加一行：语言模型就从这里开始。',
    'How the first rows of the tokens are drawn.': '词元的初始各行怎样抽取。',
    'Position initialiser': '位置初始化',
    'How the first rows of the places are drawn.': '位置的初始各行怎样抽取。',
    'Token ids B × T.': '词元编号 B × T。',
    'One row a token: B × T × units.': '每个词元一行：B × T × 单元数。',
    'Sinusoidal position': '正弦位置编码',
    'Adds sines and cosines of the place to every place of a sequence, so that attention knows the order. Nothing is learned, and any length will do.':
      '给序列的每个位置加上该位置的正弦和余弦，使注意力知道次序。不需要学习，任何长度都可以。',
    'Multiplies x by the square root of its features first, as the Transformer does behind its embeddings.':
      '先把 x 乘以其特征数的平方根，Transformer 在嵌入之后就是这样做的。',
    'How much longer the longest wave is than the shortest.': '最长的波比最短的波长多少倍。',
    'Rotary position': '旋转位置编码',
    'Turns pairs of numbers by an angle that grows with the place. Products of a query and a key then depend on how far apart the two stand.':
      '把成对的数旋转一个随位置增大的角度。于是查询与键的乘积取决于两者相距多远。',
    'Into how many heads the features are split; each is turned alike.':
      '把特征分成多少个头；每个头以同样方式旋转。',
    Layout: '配对方式',
    'What makes a pair: a number and the one half a head later (LLaMA), or two neighbours (the paper).':
      '怎样配成一对：一个数与其后半个头处的数（LLaMA），或相邻的两个数（论文）。',
    half: '相隔半个头',
    interleaved: '相邻交错',
    'How much slower the slowest pair turns than the fastest.': '最慢的一对比最快的一对转得慢多少倍。',
    'Queries or keys B × T × features.': '查询或键：B × T × 特征数。',
    'Patch embedding': '图块嵌入',
    'Cuts an image into patches, row by row, and makes a row of features of each: the sequence on which a vision Transformer works.':
      '把图像逐行切成图块，并为每一块生成一行特征：视觉 Transformer 处理的就是这样的序列。',
    'Patch size': '图块大小',
    'Height and width of a patch.': '图块的高和宽。',
    'How many numbers stand for one patch.': '用多少个数表示一个图块。',
    'Adds one learned number to every feature.': '给每个特征加上一个可学习的数。',
    'B × patches × units, the patches from left to right and from top to bottom.':
      'B × 图块数 × 单元数，图块从左到右、从上到下排列。',
    'Class token': '类别词元',
    'Puts one learned row before a sequence. Attention gathers there what it finds; a classifier reads that place alone.':
      '在序列前面放上一行可学习的数。注意力把发现的内容汇集到那里；分类器只读取那个位置。',
    'How the first row is drawn.': '第一行的初始值怎样抽取。',
    'One place longer, the learned row first.': '多一个位置，可学习的那行在最前面。',
    'Soft prompt': '软提示',
    'Puts a few learned rows before a sequence. Freeze the rest of the model, and they alone learn to steer it.':
      '在序列前面放上几行可学习的数。把模型的其余部分冻结，就只由它们来学习引导模型。',
    'How many rows come before the sequence.': '序列前面放多少行。',
    'The learned rows, then x.': '先是可学习的各行，然后是 x。',
    'Output embedding': '输出嵌入',
    'Scores every token of the vocabulary by how well its row matches the features. Let it use the weights of an Embedding to tie the two.':
      '按每个词元的那一行与特征匹配的程度，为词表中的每个词元打分。让它使用某个嵌入节点的权重，就能把两者绑定。',
    'How many different tokens there are: the scores of one place.':
      '有多少个不同的词元：也就是一个位置的分数个数。',
    'Adds one learned number to the score of every token. An embedding whose weights are used has none to give.':
      '给每个词元的分数加上一个可学习的数。共用其权重的嵌入节点没有这个数可用。',
    'How the first rows are drawn, where they are its own.': '各行属于它自己时，初始值怎样抽取。',
    'Features on the last axis, as many as a row has.': '特征在最后一个轴上，个数与一行的长度相同。',
    'One score (logit) for every token, on the last axis.': '每个词元一个分数（logit），在最后一个轴上。',
    'Feed-forward': '前馈网络',
    'Two dense layers with an activation between, on each place alone: what a Transformer does after every attention. A gate makes it SwiGLU or GEGLU.':
      '两个全连接层，中间有激活函数，分别作用在每个位置上：Transformer 在每次注意力之后都这样做。加上门控就是 SwiGLU 或 GEGLU。',
    Hidden: '隐藏大小',
    'How many numbers stand between the two; usually four times the features.':
      '两层之间有多少个数；通常是特征数的四倍。',
    'How many outputs; 0 means as many as there are inputs.': '有多少个输出；0 表示与输入一样多。',
    'Bends the hidden numbers, or the gate. gelu-tanh is the approximation that GPT-2 uses.':
      '让隐藏的数或门控“弯曲”。gelu-tanh 是 GPT-2 所用的近似形式。',
    'Multiplies the hidden numbers by a second, bent map of x: SwiGLU with swish, GEGLU with gelu.':
      '把隐藏的数乘以 x 的另一个经过激活的映射：用 swish 就是 SwiGLU，用 gelu 就是 GEGLU。',
    'The share of hidden numbers that is set to zero while training.': '训练时置零的隐藏数所占的比例。',
    'Adds learned numbers to every map.': '给每个映射加上可学习的数。',
    'Encoder block': '编码器块',
    'A whole Transformer layer: every place looks at the others, then each thinks for itself. Causal, it is a layer of a language model such as GPT.':
      '完整的一个 Transformer 层：每个位置先查看其他位置，再各自思考。设为因果时，就是 GPT 这类语言模型的一层。',
    'Numbers of one head. Heads × key size is usually the number of features.':
      '一个头有多少个数。头数 × 键的大小通常等于特征数。',
    'Feed forward size': '前馈大小',
    'Numbers between the two maps of the feed-forward part; usually four times the features.':
      '前馈部分两个映射之间有多少个数；通常是特征数的四倍。',
    'Bends the numbers between the two maps of the feed-forward part.': '让前馈部分两个映射之间的数“弯曲”。',
    Order: '次序',
    'Normalises before every part (pre: trains more steadily), or behind every sum (post: the first Transformer, BERT).':
      '在每个部分之前归一化（pre：训练更平稳），或在每次相加之后归一化（post：最初的 Transformer、BERT）。',
    pre: '在前（pre）',
    post: '在后（post）',
    Norm: '归一化方式',
    'LayerNorm, or the cheaper RMSNorm, which takes no mean off.':
      '层归一化，或更省事、不减均值的 RMS 归一化。',
    rms: 'RMS 归一化',
    'Added to the variance of a norm, so that nothing is divided by zero.':
      '加在归一化的方差上，以免除以零。',
    'The share that is set to zero while training: of the looks, of the hidden numbers, and of what every part gives.':
      '训练时置零的比例：作用于注意力权重、隐藏的数，以及每个部分的输出。',
    'Adds learned numbers to all projections and maps.': '给所有投影和映射加上可学习的数。',
    '1 where a place may look, 0 where not: B × T × T (or B × 1 × T).':
      '可以看的位置为 1，不可以看的为 0：B × T × T（或 B × 1 × T）。',
    'Decoder block': '解码器块',
    'A whole layer of a Transformer that writes while it reads: it looks back at its own places, then at those of an encoder, then thinks.':
      '边读边写的 Transformer 的完整一层：先回看自己的位置，再看编码器的位置，然后思考。',
    'The sequence that is written, B × T × features. A place sees itself and earlier ones only.':
      '正在写的序列，B × T × 特征数。每个位置只能看到自己和更早的位置。',
    'The sequence that is read, such as what the last encoder block gives.':
      '被读取的序列，例如最后一个编码器块的输出。',
    '1 where a place of x may look in x, 0 where not: B × T × T (or B × 1 × T).':
      'x 的位置在 x 中可以看的为 1，不可以看的为 0：B × T × T（或 B × 1 × T）。',
    '1 where a place of x may look in memory: B × T of x × T of memory (or × 1 ×).':
      'x 的位置在 memory 中可以看的为 1：B × x 的 T × memory 的 T（或 × 1 ×）。',
    'The shape of x.': '形状与 x 相同。',
  },
  patterns: [],
}
