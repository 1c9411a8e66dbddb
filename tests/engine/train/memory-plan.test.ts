/** The memory plan of a recorded step: what is needed at once never shares a place, and little is wasted. */
import { expect, test } from 'vitest'
import { stream } from '../../../engine/random/stream'
import { planMemory, type MemoryPlan, type Need } from '../../../engine/train/capture/plan'

const alignment = 256
const options = { alignment, most: 2 ** 31 }
type Pairs = readonly (readonly [number, number])[]

/** What is wrong with a plan, in words. */
function faults(needs: readonly Need[], apart: Pairs, { places, slabs }: MemoryPlan): string[] {
  const found: string[] = []
  for (const [at, a] of needs.entries()) {
    const mine = places[at]
    if (mine === undefined || mine.offset % alignment !== 0 || mine.offset + a.size > (slabs[mine.slab] ?? 0))
      found.push(`${at} lies outside of its slab`)
    for (const [other, b] of needs.entries()) {
      const theirs = places[other]
      if (other <= at || mine === undefined || theirs === undefined || mine.slab !== theirs.slab) continue
      const atOnce = a.first <= b.last && b.first <= a.last
      const same = mine.offset < theirs.offset + b.size && theirs.offset < mine.offset + a.size
      if (atOnce && same) found.push(`${at} and ${other} share a place`)
    }
  }
  for (const [a, b] of apart)
    if (a !== b && places[a]?.slab === places[b]?.slab) found.push(`${a} and ${b} share a slab`)
  return found
}

/** Steps of made-up nets: each command writes a buffer from the one before and from an older one, as gradients do. */
function drawn(seed: number, length: number): { readonly needs: Need[]; readonly apart: [number, number][] } {
  const random = stream(seed, 'needs', 0)
  const [sizes, olds] = [random.integers(length, 100_000), random.integers(length, 20)]
  const needs = [...sizes].map((size, at) => ({ size: 4 * (size + 1), first: at, last: at }))
  const apart: [number, number][] = []
  for (let at = 1; at < length; at++) {
    for (const from of [at - 1, Math.max(0, at - (olds[at] ?? 0) - 1)]) {
      const need = needs[from]
      if (need !== undefined) need.last = at
      apart.push([at, from])
    }
  }
  return { needs, apart }
}

test('a chain takes turns in the places of two', () => {
  const needs = Array.from({ length: 10 }, (_, at) => ({ size: 1000, first: at, last: at + 1 }))
  const apart = needs.slice(1).map((_, at) => [at, at + 1] as const)
  const plan = planMemory({ needs, apart, ...options })
  expect(faults(needs, apart, plan)).toEqual([])
  expect(plan).toMatchObject({ slabs: [1024, 1024], bytes: 2048, least: 2048 })
})

test('what is read may lie beside what is read, but not in the slab of what is written', () => {
  const needs = [
    { size: 256, first: 0, last: 2 },
    { size: 256, first: 1, last: 2 },
    { size: 256, first: 2, last: 2 },
  ]
  const apart = [
    [2, 0],
    [2, 1],
  ] as const
  const plan = planMemory({ needs, apart, ...options })
  expect(faults(needs, apart, plan)).toEqual([])
  expect(plan.slabs).toEqual([512, 256])
})

test('no slab is larger than the device allows', () => {
  const needs = Array.from({ length: 5 }, () => ({ size: 1024, first: 0, last: 1 }))
  const plan = planMemory({ needs, apart: [], alignment, most: 2048 })
  expect(faults(needs, [], plan)).toEqual([])
  expect(plan.slabs).toEqual([2048, 2048, 1024])
})

test('plans of made-up steps hold, and waste less than a third', () => {
  for (let seed = 0; seed < 12; seed++) {
    const { needs, apart } = drawn(seed, 120)
    const plan = planMemory({ needs, apart, ...options })
    expect(faults(needs, apart, plan), `seed ${seed}`).toEqual([])
    expect(plan.bytes).toBeGreaterThanOrEqual(plan.least)
    expect(plan.bytes / plan.least, `seed ${seed}`).toBeLessThan(4 / 3)
  }
})

test('nothing needs nothing', () => {
  expect(planMemory({ needs: [], apart: [], ...options })).toEqual({
    places: [],
    slabs: [],
    bytes: 0,
    least: 0,
  })
})
