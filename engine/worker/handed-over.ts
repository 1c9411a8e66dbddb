/** What a worker gives away with an event: whoever wants to read these arrays here must have read them before. */
import type { RunEvent } from '../session/protocol'
import { signalNames } from '../session/signals'

/** The arrays of numbers that arrive many times a second are handed over, not copied. */
export function handedOver(event: RunEvent): ArrayBuffer[] {
  if (event.kind === 'ticks') {
    const { step, epoch, loss, values } = event.ticks
    return [step.buffer, epoch.buffer, loss.buffer, values.buffer]
  }
  if (event.kind === 'probe') {
    return [...new Set(signalNames.map((name) => event.probe[name].buffer))]
  }
  if (event.kind === 'look') {
    const { histograms, pictures, sample } = event.look
    const numbers = [...(sample?.inputs ?? []), sample?.target, sample?.prediction]
    return [
      ...histograms.flatMap(({ linear, log }) => [linear.buffer, log.buffer]),
      ...pictures.map(({ values }) => values.buffer),
      ...numbers.flatMap((some) => (some === null || some === undefined ? [] : [some.values.buffer])),
    ]
  }
  return []
}
