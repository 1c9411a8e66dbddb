/**
 * Follows a run by its events and says what ails it. The worker has one beside every run, so the window and the command
 * line hear the same findings. A finding of the run must hold at two samples in a row; NaN counts at once.
 */
import type { Plan } from '../analyse/plan'
import type { Path } from '../graph/document'
import type { Probe, RunEvent } from '../session/protocol'
import { allFound, arrange, sameFindings } from './diagnose'
import { findingKey, type Finding } from './finding'
import { sourcesOf } from './flow'
import type { Found } from './make'
import type { Activity, EpochFacts, RunFacts, RunSample, SampleFacts } from './signals'

type Started = Extract<RunEvent, { kind: 'started' }>
type Ended = Extract<RunEvent, { kind: 'ended' }>

/** What the events do not tell. */
export interface Ending {
  /** The node that was first not finite. */
  readonly culprit: Path | null
  readonly recalls: readonly number[] | null
}

export interface Watch {
  /** Takes an event; the new findings where they have changed, else null. `ending` goes with the event `ended`. */
  take(event: RunEvent, ending?: Ending): readonly Finding[] | null
}

/** Numbers of a node in `Probe.activity`. */
export const activityWidth = 6

/** Losses that are no error to bring down to zero, or that two parties pull at. */
const restless: ReadonlySet<string> = new Set(['gan', 'policy-gradient', 'ppo', 'dpo', 'bradley-terry'])

/** Losses that only price something beside the task. */
const side: ReadonlySet<string> = new Set(['regulariser', 'z-loss'])

interface Judged {
  readonly ordinary: boolean
  readonly chance: number | null
  readonly floor: number
  /** Columns of a tick that add up to the loss that is judged; null = the total. */
  readonly columns: readonly number[] | null
  readonly accuracy: number
  readonly accuracyPath: Path | null
}

function judgedBy(plan: Plan, samples: SampleFacts, started: Started): Judged {
  const [training, second] = plan.training
  const losses = (training?.losses ?? []).flatMap((path) => plan.byPath.get(path) ?? [])
  const main = losses.filter((loss) => !side.has(loss.definition.type))
  const facts = main.map((loss) => samples.losses.find(({ path }) => path === loss.path))
  // A single sample, or targets that are all the same, leave nothing to learn from.
  const known = facts.every(
    (one) => one !== undefined && one.chance !== null && one.chance - one.floor > 1e-6,
  )
  const sum = (of: 'chance' | 'floor') => facts.reduce((total, one) => total + (one?.[of] ?? 0), 0)
  const accuracyPath =
    plan.metrics.find((path) => plan.byPath.get(path)?.definition.type === 'accuracy') ?? null
  return {
    ordinary: second === undefined && losses.every((loss) => !restless.has(loss.definition.type)),
    chance: known && main.length > 0 ? sum('chance') : null,
    floor: sum('floor'),
    columns: losses.length > 1 ? main.map(({ path }) => started.names.indexOf(path)) : null,
    accuracy: accuracyPath === null ? -1 : started.names.indexOf(accuracyPath),
    accuracyPath,
  }
}

function sampleOf(plan: Plan, { layout }: Started, probe: Probe): RunSample {
  const layers = (values: ArrayLike<number>) =>
    new Map(layout.layers.map((path, at) => [path, values[at] ?? -1] as const))
  const delta = new Map<Path, number>()
  const byWire = new Map(layout.wires.map((wire, at) => [wire, probe.wireRms[at] ?? -1] as const))
  for (const step of plan.steps)
    for (const source of sourcesOf(step.inputs)) {
      const rms = byWire.get(source.wire) ?? -1
      if (rms >= 0 || Number.isNaN(rms)) delta.set(source.path, Math.max(delta.get(source.path) ?? 0, rms))
    }
  return {
    step: probe.step,
    gradNorm: layers(probe.gradNorm),
    gradRms: layers(probe.gradRms),
    relativeGradient: layers(probe.relativeGradient),
    updateRatio: layers(probe.updateRatio),
    delta,
    activity: activities(layout.active ?? [], probe.activity),
    time: new Map(
      (layout.timed ?? []).flatMap((wire, at) => {
        const [first, last] = [probe.time?.[2 * at] ?? -1, probe.time?.[2 * at + 1] ?? -1]
        return first < 0 || last < 0 ? [] : [[wire, { first, last }] as const]
      }),
    ),
  }
}

