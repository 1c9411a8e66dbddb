/**
 * The progress bar of a run, on a terminal only: how far, the loss, the speed, and how long it will still take. It
 * lives on stderr and gets out of the way of every line that is printed.
 */
import process from 'node:process'
import { figure } from './print'

export interface Progress {
  readonly update: (state: {
    readonly step: number
    readonly epoch: number
    readonly loss: number
    readonly stepsPerSecond: number
  }) => void
  /** Takes the bar away; the next update draws it again. */
  readonly clear: () => void
}

const silent: Progress = { update: () => undefined, clear: () => undefined }
const widestBar = 24
const millisecondsBetween = 100

/** `1:05`, `2:03:04` */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

export function createProgress(totalSteps: number): Progress {
  if (!process.stderr.isTTY) return silent
  let drawn = false
  let last = 0
  return {
    update({ step, epoch, loss, stepsPerSecond }) {
      const now = performance.now()
      if (now - last < millisecondsBetween && step < totalSteps) return
      last = now
      const share = totalSteps === 0 ? 1 : step / totalSteps
      const left = stepsPerSecond > 0 ? clock((totalSteps - step) / stepsPerSecond) : '-:--'
      const words = [
        ` ${Math.floor(share * 100)} %`,
        `step ${step} of ${totalSteps}`,
        `epoch ${epoch}`,
        `loss ${figure(loss)}`,
        `${stepsPerSecond.toFixed(stepsPerSecond < 10 ? 1 : 0)} steps/s`,
        `${left} left`,
      ].join(' · ')
      const columns = (process.stderr.columns || 80) - 1
      const width = Math.max(4, Math.min(widestBar, columns - words.length))
      const filled = Math.round(share * width)
      const bar = '█'.repeat(filled) + '░'.repeat(width - filled)
      process.stderr.write(`\r\u001b[2K${(bar + words).slice(0, columns)}`)
      drawn = true
    },
    clear() {
      if (drawn) process.stderr.write('\r\u001b[2K')
      drawn = false
    },
  }
}
