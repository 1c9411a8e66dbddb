/** Answers the request for a batch taken apart: with the weights of a run or fresh ones, beside any training. */
import { loadData } from '../data/load-data'
import type { Trace, TraceRequest } from '../session/trace'
import type { WeightSet } from '../session/protocol'
import type { SlotValues } from '../train/optimiser'
import { traceBatch } from '../trace/trace'
import { totalSteps } from '../train/trainer'
import { startFor } from './choose'
import { compilePlan, planOf, refused, type Machinery, type Refused } from './machinery'

/** What a run stands at. */
export interface Standing {
  readonly weights: WeightSet
  /** Of each training step; empty where they are gone. */
  readonly slots: readonly SlotValues[]
  /** Steps done that the optimiser remembers. */
  readonly step: number
}

/** Above so many multiplications of one batch, plain JavaScript takes too long. */
const slowAbove = 2e7

/** `started`: a run is there, and its backend is the one to use. */
export async function answerTrace(
  machinery: Machinery,
  request: TraceRequest,
  standing: Standing | null,
  started: boolean,
): Promise<{ readonly accepted: true; readonly trace: Trace } | Refused> {
  const { document } = request
  const plan = planOf(machinery, document)
  if ('accepted' in plan) return plan
  const training = plan.training[request.trainingStep]
  if (training === undefined || training.losses.length === 0)
    return refused('There is no loss to take apart. Wire a loss behind the layers.')
  const data = await loadData(plan, request.files, machinery.readBundled)
  if ('refused' in data) return refused(data.refused)
  const of = data.rows[request.split].length
  if (of === 0) return refused(`The split ${request.split} has no samples. Set its share on the data node.`)
  const first = Math.min(Math.max(0, request.first), of - 1)
  const count = Math.min(Math.max(1, request.count), of - first)
  const choice = plan.multiplyAdds * count > slowAbove ? 'auto' : 'cpu'
  if (!started) await startFor(machinery, choice, { document, plan, loaded: data }, 'remembered')
  const { seed, batchSize } = document.training
  const compiled = compilePlan(machinery, plan, seed, standing?.weights ?? request.weights)
  if ('accepted' in compiled) return compiled
  try {
    const stepsPerEpoch = Math.ceil(data.rows.train.length / batchSize)
    const trace = await traceBatch({
      tf: machinery.tf,
      compiled,
      training,
      data,
      split: request.split,
      first,
      count,
      seed,
      step: (standing?.step ?? 0) + 1,
      total: totalSteps(document.training, stepsPerEpoch),
      slots: standing?.slots[request.trainingStep] ?? new Map(),
    })
    return { accepted: true, trace }
  } finally {
    compiled.dispose()
  }
}
