/** A run that was kept and reopened shows the numbers that it showed: curves, scores, findings, and every earlier moment. */
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { createReadings } from '../../../engine/diagnose/readings'
import type { Document } from '../../../engine/graph/document'
import { readDocument } from '../../../engine/graph/read'
import { toJson } from '../../../engine/session/lines'
import type { RunEvent } from '../../../engine/session/protocol'
import { createRun, type Run } from '../../../engine/session/runs'
import { emptyProbe } from '../../../engine/session/signals'
import { catalogue } from '../../../nodes/catalogue'
import { createKeptRun, type KeptFile } from '../../../renderer/state/kept-run'
import { readRun, writeProbes } from '../../../renderer/state/kept-probes'
import { createPastReadings } from '../../../renderer/state/run-readings'
import type { Editor } from '../../../renderer/state/editor-types'
import type { Session } from '../../../renderer/state/session-types'
import { createStore } from 'zustand/vanilla'
import { train } from '../../engine/running'

async function trained(name: string) {
  const text = await readFile(new URL(`../../../examples/${name}.wiregrad`, import.meta.url), 'utf8')
  const read = readDocument(text)
  if (!read.ok) throw new Error(`${name} cannot be read`)
  const document = {
    ...read.document,
    training: { ...read.document.training, length: { steps: 130 }, validateEvery: 1 },
  }
  const { events, weights } = await train(document)
  const run = createRun('run')
  for (const event of events) run.take(event)
  return { document, run, weights }
}

/** A host that keeps files in memory, and the keeper of runs on a session that shows this run. */
async function keptFiles(
  { document, run, weights }: Awaited<ReturnType<typeof trained>>,
  open: Document = document,
) {
  const files = new Map<KeptFile, Uint8Array<ArrayBuffer>>()
  const adopted: { run: Run | null }[] = []
  const store = createStore(() => ({ status: 'idle', runDocument: document, reopened: false }))
  const kept = createKeptRun({
    editor: { store: { getState: () => ({ document: open }) } } as unknown as Editor,
    session: {
      store,
      run: () => run,
      actions: {
        weights: async () => weights,
        adopt: (_: unknown, __: unknown, back: Run | null) => adopted.push({ run: back }),
      },
    } as unknown as Session,
    host: {
      version: async () => '0',
      list: async () => [{ run: 'slot', modified: 1 }],
      read: async (_, file) => {
        const bytes = files.get(file)
        if (bytes === undefined) throw new Error(`there is no ${file}`)
        return bytes
      },
      write: async (_, file, bytes) => void files.set(file, bytes),
      commit: async () => {},
      discard: async () => {},
    },
    onFail: (why) => {
      throw new Error(why)
    },
    onRestored: () => {},
  })
  kept.watch()
  store.setState({ status: 'ended' })
  await kept.settled()
  store.setState({ status: 'idle' })
  return { files, adopted, restore: () => kept.restore() }
}

/** The same with one wire less. */
function without(document: Document): Document {
  return { ...document, wires: Object.fromEntries(Object.entries(document.wires).slice(1)) }
}

