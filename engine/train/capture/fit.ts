/** Whether a device has the memory that a step needs, found out before anything of it is there. */
import { deviceFault } from '../../diagnose/fit'
import { largestTensor } from '../../backend/webgpu/inside'
import type { Placed } from './place'

/** The device has not the memory that a step needs. */
export class DoesNotFit extends Error {
  readonly bytes: number

  constructor(bytes: number, message = '') {
    super(message)
    this.bytes = bytes
  }

  /** The same in words, with the batch size and the largest one that would fit: 0 where none would, null where that is not known. */
  withBatch(batchSize: number, fitting: number | null): DoesNotFit {
    return new DoesNotFit(this.bytes, deviceFault(this.bytes, batchSize, fitting))
  }
}

/** Throws where a kernel would have to see more of a tensor than the device shows it. */
export function withinLimits(device: GPUDevice, { needs, plan }: Placed): void {
  const most = largestTensor(device)
  if (needs.some(({ size }) => size > most)) throw new DoesNotFit(plan.bytes)
}

/** Whether the device gives so much memory, all at once. */
export async function allocates(device: GPUDevice, sizes: readonly number[]): Promise<boolean> {
  device.pushErrorScope('validation')
  device.pushErrorScope('out-of-memory')
  const buffers = sizes.map((size) => device.createBuffer({ size, usage: GPUBufferUsage.STORAGE }))
  for (const buffer of buffers) buffer.destroy()
  const errors = await Promise.all([device.popErrorScope(), device.popErrorScope()])
  return errors.every((error) => error === null)
}
