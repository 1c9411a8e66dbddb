/**
 * Numbers on their way out of the device. Each step leaves one small tensor; from time to time all that wait become
 * one tensor and one asynchronous read, so that a GPU is never waited for at every step. Events come out in the order
 * of the steps whatever the pace, which is what makes two runs print the same lines.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { Path } from '../graph/document'
import type { PackedProbe } from '../probe/recorder'
import type { Probe, Ticks } from '../session/protocol'
import type { Readback, Slot } from './capture/readback'
import { lossScale, scaleIn, scaleWidth, type Scale } from './loss-scale'

/**
 * Numbers of a step that ran: a kept tensor that the outbox disposes of. Of a replayed one: a slot on the device, or the
 * numbers themselves where the step was done in our own memory.
 */
export type Waiting =
  { readonly tensor: Tf.Tensor1D } | { readonly slot: Slot } | { readonly values: Float32Array }

/** What one step leaves. */
export interface Entry {
  readonly step: number
  readonly epoch: number
  /** Losses and metric sums, one after another, then the numbers of the probes. */
  readonly numbers: Waiting
  readonly probes: readonly PackedProbe[]
  /** Its probes are on the schedule, so never left out. */
  readonly scheduled: boolean
}

/** How an entry's numbers become a tick. */
export interface TickShape {
  readonly losses: readonly Path[]
  /** Metrics with how many sums each has. */
  readonly metrics: readonly { readonly size: number; readonly value: (sums: readonly number[]) => number }[]
  /** Losses stand among the values (where there are several). */
  readonly showLosses: boolean
}

export interface OutboxOptions {
  readonly tf: typeof Tf
  readonly shape: () => TickShape
  /** Where slots are read from; null where no step is replayed. */
  readonly readback: Readback | null
  readonly onTicks: (ticks: Ticks) => void
  readonly onProbe: (probe: Probe, scheduled: boolean) => void
  /** Of each training step in mixed precision, before the first entry; empty where there is none. */
  readonly scales: readonly Scale[]
  /** A loss is scaled otherwise than before, or a step was left out. */
  readonly onScale: (step: number, scales: readonly Scale[], leftOut: boolean) => void
  /** Of probes outside the schedule let only the newest of a flush out (for a screen). */
  readonly thin: boolean
}

export interface Outbox {
  push(entry: Entry): void
  readonly waiting: number
  /** Resolves when all that was sent off has been delivered. */
  arrived(): Promise<void>
  /** The first step whose loss or gradient was not finite. */
  readonly diverged: { readonly step: number; readonly what: string } | null
  /** Sends off what waits; resolves when it, and all before it, has been delivered. */
  flush(): Promise<void>
  dispose(): void
}

interface Row {
  readonly step: number
  readonly epoch: number
  readonly loss: number
  readonly values: readonly number[]
}

function rowOf(entry: Entry, numbers: Float32Array, shape: TickShape): Row {
  const losses = shape.losses.map((_, index) => numbers[index] ?? NaN)
  let at = losses.length
  const metrics = shape.metrics.map(({ size, value }) => {
    const sums = [...numbers.subarray(at, at + size)]
    at += size
    return value(sums)
  })
  const loss = losses.reduce((sum, one) => sum + one, 0)
  return {
    step: entry.step,
    epoch: entry.epoch,
    loss,
    values: shape.showLosses ? [...losses, ...metrics] : metrics,
  }
}

function ticksOf(rows: readonly Row[]): Ticks {
  return {
    step: Float64Array.from(rows, (row) => row.step),
    epoch: Float64Array.from(rows, (row) => row.epoch),
    loss: Float64Array.from(rows, (row) => row.loss),
    values: Float64Array.from(rows.flatMap((row) => row.values)),
  }
}

/** How many numbers of an entry are losses and metric sums. */
function rowLength({ losses, metrics }: TickShape): number {
  return metrics.reduce((sum, { size }) => sum + size, losses.length)
}

