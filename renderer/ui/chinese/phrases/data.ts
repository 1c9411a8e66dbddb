/** What is wrong with samples and tables. */
import type { Phrases } from '../../translate'

export const data: Phrases = {
  exact: {
    'There is no data node, so there is nothing to learn from. Add a data node and wire it to the net.':
      '网络中没有数据节点，因此没有东西可学。请添加一个数据节点，并接到网络上。',
  },
  patterns: [
    [
      'The data node {0} reads the file {1}, which was not given. Choose the file again, or pass --data {2}=PATH.',
      '数据节点 {0} 要读取文件 {1}，但没有给出这个文件。请重新选择该文件，或传入 --data {2}=路径。',
    ],
    ['The bundled file {0} could not be read: {1}', '无法读取自带的文件 {0}：{1}'],
    [
      'The samples of several data nodes must belong together one to one, but {0}.',
      '几个数据节点的样本必须一一对应，但{0}。',
    ],
    [
      'Of {0} samples, validation and test leave none to train on. Make them smaller on {1}.',
      '共 {0} 个样本，划给验证和测试之后，训练一个也不剩。请在 {1} 上减小它们的比例。',
    ],
    [
      'The file {0} begins like a gzip file but cannot be unpacked. It may be cut off; get it again.',
      '文件 {0} 的开头像 gzip 文件，却无法解压。它可能不完整；请重新获取。',
    ],
    [
      'The file {0} has more than one column {1}, so it is not clear which is meant. Give each its own name.',
      '文件 {0} 中有多个名为“{1}”的列，分不清是指哪一个。请给每列取不同的名字。',
    ],
    [
      'The file {0} has no column {1}; its first line names {2}. Write the column names in the first line, or choose other columns on the data node.',
      '文件 {0} 没有列“{1}”；它的第一行列出的是 {2}。请在第一行写上列名，或在数据节点上选择其他列。',
    ],
    [
      'In {0}, row {1}, column {2}: a number was wanted, but {3} came. Fill it in or take the row out (row 1 is the first after the column names; empty lines do not count).',
      '{0} 第 {1} 行“{2}”列：这里应当是一个数，却是{3}。请把它填上，或去掉这一行（列名之后的第一行算第 1 行，空行不计）。',
    ],
    [
      'In {0}, row {1}, column {2}: the class "{3}" is not one of {4}. Correct the file, or read its classes again on the data node.',
      '{0} 第 {1} 行“{2}”列：类别 "{3}" 不属于 {4}。请改正文件，或在数据节点上重新读取它的类别。',
    ],
    [
      'In {0}, row {1}, column {2}: the word "{3}" is not one of {4}. Correct the file, or choose it anew on the data node.',
      '{0} 第 {1} 行“{2}”列：词 "{3}" 不属于 {4}。请改正文件，或在数据节点上重新选择该文件。',
    ],
    ['The file {0} cannot be read as CSV: {1}.', '文件 {0} 无法作为 CSV 读取：{1}。'],
    ['The file {0} is empty.', '文件 {0} 是空的。'],
    ['The file {0} has column names but no rows.', '文件 {0} 有列名，却没有数据行。'],
    [
      'In the file {0} every row lacks something, so none is left. Leave out a column that is hardly filled in.',
      '文件 {0} 的每一行都缺少某些内容，因此一行也不剩。请去掉几乎没有填写的列。',
    ],
    [
      'In {0}, row {1} has {2} fields, but there are {3} columns. Put text with a separator in it between quotes, and write numbers with a decimal point.',
      '{0} 第 {1} 行有 {2} 个字段，而列只有 {3} 个。文本中含有分隔符时请放在引号里，数字请用小数点书写。',
    ],
  ],
  within: {
    '{0} has {1} samples and {2} has {3}': '{0} 有 {1} 个样本，而 {2} 有 {3} 个',
    '{0} and {1} differ in {2}': '{0} 和 {1} 的{2}不同',
    '{0} and {1} more': '{0}等，另有 {1} 个',
    'an empty field': '空白',
  },
}
