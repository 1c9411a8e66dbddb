/** Places of graphs that came without any: a long way fills a window, and no two nodes share a place. */
import { describe, expect, it } from 'vitest'
import { layOut } from '../../../engine/import/layout'
import { sketch } from '../../support/graph'

const chain = Array.from({ length: 18 }, (_, index) => `n${index}`)

function placesOf(extra: readonly string[] = []): readonly (readonly [number, number])[] {
  const nodes = Object.fromEntries(chain.map((id) => [id, { type: 'activation' }]))
  const wires = chain.slice(1).map((id, index) => `${chain[index]}.y -> ${id}.x`)
  const placed = layOut(sketch({ nodes, wires: [...wires, ...extra] }))
  return chain.map((id) => placed[id]?.at ?? [NaN, NaN])
}

describe('laying out', () => {
  it('breaks a long way into lines, about as wide as a canvas is', () => {
    const places = placesOf()
    expect(new Set(places.map(String)).size).toBe(18)
    const width = Math.max(...places.map(([x]) => x))
    const height = Math.max(...places.map(([, y]) => y))
    expect(width / height).toBeGreaterThan(1)
    expect(width / height).toBeLessThan(4)
    // Each line is read from the left.
    for (const [index, [x, y]] of places.entries()) {
      const [before, line] = places[index - 1] ?? [-Infinity, 0]
      expect(y > line ? x : x - before).toBeGreaterThanOrEqual(0)
    }
  })

  it('leaves a way whole that others run beside', () => {
    expect(new Set(placesOf(['n0.y -> n17.x']).map(([, y]) => y))).toEqual(new Set([0]))
  })
})
