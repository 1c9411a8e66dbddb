/** What a node that is added to the selected one is wired to. */
import { produce } from 'immer'
import { expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { makeBlock } from '../../../engine/graph/make-block'
import { catalogue } from '../../../nodes/catalogue'
import { feederOf } from '../../../renderer/palette/feeder'
import { openGraph } from '../../../renderer/state/open-graph'
import { sketch } from '../../support/graph'

const graph = sketch({
  nodes: {
    a: { type: 'input', params: { shape: [4] } },
    dense: { type: 'dense', params: { units: 4 } },
    add: { type: 'add' },
    accuracy: { type: 'accuracy' },
  },
  wires: ['a.y -> dense.x', 'dense.y -> add.xs'],
})

function feeder(document: typeof graph, selected: string, type: string) {
  const definition = catalogue.get(type)
  if (definition === undefined) throw new Error(type)
  return feederOf(
    openGraph(document, analyse(document, catalogue), []),
    new Set([selected]),
    catalogue,
    definition,
  )
}

it('is the output that fits, also where a wire before it is missing yet', () => {
  expect(feeder(graph, 'dense', 'dropout')?.output).toEqual({ node: 'dense', port: 'y' })
  // Add with one wire only is wrong, and so has no shape.
  expect(feeder(graph, 'add', 'dense')?.output).toEqual({ node: 'add', port: 'y' })
  expect(feeder(graph, 'accuracy', 'dense')).not.toHaveProperty('output')
  expect(feeder(graph, 'dense', 'embedding')).not.toHaveProperty('output')
})

it('is the output of a block, with what it carries', () => {
  const document = produce(graph, (draft) => {
    makeBlock(draft, null, ['dense'], 'Part')
  })
  expect(feeder(document, 'part', 'dropout')).toMatchObject({
    output: { node: 'part', port: 'x' },
    spec: { shape: [null, 4] },
  })
})
