/** The commands of a step, in the order in which tfjs gives them to what it takes for an encoder. */
import { writtenBindings } from '../../backend/webgpu/kernel'
import type { Digest } from './digest'
import { groupOf, type GroupToBe } from './stand-in'

export type Command =
  | {
      readonly kind: 'dispatch'
      readonly pipeline: GPUComputePipeline
      readonly group: GroupToBe
      readonly groups: readonly [number, number, number]
    }
  | {
      readonly kind: 'copy'
      readonly from: GPUBuffer
      readonly fromOffset: number
      readonly to: GPUBuffer
      readonly toOffset: number
      readonly bytes: number
    }

export interface Tape {
  readonly commands: readonly Command[]
  /** As much of an encoder as tfjs's backend and our kernels use. */
  readonly encoder: GPUCommandEncoder
  /** Copies a whole buffer. */
  readonly copy: (from: GPUBuffer, to: GPUBuffer) => void
}

const numbersOfPipelines = new WeakMap<GPUComputePipeline, number>()
let pipelines = 0

/** A number that stands for a pipeline in digests. */
function numberOf(pipeline: GPUComputePipeline): number {
  const known = numbersOfPipelines.get(pipeline) ?? ++pipelines
  numbersOfPipelines.set(pipeline, known)
  return known
}

/** Which bindings a pipeline writes: tfjs's programs have one output, before their inputs. */
export function writes(pipeline: GPUComputePipeline): ReadonlySet<number> {
  return writtenBindings(pipeline) ?? firstOnly
}

const firstOnly: ReadonlySet<number> = new Set([0])

/** An empty tape, which tells the digest what is put on it. */
export function createTape(digest: Digest): Tape {
  const commands: Command[] = []
  let pipeline: GPUComputePipeline | null = null
  let bindGroup: GPUBindGroup | null = null
  const pass = {
    setPipeline: (next: GPUComputePipeline) => void (pipeline = next),
    setBindGroup: (_index: number, next: GPUBindGroup) => void (bindGroup = next),
    dispatchWorkgroups(x: number, y = 1, z = 1) {
      if (pipeline === null || bindGroup === null)
        throw new Error('A dispatch without a pipeline was recorded.')
      commands.push({ kind: 'dispatch', pipeline, group: groupOf(bindGroup), groups: [x, y, z] })
      for (const value of [numberOf(pipeline), x, y, z]) digest.word(value)
    },
    end: () => undefined,
  }
  const copyBufferToBuffer = (
    from: GPUBuffer,
    fromOffset: number,
    to: GPUBuffer,
    toOffset: number,
    bytes: number,
  ) => {
    commands.push({ kind: 'copy', from, fromOffset, to, toOffset, bytes })
    for (const value of [fromOffset, toOffset, bytes]) digest.word(value)
  }
  const encoder = { beginComputePass: () => pass, copyBufferToBuffer }
  return {
    commands,
    encoder: encoder as unknown as GPUCommandEncoder,
    copy: (from, to) => copyBufferToBuffer(from, 0, to, 0, to.size),
  }
}
