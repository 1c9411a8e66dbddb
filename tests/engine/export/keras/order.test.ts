/**
 * Keras numbers the layers of one class in its own order: the farthest from the output first, and of those equally far the
 * one that a walk back from the outputs meets first. Worked out by hand for graphs in which other orders differ.
 */
import { expect, it } from 'vitest'
import { analyse } from '../../../../engine/analyse/analyse'
import { exportKeras } from '../../../../engine/export/keras/keras'
import { catalogue } from '../../../../nodes/catalogue'
import { isRefusal } from '../../../../nodes/kit/spec'
import type { Document } from '../../../../engine/graph/document'
import { weightsOf } from '../../../parity/case'
import { weightSet } from '../../../parity/ours'
import { graph } from '../../documents'
import { faults, readKeras } from './structure'

async function exported(document: Document) {
  const { plan, problems } = analyse(document, catalogue)
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  const result = await exportKeras({ document, plan, weights: weightSet(weightsOf(plan, 0.5)) })
  if (isRefusal(result)) return result
  const file = await readKeras(result.files[0]!.bytes)
  expect(faults(file)).toEqual([])
  return { names: result.names, layers: file.config.config.layers }
}

it('puts the long branch first, whichever was drawn first', async () => {
  const made = await exported(
    graph(
      {
        x: ['input', { shape: [4] }],
        short: ['dense', { units: 3 }],
        long1: ['dense', { units: 5 }],
        long2: ['dense', { units: 3 }],
        sum: ['add'],
        answer: ['output'],
      },
      [
        'x.y -> short.x',
        'x.y -> long1.x',
        'long1.y -> long2.x',
        'short.y -> sum.xs.a',
        'long2.y -> sum.xs.b',
        'sum.y -> answer.x',
      ],
    ),
  )
  // Depths: x 3, long1 2, then short and long2 at 1, of which the walk from sum meets short first.
  expect(made).toMatchObject({
    names: {
      'long1:kernel': 'layers/dense/vars/0',
      'short:kernel': 'layers/dense_1/vars/0',
      'long2:kernel': 'layers/dense_2/vars/0',
    },
  })
})

it('calls a shared layer twice, and keeps its weights once', async () => {
  const made = await exported(
    graph(
      {
        left: ['input', { shape: [3] }],
        right: ['input', { shape: [3] }],
        twin: ['dense', { units: 2 }, { weightsOf: 'judge' }],
        judge: ['dense', { units: 2 }],
        both: ['concatenate'],
        answer: ['output'],
      },
      [
        'left.y -> twin.x',
        'right.y -> judge.x',
        'twin.y -> both.xs.a',
        'judge.y -> both.xs.b',
        'both.y -> answer.x',
      ],
    ),
  )
  if (isRefusal(made)) throw new Error(made.refused)
  expect(Object.keys(made.names)).toEqual(['judge:kernel', 'judge:bias'])
  expect(
    made.layers.filter((layer) => layer.class_name === 'Dense').map((layer) => layer.inbound_nodes.length),
  ).toEqual([2])
})

it('refuses a table that an embedding and an output share: two layers of Keras cannot have one variable', async () => {
  const made = await exported(
    graph(
      {
        x: ['input', { shape: [3], values: 'tokens' }],
        table: ['embedding', { vocabulary: 5, units: 2 }],
        scores: ['output-embedding', { vocabulary: 5 }, { weightsOf: 'table' }],
        answer: ['output'],
      },
      ['x.y -> table.x', 'table.y -> scores.x', 'scores.y -> answer.x'],
    ),
  )
  expect(made).toEqual({
    refused: expect.stringMatching(
      /^The Output embedding node scores cannot be written for Keras\. It uses the weights/,
    ) as string,
  })
})

it('makes legal names of paths, each once', async () => {
  const document = graph({ a_b: ['input', { shape: [2] }], answer: ['output'] }, [])
  const inner = graph({ dense: ['dense', { units: 2 }] }, [])
  const nested: Document = {
    ...document,
    blocks: {
      block: {
        name: 'Block',
        nodes: inner.nodes,
        wires: {},
        frames: {},
        inputs: { x: ['dense', 'x'] },
        outputs: { x: ['dense', 'y'] },
        promoted: {},
      },
    },
    nodes: {
      ...document.nodes,
      a: {
        type: 'block',
        version: 1,
        params: { block: 'block', repeat: 2, tie: false, set: {} },
        at: [0, 0],
      },
      a_0_dense: inner.nodes['dense']!,
    },
    wires: {
      w1: { from: ['a_b', 'y'], to: ['a', 'x'] },
      w2: { from: ['a', 'x'], to: ['a_0_dense', 'x'] },
      w3: { from: ['a_0_dense', 'y'], to: ['answer', 'x'] },
    },
  }
  const made = await exported(nested)
  if (isRefusal(made)) throw new Error(made.refused)
  expect(made.layers.map(({ name }) => name)).toEqual(['a_b', 'a_0_dense', 'a_1_dense', 'a_0_dense_2'])
})
