/** Which backend is taken, and what is said about it. */
import { describe, expect, it } from 'vitest'
import {
  browserHardware,
  describeAdapter,
  isSoftwareName,
  noHardware,
  type Hardware,
} from '../../../engine/backend/adapters'
import { createBackends } from '../../../engine/backend/start'
import { backends, tf } from '../support'

describe('adapters', () => {
  it.each([
    ['Google SwiftShader', true],
    ['ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero)))', true],
    ['llvmpipe (LLVM 15.0.6, 256 bits)', true],
    ['lavapipe', true],
    ['Microsoft Basic Render Driver', true],
    ['Apple M3', false],
    ['ANGLE (NVIDIA, NVIDIA GeForce RTX 3060)', false],
    ['Intel(R) UHD Graphics 620', false],
  ])('%s is software: %s', (name, software) => {
    expect(isSoftwareName(name)).toBe(software)
  })

  it('are software where the browser says fallback, or any part of the description does', () => {
    expect(describeAdapter({ isFallbackAdapter: true, info: { vendor: 'acme', description: '' } })).toEqual({
      name: 'acme',
      software: true,
    })
    expect(describeAdapter({ info: { vendor: 'google', architecture: 'swiftshader' } })).toEqual({
      name: 'google swiftshader',
      software: true,
    })
    expect(
      describeAdapter({ info: { vendor: 'nvidia', architecture: 'ampere', description: 'RTX 3060' } }),
    ).toEqual({ name: 'RTX 3060', software: false })
  })

  it('are none where there is no browser or it refuses', async () => {
    const refusing = browserHardware({
      navigator: { gpu: { requestAdapter: () => Promise.reject(new Error('no')) } },
    })
    expect(await refusing.webgpu()).toBeNull()
    expect(await refusing.webgl()).toBeNull()
    const none = browserHardware({ navigator: { gpu: { requestAdapter: () => Promise.resolve(null) } } })
    expect(await none.webgpu()).toBeNull()
  })
})

describe('backends', () => {
  it('auto is wasm where there is no GPU, and says why', async () => {
    const { info } = await backends.start('auto')
    expect(info).toEqual({
      name: 'wasm',
      adapter: '',
      software: false,
      reason: 'WebAssembly, since nothing faster is of use: no WebGPU here; no WebGL here.',
    })
    expect(tf.getBackend()).toBe('wasm')
  })

  it('takes the one asked for by name', async () => {
    expect((await backends.start('cpu')).info).toEqual({
      name: 'cpu',
      adapter: '',
      software: false,
      reason: 'plain JavaScript, asked for by name.',
    })
    expect(tf.getBackend()).toBe('cpu')
  })

  it('refuses one that the machine does not offer, in a sentence', async () => {
    await expect(backends.start('webgpu')).rejects.toThrow(
      'The backend webgpu was asked for but cannot be used here',
    )
  })

  it('auto passes over software adapters, and names them; asked for by name they are tried', async () => {
    const software: Hardware = { ...noHardware, webgl: async () => ({ name: 'llvmpipe', software: true }) }
    tf.registerBackend('webgl', () => {
      throw new Error('cannot start in Node')
    })
    try {
      const some = createBackends(tf, software)
      expect((await some.start('auto')).info).toMatchObject({
        name: 'wasm',
        reason: expect.stringContaining('llvmpipe') as string,
      })
      const { available, auto } = await some.list()
      expect(auto).toBe('wasm')
      expect(available.map((one) => [one.name, one.software])).toEqual([
        ['webgl', true],
        ['wasm', false],
        ['cpu', false],
      ])
      await expect(some.start('webgl')).rejects.toThrow('cannot be used here')
      // tfjs answers false and forgets its backend; the next start must mend that.
      await some.start('cpu')
      expect(tf.getBackend()).toBe('cpu')
    } finally {
      tf.removeBackend('webgl')
    }
  })

  it('falls back when a hardware backend will not start, and says so', async () => {
    const hardware: Hardware = {
      ...noHardware,
      webgl: async () => ({ name: 'Broken 3000', software: false }),
    }
    tf.registerBackend('webgl', () => {
      throw new Error('driver crashed')
    })
    try {
      const { info } = await createBackends(tf, hardware).start('auto')
      expect(info.name).toBe('wasm')
      expect(info.reason).toContain('WebGL would not start')
    } finally {
      tf.removeBackend('webgl')
    }
  })

  it('can be thrown away and started anew', async () => {
    await backends.start('wasm')
    backends.discard('wasm')
    expect((await backends.start('wasm')).info.name).toBe('wasm')
    const sum = tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([4, 3]), false, true))
    expect([...(await sum.data())]).toEqual(new Array(8).fill(3))
    sum.dispose()
  })
})
