/**
 * The loop: steps in slices short enough that messages get through, numbers out in groups, validation after an epoch,
 * a snapshot now and then. Pause, single step, resume and stop take effect between two steps.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { PlanTrainingStep } from '../analyse/plan'
import type { Compiled } from '../compile/compile'
import type { DeviceData } from '../data/device-data'
import { countedLosses, evaluate, metricValue } from '../evaluate/evaluate'
import type { Path, Training } from '../graph/document'
import { flatnessOf, probeLayout } from '../probe/layout'
import { createRecorder, type PackedProbe } from '../probe/recorder'
import { isProbed } from '../probe/schedule'
import type { RunEvent, Scores, WeightSet } from '../session/protocol'
import { explainDivergence, type Explained } from './explain'
import { createOptimiser, type RunningOptimiser, type SlotValues } from './optimiser'
import { createOutbox, type TickShape } from './outbox'
import { shareMetrics } from './share-metrics'
import { createSpeedometer } from './speed'
import { runTrainingStep, type StepOptions } from './step'

type WithoutRun<E> = E extends unknown ? Omit<E, 'run'> : never
/** Events of a run before they are stamped with whose they are. */
export type TrainerEvent = WithoutRun<
  Extract<RunEvent, { kind: 'ticks' | 'probe' | 'epoch' | 'paused' | 'resumed' }>
>

/** All that is needed to go on exactly from here. */
export interface Snapshot {
  readonly step: number
  readonly weights: WeightSet
  readonly slots: readonly SlotValues[]
  /** Updates made by each training step. */
  readonly updates: readonly number[]
  /** Losses and metric sums as they were last: a training step that rests tells its last ones again. */
  readonly latest: WeightSet
}

export type Outcome =
  | { readonly why: 'finished' | 'stopped'; readonly step: number; readonly message: string }
  | {
      readonly why: 'diverged'
      readonly step: number
      readonly message: string
      /** The first node with numbers that are not finite, where it is known. */
      readonly culprit: Path | null
    }

export interface TrainerOptions {
  readonly tf: typeof Tf
  readonly compiled: Compiled
  readonly data: DeviceData
  readonly training: Training
  readonly emit: (event: TrainerEvent) => void
  /** Milliseconds from anywhere. */
  readonly now: () => number
  /** Lets waiting messages through. */
  readonly breathe: () => Promise<void>
  readonly paused: boolean
  /** End after so many steps though the settings ask for more. */
  readonly most?: number | undefined
  readonly from: Snapshot | null
  /** Take a snapshot this often, in milliseconds of running. */
  readonly snapshotEvery: number
  /** For a screen: of probes outside the schedule only the newest of a flush. */
  readonly thinProbes: boolean
}

export interface Trainer {
  /** Steps done. */
  readonly step: number
  /** The last snapshot; the first is taken before the first step. */
  readonly snapshot: Snapshot | null
  readonly paused: boolean
  readonly everyStep: boolean
  pause(reason: string | null): void
  resume(): void
  /** One more step, and stay paused. */
  single(): void
  stop(): void
  /** Makes `run` reject with this at the next step: the device is gone or lies. */
  fail(error: Error): void
  probeEveryStep(on: boolean): void
  /** Trains to the end; at most once. */
  run(): Promise<Outcome>
  /** The last validation, if it is of the last step. */
  lastValidation(): Scores | null
  /** Somebody asked to stop. */
  readonly stopping: boolean
  dispose(): void
}

/** Numbers leave the device at most this often. */
const flushMilliseconds = 33
const flushTicks = 256
/** A slice of steps ends after this long. */
const sliceMilliseconds = 12

/** Going back to the step at which numbers went wrong may take this long. */
const rewindMilliseconds = 5000

/** How many steps the settings ask for. */
export function totalSteps(training: Training, stepsPerEpoch: number): number {
  return 'steps' in training.length ? training.length.steps : training.length.epochs * stepsPerEpoch
}

interface Running extends StepOptions {
  readonly training: PlanTrainingStep
  readonly optimiser: RunningOptimiser
}

