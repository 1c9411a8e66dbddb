/** What `auto` takes for a graph, with kernels broken on purpose and a GPU that is none. */
import { afterEach, describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { noHardware, type Hardware } from '../../../engine/backend/adapters'
import { createBackends, type Backends } from '../../../engine/backend/start'
import { loadData } from '../../../engine/data/load-data'
import type { Document } from '../../../engine/graph/document'
import { startFor } from '../../../engine/worker/choose'
import { catalogue } from '../../../nodes/catalogue'
import { documentOf } from '../../bench/steps/models'
import { cnn, gpt, lstm, mlp } from '../../e2e/engine/documents'
import { tf } from '../support'

const readBundled = () => Promise.reject(new Error('No files here.'))

/** Milliseconds of processor time: others on the machine do not change what is chosen. */
function spent(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

async function chosen(
  backends: Backends,
  document: Document,
  now: () => number = spent,
): Promise<{ name: string; reason: string }> {
  const { plan, ok } = analyse(document, catalogue)
  if (!ok) throw new Error('The graph of the test has problems.')
  const loaded = await loadData(plan, [], readBundled)
  if ('refused' in loaded) throw new Error(loaded.refused)
  const machinery = { tf, backends, catalogue, readBundled, machineMemory: null, now }
  const { name, reason } = (await startFor(machinery, 'auto', { document, plan, loaded })).info
  return { name, reason }
}

type Kernel = ReturnType<typeof tf.getKernelsForBackend>[number]
type Result = ReturnType<Kernel['kernelFunc']>
const undo: (() => void)[] = []
afterEach(() => {
  for (const back of undo.splice(0).reverse()) back()
})

/** Puts another function in the place of a kernel until the test ends. */
function replaceKernel(
  kernelName: string,
  backendName: string,
  by: (right: () => Result, inputs: Parameters<Kernel['kernelFunc']>[0]) => Result,
): void {
  const kernel = tf.getKernel(kernelName, backendName)
  tf.unregisterKernel(kernelName, backendName)
  tf.registerKernel({ ...kernel, kernelFunc: (given) => by(() => kernel.kernelFunc(given), given) })
  undo.push(() => {
    tf.unregisterKernel(kernelName, backendName)
    tf.registerKernel(kernel)
  })
}

/** Makes all numbers that a kernel gave half as large again. */
function spoil(result: Result): Result {
  const [first] = [result].flat()
  if (first === undefined) return result
  const backend = tf.backend() as unknown as {
    typedArrayFromHeap?: (tensor: unknown) => Float32Array
    data?: { get(id: object): { values: Float32Array } }
  }
  const values = backend.typedArrayFromHeap?.(first) ?? backend.data?.get(first.dataId).values
  values?.set(values.map((value) => 1.5 * value))
  return result
}

/** Plain JavaScript that calls itself a GPU. */
function fakeGpu(): Backends {
  const stock = tf.getKernelsForBackend('webgl')
  for (const { kernelName } of stock) tf.unregisterKernel(kernelName, 'webgl')
  for (const kernel of tf.getKernelsForBackend('cpu')) tf.registerKernel({ ...kernel, backendName: 'webgl' })
  const factory = tf.findBackendFactory('cpu')
  tf.registerBackend('webgl', () => factory())
  undo.push(() => {
    tf.removeBackend('webgl')
    for (const { kernelName } of tf.getKernelsForBackend('webgl')) tf.unregisterKernel(kernelName, 'webgl')
    for (const kernel of stock) tf.registerKernel(kernel)
  })
  const hardware: Hardware = { ...noHardware, webgl: async () => ({ name: 'Fake 3000', software: false }) }
  return createBackends(tf, hardware)
}

const plainOnes = () => createBackends(tf, noHardware)
const none = 'because of the faster ones: no WebGPU here; no WebGL here'

describe('a graph is tried before it is trained', () => {
  it.each([
    ['mlp', mlp],
    ['cnn', cnn],
    ['lstm', lstm],
    ['gpt', gpt],
  ])('%s: WebAssembly is right', async (_, document) => {
    const before = tf.engine().state.numTensors
    expect(await chosen(plainOnes(), document())).toEqual({
      name: 'wasm',
      reason: `WebAssembly, ${none}. Tried on this graph, it agrees with plain JavaScript.`,
    })
    expect(tf.engine().state.numTensors).toBe(before)
  })

  it('a wide net is tried with narrower layers', async () => {
    const begun = spent()
    const { reason } = await chosen(plainOnes(), documentOf('resnet18'))
    expect(reason).toContain('it agrees with plain JavaScript')
    expect(spent() - begun).toBeLessThan(3000)
  })

  it('a kernel that is wrong forwards is found, its node named, and the next backend taken', async () => {
    replaceKernel('MaxPool', 'wasm', (right) => spoil(right()))
    const { name, reason } = await chosen(plainOnes(), cnn())
    expect(name).toBe('cpu')
    expect(reason).toMatch(
      /WebAssembly computes this graph wrongly: the output y of the node pool, a MaxPool2D, is off by \d+ % from plain JavaScript\.$/,
    )
  })

  it('a kernel that is wrong only on the way back is found', async () => {
    replaceKernel('MaxPoolGrad', 'wasm', (right) => spoil(right()))
    const { name, reason } = await chosen(plainOnes(), cnn())
    expect(name).toBe('cpu')
    expect(reason).toMatch(/the gradient of \w+ of the node conv, a Conv2D, is off by \d+ %/)
  })

  it('a graph without the broken kernel is not kept from a backend', async () => {
    replaceKernel('MaxPoolGrad', 'wasm', (right) => spoil(right()))
    expect((await chosen(plainOnes(), lstm())).name).toBe('wasm')
  })

  it('a kernel that throws is found', async () => {
    replaceKernel('MaxPool', 'wasm', () => {
      throw new Error('out of pools')
    })
    const { name, reason } = await chosen(plainOnes(), cnn())
    expect(name).toBe('cpu')
    expect(reason).toContain(
      'WebAssembly cannot compute this graph at the node pool, a MaxPool2D (out of pools)',
    )
  })

  it('a verdict holds for the graph it was made for, and no longer than its backend', async () => {
    const backends = plainOnes()
    await chosen(backends, cnn())
    replaceKernel('MaxPool', 'wasm', (right) => spoil(right()))
    expect((await chosen(backends, cnn())).name).toBe('wasm')
    expect((await chosen(backends, cnn({ batchSize: 8 }))).name).toBe('cpu')
    backends.discard('cpu')
    expect((await chosen(backends, cnn())).name).toBe('cpu')
  })
})

describe('of two that are right', () => {
  /** A clock that every look at sets forward, by far more where this backend is at work. */
  const slowOn = (backend: string) => {
    let time = 0
    return () => (time += tf.getBackend() === backend ? 60 : 0.1)
  }

  it('the faster one is taken, with the times said', async () => {
    const backends = fakeGpu()
    const { name, reason } = await chosen(backends, mlp(), slowOn('webgl'))
    expect(name).toBe('wasm')
    expect(reason).toMatch(
      /WebGL \(Fake 3000\) takes [\d.]+ ms a step of this graph, WebAssembly [\d.]+ ms\. Tried on this graph, it agrees/,
    )
  })

  it('and the other one where it is the faster', async () => {
    const backends = fakeGpu()
    const { name, reason } = await chosen(backends, mlp(), slowOn('wasm'))
    expect(name).toBe('webgl')
    expect(reason).toMatch(
      /A step of this graph takes it [\d.]+ ms, WebAssembly [\d.]+ ms\. Tried on this graph/,
    )
  })

  it('a GPU that is wrong is passed over', async () => {
    const backends = fakeGpu()
    replaceKernel('MaxPool', 'webgl', (right) => spoil(right()))
    const { name, reason } = await chosen(backends, cnn())
    expect(name).toBe('wasm')
    expect(reason).toContain('WebGL (Fake 3000) computes this graph wrongly: the output y of the node pool')
  })
})
