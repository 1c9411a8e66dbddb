import { execFile } from 'node:child_process'
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { loadData } from '../../../engine/data/load-data'
import { readRunWeights } from '../../../engine/export/run-weights'
import { floatsOf, readSafetensors } from '../../../engine/export/safetensors'
import { readDocument } from '../../../engine/graph/read'
import { catalogue } from '../../../nodes/catalogue'
import { isRefusal } from '../../../nodes/kit/spec'
import { example, root, temporaryFolder, wiregrad } from './run'

const folder = temporaryFolder()
const at = (name: string) => path.join(folder, name)
const run = promisify(execFile)

/** A few steps of training, kept. */
async function trained(name: string, steps: string): Promise<string> {
  const out = at(`run-${name}`)
  const { code } = await wiregrad('train', example(name), '--steps', steps, '--out', out)
  expect(code).toBe(0)
  return out
}

/** Opens an exported model with plain tfjs in a process of its own: nothing of ours but the exported files. */
const opener = `
import { createRequire } from 'node:module'
import { existsSync, readFileSync } from 'node:fs'
const tf = createRequire(${JSON.stringify(createRequire(import.meta.url).resolve('@tensorflow/tfjs'))})('@tensorflow/tfjs')
await tf.setBackend('cpu')
if (existsSync('model/wiregrad-layers.js')) (await import('data:text/javascript,' + encodeURIComponent(readFileSync('model/wiregrad-layers.js', 'utf8')))).registerWiregradLayers(tf)
const { modelTopology, weightsManifest } = JSON.parse(readFileSync('model/model.json', 'utf8'))
const bytes = readFileSync('model/weights.bin')
const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
const model = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs: weightsManifest[0].weights, weightData }))
const { shape, dtype, values } = JSON.parse(readFileSync('inputs.json', 'utf8'))
console.log(JSON.stringify({ outputs: [...model.predict(tf.tensor(values, shape, dtype)).dataSync()], parameters: model.countParams() }))
`

/** The test split of an example as plain numbers. */
async function testSplit(name: string) {
  const read = readDocument(readFileSync(path.join(root, example(name)), 'utf8'))
  if (!read.ok) throw new Error(read.message)
  const { plan } = analyse(read.document, catalogue)
  const bundled = (file: string) =>
    Promise.resolve(new Uint8Array(readFileSync(path.join(root, 'examples/data', file))))
  const loaded = await loadData(plan, [], bundled)
  if (isRefusal(loaded)) throw new Error(loaded.refused)
  const [data] = loaded.nodes
  if (data?.y === undefined || data.y === null) throw new Error('no targets')
  const rows = [...loaded.rows.test]
  const pick = ({ shape, values }: typeof data.x) => {
    const width = shape.reduce((a, b) => a * b, 1)
    return rows.flatMap((row) => [...values.subarray(row * width, (row + 1) * width)])
  }
  const dtype = data.x.values instanceof Int32Array ? 'int32' : 'float32'
  return { x: { shape: [rows.length, ...data.x.shape], dtype, values: pick(data.x) }, y: pick(data.y) }
}

/** Mean cross-entropy and accuracy of logits, in double precision. */
function scoresOf(logits: readonly number[], classes: readonly number[]): { loss: number; accuracy: number } {
  const width = logits.length / classes.length
  let loss = 0
  let right = 0
  for (const [row, wanted] of classes.entries()) {
    const scores = logits.slice(row * width, (row + 1) * width)
    const largest = Math.max(...scores)
    loss +=
      Math.log(scores.reduce((sum, score) => sum + Math.exp(score - largest), 0)) +
      largest -
      (scores[wanted] ?? NaN)
    if (scores.indexOf(largest) === wanted) right++
  }
  return { loss: loss / classes.length, accuracy: right / classes.length }
}

