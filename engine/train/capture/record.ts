/**
 * Records one training step. tfjs runs the step as ever, but its commands end in a list instead of in the queue: nothing
 * happens on the device and no weight moves, so a step that cannot be recorded leaves no trace. The list is then
 * replayed, this step and all that are like it, in one submission each.
 *
 * That a replay is the step: what changes from step to step stands in buffers that are written before each replay
 * (`StepInputs`); what the step leaves behind (weights, statistics, slots of the optimiser, last losses) is copied to
 * where the next replay looks for it; what it takes from outside is held, so that its buffers are not given to others.
 * Everything else must be the same in every step, which `digest` shows: two recordings, for two different steps, that
 * agree in every command, uniform and uploaded number.
 */
import type * as Tf from '@tensorflow/tfjs'
import { willChange } from '../../backend/webgpu/in-place'
import {
  dataAround,
  flushCommands,
  storageUsage,
  type Buffers,
  type WebGpuInside,
} from '../../backend/webgpu/inside'
import { stepWords, type StepInputs, type StepNumbers } from '../../compile/step-inputs'
import type { Arena } from './arena'
import { createDigest } from './digest'
import { createHoldings } from './holdings'
import { intercept, NotCapturable } from './intercept'
import { place, type Placed } from './place'
import { createTape, type Command } from './tape'

/** A place that a step may put a new tensor into, to be found there by the next. */
export interface Cell {
  get(): Tf.Tensor
  /** Puts another tensor there, whose clone it keeps; the old one is freed. */
  set(tensor: Tf.Tensor): void
}

/** A number that is written before each replay. */
export interface WrittenInput {
  readonly buffer: GPUBuffer
  readonly values: (step: number) => StepNumbers
}

export interface Recording {
  readonly commands: readonly Command[]
  readonly inputs: readonly WrittenInput[]
  /** Where the numbers are that the step gives. */
  readonly output: GPUBuffer
  readonly placed: Placed
  /** Bytes of what the recording keeps for itself: inputs, and what is uploaded once. */
  readonly pinnedBytes: number
  /** In numbers. */
  readonly outputSize: number
  /** Equal for recordings that do the same on different inputs. */
  readonly digest: string
  dispose(): void
}

export interface RecordOptions {
  readonly tf: typeof Tf
  readonly inside: WebGpuInside
  readonly arena: Arena
  /** New ones may come to be in a step, after those that are there. */
  readonly cells: () => readonly Cell[]
}

/** Records what `body` does for `step`; it gives the numbers of the step. Throws NotCapturable, or what `body` throws. */
export function record(
  { tf, inside, arena, cells }: RecordOptions,
  step: number,
  body: (inputs: StepInputs) => Tf.Tensor1D,
): Recording {
  flushCommands(inside)
  const { bufferManager } = inside
  const digest = createDigest()
  const tape = createTape(digest)
  const holdings = createHoldings(inside)
  const inputs: WrittenInput[] = []
  const tensor: StepInputs['tensor'] = (shape, dtype, values) => {
    const size = shape.reduce((product, n) => product * n, 1)
    const buffer = holdings.pin({ size: 4 * size, usage: storageUsage() })
    inputs.push({ buffer, values })
    return tf.engine().makeTensorFromTensorInfo(dataAround(inside, buffer, shape, dtype)) as never
  }
  const homes = cells().map((cell) => tf.keep(cell.get().clone()))
  for (const home of homes) willChange(inside, home)
  /** Those of cells that came to be in this step. */
  const settle = (): void => {
    for (const cell of cells().slice(homes.length))
      homes.push(tf.keep(homeLike(tf, inside, bufferManager, cell.get())))
  }
  let recorded = false
  const interception = intercept({ inside, arena, digest, tape, holdings })
  try {
    const result = tf.tidy(() => body({ tf, step, tensor, counter: tensor([2], 'int32', stepWords) }))
    const outputSize = result.size
    inside.uploadToGPU(result.dataId)
    const output = inside.tensorMap.get(result.dataId).resource as GPUBuffer
    result.dispose()
    settle()
    bringHome(inside, cells(), homes, tape.copy)
    inside.endComputePassEncoder()
    interception.throwRefusal()
    if (holdings.inUse.size > 0)
      throw new NotCapturable('A node keeps numbers of its own from one step to the next.')
    const { commands } = tape
    const placed = place(inside.device, commands, output)
    recorded = true
    const { pinnedBytes, dispose } = holdings
    return { commands, inputs, output, outputSize, placed, pinnedBytes, digest: digest.value(), dispose }
  } finally {
    try {
      // While the recording's own buffers are still known.
      if (!recorded) {
        settle()
        putBack(cells(), homes)
      }
    } finally {
      interception.leave()
    }
    if (!recorded) holdings.dispose()
    tf.dispose(homes)
    for (const buffer of holdings.freed) bufferManager.releaseBuffer(buffer)
  }
}

/** A tensor of the same shape with memory of its own, whatever is in it. */
function homeLike(
  tf: typeof Tf,
  inside: WebGpuInside,
  buffers: Buffers,
  { shape, size, dtype }: Tf.Tensor,
): Tf.Tensor {
  const buffer = buffers.acquireBuffer(4 * size, storageUsage())
  return tf.engine().makeTensorFromTensorInfo(dataAround(inside, buffer, shape, dtype as 'float32'))
}

/** Copies what the step put into cells to where it was before, and puts that back. */
function bringHome(
  inside: WebGpuInside,
  cells: readonly Cell[],
  homes: readonly Tf.Tensor[],
  copy: (from: GPUBuffer, to: GPUBuffer) => void,
): void {
  const bufferOf = (tensor: Tf.Tensor): GPUBuffer => {
    inside.uploadToGPU(tensor.dataId)
    return inside.tensorMap.get(tensor.dataId).resource as GPUBuffer
  }
  const places = new Set(homes.map(bufferOf))
  inside.endComputePassEncoder()
  for (const [index, cell] of cells.entries()) {
    const home = homes[index] as Tf.Tensor
    if (cell.get().dataId === home.dataId) continue
    const from = bufferOf(cell.get())
    if (places.has(from))
      throw new NotCapturable('A weight takes the place of another in the middle of a step.')
    copy(from, bufferOf(home))
    cell.set(home)
  }
}

/** After a step that could not be recorded everything is as before it. */
function putBack(cells: readonly Cell[], homes: readonly Tf.Tensor[]): void {
  for (const [index, cell] of cells.entries()) {
    const home = homes[index] as Tf.Tensor
    if (cell.get().dataId !== home.dataId) cell.set(home)
  }
}
