/**
 * One step of a run: one batch through every training step whose turn it is. On WebGPU and WebAssembly the steps are
 * recorded and replayed (capture/); everywhere else, and where that cannot be, they are run.
 */
import type * as Tf from '@tensorflow/tfjs'
import { wasmInside } from '../backend/wasm/inside'
import { webgpuInside } from '../backend/webgpu/inside'
import type { Compiled } from '../compile/compile'
import { hasMixed } from '../compile/fused-kernels'
import { inputsOf, type StepInputs } from '../compile/step-inputs'
import type { DeviceData } from '../data/device-data'
import type { Path, Training } from '../graph/document'
import { probeLayout } from '../probe/layout'
import { createRecorder, type PackedProbe } from '../probe/recorder'
import type { WeightSet } from '../session/protocol'
import { createCaptures, type CaptureReport, type CapturesOptions, type Body } from './capture/captures'
import type { Readback } from './capture/readback'
import { createHeapCaptures } from './capture/wasm/captures'
import type { Cell } from './capture/record'
import { createFusedOptimiser } from './fused-optimiser'
import { createHeapOptimiser } from './heap-optimiser'
import { scaleBefore, scaleIn, scaleWidth, unscaled, type Scale } from './loss-scale'
import { createOptimiser, type RunningOptimiser, type SlotValues } from './optimiser'
import type { Waiting } from './outbox'
import { shareMetrics } from './share-metrics'
import { runTrainingStep, trainedWeights, turnsOf, type StepOptions } from './step'

/** What a step left: losses and metric sums, then the numbers of its probes. */
export interface StepDone {
  readonly numbers: Waiting
  readonly probes: readonly PackedProbe[]
}

export interface Stepper {
  /** Does step `step`, counted from 1; at once, except where a recording begins. */
  step(step: number, probed: boolean): StepDone | Promise<StepDone>
  /** Moves the weights by a step once more and leaves no numbers. */
  repeat(step: number): void
  /** In mixed precision. */
  readonly mixed: boolean
  /** Of each training step in mixed precision, as the run begins; their numbers come after the metrics. */
  readonly scales: readonly Scale[]
  /** How many numbers a metric last had; 0 before the first step. */
  sizeOf(path: Path): number
  /** The slots of each training step's optimiser. */
  readSlots(): Promise<readonly SlotValues[]>
  /** Losses and metric sums as they were last. */
  readLatest(): Promise<WeightSet>
  /** Puts the weights and the slots back, as of another step. */
  goBack(weights: WeightSet, slots: readonly SlotValues[]): void
  readonly readback: Readback | null
  /** Steps may be replayed. */
  readonly replays: boolean
  /** Bytes that replays hold on the device beside tensors; null where steps are not replayed. */
  replayBytes(): number | null
  /** Gives the device back what operations outside of replays have left to be used again. */
  trim(): void
  /** Milliseconds spent on steps, and of these on probes. */
  readonly spent: { readonly steps: number; readonly probes: number }
  dispose(): void
}

export interface StepperOptions {
  readonly tf: typeof Tf
  readonly compiled: Compiled
  readonly data: DeviceData
  readonly training: Training
  /** Steps of the whole run. */
  readonly total: number
  readonly losses: readonly Path[]
  /** Record and replay where that can be. */
  readonly capture: boolean
  readonly report: (report: CaptureReport) => void
  readonly now: () => number
  readonly from: { readonly slots: readonly SlotValues[]; readonly latest: WeightSet } | null
}

function startOptimiser(
  tf: typeof Tf,
  compiled: Compiled,
  training: StepOptions['training'],
  mixed: boolean,
): RunningOptimiser {
  const { optimiser } = training.settings
  const inside = webgpuInside(tf)
  const heap = wasmInside(tf)
  if (inside === null && heap === null) return createOptimiser(tf, optimiser)
  const variables = new Map(
    trainedWeights(compiled, training).map((key) => [key, compiled.variables.get(key) as Tf.Variable]),
  )
  if (inside !== null) return createFusedOptimiser(tf, inside, optimiser, variables, mixed)
  return heap === null
    ? createOptimiser(tf, optimiser)
    : createHeapOptimiser(tf, heap, optimiser, variables.values())
}

