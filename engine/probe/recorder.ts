/**
 * Takes the signals of one training step: gradient and update of every weighted node, gradient on every wire. Each
 * tensor becomes a few numbers on the device, all of them one tensor, so that a probe is one asynchronous read.
 *
 * Gradients vanish over more decades than a float32 squared can hold (1e-20 squared is 0), so a norm travels as its
 * largest value and the sum of squares relative to that, and is put together in double precision.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { Source, WirePath } from '../analyse/plan'
import type { Path } from '../graph/document'
import type { Probe, ProbeLayout } from '../session/protocol'
import type { Flatness, LayerWeights } from './layout'
import { measureActivity, measureTime, unpackActivity, unpackTime } from './activity'

/** Where a tensor's numbers stand in the pack. */
interface Measured {
  readonly at: number
  readonly size: number
}

/** A probe on the device; `unpack` reads it from the numbers of `tensor`. */
export interface PackedProbe {
  readonly tensor: Tf.Tensor1D
  unpack(numbers: Float32Array, offset: number): Probe
}

export interface Recorder {
  /** For `Pass.tap`: an identity whose gradient is measured on its way back. */
  tap(source: Source, value: Tf.Tensor): Tf.Tensor
  /** A weight, its gradient before clipping, and its value after the update. */
  weight(key: string, before: Tf.Tensor, gradient: Tf.Tensor, after: Tf.Tensor): void
  /** What a node of the layout's `active` gave. */
  output(path: Path, value: Tf.Tensor, flatness: Flatness): void
  /** Milliseconds spent in here. */
  spent(): number
  /** Ends the recording; the tensor is kept and belongs to the caller. */
  pack(step: number, trainingStep: number): PackedProbe
  /** Ends it without a result. */
  discard(): void
}

interface WeightMeasures {
  readonly gradient: Measured
  readonly before: Measured
  readonly update: Measured
}

/** Norm squared of several measured tensors together, and how many numbers they have. */
function squares(
  numbers: Float32Array,
  offset: number,
  parts: readonly Measured[],
): { readonly sum: number; readonly count: number } {
  let sum = 0
  let count = 0
  for (const { at, size } of parts) {
    const largest = numbers[offset + at] ?? NaN
    const relative = numbers[offset + at + 1] ?? NaN
    sum += largest === 0 ? 0 : largest ** 2 * relative
    count += size
  }
  return { sum, count }
}

/** Starts recording one training step. `now` gives milliseconds. */
export function createRecorder(
  tf: typeof Tf,
  layout: ProbeLayout,
  weights: readonly LayerWeights[],
  now: () => number,
): Recorder {
  const parts: Tf.Tensor[] = []
  let length = 0
  let spent = 0
  const wires = new Map<WirePath, Measured[]>()
  const measured = new Map<string, WeightMeasures>()
  const outputs = new Map<Path, Output>()
  const active = new Map<Path, number>()
  const times = new Map<WirePath, number>()
  const timed = new Set(layout.timed ?? [])

  const keep = (part: Tf.Tensor): number => {
    parts.push(tf.keep(part))
    length += part.size
    return length - part.size
  }
  /** Largest absolute value and sum of squares relative to it: [2]. */
  const measure = (value: Tf.Tensor): Measured => {
    const pair = tf.tidy(() => {
      const flat = value.reshape([-1])
      const largest = flat.abs().max(0, true)
      const relative = flat.div(largest.add(1e-37)).square().sum(0, true)
      return tf.concat([largest, relative])
    })
    return { at: keep(pair), size: value.size }
  }
  const clocked = (work: () => void): void => {
    const start = now()
    work()
    spent += now() - start
  }

  return {
    tap(source, value) {
      const identity = tf.customGrad((x) => ({
        value: (x as Tf.Tensor).clone(),
        gradFunc: (dy: Tf.Tensor) => {
          clocked(() => {
            const known = wires.get(source.wire) ?? []
            known.push(measure(dy))
            wires.set(source.wire, known)
            if (timed.has(source.wire) && !times.has(source.wire))
              times.set(source.wire, keep(measureTime(tf, dy)))
          })
          return dy.clone()
        },
      }))
      return identity(value)
    },
    weight(key, before, gradient, after) {
      clocked(() => {
        const update = tf.tidy(() => after.sub(before))
        measured.set(key, { gradient: measure(gradient), before: measure(before), update: measure(update) })
        update.dispose()
      })
    },
    output(path, value, flatness) {
      // A handle to measure by when the gradients are done: nothing measured stands on the tape.
      outputs.set(path, { value: tf.keep(value.clone()), flatness })
    },
    spent: () => spent,
    discard() {
      for (const { value } of outputs.values()) value.dispose()
      tf.dispose(parts)
    },
    pack(step, trainingStep) {
      let tensor: Tf.Tensor1D | null = null
      clocked(() => {
        for (const [path, { value, flatness }] of outputs) {
          active.set(path, keep(measureActivity(tf, value, flatness)))
          value.dispose()
        }
        tensor = tf.keep(parts.length === 0 ? tf.zeros([0]) : tf.concat(parts)) as Tf.Tensor1D
        tf.dispose(parts)
      })
      if (tensor === null) throw new Error('A probe was packed without a tensor.')
      return {
        tensor,
        unpack: (numbers, offset) =>
          unpack(
            { layout, weights, wires, measured, active, times },
            { step, trainingStep },
            numbers,
            offset,
          ),
      }
    },
  }
}

