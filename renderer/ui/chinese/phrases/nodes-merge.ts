/** Titles, docs, settings and ports of nodes that join values. */
import type { Phrases } from '../../translate'

export const nodesMerge: Phrases = {
  exact: {
    Add: '相加',
    'Adds values of the same shape, number by number. With a shortcut around some layers it makes a residual block.':
      '把形状相同的值逐个数相加。配上绕过若干层的捷径，就成了残差块。',
    'Two or more values of one shape.': '两个或更多形状相同的值。',
    'Their sum, of the same shape.': '它们的和，形状不变。',
    Residual: '残差连接',
    'Adds a shortcut to what a branch made of it, so that the branch has only the difference to learn. Deep nets train because of it.':
      '把捷径加到分支的结果上，于是分支只需学习两者之差。深层网络因此才能训练。',
    Shortcut: '捷径',
    'same adds x as it is. project learns a map of x to the channels and places of the branch, as a 1 × 1 convolution.':
      'same 原样加上 x。project（投影）学习一个映射，把 x 变到分支的通道数和位置上，相当于 1 × 1 卷积。',
    project: 'project（投影）',
    'Adds one learned number to every channel of the projection.': '给投影的每个通道加上一个可学习的数。',
    'How the first weights of the projection are drawn.': '投影的初始权重怎样抽取。',
    'How its first biases are drawn.': '投影的初始偏置怎样抽取。',
    'What went into the branch.': '进入分支的数据。',
    'The shape of the branch.': '形状与分支相同。',
    Subtract: '相减',
    'Takes the second value off the first, number by number. Axes of length 1 stretch to the length of the other.':
      '从第一个值中减去第二个值，逐个数计算。长度为 1 的轴会扩展到另一个值的长度。',
    'What is taken from.': '被减数。',
    'What is taken off.': '减数。',
    'Their difference, a - b.': '它们的差 a - b。',
    Multiply: '相乘',
    'Multiplies values of the same shape, number by number. With a sigmoid before one input it is a gate.':
      '把形状相同的值逐个数相乘。其中一个输入前面接 sigmoid，就成了一道门。',
    'Two or more values of one shape; axes of length 1 stretch to the others.':
      '两个或更多形状相同的值；长度为 1 的轴会扩展到与其他值一样长。',
    'Their product.': '它们的积。',
    Average: '平均',
    'The mean of values of the same shape, number by number: for example of the answers of several networks.':
      '形状相同的值逐个数取平均：例如几个网络的答案的平均。',
    'Their mean.': '它们的平均值。',
    Maximum: '逐元素最大',
    'The largest of values of the same shape, number by number. The gradient flows only to the larger one.':
      '形状相同的值逐个数取最大。梯度只流向较大的那个。',
    'The largest number at every place.': '每个位置上最大的数。',
    Minimum: '逐元素最小',
    'The smallest of values of the same shape, number by number. The gradient flows only to the smaller one.':
      '形状相同的值逐个数取最小。梯度只流向较小的那个。',
    'The smallest number at every place.': '每个位置上最小的数。',
    MatMul: '矩阵乘法',
    'Multiplies matrix by matrix: every row of a with every column of b. Attention compares queries and keys this way.':
      '矩阵相乘：a 的每一行乘以 b 的每一列。注意力就是这样比较查询与键的。',
    'Transpose a': '转置 a',
    'Swap rows and columns of a first.': '先交换 a 的行和列。',
    'Transpose b': '转置 b',
    'Swap rows and columns of b first, as for queries and keys.': '先交换 b 的行和列，就像查询与键那样。',
    Scaled: '缩放',
    'Divide by the square root of the length that is summed over, so that longer sums are not larger.':
      '除以求和长度的平方根，使项数多的和不会更大。',
    'Matrices on the last two axes.': '最后两个轴构成矩阵。',
    'As many matrices; a stack of one serves all.': '同样多的矩阵；若只有一个，则供所有矩阵共用。',
    'Rows of a by columns of b.': 'a 的行数 × b 的列数。',
    Dot: '点积',
    'Sums of products along one axis of each value: how alike two rows are. Normalised, the rows are taken at length 1 and the sums are cosines.':
      '沿每个值的一个轴求乘积之和：两行有多相像。归一化后各行长度为 1，所得的和就是余弦。',
    Axes: '轴',
    'The axis of a and the axis of b along which products are summed; -1 is the last.':
      '沿 a 的哪个轴和 b 的哪个轴求乘积之和；-1 表示最后一个轴。',
    Normalise: '归一化',
    'Bring both to length 1 along their axis first.': '先把两者沿各自的轴变为长度 1。',
    'Rows or matrices.': '行或矩阵。',
    'What is left of a, then what is left of b; two rows give one number.':
      '先是 a 余下的轴，再是 b 余下的轴；两行相乘得到一个数。',
    Outer: '外积',
    'Multiplies every feature of a with every feature of b: all their pairs, such as the interactions of two kinds of input.':
      '把 a 的每个特征乘以 b 的每个特征：得到所有的配对，例如两类输入之间的交互。',
    'Features at the same places.': '同样位置上的特征。',
    'Features of a by features of b.': 'a 的特征数 × b 的特征数。',
    Concatenate: '拼接',
    'Lays values side by side along one axis, so that what follows sees them all. The order of the wires is the order of the parts.':
      '把几个值沿一个轴并排放在一起，使后面的层都能看到。连线的次序就是各部分的次序。',
    'The axis along which the parts lie; -1 is the last one (features or channels).':
      '各部分沿哪个轴排列；-1 表示最后一个轴（特征或通道）。',
    'Two or more values, equal but for one axis.': '两个或更多的值，除一个轴外形状都相同。',
    'All parts, one after another.': '所有部分依次相接。',
  },
  patterns: [],
}
