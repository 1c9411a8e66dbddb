/**
 * tfjs's backend while a step is recorded: its commands go to a tape, its buffers come from the recording's own, and
 * what a replay could not repeat is refused.
 */
import { flushCommands, type TensorData, type WebGpuInside } from '../../backend/webgpu/inside'
import type { Arena } from './arena'
import type { Digest } from './digest'
import type { Holdings } from './holdings'
import { groupToBe } from './stand-in'
import type { Tape } from './tape'

/** Why a step cannot be recorded: a sentence. */
export class NotCapturable extends Error {}

/** An answer that fails, though nobody may be listening. */
export function unheard(error: Error): Promise<never> {
  const answer = Promise.reject(error)
  answer.catch(() => undefined)
  return answer
}

export interface Interception {
  /** Gives the backend back to itself. */
  leave(): void
  /** Throws what a node did that a replay could not repeat, where its caller did not look. */
  throwRefusal(): void
}

type Overrides = { -readonly [K in keyof WebGpuInside]?: WebGpuInside[K] | undefined }

/** Puts these in the place of an object's own; returns how to undo it. */
function override(object: object, overrides: Overrides | Partial<GPUDevice>): () => void {
  const target = object as Record<string, unknown>
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
export function isThere<T>(value: T | null | undefined): value is T {
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

interface Recorded {
  readonly inside: WebGpuInside
  readonly arena: Arena
  readonly digest: Digest
  readonly tape: Tape
  readonly holdings: Holdings
}

/** What the backend has before anything stands in its place. */
function originals(inside: WebGpuInside) {
  const { write, move, uploadToGPU, makeUniforms, readSync, runWebGPUProgram } = inside
  return { write, move, uploadToGPU, makeUniforms, readSync, runWebGPUProgram }
}

/** Takes the backend over, from now until `leave`. */
export function intercept(recorded: Recorded): Interception {
  const { inside, arena, digest, tape, holdings } = recorded
  const original = originals(inside)
  /** Data that came to be in this step. */
  const ours = new WeakSet<object>()
  let refusal: NotCapturable | null = null
  let restore: () => void = () => undefined

  /** Does what belongs to the world outside of the recording, at once. */
  const outside = (work: () => void): void => {
    inside.endComputePassEncoder()
    restore()
    work()
    flushCommands(inside)
    enter()
  }
  const upload = (id: object): void => {
    const data = inside.tensorMap.get(id)
    if (!ours.has(id)) {
      holdings.hold(id)
      if (!isThere(data.resource)) outside(() => original.uploadToGPU.call(inside, id))
      return
    }
    if (!isThere(data.resource) && isThere(data.values)) digest.numbers(data.values)
    original.uploadToGPU.call(inside, id)
  }
  const keepsNumbers = (id: object): boolean => {
    const { values, resource } = inside.tensorMap.get(id)
    return isThere(values) || (isThere(resource) && holdings.isPinned(resource))
  }
  const tensors: Overrides = {
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
    readSync: (id) => {
      refuseReading(inside.tensorMap.get(id))
      return original.readSync.call(inside, id)
    },
    // Whoever asks may not look at the answer, so it is remembered too.
    read: () => {
      refusal = new NotCapturable('A node waits for numbers from the device in the middle of a step.')
      return unheard(refusal)
    },
  }
  const commands = (): Overrides => ({
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
    // Freed at once: nothing of this is in the queue.
    commandQueueOwnedIds: { has: () => false, add: () => undefined },
    bufferManager: { acquireBuffer: holdings.acquire, releaseBuffer: holdings.release },
    commandEncoder: tape.encoder,
    computePassEncoder: null,
    submitQueue: () => {
      inside.dispatchCountInPass = 0
    },
  })
  function enter(): void {
    const undo = [
      override(inside, { ...tensors, ...commands() }),
      override(inside.device, { createBindGroup: groupToBe }),
    ]
    restore = () => {
      for (const one of undo) one()
    }
  }

  enter()
  return {
    leave() {
      restore()
      inside.computePassEncoder = null
      inside.commandEncoder = null
      inside.dispatchCountInPass = 0
    },
    throwRefusal() {
      if (refusal !== null) throw refusal
    },
  }
}

function refuseReading(data: TensorData): void {
  if (isThere(data.resource))
    throw new NotCapturable('A node reads numbers back from the device in the middle of a step.')
}
