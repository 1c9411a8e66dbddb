/** Node types that are worked out by hand. Of all others the numbers before and behind them are shown. */
import { dense } from './dense'
import {
  absoluteError,
  binaryCrossentropy,
  categoricalCrossentropy,
  meanSquaredError,
  sparseCategoricalCrossentropy,
} from './losses'
import { batchNorm, layerNorm } from './norms'
import { activation, add, average, dropout, multiply, passOn, subtract } from './plain'
import { lstm, simpleRnn } from './recurrent'
import { concatenate, embedding } from './rows'
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
  embedding,
  concatenate,
  'layer-norm': layerNorm,
  'batch-norm': batchNorm,
  'simple-rnn': simpleRnn,
  lstm,
  flatten: passOn,
  reshape: passOn,
  output: passOn,
  'mean-squared-error': meanSquaredError,
  'absolute-error': absoluteError,
  'binary-crossentropy': binaryCrossentropy,
  'categorical-crossentropy': categoricalCrossentropy,
  'sparse-categorical-crossentropy': sparseCategoricalCrossentropy,
}