function activities(paths: readonly Path[], numbers: ArrayLike<number> | undefined): Map<Path, Activity> {
  const found = new Map<Path, Activity>()
  if (numbers === undefined) return found
  for (const [index, path] of paths.entries()) {
    const at = (offset: number) => numbers[index * activityWidth + offset] ?? -1
    if (at(0) < 0) continue
    found.set(path, {
      deviation: at(0),
      largest: at(1),
      zero: at(2),
      dead: at(3),
      saturated: at(4),
      spread: at(5),
    })
  }
  return found
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/** A watch for one run of the plan; `batchSize` and `samples` are what it trains with. */
export function createWatch(plan: Plan, samples: SampleFacts, batchSize: number): Watch {
  let started: Started | null = null
  let judged: Judged | null = null
  let loss: number[] = []
  let accuracy: number[] = []
  let runSamples: RunSample[] = []
  let epochs: EpochFacts[] = []
  let step = 0
  let end: RunFacts['end'] = null
  let notFinite: RunFacts['notFinite'] = null
  let recalls: readonly number[] | null = null
  /** Of those that must persist: seen at the last look. */
  let pending: ReadonlySet<string> = new Set()
  const since = new Map<string, number>()
  let said: readonly Finding[] = []

  const facts = (begun: Started, by: Judged): RunFacts => ({
    step,
    ended: end !== null,
    totalSteps: begun.totalSteps,
    stepsPerEpoch: begun.stepsPerEpoch,
    batchSize,
    trainSamples: begun.samples.train,
    validationSamples: begun.samples.validation,
    ordinary: by.ordinary,
    loss,
    chance: by.chance,
    floor: by.floor,
    samples: runSamples,
    epochs,
    recalls,
    end,
    notFinite,
  })

  /** Those that need not persist, and those that were there at the last look too. The end is a look of its own. */
  function believed(all: readonly Found[]): readonly Found[] {
    const keys = new Set(all.map(({ finding }) => findingKey(finding)))
    const kept = all.filter(
      ({ finding, persists }) => !persists || pending.has(findingKey(finding)) || end !== null,
    )
    pending = keys
    return kept.map((one) => {
      const key = findingKey(one.finding)
      const first = Math.min(since.get(key) ?? Infinity, one.finding.step)
      since.set(key, first)
      return { ...one, finding: { ...one.finding, step: first } }
    })
  }

  function look(): readonly Finding[] | null {
    if (started === null || judged === null) return null
    const now = arrange(believed(allFound(plan, samples, batchSize, facts(started, judged))))
    if (sameFindings(now, said)) return null
    said = now
    return said
  }

  function takeTicks({ ticks }: Extract<RunEvent, { kind: 'ticks' }>, begun: Started, by: Judged): void {
    const width = begun.names.length
    for (const [row, at] of ticks.step.entries()) {
      const value = (column: number) => ticks.values[row * width + column] ?? NaN
      const total = ticks.loss[row] ?? NaN
      loss.push(by.columns === null ? total : by.columns.reduce((sum, column) => sum + value(column), 0))
      accuracy.push(by.accuracy < 0 ? NaN : value(by.accuracy))
      step = at
    }
  }

  function takeEpoch(event: Extract<RunEvent, { kind: 'epoch' }>, begun: Started, by: Judged): boolean {
    const { validation } = event
    if (validation === null) return false
    const own = (values: readonly number[]) => meanOf(values.slice(-begun.stepsPerEpoch))
    epochs.push({
      step: event.step,
      epoch: event.epoch,
      validationLoss: mainLoss(by, begun, validation),
      validationAccuracy: by.accuracyPath === null ? null : (validation.metrics[by.accuracyPath] ?? null),
      trainLoss: own(loss),
      trainAccuracy: by.accuracy < 0 ? null : own(accuracy),
    })
    return true
  }

  function takeEnd(event: Ended, begun: Started, by: Judged, ending: Ending | undefined): void {
    const scored = (scores: Ended['train']) => (scores === null ? null : mainLoss(by, begun, scores))
    const right = (scores: Ended['train']) =>
      scores === null || by.accuracyPath === null ? null : (scores.metrics[by.accuracyPath] ?? null)
    end = {
      trainLoss: scored(event.train),
      trainAccuracy: right(event.train),
      validationLoss: scored(event.validation),
      validationAccuracy: right(event.validation),
    }
    recalls = ending?.recalls ?? null
    if (event.why === 'diverged')
      notFinite = { step: event.step, what: whatOf(event.message), path: ending?.culprit ?? null }
  }

  return {
    take(event, ending) {
      if (event.kind === 'started') {
        started = event
        judged = judgedBy(plan, samples, event)
        return look()
      }
      if (started === null || judged === null) return null
      switch (event.kind) {
        case 'ticks':
          takeTicks(event, started, judged)
          return null
        case 'probe': {
          // What is probed besides, for a person who looks on, depends on how fast this machine is.
          if (event.probe.trainingStep !== 0 || !event.scheduled) return null
          runSamples.push(sampleOf(plan, started, event.probe))
          step = Math.max(step, event.probe.step)
          return look()
        }
        case 'epoch':
          return takeEpoch(event, started, judged) ? look() : null
        case 'recovered': {
          const at = event.step
          loss = loss.slice(0, at)
          accuracy = accuracy.slice(0, at)
          runSamples = runSamples.filter((sample) => sample.step <= at)
          epochs = epochs.filter((epoch) => epoch.step <= at)
          return null
        }
        case 'ended':
          takeEnd(event, started, judged, ending)
          return look()
        default:
          return null
      }
    },
  }
}

/** The judged part of a split's loss. */
function mainLoss(
  { columns }: Judged,
  { names }: Started,
  scores: { readonly loss: number; readonly losses: Readonly<Record<Path, number>> },
): number {
  if (columns === null) return scores.loss
  return columns.reduce((sum, column) => sum + (scores.losses[names[column] ?? ''] ?? 0), 0)
}

/** `Stopped: at step 3 the loss became NaN. …` -> `the loss became NaN`. */
function whatOf(message: string): string {
  return /at step \d+ (.*?)\./.exec(message)?.[1] ?? 'the weights gave no finite loss any more'
}
