/** Training steps of Wiregrad, recorded and replayed, for the bench to drive. */
import { analyse } from '../../../engine/analyse/analyse'
import { browserHardware } from '../../../engine/backend/adapters'
import { createBackends } from '../../../engine/backend/start'
import { tf } from '../../../engine/backend/tfjs'
import { compile } from '../../../engine/compile/compile'
import { uploadData } from '../../../engine/data/device-data'
import { loadData, type LoadedData } from '../../../engine/data/load-data'
import { createOwnLayers } from '../../../engine/layers/own-layers'
import { countedLosses } from '../../../engine/evaluate/evaluate'
import { createStepper, type Stepper } from '../../../engine/train/stepper'
import { createTrainer } from '../../../engine/train/trainer'
import { catalogue } from '../../../nodes/catalogue'
import { startGauge } from './gauge'
import { documentOf, sizes, type ModelName } from './models'
import { benchBackend, benchThreads, processorTime, type StepRunner } from './runner'

const backend = benchBackend()
const gauge = startGauge()
const backends = createBackends(tf, browserHardware(globalThis), benchThreads())

interface Running {
  readonly stepper: Stepper
  readonly probeEvery: number
  readonly dispose: () => void
  step: number
}
let running: Running | null = null

/** The classes of a made-up set are as many as its symbols; the nets tell ten apart. */
function within(loaded: LoadedData, classes: number): LoadedData {
  const nodes = loaded.nodes.map((node) =>
    node.y === null ? node : { ...node, y: { ...node.y, values: node.y.values.map((y) => y % classes) } },
  )
  return { ...loaded, nodes }
}

async function prepare(name: ModelName, mixed = false) {
  await backends.start(backend)
  const plain = documentOf(name)
  const document: typeof plain = mixed
    ? { ...plain, training: { ...plain.training, precision: 'mixed' } }
    : plain
  const { plan, ok, problems } = analyse(document, catalogue)
  if (!ok) throw new Error(`The net ${name} has problems: ${JSON.stringify(problems)}`)
  const loaded = await loadData(plan, [], () => Promise.reject(new Error('No files here.')))
  if ('refused' in loaded) throw new Error(loaded.refused)
  const { batchSize, seed } = document.training
  const compiled = compile(plan, { tf, own: (path) => createOwnLayers(tf, { seed, path }), weights: null })
  if ('refused' in compiled) throw new Error(compiled.refused)
  const data = uploadData(tf, within(loaded, sizes[name].classes), batchSize, seed)
  return {
    tf,
    compiled,
    data,
    training: document.training,
    capture: true,
    now: () => performance.now(),
    from: null,
    dispose: () => {
      data.dispose()
      compiled.dispose()
    },
  }
}

async function start(name: ModelName, probeEvery: number, mixed: boolean): Promise<Running> {
  const { dispose, ...prepared } = await prepare(name, mixed)
  const stepper = createStepper({
    ...prepared,
    total: 1_000_000,
    losses: countedLosses(prepared.compiled.plan),
    report: ({ captured, message }) => {
      if (!captured && backend === 'webgpu') throw new Error(message)
    },
  })
  return {
    stepper,
    probeEvery,
    step: 0,
    dispose: () => {
      stepper.dispose()
      dispose()
    },
  }
}

function current(): Running {
  if (running === null) throw new Error('No net has been started.')
  return running
}

/** Every step, and then a wait for the numbers of all. */
async function train(steps: number): Promise<{ readonly host: number; readonly wall: number }> {
  const now = current()
  const begun = performance.now()
  const used = processorTime()
  for (let at = 0; at < steps; at++) {
    now.step++
    const done = now.stepper.step(now.step, now.probeEvery > 0 && now.step % now.probeEvery === 0)
    const { numbers } = done instanceof Promise ? await done : done
    if ('tensor' in numbers) numbers.tensor.dispose()
  }
  const given = performance.now()
  const host = used === null ? given - begun : (processorTime() ?? 0) - used
  await now.stepper.readback?.read()
  return { host: host / steps, wall: (performance.now() - begun) / steps }
}

const runner: StepRunner = {
  async start(name, probeEvery, way) {
    running?.dispose()
    gauge.restart()
    running = await start(name, probeEvery, way === 'mixed')
    // Twice as tfjs runs it, recorded, replayed: and the same for steps with a probe.
    await train(probeEvery > 0 ? 2 * probeEvery + 4 : 4)
  },
  run: train,
  async count() {
    gauge.dispatches()
    await train(1)
    const { count, kinds } = gauge.dispatches()
    return { dispatches: count, kinds, peakBytes: gauge.peakBytes() }
  },
  async stop() {
    running?.dispose()
    running = null
  },
  async probes(name, steps) {
    const { dispose, ...prepared } = await prepare(name)
    const probes: number[] = []
    let share = NaN
    const trainer = createTrainer({
      ...prepared,
      training: { ...prepared.training, length: { steps } },
      emit: (event) => {
        if (event.kind !== 'probe') return
        if (event.scheduled) probes.push(event.probe.step)
        share = event.cost
      },
      breathe: () => new Promise((resolve) => setTimeout(resolve)),
      paused: false,
      snapshotEvery: Infinity,
      thinProbes: true,
    })
    await trainer.run()
    trainer.dispose()
    dispose()
    return { between: (probes.at(-1) ?? NaN) - (probes.at(-2) ?? NaN), share }
  },
}

Object.assign(globalThis, { runner })
