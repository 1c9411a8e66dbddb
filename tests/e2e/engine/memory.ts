/** What a training holds on the device: as it is told before, as it is counted there, and where it is too much. */
import { analyse } from '../../../engine/analyse/analyse'
import { tf } from '../../../engine/backend/tfjs'
import { webgpuInside } from '../../../engine/backend/webgpu/inside'
import { catalogue } from '../../../nodes/catalogue'
import { startGauge } from '../../bench/steps/gauge'
import { wideNets } from './documents'
import { backends, talk, train } from './page'

function large(batchSize: number) {
  const document = wideNets.convolutions(batchSize)
  return { ...document, training: { ...document.training, batchSize, length: { steps: 1 } } }
}

async function deviceOf(): Promise<GPUDevice> {
  await backends.start('webgpu')
  const inside = webgpuInside(tf)
  if (inside === null) throw new Error('tfjs-backend-webgpu has changed inside.')
  return inside.device
}

/** Bytes of a training whose activations are nearly all of it: estimated, told by dry batches, counted on the device. */
export async function memoryOf(batchSize: number): Promise<{
  readonly estimated: number
  readonly told: number
  readonly counted: number
}> {
  await deviceOf()
  const document = large(batchSize)
  const { training } = analyse(document, catalogue).plan.memory
  const gauge = startGauge()
  try {
    const before = gauge.peakBytes()
    const reply = await talk(catalogue).client.request({
      kind: 'preflight',
      document,
      run: null,
      weights: null,
      backend: 'webgpu',
      files: [],
    })
    if (!reply.accepted) throw new Error(reply.message)
    const { peakBytes, sampleBytes } = reply.measured
    return { estimated: training, told: peakBytes, counted: gauge.peakBytes() - before - sampleBytes }
  } finally {
    gauge.end()
  }
}

/** What is said where the device shows kernels so many bytes at once; null where the training runs. */
export async function saidUnder(limit: number, batchSize: number): Promise<string | null> {
  const device = await deviceOf()
  const { limits } = device
  const smaller = new Proxy(limits, {
    get: (all, name) =>
      name === 'maxStorageBufferBindingSize' ? limit : (Reflect.get(all, name, all) as unknown),
  })
  Object.defineProperty(device, 'limits', { value: smaller, configurable: true })
  try {
    await train(large(batchSize), { capture: true })
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    Reflect.deleteProperty(device, 'limits')
  }
}
