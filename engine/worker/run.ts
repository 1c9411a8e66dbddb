/**
 * One training run from its start to its end: stamps every event, survives a lost device, evaluates at the end, and
 * leaves its weights behind as plain arrays and nothing on the device.
 */
import type {
  BackendInfo,
  RunEvent,
  RunId,
  Scores,
  Split,
  TrainRequest,
  WeightSet,
} from '../session/protocol'
import { createWatch, type Ending as Told } from '../diagnose/watch'
import { countedLosses, evaluate } from '../evaluate/evaluate'
import { classRecalls } from '../evaluate/recalls'
import { probeLayout } from '../probe/layout'
import type { Looked } from '../probe/look'
import { createTrainer, totalSteps, type Outcome, type Trainer } from '../train/trainer'
import type { Machinery } from './machinery'
import { place, type Ready } from './prepare'

export interface RunOptions {
  readonly machinery: Machinery
  readonly emit: (event: RunEvent) => void
  readonly now: () => number
  readonly breathe: () => Promise<void>
  readonly thinProbes: boolean
  /** Milliseconds of running between snapshots, from which a lost device is survived. */
  readonly snapshotEvery: number
  /** Called before every step that somebody waits for. */
  readonly before: (step: number, seen: boolean) => void
}

export interface Run {
  readonly id: RunId
  readonly trainer: Trainer
  /** What it computes with; another after a lost device. */
  readonly looked: Looked
  weights(): Promise<WeightSet>
  /** Trains to the end and never rejects. The last event is the caller's to send, once it can hand out the weights. */
  go(): Promise<Ending>
}

export interface Ending {
  readonly weights: WeightSet
  readonly event: RunEvent
}

/** Milliseconds for the scores of a run that was stopped. */
const patience = 5000

/** Another lost device than this many is no accident. */
const mostRecoveries = 3

class DeviceLost extends Error {}

function startedEvent(run: RunId, { document, plan, compiled, data, backend }: Ready): RunEvent {
  const losses = countedLosses(plan)
  return {
    kind: 'started',
    run,
    backend: backend.info,
    parameters: plan.parameters,
    seed: document.training.seed,
    totalSteps: totalSteps(document.training, data.stepsPerEpoch),
    stepsPerEpoch: data.stepsPerEpoch,
    samples: data.samples,
    names: [...(losses.length > 1 ? losses : []), ...plan.metrics],
    layout: probeLayout(plan).layout,
    carried: compiled.carried,
  }
}

function isFinite(weights: WeightSet): boolean {
  return Object.values(weights).every(({ values }) => values.every(Number.isFinite))
}

interface FinalScores {
  readonly train: Scores | null
  readonly validation: Scores | null
  readonly test: Scores | null
}
const unscored: FinalScores = { train: null, validation: null, test: null }

function ruined(step: number): Outcome {
  return {
    why: 'diverged',
    step,
    culprit: null,
    message: `Stopped: after step ${step} the weights give no finite loss any more. Try a smaller learning rate, clipping, or another initialiser.`,
  }
}

function recoveredMessage(step: number, before: BackendInfo, after: BackendInfo, why: string): string {
  const where =
    after.name === before.name ? `${after.name} was started anew` : `training went on with ${after.name}`
  return `The ${before.name} device was lost (${why}); ${where} from step ${step}.`
}

