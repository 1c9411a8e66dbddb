/**
 * A training step of the examples on the two backends that every machine has: plain JavaScript, tfjs's wasm as it
 * comes, and wasm as the engine repairs it, in turns.
 */
import { beforeAll, expect, test } from 'vitest'
import { tf } from '../../engine/backend/tfjs'
import { repairWasm } from '../../engine/backend/wasm-repairs'
import { compareTimes, report, type Variant } from './clock'
import { createStand, loadExample, startBackend, type Stand } from './stand'

type Kernels = ReturnType<typeof tf.getKernelsForBackend>
let stock: Kernels
let repaired: Kernels

/** Puts one set of wasm kernels in place of the other. */
function useKernels(wanted: Kernels): void {
  for (const { kernelName } of tf.getKernelsForBackend('wasm')) {
    if (tf.getKernel(kernelName, 'wasm') !== undefined) tf.unregisterKernel(kernelName, 'wasm')
  }
  for (const config of wanted) tf.registerKernel(config)
}

beforeAll(async () => {
  await startBackend('wasm')
  stock = tf.getKernelsForBackend('wasm')
  repairWasm(tf)
  repaired = tf.getKernelsForBackend('wasm')
})

/** `setup` puts the backend in place before every block. */
function variant(name: string, stand: Stand, setup: () => Promise<void>): Variant {
  return {
    name,
    work: async (times) => {
      await setup()
      expect(await stand.train(times)).toBeGreaterThanOrEqual(0)
    },
  }
}

/** What a backend says when it cannot train the net, or null. */
async function complaint(variant: Variant): Promise<string | null> {
  try {
    await variant.work(1)
    return null
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
  }
}

/** `least`: by how much the repaired wasm must at least be faster than the others, with room for noise. */
test.each([
  { name: 'digits-mlp', units: null, plainJavaScript: true, least: 0.8 },
  { name: 'digits-mlp', units: 512, plainJavaScript: false, least: 2 },
  { name: 'digits-cnn', units: null, plainJavaScript: false, least: 1 },
  { name: 'sequence-lstm', units: null, plainJavaScript: false, least: 0.8 },
  { name: 'tiny-transformer', units: null, plainJavaScript: false, least: 1 },
])('a training step of $name, units $units', async ({ name, units, plainJavaScript, least }) => {
  const example = await loadExample(name, units)
  const onWasm = async (kernels: Kernels) => {
    await startBackend('wasm')
    useKernels(kernels)
  }
  await onWasm(repaired)
  const wasm = createStand(example)
  const variants = [variant('wasm, repaired', wasm, () => onWasm(repaired))]
  const asItComes = variant('wasm, as it comes', wasm, () => onWasm(stock))
  const words = await complaint(asItComes)
  if (words === null) variants.push(asItComes)
  let cpu: Stand | null = null
  if (plainJavaScript) {
    await startBackend('cpu')
    cpu = createStand(example)
    variants.push(variant('plain JavaScript', cpu, () => startBackend('cpu')))
  }
  const timings = await compareTimes(variants)
  report(
    `A training step of ${name}${units === null ? '' : ` with ${units} units a layer`}, batches of ${example.document.training.batchSize}`,
    timings,
    words === null ? [] : [`wasm, as it comes: cannot train it (${words.slice(0, 100)})`],
  )
  await onWasm(repaired)
  wasm.dispose()
  if (cpu !== null) {
    await startBackend('cpu')
    cpu.dispose()
  }
  for (const { name: other, ratio } of timings.slice(1)) {
    expect(ratio, `${other} against repaired wasm`).toBeGreaterThan(least)
  }
})
