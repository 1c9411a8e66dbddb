import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { RunEvent, WorkerMessage } from '../../../engine/session/protocol'
import { createOutgoing } from '../../../engine/worker/outgoing'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const epoch = (number: number): RunEvent => ({
  kind: 'epoch',
  run: 'one',
  epoch: number,
  step: number,
  validation: null,
})
const resumed: RunEvent = { kind: 'resumed', run: 'one', step: 3 }

function start() {
  const left: WorkerMessage[] = []
  const say = createOutgoing((message) => left.push(message), Date.now)
  return { left, event: (one: RunEvent) => say({ events: [one] }), say }
}

test('what comes in a row leaves thirty times a second, in its order', () => {
  const { left, event } = start()
  event(epoch(1))
  expect(left, 'the first waits for nothing').toEqual([{ events: [epoch(1)] }])
  event(epoch(2))
  event(epoch(3))
  expect(left).toHaveLength(1)
  vi.advanceTimersByTime(40)
  expect(left.slice(1)).toEqual([{ events: [epoch(2), epoch(3)] }])
})

test('a worker that never lets a timer run sends what it has with the next event', () => {
  const { left, event } = start()
  event(epoch(1))
  event(epoch(2))
  vi.setSystemTime(Date.now() + 40)
  event(epoch(3))
  expect(left.slice(1)).toEqual([{ events: [epoch(2), epoch(3)] }])
  vi.advanceTimersByTime(100)
  expect(left).toHaveLength(2)
})

test('everything else leaves at once, with all that was said before', () => {
  const { left, event, say } = start()
  event(epoch(1))
  event(epoch(2))
  event(resumed)
  expect(left.slice(1)).toEqual([{ events: [epoch(2), resumed] }])
  event(epoch(4))
  say({ id: 7, ok: false, message: 'No.' })
  expect(left.slice(2)).toEqual([{ events: [epoch(4)] }, { id: 7, ok: false, message: 'No.' }])
})

test('numbers are handed over once, though two events lie in one buffer', () => {
  const buffer = new ArrayBuffer(32)
  const [step, loss, values] = [0, 8, 16].map((at) => new Float64Array(buffer, at, 1))
  const ticks = { step, epoch: new Float64Array(1), loss, values } as never
  const handed: ArrayBuffer[][] = []
  const say = createOutgoing((_, buffers) => handed.push(buffers), Date.now)
  say({ events: [{ kind: 'ticks', run: 'one', ticks, stepsPerSecond: 30 }] })
  expect(handed[0]).toHaveLength(2)
})
