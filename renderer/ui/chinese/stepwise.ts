/** Words of going through a batch step by step in Chinese: a part of `strings`. */
import type { Strings } from '../strings'
import { amount } from './amounts'

export const stepwise: Strings['stepwise'] = {
  title: '逐步推演',
  phases: { forward: '前向', loss: '损失', backward: '反向', update: '更新' },
  phaseList: '阶段',
  stop: (at, of) => `${at} / ${of}`,
  first: '起始样本',
  count: '样本数',
  of: (n) => `/ ${amount(n)}`,
  sample: '样本',
  trainingStep: (n) => `训练步骤 ${n}`,
  trainingSteps: '训练步骤',
  goesOn: '训练仍在进行；暂停后可查看训练到的这一步。',
  waiting: '正在逐步计算这一批…',
  close: '退出逐步推演',
  formulas: '这里发生了什么，附具体数值',
  data: '样本进入网络时的样子。',
  forward: '此节点如何处理输入。',
  loss: '预测与目标相差多少。',
  backward: '从损失传回的梯度，以及此节点继续往回传的梯度：链式法则。',
  update: (rate) => `每个权重沿梯度的反方向移动，学习率 η = ${rate}。`,
  clipped: (factor) => `梯度裁剪将所有梯度乘以 c = ${factor}。`,
  noFormula: '这里没有写出此节点的公式；所示数值由引擎计算。',
  total: (loss) => `L = ${loss}`,
  agrees: (by) => `公式按双精度写出；引擎以单精度计算，二者相差不超过 ${by}。`,
  values: { output: '输出', gradient: '∂L/∂输出' },
  unit: (n, value) => `第 ${n} 个数：${value}`,
  chooseUnit: '选择写出输出中的哪个数',
  cut: (shown, of) => `前 ${shown} 个，共 ${amount(of)} 个`,
  shape: (shape, mean, min, max) => `${shape} · 均值 ${mean} · ${min} … ${max}`,
}
