/**
 * The lines of a run, as `train` prints them and as both faces keep them in `metrics.jsonl`. The engine's events come in the order of the steps (tick, probe, epoch), whatever the
 * pace at which they are read from the device, so the same seed on the same backend gives the same lines.
 */
import type { Probe, RunEvent, Scores } from './protocol'

type Started = Extract<RunEvent, { kind: 'started' }>
type Ended = Extract<RunEvent, { kind: 'ended' }>

/** What may be null or not finite is written as it is; JSON turns it into words. */
export interface TickLine {
  readonly type: 'tick'
  readonly step: number
  readonly epoch: number
  readonly loss: number
  readonly metrics: Readonly<Record<string, number>>
}
export interface ProbeLine {
  readonly type: 'probe'
  readonly step: number
  readonly trainingStep: number
  readonly layers: Readonly<
    Record<
      string,
      { readonly gradNorm: number; readonly gradRms: number; readonly updateRatio: number | null }
    >
  >
}
export interface ScoresLine {
  readonly loss: number
  readonly metrics: Readonly<Record<string, number>>
  readonly samples: number
}
export interface EpochLine {
  readonly type: 'epoch'
  readonly epoch: number
  readonly validation: ScoresLine
}
export type ProgressLine = TickLine | ProbeLine | EpochLine

export interface EndLine {
  readonly type: 'end'
  readonly why: Ended['why']
  readonly train: ScoresLine | null
  readonly validation: ScoresLine | null
  readonly test: ScoresLine | null
  readonly parameters: number
  readonly steps: number
  readonly seconds: number
  readonly backend: string
}

/** Losses by node (where there are several) and metrics, under one key, as in the ticks. */
export function scoresLine(scores: Scores): ScoresLine {
  const several = Object.keys(scores.losses).length > 1
  return {
    loss: scores.loss,
    metrics: { ...(several ? scores.losses : {}), ...scores.metrics },
    samples: scores.samples,
  }
}

/** `run`: what is known since it started. */
export function endLine(
  run: { readonly parameters: number; readonly backend: { readonly name: string } },
  ended: Ended,
): EndLine {
  const scores = (of: Scores | null) => (of === null ? null : scoresLine(of))
  return {
    type: 'end',
    why: ended.why,
    train: scores(ended.train),
    validation: scores(ended.validation),
    test: scores(ended.test),
    parameters: run.parameters,
    steps: ended.step,
    seconds: ended.seconds,
    backend: run.backend.name,
  }
}

function probeLine(started: Started, probe: Probe): ProbeLine {
  const layers = started.layout.layers.flatMap((path, index) => {
    const gradNorm = probe.gradNorm[index] ?? -1
    // Not trained in this training step: nothing to tell.
    if (gradNorm < 0) return []
    const ratio = probe.updateRatio[index] ?? -1
    return [
      [
        path,
        { gradNorm, gradRms: probe.gradRms[index] ?? 0, updateRatio: ratio < 0 ? null : ratio },
      ] as const,
    ]
  })
  return {
    type: 'probe',
    step: probe.step,
    trainingStep: probe.trainingStep,
    layers: Object.fromEntries(layers),
  }
}

/** The ticks of one event whose step is a multiple of `every`. */
function tickLines(
  started: Started,
  { ticks }: Extract<RunEvent, { kind: 'ticks' }>,
  every: number,
): TickLine[] {
  const { names } = started
  return Array.from(ticks.step, (step, row): TickLine => {
    const metrics = names.map(
      (name, column) => [name, ticks.values[row * names.length + column] ?? NaN] as const,
    )
    const [epoch = 0, loss = NaN] = [ticks.epoch[row], ticks.loss[row]]
    return { type: 'tick', step, epoch, loss, metrics: Object.fromEntries(metrics) }
  }).filter((line) => line.step % every === 0)
}

/** What an event of a started run says in lines; nothing for most of them. */
export function linesOf(started: Started, event: RunEvent, every: number): readonly ProgressLine[] {
  if (event.kind === 'ticks') return tickLines(started, event, every)
  if (event.kind === 'probe') return [probeLine(started, event.probe)]
  if (event.kind !== 'epoch' || event.validation === null) return []
  return [{ type: 'epoch', epoch: event.epoch, validation: scoresLine(event.validation) }]
}

/** JSON has no NaN and no infinities: they are written as words. */
export function toJson(value: unknown, indent = 0): string {
  const word = (_key: string, part: unknown) =>
    typeof part === 'number' && !Number.isFinite(part) ? String(part) : part
  return JSON.stringify(value, word, indent)
}
