/** Steps whose weights are put elsewhere on the way: a recording of them would move the old ones. */
import { analyse } from '../../../engine/analyse/analyse'
import { tf } from '../../../engine/backend/tfjs'
import { compile } from '../../../engine/compile/compile'
import { uploadData } from '../../../engine/data/device-data'
import { loadData } from '../../../engine/data/load-data'
import { countedLosses } from '../../../engine/evaluate/evaluate'
import { createOwnLayers } from '../../../engine/layers/own-layers'
import { createStepper } from '../../../engine/train/stepper'
import { catalogue } from '../../../nodes/catalogue'
import { noisy } from './documents'
import { backends } from './page'

/** Twelve steps; before the seventh every weight is set to half of what it was in the beginning. */
async function trained(capture: boolean): Promise<{ readonly bits: number[]; readonly recorded: number[] }> {
  const document = noisy()
  const { plan } = analyse(document, catalogue)
  const loaded = await loadData(plan, [], () => Promise.reject(new Error('No files here.')))
  if ('refused' in loaded) throw new Error(loaded.refused)
  const { seed, batchSize } = document.training
  const compiled = compile(plan, { tf, own: (path) => createOwnLayers(tf, { seed, path }), weights: null })
  if ('refused' in compiled) throw new Error(compiled.refused)
  const data = uploadData(tf, loaded, batchSize, seed)
  const stepper = createStepper({
    tf,
    compiled,
    data,
    training: document.training,
    total: 12,
    losses: countedLosses(plan),
    capture,
    report: () => undefined,
    now: () => performance.now(),
    from: null,
  })
  const begun = await compiled.weights()
  const halves = Object.fromEntries(
    Object.entries(begun).map(([key, { shape, values }]) => [
      key,
      { shape, values: values.map((value) => value / 2) },
    ]),
  )
  const recorded: number[] = []
  for (let step = 1; step <= 12; step++) {
    if (step === 7) compiled.assign(halves)
    const done = stepper.step(step, false)
    // Only a step that is recorded is not done at once.
    if (done instanceof Promise) recorded.push(step)
    const { numbers } = await done
    if ('tensor' in numbers) numbers.tensor.dispose()
  }
  const weights = await compiled.weights()
  const bits = Object.values(weights).flatMap(({ values }) => [
    ...new Int32Array(values.buffer, values.byteOffset, values.length),
  ])
  stepper.dispose()
  data.dispose()
  compiled.dispose()
  return { bits, recorded }
}

/** Which steps were recorded, and how many weights are not those of a run whose every step is run. */
export async function assignedMidway(): Promise<{ readonly recorded: number[]; readonly wrong: number }> {
  await backends.start('webgpu')
  const eager = await trained(false)
  const { bits, recorded } = await trained(true)
  return { recorded, wrong: bits.filter((value, at) => value !== eager.bits[at]).length }
}
