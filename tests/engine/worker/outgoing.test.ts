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

/** What the worker does next: whatever was said in one breath has left. */
const breath = () => Promise.resolve()

test('what comes in a row leaves thirty times a second, in its order', async () => {
  const { left, event } = start()
  event(epoch(1))
  await breath()
  expect(left, 'the first waits for nothing').toEqual([{ events: [epoch(1)] }])
  event(epoch(2))
  await breath()
  event(epoch(3))
  await breath()
  expect(left).toHaveLength(1)
  vi.advanceTimersByTime(40)
  expect(left.slice(1)).toEqual([{ events: [epoch(2), epoch(3)] }])
})

test('what is said in one breath leaves together, before the worker computes for seconds', async () => {
  const { left, event } = start()
  event(epoch(1))
  event(epoch(2))
  await breath()
  expect(left).toEqual([{ events: [epoch(1), epoch(2)] }])
})

test('a worker that never lets a timer run sends what it has with the next event', async () => {
  const { left, event } = start()
  event(epoch(1))
  await breath()
  event(epoch(2))
  vi.setSystemTime(Date.now() + 40)
  event(epoch(3))
  await breath()
  expect(left.slice(1)).toEqual([{ events: [epoch(2), epoch(3)] }])
  vi.advanceTimersByTime(100)
  expect(left).toHaveLength(2)
})

test('everything else leaves at once, with all that was said before', async () => {
  const { left, event, say } = start()
  event(epoch(1))
  await breath()
  event(epoch(2))
  event(resumed)
  expect(left.slice(1)).toEqual([{ events: [epoch(2), resumed] }])
  event(epoch(4))
  say({ id: 7, ok: false, message: 'No.' })
  expect(left.slice(2)).toEqual([{ events: [epoch(4)] }, { id: 7, ok: false, message: 'No.' }])
})

test('what cannot be sent holds up nothing that comes after it', () => {
  const left: WorkerMessage[] = []
  let broken = true
  const say = createOutgoing((message) => {
    if (broken) throw new Error('It cannot be cloned.')
    left.push(message)
  }, Date.now)
  expect(() => say({ events: [resumed] })).toThrow('cloned')
  broken = false
  say({ events: [resumed] })
  expect(left).toEqual([{ events: [resumed] }])
})

test('numbers are handed over once, though two events lie in one buffer', async () => {
  const buffer = new ArrayBuffer(32)
  const [step, loss, values] = [0, 8, 16].map((at) => new Float64Array(buffer, at, 1))
  const ticks = { step, epoch: new Float64Array(1), loss, values } as never
  const handed: ArrayBuffer[][] = []
  const say = createOutgoing((_, buffers) => handed.push(buffers), Date.now)
  say({ events: [{ kind: 'ticks', run: 'one', ticks, stepsPerSecond: 30 }] })
  await breath()
  expect(handed[0]).toHaveLength(2)
})
