/** A run's events as text, to compare two runs line by line. */
import type { RunEvent } from '../../engine/session/protocol'
import { signalNames } from '../../engine/session/signals'

/** What the command line would print: everything but times and speeds. */
export function printed(events: readonly RunEvent[]): string[] {
  const lines: string[] = []
  const list = (values: ArrayLike<number>) => Array.from(values).join(' ')
  for (const event of events) {
    if (event.kind === 'ticks') {
      const width = event.ticks.values.length / event.ticks.step.length
      for (const [row, at] of event.ticks.step.entries()) {
        lines.push(
          `tick ${at} ${event.ticks.epoch[row]} ${event.ticks.loss[row]} ${list(event.ticks.values.subarray(row * width, (row + 1) * width))}`,
        )
      }
    } else if (event.kind === 'probe') {
      const { probe } = event
      const numbers = signalNames.map((name) => list(probe[name])).join(' | ')
      lines.push(`probe ${probe.step} ${probe.trainingStep} ${numbers}`)
    } else if (event.kind === 'epoch')
      lines.push(`epoch ${event.epoch} ${event.step} ${JSON.stringify(event.validation)}`)
    else if (event.kind === 'ended')
      lines.push(
        `end ${event.why} ${event.step} ${JSON.stringify([event.train, event.validation, event.test])}`,
      )
  }
  return lines
}
