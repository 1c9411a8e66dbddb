/**
 * The buffers of one recording: those it works with, which only stand for a place that is found later; those that
 * nothing else may ever use while it lives; and the tensors from outside that it looks at.
 */
import { storageUsage, type WebGpuInside } from '../../backend/webgpu/inside'
import { isStandIn, standIn } from './stand-in'

export interface Holdings {
  /** A buffer that lives as long as the recording. */
  pin(descriptor: GPUBufferDescriptor): GPUBuffer
  isPinned(buffer: GPUBuffer): boolean
  /** Bytes of these. */
  readonly pinnedBytes: number
  /** Keeps a tensor's data from being freed. */
  hold(id: object): void
  /** What tfjs asks of its buffer manager. */
  acquire(size: number, usage: GPUBufferUsageFlags, mapped?: boolean): GPUBuffer
  release(buffer: GPUBuffer): void
  /** Buffers that the step has not given back. */
  readonly inUse: ReadonlySet<GPUBuffer>
  /** Buffers from outside that the step freed: to be given to whom they belong. */
  readonly freed: readonly GPUBuffer[]
  dispose(): void
}

export function createHoldings(inside: WebGpuInside): Holdings {
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
    get pinnedBytes() {
      return [...pinned].reduce((sum, { size }) => sum + size, 0)
    },
    hold(id) {
      if (held.has(id)) return
      held.add(id)
      inside.incRef(id)
    },
    acquire(size, usage, mapped = false) {
      if (mapped) return pin({ size, usage, mappedAtCreation: true })
      if (usage !== storageUsage()) return pin({ size, usage })
      const buffer = standIn(size)
      inUse.add(buffer)
      return buffer
    },
    release(buffer) {
      if (pinned.has(buffer) || inUse.delete(buffer)) return
      if (!isStandIn(buffer)) freed.push(buffer)
    },
    inUse,
    freed,
    dispose() {
      for (const id of held) inside.disposeData(id)
      held.clear()
      for (const buffer of pinned) buffer.destroy()
      pinned.clear()
    },
  }
}
