/**
 * Every case of every layer in the catalogue, exported as a tfjs layers model and opened again with nothing but tfjs and
 * the file that registers our layers: the same predictions. That file is read as text and imported on its own, so a
 * `compute` that names anything outside itself fails here.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as Tf from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile, type Pass, type Ports } from '../../../engine/compile/compile'
import { saveTfjsModel } from '../../../engine/compile/tfjs-model'
import { createOwnLayers } from '../../../engine/layers/own-layers'
import { catalogue } from '../../../nodes/catalogue'
import { planOf, weightsOf, type Case } from '../../parity/case'
import { definitionCases } from '../../parity/definition-cases'
import { weightSet } from '../../parity/ours'
import { backends, tf } from '../support'

let folder = ''
beforeAll(async () => {
  await backends.start('cpu')
  folder = await mkdtemp(join(tmpdir(), 'wiregrad-layers-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const nothingRandom = (): never => {
  throw new Error('In evaluation nothing is random.')
}
const pass: Pass = {
  training: false,
  updateStatistics: () => false,
  batchSize: 2,
  random: () => ({ uniform: nothingRandom, normal: nothingRandom }),
}

async function register(name: string, bytes: Uint8Array): Promise<void> {
  const file = join(folder, `${name}.mjs`)
  await writeFile(file, bytes)
  const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as {
    registerWiregradLayers(tf: typeof Tf): void
  }
  module.registerWiregradLayers(tf)
}

/** Largest difference between our pass and the opened model, over all outputs. */
async function apart(one: Case): Promise<number> {
  const plan = planOf(one)
  const compiled = compile(plan, {
    tf,
    own: (path) => createOwnLayers(tf, { seed: 1, path }),
    weights: weightSet(weightsOf(plan, 0.6)),
  })
  if ('refused' in compiled) throw new Error(compiled.refused)
  const saved = await saveTfjsModel(tf, compiled)
  if ('refused' in saved) throw new Error(saved.refused)
  const file = (name: string) => saved.files.find((each) => each.name === name)?.bytes
  const registration = file('wiregrad-layers.js')
  if (registration !== undefined) await register(one.name, registration)
  const { modelTopology, weightsManifest } = JSON.parse(new TextDecoder().decode(file('model.json'))) as {
    modelTopology: object
    weightsManifest: [{ weights: Tf.io.WeightsManifestEntry[] }]
  }
  const weightData = (file('weights.bin') ?? new Uint8Array()).slice().buffer
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({ modelTopology, weightSpecs: weightsManifest[0].weights, weightData }),
  )
  const feeds = new Map<string, Ports>()
  for (const [name, { values, shape, dtype }] of Object.entries(one.feeds))
    feeds.set(name.split(':')[0] ?? '', { y: tf.tensor([...values], [...shape], dtype) })
  const worst = tf.tidy(() => {
    const ends = plan.model.outputs
    const results = compiled.run([...new Set(ends.map(({ path }) => path))], feeds, pass)
    const given = plan.model.inputs.map((ref) => feeds.get(ref.path)?.['y'] as Tf.Tensor)
    // Not predict, which gives samples of one number an axis of their own.
    const theirs = [model.apply(given.length === 1 ? (given[0] as Tf.Tensor) : given)].flat() as Tf.Tensor[]
    return Math.max(
      ...ends.flatMap(({ path, port }, index) => {
        const ours = results.get(path)?.[port]?.dataSync() ?? []
        const other = theirs[index]?.dataSync() ?? []
        expect(other.length).toBe(ours.length)
        return Array.from(ours, (x, at) => Math.abs(x - (other[at] ?? NaN)))
      }),
    )
  })
  model.dispose()
  for (const ports of feeds.values()) tf.dispose(Object.values(ports))
  compiled.dispose()
  return worst
}

const layers = [...definitionCases()].flatMap(([file, cases]) => {
  const type = file.replace('types/', '')
  return catalogue.get(type)?.role === 'layer' ? [{ type, cases }] : []
})

describe('opened by plain tfjs, every layer predicts the same', () => {
  it.each(layers)('$type', async ({ cases }) => {
    for (const one of cases) expect(await apart(one), one.name).toBeLessThanOrEqual(1e-6)
  })
})
