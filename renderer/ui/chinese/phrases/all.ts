/** All phrases of nodes and engine in Chinese: one table a file of this folder. */
import type { Phrases } from '../../translate'
import { data } from './data'
import { documents } from './documents'
import { examples } from './examples'
import { exports } from './exports'
import { findings } from './findings'
import { formulas } from './formulas'
import { host } from './host'
import { imports } from './imports'
import { nodesAttention } from './nodes-attention'
import { nodesConv } from './nodes-conv'
import { nodesCore } from './nodes-core'
import { nodesIo } from './nodes-io'
import { nodesLoss } from './nodes-loss'
import { nodesMerge } from './nodes-merge'
import { nodesMetric } from './nodes-metric'
import { nodesNorm } from './nodes-norm'
import { nodesPool } from './nodes-pool'
import { nodesSequence } from './nodes-sequence'
import { nodesShape } from './nodes-shape'
import { nodesTraining } from './nodes-training'
import { problems } from './problems'
import { refusals } from './refusals'
import { runs } from './runs'
import { settings } from './settings'
import { summaries } from './summaries'
import { synonyms } from './synonyms'

export const allPhrases: readonly Phrases[] = [
  nodesIo,
  nodesCore,
  nodesConv,
  nodesPool,
  nodesNorm,
  nodesMerge,
  nodesSequence,
  nodesAttention,
  nodesShape,
  nodesTraining,
  nodesLoss,
  nodesMetric,
  synonyms,
  settings,
  summaries,
  refusals,
  problems,
  documents,
  findings,
  formulas,
  data,
  imports,
  exports,
  runs,
  host,
  examples,
]
