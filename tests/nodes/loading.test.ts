/** The window reads the catalogue, so it must load without tfjs. */
import { expect, it, vi } from 'vitest'

it('loads where tfjs cannot be had', async () => {
  for (const name of ['tfjs', 'tfjs-core', 'tfjs-layers', 'tfjs-backend-cpu']) {
    vi.doMock(`@tensorflow/${name}`, () => {
      throw new Error('tfjs was asked for')
    })
  }
  await expect(import('@tensorflow/tfjs')).rejects.toThrow()
  const { catalogue } = await import('../../nodes/catalogue')
  expect(catalogue.size).toBeGreaterThanOrEqual(28)
})
