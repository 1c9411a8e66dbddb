/** Every node type, in the order of the palette. A new type is finished when its line stands here. */
import { multiHeadAttention } from './attention/multi-head-attention'
import { conv2d } from './conv/conv2d'
import { activation } from './core/activation'
import { dense } from './core/dense'
import { dropout } from './core/dropout'
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
import { concatenate } from './merge/concatenate'
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
import { layerNorm } from './norm/layer-norm'
import { rmsNorm } from './norm/rms-norm'
import { averagePool2d } from './pool/average-pool2d'
import { globalAveragePool2d } from './pool/global-average-pool2d'
import { maxPool2d } from './pool/max-pool2d'
import { embedding } from './sequence/embedding'
import { lstm } from './sequence/lstm'
import { positionEmbedding } from './sequence/position-embedding'
import { sequenceLogProbability } from './sequence/sequence-log-probability'
import { flatten } from './shape/flatten'
import { reshape } from './shape/reshape'
import { noise } from './training/noise'
import { sampling } from './training/sampling'
import { stopGradient } from './training/stop-gradient'

const definitions: readonly Definition[] = [
  data,
  input,
  output,
  locked,
  dense,
  activation,
  dropout,
  conv2d,
  maxPool2d,
  averagePool2d,
  globalAveragePool2d,
  batchNorm,
  layerNorm,
  rmsNorm,
  add,
  concatenate,
  flatten,
  reshape,
  embedding,
  positionEmbedding,
  lstm,
  sequenceLogProbability,
  multiHeadAttention,
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
