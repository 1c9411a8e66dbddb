/** Whether a training fits the memory that a backend has, said before it begins. */
import type { Plan } from '../analyse/plan'
import { formatBytes } from './format'

/** The largest batch whose training fits into `capacity` bytes; 0 where none does. */
export function largestBatch(memory: Plan['memory'], batchSize: number, capacity: number): number {
  const fixed = memory.training - memory.perSample * batchSize
  if (fixed > capacity) return 0
  return memory.perSample === 0 ? batchSize : Math.floor((capacity - fixed) / memory.perSample)
}

/**
 * Why a training cannot fit, as a sentence, or null. The estimate is a lower bound, so what is refused here would
 * certainly have run out of memory.
 *
 * @param capacity bytes that the backend can hold; null = not known
 */
export function memoryFault(
  memory: Plan['memory'],
  batchSize: number,
  backend: string,
  capacity: number | null,
): string | null {
  if (capacity === null || memory.training <= capacity) return null
  const batch = largestBatch(memory, batchSize, capacity)
  const advice =
    batch > 0
      ? `A batch size of ${batch} or less would fit.`
      : `No batch size fits: weights, gradients and the optimiser’s numbers alone take ${formatBytes(memory.training - memory.perSample * batchSize)}. Make the network smaller, freeze a part of it, or use another backend.`
  return `This training needs at least ${formatBytes(memory.training)} at a batch size of ${batchSize}, but ${backend} can hold ${formatBytes(capacity)}. ${advice}`
}

/** Why the step of a training does not fit into a device that does not tell how much it has, as a sentence. */
export function deviceFault(bytes: number, batchSize: number, fitting: number | null): string {
  const advice =
    fitting === null
      ? 'Use a smaller batch, or another backend.'
      : fitting > 0
        ? `A batch size of ${fitting} fits.`
        : 'Not even a single sample fits. Make the network smaller, or use another backend.'
  return `Beside weights and samples each step of this training needs ${formatBytes(bytes)} at a batch size of ${batchSize}, which is more than the device gives. ${advice}`
}

/** Why one tensor is too large for a device whose kernels see at most `most` bytes of it, or null; a sentence without its end. */
export function tensorFault(what: string, bytes: number, most: number): string | null {
  if (bytes <= most) return null
  return `${what} take ${formatBytes(bytes)}, but this device shows its programs at most ${formatBytes(most)} at once`
}
