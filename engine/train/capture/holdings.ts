/**
 * The buffers of one recording: those it works with, which go back to the arena as soon as it has finished with them;
 * those that nothing else may ever use while it lives; and the tensors from outside that it looks at.
 */
import type { WebGpuInside } from '../../backend/webgpu/inside'
import type { Arena } from './arena'

export interface Holdings {
  /** A buffer that lives as long as the recording. */
  pin(descriptor: GPUBufferDescriptor): GPUBuffer
  isPinned(buffer: GPUBuffer): boolean
  /** Keeps a tensor's data from being freed. */
  hold(id: object): void
  /** What tfjs asks of its buffer manager. */
  acquire(size: number, usage: GPUBufferUsageFlags, mapped?: boolean): GPUBuffer
  release(buffer: GPUBuffer): void
  /** Buffers that the step has not given back. */
  readonly inUse: ReadonlySet<GPUBuffer>
  /** Gives those back, of a step that could not be recorded. */
  abandon(): void
  /** Buffers from outside that the step freed: to be given to whom they belong. */
  readonly freed: readonly GPUBuffer[]
  dispose(): void
}

export function createHoldings(inside: WebGpuInside, arena: Arena): Holdings {
  const held = new Set<object>()
  const pinned = new Set<GPUBuffer>()
  const inUse = new Set<GPUBuffer>()
  const freed: GPUBuffer[] = []
  const pin = (descriptor: GPUBufferDescriptor): GPUBuffer => {
    const buffer = inside.device.createBuffer(descriptor)
    pinned.add(buffer)
    return buffer
  }
  return {
    pin,
    isPinned: (buffer) => pinned.has(buffer),
    hold(id) {
      if (held.has(id)) return
      held.add(id)
      inside.incRef(id)
    },
    acquire(size, usage, mapped = false) {
      if (mapped) return pin({ size, usage, mappedAtCreation: true })
      const buffer = arena.acquire(size, usage)
      inUse.add(buffer)
      return buffer
    },
    release(buffer) {
      if (pinned.has(buffer)) return
      if (inUse.delete(buffer)) arena.release(buffer)
      else freed.push(buffer)
    },
    inUse,
    abandon() {
      for (const buffer of inUse) arena.release(buffer)
      inUse.clear()
    },
    freed,
    dispose() {
      for (const id of held) inside.disposeData(id)
      held.clear()
      for (const buffer of pinned) buffer.destroy()
      pinned.clear()
    },
  }
}