describe('a reopened run', () => {
  test.each(['xor', 'digits-mlp'])('of %s is what it was', async (name) => {
    const before = await trained(name)
    const { adopted, restore, files } = await keptFiles(before)
    await restore()
    const { run } = before
    const back = adopted[0]?.run
    if (back === undefined || back === null) throw new Error('there is no run')

    const facts = (of: Run) => [
      of.totalSteps,
      of.stepsPerEpoch,
      of.parameters,
      of.samples,
      of.backend,
      of.names,
    ]
    expect(facts(back)).toEqual(facts(run))
    expect([back.step, back.findings]).toEqual([run.step, run.findings])
    expect([...back.steps.subarray(0, back.length)]).toEqual([...run.steps.subarray(0, run.length)])
    expect([...back.loss.subarray(0, back.length)]).toEqual([...run.loss.subarray(0, run.length)])
    for (const metric of run.names)
      expect([...back.values(metric).subarray(0, back.length)]).toEqual([
        ...run.values(metric).subarray(0, run.length),
      ])
    expect(
      back.epochs.map(({ epoch, step, validation }) => [epoch, step, validation?.loss, validation?.metrics]),
    ).toEqual(
      run.epochs
        .filter(({ validation }) => validation !== null)
        .map(({ epoch, step, validation }) => [epoch, step, validation?.loss, validation?.metrics]),
    )
    expect(back.ending?.test).toEqual(run.ending?.test)

    // Every moment of it, as overlays, depth profile and tooltips read it.
    const { plan } = analyse(before.document, catalogue)
    const readingsOf = (of: Run) => {
      const { layout, history } = of
      if (layout === null || history === null) throw new Error('the run has no history')
      const past = createPastReadings(() => createReadings(layout, plan))
      return (step: number) => {
        const readings = past.at(history, step)
        return [
          readings.step,
          layout.layers.map((path) => readings.layer(path)),
          layout.wires.map((path) => readings.wire(path)),
          layout.outputs.map((path) => readings.output(path)),
        ]
      }
    }
    const [then, now] = [readingsOf(run), readingsOf(back)]
    expect(run.history?.length).toBeGreaterThan(8)
    expect(back.history?.length).toBe(run.history?.length)
    for (let step = 1; step <= run.step; step++) expect(now(step)).toEqual(then(step))

    // What older windows kept, or what is broken, still gives the weights.
    files.delete('probes.safetensors')
    await restore()
    expect(adopted[1]).toEqual({ run: null })
    files.set('probes.safetensors', new Uint8Array(20))
    await restore()
    expect(adopted[2]).toEqual({ run: null })
  })

  test('goes with its graph also under another name and training, and with no other graph', async () => {
    const before = await trained('xor')
    const { document } = before
    const retrained = { ...document, name: 'Named', training: { ...document.training, seed: 99 } }
    const [same, another] = [await keptFiles(before, retrained), await keptFiles(before, without(document))]
    await same.restore()
    await another.restore()
    expect([same.adopted.length, another.adopted.length]).toEqual([1, 0])
  })

  test('with a loss that is not finite keeps it', () => {
    const layout = { layers: ['a'], depth: [0], wires: ['w'], outputs: ['a'] }
    const run = createRun('run')
    for (const event of begun(layout)) run.take(event)
    run.take({
      kind: 'ticks',
      run: 'run',
      stepsPerSecond: 1,
      ticks: {
        step: Float64Array.of(1, 2),
        epoch: Float64Array.of(1, 1),
        loss: Float64Array.of(0.5, NaN),
        values: new Float64Array(0),
      },
    })
    const probe = emptyProbe(layout, { step: 2, trainingStep: 1 })
    probe.gradNorm.fill(Infinity)
    run.take({ kind: 'probe', run: 'run', probe, cost: 0.02, scheduled: true })
    const lines = [1, 2].map((step, at) =>
      toJson({ type: 'tick', step, epoch: 1, loss: run.loss[at], metrics: {} }),
    )
    const back = readRun('kept', writeProbes(run, 1) ?? new Uint8Array(0), lines.join('\n'))
    expect([...(back?.loss.subarray(0, 2) ?? [])]).toEqual([0.5, NaN])
    expect(back?.history?.probe(0)).toMatchObject({ step: 2, trainingStep: 1 })
    expect(back?.history?.probe(0).gradNorm[0]).toBe(Infinity)
    expect(back?.probeCost).toBe(0.02)
  })

  test('of ten thousand samples of fifty layers takes less than 50 MB, and a moment less than 50 ms', () => {
    const names = (letter: string) => Array.from({ length: 50 }, (_, at) => `${letter}${at}`)
    const layout = {
      layers: names('l'),
      depth: names('l').map((_, at) => at),
      wires: names('w'),
      outputs: names('l'),
    }
    const run = createRun('run')
    for (const event of begun(layout)) run.take(event)
    for (let step = 1; step <= 10_000; step++) {
      const probe = emptyProbe(layout, { step, trainingStep: 0 })
      probe.gradNorm.fill(step)
      probe.relativeGradient.fill(1 / step)
      run.take({ kind: 'probe', run: 'run', probe, cost: 0, scheduled: true })
    }
    expect(run.history?.length).toBe(10_000)
    const [write, bytes] = timed(() => writeProbes(run, 1) ?? new Uint8Array(0))
    expect(bytes.byteLength).toBeLessThan(50e6)
    const [read, back] = timed(() => readRun('kept', bytes, ''))
    const history = back?.history
    if (back?.layout === undefined || back.layout === null || history === null || history === undefined)
      throw new Error('there is no run')
    const kept = back.layout
    const past = createPastReadings(() => createReadings(kept, { steps: [], byPath: new Map() } as never))
    const seeks = [9000, 1000, 7777, 3000, 6000].map((step) => {
      const [time, readings] = timed(() => past.at(history, step))
      expect(readings.layer('l7')?.gradNorm).toBe(step)
      return time
    })
    // The quickest: whatever else the machine does only ever adds.
    const quickest = Math.min(...seeks)
    expect(quickest).toBeLessThan(50)
    console.info(
      `probes of 10,000 × 50 layers: ${(bytes.byteLength / 1e6).toFixed(1)} MB, written in ${write.toFixed(0)} ms, ` +
        `read in ${read.toFixed(0)} ms, a moment in ${quickest.toFixed(1)} ms`,
    )
  })
})

function begun(layout: {
  layers: string[]
  depth: number[]
  wires: string[]
  outputs: string[]
}): RunEvent[] {
  const backend = { name: 'cpu', adapter: '', software: false, reason: '' } as const
  return [
    {
      kind: 'started',
      run: 'run',
      backend,
      parameters: 1,
      seed: 1,
      totalSteps: 10_000,
      stepsPerEpoch: 10,
      samples: { train: 1, validation: 0, test: 0 },
      names: [],
      layout,
      carried: [],
    },
  ]
}

function timed<T>(work: () => T): readonly [number, T] {
  const start = performance.now()
  const result = work()
  return [performance.now() - start, result]
}
