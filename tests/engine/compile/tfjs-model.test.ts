/**
 * Exported layers models open in plain tfjs and answer as the trained graph does. "Plain" means a process of its own,
 * with tfjs from npm and nothing of ours but the exported files.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { compile, type Feeds, type Pass } from '../../../engine/compile/compile'
import { layersModel, saveTfjsModel } from '../../../engine/compile/tfjs-model'
import type { Document } from '../../../engine/graph/document'
import { createOwnLayers } from '../../../engine/layers/own-layers'
import { catalogue } from '../../../nodes/catalogue'
import { graph, line } from '../documents'
import { begin, talk } from '../running'
import { backends, numbers, tf } from '../support'

const run = promisify(execFile)
let folder = ''
beforeAll(async () => {
  await backends.start('cpu')
  folder = await mkdtemp(join(tmpdir(), 'wiregrad-export-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const opener = (own: boolean) => `
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
${own ? "import { registerWiregradLayers } from './wiregrad-layers.mjs'" : ''}
const tf = createRequire(${JSON.stringify(createRequire(import.meta.url).resolve('@tensorflow/tfjs'))})('@tensorflow/tfjs')
await tf.setBackend('cpu')
${own ? 'registerWiregradLayers(tf)' : ''}
const { modelTopology, weightsManifest } = JSON.parse(readFileSync('model.json', 'utf8'))
const bytes = readFileSync('weights.bin')
const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
const model = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs: weightsManifest[0].weights, weightData }))
const inputs = JSON.parse(readFileSync('inputs.json', 'utf8')).map(({ values, shape, dtype }) => tf.tensor(values, shape, dtype))
const result = model.predict(inputs.length === 1 ? inputs[0] : inputs)
const outputs = (Array.isArray(result) ? result : [result]).map((tensor) => [...tensor.dataSync()])
console.log(JSON.stringify({ outputs, inputs: model.inputNames, parameters: model.countParams() }))
`

const nothingRandom = (): never => {
  throw new Error('nothing here is random')
}

const pass: Pass = {
  training: false,
  updateStatistics: () => false,
  batchSize: 3,
  random: () => ({ uniform: nothingRandom, normal: nothingRandom }),
}

interface Opened {
  readonly outputs: number[][]
  readonly inputs: string[]
  readonly parameters: number
}

/** Exports, opens in a plain process, and gives both sides' answers to the same inputs. */
async function bothSides(
  document: Document,
): Promise<{ ours: number[][]; theirs: Opened; files: string[]; names: Readonly<Record<string, string>> }> {
  const { plan, problems } = analyse(document, catalogue)
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  const compiled = compile(plan, { tf, weights: null, own: (path) => createOwnLayers(tf, { seed: 3, path }) })
  if ('refused' in compiled) throw new Error(compiled.refused)
  const saved = await saveTfjsModel(tf, compiled)
  if ('refused' in saved) throw new Error(saved.refused)

  const specs = plan.model.inputs.map((ref) => plan.byPath.get(ref.path)!.outputs[ref.port]!)
  const inputs = specs.map((spec, index) => {
    const shape = spec.shape.map((dim) => (dim === null ? 3 : typeof dim === 'string' ? 5 : dim))
    const drawn = numbers(
      shape.reduce((a, b) => a * b),
      index + 1,
    )
    return {
      shape,
      dtype: spec.dtype,
      values: [...drawn].map((value) => (spec.dtype === 'int32' ? Math.floor((value + 1) * 2) : value)),
    }
  })
  const feeds: Feeds = new Map(
    plan.model.inputs.map((ref, at) => [
      ref.path,
      { [ref.port]: tf.tensor(inputs[at]!.values, inputs[at]!.shape, inputs[at]!.dtype) },
    ]),
  )
  const values = tf.tidy(() => {
    const results = compiled.run(
      plan.model.outputs.map(({ path }) => path),
      feeds,
      pass,
    )
    return plan.model.outputs.map((ref) => results.get(ref.path)![ref.port]!.clone())
  })
  const ours = await Promise.all(values.map(async (value) => [...(await value.data())]))
  tf.dispose(values)
  for (const ports of feeds.values()) tf.dispose(Object.values(ports))
  compiled.dispose()

  const own = saved.files.some(({ name }) => name === 'wiregrad-layers.js')
  for (const { name, bytes } of saved.files)
    await writeFile(join(folder, name === 'wiregrad-layers.js' ? 'wiregrad-layers.mjs' : name), bytes)
  await writeFile(join(folder, 'inputs.json'), JSON.stringify(inputs))
  await writeFile(join(folder, 'open.mjs'), opener(own))
  const { stdout } = await run(process.execPath, ['open.mjs'], { cwd: folder })
  const theirs = JSON.parse(stdout.trim().split('\n').at(-1)!) as Opened
  return { ours, theirs, files: saved.files.map(({ name }) => name), names: saved.names }
}

function expectSame(ours: number[][], theirs: number[][]): void {
  expect(theirs.map((one) => one.length)).toEqual(ours.map((one) => one.length))
  for (const [at, values] of ours.entries()) {
    for (const [index, value] of values.entries())
      expect(Math.abs(value - theirs[at]![index]!)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)))
  }
}

