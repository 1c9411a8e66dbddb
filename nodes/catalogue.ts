/** Every node type, in the order of the palette. A new type is finished when its line stands here. */
import { crossAttention } from './attention/cross-attention'
import { decoderBlock } from './attention/decoder-block'
import { encoderBlock } from './attention/encoder-block'
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
import { conv1d } from './conv/conv1d'
import { conv1dTranspose } from './conv/conv1d-transpose'
import { conv2d } from './conv/conv2d'
import { conv2dTranspose } from './conv/conv2d-transpose'
import { conv3d } from './conv/conv3d'
import { conv3dTranspose } from './conv/conv3d-transpose'
import { cropping1d } from './conv/cropping1d'
import { cropping2d } from './conv/cropping2d'
import { cropping3d } from './conv/cropping3d'
import { depthwiseConv1d } from './conv/depthwise-conv1d'
import { depthwiseConv2d } from './conv/depthwise-conv2d'
import { pixelShuffle } from './conv/pixel-shuffle'
import { separableConv1d } from './conv/separable-conv1d'
import { separableConv2d } from './conv/separable-conv2d'
import { upsampling1d } from './conv/upsampling1d'
import { upsampling2d } from './conv/upsampling2d'
import { upsampling3d } from './conv/upsampling3d'
import { zeroPadding1d } from './conv/zero-padding1d'
import { zeroPadding2d } from './conv/zero-padding2d'
import { zeroPadding3d } from './conv/zero-padding3d'
import { activation } from './core/activation'
import { alphaDropout } from './core/alpha-dropout'
import { bias } from './core/bias'
import { dense } from './core/dense'
import { dropout } from './core/dropout'
import { expression } from './core/expression'
import { gaussianDropout } from './core/gaussian-dropout'
import { gaussianNoise } from './core/gaussian-noise'
import { glu } from './core/glu'
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
import { absoluteError } from './loss/absolute-error'
import { bradleyTerry } from './loss/bradley-terry'
import { contrastive } from './loss/contrastive'
import { cosineDistance } from './loss/cosine-distance'
import { ctc } from './loss/ctc'
import { dpo } from './loss/dpo'
import { focal } from './loss/focal'
import { gan } from './loss/gan'
import { hinge } from './loss/hinge'
import { huber } from './loss/huber'
import { klDivergence } from './loss/kl-divergence'
import { logCosh } from './loss/log-cosh'
import { policyGradient } from './loss/policy-gradient'
import { ppo } from './loss/ppo'
import { regulariser } from './loss/regulariser'
import { triplet } from './loss/triplet'
import { vae } from './loss/vae'
import { zLoss } from './loss/z-loss'
import { meanSquaredError } from './loss/mean-squared-error'
import { sparseCategoricalCrossentropy } from './loss/sparse-categorical-crossentropy'
import { add } from './merge/add'
import { average } from './merge/average'
import { concatenate } from './merge/concatenate'
import { dot } from './merge/dot'
import { matmul } from './merge/matmul'
import { maximum } from './merge/maximum'
import { minimum } from './merge/minimum'
import { multiply } from './merge/multiply'
import { outer } from './merge/outer'
import { residual } from './merge/residual'
import { subtract } from './merge/subtract'
import { accuracy } from './metric/accuracy'
import { auc } from './metric/auc'
import { bleu } from './metric/bleu'
import { f1 } from './metric/f1'
import { meanAbsoluteError } from './metric/mean-absolute-error'
import { perplexity } from './metric/perplexity'
import { precision } from './metric/precision'
import { r2 } from './metric/r2'
import { recall } from './metric/recall'
import { rootMeanSquaredError } from './metric/root-mean-squared-error'
import { topK } from './metric/top-k'
import { batchNorm } from './norm/batch-norm'
import { groupNorm } from './norm/group-norm'
import { instanceNorm } from './norm/instance-norm'
import { layerNorm } from './norm/layer-norm'
import { rmsNorm } from './norm/rms-norm'
import { averagePool1d } from './pool/average-pool1d'
import { unitNorm } from './norm/unit-norm'
import { weightNorm } from './norm/weight-norm'
import { averagePool2d } from './pool/average-pool2d'
import { averagePool3d } from './pool/average-pool3d'
import { globalAveragePool1d } from './pool/global-average-pool1d'
import { globalAveragePool2d } from './pool/global-average-pool2d'
import { globalAveragePool3d } from './pool/global-average-pool3d'
import { globalMaxPool1d } from './pool/global-max-pool1d'
import { globalMaxPool2d } from './pool/global-max-pool2d'
import { globalMaxPool3d } from './pool/global-max-pool3d'
import { maxPool1d } from './pool/max-pool1d'
import { maxPool2d } from './pool/max-pool2d'
import { maxPool3d } from './pool/max-pool3d'
import { bidirectional } from './sequence/bidirectional'
import { convLstm2d } from './sequence/conv-lstm2d'
import { embedding } from './sequence/embedding'
import { gru } from './sequence/gru'
import { lastStep } from './sequence/last-step'
import { lstm } from './sequence/lstm'
import { maskedMean } from './sequence/masked-mean'
import { masking } from './sequence/masking'
import { positionEmbedding } from './sequence/position-embedding'
import { sequenceLogProbability } from './sequence/sequence-log-probability'
import { simpleRnn } from './sequence/simple-rnn'
import { stackedRnn } from './sequence/stacked-rnn'
import { timeDistributed } from './sequence/time-distributed'
import { expandDims } from './shape/expand-dims'
import { flatten } from './shape/flatten'
import { gather } from './shape/gather'
import { permute } from './shape/permute'
import { reduceMax } from './shape/reduce-max'
import { reduceMean } from './shape/reduce-mean'
import { reduceSum } from './shape/reduce-sum'
import { repeat } from './shape/repeat'
import { reshape } from './shape/reshape'
import { slice } from './shape/slice'
import { split } from './shape/split'
import { squeeze } from './shape/squeeze'
import { noise } from './training/noise'
import { sampling } from './training/sampling'
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
  glu,
  dropout,
  spatialDropout,
  gaussianDropout,
  alphaDropout,
  gaussianNoise,
  stochasticDepth,
  expression,
  conv1d,
  conv2d,
  conv3d,
  depthwiseConv1d,
  depthwiseConv2d,
  separableConv1d,
  separableConv2d,
  conv1dTranspose,
  conv2dTranspose,
  conv3dTranspose,
  zeroPadding1d,
  zeroPadding2d,
  zeroPadding3d,
  cropping1d,
  cropping2d,
  cropping3d,
  upsampling1d,
  upsampling2d,
  upsampling3d,
  pixelShuffle,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  averagePool1d,
  averagePool2d,
  averagePool3d,
  globalAveragePool1d,
  globalAveragePool2d,
  globalAveragePool3d,
  globalMaxPool1d,
  globalMaxPool2d,
  globalMaxPool3d,
  batchNorm,
  layerNorm,
  rmsNorm,
  groupNorm,
  instanceNorm,
  unitNorm,
  weightNorm,
  add,
  residual,
  subtract,
  multiply,
  average,
  maximum,
  minimum,
  matmul,
  dot,
  outer,
  concatenate,
  flatten,
  reshape,
  permute,
  expandDims,
  squeeze,
  slice,
  split,
  repeat,
  gather,
  reduceMean,
  reduceSum,
  reduceMax,
  embedding,
  positionEmbedding,
  lstm,
  sequenceLogProbability,
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
  encoderBlock,
  decoderBlock,
  stopGradient,
  noise,
  sampling,
  sparseCategoricalCrossentropy,
  categoricalCrossentropy,
  binaryCrossentropy,
  meanSquaredError,
  focal,
  hinge,
  klDivergence,
  absoluteError,
  huber,
  logCosh,
  cosineDistance,
  contrastive,
  triplet,
  ctc,
  vae,
  gan,
  policyGradient,
  ppo,
  dpo,
  bradleyTerry,
  zLoss,
  regulariser,
  accuracy,
  topK,
  precision,
  recall,
  f1,
  auc,
  meanAbsoluteError,
  rootMeanSquaredError,
  r2,
  perplexity,
  bleu,
]

export const catalogue: Catalogue = new Map(definitions.map((definition) => [definition.type, definition]))
