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
  type TensorData,
  type WebGpuInside,
} from '../../backend/webgpu/inside'
import { stepWords, type StepInputs, type StepNumbers } from '../../compile/step-inputs'
import type { Arena } from './arena'
import { createDigest } from './digest'
import { createTape, type Command } from './tape'

/** Why a step cannot be recorded: a sentence. */
export class NotCapturable extends Error {}

/** A place that a step may put a new tensor into, to be found there by the next. */
export interface Cell {
  get(): Tf.Tensor
  /** Puts another tensor there, whose clone it keeps; the old one is freed. */
  set(tensor: Tf.Tensor): void
}

/** A number that is written before each replay. */
interface WrittenInput {
  readonly buffer: GPUBuffer
  readonly values: (step: number) => StepNumbers
}

export interface Recording {
  readonly commands: readonly Command[]
  readonly inputs: readonly WrittenInput[]
  /** Where the numbers are that the step gives. */
  readonly output: GPUBuffer
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
  readonly cells: readonly Cell[]
}

type Overrides = { -readonly [K in keyof WebGpuInside]?: WebGpuInside[K] | undefined }

/** Puts these in the place of the backend's own; returns how to undo it. */
function override(inside: WebGpuInside, overrides: Overrides): () => void {
  const target = inside as unknown as Record<string, unknown>
  const before = Object.keys(overrides).map(
    (name) => [name, Object.hasOwn(target, name), target[name]] as const,
  )
  Object.assign(target, overrides)
  return () => {
    for (const [name, own, value] of before) {
      if (own) target[name] = value
      else Reflect.deleteProperty(target, name)
    }
  }
}

/** tfjs leaves out what is not there, or puts null. */
function isThere<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined
}

/** The bytes of a uniform, laid out by tfjs itself. */
function uniformBytes(
  inside: WebGpuInside,
  layOut: WebGpuInside['makeUniforms'],
  fields: Parameters<WebGpuInside['makeUniforms']>[0],
): ArrayBuffer {
  let bytes = new ArrayBuffer(0)
  const restore = override(inside, {
    queue: {
      writeBuffer: (_buffer: unknown, _at: unknown, written: ArrayBuffer) => (bytes = written),
    } as never,
    bufferManager: { acquireBuffer: () => null as never, releaseBuffer: () => undefined },
    uniformPendingDisposal: [],
  })
  try {
    layOut.call(inside, fields)
  } finally {
    restore()
  }
  return bytes
}

