/** What `auto` takes for a graph, with kernels broken on purpose and a GPU that is none. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { noHardware, type Hardware } from '../../../engine/backend/adapters'
import { createBackends, type Backends } from '../../../engine/backend/start'
import { loadData, type LoadedData } from '../../../engine/data/load-data'
import type { Document } from '../../../engine/graph/document'
import { watchDevice, type Trouble } from '../../../engine/backend/watch'
import { startFor, type Basis } from '../../../engine/worker/choose'
import { prepare } from '../../../engine/worker/prepare'
import { catalogue } from '../../../nodes/catalogue'
import { documentOf } from '../../bench/steps/models'
import { adam, cnn, gpt, lstm, mlp } from '../../e2e/engine/documents'
import { linear, sgd, step } from '../documents'
import { begin, talk } from '../running'
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
  {
    basis = 'try',
    given = (loaded) => loaded,
  }: { readonly basis?: Basis; readonly given?: (loaded: LoadedData) => LoadedData } = {},
): Promise<{ name: string; reason: string }> {
  const { plan, ok } = analyse(document, catalogue)
  if (!ok) throw new Error('The graph of the test has problems.')
  const loaded = await loadData(plan, [], readBundled)
  if ('refused' in loaded) throw new Error(loaded.refused)
  const machinery = { tf, backends, catalogue, readBundled, machineMemory: null, now }
  const { info } = await startFor(machinery, 'auto', { document, plan, loaded: given(loaded) }, basis)
  const { name, reason } = info
  return { name, reason }
}

type Device = Awaited<ReturnType<ReturnType<typeof tf.findBackendFactory>>>
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

/** Plain JavaScript that calls itself a GPU; `made` is told of every device. */
function fakeGpu(made: (device: Device, count: number) => void = () => undefined): Backends {
  const stock = tf.getKernelsForBackend('webgl')
  for (const { kernelName } of stock) tf.unregisterKernel(kernelName, 'webgl')
  for (const kernel of tf.getKernelsForBackend('cpu')) tf.registerKernel({ ...kernel, backendName: 'webgl' })
  const factory = tf.findBackendFactory('cpu')
  let count = 0
  tf.registerBackend('webgl', () => {
    const device = factory() as Device
    made(device, ++count)
    return device
  })
  undo.push(() => {
    tf.removeBackend('webgl')
    for (const { kernelName } of tf.getKernelsForBackend('webgl')) tf.unregisterKernel(kernelName, 'webgl')
    for (const kernel of stock) tf.registerKernel(kernel)
  })
  const hardware: Hardware = { ...noHardware, webgl: async () => ({ name: 'Fake 3000', software: false }) }
  return createBackends(tf, hardware)
}

const plainOnes = () => createBackends(tf, noHardware)
const none = 'since nothing faster is of use: no WebGPU here; no WebGL here'

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

  it('at least one is tried, however slow the machine', async () => {
    let time = 0
    const { reason } = await chosen(plainOnes(), mlp(), () => (time += 2000))
    expect(reason).toContain('Tried on this graph, it agrees with plain JavaScript.')
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
    return () => (time += tf.getBackend() === backend ? 20 : 0.1)
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

  it('nothing further is begun when the time is over, neither another candidate', async () => {
    const backends = fakeGpu()
    let pools = 0
    replaceKernel('MaxPool', 'wasm', (right) => {
      pools++
      return right()
    })
    let time = 0
    const { name, reason } = await chosen(
      backends,
      cnn(),
      () => (time += tf.getBackend() === 'webgl' ? 2000 : 0.1),
    )
    expect(name).toBe('webgl')
    expect(reason).toContain('Tried on this graph, it agrees')
    expect(pools).toBe(0)
  })
})