it('a net of stock layers needs nothing of ours', async () => {
  const { ours, theirs, files, names } = await bothSides(
    graph(
      {
        data: ['data', { dataset: { kind: 'recall', samples: 8, length: 16, symbols: 4 }, shape: [8, 8, 1] }],
        conv: ['conv2d', { filters: 3, kernelSize: [3, 3] }],
        norm: ['batch-norm'],
        relu: ['activation', { function: 'relu' }],
        drop: ['dropout'],
        pool: ['max-pool2d'],
        flat: ['flatten'],
        net: ['dense', { units: 4 }],
        loss: ['sparse-categorical-crossentropy'],
      },
      [
        'data.x -> conv.x',
        'conv.y -> norm.x',
        'norm.y -> relu.x',
        'relu.y -> drop.x',
        'drop.y -> pool.x',
        'pool.y -> flat.x',
        'flat.y -> net.x',
        'net.y -> loss.prediction',
        'data.y -> loss.target',
      ],
    ),
  )
  expect(files).toEqual(['model.json', 'weights.bin'])
  expect(theirs.inputs).toEqual(['data'])
  expect(names['norm:moving_variance']).toBe('norm/moving_variance')
  expectSame(ours, theirs.outputs)
})

it('two inputs, a merge, an LSTM and shared weights', async () => {
  const { ours, theirs } = await bothSides(
    graph(
      {
        words: ['input', { shape: [-1, 3] }],
        other: ['input', { shape: [-1, 3] }],
        lstm: ['lstm', { units: 4 }],
        twin: ['lstm', { units: 4 }, { weightsOf: 'lstm' }],
        both: ['concatenate'],
        net: ['dense', { units: 2, activation: 'tanh' }],
        answer: ['output'],
      },
      [
        'words.y -> lstm.x',
        'other.y -> twin.x',
        'lstm.y -> both.xs.a',
        'twin.y -> both.xs.b',
        'both.y -> net.x',
        'net.y -> answer.x',
      ],
    ),
  )
  expect([...theirs.inputs].sort()).toEqual(['other', 'words'])
  expectSame(ours, theirs.outputs)
})

it('an embedding and the output that uses its table carry the same numbers', async () => {
  const { ours, theirs, names } = await bothSides(
    graph(
      {
        words: ['input', { shape: [-1], values: 'tokens' }],
        rows: ['embedding', { vocabulary: 5, units: 3 }],
        scores: ['output-embedding', { vocabulary: 5 }, { weightsOf: 'rows' }],
        answer: ['output'],
      },
      ['words.y -> rows.x', 'rows.y -> scores.x', 'scores.y -> answer.x'],
    ),
  )
  expect(names).toEqual({ 'rows:embeddings': 'rows/embeddings' })
  expectSame(ours, theirs.outputs)
})

it('tiny-transformer opens with the one registration file', async () => {
  const document = JSON.parse(
    await readFile(new URL('../../../examples/tiny-transformer.wiregrad', import.meta.url), 'utf8'),
  ) as Document
  const { ours, theirs, files } = await bothSides(document)
  expect(files).toEqual(['model.json', 'weights.bin', 'wiregrad-layers.js'])
  expectSame(ours, theirs.outputs)
})

it('a graph without an answer is refused in a sentence', () => {
  const { plan } = analyse(graph({ data: ['data', { dataset: line }] }, []), catalogue)
  const compiled = compile(plan, { tf, weights: null, own: (path) => createOwnLayers(tf, { seed: 3, path }) })
  if ('refused' in compiled) throw new Error(compiled.refused)
  expect(layersModel(tf, compiled)).toEqual({ refused: expect.stringContaining('no output') as string })
  compiled.dispose()
})

it('the host exports the weights that a run reached, in both formats, with a name for each', async () => {
  const conversation = talk()
  const document = graph(
    { data: ['data', { dataset: line }], net: ['dense', { units: 1 }], loss: ['mean-squared-error'] },
    ['data.x -> net.x', 'net.y -> loss.prediction', 'data.y -> loss.target'],
    { length: { steps: 3 } },
  )
  await begin(conversation, document)
  await conversation.until(({ kind }) => kind === 'ended')
  const weights = await conversation.client.request({ kind: 'weights', run: 'run' })
  const tfjs = await conversation.client.request({
    kind: 'export',
    from: { kind: 'run', run: 'run' },
    format: 'tfjs',
  })
  expect(tfjs.names).toEqual({ 'net:kernel': 'net/kernel', 'net:bias': 'net/bias' })
  expect(tfjs.parameters).toBe(3)
  const bytes = tfjs.files.find(({ name }) => name === 'weights.bin')!.bytes
  expect([...new Float32Array(bytes.slice().buffer)]).toEqual([
    ...weights['net:kernel']!.values,
    ...weights['net:bias']!.values,
  ])
  const torch = await conversation.client.request({
    kind: 'export',
    from: { kind: 'run', run: 'run' },
    format: 'safetensors',
  })
  expect(torch.names).toEqual({ 'net:kernel': 'net.weight', 'net:bias': 'net.bias' })
})
