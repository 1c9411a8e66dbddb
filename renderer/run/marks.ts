/** What happened in a run, as marks on its time: ends of epochs, falls of the learning rate, findings, divergence. */
import type { Document } from '../../engine/graph/document'
import type { Run } from '../../engine/session/runs'
import { formatNumber } from '../../engine/diagnose/format'
import { strings } from '../ui/strings'

const words = strings.scrubber

export type MarkKind = 'epoch' | 'rate' | 'info' | 'warn' | 'nan'

export interface Mark {
  readonly step: number
  readonly kind: MarkKind
  readonly text: string
}

/** More falls than this are no events but a curve. */
const mostRates = 40

/** Steps (from 1) at which a schedule of steps lowers the rate, in the first training step that has one. */
export function rateMarks(document: Document | null, totalSteps: number): readonly Mark[] {
  const scheduled = document?.training.steps.find(({ schedule }) => schedule.kind === 'step')
  if (scheduled === undefined || scheduled.schedule.kind !== 'step') return []
  const { schedule, every, optimiser } = scheduled
  const marks: Mark[] = []
  for (let fall = 1; marks.length <= mostRates; fall++) {
    const update = schedule.warmup + fall * schedule.every
    const step = update * every + 1
    if (step > totalSteps) return marks
    const rate = optimiser.learningRate * schedule.factor ** fall
    marks.push({ step, kind: 'rate', text: words.rate(formatNumber(rate)) })
  }
  return []
}

/** All marks up to now, in the order of their steps. */
export function marksOf(run: Run, document: Document | null): readonly Mark[] {
  const epochs = run.epochs.map(({ epoch, step, validation }): Mark => {
    const loss = validation === null ? null : formatNumber(validation.loss)
    return { step, kind: 'epoch', text: words.epoch(epoch, loss) }
  })
  const nan: readonly Mark[] =
    run.ending?.why === 'diverged' ? [{ step: run.ending.step, kind: 'nan', text: words.diverged }] : []
  const findings = run.findings
    .filter(({ step }) => step > 0)
    .map(({ step, severity, title }): Mark => ({ step, kind: severity, text: title }))
  return [...epochs, ...rateMarks(document, run.step), ...findings, ...nan].sort((a, b) => a.step - b.step)
}

/** Index of the last of `length` rising steps up to this one; -1 before the first. */
export function rowAt(steps: ArrayLike<number>, length: number, step: number): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((steps[middle] ?? 0) <= step) low = middle + 1
    else high = middle
  }
  return low - 1
}