describe('a device that is gone', () => {
  /** Of these devices no read ever settles, and of each it is said when it is listened to. */
  function mortal(
    isDead: (count: number) => boolean,
    isTold = true,
  ): Backends & { readonly made: () => number } {
    let made = 0
    const backends = fakeGpu((device, count) => {
      made = count
      if (isDead(count)) Object.assign(device, { read: () => new Promise(() => undefined) })
    })
    return {
      ...backends,
      made: () => made,
      async start(...asked) {
        const started = await backends.start(...asked)
        if (started.info.name !== 'webgl' || !isDead(made) || !isTold) return started
        const watch = (listener: (trouble: Trouble) => void) => {
          queueMicrotask(() => listener({ kind: 'lost', message: 'asleep.' }))
          return () => undefined
        }
        return { ...started, watch }
      },
    }
  }
  const fastGpu = () => {
    let time = 0
    return () => (time += tf.getBackend() === 'wasm' ? 20 : 0.1)
  }

  it('is replaced by a new one and tried once more', async () => {
    const backends = mortal((count) => count === 1)
    const { name, reason } = await chosen(backends, mlp(), fastGpu())
    expect(name).toBe('webgl')
    expect(reason).toContain('Tried on this graph, it agrees with plain JavaScript.')
    expect(backends.made()).toBe(2)
    expect(backends.verdicts.size).toBe(1)
  })

  it('is replaced when that happens while its steps are timed', async () => {
    let at = 0
    const backends = fakeGpu()
    const dying: Backends = {
      ...backends,
      async start(...asked) {
        const started = await backends.start(...asked)
        if (started.info.name !== 'webgl' || ++at !== 2) return started
        // The second time it is asked for is for the timing.
        const watch = (listener: (trouble: Trouble) => void) => {
          queueMicrotask(() => listener({ kind: 'lost', message: 'asleep.' }))
          return () => undefined
        }
        return { ...started, watch }
      },
    }
    const { name, reason } = await chosen(dying, mlp(), fastGpu())
    expect(name).toBe('webgl')
    expect(reason).toContain('A step of this graph takes it')
  })

  it('again is passed over, this time only', async () => {
    const before = tf.engine().state.numTensors
    const backends = mortal(() => true)
    const { name, reason } = await chosen(backends, mlp(), fastGpu())
    expect(name).toBe('wasm')
    expect(reason).toContain('WebGL (Fake 3000) was lost while this graph was tried (asleep)')
    expect(backends.made()).toBe(2)
    expect(backends.verdicts.size).toBe(0)
    expect(tf.engine().state.numTensors).toBe(before)
  })

  it('and does not even say so is waited for only so long', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    undo.push(() => vi.useRealTimers())
    const backends = mortal(() => true, false)
    let over = false
    const choice = chosen(backends, mlp(), fastGpu()).finally(() => (over = true))
    while (!over) {
      await vi.advanceTimersByTimeAsync(1000)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const { name, reason } = await choice
    expect(name).toBe('wasm')
    expect(reason).toContain('WebGL (Fake 3000) gave no answer within 10 s')
    expect(backends.verdicts.size).toBe(0)
  })

  it('a WebGL context that was lost before somebody listened is told of', async () => {
    const gl = { canvas: new EventTarget(), isContextLost: () => true }
    const heard: Trouble[] = []
    const broken = { backend: () => ({ gpgpu: { gl } }) } as unknown as typeof tf
    watchDevice(broken, 'webgl', (trouble) => heard.push(trouble))
    await Promise.resolve()
    expect(heard).toEqual([{ kind: 'lost', message: 'the WebGL context was lost' }])
  })

  it('leaves a run where trying had put it: nothing is tried again beside the other requests', async () => {
    replaceKernel('MaxPool', 'wasm', (right) => spoil(right()))
    const backends = plainOnes()
    const starts: string[] = []
    const listeners = new Set<(trouble: Trouble) => void>()
    const conversation = talk({
      backends: {
        ...backends,
        async start(...asked) {
          const started = await backends.start(...asked)
          starts.push(started.info.name)
          const watch = (listener: (trouble: Trouble) => void) => {
            listeners.add(listener)
            return () => listeners.delete(listener)
          }
          return { ...started, watch }
        },
      },
    })
    await begin(conversation, cnn({ length: { steps: 100_000 } }), { backend: 'auto' })
    await conversation.until(({ kind }) => kind === 'ticks')
    expect(starts.splice(0)).toContain('wasm')
    for (const listener of [...listeners]) listener({ kind: 'lost', message: 'the plug was pulled' })
    await conversation.until(({ kind }) => kind === 'recovered' || kind === 'failed')
    expect(starts).toEqual(['cpu'])
    await conversation.client.request({ kind: 'stop', run: 'run' })
    await conversation.until(({ kind }) => kind === 'ended' || kind === 'failed')
  })
})

