import { describe, expect, it } from 'vitest'
import type { Document } from '../../../engine/graph/document'
import type { CardModel } from '../../../renderer/canvas/card-model'
import { describeNode } from '../../../renderer/canvas/describe'
import { flowEdges, flowNodes, type CanvasNode, type WireEdge } from '../../../renderer/canvas/flow-elements'
import { wirePath } from '../../../renderer/canvas/geometry'
import { reachOf } from '../../../renderer/canvas/reach'
import { cardWidth } from '../../../renderer/state/card-size'
import { catalogue } from '../../../nodes/catalogue'
import { cardsOf, node, smallDocument } from './support'

const nothing = { nodes: new Set<string>(), wires: new Set<string>(), frames: new Set<string>() }
const byId = <T extends { id: string }>(items: readonly T[]) => new Map(items.map((item) => [item.id, item]))

interface Elements {
  readonly models: ReadonlyMap<string, CardModel>
  readonly nodes: ReadonlyMap<string, CanvasNode>
  readonly edges: ReadonlyMap<string, WireEdge>
}

function elements(document: Document, before?: Elements, selection = nothing): Elements {
  const { analysis, models } = cardsOf(document, before?.models)
  const nodes = byId<CanvasNode>(flowNodes(document, models, selection, null, before?.nodes ?? new Map()))
  const edges = byId<WireEdge>(flowEdges(document, models, analysis, selection, before?.edges ?? new Map()))
  return { models, nodes, edges }
}

