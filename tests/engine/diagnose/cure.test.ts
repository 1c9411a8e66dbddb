import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { applyCure, cureDraft, cureOf } from '../../../engine/diagnose/cure'
import type { CureEdit, Finding } from '../../../engine/diagnose/finding'
import type { Document } from '../../../engine/graph/document'
import { createHistory } from '../../../engine/graph/history'
import { catalogue } from '../../../nodes/catalogue'
import { graph, sgd, step } from '../documents'

const recall = { kind: 'recall', samples: 10, length: 6, symbols: 3 } as const

/** data -> memory -> bend -> scores -> loss. */
function chain(): Document {
  return graph(
    {
      data: ['data', { dataset: recall }],
      memory: ['simple-rnn', { units: 4 }],
      bend: ['activation', { function: 'tanh' }],
      scores: ['dense', { units: 3 }],
      loss: ['sparse-categorical-crossentropy'],
    },
    [
      'data.x -> memory.x',
      'memory.y -> bend.x',
      'bend.y -> scores.x',
      'scores.y -> loss.prediction',
      'data.y -> loss.target',
    ],
    { steps: [step(sgd(0.1))] },
  )
}

function findingWith(...edits: CureEdit[]): Finding {
  return {
    rule: 'plateau',
    path: null,
    severity: 'warn',
    step: 0,
    title: '',
    evidence: '',
    explanation: '',
    chart: null,
    symptoms: [],
    cures: [{ id: 'it', label: 'It', edits }],
  }
}

/** The document after the edits, which must have no error. */
function cured(document: Document, ...edits: CureEdit[]): Document {
  const after = applyCure(document, catalogue, findingWith(...edits))
  expect(analyse(after, catalogue).problems.filter(({ severity }) => severity === 'error')).toEqual([])
  return after
}

const wiresOf = (document: Document) =>
  Object.values(document.wires)
    .map(({ from, to }) => `${from[0]} -> ${to[0]}`)
    .sort()

describe('a cure', () => {
  it('sets what it names and leaves the given document as it was', () => {
    const document = chain()
    const before = structuredClone(document)
    const after = cured(document, { kind: 'set', path: 'memory', params: { units: 9 } })
    expect(after.nodes['memory']?.params).toEqual({ ...before.nodes['memory']?.params, units: 9 })
    expect(document).toEqual(before)
  })

  it('puts a node behind an output, and another right before an input', () => {
    const after = cured(
      chain(),
      { kind: 'insert', after: 'bend', port: 'y', into: null, type: 'dropout', params: { rate: 0.3 } },
      {
        kind: 'insert',
        after: 'data',
        port: 'x',
        into: { path: 'memory', port: 'x' },
        type: 'dense',
        params: { units: 5 },
      },
    )
    expect(wiresOf(after)).toEqual([
      'bend -> dropout',
      'data -> dense',
      'data -> loss',
      'dense -> memory',
      'dropout -> scores',
      'memory -> bend',
      'scores -> loss',
    ])
    expect(after.nodes['dropout']?.params['rate']).toBe(0.3)
  })

  it('takes a node out and wires its neighbours', () => {
    const after = cured(chain(), { kind: 'remove', path: 'bend', from: 'x' })
    expect(after.nodes['bend']).toBeUndefined()
    expect(wiresOf(after)).toContain('memory -> scores')
  })

  it('puts another type in the place of a node and keeps the settings that both have', () => {
    const after = cured(chain(), { kind: 'replace', path: 'memory', type: 'gru', params: {} })
    expect(after.nodes['memory']).toMatchObject({ type: 'gru', params: { units: 4 } })
    expect(wiresOf(after)).toEqual(wiresOf(chain()))
  })

  it('sets the training, also where the document names no step', () => {
    const document = { ...chain(), training: { ...chain().training, steps: [] } }
    const after = cured(
      document,
      { kind: 'step', index: 0, clip: { norm: 1 }, schedule: { kind: 'constant', warmup: 4 } },
      { kind: 'training', batchSize: 7, length: { epochs: 3 } },
    )
    expect(after.training).toMatchObject({ batchSize: 7, length: { epochs: 3 } })
    expect(after.training.steps[0]).toMatchObject({ clip: { norm: 1 }, schedule: { warmup: 4 } })
    expect(after.training.steps).toHaveLength(1)
  })

  it('adds a metric beside a loss, with the same wires', () => {
    const after = cured(chain(), { kind: 'beside', loss: 'loss', type: 'accuracy' })
    expect(wiresOf(after).filter((wire) => wire.endsWith('accuracy'))).toEqual([
      'data -> accuracy',
      'scores -> accuracy',
    ])
  })

  it('changes the definition of a block for a path inside, and its output where a node comes last', () => {
    const document = chain()
    const scores = document.nodes['scores']!
    const bend = document.nodes['bend']!
    document.blocks['head'] = {
      name: 'Head',
      nodes: { inner: { ...scores }, last: { ...bend } },
      wires: { w: { from: ['inner', 'y'], to: ['last', 'x'] } },
      frames: {},
      inputs: { x: ['inner', 'x'] },
      outputs: { y: ['last', 'y'] },
      promoted: {},
    }
    document.nodes['scores'] = {
      type: 'block',
      version: 1,
      params: { block: 'head', repeat: 2, tie: false, set: {} },
      at: [0, 0],
    }
    const after = cured(
      document,
      { kind: 'set', path: 'scores/1/inner', params: { activation: 'relu' } },
      { kind: 'insert', after: 'scores/0/last', port: 'y', into: null, type: 'dropout', params: {} },
      { kind: 'remove', path: 'scores/0/last', from: 'x' },
    )
    const block = after.blocks['head']
    expect(block?.nodes['inner']?.params['activation']).toBe('relu')
    expect(block?.outputs).toEqual({ y: ['dropout', 'y'] })
    expect(Object.values(block?.wires ?? {}).map(({ from, to }) => [from[0], to[0]])).toEqual([
      ['inner', 'dropout'],
    ])
  })

  it('passes over nodes that are gone', () => {
    const document = chain()
    const edits: CureEdit[] = [
      { kind: 'set', path: 'nowhere', params: {} },
      { kind: 'remove', path: 'memory/inside', from: 'x' },
      { kind: 'replace', path: 'nowhere', type: 'gru', params: {} },
      { kind: 'step', index: 5, clip: null },
    ]
    expect(applyCure(document, catalogue, findingWith(...edits))).toEqual(document)
  })

  it('is one step of undo', () => {
    const history = createHistory(chain())
    const finding = findingWith(
      { kind: 'remove', path: 'bend', from: 'x' },
      { kind: 'set', path: 'scores', params: { units: 5 } },
    )
    const cure = cureOf(finding)!
    history.edit('Cure', (draft) => cureDraft(draft, catalogue, cure))
    expect(history.depth()).toBe(1)
    history.undo()
    expect(history.document()).toEqual(chain())
  })
})
