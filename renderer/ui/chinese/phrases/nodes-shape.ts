/** Titles, docs, settings and ports of nodes that lay numbers out anew. */
import type { Phrases } from '../../translate'

export const nodesShape: Phrases = {
  exact: {
    Flatten: '展平',
    'Lays the numbers of each sample out in one row: what stands between convolutions and dense layers.':
      '把每个样本的数排成一行：位于卷积与全连接层之间。',
    'Samples of any fixed shape.': '任意固定形状的样本。',
    'One row a sample, in row-major order (channels vary fastest).':
      '每个样本一行，按行优先排列（通道变化最快）。',
    Reshape: '变形',
    'Gives the numbers of each sample another shape; their order stays. A row of 64 becomes an image of 8 × 8 × 1.':
      '给每个样本的数换一个形状，数的次序不变。一行 64 个数就变成 8 × 8 × 1 的图像。',
    'Shape of one sample, without the batch. One axis may be -1: it takes what is left.':
      '单个样本的形状，不含批量轴。其中一个轴可以写 -1，由剩下的数算出。',
    'The same numbers in the shape asked for.': '同样的数，排成所要的形状。',
    Permute: '轴重排',
    'Puts the axes of each sample in another order: 2, 1 makes rows of columns. The numbers stay the same.':
      '把每个样本的轴换一个次序：2, 1 使列变成行。数本身不变。',
    Dims: '轴的次序',
    'Which axis of x stands first, second and so on. The batch is axis 0 and stays in front.':
      'x 的哪个轴排第一、哪个排第二，依此类推。批量是轴 0，始终在最前面。',
    'Samples with as many axes as are listed.': '样本的轴数与所列的一样多。',
    'The same numbers, their axes in the new order.': '同样的数，轴按新的次序排列。',
    ExpandDims: '增加轴',
    'Adds an axis one long, so that a row can be a sequence of one step, or stretch beside something longer.':
      '增加一个长度为 1 的轴，使一行可以当作只有一步的序列，或在更长的值旁边扩展。',
    'Where the new axis stands in the result; -1 is last.': '新轴在结果中的位置；-1 表示最后。',
    'The same numbers with one axis more.': '同样的数，多一个轴。',
    Squeeze: '去掉轴',
    'Takes an axis away that is one long. The numbers stay the same.': '去掉一个长度为 1 的轴。数本身不变。',
    'The axis that goes; -1 is the last one.': '要去掉的轴；-1 表示最后一个轴。',
    'Numbers with an axis one long.': '有一个轴长度为 1 的数据。',
    'The same numbers with one axis fewer.': '同样的数，少一个轴。',
    Slice: '切片',
    'Takes a stretch of one axis, such as the first 10 steps or the last 3 features, or a single place of it, such as the last step.':
      '取一个轴上的一段，例如前 10 步或最后 3 个特征；也可以只取一个位置，例如最后一步。',
    'The axis that is cut; -1 is the last one (features).': '要切的轴；-1 表示最后一个轴（特征）。',
    Begin: '起点',
    'The first place that is taken. Negative counts from the end: -1 is the last place.':
      '从哪个位置开始取。负数从末尾数起：-1 是最后一个位置。',
    'How many places are taken; 0 takes everything up to the end.': '取多少个位置；0 表示一直取到末尾。',
    'Keep axis': '保留轴',
    'Off takes the one place at begin and drops the axis, as a picture out of a film.':
      '关闭时只取起点处的一个位置并去掉这个轴，就像从影片中取出一帧。',
    'What was taken.': '取出的部分。',
    Split: '拆分',
    'Cuts a value into equal parts along one axis, each with an output of its own: the heads of a net, or a mean and a deviation.':
      '把一个值沿一个轴切成相等的几份，每份各有一个输出：例如网络的多个头，或均值与标准差。',
    Parts: '份数',
    'How many parts, two to eight; they must divide the axis evenly.':
      '切成几份，二至八份；必须能整除该轴的长度。',
    'The first part.': '第一份。',
    'The second part.': '第二份。',
    'The third part.': '第三份。',
    'The fourth part.': '第四份。',
    'The fifth part.': '第五份。',
    'The sixth part.': '第六份。',
    'The seventh part.': '第七份。',
    'The eighth part.': '第八份。',
    Repeat: '重复',
    'Repeats a whole sample as every step of a sequence (what a decoder starts from), or each place of an axis, as in 1, 1, 2, 2.':
      '把整个样本重复为序列的每一步（解码器的起点），或把一个轴的每个位置重复几次，如 1, 1, 2, 2。',
    Mode: '方式',
    'sequence: the sample becomes every step of a new first axis. elements: each place of an axis stands several times.':
      'sequence（序列）：样本成为新的第一个轴上的每一步。elements（元素）：轴上每个位置连续出现几次。',
    sequence: 'sequence（序列）',
    elements: 'elements（元素）',
    Times: '次数',
    'How many times.': '重复多少次。',
    'The axis whose places are repeated; sequence needs none.': '哪个轴的位置要重复；sequence 方式不需要。',
    'The repeated numbers.': '重复之后的数。',
    Gather: '按位取值',
    'Picks places of an axis by number, for every sample its own: the last real step of a padded sequence, or the masked tokens.':
      '按编号选取一个轴上的位置，每个样本可以不同：例如补齐过的序列的最后一个真实步，或被掩蔽的词元。',
    'The axis that the numbers count along; 1 is time.': '编号所沿的轴；1 是时间轴。',
    'What is picked from.': '从中选取的数据。',
    'Place numbers from 0: one a sample (B), which drops the axis, or several (B × n).':
      '位置编号，从 0 开始：每个样本一个（B），该轴随之去掉；或每个样本多个（B × n）。',
    'The picked places.': '选取的位置。',
    Mean: '均值',
    'The mean over some axes: of a sequence over time, of an image over its places. A mask leaves padding out.':
      '沿若干轴取平均：序列沿时间，图像沿各位置。掩码可以排除补齐的部分。',
    'Which axes go, in rising order: 1 is time, 1, 2 the places of an image, -1 the features.':
      '去掉哪些轴，从小到大排列：1 是时间，1, 2 是图像的位置，-1 是特征。',
    'Keep axes': '保留轴',
    'Keep the axes, one long, so that the result still lies beside x.':
      '保留这些轴，长度为 1，使结果仍能与 x 并排运算。',
    'Which places of axis 1 count, B × T: 1 counts, 0 does not.':
      '轴 1 的哪些位置算数，B × T：1 算，0 不算。',
    'The mean, without the axes.': '平均值，去掉了这些轴。',
    Sum: '求和',
    'The sum over some axes: of a sequence over time, of a row over its features. A mask leaves padding out.':
      '沿若干轴求和：序列沿时间，一行沿特征。掩码可以排除补齐的部分。',
    'The sum, without the axes.': '和，去掉了这些轴。',
    Largest: '取最大',
    'The largest number along some axes: whether something was anywhere in a sequence or an image. A mask leaves padding out.':
      '沿若干轴取最大的数：序列或图像中是否在任何地方出现过某样东西。掩码可以排除补齐的部分。',
    'The largest number, without the axes.': '最大的数，去掉了这些轴。',
  },
  patterns: [],
}