/** A trainer on the current backend. The caller owns `compiled` and `data`. */
export function createTrainer(options: TrainerOptions): Trainer {
  const { tf, compiled, data, training, emit, now } = options
  const { plan } = compiled
  const total = totalSteps(training, data.stepsPerEpoch)
  const end = Math.min(total, options.most ?? total)
  const losses = countedLosses(plan)
  const metricShares = shareMetrics(compiled)
  const probePlan = probeLayout(plan)
  const active = new Map(
    (probePlan.layout.active ?? []).map((path) => {
      const step = plan.byPath.get(path)
      return [path, step === undefined ? null : flatnessOf(step)] as const
    }),
  )
  const running: Running[] = plan.training.map((step, index) => ({
    tf,
    compiled,
    training: step,
    optimiser: createOptimiser(tf, step.settings.optimiser),
    seed: training.seed,
    metrics: metricShares[index] ?? [],
    active,
  }))
  const updates = running.map((_, index) => options.from?.updates[index] ?? 0)
  for (const [index, slots] of (options.from?.slots ?? []).entries()) running[index]?.optimiser.restore(slots)
  const latest = new Map<Path, Tf.Tensor>()
  for (const [path, { shape, values }] of Object.entries(options.from?.latest ?? {}))
    latest.set(path, tf.tensor(values, [...shape], 'float32'))
  const speed = createSpeedometer(now)

  let step = options.from?.step ?? 0
  let snapshot: Snapshot | null = options.from
  let paused = options.paused
  let pauseReason: string | null = null
  let announced = false
  let allowance = 0
  let stopped = false
  let failure: Error | null = null
  let reject: ((error: Error) => void) | null = null
  let everyStep = false
  let wake: (() => void) | null = null
  let probing = 0
  let stepping = 0
  let validated: { readonly step: number; readonly scores: Scores | null } | null = null

  const tickShape = (): TickShape => ({
    losses,
    showLosses: losses.length > 1,
    metrics: plan.metrics.map((path) => ({
      size: latest.get(path)?.size ?? 0,
      value: (sums) => metricValue(plan, path, sums),
    })),
  })
  const outbox = createOutbox({
    tf,
    shape: tickShape,
    thin: options.thinProbes,
    onTicks: (ticks) => {
      speed.add(ticks.step.length)
      emit({ kind: 'ticks', ticks, stepsPerSecond: speed.stepsPerSecond() })
    },
    onProbe: (probe) => emit({ kind: 'probe', probe, cost: stepping === 0 ? 0 : probing / stepping }),
  })

  /** Whoever waits for a device that is gone must not go on with the next one. */
  const breathe = async (): Promise<void> => {
    await options.breathe()
    if (failure !== null) throw failure
  }

  const keepLatest = (path: Path, value: Tf.Tensor): void => {
    latest.get(path)?.dispose()
    latest.set(path, value)
  }

  /** One batch through every training step whose turn it is. */
  function oneStep(): void {
    const start = now()
    step++
    const epoch = Math.floor((step - 1) / data.stepsPerEpoch)
    const scheduled = isProbed(step, total)
    const probes: { packed: PackedProbe; scheduled: boolean }[] = []
    tf.tidy(() => {
      const batch = data.trainBatch(epoch, (step - 1) % data.stepsPerEpoch)
      for (const [index, one] of running.entries()) {
        const { every } = one.training.settings
        if ((step - 1) % every !== 0) continue
        const update = (updates[index] = (updates[index] ?? 0) + 1)
        const recorder = scheduled || everyStep ? createRecorder(tf, probePlan, now) : null
        const values = runTrainingStep(
          one,
          batch,
          { step, update, updates: Math.ceil(total / every) },
          recorder,
        )
        for (const [path, value] of values) keepLatest(path, value)
        if (recorder === null) continue
        probes.push({ packed: recorder.pack(step, one.training.index), scheduled })
        probing += recorder.spent()
      }
      const parts = [...losses, ...plan.metrics].map((path) => (latest.get(path) as Tf.Tensor).reshape([-1]))
      outbox.push({ step, epoch: epoch + 1, tensor: tf.keep(tf.concat(parts)) as Tf.Tensor1D, probes })
    })
    stepping += now() - start
  }

  /**
   * Trains once more from the last snapshot up to the step `at`, whose weights are then those it began with; by now
   * they are those of a later step. False where it takes too long.
   */
  async function rewindTo(at: number): Promise<boolean> {
    if (snapshot === null || snapshot.step >= at) return false
    const last = now() + rewindMilliseconds
    const counts = [...snapshot.updates]
    compiled.assign(snapshot.weights)
    for (const [index, { optimiser }] of running.entries()) {
      optimiser.dispose()
      optimiser.restore(snapshot.slots[index] ?? new Map())
    }
    for (let again = snapshot.step + 1; again < at; again++) {
      if (now() > last) return false
      if (again % 16 === 0) await breathe()
      tf.tidy(() => {
        const batch = data.trainBatch(
          Math.floor((again - 1) / data.stepsPerEpoch),
          (again - 1) % data.stepsPerEpoch,
        )
        for (const [index, one] of running.entries()) {
          const { every } = one.training.settings
          if ((again - 1) % every !== 0) continue
          const update = (counts[index] = (counts[index] ?? 0) + 1)
          const moment = { step: again, update, updates: Math.ceil(total / every) }
          tf.dispose([...runTrainingStep(one, batch, moment, null).values()])
        }
      })
    }
    return true
  }

  async function explain(at: number, what: string): Promise<Explained> {
    const reached = await compiled.weights()
    const before = await rewindTo(at)
    const explained = await explainDivergence({ tf, compiled, data, training, losses }, at, what, before)
    compiled.assign(reached)
    return explained
  }

  async function endEpoch(epoch: number): Promise<void> {
    await outbox.flush()
    if (outbox.diverged !== null) return
    let scores: Scores | null = null
    if (epoch % training.validateEvery === 0 && data.samples.validation > 0) {
      const abandon = () => stopped || failure !== null
      const { batchSize, seed } = training
      scores = await evaluate({ tf, compiled, data, batchSize, seed, breathe, now, abandon }, 'validation')
      if (scores === null) return
      validated = { step, scores }
      speed.restart()
    }
    emit({ kind: 'epoch', epoch, step, validation: scores })
  }

  async function takeSnapshot(): Promise<void> {
    await outbox.flush()
    if (outbox.diverged !== null) return
    const slots = await Promise.all(running.map(({ optimiser }) => optimiser.read()))
    const weights = await compiled.weights()
    const sound = Object.values(weights).every(({ values }) => values.every(Number.isFinite))
    if (sound) snapshot = { step, weights, slots, updates: [...updates], latest: await readLatest() }
  }

  async function readLatest(): Promise<WeightSet> {
    const entries = await Promise.all(
      [...latest].map(async ([path, tensor]) => {
        const values = new Float32Array(await tensor.data<'float32'>())
        return [path, { shape: tensor.shape, values }] as const
      }),
    )
    return Object.fromEntries(entries)
  }

  async function waitWhilePaused(): Promise<void> {
    await outbox.flush()
    if (!announced) emit({ kind: 'paused', step, reason: pauseReason })
    announced = true
    await new Promise<void>((resolve) => {
      wake = resolve
    })
    wake = null
    if (!paused) emit({ kind: 'resumed', step })
    if (!paused || allowance > 0) announced = false
    speed.restart()
  }

  const mustWait = () => paused && allowance === 0 && !stopped && failure === null && outbox.diverged === null

  async function loop(): Promise<Outcome> {
    if (snapshot === null) await takeSnapshot()
    let sliceStart = now()
    let flushed = now()
    let saved = now()
    speed.restart()
    while (step < end && !stopped) {
      while (mustWait()) await waitWhilePaused()
      if (failure !== null) throw failure
      if (stopped || outbox.diverged !== null) break
      oneStep()
      if (allowance > 0) allowance--
      if (step % data.stepsPerEpoch === 0) await endEpoch(step / data.stepsPerEpoch)
      const time = now()
      if (time - flushed >= flushMilliseconds || outbox.waiting >= flushTicks) {
        flushed = time
        // A GPU may lag by one reading and no more: whoever pauses wants to see it stop.
        await outbox.arrived()
        void outbox.flush().catch(() => undefined)
      }
      if (time - saved >= options.snapshotEvery) {
        await takeSnapshot()
        saved = now()
      }
      if (time - sliceStart >= sliceMilliseconds) {
        await breathe()
        sliceStart = now()
      }
    }
    if (failure !== null) throw failure
    await outbox.flush()
    if (outbox.diverged !== null) {
      const { step: at, what } = outbox.diverged
      return { why: 'diverged', step: at, ...(await explain(at, what)) }
    }
    return stopped && step < end
      ? { why: 'stopped', step, message: `Stopped after ${step} of ${total} steps.` }
      : { why: 'finished', step, message: `Finished after ${step} ${step === 1 ? 'step' : 'steps'}.` }
  }

  const nudge = () => wake?.()
  return {
    get step() {
      return step
    },
    get snapshot() {
      return snapshot
    },
    get paused() {
      return paused
    },
    get stopping() {
      return stopped
    },
    get everyStep() {
      return everyStep
    },
    pause(reason) {
      paused = true
      pauseReason = reason
      allowance = 0
    },
    resume() {
      paused = false
      pauseReason = null
      nudge()
    },
    single() {
      paused = true
      allowance++
      nudge()
    },
    stop() {
      stopped = true
      nudge()
    },
    fail(error) {
      failure = error
      reject?.(error)
      nudge()
    },
    probeEveryStep(on) {
      everyStep = on
    },
    run() {
      // A read from a lost device may never come back, so the failure does not wait for the loop.
      const failed = new Promise<never>((_, refuse) => {
        reject = refuse
      })
      return Promise.race([loop(), failed])
    },
    lastValidation: () => (validated?.step === step ? validated.scores : null),
    dispose() {
      outbox.dispose()
      for (const { optimiser } of running) optimiser.dispose()
      tf.dispose([...latest.values()])
      latest.clear()
    },
  }
}
