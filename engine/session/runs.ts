/**
 * A run as its listener knows it: events go in, buffers of numbers and a few facts come out. Numbers are read when a
 * frame is painted; nothing here notifies anyone, and React is not known.
 */
import type { Path } from '../graph/document'
import type { Finding } from '../diagnose/finding'
import { createColumns, type Columns } from './columns'
import { createHistory, type History } from './history'
import { createLooks, type Looks } from './looks'
import type { BackendInfo, Probe, ProbeLayout, RunEvent, RunId, Scores } from './protocol'

/** One finished epoch; `validation` is null where it was not evaluated. */
export interface EpochResult {
  readonly epoch: number
  readonly step: number
  readonly validation: Scores | null
}

export interface Run {
  readonly id: RunId
  /** Steps of the whole run; 0 before it has started. */
  readonly totalSteps: number
  readonly stepsPerEpoch: number
  readonly parameters: number
  readonly samples: { readonly train: number; readonly validation: number; readonly test: number } | null
  readonly backend: BackendInfo | null
  /** Names of the values of a tick: losses (where several) then metrics. */
  readonly names: readonly Path[]
  readonly layout: ProbeLayout | null
  /** Ticks that count in `steps`, `loss` and `values`. */
  readonly length: number
  readonly steps: Float64Array
  readonly loss: Float64Array
  /** Column of a name; empty for one that the run does not have. */
  values(name: Path): Float64Array
  /** The newest step that is known to be done. */
  readonly step: number
  /** The epoch of that step, from 1; 0 before the first. */
  readonly epoch: number
  readonly stepsPerSecond: number
  /** Seconds to the end at this speed, or null where it is not known. */
  readonly secondsLeft: number | null
  readonly epochs: readonly EpochResult[]
  /** Probes that have come so far. Old ones may be gone. */
  readonly probeCount: number
  /** The whole run in probes, thinned where it is very long; null before it has started. */
  readonly history: History | null
  /** What was seen of the nodes that were looked at. */
  readonly looks: Looks
  /** Probe `index` (from 0), or null where it is no longer kept. */
  probe(index: number): Probe | null
  /** Share of the training time that probing took. */
  readonly probeCost: number
  /** How it ended, with its scores; null before. */
  readonly ending: Extract<RunEvent, { kind: 'ended' }> | null
  /** What ails the run so far: another array whenever it has changed. */
  readonly findings: readonly Finding[]
  /** Takes an event of this run. */
  take(event: RunEvent): void
}

/** Probes kept; of older ones the place in the count stays. */
const mostProbes = 1000

interface Facts {
  totalSteps: number
  stepsPerEpoch: number
  parameters: number
  samples: Run['samples']
  ending: Run['ending']
  findings: Run['findings']
  backend: BackendInfo | null
  names: readonly Path[]
  layout: ProbeLayout | null
  step: number
  epoch: number
  stepsPerSecond: number
  probeCost: number
}

/** An empty run; `take` fills it. */
export function createRun(id: RunId): Run {
  const facts: Facts = {
    totalSteps: 0,
    stepsPerEpoch: 0,
    parameters: 0,
    samples: null,
    ending: null,
    findings: [],
    backend: null,
    names: [],
    layout: null,
    step: 0,
    epoch: 0,
    stepsPerSecond: 0,
    probeCost: 0,
  }
  let rows: Columns = createColumns(2)
  let epochs: EpochResult[] = []
  const probes = new Map<number, Probe>()
  let probeCount = 0
  let history: History | null = null
  const looks = createLooks()

  const takeTicks = ({ ticks, stepsPerSecond }: Extract<RunEvent, { kind: 'ticks' }>): void => {
    const width = facts.names.length
    for (const [index, step] of ticks.step.entries()) {
      rows.add([step, ticks.loss[index] ?? NaN, ...ticks.values.subarray(index * width, (index + 1) * width)])
    }
    facts.step = ticks.step.at(-1) ?? facts.step
    facts.epoch = ticks.epoch.at(-1) ?? facts.epoch
    facts.stepsPerSecond = stepsPerSecond
  }
  const takeProbe = (probe: Probe): void => {
    history?.add(probe)
    probes.set(probeCount, probe)
    probes.delete(probeCount - mostProbes)
    probeCount++
  }
  /** What a lost device had done after the step from which it goes on is done again. */
  const goBack = (step: number): void => {
    rows.dropWhile((row) => (rows.column(0)[row] ?? 0) > step)
    epochs = epochs.filter((epoch) => epoch.step <= step)
    history?.dropAfter(step)
    looks.dropAfter(step)
    facts.step = step
  }

  const take = (event: RunEvent): void => {
    switch (event.kind) {
      case 'started':
        Object.assign(facts, {
          totalSteps: event.totalSteps,
          stepsPerEpoch: event.stepsPerEpoch,
          parameters: event.parameters,
          samples: event.samples,
          backend: event.backend,
          names: event.names,
          layout: event.layout,
        } satisfies Partial<Facts>)
        rows = createColumns(2 + event.names.length)
        history = createHistory(event.layout)
        return
      case 'ticks':
        return takeTicks(event)
      case 'probe':
        facts.probeCost = event.cost
        return takeProbe(event.probe)
      case 'look':
        return looks.add(event.look, event.cost)
      case 'epoch':
        epochs = [...epochs, { epoch: event.epoch, step: event.step, validation: event.validation }]
        return
      case 'findings':
        facts.findings = event.findings
        return
      case 'recovered':
        facts.backend = event.backend
        return goBack(event.step)
      case 'ended':
        facts.ending = event
        facts.step = event.step
        return
      case 'paused':
      case 'resumed':
        facts.step = event.step
        return
      case 'failed':
      case 'capture':
      case 'precision':
        return
    }
  }

  return {
    id,
    get totalSteps() {
      return facts.totalSteps
    },
    get stepsPerEpoch() {
      return facts.stepsPerEpoch
    },
    get parameters() {
      return facts.parameters
    },
    get samples() {
      return facts.samples
    },
    get ending() {
      return facts.ending
    },
    get findings() {
      return facts.findings
    },
    get backend() {
      return facts.backend
    },
    get names() {
      return facts.names
    },
    get layout() {
      return facts.layout
    },
    get length() {
      return rows.length
    },
    get steps() {
      return rows.column(0)
    },
    get loss() {
      return rows.column(1)
    },
    values: (name) => rows.column(facts.names.includes(name) ? 2 + facts.names.indexOf(name) : -1),
    get step() {
      return facts.step
    },
    get epoch() {
      return facts.epoch
    },
    get stepsPerSecond() {
      return facts.stepsPerSecond
    },
    get secondsLeft() {
      return facts.stepsPerSecond > 0 ? (facts.totalSteps - facts.step) / facts.stepsPerSecond : null
    },
    get epochs() {
      return epochs
    },
    get probeCount() {
      return probeCount
    },
    get history() {
      return history
    },
    looks,
    probe: (index) => probes.get(index) ?? null,
    get probeCost() {
      return facts.probeCost
    },
    take,
  }
}
