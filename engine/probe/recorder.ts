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
import { activityWidth } from '../diagnose/watch'
import type { ProbePlan } from './layout'
import { joined, squares, timeOf, unitsOf, type Measured } from './numbers'
import { ownMemory } from './own-memory'
import { createPack } from './pack'

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
  /** Weights and their gradients before clipping, around `move`, which updates the weights: in place or not. */
  update(weights: readonly MovedWeight[], inPlace: boolean, move: () => void): void
  /** Ends the recording; the tensor is kept and belongs to the caller. */
  pack(trainingStep: number): PackedProbe & { readonly tensor: Tf.Tensor1D }
  /** Ends it without a result. */
  discard(): void
}

export interface MovedWeight {
  readonly key: string
  readonly variable: Tf.Tensor
  readonly gradient: Tf.Tensor
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
  readonly weights: Map<string, WeightMeasures>
  /** Gradients along sequences. */
  readonly times: Map<WirePath, Measured>
}

function outputKey({ path, port }: { readonly path: Path; readonly port: string }): string {
  return `${path} ${port}`
}

/**
 * Starts recording one training step. `now` gives milliseconds; `spend` is told of those that are spent in here, now and
 * in every replay of the step.
 */
export function createRecorder(
  tf: typeof Tf,
  plan: ProbePlan,
  now: () => number,
  spend: (milliseconds: number) => void,
): Recorder {
  const recording: Recording = { wires: new Map(), outputs: new Map(), weights: new Map(), times: new Map() }
  const planned = new Map(plan.outputs.map((output) => [outputKey(output), output]))
  const timed = new Set(plan.layout.timed ?? [])

  // Being work in our own memory, the clock runs again in every replay of the step.
  const { look } = ownMemory(tf)
  let start = 0
  let clockRuns = false
  const clocked = <T>(work: () => T): T => {
    if (clockRuns) return work()
    clockRuns = true
    look('probe begins', [], () => {
      start = now()
    })
    try {
      return work()
    } finally {
      clockRuns = false
      look('probe ends', [], () => spend(now() - start))
    }
  }
  const pack = createPack(tf)
  /** Once for each output, however many wires leave it. */
  const measureOutput = (source: Source, value: Tf.Tensor): void => {
    const key = outputKey(source)
    if (recording.outputs.has(key)) return
    const output = planned.get(key)
    const measured = output?.active === true ? pack.output(value, output.flatness) : pack.moments(value)
    recording.outputs.set(key, measured)
  }
  const measureGradient = ({ wire }: Source, gradient: Tf.Tensor): void => {
    const known = recording.wires.get(wire) ?? []
    known.push(pack.norm(gradient))
    recording.wires.set(wire, known)
    if (timed.has(wire) && !recording.times.has(wire)) recording.times.set(wire, pack.time(gradient))
  }

  return {
    tap(source, value) {
      const identity = tf.customGrad((x) => {
        // In here nothing is taped, so what is measured is no part of the backward pass.
        clocked(() => measureOutput(source, x as Tf.Tensor))
        return {
          value: (x as Tf.Tensor).clone(),
          gradFunc: (dy: Tf.Tensor) => {
            clocked(() => measureGradient(source, dy))
            return dy.clone()
          },
        }
      })
      return identity(value)
    },
    update(weights, inPlace, move) {
      const variables = weights.map(({ variable }) => variable)
      const [begun, changed] = clocked(() => [
        weights.map(({ variable, gradient }) => ({
          gradient: pack.moments(gradient),
          before: pack.norm(variable),
        })),
        pack.changes(variables, inPlace),
      ])
      move()
      clocked(() => {
        const updates = changed(variables)
        for (const [index, { key }] of weights.entries())
          recording.weights.set(key, { ...begun[index], update: updates[index] } as WeightMeasures)
      })
    },
    discard: () => pack.discard(),
    pack(trainingStep) {
      const { size } = pack
      return {
        tensor: clocked(() => pack.finish()),
        size,
        unpack(step, numbers, offset) {
          const probe = emptyProbe(plan.layout, { step, trainingStep })
          readLayers(probe, plan, recording, numbers, offset)
          readWires(probe, plan, recording, numbers, offset)
          readOutputs(probe, plan, recording, numbers, offset)
          return {
            ...probe,
            activity: readActivity(plan, recording, numbers, offset),
            time: readTimes(plan, recording, numbers, offset),
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
  { outputs }: Recording,
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
    if (!output.active) continue
    const { dead, saturated } = unitsOf(numbers, offset + measured.at)
    if (output.dies) probe.deadShare[index] = dead
    if (output.flatness !== null) probe.saturatedShare[index] = saturated
  }
}

/** By the layout's `active`: deviation, largest, share of zeros, of dead units, of saturated numbers, spread. */
function readActivity(
  { layout, outputs: planned }: ProbePlan,
  { outputs }: Recording,
  numbers: Float32Array,
  offset: number,
): Float32Array<ArrayBuffer> {
  const activity = new Float32Array((layout.active ?? []).length * activityWidth).fill(-1)
  const byPath = new Map(planned.map((output) => [output.path, output]))
  for (const [index, path] of (layout.active ?? []).entries()) {
    const output = byPath.get(path)
    const measured = output === undefined ? undefined : outputs.get(outputKey(output))
    if (measured === undefined) continue
    const { std, zeroShare } = joined(numbers, offset, [measured])
    const { largest, dead, saturated, spread } = unitsOf(numbers, offset + measured.at)
    activity.set([std, largest, zeroShare, dead, saturated, spread], index * activityWidth)
  }
  return activity
}

function readTimes(
  { layout }: ProbePlan,
  { times }: Recording,
  numbers: Float32Array,
  offset: number,
): Float32Array<ArrayBuffer> {
  const time = new Float32Array(2 * (layout.timed ?? []).length).fill(-1)
  for (const [index, wire] of (layout.timed ?? []).entries()) {
    const measured = times.get(wire)
    if (measured !== undefined) time.set(timeOf(numbers, offset + measured.at), 2 * index)
  }
  return time
}