/** A run that has been prepared and waits for `go`. */
export function createRun(request: TrainRequest, first: Ready, options: RunOptions): Run {
  const { machinery, now } = options
  const id = request.run
  const watch = createWatch(first.plan, first.samples, first.document.training.batchSize)
  let ready = first
  let recoveries = 0
  let started = 0

  /** What an event changes in the diagnosis goes out behind it; what the end changes, before it. */
  const tell = (event: RunEvent, told: Told): void => {
    const findings = watch.take(event, told)
    if (findings !== null) options.emit({ kind: 'findings', run: id, findings })
  }
  const emit = (event: RunEvent): void => {
    // Before the event is sent: a worker hands its numbers over and keeps nothing of them.
    const findings = watch.take(event)
    options.emit(event)
    if (findings !== null) options.emit({ kind: 'findings', run: id, findings })
  }

  const newTrainer = (from: Trainer['snapshot'], paused: boolean): Trainer =>
    createTrainer({
      tf: machinery.tf,
      compiled: ready.compiled,
      data: ready.data,
      training: ready.document.training,
      emit: (event) => emit({ ...event, run: id }),
      now,
      breathe: options.breathe,
      paused,
      most: request.most,
      from,
      snapshotEvery: options.snapshotEvery,
      thinProbes: options.thinProbes,
      capture: request.capture ?? true,
      before: options.before,
    })
  let trainer = newTrainer(null, request.paused)

  const dispose = (): void => {
    try {
      trainer.dispose()
      ready.compiled.dispose()
      ready.data.dispose()
    } catch {
      // Freeing on a lost device may fail; the device is thrown away.
    }
  }

  /** Whoever stops a run does not want to wait for it: then scores that take long are left out. */
  function scorer(outcome: Outcome): (split: Split) => Promise<Scores | null> {
    const { document, compiled, data } = ready
    const { batchSize, seed } = document.training
    const { breathe } = options
    const last = now() + patience
    const abandon = () => (outcome.why === 'stopped' ? now() > last : trainer.stopping)
    return (split) =>
      evaluate({ tf: machinery.tf, compiled, data, batchSize, seed, breathe, now, abandon }, split)
  }

  /** Trains until something ends it; a device that is lost on the way is replaced. */
  async function train(): Promise<Outcome> {
    for (;;) {
      const stopWatching = ready.backend.watch((trouble) =>
        trainer.fail(
          trouble.kind === 'lost'
            ? new DeviceLost(trouble.message)
            : new Error(
                `The device reported an error, so its numbers cannot be trusted: ${trouble.message} Choose another backend and train again.`,
              ),
        ),
      )
      try {
        return await trainer.run()
      } catch (error) {
        if (!(error instanceof DeviceLost) || recoveries >= mostRecoveries) throw error
        stopWatching()
        await recover(error.message)
      } finally {
        stopWatching()
      }
    }
  }

  async function recover(why: string): Promise<void> {
    recoveries++
    const { snapshot, paused, everyStep } = trainer
    const lost = ready.backend.info
    dispose()
    machinery.backends.discard(lost.name)
    const wanted = { ...request, weights: snapshot?.weights ?? request.weights }
    // Beside whatever else is asked for now: nothing is tried, and what was found out of the graph still holds.
    const again = await place(machinery, wanted, ready, ready.backend.verdict)
    if (!again.accepted) throw new Error(again.message)
    ready = again
    trainer = newTrainer(snapshot, paused)
    trainer.probeEveryStep(everyStep)
    const message = recoveredMessage(trainer.step, lost, ready.backend.info, why)
    emit({ kind: 'recovered', run: id, step: trainer.step, backend: ready.backend.info, message })
  }

  /** Scores of all splits, or null where the last update ruined the weights: no later step was there to see it. */
  async function finalScores(outcome: Outcome, sound: boolean): Promise<FinalScores | null> {
    if (outcome.why === 'diverged') return unscored
    const scores = scorer(outcome)
    const train = sound ? await scores('train') : null
    if (!sound || (train !== null && !Number.isFinite(train.loss))) return null
    const validation = trainer.lastValidation() ?? (await scores('validation'))
    return { train, validation, test: await scores('test') }
  }

  /** Recalls by class at the end, where rare classes may have been passed over. */
  async function recalls(outcome: Outcome): Promise<readonly number[] | null> {
    if (outcome.why !== 'finished') return null
    const { compiled, data, samples, document } = ready
    const { batchSize, seed } = document.training
    return classRecalls({ tf: machinery.tf, compiled, data, samples, batchSize, seed })
  }

  async function finish(before: Outcome): Promise<Ending> {
    const reached = await ready.compiled.weights()
    const found = await finalScores(before, isFinite(reached))
    const ending = found ?? unscored
    const outcome = found === null ? ruined(before.step) : before
    const weights = isFinite(reached) ? reached : (trainer.snapshot?.weights ?? reached)
    const kept =
      weights === reached
        ? ''
        : ` The weights kept are those of step ${trainer.snapshot?.step ?? 0}, the last that were sound.`
    const told = {
      culprit: outcome.why === 'diverged' ? outcome.culprit : null,
      recalls: await recalls(outcome),
    }
    dispose()
    const { why, step } = outcome
    const seconds = (now() - started) / 1000
    const message = outcome.message + kept
    const event: RunEvent = { kind: 'ended', run: id, why, message, step, seconds, ...ending }
    tell(event, told)
    return { weights, event }
  }

  return {
    id,
    get trainer() {
      return trainer
    },
    get looked() {
      const { compiled, data, document } = ready
      return { tf: machinery.tf, compiled, data, seed: document.training.seed }
    },
    weights: () => ready.compiled.weights(),
    async go() {
      started = now()
      emit(startedEvent(id, ready))
      try {
        return await finish(await train())
      } catch (error) {
        const kept = trainer.snapshot?.weights ?? {}
        dispose()
        const message = error instanceof Error ? error.message : String(error)
        return { weights: kept, event: { kind: 'failed', run: id, message } }
      }
    },
  }
}
