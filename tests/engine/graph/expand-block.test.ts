/** A block taken apart computes what it computed: the same steps, weights and costs, for every published architecture. */
import { produce } from 'immer'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { blockType, type Document, type NodeId } from '../../../engine/graph/document'
import { isListPort } from '../../../engine/graph/edit'
import { expandBlock, expansionFault } from '../../../engine/graph/expand-block'
import { catalogue } from '../../../nodes/catalogue'
import { architectures } from '../../architectures/architectures'
import { documentOf } from '../../architectures/shared'
import { sketch } from '../../support/graph'

function expanded(document: Document, id: NodeId): Document {
  return produce(document, (draft) => {
    expandBlock(draft, null, id, (graph, end) => isListPort(draft, catalogue, graph, end))
  })
}

function instances(document: Document): NodeId[] {
  return Object.entries(document.nodes)
    .filter(([, node]) => node.type === blockType)
    .map(([id]) => id)
}

/** What a plan computes, without the names of its steps: types, settings, sizes and where each input comes from. */
function shapeOf(document: Document): unknown {
  const { plan, problems } = analyse(document, catalogue)
  const place = new Map(plan.steps.map((step, at) => [step.path, at]))
  return {
    errors: problems.filter(({ severity }) => severity === 'error').length,
    parameters: plan.parameters,
    multiplyAdds: plan.multiplyAdds,
    types: plan.steps.map((step) => step.definition.type).sort(),
    shared: plan.steps.filter((step) => step.sharesWeightsOf !== null).length,
    links: plan.steps.reduce((sum, step) => sum + Object.values(step.inputs).flat().length, 0),
    outputs: plan.model.outputs.map(({ path }) => plan.byPath.get(path)?.definition.type),
    known: place.size,
  }
}

describe.each(architectures.map((one) => [one.name, one] as const))('%s', (_, one) => {
  it('computes the same without its blocks', () => {
    let document = documentOf(one)
    const before = shapeOf(document)
    const [first] = instances(document)
    document = expanded(document, first ?? '')
    expect(shapeOf(document)).toEqual(before)
    for (let id = instances(document)[0]; id !== undefined; id = instances(document)[0])
      document = expanded(document, id)
    expect(shapeOf(document)).toEqual(before)
  })
})

describe('a block taken apart', () => {
  const tied = (tie: boolean) =>
    sketch({
      nodes: {
        input: { type: 'input', params: { shape: [4] } },
        body: { type: blockType, params: { block: 'layer', repeat: 3, tie, set: { bend: 'relu' } } },
        output: { type: 'output' },
      },
      wires: ['input.y -> body.x', 'input.y -> body.more', 'body.x -> output.x'],
      blocks: {
        layer: {
          nodes: { dense: { type: 'dense', params: { units: 4 } }, add: { type: 'add' } },
          wires: ['dense.y -> add.xs'],
          inputs: { x: 'dense.x', more: 'add.xs' },
          outputs: { x: 'add.y' },
          promoted: { bend: { node: 'dense', field: 'activation' } },
        },
      },
      training: {
        steps: [
          {
            losses: [],
            trains: ['body/1', 'body/0/dense'],
            optimiser: { kind: 'sgd', learningRate: 0.1 },
            schedule: { kind: 'constant', warmup: 0 },
            clip: null,
            every: 1,
          },
        ],
      },
    })

  it('keeps settings of the instance, and tied weights tied', () => {
    for (const tie of [true, false]) {
      const document = expanded(tied(tie), 'body')
      expect(document.nodes['body']).toBeUndefined()
      const dense = Object.values(document.nodes).filter(({ type }) => type === 'dense')
      expect(dense.map(({ params }) => params['activation'])).toEqual(['relu', 'relu', 'relu'])
      expect(analyse(document, catalogue).plan.parameters).toBe(tie ? 20 : 60)
      expect(analyse(tied(tie), catalogue).plan.parameters).toBe(tie ? 20 : 60)
    }
  })

  it('lies in a free row: after what leads to it, before what it leads to', () => {
    const document = sketch({
      nodes: {
        input: { type: 'input', params: { shape: [4] }, at: [0, 0] },
        body: { type: blockType, params: { block: 'part', repeat: 2 }, at: [1000, 0] },
        output: { type: 'output', at: [1260, 0] },
      },
      blocks: {
        part: {
          nodes: {
            one: { type: 'dense', params: { units: 4 }, at: [0, 0] },
            two: { type: 'dense', params: { units: 4 }, at: [260, 0] },
          },
          wires: ['one.y -> two.x'],
          inputs: { x: 'one.x' },
          outputs: { x: 'two.y' },
        },
      },
      wires: ['input.y -> body.x', 'body.x -> output.x'],
    })
    const row = (of: Document) =>
      Object.values(of.nodes)
        .map(({ at }) => at[0])
        .toSorted((a, b) => a - b)
    expect(row(expanded(document, 'body'))).toEqual([0, 870, 1130, 1390, 1650, 1910])
    const tight = produce(document, (draft) => {
      draft.nodes['body']!.at = [260, 0]
      draft.nodes['output']!.at = [520, 0]
    })
    expect(row(expanded(tight, 'body'))).toEqual([0, 260, 520, 780, 1040, 1300])
  })

  it('is named by its nodes in training steps', () => {
    expect(expanded(tied(false), 'body').training.steps[0]?.trains).toEqual(['dense_2', 'add_2', 'dense'])
  })

  it('is refused where it cannot be, with a sentence', () => {
    const document = tied(false)
    expect(expansionFault(document, null, 'input')).toBe('Only an instance of a block can be taken apart.')
    const large = produce(document, (draft) => {
      ;(draft.nodes['body'] as { params: Record<string, unknown> }).params['repeat'] = 1000
      const block = draft.blocks['layer']
      for (let at = 0; at < 3 && block !== undefined; at += 1)
        block.nodes[`more_${at}`] = { type: 'flatten', version: 1, params: {}, at: [0, 0] }
    })
    expect(expansionFault(large, null, 'body')).toMatch(/would make 5000 nodes; at most 2000/)
  })
})
