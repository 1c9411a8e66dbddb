/** Settings that cross several borders: found, taken away with what they stand for, kept by blocks made and taken apart. */
import { produce } from 'immer'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { demote } from '../../../engine/graph/demote'
import { blockType, type Block, type Document } from '../../../engine/graph/document'
import { isListPort, promote, removeNodes, setPromoted } from '../../../engine/graph/edit'
import { expandBlock } from '../../../engine/graph/expand-block'
import { makeBlock } from '../../../engine/graph/make-block'
import { settingOf } from '../../../engine/graph/promoted'
import { catalogue } from '../../../nodes/catalogue'
import { sketch } from '../../support/graph'

/** `house` holds `floor` (twice, one after another), which holds `room`, a dense layer; its units are handed on to the top. */
function nested(): Document {
  const ends = (node: string, output = 'y') => ({
    inputs: { x: `${node}.x` },
    outputs: { x: `${node}.${output}` },
  })
  return sketch({
    nodes: {
      input: { type: 'input', params: { shape: [4] } },
      one: { type: blockType, params: { block: 'house', set: { all: 7 } } },
      two: { type: blockType, params: { block: 'house' } },
      output: { type: 'output' },
    },
    wires: ['input.y -> one.x', 'one.x -> two.x', 'two.x -> output.x'],
    blocks: {
      room: {
        nodes: { dense: { type: 'dense', params: { units: 4 } } },
        ...ends('dense'),
        promoted: { width: { node: 'dense', field: 'units' } },
      },
      floor: {
        nodes: { room: { type: blockType, params: { block: 'room', set: { width: 5 } } } },
        ...ends('room', 'x'),
        promoted: { wide: { node: 'room', field: 'width' } },
      },
      house: {
        nodes: { floor: { type: blockType, params: { block: 'floor', repeat: 2 } } },
        ...ends('floor', 'x'),
        promoted: { all: { node: 'floor', field: 'wide' } },
      },
    },
  })
}

function units(document: Document): unknown[] {
  const { plan, problems } = analyse(document, catalogue)
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  return plan.steps.flatMap((step) => (step.definition.type === 'dense' ? [step.params['units']] : []))
}

function settings(document: Document): Record<string, Block['promoted']> {
  return Object.fromEntries(Object.entries(document.blocks).map(([id, { promoted }]) => [id, promoted]))
}

function apart(draft: Document, within: string | null, id: string): void {
  expandBlock(draft, within, id, (graph, end) => isListPort(draft, catalogue, graph, end))
}

describe('a setting that crosses borders', () => {
  const start = nested()

  it('is found at its layer, with the value of the nearest that sets it', () => {
    const { blocks } = start
    expect(units(start)).toEqual([7, 7, 5, 5])
    expect(settingOf(blocks, blocks['house'] as Block, 'all')).toMatchObject({
      node: { type: 'dense' },
      field: 'units',
      value: 5,
    })
    expect(settingOf(blocks, blocks['house'] as Block, 'wide')).toBeNull()
    const round = produce(start, (draft) => {
      Object.assign(draft.blocks['room']?.nodes ?? {}, { dense: draft.blocks['house']?.nodes['floor'] })
      Object.assign(draft.blocks['room']?.promoted ?? {}, { width: { node: 'dense', field: 'wide' } })
    })
    expect(settingOf(round.blocks, round.blocks['house'] as Block, 'all')).toBeNull()
  })

  it('goes with what it stands for, and what was set with it', () => {
    const ways: ((draft: Document) => void)[] = [
      (draft) => demote(draft, 'room', 'dense', 'units'),
      (draft) => removeNodes(draft, 'room', ['dense']),
    ]
    for (const way of ways) {
      const document = produce(start, way)
      expect(settings(document)).toEqual({ room: {}, floor: {}, house: {} })
      expect(document.nodes['one']?.params['set']).toEqual({})
      expect(document.blocks['floor']?.nodes['room']?.params['set']).toEqual({})
    }
    const half = produce(start, (draft) => removeNodes(draft, 'floor', ['room']))
    expect(settings(half)).toEqual({ ...settings(start), floor: {}, house: {} })
  })

  it('is written down where a block is taken apart, at every level', () => {
    const once = produce(start, (draft) => apart(draft, null, 'one'))
    expect(units(once)).toEqual([7, 7, 5, 5])
    expect(once.nodes['floor']?.params['set']).toEqual({ wide: 7 })
    const all = produce(once, (draft) => {
      for (const type of ['house', 'floor', 'room'])
        for (const [id, node] of Object.entries(draft.nodes))
          if (node.params['block'] === type) apart(draft, null, id)
    })
    expect(Object.values(all.nodes).filter(({ type }) => type === blockType)).toEqual([])
    expect(units(all)).toEqual([7, 7, 5, 5])
  })

  it('stays where a block inside is taken apart, once for each copy', () => {
    const copies = produce(start, (draft) => apart(draft, 'house', 'floor'))
    expect(copies.blocks['house']?.promoted).toEqual({
      all: { node: 'room', field: 'width' },
      all_2: { node: 'room_2', field: 'width' },
    })
    expect(copies.nodes['one']?.params['set']).toEqual({ all: 7, all_2: 7 })
    expect(units(copies)).toEqual([7, 7, 5, 5])
    const deep = produce(start, (draft) => {
      const room = draft.blocks['floor']?.nodes['room']
      if (room !== undefined) room.params['repeat'] = 3
    })
    const twins = produce(deep, (draft) => apart(draft, 'floor', 'room'))
    expect(Object.keys(twins.blocks['house']?.promoted ?? {})).toEqual(['all', 'all_2', 'all_3'])
    expect(twins.blocks['house']?.promoted['all_3']).toEqual({ node: 'floor', field: 'wide_3' })
    expect(units(twins)).toEqual(units(deep))
  })

  it('stays where a block is made inside a block', () => {
    const made = produce(start, (draft) => {
      makeBlock(draft, 'room', ['dense'], 'Cell')
    })
    expect(made.blocks['cell']?.promoted).toEqual({ units: { node: 'dense', field: 'units' } })
    expect(made.blocks['room']?.promoted).toEqual({ width: { node: 'cell', field: 'units' } })
    expect(units(made)).toEqual([7, 7, 5, 5])
  })

  it('is promoted as a field is', () => {
    const again = produce(start, (draft) => {
      delete draft.blocks['house']?.promoted['all']
      expect(promote(draft, 'house', 'floor', 'wide')).toBe('wide')
      setPromoted(draft, null, 'one', 'all', undefined)
      setPromoted(draft, null, 'two', 'wide', 9)
    })
    expect(units(again)).toEqual([5, 5, 9, 9])
  })
})
