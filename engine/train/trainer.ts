/**
 * The loop: steps in slices short enough that messages get through, numbers out in groups, validation after an epoch,
 * a snapshot now and then. Pause, single step, resume and stop take effect between two steps.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { Compiled } from '../compile/compile'
import type { DeviceData } from '../data/device-data'
import { countedLosses, evaluate, metricValue } from '../evaluate/evaluate'
import type { Path, Training } from '../graph/document'
import { createPrice } from '../probe/price'
import { createOnlookers, isProbed, nobody } from '../probe/schedule'
import { isInOwnMemory } from '../probe/own-memory'
import type { RunEvent, Scores, WeightSet } from '../session/protocol'
import { explainDivergence, type Explained } from './explain'
import { createFlow } from './flow'
import type { SlotValues } from './optimiser'
import { createOutbox, type TickShape } from './outbox'
import { precisionMessage, scaleMessage } from './loss-scale'
import { createSpeedometer } from './speed'
import { createStepper } from './stepper'

type WithoutRun<E> = E extends unknown ? Omit<E, 'run'> : never
/** Events of a run before they are stamped with whose they are. */
export type TrainerEvent = WithoutRun<
  Extract<RunEvent, { kind: 'ticks' | 'probe' | 'epoch' | 'paused' | 'resumed' | 'capture' | 'precision' }>
>

/** All that is needed to go on exactly from here. */
export interface Snapshot {
  readonly step: number
  readonly weights: WeightSet
  readonly slots: readonly SlotValues[]
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
  /** On WebGPU: record steps and replay them. */
  readonly capture: boolean
  /** Called before every step; `seen`: somebody waits for its numbers (a probe, a single step). */
  readonly before?: (step: number, seen: boolean) => void
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
  /** What the optimiser of each training step remembers. */
  readSlots(): Promise<readonly SlotValues[]>
  /** Somebody asked to stop. */
  readonly stopping: boolean
  dispose(): void
}

/** A slice of steps ends after this long. */
const sliceMilliseconds = 12

/** Going back to the step at which numbers went wrong may take this long. */
const rewindMilliseconds = 5000

/** How many steps the settings ask for. */
export function totalSteps(training: Training, stepsPerEpoch: number): number {
  return 'steps' in training.length ? training.length.steps : training.length.epochs * stepsPerEpoch
}

