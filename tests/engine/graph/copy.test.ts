import { produce } from 'immer'
import { describe, expect, it } from 'vitest'
import { insertPiece, pieceOf } from '../../../engine/graph/copy'
import type { Document } from '../../../engine/graph/document'
import { setTraining } from '../../../engine/graph/edit'
import { catalogue } from '../../../nodes/catalogue'
import { sketch, xor } from '../../support/graph'

function pasted(from: Document, ids: readonly string[], into: Document): Document {
  const piece = pieceOf(from, null, new Set(ids))
  return produce(into, (draft) => void insertPiece(draft, null, catalogue, piece, [10, 20]))
}

/** Two nodes that share weights, and a list port whose order is not that of the ids. */
const twins = sketch({
  nodes: {
    input: { type: 'input', params: { shape: [2] } },
    dense: { type: 'dense' },
    twin: { type: 'dense', weightsOf: 'dense' },
    add: { type: 'add' },
  },
  wires: ['input.y -> dense.x', 'input.y -> twin.x', 'twin.y -> add.xs', 'dense.y -> add.xs'],
})

describe('copies of nodes', () => {
  it('have ids of their own, the wires between them and their order', () => {
    const document = pasted(twins, ['dense', 'twin', 'add'], twins)
    expect(Object.keys(document.nodes)).toEqual([
      'input',
      'dense',
      'twin',
      'add',
      'dense_2',
      'dense_3',
      'add_2',
    ])
    expect(document.nodes['dense_2']?.at).toEqual([10, 20])
    const added = Object.entries(document.wires).filter(([id]) => !Object.hasOwn(twins.wires, id))
    expect(
      added
        .map(([, wire]) => wire)
        .sort((a, b) => ((a.to[2] ?? '') < (b.to[2] ?? '') ? -1 : 1))
        .map((wire) => wire.from[0]),
    ).toEqual(['dense_3', 'dense_2'])
  })

  it('share weights with the copied owner, else with the owner that is there, else with none', () => {
    expect(pasted(twins, ['dense', 'twin'], twins).nodes['dense_3']?.weightsOf).toBe('dense_2')
    expect(pasted(twins, ['twin'], twins).nodes['dense_2']?.weightsOf).toBe('dense')
    expect(pasted(twins, ['twin'], xor()).nodes['dense']).toBeDefined()
    expect(pasted(twins, ['twin'], xor()).nodes['dense']?.weightsOf).toBeUndefined()
  })

  it('of a loss are minimised where one training step lists its losses', () => {
    const listed = produce(xor(), (draft) =>
      setTraining(draft, { steps: draft.training.steps.map((step) => ({ ...step, losses: ['loss'] })) }),
    )
    const [step] = pasted(listed, ['loss'], listed).training.steps
    expect(step?.losses).toEqual(['loss', 'binary_crossentropy'])
  })
})
