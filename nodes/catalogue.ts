/** Every node type, in the order of the palette. A new type is finished when its line stands here. */
import { feedForward } from './attention/feed-forward'
import { multiHeadAttention } from './attention/multi-head-attention'
import { classToken } from './attention/class-token'
import { outputEmbedding } from './attention/output-embedding'
import { patchEmbedding } from './attention/patch-embedding'
import { rotaryPosition } from './attention/rotary-position'
import { sinusoidalPosition } from './attention/sinusoidal-position'
import { softPrompt } from './attention/soft-prompt'
import { tokenPositionEmbedding } from './attention/token-position-embedding'
import { conv2d } from './conv/conv2d'
import { activation } from './core/activation'
import { alphaDropout } from './core/alpha-dropout'
import { bias } from './core/bias'
import { dense } from './core/dense'
import { dropout } from './core/dropout'
import { expression } from './core/expression'
import { gaussianDropout } from './core/gaussian-dropout'
import { gaussianNoise } from './core/gaussian-noise'
import { prelu } from './core/prelu'
import { scale } from './core/scale'
import { spatialDropout } from './core/spatial-dropout'
import { stochasticDepth } from './core/stochastic-depth'
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
import { groupNorm } from './norm/group-norm'
import { instanceNorm } from './norm/instance-norm'
import { layerNorm } from './norm/layer-norm'
import { rmsNorm } from './norm/rms-norm'
import { unitNorm } from './norm/unit-norm'
import { weightNorm } from './norm/weight-norm'
import { averagePool2d } from './pool/average-pool2d'
import { globalAveragePool2d } from './pool/global-average-pool2d'
import { maxPool2d } from './pool/max-pool2d'
import { embedding } from './sequence/embedding'
import { lstm } from './sequence/lstm'
import { positionEmbedding } from './sequence/position-embedding'
import { flatten } from './shape/flatten'
import { permute } from './shape/permute'
import { reduceMax } from './shape/reduce-max'
import { reduceMean } from './shape/reduce-mean'
import { reduceSum } from './shape/reduce-sum'
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
  bias,
  scale,
  activation,
  prelu,
  dropout,
  spatialDropout,
  gaussianDropout,
  alphaDropout,
  gaussianNoise,
  stochasticDepth,
  expression,
  conv2d,
  maxPool2d,
  averagePool2d,
  globalAveragePool2d,
  batchNorm,
  layerNorm,
  rmsNorm,
  groupNorm,
  instanceNorm,
  unitNorm,
  weightNorm,
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
  reduceMean,
  reduceSum,
  reduceMax,
  embedding,
  positionEmbedding,
  lstm,
  multiHeadAttention,
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
