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

  it('is the card that was moved, selected, made another or given other ports', () => {
    const before = heard(first)
    const moved = heard(withNode(first, 'b', { at: [440, -6] }), before)
    expect(others(before.stillNodes, moved.stillNodes)).toEqual(['b'])
    expect(moved.stillWires).toBe(before.stillWires)
    const selected = heard(first, before, { ...nothing, nodes: new Set(['a']), wires: new Set(['w3']) })
    expect(others(before.stillNodes, selected.stillNodes)).toEqual(['a'])
    expect(others(before.stillWires, selected.stillWires)).toEqual(['w3'])
    const replaced = heard(withNode(first, 'a', { type: 'flatten', params: {} }), before)
    expect(others(before.stillNodes, replaced.stillNodes)).toEqual(['a'])
    const two = heard(withNode(first, 'a', { type: 'add', params: {} }), before)
    const ports = two.stillNodes.find(({ id }) => id === 'a')?.handles?.map(({ id }) => id)
    expect(ports).toEqual(two.nodes.find(({ id }) => id === 'a')?.handles?.map(({ id }) => id))
    expect(others(before.stillNodes, two.stillNodes)).toContain('a')
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