/** A stepper on the current backend. The caller owns `compiled` and `data`. */
export function createStepper(options: StepperOptions): Stepper {
  const { tf, compiled, data, training, total, now } = options
  const { plan } = compiled
  const probePlan = probeLayout(plan)
  const metrics = shareMetrics(compiled)
  const mixed = training.precision === 'mixed' && hasMixed(tf)
  const running: StepOptions[] = plan.training.map((one, index) => ({
    tf,
    compiled,
    training: one,
    optimiser: startOptimiser(tf, compiled, one, mixed),
    seed: training.seed,
    metrics: metrics[index] ?? [],
    turnOf: turnsOf(one, total),
  }))
  const latest = new Map<Path, Tf.Tensor>()
  const spent = { steps: 0, probes: 0 }

  const spendOnProbes = (milliseconds: number): void => {
    spent.probes += milliseconds
  }
  const keepLatest = (path: Path, value: Tf.Tensor): void => {
    latest.get(path)?.dispose()
    latest.set(path, value)
  }
  for (const [index, slots] of (options.from?.slots ?? []).entries()) running[index]?.optimiser.restore(slots)
  for (const [path, { shape, values }] of Object.entries(options.from?.latest ?? {}))
    keepLatest(path, tf.tensor(values, [...shape], 'float32'))

  const atWork = (step: number) =>
    running.filter(({ training: { settings } }) => (step - 1) % settings.every === 0)

  /** Call inside `tf.tidy`. */
  function runAll(
    inputs: StepInputs,
    probed: boolean,
    rows?: number,
  ): { numbers: Tf.Tensor1D; kept: readonly PackedProbe[] } {
    const batch = data.trainBatch(inputs, rows)
    const probes: ReturnType<ReturnType<typeof createRecorder>['pack']>[] = []
    for (const one of atWork(inputs.step)) {
      const recorder = probed ? createRecorder(tf, probePlan, now, spendOnProbes) : null
      try {
        for (const [path, value] of runTrainingStep(one, inputs, batch, recorder)) keepLatest(path, value)
      } catch (error) {
        recorder?.discard()
        throw error
      }
      if (recorder === null) continue
      probes.push(recorder.pack(one.training.index))
    }
    const values = [...options.losses, ...plan.metrics].map((path) => latest.get(path) as Tf.Tensor)
    const scales = running.flatMap(({ optimiser: { scaling } }) => scaling?.told ?? [])
    const before = values.reduce((sum, { size }) => sum + size, 0)
    const parts = [
      ...values.map((value) => value.reshape([-1])),
      ...scales,
      ...probes.map(({ tensor }) => tensor),
    ]
    const full = parts.filter(({ size }) => size > 0)
    // Concatenating one tensor gives its own buffer, which the next step writes over.
    const numbers = (full.length === 1 ? full[0]?.mul(1) : tf.concat(full)) as Tf.Tensor1D
    tf.dispose(probes.map(({ tensor }) => tensor))
    const kept = probes.map(({ size, unpack }): PackedProbe => {
      if (!mixed) return { size, unpack }
      return {
        size,
        unpack(step, all, offset) {
          const probe = unpack(step, all, offset)
          return unscaled(probe, scaleIn(all, before + scaleWidth * probe.trainingStep).used)
        },
      }
    })
    return { numbers, kept }
  }

  function runNow(step: number, probed: boolean): StepDone {
    let probes: readonly PackedProbe[] = []
    const tensor = tf.tidy(() => {
      const { numbers, kept } = runAll(inputsOf(tf, step), probed)
      probes = kept
      return numbers
    })
    return { numbers: { tensor }, probes }
  }

  const cells = (): Cell[] => [
    ...running.flatMap(({ optimiser }) => optimiser.cells()),
    ...[...compiled.variables.values()].map((variable) => ({
      get: () => variable,
      set: (tensor: Tf.Tensor) => variable.assign(tensor),
    })),
    ...[...latest.keys()].map((path) => ({
      get: () => latest.get(path) as Tf.Tensor,
      set: (tensor: Tf.Tensor) => keepLatest(path, tf.keep(tensor.clone())),
    })),
  ]
  const capturing: CapturesOptions = {
    tf,
    cells,
    remembered: () => running.flatMap(({ optimiser }) => optimiser.remembered()),
    report: options.report,
  }
  const captures = options.capture ? createCaptures<readonly PackedProbe[]>(capturing) : null
  const heapCaptures = options.capture ? createHeapCaptures<readonly PackedProbe[]>(capturing) : null
  /** After so many steps everything comes round: the place in the epoch, and whose turn it is. */
  const period = running.reduce(
    (product, { training: { settings } }) => product * settings.every,
    data.stepsPerEpoch,
  )

  function replayed(step: number, probed: boolean): StepDone | null | Promise<StepDone | null> {
    if (captures === null && heapCaptures === null) return null
    const turns = atWork(step).map((one) => one.training.index)
    const rows = data.batchSize(step)
    const likeness = `${rows} ${turns.join()} ${probed ? 'probed' : ''}`
    const body: Body<readonly PackedProbe[]> = {
      run: (inputs, most) => runAll(inputs, probed, most),
      rows,
    }
    if (heapCaptures !== null) {
      const found = heapCaptures.take(step, likeness, step + period, body)
      return found === null ? null : { numbers: { values: found.values }, probes: found.kept }
    }
    const taken = captures?.take(step, likeness, step + period, body) ?? null
    const done = (found: Awaited<typeof taken>): StepDone | null =>
      found === null ? null : { numbers: { slot: found.slot }, probes: found.kept }
    return taken instanceof Promise ? taken.then(done) : done(taken)
  }

  return {
    mixed,
    scales: mixed ? running.map((_, index) => scaleBefore(options.from?.slots[index])) : [],
    readback: captures?.readback ?? null,
    replays: captures !== null || heapCaptures !== null,
    replayBytes: () => captures?.bytes() ?? null,
    trim: () => captures?.trim(),
    spent,
    step(step, probed) {
      const start = now()
      const found = replayed(step, probed)
      const done =
        found instanceof Promise
          ? found.then((later) => later ?? runNow(step, probed))
          : (found ?? runNow(step, probed))
      spent.steps += now() - start
      return done
    },
    repeat(step) {
      tf.tidy(() => {
        const inputs = inputsOf(tf, step)
        const batch = data.trainBatch(inputs)
        for (const one of atWork(step)) tf.dispose([...runTrainingStep(one, inputs, batch, null).values()])
      })
    },
    sizeOf: (path) => latest.get(path)?.size ?? 0,
    readSlots: () => Promise.all(running.map(({ optimiser }) => optimiser.read())),
    async readLatest() {
      const entries = await Promise.all(
        [...latest].map(async ([path, tensor]) => {
          const values = new Float32Array(await tensor.data<'float32'>())
          return [path, { shape: tensor.shape, values }] as const
        }),
      )
      return Object.fromEntries(entries)
    },
    goBack(weights, slots) {
      captures?.forget()
      heapCaptures?.forget()
      compiled.assign(weights)
      for (const [index, { optimiser }] of running.entries()) {
        optimiser.dispose()
        optimiser.restore(slots[index] ?? new Map())
      }
    },
    dispose() {
      captures?.dispose()
      heapCaptures?.dispose()
      for (const { optimiser } of running) optimiser.dispose()
      tf.dispose([...latest.values()])
      latest.clear()
    },
  }
}
