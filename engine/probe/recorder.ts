/**
 * Takes the signals of one training step: gradient, size and update of every weighted node, what every node gives, what
 * goes over every wire and comes back on it. Each tensor becomes a few numbers on the device, all of them one tensor, so
 * that a probe is one asynchronous read.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { Source, WirePath } from '../analyse/plan'
import type { Path } from '../graph/document'
import type { Probe } from '../session/protocol'
import { emptyProbe } from '../session/signals'
import type { Flatness, ProbePlan } from './layout'
import { measureActivity, measureTime, unpackActivity, unpackTime } from './activity'
import { joined, limited, moments, norm, squares, type Measured } from './measure'

/** What the numbers of a probe mean. */
export interface PackedProbe {
  /** How many there are. */
  readonly size: number
  /** The probe of a step from its numbers, which begin at `offset`. */
  unpack(step: number, numbers: Float32Array, offset: number): Probe
}

export interface Recorder {
  /** For `Pass.tap`: an identity that measures what goes through it, and the gradient on its way back. */
  tap(source: Source, value: Tf.Tensor): Tf.Tensor
  /** A weight, its gradient before clipping, and its value after the update. */
  weight(key: string, before: Tf.Tensor, gradient: Tf.Tensor, after: Tf.Tensor): void
  /** What a node of the layout's `active` gave. */
  output(path: Path, value: Tf.Tensor, flatness: Flatness): void
  /** Milliseconds spent in here. */
  spent(): number
  /** Ends the recording; the tensor is kept and belongs to the caller. */
  pack(trainingStep: number): PackedProbe & { readonly tensor: Tf.Tensor1D }
  /** Ends it without a result. */
  discard(): void
}

interface WeightMeasures {
  readonly gradient: Measured
  readonly before: Measured
  readonly update: Measured
}

/** What was measured, by what it is about. */
interface Recording {
  readonly wires: Map<WirePath, Measured[]>
  /** By path and port. */
  readonly outputs: Map<string, Measured>
  /** Shares of dead or saturated units, by path. */
  readonly limited: Map<Path, Measured>
  readonly weights: Map<string, WeightMeasures>
  /** Where the numbers of a node's output, and of a sequence's gradient, stand in the pack. */
  readonly active: Map<Path, number>
  readonly times: Map<WirePath, number>
}

interface Output {
  readonly value: Tf.Tensor
  readonly flatness: Flatness
}

function outputKey({ path, port }: { readonly path: Path; readonly port: string }): string {
  return `${path} ${port}`
}

