/** Events into buffers, and requests to replies. */
import { describe, expect, it } from 'vitest'
import { createClient } from '../../../engine/session/client'
import { createColumns } from '../../../engine/session/columns'
import type { RequestMessage, RunEvent, WorkerMessage } from '../../../engine/session/protocol'
import { createHistory } from '../../../engine/session/history'
import { createRun } from '../../../engine/session/runs'
import { emptyProbe } from '../../../engine/session/signals'

const backend = { name: 'cpu', adapter: '', software: false, reason: '' } as const
const layout = { layers: ['net'], depth: [0], wires: ['w1'], outputs: ['data'] }
const started: RunEvent = {
  kind: 'started',
  run: 'r',
  backend,
  parameters: 3,
  seed: 1,
  totalSteps: 100,
  stepsPerEpoch: 10,
  samples: { train: 8, validation: 1, test: 1 },
  names: ['a', 'b'],
  layout,
  carried: [],
}

function ticks(from: number, to: number): RunEvent {
  const steps = Array.from({ length: to - from + 1 }, (_, at) => from + at)
  return {
    kind: 'ticks',
    run: 'r',
    stepsPerSecond: 20,
    ticks: {
      step: Float64Array.from(steps),
      epoch: Float64Array.from(steps, (step) => Math.ceil(step / 10)),
      loss: Float64Array.from(steps, (step) => 1 / step),
      values: Float64Array.from(steps.flatMap((step) => [step * 10, step * 100])),
    },
  }
}

function probe(step: number): RunEvent {
  return {
    kind: 'probe',
    run: 'r',
    probe: emptyProbe(layout, { step, trainingStep: 0 }),
    cost: 0.01,
    scheduled: true,
  }
}

describe('a run', () => {
  it('gathers ticks by column, and knows where it stands', () => {
    const run = createRun('r')
    expect([run.length, run.layout, run.totalSteps, run.secondsLeft]).toEqual([0, null, 0, null])
    for (const event of [started, ticks(1, 3), ticks(4, 4), probe(4)]) run.take(event)
    expect(run.length).toBe(4)
    expect([...run.steps.subarray(0, 4)]).toEqual([1, 2, 3, 4])
    expect([...run.loss.subarray(0, 4)]).toEqual([1, 1 / 2, 1 / 3, 1 / 4])
    expect([...run.values('b').subarray(0, 4)]).toEqual([100, 200, 300, 400])
    expect(run.values('nothing').length).toBe(0)
    expect([run.step, run.epoch, run.secondsLeft, run.probeCount, run.probeCost]).toEqual([
      4,
      1,
      96 / 20,
      1,
      0.01,
    ])
    expect(run.probe(0)?.step).toBe(4)
  })

  it('forgets what a lost device had done after the step from which it goes on', () => {
    const run = createRun('r')
    const epoch = (number: number): RunEvent => ({
      kind: 'epoch',
      run: 'r',
      epoch: number,
      step: number * 10,
      validation: null,
    })
    for (const event of [started, ticks(1, 25), epoch(1), epoch(2)]) run.take(event)
    run.take({ kind: 'recovered', run: 'r', step: 12, backend: { ...backend, name: 'wasm' }, message: '' })
    expect([run.length, run.step, run.backend?.name, run.epochs.map((one) => one.epoch)]).toEqual([
      12,
      12,
      'wasm',
      [1],
    ])
    run.take(ticks(13, 14))
    expect([...run.steps.subarray(11, run.length)]).toEqual([12, 13, 14])
  })

  it('keeps the newest thousand probes and their places', () => {
    const run = createRun('r')
    for (let at = 0; at < 1005; at++) run.take(probe(at + 1))
    expect([run.probeCount, run.probe(4), run.probe(5)?.step, run.probe(1004)?.step]).toEqual([
      1005,
      null,
      6,
      1005,
    ])
  })
})

