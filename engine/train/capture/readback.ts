/**
 * Numbers of replayed steps on their way out: every step copies a few into the next slot on the device, and one
 * asynchronous read fetches all slots since the last.
 */

export interface Slot {
  readonly page: GPUBuffer
  /** In bytes. */
  readonly offset: number
  /** In numbers. */
  readonly size: number
}

export interface Readback {
  /** Room for so many numbers in the next read. */
  claim(size: number): Slot
  /** Fetches every slot claimed so far; commands submitted from now on may write to new ones. */
  read(): Promise<(slot: Slot) => Float32Array>
  dispose(): void
}

interface Page {
  readonly buffer: GPUBuffer
  used: number
}

/** Numbers of a page. */
const pageSize = 16384

/** Slots on a device. */
export function createReadback(device: GPUDevice): Readback {
  const all = new Set<GPUBuffer>()
  const spare: { readonly pages: GPUBuffer[]; readonly stagings: GPUBuffer[] } = { pages: [], stagings: [] }
  let pages: Page[] = []

  const take = (from: GPUBuffer[], size: number, usage: GPUBufferUsageFlags): GPUBuffer => {
    const at = from.findIndex((buffer) => buffer.size >= 4 * size)
    const [found] = at < 0 ? [] : from.splice(at, 1)
    const buffer = found ?? device.createBuffer({ size: 4 * Math.max(size, pageSize), usage })
    all.add(buffer)
    return buffer
  }
  const fetch = async ({ buffer, used }: Page, staging: GPUBuffer) => {
    await staging.mapAsync(GPUMapMode.READ, 0, 4 * used)
    const numbers = new Float32Array(staging.getMappedRange(0, 4 * used).slice(0))
    staging.unmap()
    spare.stagings.push(staging)
    return [buffer, numbers] as const
  }

  return {
    claim(size) {
      let page = pages.at(-1)
      if (page === undefined || 4 * (page.used + size) > page.buffer.size) {
        page = { buffer: take(spare.pages, size, GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST), used: 0 }
        pages.push(page)
      }
      const slot = { page: page.buffer, offset: 4 * page.used, size }
      page.used += size
      return slot
    },
    async read() {
      const full = pages
      pages = []
      if (full.length === 0) return () => new Float32Array(0)
      const encoder = device.createCommandEncoder()
      const stagings = full.map(({ buffer, used }) => {
        const staging = take(spare.stagings, used, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST)
        encoder.copyBufferToBuffer(buffer, 0, staging, 0, 4 * used)
        return staging
      })
      device.queue.submit([encoder.finish()])
      // What writes to these pages again is submitted later, and so comes after the copy.
      spare.pages.push(...full.map(({ buffer }) => buffer))
      const read = full.map((page, index) => fetch(page, stagings[index] as GPUBuffer))
      const numbers = new Map(await Promise.all(read))
      return ({ page, offset, size }) =>
        numbers.get(page)?.subarray(offset / 4, offset / 4 + size) ?? new Float32Array(size).fill(NaN)
    },
    dispose() {
      for (const buffer of all) buffer.destroy()
      all.clear()
      pages = []
      spare.pages.length = 0
      spare.stagings.length = 0
    },
  }
}