/** Starts recording one training step. `now` gives milliseconds. */
export function createRecorder(tf: typeof Tf, plan: ProbePlan, now: () => number): Recorder {
  const parts: Tf.Tensor1D[] = []
  let length = 0
  let spent = 0
  const recording: Recording = {
    wires: new Map(),
    outputs: new Map(),
    limited: new Map(),
    weights: new Map(),
    active: new Map(),
    times: new Map(),
  }
  const limits = new Map(plan.outputs.map((output) => [outputKey(output), output.limit]))
  const outputs = new Map<Path, Output>()
  const timed = new Set(plan.layout.timed ?? [])

  const keep = (part: Tf.Tensor1D): number => {
    parts.push(tf.keep(part))
    length += part.size
    return length - part.size
  }
  /** Keeps the numbers that `make` gives for a tensor. */
  const measure = (value: Tf.Tensor, make: (value: Tf.Tensor) => Tf.Tensor1D[]): Measured => {
    const made = tf.tidy(() => tf.concat1d(make(value)))
    return { at: keep(made), size: value.size }
  }
  const clocked = (work: () => void): void => {
    const start = now()
    work()
    spent += now() - start
  }
  /** Once for each output, however many wires leave it. */
  const measureOutput = (source: Source, value: Tf.Tensor): void => {
    const key = outputKey(source)
    if (recording.outputs.has(key)) return
    recording.outputs.set(key, measure(value, moments))
    const limit = limits.get(key) ?? null
    if (limit !== null)
      recording.limited.set(
        source.path,
        measure(value, (x) => limited(x, limit)),
      )
  }

  return {
    tap(source, value) {
      const identity = tf.customGrad((x) => {
        // In here nothing is taped, so what is measured is no part of the backward pass.
        clocked(() => measureOutput(source, x as Tf.Tensor))
        return {
          value: (x as Tf.Tensor).clone(),
          gradFunc: (dy: Tf.Tensor) => {
            clocked(() => {
              const known = recording.wires.get(source.wire) ?? []
              known.push(measure(dy, norm))
              recording.wires.set(source.wire, known)
              if (timed.has(source.wire) && !recording.times.has(source.wire))
                recording.times.set(source.wire, keep(measureTime(tf, dy)))
            })
            return dy.clone()
          },
        }
      })
      return identity(value)
    },
    weight(key, before, gradient, after) {
      clocked(() => {
        const update = tf.tidy(() => after.sub(before))
        recording.weights.set(key, {
          gradient: measure(gradient, moments),
          before: measure(before, norm),
          update: measure(update, norm),
        })
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
    pack(trainingStep) {
      let tensor: Tf.Tensor1D | null = null
      clocked(() => {
        for (const [path, { value, flatness }] of outputs) {
          recording.active.set(path, keep(measureActivity(tf, value, flatness)))
          value.dispose()
        }
        tensor = tf.keep(parts.length === 0 ? tf.tensor1d([], 'float32') : tf.concat1d(parts))
        tf.dispose(parts)
      })
      if (tensor === null) throw new Error('A probe was packed without a tensor.')
      return {
        tensor,
        size: length,
        unpack(step, numbers, offset) {
          const probe = emptyProbe(plan.layout, { step, trainingStep })
          readLayers(probe, plan, recording, numbers, offset)
          readWires(probe, plan, recording, numbers, offset)
          readOutputs(probe, plan, recording, numbers, offset)
          return {
            ...probe,
            activity: unpackActivity(plan.layout.active ?? [], recording.active, numbers, offset),
            time: unpackTime(plan.layout.timed ?? [], recording.times, numbers, offset),
          }
        },
      }
    },
  }
}

function readLayers(
  probe: Probe,
  { weights }: ProbePlan,
  { weights: measured }: Recording,
  numbers: Float32Array,
  offset: number,
): void {
  for (const [index, layer] of weights.entries()) {
    const pick = (keys: readonly string[], what: keyof WeightMeasures) =>
      keys.flatMap((key) => measured.get(key)?.[what] ?? [])
    const all = pick(layer.all, 'gradient')
    if (all.length === 0) continue
    const weightNorm = Math.sqrt(squares(numbers, offset, pick(layer.matrices, 'before')).sum)
    const update = Math.sqrt(squares(numbers, offset, pick(layer.matrices, 'update')).sum)
    probe.gradNorm[index] = Math.sqrt(joined(numbers, offset, all).sum)
    probe.weightNorm[index] = weightNorm
    probe.updateRatio[index] = weightNorm === 0 ? -1 : update / weightNorm
    const gradient = joined(numbers, offset, pick(layer.matrices, 'gradient'))
    probe.relativeGradient[index] = weightNorm === 0 ? -1 : Math.sqrt(gradient.sum) / weightNorm
    if (gradient.count === 0) continue
    probe.gradRms[index] = gradient.rms
    probe.gradMean[index] = gradient.mean
    probe.gradStd[index] = gradient.std
    probe.gradZeroShare[index] = gradient.zeroShare
    probe.gradNonFinite[index] = gradient.nonFinite
  }
}

function readWires(
  probe: Probe,
  { layout, sources }: ProbePlan,
  { wires, outputs }: Recording,
  numbers: Float32Array,
  offset: number,
): void {
  for (const [index, wire] of layout.wires.entries()) {
    const back = wires.get(wire)
    if (back !== undefined) {
      const { sum, count } = squares(numbers, offset, back)
      probe.wireRms[index] = Math.sqrt(sum / count)
    }
    const source = sources[index]
    const forward = source === undefined ? undefined : outputs.get(outputKey(source))
    if (forward !== undefined) probe.forwardRms[index] = joined(numbers, offset, [forward]).rms
  }
}

function readOutputs(
  probe: Probe,
  plan: ProbePlan,
  { outputs, limited: shares }: Recording,
  numbers: Float32Array,
  offset: number,
): void {
  for (const [index, output] of plan.outputs.entries()) {
    const measured = outputs.get(outputKey(output))
    if (measured === undefined) continue
    const { rms, mean, std, zeroShare, nonFinite } = joined(numbers, offset, [measured])
    probe.outputRms[index] = rms
    probe.outputMean[index] = mean
    probe.outputStd[index] = std
    probe.outputZeroShare[index] = zeroShare
    probe.outputNonFinite[index] = nonFinite
    const share = shares.get(output.path)
    if (share === undefined) continue
    const value = numbers[offset + share.at] ?? NaN
    if (output.limit === 'relu') probe.deadShare[index] = value
    else probe.saturatedShare[index] = value
  }
}