/** A trainer on the current backend. The caller owns `compiled` and `data`. */
export function createTrainer(options: TrainerOptions): Trainer {
  const { tf, compiled, data, training, emit, now } = options
  const { plan } = compiled
  const total = totalSteps(training, data.stepsPerEpoch)
  const end = Math.min(total, options.most ?? total)
  const losses = countedLosses(plan)
  const stepper = createStepper({
    ...options,
    total,
    losses,
    report: ({ captured, message }) => emit({ kind: 'capture', step, captured, message }),
  })
  const speed = createSpeedometer(now)
  const price = isInOwnMemory(tf) ? null : createPrice()
  const onlookers = options.thinProbes && price === null ? createOnlookers() : nobody

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
  let validated: { readonly step: number; readonly scores: Scores | null } | null = null

  const tickShape = (): TickShape => ({
    losses,
    showLosses: losses.length > 1,
    metrics: plan.metrics.map((path) => ({
      size: stepper.sizeOf(path),
      value: (sums) => metricValue(plan, path, sums),
    })),
  })
  const outbox = createOutbox({
    tf,
    shape: tickShape,
    readback: stepper.readback,
    thin: options.thinProbes,
    scales: stepper.scales,
    onScale(at, scales, leftOut) {
      const skipped = scales.reduce((sum, one) => sum + one.skipped, 0)
      const scale = Math.min(...scales.map(({ next }) => next))
      const message = scaleMessage(at, scale, leftOut)
      emit({ kind: 'precision', step: at, mixed: true, scale, skipped, message })
    },
    onTicks: (ticks) => {
      speed.add(ticks.step.length)
      emit({ kind: 'ticks', ticks, stepsPerSecond: speed.stepsPerSecond() })
    },
    onProbe: (probe, scheduled) => {
      const { steps, probes } = stepper.spent
      const cost = price?.share ?? (steps === 0 ? 0 : probes / steps)
      emit({ kind: 'probe', probe, cost, scheduled })
    },
  })

  /** Whoever waits for a device that is gone must not go on with the next one. */
  const breathe = async (): Promise<void> => {
    await options.breathe()
    if (failure !== null) throw failure
  }

  async function oneStep(): Promise<void> {
    step++
    const scheduled = isProbed(step, total, price?.between)
    const shown = onlookers.wants(now(), stepper.spent)
    const probed = scheduled || everyStep || shown || price?.asks() === true
    options.before?.(step, probed || allowance > 0)
    const begun = stepper.step(step, probed)
    const { numbers, probes } = begun instanceof Promise ? await begun : begun
    if (probes.length > 0) onlookers.seen(now(), stepper.spent)
    outbox.push({ step, epoch: Math.ceil(step / data.stepsPerEpoch), numbers, probes, scheduled })
    if (price?.given(probed, now()) === true) {
      await outbox.flush()
      price.idle(now())
    }
  }

  /** Does what has nothing to do with steps, when all of them have been done; not where one has gone wrong. */
  async function apart(work: () => Promise<void>): Promise<void> {
    await outbox.flush()
    if (outbox.diverged !== null) return
    const start = now()
    await work()
    price?.apart(now() - start)
  }

  /**
   * Trains once more from the last snapshot up to the step `at`, whose weights are then those it began with; by now
   * they are those of a later step. False where it takes too long.
   */
  async function rewindTo(at: number): Promise<boolean> {
    if (snapshot === null || snapshot.step >= at) return false
    const last = now() + rewindMilliseconds
    stepper.goBack(snapshot.weights, snapshot.slots)
    for (let again = snapshot.step + 1; again < at; again++) {
      if (now() > last) return false
      if (again % 16 === 0) await breathe()
      stepper.repeat(again)
    }
    return true
  }

  async function explain(at: number, what: string): Promise<Explained> {
    const reached = await compiled.weights()
    const before = await rewindTo(at)
    const explained = await explainDivergence(
      { tf, compiled, data, training, losses, mixed: stepper.mixed },
      at,
      what,
      before,
    )
    compiled.assign(reached)
    return explained
  }

  async function endEpoch(epoch: number): Promise<void> {
    let scores: Scores | null = null
    if (epoch % training.validateEvery === 0 && data.samples.validation > 0) {
      const abandon = () => stopped || failure !== null
      const { batchSize, seed } = training
      scores = await evaluate({ tf, compiled, data, batchSize, seed, breathe, now, abandon }, 'validation')
      if (scores === null) return
      validated = { step, scores }
      stepper.trim()
      speed.restart()
    }
    emit({ kind: 'epoch', epoch, step, validation: scores })
  }

  async function takeSnapshot(): Promise<void> {
    const slots = await stepper.readSlots()
    const weights = await compiled.weights()
    const sound = Object.values(weights).every(({ values }) => values.every(Number.isFinite))
    if (sound) snapshot = { step, weights, slots, latest: await stepper.readLatest() }
  }

  async function waitWhilePaused(): Promise<void> {
    // Whoever asked for a step meanwhile would not be heard any more.
    if (!mustWait()) return
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

  function tellPrecision(): void {
    const { mixed, scales } = stepper
    const skipped = scales.reduce((sum, one) => sum + one.skipped, 0)
    const message = precisionMessage(mixed)
    emit({ kind: 'precision', step, mixed, scale: scales[0]?.next ?? null, skipped, message })
  }

  async function loop(): Promise<Outcome> {
    if (training.precision === 'mixed') tellPrecision()
    if (snapshot === null) await apart(takeSnapshot)
    let sliceStart = now()
    const flow = createFlow(now)
    let saved = now()
    speed.restart()
    while (step < end && !stopped) {
      while (mustWait()) await apart(waitWhilePaused)
      if (failure !== null) throw failure
      if (stopped || outbox.diverged !== null) break
      await oneStep()
      if (allowance > 0) allowance--
      if (step % data.stepsPerEpoch === 0) await apart(() => endEpoch(step / data.stepsPerEpoch))
      const time = now()
      if (flow.full(outbox.waiting)) {
        // A GPU may lag by one reading and no more: whoever pauses wants to see it stop.
        await outbox.arrived()
        const sent = outbox.waiting
        void outbox.flush().then(flow.sent(sent), () => undefined)
      }
      if (time - saved >= options.snapshotEvery) {
        await apart(takeSnapshot)
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
    readSlots: () => stepper.readSlots(),
    lastValidation: () => (validated?.step === step ? validated.scores : null),
    dispose() {
      outbox.dispose()
      stepper.dispose()
    },
  }
}
