/** Every node type, in the order of the palette. A new type is finished when its line stands here. */
import { crossAttention } from './attention/cross-attention'
import { feedForward } from './attention/feed-forward'
import { groupedQueryAttention } from './attention/grouped-query-attention'
import { multiHeadAttention } from './attention/multi-head-attention'
import { attentionMask } from './attention/attention-mask'
import { classToken } from './attention/class-token'
import { outputEmbedding } from './attention/output-embedding'
import { patchEmbedding } from './attention/patch-embedding'
import { rotaryPosition } from './attention/rotary-position'
import { sinusoidalPosition } from './attention/sinusoidal-position'
import { softPrompt } from './attention/soft-prompt'
import { tokenPositionEmbedding } from './attention/token-position-embedding'
import { conv2d } from './conv/conv2d'
import { conv2dTranspose } from './conv/conv2d-transpose'
import { cropping2d } from './conv/cropping2d'
import { depthwiseConv2d } from './conv/depthwise-conv2d'
import { upsampling2d } from './conv/upsampling2d'
import { zeroPadding2d } from './conv/zero-padding2d'
import { activation } from './core/activation'
import { dense } from './core/dense'
import { dropout } from './core/dropout'
import { expression } from './core/expression'
import { data } from './io/data'
import { input } from './io/input'
import { locked } from './io/locked'
import { output } from './io/output'
import type { Catalogue, Definition } from './kit/define'
import { binaryCrossentropy } from './loss/binary-crossentropy'
import { categoricalCrossentropy } from './loss/categorical-crossentropy'
import { meanSquaredError } from './loss/mean-squared-error'
import { sparseCategoricalCrossentropy } from './loss/sparse-categorical-crossentropy'
import { add } from './merge/add'
import { average } from './merge/average'
import { concatenate } from './merge/concatenate'
import { matmul } from './merge/matmul'
import { maximum } from './merge/maximum'
import { minimum } from './merge/minimum'
import { multiply } from './merge/multiply'
import { subtract } from './merge/subtract'
import { accuracy } from './metric/accuracy'
import { meanAbsoluteError } from './metric/mean-absolute-error'
import { batchNorm } from './norm/batch-norm'
import { layerNorm } from './norm/layer-norm'
import { rmsNorm } from './norm/rms-norm'
import { averagePool2d } from './pool/average-pool2d'
import { globalAveragePool2d } from './pool/global-average-pool2d'
import { maxPool2d } from './pool/max-pool2d'
import { bidirectional } from './sequence/bidirectional'
import { convLstm2d } from './sequence/conv-lstm2d'
import { embedding } from './sequence/embedding'
import { gru } from './sequence/gru'
import { lastStep } from './sequence/last-step'
import { lstm } from './sequence/lstm'
import { maskedMean } from './sequence/masked-mean'
import { masking } from './sequence/masking'
import { positionEmbedding } from './sequence/position-embedding'
import { simpleRnn } from './sequence/simple-rnn'
import { stackedRnn } from './sequence/stacked-rnn'
import { timeDistributed } from './sequence/time-distributed'
import { flatten } from './shape/flatten'
import { permute } from './shape/permute'
import { reshape } from './shape/reshape'
import { slice } from './shape/slice'
import { noise } from './training/noise'
import { stopGradient } from './training/stop-gradient'

const definitions: readonly Definition[] = [
  data,
  input,
  output,
  locked,
  dense,
  activation,
  dropout,
  expression,
  conv2d,
  depthwiseConv2d,
  conv2dTranspose,
  zeroPadding2d,
  cropping2d,
  upsampling2d,
  maxPool2d,
  averagePool2d,
  globalAveragePool2d,
  batchNorm,
  layerNorm,
  rmsNorm,
  add,
  subtract,
  multiply,
  average,
  maximum,
  minimum,
  matmul,
  concatenate,
  flatten,
  reshape,
  permute,
  slice,
  embedding,
  positionEmbedding,
  lstm,
  gru,
  simpleRnn,
  bidirectional,
  stackedRnn,
  timeDistributed,
  convLstm2d,
  masking,
  maskedMean,
  lastStep,
  multiHeadAttention,
  groupedQueryAttention,
  crossAttention,
  attentionMask,
  tokenPositionEmbedding,
  sinusoidalPosition,
  rotaryPosition,
  patchEmbedding,
  classToken,
  softPrompt,
  outputEmbedding,
  feedForward,
  stopGradient,
  noise,
  sparseCategoricalCrossentropy,
  categoricalCrossentropy,
  binaryCrossentropy,
  meanSquaredError,
  accuracy,
  meanAbsoluteError,
]

export const catalogue: Catalogue = new Map(definitions.map((definition) => [definition.type, definition]))
