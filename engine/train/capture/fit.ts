/** Whether a device has the memory that a step needs, and what is said where it has not. */
import type { Need } from './plan'

/** A size as people read it. */
export function sizeInWords(bytes: number): string {
  const [unit, name] = bytes >= 1e9 ? [1e9, 'GB'] : [1e6, 'MB']
  return `${(bytes / unit).toPrecision(bytes / unit < 100 ? 2 : 3)} ${name}`
}

/** The device has not the memory that a step needs. */
export class DoesNotFit extends Error {
  readonly bytes: number
  constructor(bytes: number, message = '') {
    super(message)
    this.bytes = bytes
  }

  /** The same with the batch, and the one that would fit (0: none would). */
  withBatch(batch: number, fitting: number): DoesNotFit {
    const cure =
      fitting > 0
        ? `A batch of ${fitting} fits: set the batch size of the training to that.`
        : 'Not even one sample fits: make the network smaller.'
    const needs = `The training does not fit into the memory of the device: a step with a batch of ${batch} needs ${sizeInWords(this.bytes)} beside weights and samples.`
    return new DoesNotFit(this.bytes, `${needs} ${cure}`)
  }
}

/** Throws where a kernel would have to see more of a tensor than the device shows it. */
export function withinLimits({ limits }: GPUDevice, needs: readonly Need[]): void {
  const most = Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize)
  const largest = Math.max(0, ...needs.map(({ size }) => size))
  if (largest > most) throw new DoesNotFit(largest)
}

/** Whether the device gives so much memory, all at once. */
export async function allocates(device: GPUDevice, sizes: readonly number[]): Promise<boolean> {
  device.pushErrorScope('validation')
  device.pushErrorScope('out-of-memory')
  const buffers = sizes.map((size) => device.createBuffer({ size, usage: GPUBufferUsage.STORAGE }))
  for (const buffer of buffers) buffer.destroy()
  const errors = [await device.popErrorScope(), await device.popErrorScope()]
  return errors.every((error) => error === null)
}
