/** Events into buffers, and requests to replies. */
import { describe, expect, it } from 'vitest'
import { createClient } from '../../../engine/session/client'
import { createColumns } from '../../../engine/session/columns'
import type { Probe, RequestMessage, RunEvent, WorkerMessage } from '../../../engine/session/protocol'
import { createRun } from '../../../engine/session/runs'

const backend = { name: 'cpu', adapter: '', software: false, reason: '' } as const
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
  layout: { layers: ['net'], depth: [0], wires: ['w1'] },
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
  const one = new Float32Array(1)
  const numbers: Probe = {
    step,
    trainingStep: 0,
    gradNorm: one,
    gradRms: one,
    relativeGradient: one,
    updateRatio: one,
    wireRms: one,
  }
  return { kind: 'probe', run: 'r', probe: numbers, cost: 0.01 }
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
    say({ event: started })
    stop()
    say({ event: started })
    expect(heard).toEqual([started])
    const waiting = client.request({ kind: 'backends' })
    client.fail('The worker ended.')
    await expect(waiting).rejects.toThrow('The worker ended.')
    await expect(client.request({ kind: 'backends' })).rejects.toThrow('The worker ended.')
  })
})
