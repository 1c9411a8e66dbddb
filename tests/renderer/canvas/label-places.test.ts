import { describe, expect, it } from 'vitest'
import type { Document } from '../../../engine/graph/document'
import { flowEdges, flowNodes, type CardNode } from '../../../renderer/canvas/flow-elements'
import { pointAlong } from '../../../renderer/canvas/geometry'
import { labelPlaces } from '../../../renderer/canvas/label-places'
import { endsBetween } from '../../../renderer/canvas/reach'
import { labelLevels, labelSizes, type LabelLevel } from '../../../renderer/state/detail'
import { cardsOf, node, smallDocument } from './support'

const nothing = { nodes: new Set<string>(), wires: new Set<string>(), frames: new Set<string>() }

function placed(document: Document) {
  const { analysis, models } = cardsOf(document)
  const nodes = flowNodes(document, models, nothing, null, new Map())
  const cards = new Map(
    nodes.filter((one): one is CardNode => one.type === 'card').map((one) => [one.id, one]),
  )
  const edges = flowEdges(document, models, analysis, nothing, new Map())
  const places = labelPlaces(cards, edges)
  /** Boxes of all labels of a size, by their wires; of the drawn letters, a little less than is reckoned with. */
  const boxes = (size: LabelLevel) =>
    new Map(
      edges.flatMap((edge) => {
        const step = places.get(edge.id)?.[size]
        const [from, to] = [cards.get(edge.source), cards.get(edge.target)]
        const ends = from === undefined || to === undefined ? null : endsBetween(from, to, edge)
        if (step === null || step === undefined || ends === null) return []
        const [x, y] = pointAlong(...ends, edge.data?.lane ?? null, 0.5)
        const [width, height] = [(edge.data?.label.length ?? 0) * 0.6 * labelSizes[size], labelSizes[size]]
        return [
          [edge.id, { x: x + step[0] - width / 2, y: y + step[1] - height / 2, width, height }] as const,
        ]
      }),
    )
  return { cards, edges, places, boxes }
}

type Box = { x: number; y: number; width: number; height: number }
const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

/** Rows of layers that are wired to several of the next row, close together. */
function crowd(rows: number, columns: number, gap: number): Document {
  const nodes: Document['nodes'] = { data: node('data', [-300, 0]) }
  const wires: Document['wires'] = {}
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1) {
      nodes[`n${row}_${column}`] = node('dense', [column * (156 + gap), row * 96])
      const to = `n${row}_${column}`
      const from = column === 0 ? 'data' : `n${(row * 7 + column) % rows}_${column - 1}`
      wires[`w${row}_${column}`] = { from: [from, column === 0 ? 'x' : 'y'], to: [to, 'x'] }
    }
  return { ...smallDocument(), nodes, wires }
}

describe('where shapes stand', () => {
  it('is half way along the wire where there is room', () => {
    const first = smallDocument()
    const { places } = placed({ ...first, nodes: { ...first.nodes, b: node('dense', [600, 200]) } })
    expect(places.get('w2')).toEqual({ near: [0, 0], middle: [0, 0], far: [0, 0] })
  })

  it('is over the wire in a narrow gap, and over the gap where that is too narrow', () => {
    const first = smallDocument()
    const withUnits = (units: number) =>
      placed({
        ...first,
        nodes: {
          ...first.nodes,
          a: node('dense', [220, 0], { params: { ...first.nodes['a']!.params, units } }),
          b: node('dense', [424, 0]),
        },
      }).places.get('w2')
    const short = withUnits(8)?.near
    expect(short?.[0]).toBe(0)
    expect(short?.[1]).toBeLessThan(-8)
    expect(short?.[1]).toBeGreaterThan(-20)
    // Half of a card's height away from its port, and the label's own.
    expect(withUnits(100_000)?.near?.[1]).toBeLessThan(-39 - 5)
  })

  it.each(labelLevels)('never lies on a card or on another shape (%s)', (size) => {
    for (const document of [smallDocument(), crowd(12, 8, 48), crowd(12, 8, 130)]) {
      const { cards, boxes } = placed(document)
      const shown = [...boxes(size).values()]
      expect(shown.length).toBeGreaterThan(3)
      for (const [index, box] of shown.entries()) {
        for (const { position, data } of cards.values())
          expect(overlap(box, { ...position, width: data.places.width, height: data.places.height })).toBe(
            false,
          )
        for (const other of shown.slice(index + 1)) expect(overlap(box, other)).toBe(false)
      }
    }
  })

  it('is said once where wires of one output run beside each other', () => {
    const first = smallDocument()
    const { places } = placed({
      ...first,
      nodes: { ...first.nodes, accuracy: node('accuracy', [660, 160]) },
      wires: {
        ...first.wires,
        w5: { from: ['b', 'y'], to: ['accuracy', 'prediction'] },
        w6: { from: ['data', 'y'], to: ['accuracy', 'target'] },
      },
    })
    expect([places.get('w4')?.near, places.get('w6')?.near].filter((step) => step === null)).toHaveLength(1)
  })
})
