/**
 * The probes of a run as a file beside its other ones: rows of float32 in a safetensors file, whose header says what they
 * are about. With the lines of the run they make it whole again, so that a reopened run can be looked at and gone back in
 * as if it had just been trained.
 */
import * as z from 'zod'
import { floatsOf, readSafetensors, storedFloats, writeSafetensors } from '../../engine/export/safetensors'
import type { Finding } from '../../engine/diagnose/finding'
import type { RunEvent, Ticks } from '../../engine/session/protocol'
import { createRun, type Run } from '../../engine/session/runs'
import { probeOf, rowSize } from '../../engine/session/signals'
import { isRefusal } from '../../nodes/kit/spec'

const paths = z.array(z.string())
const number = z.number()

/** What a run tells when it starts, and what was found. */
const headerSchema = z.object({
  started: z.object({
    backend: z.object({
      name: z.enum(['webgpu', 'webgl', 'wasm', 'cpu']),
      adapter: z.string(),
      software: z.boolean(),
      reason: z.string(),
    }),
    parameters: number,
    seed: number,
    totalSteps: number,
    stepsPerEpoch: number,
    samples: z.object({ train: number, validation: number, test: number }),
    names: paths,
    layout: z.object({ layers: paths, depth: z.array(number), wires: paths, outputs: paths }),
  }),
  step: number,
  cost: number,
  /** Data for the list of findings, written and read by the window alone. */
  findings: z.array(z.record(z.string(), z.unknown())),
})

const word = z.enum(['NaN', 'Infinity', '-Infinity'])
const figure = z.union([z.number(), word.transform(Number), z.null().transform(() => NaN)])
const scoresSchema = z.object({
  loss: figure,
  metrics: z.record(z.string(), figure),
  samples: z.number().default(0),
})
const lineSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('start') }),
  z.object({ type: z.literal('probe') }),
  z.object({
    type: z.literal('tick'),
    step: number,
    epoch: number,
    loss: figure,
    metrics: z.record(z.string(), figure),
  }),
  z.object({ type: z.literal('epoch'), epoch: number, validation: scoresSchema }),
  z.object({
    type: z.literal('end'),
    why: z.enum(['finished', 'stopped', 'diverged']),
    train: scoresSchema.nullable(),
    validation: scoresSchema.nullable(),
    test: scoresSchema.nullable(),
    steps: number,
    seconds: figure,
  }),
])
type Line = z.infer<typeof lineSchema>

/** The file, or null where the run has not begun. */
export function writeProbes(run: Run, seed: number): Uint8Array<ArrayBuffer> | null {
  const { history, layout, backend, samples } = run
  if (history === null || layout === null || backend === null || samples === null) return null
  const size = rowSize(layout)
  const { steps, trainingSteps, rows } = history.pack()
  const { layers, depth, wires, outputs } = layout
  const { parameters, totalSteps, stepsPerEpoch, names } = run
  const header: z.input<typeof headerSchema> = {
    started: {
      backend,
      parameters,
      seed,
      totalSteps,
      stepsPerEpoch,
      samples,
      names: [...names],
      layout: { layers: [...layers], depth: [...depth], wires: [...wires], outputs: [...outputs] },
    },
    step: run.step,
    cost: run.probeCost,
    findings: run.findings as unknown as Record<string, unknown>[],
  }
  return writeSafetensors(
    new Map([
      ['steps', storedFloats([steps.length], steps)],
      ['training_steps', storedFloats([steps.length], trainingSteps)],
      ['probes', storedFloats([steps.length, size], rows)],
    ]),
    { format: 'wiregrad', run: JSON.stringify(header) },
  )
}

/** A run made whole from its files, or null where they are none of ours or do not fit together. */
export function readRun(id: string, probes: Uint8Array, lines: string): Run | null {
  const file = readSafetensors(probes)
  if (isRefusal(file)) return null
  const header = headerSchema.safeParse(parsed(file.metadata['run'] ?? ''))
  const floats = (name: string) => {
    const tensor = file.tensors.get(name)
    return tensor === undefined ? null : floatsOf(tensor)
  }
  const [steps, trainingSteps, rows] = [floats('steps'), floats('training_steps'), floats('probes')]
  if (!header.success || steps === null || trainingSteps === null || rows === null) return null
  const { started, cost, findings, step } = header.data
  const size = rowSize(started.layout)
  if (rows.length !== steps.length * size || trainingSteps.length !== steps.length) return null

  const run = createRun(id)
  const take = (event: RunEvent) => run.take(event)
  take({ kind: 'started', run: id, ...started, carried: [] })
  for (const event of eventsOf(id, lines, started)) take(event)
  for (const [at, probed] of steps.entries()) {
    const row = rows.subarray(at * size, (at + 1) * size)
    const probe = probeOf(started.layout, { step: probed, trainingStep: trainingSteps[at] ?? 0 }, row)
    take({ kind: 'probe', run: id, probe, cost, scheduled: true })
  }
  take({ kind: 'findings', run: id, findings: findings as unknown as Finding[] })
  if (run.ending === null) take({ kind: 'paused', run: id, step, reason: null })
  return run
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function scoresOf(line: z.output<typeof scoresSchema>) {
  return { loss: line.loss, losses: {}, metrics: line.metrics, samples: line.samples }
}

/** What the lines of a run say, as the events that they came from. */
function eventsOf(
  run: string,
  text: string,
  { names, stepsPerEpoch }: { readonly names: readonly string[]; readonly stepsPerEpoch: number },
): readonly RunEvent[] {
  const lines = text.split('\n').flatMap((line): Line[] => {
    const read = line === '' ? null : lineSchema.safeParse(parsed(line))
    return read?.success === true ? [read.data] : []
  })
  const ticks = lines.filter((line) => line.type === 'tick')
  const values = Float64Array.from(ticks.flatMap(({ metrics }) => names.map((name) => metrics[name] ?? NaN)))
  const all: Ticks = {
    step: Float64Array.from(ticks, (tick) => tick.step),
    epoch: Float64Array.from(ticks, (tick) => tick.epoch),
    loss: Float64Array.from(ticks, (tick) => tick.loss),
    values,
  }
  const events: RunEvent[] = [{ kind: 'ticks', run, ticks: all, stepsPerSecond: 0 }]
  for (const line of lines) {
    if (line.type === 'epoch') {
      const { epoch, validation } = line
      events.push({
        kind: 'epoch',
        run,
        epoch,
        step: epoch * stepsPerEpoch,
        validation: scoresOf(validation),
      })
    } else if (line.type === 'end') {
      const { why, steps: step, seconds } = line
      const of = (scores: z.output<typeof scoresSchema> | null) => (scores === null ? null : scoresOf(scores))
      const scores = { train: of(line.train), validation: of(line.validation), test: of(line.test) }
      events.push({ kind: 'ended', run, why, message: '', step, seconds, ...scores })
    }
  }
  return events
}
