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

export const rules: Readonly<Record<string, Rule>> = {
  dense,
  activation,
  add,
  average,
  multiply,
  subtract,
  residual: add,
  dropout,
  flatten: passOn,
  reshape: passOn,
  output: passOn,
  'mean-squared-error': meanSquaredError,
  'absolute-error': absoluteError,
  'binary-crossentropy': binaryCrossentropy,
  'categorical-crossentropy': categoricalCrossentropy,
  'sparse-categorical-crossentropy': sparseCategoricalCrossentropy,
}