describe('wiregrad export --format tfjs', { timeout: 240_000 }, () => {
  it.each([
    ['iris', '20', ['model.json', 'weights.bin']],
    ['digits-cnn', '3', ['model.json', 'weights.bin']],
    ['tiny-transformer', '3', ['model.json', 'weights.bin', 'wiregrad-layers.js']],
  ])('%s opens in plain tfjs and scores as wiregrad evaluate says', async (name, steps, wanted) => {
    const weights = await trained(name, steps)
    const model = path.join(weights, 'model')
    const exported = await wiregrad(
      'export',
      example(name),
      '--format',
      'tfjs',
      '--out',
      model,
      '--weights',
      weights,
      '--json',
    )
    expect({ code: exported.code, stderr: exported.stderr }).toEqual({ code: 0, stderr: '' })
    const answer = JSON.parse(exported.stdout) as {
      format: string
      files: string[]
      parameters: number
      names: Record<string, string>
    }
    expect(answer).toMatchObject({ format: 'tfjs', files: wanted.map((file) => path.join(model, file)) })
    expect(readdirSync(model).sort()).toEqual(wanted)

    const { x, y } = await testSplit(name)
    writeFileSync(path.join(weights, 'inputs.json'), JSON.stringify(x))
    writeFileSync(path.join(weights, 'open.mjs'), opener)
    const { stdout } = await run(process.execPath, ['open.mjs'], { cwd: weights, maxBuffer: 2 ** 26 })
    const theirs = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
      outputs: number[]
      parameters: number
    }
    const ours = JSON.parse(
      (await wiregrad('evaluate', example(name), '--weights', weights, '--json')).stdout,
    ) as {
      loss: number
      metrics: { accuracy: number }
    }
    const scores = scoresOf(theirs.outputs, y)
    expect(Math.abs(scores.loss - ours.loss)).toBeLessThan(1e-5 * Math.max(1, ours.loss))
    expect(scores.accuracy).toBeCloseTo(ours.metrics.accuracy, 6)
    expect(theirs.parameters).toBe(answer.parameters)
  })
})

describe('wiregrad export --format safetensors', { timeout: 240_000 }, () => {
  it('writes PyTorch’s names and layouts, and says which is which', async () => {
    const weights = await trained('iris', '3')
    const file = at('iris.safetensors')
    const exported = await wiregrad(
      'export',
      example('iris'),
      '--format',
      'safetensors',
      '--out',
      file,
      '--weights',
      weights,
      '--json',
    )
    expect(JSON.parse(exported.stdout)).toEqual({
      format: 'safetensors',
      files: [file],
      parameters: 131,
      names: {
        'hidden:kernel': 'hidden.weight',
        'hidden:bias': 'hidden.bias',
        'scores:kernel': 'scores.weight',
        'scores:bias': 'scores.bias',
      },
    })
    const read = readSafetensors(readFileSync(file))
    const own = readRunWeights(readFileSync(path.join(weights, 'weights.safetensors')))
    if (isRefusal(read) || isRefusal(own)) throw new Error('unreadable')
    expect(read.metadata).toEqual({ format: 'pt' })
    const theirs = read.tensors.get('hidden.weight')
    const ours = own['hidden:kernel']
    expect([theirs?.shape, ours?.shape]).toEqual([
      [16, 4],
      [4, 16],
    ])
    if (theirs === undefined || ours === undefined) return
    const values = floatsOf(theirs)
    for (let row = 0; row < 4; row++)
      for (let unit = 0; unit < 16; unit++) expect(values[unit * 4 + row]).toBe(ours.values[row * 16 + unit])
  })

  it('is read again by evaluate, and says what does not fit another graph', async () => {
    const weights = await trained('iris', '3')
    const file = at('again.safetensors')
    await wiregrad('export', example('iris'), '--format', 'safetensors', '--out', file, '--weights', weights)
    const evaluate = (graph: string, given: string) =>
      wiregrad('evaluate', example(graph), '--weights', given, '--json')
    const own = await evaluate('iris', weights)
    expect(await evaluate('iris', file)).toEqual({
      ...own,
      stderr: `4 tensors of ${file} fit this graph.\n`,
    })
    const other = await evaluate('digits-mlp', file)
    expect(other.code).toBe(1)
    expect(other.stderr).toContain('No tensor of')
  })

  it('writes fresh weights without --weights, the same for the same seed, and says so', async () => {
    const files = [at('a.safetensors'), at('b.safetensors')]
    for (const file of files) {
      const { code, stderr } = await wiregrad(
        'export',
        example('xor'),
        '--format',
        'safetensors',
        '--out',
        file,
      )
      expect(code).toBe(0)
      expect(stderr).toContain('fresh weights from seed 1')
    }
    const [a, b] = files.map((file) => readFileSync(file))
    expect(b).toEqual(a)
  })

  it('refuses weights of another graph and writes nothing', async () => {
    const weights = await trained('xor', '1')
    const file = at('wrong.safetensors')
    const { code, stderr } = await wiregrad(
      'export',
      example('iris'),
      '--format',
      'safetensors',
      '--out',
      file,
      '--weights',
      weights,
    )
    expect(code).toBe(1)
    expect(stderr).toContain('This graph needs a weight hidden:')
    expect(existsSync(file)).toBe(false)
  })
})
