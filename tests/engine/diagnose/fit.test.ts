/** What does not fit is said before it begins, with the batch that would. */
import { expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { largestBatch, memoryFault } from '../../../engine/diagnose/fit'
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
