/**
 * Device memory of recorded steps: a few large buffers that all recordings of a run share, since only one of them is
 * replayed at a time. Uniforms never change, so equal ones are one buffer.
 */
import { storageUsage } from '../../backend/webgpu/inside'

export interface Slabs {
  readonly buffers: readonly GPUBuffer[]
  /** Another number where one of them has been made anew, for whoever was bound to it. */
  readonly version: number
}

export interface Arena {
  /** Buffers of at least these sizes, in bytes. */
  slabs(sizes: readonly number[]): Slabs
  readonly version: number
  /** Gives the buffers back, until they are asked for again. */
  empty(): void
  /** A uniform with these bytes, for as long as the arena lives. */
  uniform(bytes: ArrayBuffer): GPUBuffer
  /** All that was allocated. */
  readonly bytes: number
  dispose(): void
}

/** An arena on a device. */
export function createArena(device: GPUDevice): Arena {
  const buffers: GPUBuffer[] = []
  const uniforms = new Map<string, GPUBuffer>()
  let version = 0
  const empty = (): void => {
    for (const buffer of buffers) buffer.destroy()
    buffers.length = 0
    version++
  }
  return {
    slabs(sizes) {
      const short = [...sizes.entries()].filter(([at, size]) => (buffers[at]?.size ?? 0) < size)
      // First all that is too small, so that old and new are not there at once.
      for (const [at] of short) buffers[at]?.destroy()
      for (const [at, size] of short) buffers[at] = device.createBuffer({ size, usage: storageUsage() })
      if (short.length > 0) version++
      return { buffers, version }
    },
    uniform(bytes) {
      const key = new Uint32Array(bytes).join()
      const known = uniforms.get(key)
      if (known !== undefined) return known
      const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST
      const buffer = device.createBuffer({ size: bytes.byteLength, usage })
      device.queue.writeBuffer(buffer, 0, bytes)
      uniforms.set(key, buffer)
      return buffer
    },
    get bytes() {
      return [...buffers, ...uniforms.values()].reduce((sum, { size }) => sum + size, 0)
    },
    get version() {
      return version
    },
    empty,
    dispose() {
      empty()
      for (const buffer of uniforms.values()) buffer.destroy()
      uniforms.clear()
    },
  }
}
