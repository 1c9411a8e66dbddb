import { describe, expect, it } from 'vitest'
import type { Plan } from '../../../engine/analyse/plan'
import { createReadings } from '../../../engine/diagnose/readings'
import { boxOf } from '../../../renderer/overlay/painter'
import { badgeOf, layerOfCard, layersByCard, lookOfWire, rowsOfLayer } from '../../../renderer/overlay/show'

const plan = { steps: [], byPath: new Map() } as unknown as Plan
const paths = ['a', 'block/0/dense', 'block/1/dense', 'out']

function readingsOf(relative: readonly number[], wires: readonly number[] = [], trainingStep = 0) {
  const readings = createReadings(
    { layers: paths, depth: [0, 1, 2, 3], wires: wires.map((_, index) => `w${index}`) },
    plan,
  )
  readings.add({
    step: 5,
    trainingStep,
    gradNorm: relative.map(() => 1),
    gradRms: relative.map(() => 1e-2),
    relativeGradient: relative,
    updateRatio: relative.map(() => 1e-3),
    wireRms: wires,
  })
  return readings
}

describe('what a card says', () => {
  it('is its own layer, or the least healthy one inside a block', () => {
    const readings = readingsOf([1e-1, 1e-9, 1e-1, 1e-1])
    const cards = layersByCard(paths)
    expect([...cards.keys()]).toEqual(['a', 'block', 'out'])
    expect(layerOfCard(cards.get('block') ?? [], readings, 'gradient')?.path).toBe('block/0/dense')
    expect(layerOfCard([], readings, 'gradient')).toBeNull()
  })
  it('writes the exponent of the number, or the word for what is no number', () => {
    const badge = (value: number) => {
      const layer = readingsOf([value, 1e-1, 1e-1, 1e-1]).layer('a')
      return layer === null ? null : badgeOf(layer, 'gradient')
    }
    expect(badge(10 ** -9.2)).toEqual({ look: { kind: 'band', band: 0 }, exponent: '−9.2', text: '10' })
    expect(badge(0)).toEqual({ look: { kind: 'zero' }, exponent: null, text: '0' })
    expect(badge(Number.NaN)).toEqual({ look: { kind: 'nan' }, exponent: null, text: 'NaN' })
    expect(badge(-1)).toEqual({ look: { kind: 'none' }, exponent: null, text: '—' })
  })
  it('gives the measured numbers in the tooltip and the verdict in words', () => {
    const layer = readingsOf([3.1e-9, 1e-1, 1e-1, 1e-1]).layer('a')!
    const rows = rowsOfLayer(layer, 'gradient')
    expect(rows[0]?.value).toBe('3.1e-9')
    expect(rows.at(-1)?.value).toBe('vanishing')
    expect(rowsOfLayer(layer, 'update').at(-1)?.value).toBe('healthy')
  })
})

describe('what a wire says', () => {
  it('tells no gradient, exactly zero and not finite apart', () => {
    const readings = readingsOf([1, 1, 1, 1], [1e-3, 0, Number.NaN, 1e-3, -1])
    expect([0, 1, 2].map((index) => lookOfWire(readings.wire(`w${index}`)!).kind)).toEqual([
      'band',
      'zero',
      'nan',
    ])
    expect(readings.wire('w4')).toBeNull()
  })
})

describe('several training steps', () => {
  it('are not mixed: each node keeps the first one that trains it', () => {
    const readings = createReadings({ layers: ['g', 'd'], depth: [0, 1], wires: [] }, plan)
    const sample = (trainingStep: number, norms: number[], relative: number[]) => ({
      step: 1,
      trainingStep,
      gradNorm: norms,
      gradRms: relative,
      relativeGradient: relative,
      updateRatio: relative,
      wireRms: [],
    })
    readings.add(sample(0, [-1, 1], [-1, 1e-2]))
    readings.add(sample(1, [1, -1], [1e-4, -1]))
    expect([readings.layer('g')?.trainingStep, readings.layer('d')?.trainingStep]).toEqual([1, 0])
    expect([readings.layer('g')?.d, readings.layer('d')?.d]).toEqual([0, 0])
  })
})

describe('bounds of a path', () => {
  it('hold its points', () => {
    expect(boxOf('M10 20C60 20 -30.5 90 400 90')).toEqual({ left: -38.5, top: 12, right: 408, bottom: 98 })
  })
})
