/**
 * Device memory of recorded steps. A buffer that a recording has finished with is used again by what comes later in it,
 * and by every other recording of the run, since only one of them is replayed at a time. Uniforms never change, so
 * equal ones are one buffer.
 */

export interface Arena {
  /** A buffer with whatever numbers; `release` gives it back. */
  acquire(size: number, usage: GPUBufferUsageFlags): GPUBuffer
  release(buffer: GPUBuffer): void
  /** A uniform with these bytes, for as long as the arena lives. */
  uniform(bytes: ArrayBuffer): GPUBuffer
  /** All that was allocated. */
  readonly bytes: number
  dispose(): void
}

/** An arena on a device. */
export function createArena(device: GPUDevice): Arena {
  const all: GPUBuffer[] = []
  const free = new Map<string, GPUBuffer[]>()
  const uniforms = new Map<string, GPUBuffer>()
  const create = (descriptor: GPUBufferDescriptor): GPUBuffer => {
    const buffer = device.createBuffer(descriptor)
    all.push(buffer)
    return buffer
  }
  const shelf = ({ size, usage }: { readonly size: number; readonly usage: number }): GPUBuffer[] => {
    const key = `${size} ${usage}`
    const known = free.get(key) ?? []
    free.set(key, known)
    return known
  }
  return {
    acquire: (size, usage) => shelf({ size, usage }).pop() ?? create({ size, usage }),
    release: (buffer) => void shelf(buffer).push(buffer),
    uniform(bytes) {
      const key = new Uint32Array(bytes).join()
      const known = uniforms.get(key)
      if (known !== undefined) return known
      const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST
      const buffer = create({ size: bytes.byteLength, usage })
      device.queue.writeBuffer(buffer, 0, bytes)
      uniforms.set(key, buffer)
      return buffer
    },
    get bytes() {
      return all.reduce((sum, { size }) => sum + size, 0)
    },
    dispose() {
      for (const buffer of all) buffer.destroy()
      all.length = 0
      free.clear()
      uniforms.clear()
    },
  }
}
