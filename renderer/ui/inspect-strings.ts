/** The words of the inspector's views of a node while it trains; part of `strings`. */
import type { Split } from '../../engine/session/protocol'
import { formatCount } from '../../engine/diagnose/format'

const sizes = (shape: readonly number[]) => (shape.length === 0 ? '1' : shape.join(' × '))

export const inspect = {
  tabs: { settings: 'Settings', output: 'Output', weights: 'Weights', gradients: 'Gradients' },
  views: 'Views of the node',
  inner: 'Inside',
  tensor: { output: 'Output', weights: 'Weight', gradients: 'Gradient of' },
  backward: (port: string) => `output ${port}`,
  noWeights: 'This node has no weights.',
  noOutput: 'This node gives no numbers.',
  noGradient: 'No gradient goes through this node.',
  frozen: 'Frozen: its weights get no gradient.',
  noRun: {
    output: 'Train, or take a step, to see what this node gives.',
    weights: 'Train, or take a step, to see the weights of this node.',
    gradients: 'Train, or take a step, to see the gradients of this node.',
  },
  notInRun: 'The run on show does not have this node. Train again to see it.',
  waiting: 'Looking…',
  nothingSeen: 'There is nothing to see: no training step of this run reaches it.',
  overTime: 'Over time',
  axis: 'Values',
  axes: { linear: 'Linear', log: 'Log' },
  histogram: (tensor: string, columns: number) =>
    `Histogram of ${tensor} over ${columns} ${columns === 1 ? 'look' : 'looks'}. Left and right go through time, up and down through the values.`,
  darker: 'The stronger, the more of the numbers. At the right the step on show.',
  bin: (step: number, count: number, of: number, from: string, to: string) =>
    `step ${formatCount(step)}: ${formatCount(count)} of ${formatCount(of)} (${((100 * count) / Math.max(1, of)).toFixed(1)} %) from ${from} to ${to}`,
  zeroBin: (step: number, count: number, of: number) =>
    `step ${formatCount(step)}: ${formatCount(count)} of ${formatCount(of)} (${((100 * count) / Math.max(1, of)).toFixed(1)} %) are exactly 0`,
  atStep: 'Measured at step',
  step: (step: number, done: number) =>
    `${formatCount(step)}, after ${formatCount(done)} ${done === 1 ? 'update' : 'updates'}`,
  mean: 'Mean',
  std: 'Deviation',
  range: 'Range',
  rangeOf: (low: string, high: string) => `${low} to ${high}`,
  zeros: 'Exactly 0',
  nonFinite: 'Not finite',
  counted: (counted: number, size: number) =>
    counted === size ? formatCount(size) : `first ${formatCount(counted)} of ${formatCount(size)}`,
  numbers: 'Numbers',
  none: '–',
  since: 'Kept since the view was opened; go back in time with the slider below.',
  cost: (percent: string) => `Looking takes ${percent} of the time.`,
  picture: { attention: 'Attention', maps: 'Feature maps', kernels: 'Kernels', values: 'Values' },
  shown: (shape: readonly number[], shown: readonly number[]) =>
    shape.every((size, axis) => size === shown[axis])
      ? sizes(shape)
      : `the first ${sizes(shown)} of ${sizes(shape)}`,
  pictureLabel: (tensor: string, shape: readonly number[]) =>
    `${tensor}, ${sizes(shape)}, as colours. Arrow keys read the numbers.`,
  cell: (index: readonly number[], value: string) => `[${index.join(', ')}] = ${value}`,
  attends: (head: number, from: string, to: string, value: string) =>
    `head ${head + 1}: ${from} looks at ${to}: ${value}`,
  alike: (low: string, high: string) =>
    low === high ? `All numbers are ${low}.` : `All numbers lie close together: ${low} to ${high}.`,
  attendsAlike: (low: string, high: string) =>
    `Every place is looked at nearly alike: ${low === high ? low : `${low} to ${high}`}.`,
  place: (at: number, token: string | undefined) =>
    token === undefined ? `place ${at + 1}` : `place ${at + 1} (${token})`,
  sample: 'Sample',
  split: 'Samples',
  splits: {
    train: 'Training',
    validation: 'Validation',
    test: 'Test',
  } satisfies Readonly<Record<Split, string>>,
  splitOf: (name: string, count: number) => `${name} (${formatCount(count)})`,
  number: 'Number',
  previous: 'Sample before',
  next: 'Next sample',
  given: 'Given',
  wanted: 'Wanted',
  answer: 'Answer',
  right: '✓',
  wrong: '✗',
}