/** Records what `body` does for `step`; it gives the numbers of the step. Throws NotCapturable, or what `body` throws. */
export function record(
  { tf, inside, arena, cells }: RecordOptions,
  step: number,
  body: (inputs: StepInputs) => Tf.Tensor1D,
): Recording {
  flushCommands(inside)
  const { device } = inside
  const original = {
    write: inside.write,
    move: inside.move,
    uploadToGPU: inside.uploadToGPU,
    makeUniforms: inside.makeUniforms,
    readSync: inside.readSync,
    runWebGPUProgram: inside.runWebGPUProgram,
    bufferManager: inside.bufferManager,
  }
  const digest = createDigest()
  const tape = createTape(digest)
  const inputs: WrittenInput[] = []
  const ours = new WeakSet<object>()
  const held = new Set<object>()
  const pinned = new Set<GPUBuffer>()
  const inUse = new Set<GPUBuffer>()
  const releasedOutside: GPUBuffer[] = []
  let recording = true
  let refusal: NotCapturable | null = null

  const pin = (descriptor: GPUBufferDescriptor): GPUBuffer => {
    const buffer = device.createBuffer(descriptor)
    pinned.add(buffer)
    return buffer
  }
  const hold = (id: object): void => {
    if (held.has(id)) return
    held.add(id)
    inside.incRef(id)
  }
  const release = (buffer: GPUBuffer): void => {
    if (pinned.has(buffer)) return
    if (inUse.delete(buffer)) arena.release(buffer)
    else releasedOutside.push(buffer)
  }
  const acquire = (size: number, usage: GPUBufferUsageFlags, mapped = false): GPUBuffer => {
    if (mapped) return pin({ size, usage, mappedAtCreation: true })
    const buffer = arena.acquire(size, usage)
    inUse.add(buffer)
    return buffer
  }
  const upload = (id: object): void => {
    const data = inside.tensorMap.get(id)
    if (!ours.has(id)) {
      hold(id)
      if (!isThere(data.resource)) outside(() => original.uploadToGPU.call(inside, id))
      return
    }
    if (!isThere(data.resource) && isThere(data.values)) digest.numbers(data.values)
    original.uploadToGPU.call(inside, id)
  }
  const keepsNumbers = (id: object): boolean => {
    const { values, resource } = inside.tensorMap.get(id)
    return isThere(values) || (isThere(resource) && pinned.has(resource))
  }
  const refuseReading = (data: TensorData): void => {
    if (isThere(data.resource))
      throw new NotCapturable('A node reads numbers back from the device in the middle of a step.')
  }

  let restore: () => void = () => undefined
  const enter = (): void => {
    restore = override(inside, {
      write: (values, shape, dtype) => {
        const id = original.write.call(inside, values, shape, dtype)
        ours.add(id)
        return id
      },
      move: (id, ...rest) => {
        ours.add(id)
        original.move.call(inside, id, ...rest)
      },
      uploadToGPU: upload,
      makeUniforms: (fields) => {
        const bytes = uniformBytes(inside, original.makeUniforms, fields)
        digest.numbers(new Uint8Array(bytes))
        return { buffer: arena.uniform(bytes), offset: 0, size: bytes.byteLength }
      },
      runWebGPUProgram: (program, given, dtype, uniform, output) => {
        // The next replay would go on from what this one leaves.
        if (output !== undefined && keepsNumbers(output.dataId))
          throw new NotCapturable('A kernel of tfjs writes into numbers that came from the CPU.')
        return original.runWebGPUProgram.call(inside, program, given, dtype, uniform, output)
      },
      readSync: (id) => {
        refuseReading(inside.tensorMap.get(id))
        return original.readSync.call(inside, id)
      },
      // Whoever asks may not look at the answer, so it is remembered too.
      read: () => {
        refusal = new NotCapturable('A node waits for numbers from the device in the middle of a step.')
        return Promise.reject(refusal)
      },
      // Freed at once: nothing of this is in the queue.
      commandQueueOwnedIds: { has: () => false, add: () => undefined },
      bufferManager: { acquireBuffer: acquire, releaseBuffer: release },
      commandEncoder: tape.encoder,
      computePassEncoder: null,
      submitQueue: () => {
        inside.dispatchCountInPass = 0
      },
    })
  }
  /** Does what belongs to the world outside of the recording, at once. */
  const outside = (work: () => void): void => {
    inside.endComputePassEncoder()
    restore()
    work()
    flushCommands(inside)
    enter()
  }
  const inputTensor: StepInputs['tensor'] = (shape, dtype, values) => {
    const size = shape.reduce((product, n) => product * n, 1)
    const buffer = pin({ size: 4 * size, usage: storageUsage() })
    inputs.push({ buffer, values })
    return tf.engine().makeTensorFromTensorInfo(dataAround(inside, buffer, shape, dtype)) as never
  }
  const dispose = (): void => {
    for (const id of held) inside.disposeData(id)
    held.clear()
    for (const buffer of pinned) buffer.destroy()
    pinned.clear()
  }

  const homes = cells.map((cell) => tf.keep(cell.get().clone()))
  for (const home of homes) willChange(inside, home)
  enter()
  try {
    const result = tf.tidy(() =>
      body({ tf, step, tensor: inputTensor, counter: inputTensor([2], 'int32', stepWords) }),
    )
    const outputSize = result.size
    inside.uploadToGPU(result.dataId)
    const output = inside.tensorMap.get(result.dataId).resource as GPUBuffer
    result.dispose()
    bringHome(inside, cells, homes, tape.copy)
    inside.endComputePassEncoder()
    // TypeScript does not see that a callback has set it.
    if ((refusal as NotCapturable | null) !== null) throw refusal as unknown as NotCapturable
    if (inUse.size > 0) throw new NotCapturable('A node keeps numbers of its own from one step to the next.')
    recording = false
    return { commands: tape.commands, inputs, output, outputSize, digest: digest.value(), dispose }
  } finally {
    restore()
    inside.computePassEncoder = null
    inside.commandEncoder = null
    inside.dispatchCountInPass = 0
    if (recording) abandon(cells, homes, inUse, arena, dispose)
    tf.dispose(homes)
    for (const buffer of releasedOutside) original.bufferManager.releaseBuffer(buffer)
  }
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
function abandon(
  cells: readonly Cell[],
  homes: readonly Tf.Tensor[],
  inUse: ReadonlySet<GPUBuffer>,
  arena: Arena,
  dispose: () => void,
): void {
  for (const [index, cell] of cells.entries()) {
    const home = homes[index] as Tf.Tensor
    if (cell.get().dataId !== home.dataId) cell.set(home)
  }
  for (const buffer of inUse) arena.release(buffer)
  dispose()
}
