/** Words of the inspector’s views of a node in Chinese: a part of `strings`. */
import { formatCount } from '../../../engine/diagnose/format'
import type { Strings } from '../strings'
import { zh } from './spacing'

const sizes = (shape: readonly number[]) => (shape.length === 0 ? '1' : shape.join(' × '))
const share = (count: number, of: number) =>
  `${formatCount(count)} / ${formatCount(of)}（${((100 * count) / Math.max(1, of)).toFixed(1)} %）`

export const inspect: Strings['inspect'] = {
  tabs: { settings: '设置', output: '输出', weights: '权重', gradients: '梯度' },
  views: '节点的视图',
  inner: '内部',
  tensor: { output: '输出', weights: '权重', gradients: '梯度' },
  backward: (port) => `输出 ${port}`,
  noWeights: '此节点没有权重。',
  noOutput: '此节点不输出数值。',
  noGradient: '没有梯度流经此节点。',
  frozen: '已冻结：其权重不接收梯度。',
  noRun: {
    output: '开始训练或单步执行后，可查看此节点的输出。',
    weights: '开始训练或单步执行后，可查看此节点的权重。',
    gradients: '开始训练或单步执行后，可查看此节点的梯度。',
  },
  notInRun: '当前显示的训练中没有此节点。重新训练即可查看。',
  waiting: '正在查看…',
  nothingSeen: '没有可看的内容：这次训练没有任何一步到达此节点。',
  overTime: '随时间变化',
  axis: '数值',
  axes: { linear: '线性', log: '对数' },
  histogram: (tensor, columns) =>
    zh`${tensor}的直方图，共 ${columns} 次查看。左右方向键沿时间移动，上下方向键沿数值移动。`,
  darker: '颜色越深，数值越集中。最右侧为当前显示的一步。',
  bin: (step, count, of, from, to) =>
    `第 ${formatCount(step)} 步：${share(count, of)} 介于 ${from} 与 ${to} 之间`,
  zeroBin: (step, count, of) => `第 ${formatCount(step)} 步：${share(count, of)} 恰为 0`,
  atStep: '测量步',
  step: (step, done) => `${formatCount(step)}，已更新 ${formatCount(done)} 次`,
  mean: '均值',
  std: '标准差',
  range: '范围',
  rangeOf: (low, high) => `${low} 至 ${high}`,
  zeros: '恰为 0',
  nonFinite: '非有限值',
  counted: (counted, size) =>
    counted === size ? formatCount(size) : `${formatCount(size)} 个中的前 ${formatCount(counted)} 个`,
  numbers: '数量',
  none: '–',
  since: '自打开此视图起保留；用下方的滑块回看。',
  cost: (percent) => `查看占用 ${percent} 的时间。`,
  picture: { attention: '注意力', maps: '特征图', kernels: '卷积核', values: '数值' },
  shown: (shape, shown) =>
    shape.every((size, axis) => size === shown[axis])
      ? sizes(shape)
      : `${sizes(shape)} 中的前 ${sizes(shown)}`,
  pictureLabel: (tensor, shape) => zh`${tensor}，${sizes(shape)}，以颜色表示。用方向键读取数值。`,
  cell: (index, value) => `[${index.join(', ')}] = ${value}`,
  attends: (head, from, to, value) => zh`第 ${head + 1} 头：${from}关注${to}：${value}`,
  alike: (low, high) => (low === high ? `所有数都是 ${low}。` : `所有数都很接近：${low} 至 ${high}。`),
  attendsAlike: (low, high) => `各位置受到的关注几乎相同：${low === high ? low : `${low} 至 ${high}`}。`,
  place: (at, token) => (token === undefined ? `位置 ${at + 1}` : `位置 ${at + 1}（${token}）`),
  sample: '样本',
  split: '样本集',
  splits: { train: '训练', validation: '验证', test: '测试' },
  splitOf: (name, count) => `${name}（${formatCount(count)}）`,
  number: '编号',
  previous: '上一个样本',
  next: '下一个样本',
  given: '输入',
  wanted: '目标',
  answer: '预测',
  right: '✓',
  wrong: '✗',
}