function tensorsOf(entries: readonly Entry[]): Tf.Tensor1D[] {
  return entries.flatMap(({ numbers }) => ('tensor' in numbers ? [numbers.tensor] : []))
}

function nonFiniteGradient(probe: Probe): boolean {
  return probe.gradNorm.some((norm) => !Number.isFinite(norm))
}

/** An outbox for one run on the current backend. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { tf, onTicks, onProbe } = options
  let scales = options.scales
  let entries: Entry[] = []
  let tail: Promise<void> = Promise.resolve()
  let diverged: Outbox['diverged'] = null

  const deliver = (sent: readonly Entry[], numbersOf: (entry: Entry) => Float32Array): void => {
    const shape = options.shape()
    let rows: Row[] = []
    const release = () => {
      if (rows.length > 0) onTicks(ticksOf(rows))
      rows = []
    }
    const lastProbe = sent.findLast((entry) => entry.probes.length > 0)
    /** Which training steps were left out, since a gradient was too large for half precision. */
    const judge = (step: number, numbers: Float32Array, at: number): ReadonlySet<number> => {
      const before = scales
      scales = before.map((_, index) => scaleIn(numbers, at + scaleWidth * index))
      const leftOut = scales.flatMap(({ skipped }, index) =>
        skipped > (before[index]?.skipped ?? 0) ? [index] : [],
      )
      if (leftOut.length > 0 || scales.some(({ next }, index) => next !== before[index]?.next)) {
        release()
        options.onScale(step, scales, leftOut.length > 0)
      }
      if (leftOut.some((index) => (scales[index]?.used ?? Infinity) <= lossScale.least))
        diverged ??= { step, what: 'a gradient is no longer finite, though the loss is not scaled any more' }
      return new Set(leftOut)
    }
    for (const entry of sent) {
      if (diverged !== null) break
      const numbers = numbersOf(entry)
      const row = rowOf(entry, numbers, shape)
      let offset = rowLength(shape)
      rows.push(row)
      if (!Number.isFinite(row.loss)) diverged = { step: entry.step, what: `the loss became ${row.loss}` }
      const leftOut = judge(entry.step, numbers, offset)
      offset += scaleWidth * scales.length
      for (const packed of entry.probes) {
        const probe = packed.unpack(entry.step, numbers, offset)
        offset += packed.size
        // Its gradients say nothing, and moved nothing.
        if (leftOut.has(probe.trainingStep)) continue
        if (diverged === null && nonFiniteGradient(probe))
          diverged = { step: entry.step, what: 'a gradient is no longer finite' }
        if (options.thin && !entry.scheduled && entry !== lastProbe) continue
        release()
        onProbe(probe, entry.scheduled)
      }
    }
    release()
  }

  const read = async (
    sent: readonly Entry[],
    packed: Tf.Tensor | null,
    before: Promise<void>,
  ): Promise<void> => {
    try {
      const [tensors, slotOf] = await Promise.all([packed?.data<'float32'>(), options.readback?.read()])
      await before
      let at = 0
      deliver(sent, ({ numbers }) => {
        if ('slot' in numbers) return slotOf?.(numbers.slot) ?? new Float32Array(0)
        if ('values' in numbers) return numbers.values
        const start = at
        at += numbers.tensor.size
        return tensors?.subarray(start, at) ?? new Float32Array(0)
      })
    } finally {
      packed?.dispose()
    }
  }

  return {
    get waiting() {
      return entries.length
    },
    arrived: () => tail,
    get diverged() {
      return diverged
    },
    push: (entry) => entries.push(entry),
    flush() {
      if (entries.length === 0) return tail
      const sent = entries
      entries = []
      const tensors = tensorsOf(sent)
      const packed = tensors.length === 0 ? null : tf.concat(tensors)
      tf.dispose(tensors)
      tail = read(sent, packed, tail)
      return tail
    },
    dispose() {
      tf.dispose(tensorsOf(entries))
      entries = []
    },
  }
}
