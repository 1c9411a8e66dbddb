/** Node types that are worked out by hand. Of all others the numbers before and behind them are shown. */
import { dense } from './dense'
import {
  absoluteError,
  binaryCrossentropy,
  categoricalCrossentropy,
  meanSquaredError,
  sparseCategoricalCrossentropy,
} from './losses'
import { activation, add, average, dropout, multiply, passOn, subtract } from './plain'
import type { Rule } from './rule'
import { convolution, maxPool } from './window'

export const rules: Readonly<Record<string, Rule>> = {
  dense,
  activation,
  add,
  average,
  multiply,
  subtract,
  residual: add,
  dropout,
  conv2d: convolution,
  'max-pool2d': maxPool,
  flatten: passOn,
  reshape: passOn,
  output: passOn,
  'mean-squared-error': meanSquaredError,
  'absolute-error': absoluteError,
  'binary-crossentropy': binaryCrossentropy,
  'categorical-crossentropy': categoricalCrossentropy,
  'sparse-categorical-crossentropy': sparseCategoricalCrossentropy,
}
