/** Training on several threads, as a user runs it: the same bits as on one, and the process ends by itself. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { example, temporaryFolder, wiregrad } from './run'

const folder = temporaryFolder()

afterEach(() => {
  vi.unstubAllEnvs()
})

async function trained(graph: string, threads: string, steps: string): Promise<Buffer> {
  vi.stubEnv('WIREGRAD_THREADS', threads)
  const out = path.join(folder, `${graph}-${threads}`)
  const words = ['--steps', steps, '--backend', 'wasm', '--every', '1000', '--out', out]
  const { code, stderr } = await wiregrad('train', example(graph), ...words)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return readFileSync(path.join(out, 'weights.safetensors'))
}

describe('WIREGRAD_THREADS', { timeout: 240_000 }, () => {
  it.each([
    ['digits-cnn', '16'],
    ['tiny-transformer', '10'],
  ])('changes no bit of what %s learns', async (graph, steps) => {
    const one = await trained(graph, '1', steps)
    expect((await trained(graph, '3', steps)).equals(one)).toBe(true)
  })

  it('is refused where it is no number of threads', async () => {
    vi.stubEnv('WIREGRAD_THREADS', 'many')
    const { code, stderr } = await wiregrad(
      'train',
      example('xor'),
      '--steps',
      '2',
      '--out',
      path.join(folder, 'no'),
    )
    expect(code).toBe(2)
    expect(stderr).toMatch(/^wiregrad: WIREGRAD_THREADS says "many"; it is a whole number from 1 to 64/)
  })
})
