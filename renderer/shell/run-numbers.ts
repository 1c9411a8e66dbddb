/** What the strip and the backend badge read out of a run. */
import type { Run } from '../../engine/session/runs'
import type { Document } from '../../engine/graph/document'
import { formatCount } from '../../engine/diagnose/format'
import type { Catalogue } from '../../nodes/kit/define'
import { formatDuration, formatNumber } from '../ui/format'
import { nodeName } from '../ui/node-name'
import { strings } from '../ui/strings'

const words = strings.run

export function runSpeed(run: Run): string {
  const { stepsPerSecond } = run
  if (stepsPerSecond <= 0) return ''
  return words.speed(stepsPerSecond >= 10 ? formatCount(stepsPerSecond) : stepsPerSecond.toPrecision(2))
}

/** The epoch of a step. */
export function runEpoch(run: Run, step: number): string {
  const { stepsPerEpoch, totalSteps } = run
  if (stepsPerEpoch === 0) return ''
  const epochs = Math.ceil(totalSteps / stepsPerEpoch)
  const now = Math.min(epochs, Math.floor(Math.max(0, step - 1) / stepsPerEpoch) + 1)
  return epochs < 2 ? '' : words.epoch(formatCount(now), formatCount(epochs))
}

export function timeLeft(run: Run): string {
  return run.secondsLeft === null || run.step >= run.totalSteps
    ? ''
    : words.left(formatDuration(run.secondsLeft))
}

/** How well it ended: the scores of the test split, or else of validation, with the nodes' own names. */
export function runScores(run: Run, document: Document | null, catalogue: Catalogue): string {
  if (run.ending === null) return ''
  const { test, validation } = run.ending
  const scores = test ?? validation
  if (scores === null) return ''
  const metrics = Object.entries(scores.metrics).map(([path, value]) => {
    const node = document?.nodes[path]
    return `${node === undefined ? path : nodeName(node, catalogue)} ${formatNumber(value)}`
  })
  return words.scores(test === null ? 'validation' : 'test', [
    `${words.loss} ${formatNumber(scores.loss)}`,
    ...metrics,
  ])
}