describe('what React Flow is given', () => {
  it('keeps every node and edge that an edit did not touch', () => {
    const first = smallDocument()
    const before = elements(first)
    const moved = {
      ...first,
      nodes: { ...first.nodes, b: { ...first.nodes['b']!, at: [440, -6] as [number, number] } },
    }
    const after = elements(moved, before)
    expect(
      [...after.nodes].filter(([id, flowNode]) => before.nodes.get(id) !== flowNode).map(([id]) => id),
    ).toEqual(['b'])
    expect([...after.edges].filter(([id, edge]) => before.edges.get(id) !== edge)).toEqual([])
    expect(after.nodes.get('b')?.data).toBe(before.nodes.get('b')?.data)
  })

  it('renders anew what a changed setting shows: the card, the shape on its wire, the parameters behind it', () => {
    const first = smallDocument()
    const before = elements(first)
    const wide = {
      ...first,
      nodes: {
        ...first.nodes,
        a: { ...first.nodes['a']!, params: { ...first.nodes['a']!.params, units: 99 } },
      },
    }
    const after = elements(wide, before)
    expect(
      [...after.nodes].filter(([id, flowNode]) => before.nodes.get(id) !== flowNode).map(([id]) => id),
    ).toEqual(['a', 'b'])
    expect([...after.edges].filter(([id, edge]) => before.edges.get(id) !== edge).map(([id]) => id)).toEqual([
      'w2',
    ])
    expect(after.edges.get('w2')?.data?.label).toBe('B × 99')
  })

  it('knows a card again only where it would look the same', () => {
    const first = smallDocument()
    const a = first.nodes['a']!
    const withA = (change: Partial<typeof a>) => ({
      ...first,
      nodes: { ...first.nodes, a: { ...a, ...change } },
    })
    const without = (wire: string) => ({
      ...first,
      wires: Object.fromEntries(Object.entries(first.wires).filter(([id]) => id !== wire)),
    })
    const edits: readonly Document[] = [
      withA({ params: { ...a.params, units: 7 } }),
      withA({ params: { ...a.params, units: -1 } }),
      withA({ label: 'Mine' }),
      withA({ frozen: true }),
      withA({ bypass: true }),
      withA({ disabled: true }),
      withA({ type: 'reroute', params: {} }),
      ...Object.keys(first.wires).map(without),
    ]
    for (const edited of edits)
      for (const [before, after] of [
        [first, edited],
        [edited, first],
      ] as const) {
        const fresh = cardsOf(after).models
        const again = cardsOf(after, cardsOf(before).models).models
        expect([...again.values()].map(({ key }) => key)).toEqual([...fresh.values()].map(({ key }) => key))
      }
  })

  it('says in a summary that has no room for all what nothing else on the card says', () => {
    const first = smallDocument()
    const labelled = { ...first, nodes: { ...first.nodes, a: { ...first.nodes['a']!, label: 'Mine' } } }
    const [plain, mine] = [elements(first), elements(labelled)].map(({ models }) => models.get('a'))
    expect(mine?.summary).toBe(`Dense · ${plain?.summary}`)
    expect(mine?.brief).toBe(plain?.summary)
    expect(plain?.brief).toBe('')
  })

  it('knows the first values of settings that a file leaves out', () => {
    const first = smallDocument()
    const bare = { ...first, nodes: { ...first.nodes, a: { ...first.nodes['a']!, params: {} } } }
    const units = String(catalogue.get('dense')?.fields['units']?.initial)
    expect(elements(bare).models.get('a')?.summary).toContain(units)
  })

  it('renders only what a selection changes, and lets only a selected wire be moved', () => {
    const document = smallDocument()
    const before = elements(document)
    const after = elements(document, before, {
      nodes: new Set(['a']),
      wires: new Set(['w3']),
      frames: new Set(),
    })
    expect(
      [...after.nodes].filter(([id, flowNode]) => before.nodes.get(id) !== flowNode).map(([id]) => id),
    ).toEqual(['a'])
    expect(
      [...after.edges.values()].filter((edge) => edge.reconnectable === true).map((edge) => edge.id),
    ).toEqual(['w3'])
  })

  it('gives sizes and handles with the node, so that nothing is measured', () => {
    const { nodes } = elements(smallDocument())
    for (const flowNode of nodes.values()) {
      expect(flowNode.width).toBe(cardWidth)
      expect(flowNode.height).toBeGreaterThan(70)
      expect(flowNode.handles?.length).toBeGreaterThan(0)
    }
    expect(nodes.get('loss')?.handles?.map((handle) => [handle.id, handle.type])).toEqual([
      ['prediction', 'target'],
      ['target', 'target'],
      ['weights', 'target'],
      ['loss', 'source'],
    ])
  })

  it('names nodes and wires with their shapes for screen readers', () => {
    const { models, edges } = elements(smallDocument())
    expect(describeNode(models.get('a')!)).toMatch(/^Dense, .*output B × 32, \d+ parameters/)
    expect(edges.get('w2')?.data?.name).toBe('Wire from Dense to Dense, B × 32')
  })

  it('shows an unknown type with the ports that its wires name', () => {
    const document = smallDocument()
    const strange = {
      ...document,
      nodes: { ...document.nodes, a: { ...node('dense', [220, 0]), type: 'from-the-future' } },
    }
    const { models, edges } = elements(strange)
    expect(models.get('a')).toMatchObject({ family: 'unknown', title: 'from-the-future' })
    expect(models.get('a')?.inputs.map((port) => port.name)).toEqual(['x'])
    expect([...edges.keys()].sort()).toEqual(['w1', 'w2', 'w3', 'w4'])
  })

  it('leads a long wire below the cards between its ends, and one that returns between the rows', () => {
    const document = smallDocument()
    const { edges } = elements(document)
    const height = elements(document).nodes.get('b')?.height ?? 0
    expect(edges.get('w4')?.data?.lane).toBeGreaterThan(height)
    expect(edges.get('w2')?.data?.lane).toBeNull()
    const rows = {
      ...document,
      nodes: { ...document.nodes, b: { ...document.nodes['b']!, at: [220, 200] as [number, number] } },
    }
    const lane = elements(rows).edges.get('w2')?.data?.lane ?? 0
    expect(lane).toBeGreaterThan(78)
    expect(lane).toBeLessThan(200)
  })
  it('reaches as far as its wires do, which go around at the ends of rows', () => {
    const straight = elements(smallDocument())
    const cardsAlone = { x: 0, y: 0, width: 660 + cardWidth }
    expect(reachOf([...straight.nodes.values()], [])).toMatchObject(cardsAlone)
    const reach = reachOf([...straight.nodes.values()], [...straight.edges.values()])
    expect(reach).toMatchObject(cardsAlone)

    const first = smallDocument()
    const rows = elements({
      ...first,
      nodes: {
        ...first.nodes,
        b: node('dense', [0, 200]),
        loss: node('sparse-categorical-crossentropy', [220, 200]),
      },
    })
    const back = reachOf(
      [...rows.nodes.values()].filter(({ id }) => id === 'a' || id === 'b'),
      [...rows.edges.values()],
    )
    // From the output of `a`, out and down, and in again to the left of `b`.
    expect(back?.x).toBeLessThan(-20)
    expect((back?.x ?? 0) + (back?.width ?? 0)).toBeGreaterThan(220 + cardWidth + 20)
    expect(reachOf([], [])).toBeNull()
  })

  it('counts a curve that swings out, where nobody looks for lanes', () => {
    const xs = (d: string) => (d.match(/-?[\d.]+/g) ?? []).map(Number).filter((_, index) => index % 2 === 0)
    const { d, box } = wirePath(400, 0, 0, 200)
    expect(box.x).toBeLessThan(0)
    expect(box.x).toBeGreaterThan(Math.min(...xs(d)))
    expect(box.x + box.width).toBeCloseTo(400 - box.x)
    expect(wirePath(0, 0, 400, 200).box).toEqual({ x: 0, y: 0, width: 400, height: 200 })
  })
})