interface Output {
  readonly value: Tf.Tensor
  readonly flatness: Flatness
}

interface Recording {
  readonly layout: ProbeLayout
  readonly weights: readonly LayerWeights[]
  readonly wires: ReadonlyMap<WirePath, readonly Measured[]>
  readonly measured: ReadonlyMap<string, WeightMeasures>
  /** Where the numbers of a node's output, and of a sequence's gradient, stand in the pack. */
  readonly active: ReadonlyMap<Path, number>
  readonly times: ReadonlyMap<WirePath, number>
}

function unpack(
  recording: Recording,
  when: { step: number; trainingStep: number },
  numbers: Float32Array,
  offset: number,
): Probe {
  const { layout, weights, wires, measured, active, times } = recording
  const probe: Probe = {
    ...when,
    gradNorm: new Float32Array(layout.layers.length).fill(-1),
    gradRms: new Float32Array(layout.layers.length).fill(-1),
    relativeGradient: new Float32Array(layout.layers.length).fill(-1),
    updateRatio: new Float32Array(layout.layers.length).fill(-1),
    wireRms: new Float32Array(layout.wires.length).fill(-1),
    activity: unpackActivity(layout.active ?? [], active, numbers, offset),
    time: unpackTime(layout.timed ?? [], times, numbers, offset),
  }
  for (const [index, layer] of weights.entries()) {
    const pick = (keys: readonly string[], what: keyof WeightMeasures) =>
      squares(
        numbers,
        offset,
        keys.flatMap((key) => measured.get(key)?.[what] ?? []),
      )
    if (!layer.all.some((key) => measured.has(key))) continue
    const gradient = pick(layer.matrices, 'gradient')
    const norm = Math.sqrt(pick(layer.matrices, 'before').sum)
    probe.gradNorm[index] = Math.sqrt(pick(layer.all, 'gradient').sum)
    probe.gradRms[index] = gradient.count === 0 ? -1 : Math.sqrt(gradient.sum / gradient.count)
    probe.relativeGradient[index] = norm === 0 ? -1 : Math.sqrt(gradient.sum) / norm
    probe.updateRatio[index] = norm === 0 ? -1 : Math.sqrt(pick(layer.matrices, 'update').sum) / norm
  }
  for (const [index, wire] of layout.wires.entries()) {
    const parts = wires.get(wire)
    if (parts === undefined) continue
    const { sum, count } = squares(numbers, offset, parts)
    probe.wireRms[index] = Math.sqrt(sum / count)
  }
  return probe
}
