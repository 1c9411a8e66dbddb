/** What was seen of a node, gone back to by step and never more than may be kept. */
import { describe, expect, it } from 'vitest'
import type { Histogram, Look, Picture } from '../../../engine/session/look'
import { createLooks } from '../../../engine/session/looks'

const histogram = (mean: number): Histogram => ({
  tensor: 'weight:kernel',
  size: 1,
  counted: 1,
  low: mean,
  high: mean,
  mean,
  std: 0,
  zeros: 0,
  nonFinite: 0,
  linear: new Float32Array(64),
  log: new Float32Array(128),
})
const picture = (tensor: Picture['tensor'], value: number, size = 1): Picture => ({
  tensor,
  shape: [size],
  shown: [size],
  values: new Float32Array(size).fill(value),
})
const look = (step: number, pictures: readonly Picture[] = [], index: number | null = null): Look => ({
  path: 'net',
  step,
  done: step - 1,
  histograms: [histogram(step)],
  pictures,
  absent: ['gradient:bias'],
  sample:
    index === null ? null : { chosen: { split: 'train', index }, inputs: [], target: null, prediction: null },
})

describe('the looks of a run', () => {
  it('are found by step: the last up to it, the first where there is none before, the newest for null', () => {
    const looks = createLooks()
    for (const step of [3, 5, 9]) looks.add(look(step), 0.02)
    const at = (step: number | null) => looks.histogram('net', 'weight:kernel', step)?.what.mean
    expect([1, 3, 4, 8, 9, 100, null].map(at)).toEqual([3, 3, 3, 5, 9, 9, 9])
    expect(looks.histogram('net', 'weight:bias', null)).toBeNull()
    expect(looks).toMatchObject({ count: 3, cost: 0.02 })
    expect([looks.isAbsent('net', 'gradient:bias'), looks.isAbsent('net', 'weight:bias')]).toEqual([
      true,
      false,
    ])
  })

  it('take the place of later ones when a step is looked at again', () => {
    const looks = createLooks()
    for (const step of [1, 2, 3, 2]) looks.add(look(step), 0)
    expect(looks.histograms('net', 'weight:kernel').map(({ step }) => step)).toEqual([1, 2])
    looks.dropAfter(0)
    expect(looks.histograms('net', 'weight:kernel').map(({ step }) => step)).toEqual([1])
  })

  it('keep outputs apart by their sample, and weights together', () => {
    const looks = createLooks()
    looks.add(look(1, [picture('output:y', 1), picture('weight:kernel', 10)], 0), 0)
    looks.add(look(2, [picture('output:y', 2), picture('weight:kernel', 20)], 1), 0)
    const value = (index: number, step: number | null) =>
      looks.picture('net', 'output:y', { split: 'train', index }, step)?.what.values[0]
    expect([value(0, null), value(1, null), value(2, null)]).toEqual([1, 2, undefined])
    expect(looks.picture('net', 'weight:kernel', null, 1)?.what.values[0]).toBe(10)
    expect(looks.picture('net', 'weight:kernel', null, null)?.what.values[0]).toBe(20)
  })

  it('thin out evenly, the first and the newest always there', () => {
    const looks = createLooks()
    const size = 96 * 96
    for (let step = 1; step <= 3000; step++) looks.add(look(step, [picture('weight:kernel', step, size)]), 0)
    const steps = looks.histograms('net', 'weight:kernel').map((seen) => seen.step)
    expect(steps.length).toBeLessThanOrEqual(512)
    expect(steps.length).toBeGreaterThan(256)
    expect([steps[0], steps.at(-1)]).toEqual([1, 3000])
    const gaps = new Set(steps.slice(1, -1).map((step, at) => step - (steps[at] ?? 0)))
    expect([...gaps]).toEqual([8])
    const pictures = new Set<number>()
    for (let step = 1; step <= 3000; step++)
      pictures.add(looks.picture('net', 'weight:kernel', null, step)?.step ?? 0)
    expect(pictures.size * size * 4).toBeLessThanOrEqual(8e6)
    expect(pictures.size).toBeGreaterThan(100)
  })
})