describe('a trial that fails', () => {
  it('leaves the usual order, and nothing is remembered', async () => {
    const backends = plainOnes()
    const failing = () => {
      throw new Error('no clock')
    }
    expect(await chosen(backends, mlp(), failing)).toEqual({ name: 'wasm', reason: `WebAssembly, ${none}.` })
    expect(backends.verdicts.size).toBe(0)
  })

  it('while steps are timed frees what it had made', async () => {
    const before = tf.engine().state.numTensors
    const backends = fakeGpu()
    let looks = 0
    const { name } = await chosen(backends, mlp(), spent, {
      given: (loaded) => ({
        ...loaded,
        get nodes() {
          // The first samples were for the trial.
          if (++looks > 1) throw new Error('out of memory')
          return loaded.nodes
        },
      }),
    })
    expect(looks).toBe(2)
    expect(name).toBe('webgl')
    expect(tf.engine().state.numTensors).toBe(before)
  })
})

describe('what is too large for a device', () => {
  const small = (): Backends => {
    const backends = fakeGpu()
    return {
      ...backends,
      async start(...asked) {
        const started = await backends.start(...asked)
        return started.info.name === 'webgl' ? { ...started, largestTensor: 8 } : started
      },
    }
  }
  const ask = (backend: 'auto' | 'webgl') =>
    prepare(
      { tf, backends: small(), catalogue, readBundled, machineMemory: null, now: spent },
      { document: mlp(), backend, files: [], weights: null },
      'remembered',
    )

  it('goes to another one where none was named, with the reason told', async () => {
    const ready = await ask('auto')
    if (!ready.accepted) throw new Error(ready.message)
    ready.compiled.dispose()
    ready.data.dispose()
    expect(ready.backend.info.name).toBe('wasm')
    expect(ready.backend.info.reason).toMatch(
      /WebGL cannot hold this graph: The samples of \w+ take [^;]+ at most 8 B at once\.$/,
    )
  })

  it('is refused where it was asked for by name', async () => {
    expect(await ask('webgl')).toMatchObject({
      accepted: false,
      message: expect.stringContaining('at once. Use fewer of them, or another backend.') as string,
    })
  })
})

describe('a verdict is not asked for anew', () => {
  it('where only rates, schedules and limits have changed', async () => {
    const backends = plainOnes()
    await chosen(backends, cnn())
    replaceKernel('MaxPool', 'wasm', (right) => spoil(right()))
    const faster = step(
      { ...adam, learningRate: 0.1 },
      {
        schedule: { kind: 'constant', warmup: 5 },
        clip: { norm: 1 },
      },
    )
    expect((await chosen(backends, cnn({ steps: [faster] }))).name).toBe('wasm')
    expect((await chosen(backends, cnn({ steps: [step(sgd(0.1))] }))).name).toBe('cpu')
  })

  it('by what is not trained: the usual order is good enough where nothing is remembered', async () => {
    replaceKernel('MaxPool', 'wasm', (right) => spoil(right()))
    const backends = plainOnes()
    const options = { basis: 'remembered' } as const
    expect(await chosen(backends, cnn(), spent, options)).toEqual({
      name: 'wasm',
      reason: `WebAssembly, ${none}.`,
    })
    expect((await chosen(backends, cnn())).name).toBe('cpu')
    expect((await chosen(backends, cnn(), spent, options)).name).toBe('cpu')
  })

  it('by scores', async () => {
    const backends = plainOnes()
    const { client } = talk({ backends })
    const document = linear({ batchSize: 2, steps: [step(sgd(0.01))] })
    const weights = {
      'net:kernel': { shape: [2, 1], values: new Float32Array(2) },
      'net:bias': { shape: [1], values: new Float32Array(1) },
    }
    const common = { document, backend: 'auto', files: [] } as const
    const scores = await client.request({ kind: 'evaluate', ...common, weights, split: 'train' })
    expect(scores).toMatchObject({ accepted: true })
    expect(backends.verdicts.size).toBe(0)
  })
})

it('dry batches and tests of the learning rate are done where the training will be', async () => {
  const range = { kind: 'rate-test', trainingStep: 0, from: 1e-4, to: 1, steps: 10 } as const
  for (const request of [{ kind: 'preflight' }, range] as const) {
    const backends = plainOnes()
    const { client } = talk({ backends })
    const document = cnn()
    const reply = await client.request({
      ...request,
      document,
      backend: 'auto',
      files: [],
      run: null,
      weights: null,
    })
    expect(reply).toMatchObject({ accepted: true })
    expect(backends.verdicts.size).toBe(1)
  }
})
