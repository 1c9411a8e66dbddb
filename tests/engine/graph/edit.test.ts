import { produce } from 'immer'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import type { Document } from '../../../engine/graph/document'
import {
  addFrame,
  addNode,
  connect,
  disconnect,
  promote,
  removeNodes,
  setFlag,
  setParams,
  setPromoted,
  setText,
  setTraining,
  setWeightsOf,
} from '../../../engine/graph/edit'
import { addBlockInstance, makeBlock } from '../../../engine/graph/make-block'
import { readDocument } from '../../../engine/graph/read'
import { writeDocument } from '../../../engine/graph/text'
import { catalogue } from '../../../nodes/catalogue'
import type { Definition } from '../../../nodes/kit/define'
import { sketch, xor } from '../../support/graph'

function definition(type: string): Definition {
  const found = catalogue.get(type)
  if (found === undefined) throw new Error(type)
  return found
}

/** The document after an edit, which must open again. */
function edited(document: Document, recipe: (draft: Document) => unknown): Document {
  const result = produce(document, (draft) => {
    recipe(draft)
  })
  expect(readDocument(writeDocument(result))).toEqual({ ok: true, document: result })
  return result
}

describe('edits', () => {
  it('add a node with the initial settings of its definition, and never share them', () => {
    const document = edited(xor(), (draft) => {
      expect(addNode(draft, null, definition('dense'), [1, 2], { units: 7 })).toBe('dense')
      expect(addNode(draft, null, definition('dense'), [3, 4])).toBe('dense_2')
    })
    expect(document.nodes['dense']).toMatchObject({
      type: 'dense',
      version: 1,
      at: [1, 2],
      params: { units: 7 },
    })
    expect(document.nodes['dense']?.params['kernelInitialiser']).not.toBe(
      definition('dense').fields['kernelInitialiser']?.initial,
    )
  })

  it('have a new loss minimised, unless it is already or people must choose the step', () => {
    const add = (losses: readonly (readonly string[])[]) =>
      edited(xor(), (draft) => {
        const [step] = draft.training.steps
        if (step === undefined) throw new Error('no step')
        setTraining(draft, { steps: losses.map((list) => ({ ...step, losses: [...list] })) })
        addNode(draft, null, definition('mean-squared-error'), [0, 0])
      }).training.steps.map((step) => step.losses)
    expect(add([['loss']])).toEqual([['loss', 'mean_squared_error']])
    expect(add([[]])).toEqual([[]])
    expect(add([['loss'], ['loss']])).toEqual([['loss'], ['loss']])
  })

  it('replace the wire of a single port, and add after the last one of a list', () => {
    const document = edited(xor(), (draft) => {
      addNode(draft, null, definition('add'), [0, 0])
      expect(connect(draft, null, catalogue, ['input', 'y'], ['logits', 'x'])).toBe('w7')
      connect(draft, null, catalogue, ['hidden', 'y'], ['add', 'xs'])
      connect(draft, null, catalogue, ['logits', 'y'], ['add', 'xs'])
      connect(draft, null, catalogue, ['input', 'y'], ['add', 'xs'])
    })
    expect(document.wires['w3']).toBeUndefined()
    const into = Object.values(document.wires).filter((wire) => wire.to[0] === 'add')
    expect(
      into.sort((a, b) => ((a.to[2] ?? '') < (b.to[2] ?? '') ? -1 : 1)).map((wire) => wire.from[0]),
    ).toEqual(['hidden', 'logits', 'input'])
  })

  it('number a list port anew where its keys leave no room', () => {
    const start = sketch({ nodes: { a: { type: 'input' }, b: { type: 'add' } } })
    start.wires['w1'] = { from: ['a', 'y'], to: ['b', 'xs', '0'] }
    const document = edited(start, (draft) => connect(draft, null, catalogue, ['a', 'y'], ['b', 'xs']))
    const keys = ['w1', 'w2'].map((id) => document.wires[id]?.to[2] ?? '')
    expect(keys).toEqual([...keys].sort())
    expect(new Set(keys).size).toBe(2)
  })

  it('move the end of a wire and keep its id', () => {
    const document = edited(xor(), (draft) =>
      connect(draft, null, catalogue, ['input', 'y'], ['logits', 'x'], 'w3'),
    )
    expect(document.wires['w3']).toEqual({ from: ['input', 'y'], to: ['logits', 'x'] })
    expect(Object.keys(document.wires)).toHaveLength(6)
  })

  it('take a node out with its wires and every mention of it', () => {
    const start = edited(xor(), (draft) => {
      setTraining(draft, {
        steps: draft.training.steps.map((step) => ({
          ...step,
          losses: ['loss'],
          trains: ['hidden', 'logits'],
        })),
      })
      addNode(draft, null, definition('dense'), [0, 0])
      setWeightsOf(draft, null, 'dense', 'hidden')
    })
    const document = edited(start, (draft) => removeNodes(draft, null, ['hidden', 'loss']))
    expect(Object.keys(document.wires)).toEqual(['w1', 'w6'])
    expect(document.nodes['dense']?.weightsOf).toBeUndefined()
    expect(document.training.steps[0]).toMatchObject({ losses: [], trains: ['logits'] })
  })

  it('keep neither empty labels nor flags that are off', () => {
    const on = edited(xor(), (draft) => {
      setText(draft, null, 'hidden', 'label', 'Hidden')
      setFlag(draft, null, ['hidden'], 'frozen', true)
    })
    expect(on.nodes['hidden']).toMatchObject({ label: 'Hidden', frozen: true })
    const long = edited(xor(), (draft) => setText(draft, null, 'hidden', 'label', 'x'.repeat(300)))
    expect(long.nodes['hidden']?.label).toHaveLength(200)
    const off = edited(on, (draft) => {
      setText(draft, null, 'hidden', 'label', ' ')
      setFlag(draft, null, ['hidden'], 'frozen', false)
    })
    expect(writeDocument(off)).toBe(writeDocument(xor()))
  })

  it('add frames, set settings and cut wires', () => {
    const document = edited(xor(), (draft) => {
      addFrame(draft, null, { title: 'Body', at: [0, 0], size: [10, 10], colour: 'blue' })
      setParams(draft, null, 'hidden', { units: 16 })
      disconnect(draft, null, ['w1', 'w2'])
    })
    expect(Object.keys(document.frames)).toEqual(['frame'])
    expect(document.nodes['hidden']?.params['units']).toBe(16)
    expect(Object.keys(document.wires)).toEqual(['w3', 'w4', 'w5', 'w6'])
  })
})