describe('the history of a run', () => {
  /** 50 layers with 9 signals of their weights and 7 of their outputs, and 60 wires with 2. */
  const wide = {
    layers: Array.from({ length: 50 }, (_, at) => `l${at}`),
    depth: Array.from({ length: 50 }, (_, at) => at),
    wires: Array.from({ length: 60 }, (_, at) => `w${at}`),
    outputs: Array.from({ length: 50 }, (_, at) => `l${at}`),
  }
  const filled = (step: number, trainingStep = 0) => {
    const numbers = emptyProbe(wide, { step, trainingStep })
    numbers.gradNorm.fill(step)
    numbers.saturatedShare.fill(-step)
    return numbers
  }

  it('holds ten thousand probes of fifty layers in less than 50 MB, each as it was', () => {
    const history = createHistory(wide)
    for (let at = 1; at <= 10_000; at++) history.add(filled(at * 10))
    expect([history.length, history.thinned]).toEqual([10_000, 0])
    expect(history.bytes).toBeLessThan(50e6)
    const found = history.probe(history.indexAt(43_219))
    expect([found.step, found.gradNorm[49], found.saturatedShare[0], found.wireRms[3]]).toEqual([
      43_210, 43_210, -43_210, -1,
    ])
    expect([history.indexAt(9), history.indexAt(1e9)]).toEqual([-1, 9999])
  })

  it('thins out evenly past its budget, for each training step by itself, and keeps the beginning', () => {
    const history = createHistory(wide, 64)
    for (let at = 1; at <= 500; at++) for (const part of [0, 1]) history.add(filled(at, part))
    expect(history.length).toBeLessThanOrEqual(64)
    expect(history.bytes).toBeLessThan(1e6)
    const rows = Array.from({ length: history.length }, (_, index) => history.probe(index))
    for (const part of [0, 1]) {
      const steps = rows.filter((row) => row.trainingStep === part).map((row) => row.step)
      expect(steps[0]).toBe(1)
      expect(new Set(steps.slice(1).map((step, at) => step - steps[at]!)).size).toBe(1)
      expect(steps.length).toBeGreaterThan(20)
    }
    expect(rows.every((row) => row.gradNorm[0] === row.step)).toBe(true)
  })

  it('forgets what a lost device had done', () => {
    const history = createHistory(wide)
    for (const step of [1, 2, 3, 4]) history.add(filled(step))
    history.dropAfter(2)
    history.add(filled(3))
    expect(Array.from({ length: history.length }, (_, index) => history.step(index))).toEqual([1, 2, 3])
  })
})

describe('columns', () => {
  it('grow, and past the most that is kept thin out evenly', () => {
    const columns = createColumns(1, 2048)
    for (let at = 0; at < 10_000; at++) columns.add([at])
    expect(columns.length).toBeLessThanOrEqual(2048)
    expect(columns.length).toBeGreaterThan(1024)
    const rows = [...columns.column(0).subarray(0, columns.length)]
    const gaps = new Set(rows.slice(1).map((value, at) => value - rows[at]!))
    expect(rows[0]).toBe(0)
    expect([...gaps]).toEqual([8])
    expect(rows.at(-1)!).toBeGreaterThan(9990)
  })
})

describe('the client', () => {
  function channel() {
    const posted: RequestMessage[] = []
    let listener: (message: WorkerMessage) => void = () => undefined
    const client = createClient({
      post: (message) => posted.push(message),
      listen: (one) => (listener = one),
    })
    return { client, posted, say: (message: WorkerMessage) => listener(message) }
  }

  it('gives each request its own reply, in whatever order they come', async () => {
    const { client, posted, say } = channel()
    const pause = client.request({ kind: 'pause', run: 'r' })
    const resume = client.request({ kind: 'resume', run: 'r' })
    say({ id: posted[1]!.id, ok: true, reply: { step: 2 } })
    say({ id: posted[0]!.id, ok: false, message: 'No.' })
    await expect(resume).resolves.toEqual({ step: 2 })
    await expect(pause).rejects.toThrow('No.')
  })

  it('hands out events until told to stop, and rejects all when the other end is gone', async () => {
    const { client, say } = channel()
    const heard: RunEvent[] = []
    const stop = client.onEvent((event) => heard.push(event))
    say({ events: [started] })
    stop()
    say({ events: [started] })
    expect(heard).toEqual([started])
    const waiting = client.request({ kind: 'backends' })
    client.fail('The worker ended.')
    await expect(waiting).rejects.toThrow('The worker ended.')
    await expect(client.request({ kind: 'backends' })).rejects.toThrow('The worker ended.')
  })
})
