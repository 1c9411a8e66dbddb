import { describe, expect, it, vi } from 'vitest'
import type { Document } from '../../../engine/graph/document'
import { createFaces } from '../../../renderer/canvas/faces'
import { flowEdges, flowNodes, type CanvasNode, type WireEdge } from '../../../renderer/canvas/flow-elements'
import { stillNodes, stillWires, type StillNode, type StillWire } from '../../../renderer/canvas/still'
import { cardsOf, smallDocument } from './support'

const nothing = { nodes: new Set<string>(), wires: new Set<string>(), frames: new Set<string>() }

interface Heard {
  readonly models: ReturnType<typeof cardsOf>['models']
  readonly nodes: readonly CanvasNode[]
  readonly wires: readonly WireEdge[]
  readonly stillNodes: StillNode[]
  readonly stillWires: StillWire[]
}

const byId = <T extends { id: string }>(items: readonly T[]) => new Map(items.map((item) => [item.id, item]))

function heard(document: Document, before?: Heard, selection = nothing): Heard {
  const { analysis, models } = cardsOf(document, before?.models)
  const nodes = flowNodes(document, models, selection, null, byId(before?.nodes ?? []))
  const wires = flowEdges(document, models, analysis, selection, byId(before?.wires ?? []))
  return {
    models,
    nodes,
    wires,
    stillNodes: stillNodes(nodes, before?.stillNodes ?? []),
    stillWires: stillWires(wires, before?.stillWires ?? []),
  }
}

function withNode(document: Document, id: string, change: object): Document {
  return { ...document, nodes: { ...document.nodes, [id]: { ...document.nodes[id]!, ...change } } }
}

/** Which of a list are other objects than before. */
const others = <T extends { id: string }>(before: readonly T[], after: readonly T[]) =>
  after.filter((item) => !before.includes(item)).map(({ id }) => id)

describe('what React Flow hears of an edit', () => {
  const first = smallDocument()

  it('is nothing where cards and wires only say something else', () => {
    const before = heard(first)
    const wide = withNode(first, 'a', { params: { ...first.nodes['a']!.params, units: 99 } })
    const after = heard(wide, before)
    expect(others(before.nodes, after.nodes)).toEqual(['a', 'b'])
    expect(others(before.wires, after.wires)).toEqual(['w2'])
    expect(after.stillNodes).toBe(before.stillNodes)
    expect(after.stillWires).toBe(before.stillWires)
  })

  it('is the card that was moved, selected or made another', () => {
    const before = heard(first)
    for (const at of [
      [440, -6],
      [441, 0],
    ] as const) {
      const moved = heard(withNode(first, 'b', { at }), before)
      expect(others(before.stillNodes, moved.stillNodes)).toEqual(['b'])
      expect(moved.stillWires).toBe(before.stillWires)
    }
    const selected = heard(first, before, { ...nothing, nodes: new Set(['a']), wires: new Set(['w3']) })
    expect(others(before.stillNodes, selected.stillNodes)).toEqual(['a'])
    expect(others(before.stillWires, selected.stillWires)).toEqual(['w3'])
    const replaced = heard(withNode(first, 'a', { type: 'flatten', params: {} }), before)
    expect(others(before.stillNodes, replaced.stillNodes)).toEqual(['a'])
  })

  it('is the wire that was led elsewhere, by a name that stays', () => {
    const before = heard(first)
    expect(before.stillWires.map(({ id, ariaLabel }) => [id, ariaLabel])).toEqual(
      Object.keys(first.wires).map((id) => [id, id]),
    )
    const edge = before.wires[1]!
    const old = stillWires([edge], [])
    expect(stillWires([{ ...edge }], old)).toBe(old)
    const changes = [
      { source: 'data' },
      { sourceHandle: 'other' },
      { target: 'loss' },
      { targetHandle: 'other' },
      { selected: true },
      { reconnectable: true },
    ]
    for (const change of changes) {
      const [led] = stillWires([{ ...edge, ...change }], old)
      expect(led, JSON.stringify(change)).toMatchObject({ ...change, ariaLabel: edge.id })
    }
  })

  it('is what stands before what', () => {
    const before = heard(first)
    const turned = Object.fromEntries(Object.entries(first.nodes).reverse())
    const after = heard({ ...first, nodes: turned }, before)
    expect(others(before.stillNodes, after.stillNodes)).toEqual([])
    expect(after.stillNodes.map(({ id }) => id)).toEqual(Object.keys(turned))
  })

  it('is every change of a size, a port, or what may be selected', () => {
    const card = heard(first).nodes.find((node) => node.type === 'card')
    if (card?.type !== 'card') throw new Error('There must be a card.')
    const before = stillNodes([card], [])
    const [handle] = card.handles ?? []
    if (handle === undefined) throw new Error('It must have a port.')
    const changes = [
      { width: 99 },
      { height: 99 },
      { selectable: false },
      { handles: [] },
      { handles: [handle, { ...handle, id: 'other' }] },
      { handles: [{ ...handle, id: 'other' }] },
      { handles: [{ ...handle, type: 'target' as const }] },
      { handles: [{ ...handle, x: 3 }] },
      { handles: [{ ...handle, y: 3 }] },
    ]
    for (const change of changes) {
      const [base] = stillNodes([{ ...card, handles: [handle] }], [])
      const [after] = stillNodes(
        [{ ...card, handles: [handle], ...change }],
        base === undefined ? [] : [base],
      )
      expect(after, JSON.stringify(change)).not.toBe(base)
      expect(after).toMatchObject(change)
    }
    expect(stillNodes([{ ...card }], before)).toBe(before)
  })

  it('is what was taken away or added, and what the others were before', () => {
    const before = heard(first)
    const { loss: _, ...rest } = first.nodes
    const { w3: _w3, w4: _w4, ...wires } = first.wires
    const less = heard({ ...first, nodes: rest, wires }, before)
    expect(less.stillNodes.map(({ id }) => id)).toEqual(Object.keys(rest))
    expect(others(before.stillNodes, less.stillNodes)).toEqual([])
    const again = heard(first, less)
    expect(others(less.stillNodes, again.stillNodes)).toEqual(['loss'])
    expect(again.stillWires.map(({ id }) => id)).toEqual(before.stillWires.map(({ id }) => id))
  })
})

describe('faces', () => {
  it('tell a card of its own, and nobody of others', () => {
    const faces = createFaces<object>()
    const [a, b] = [{}, {}]
    faces.take(
      new Map([
        ['a', a],
        ['b', b],
      ]),
    )
    const hears = { a: vi.fn(), b: vi.fn() }
    const leave = faces.subscribe('a', hears.a)
    faces.subscribe('b', hears.b)
    const next = {}
    faces.take(
      new Map([
        ['a', next],
        ['b', b],
      ]),
    )
    expect([hears.a.mock.calls.length, hears.b.mock.calls.length]).toEqual([1, 0])
    expect([faces.get('a'), faces.get('b')]).toEqual([next, b])
    leave()
    faces.take(
      new Map([
        ['a', a],
        ['b', next],
      ]),
    )
    expect([hears.a.mock.calls.length, hears.b.mock.calls.length]).toEqual([1, 1])
  })
})
