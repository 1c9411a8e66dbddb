/** Files in the layouts of other programs (fixtures/README.md) give what NumPy worked out of them. */
import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import type { Document } from '../../../engine/graph/document'
import type { Imported } from '../../../engine/import/imported'
import { importKeras } from '../../../engine/import/keras/keras'
import { importTfjs } from '../../../engine/import/tfjs/tfjs'
import { catalogue } from '../../../nodes/catalogue'
import { isRefusal, type Refusal } from '../../../nodes/kit/spec'
import type { Numbers } from '../../parity/numbers'
import { backends } from '../support'
import { apart, importedPlan, predict } from './predict'

beforeAll(() => backends.start('cpu'))

const folder = new URL('./fixtures/', import.meta.url)
const bytes = (name: string): Uint8Array => readFileSync(new URL(name, folder))

const expected = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Readonly<
  Record<string, { readonly inputs: Readonly<Record<string, Numbers>>; readonly outputs: readonly Numbers[] }>
>

function imported(answer: Imported | Refusal): Imported {
  if (isRefusal(answer)) throw new Error(answer.refused)
  return answer
}

async function expectSame(name: string, answer: Imported): Promise<void> {
  const { plan, weights } = importedPlan(answer)
  const { inputs, outputs } = expected[name]!
  const wanted = outputs.map(({ values }) => Float32Array.from(values))
  const given = plan.model.inputs.map(({ path }) => inputs[path]!)
  expect(apart(wanted, await predict(plan, weights, given))).toBeLessThanOrEqual(1e-5)
}

const types = ({ nodes }: Document) =>
  Object.fromEntries(Object.entries(nodes).map(([id, { type }]) => [id, type]))

it('images.keras: a sequential model of Keras 3', async () => {
  const answer = imported(await importKeras(bytes('images.keras'), catalogue))
  expect(types(answer.document)).toEqual({
    input_layer: 'input',
    conv2d: 'conv2d',
    conv2d_activation: 'activation',
    batch_normalization: 'batch-norm',
    max_pooling2d: 'max-pool2d',
    dropout: 'dropout',
    global_average_pooling2d: 'global-average-pool2d',
    dense: 'dense',
    dense_output: 'output',
  })
  await expectSame('images', answer)
})

it('words.h5: a functional model of tf.keras 2', async () => {
  const answer = imported(await importKeras(bytes('words.h5'), catalogue))
  const { nodes } = answer.document
  expect(nodes['ids']?.params).toEqual({ shape: [5], values: 'tokens' })
  expect(nodes['lstm']?.params['biasInitialiser']).toEqual({ kind: 'unitForgetBias' })
  expect(Object.values(nodes).filter(({ weightsOf }) => weightsOf === 'shared')).toHaveLength(1)
  await expectSame('words', answer)
})

it('backbone.h5: a model inside a model, and a layer that stays locked', async () => {
  const answer = imported(await importKeras(bytes('backbone.h5'), catalogue))
  expect(answer.locked).toEqual([
    { path: 'mystery', op: 'SomebodysOwn', reason: 'Wiregrad has no SomebodysOwn.' },
  ])
  expect(answer.document.nodes['mystery']?.params).toMatchObject({
    source: 'keras',
    op: 'SomebodysOwn',
    attributes: expect.stringContaining('"strength": 0.25') as string,
  })
  expect(answer.weights?.['head:kernel']?.shape).toEqual([2, 2])
  const problems = analyse(answer.document, catalogue).problems.filter(({ severity }) => severity === 'error')
  expect(problems.map(({ node }) => node)).toEqual(['mystery'])
  // Replaced by what passes on, the rest is as it was.
  const nodes = { ...answer.document.nodes }
  const wires = Object.fromEntries(
    Object.entries(answer.document.wires)
      .filter(([, { from }]) => from[0] !== 'mystery' && from[0] !== 'head')
      .map(([id, wire]) => [
        id,
        wire.to[0] === 'mystery' ? { ...wire, to: ['head_output', 'x'] as [string, string] } : wire,
      ]),
  )
  for (const gone of ['mystery', 'head']) delete nodes[gone]
  await expectSame('backbone', { ...answer, document: { ...answer.document, nodes, wires }, locked: [] })
})

it('quantised/: a layers model of tfjs in half precision, bytes and two bytes', async () => {
  const files = new Map(
    readdirSync(new URL('quantised/', folder)).map((name) => [name, bytes(`quantised/${name}`)]),
  )
  await expectSame('quantised', imported(importTfjs(files, catalogue)))
})

it('says what is wrong with a file that is none of these', async () => {
  const sentence = /^[A-Z].*\.$/s
  const files = new Map([['model.json', bytes('quantised/model.json')]])
  const answers = [
    await importKeras(new Uint8Array(), catalogue),
    await importKeras(new TextEncoder().encode('hello'), catalogue),
    await importKeras(bytes('words.h5').subarray(0, 3000), catalogue),
    await importKeras(bytes('images.keras').subarray(0, 1500), catalogue),
    importTfjs(new Map(), catalogue),
    importTfjs(files, catalogue),
    importTfjs(
      new Map([['model.json', new TextEncoder().encode('{"modelTopology": {"class_name": "Odd"}}')]]),
      catalogue,
    ),
    importTfjs(
      new Map([['model.json', new TextEncoder().encode('{"format": "graph-model", "modelTopology": {}}')]]),
      catalogue,
    ),
  ]
  for (const answer of answers) expect(isRefusal(answer) ? answer.refused : 'no refusal').toMatch(sentence)
  expect(answers[5]).toEqual({
    refused: expect.stringContaining('group1-shard1of2.bin') as string,
  })
})
