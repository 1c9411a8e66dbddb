/** What does not fit is said before it begins, with the batch that would. */
import { expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { deviceFault, largestBatch, memoryFault, tensorFault } from '../../../engine/diagnose/fit'
import { catalogue } from '../../../nodes/catalogue'
import { xor } from '../../support/graph'
import { architectures } from '../../architectures/architectures'
import { documentOf } from '../../architectures/shared'

const memoryAt = (batchSize: number) => {
  const document = xor()
  return analyse({ ...document, training: { ...document.training, batchSize } }, catalogue).plan.memory
}

it('is linear in the batch', () => {
  const [one, ten] = [memoryAt(1), memoryAt(10)]
  expect(ten.training - one.training).toBe(9 * one.perSample)
  expect(ten.perSample).toBe(one.perSample)
})

it('finds the batch that fills the memory exactly', () => {
  const ten = memoryAt(10)
  const capacity = memoryAt(137).training
  expect(largestBatch(ten, 10, capacity)).toBe(137)
  expect(largestBatch(ten, 10, capacity - 1)).toBe(136)
  expect(memoryFault(memoryAt(137), 137, 'wasm', capacity)).toBeNull()
  expect(memoryFault(memoryAt(138), 138, 'wasm', capacity)).toMatch(
    /A batch size of 137 or less would fit\.$/,
  )
})

it('says so where no batch fits, or where nothing is known', () => {
  const xl = architectures.find(({ file }) => file === 'gpt2-xl')
  const { memory } = analyse(documentOf(xl!), catalogue).plan
  expect(memoryFault(memory, 1, 'wasm', 2 ** 32)).toMatch(
    /^This training needs at least .* No batch size fits/,
  )
  expect(memoryFault(memory, 1, 'webgpu', null)).toBeNull()
})

it('names the batch that a device would bear, where one was found', () => {
  expect(deviceFault(3.2e9, 64, 16)).toBe(
    'Beside weights and samples each step of this training needs 3.2 GB at a batch size of 64, which is more than the device gives. A batch size of 16 fits.',
  )
  expect(deviceFault(3.2e9, 64, 0)).toMatch(/Not even a single sample fits\./)
})

it('refuses a tensor that no program of the device could see as a whole', () => {
  expect(tensorFault('The samples of data', 2e9, 2e9)).toBeNull()
  expect(tensorFault('The samples of data', 2e9 + 4, 1e9)).toBe(
    'The samples of data take 2.0 GB, but this device shows its programs at most 1.0 GB at once',
  )
})