describe('blocks', () => {
  const wired = (document: Document): unknown =>
    analyse(document, catalogue).plan.steps.map((step) => [
      step.definition.type,
      step.outputs,
      step.parameters,
    ])

  it('made of nodes compute what the nodes did', () => {
    const start = edited(xor(), (draft) => {
      setTraining(draft, { steps: draft.training.steps.map((step) => ({ ...step, trains: ['hidden'] })) })
    })
    const document = edited(start, (draft) => {
      expect(makeBlock(draft, null, ['hidden', 'logits'], 'Body')).toEqual({
        block: 'body',
        instance: 'body',
      })
    })
    expect(wired(document)).toEqual(wired(start))
    expect(document.blocks['body']).toMatchObject({
      inputs: { x: ['hidden', 'x'] },
      outputs: { x: ['logits', 'y'] },
    })
    expect(analyse(document, catalogue).plan.training[0]?.trains).toEqual(['body/hidden'])
  })

  it('made of a residual branch are ready to be repeated', () => {
    const start = sketch({
      nodes: {
        a: { type: 'input', params: { shape: [4] } },
        dense: { type: 'dense', params: { units: 4 } },
        add: { type: 'add' },
        out: { type: 'output' },
      },
      wires: ['a.y -> dense.x', 'a.y -> add.xs', 'dense.y -> add.xs', 'add.y -> out.x'],
    })
    const once = edited(start, (draft) => makeBlock(draft, null, ['dense', 'add'], 'Residual'))
    expect(Object.keys(once.blocks['residual']?.inputs ?? {})).toEqual(['x'])
    expect(wired(once)).toHaveLength(4)
    const thrice = edited(once, (draft) => setParams(draft, null, 'residual', { repeat: 3 }))
    const { ok, problems, plan } = analyse(thrice, catalogue)
    expect([ok, problems.filter(({ severity }) => severity === 'error')]).toEqual([true, []])
    expect(problems.map(({ message }) => message).join(' ')).not.toContain('follow one another')
    expect(plan.byPath.get('residual/2/add')?.inputs).toMatchObject({
      xs: [{ path: 'residual/1/add' }, { path: 'residual/2/dense' }],
    })
  })

  it('keep the order of a list port across the border', () => {
    const start = sketch({
      nodes: {
        a: { type: 'input', params: { shape: [1] } },
        b: { type: 'input', params: { shape: [2] } },
        join: { type: 'concatenate' },
        out: { type: 'output' },
      },
      wires: ['b.y -> join.xs', 'a.y -> join.xs', 'join.y -> out.x'],
    })
    const document = edited(start, (draft) => makeBlock(draft, null, ['join'], 'Join'))
    const join = (of: Document, path: string): unknown =>
      analyse(of, catalogue).plan.byPath.get(path)?.inputSpecs
    expect(join(document, 'join_2/join')).toEqual(join(start, 'join'))
  })

  it('lose the ports, settings and outer wires of a node taken out of them', () => {
    const start = edited(xor(), (draft) => {
      makeBlock(draft, null, ['hidden', 'logits'], 'Body')
      const name = promote(draft, 'body', 'logits', 'units')
      expect(promote(draft, 'body', 'logits', 'units')).toBe(name)
      setPromoted(draft, null, 'body', name, 1)
      const second = addBlockInstance(draft, null, 'body', [0, 0])
      connect(draft, null, catalogue, ['input', 'y'], [second, 'x'])
    })
    expect(start.nodes['body']?.params['set']).toEqual({ units: 1 })
    const document = edited(start, (draft) => removeNodes(draft, 'body', ['logits']))
    expect(document.blocks['body']).toMatchObject({
      inputs: { x: ['hidden', 'x'] },
      outputs: {},
      promoted: {},
      wires: {},
    })
    expect(document.nodes['body']?.params['set']).toEqual({})
    expect(Object.values(document.wires).filter((wire) => wire.from[0] === 'body')).toEqual([])
  })
})
