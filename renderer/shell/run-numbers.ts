/** What the strip and the backend badge read out of a run. */
import type { Run } from '../../engine/session/runs'
import { formatCount, formatDuration } from '../ui/format'
import { strings } from '../ui/strings'

const words = strings.run

export function runSpeed(run: Run): string {
  const { stepsPerSecond } = run
  if (stepsPerSecond <= 0) return ''
  return words.speed(stepsPerSecond >= 10 ? formatCount(stepsPerSecond) : stepsPerSecond.toPrecision(2))
}

export function runEpoch(run: Run): string {
  const { stepsPerEpoch, totalSteps } = run
  if (stepsPerEpoch === 0) return ''
  const epochs = Math.ceil(totalSteps / stepsPerEpoch)
  const now = Math.min(epochs, Math.floor(Math.max(0, run.step - 1) / stepsPerEpoch) + 1)
  return epochs < 2 ? '' : words.epoch(formatCount(now), formatCount(epochs))
}

export function timeLeft(run: Run): string {
  return run.secondsLeft === null || run.step >= run.totalSteps
    ? ''
    : words.left(formatDuration(run.secondsLeft))
}

/** 0 to 1. */
export function progress(run: Run): number {
  return run.totalSteps === 0 ? 0 : Math.min(1, run.step / run.totalSteps)
}
