/**
 * What a worker says to the window. A small net takes a thousand steps a second, and with few samples as many epochs: a
 * message for each would keep the window's thread busy with nothing but taking them. So what comes in a row while a run
 * goes its way is gathered and leaves thirty times a second; everything else leaves at once, with all that was said before.
 */
import type { RunEvent, WorkerMessage } from '../session/protocol'
import { handedOver } from './handed-over'

const pace = 33

/** Nobody waits for one of these: the next is about to come. */
const inARow: ReadonlySet<RunEvent['kind']> = new Set(['ticks', 'probe', 'epoch', 'findings'])

/** `post` is a worker's own, `now` gives milliseconds. */
export function createOutgoing(
  post: (message: WorkerMessage, handed: ArrayBuffer[]) => void,
  now: () => number,
): (message: WorkerMessage) => void {
  let events: RunEvent[] = []
  let left = -Infinity
  let timer: ReturnType<typeof setTimeout> | null = null

  function leave(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (events.length === 0) return
    const leaving = events
    // First, so that what cannot be sent holds up nothing that comes after it.
    events = []
    left = now()
    post({ events: leaving }, [...new Set(leaving.flatMap(handedOver))])
  }

  return (message) => {
    if (!('events' in message)) {
      leave()
      post(message, [])
      return
    }
    events.push(...message.events)
    if (message.events.some(({ kind }) => !inARow.has(kind))) leave()
    // With what is said in the same breath: after it the worker may compute for seconds.
    else if (now() - left >= pace) queueMicrotask(leave)
    else timer ??= setTimeout(leave, pace)
  }
}
