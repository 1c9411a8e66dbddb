/** Memory is asked for all at once, and given back. */
import { afterEach, expect, test, vi } from 'vitest'
import { allocates } from '../../../engine/train/capture/fit'

/** A device with so much memory, which reports what it cannot give to the innermost scope for that. */
function deviceWith(capacity: number): { readonly device: GPUDevice; readonly held: () => number } {
  let held = 0
  const scopes: { readonly filter: string; error: object | null }[] = []
  const device = {
    pushErrorScope: (filter: string) => void scopes.push({ filter, error: null }),
    popErrorScope: async () => scopes.pop()?.error ?? null,
    createBuffer({ size }: { readonly size: number }) {
      held += size
      const scope = scopes.findLast(({ filter }) => filter === 'out-of-memory')
      if (held > capacity && scope !== undefined) scope.error = {}
      return { destroy: () => void (held -= size) }
    },
  }
  return { device: device as unknown as GPUDevice, held: () => held }
}

afterEach(() => void vi.unstubAllGlobals())

test('so much and no more', async () => {
  vi.stubGlobal('GPUBufferUsage', { STORAGE: 128 })
  const { device, held } = deviceWith(1000)
  expect(await allocates(device, [400, 600])).toBe(true)
  expect(await allocates(device, [400, 601])).toBe(false)
  expect(held()).toBe(0)
})
