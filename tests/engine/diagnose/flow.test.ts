import { describe, expect, it } from 'vitest'
import { flowBand, healthyBand } from '../../../engine/diagnose/colour'
import {
  decades,
  depthSlope,
  flow,
  flowReference,
  longestPath,
  median,
  wireDepths,
} from '../../../engine/diagnose/flow'
import type { Plan, PlanStep } from '../../../engine/analyse/plan'

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

/** log10 ρ of 20 sigmoid layers of 64 units and the output layer, measured at the first step from a Glorot start. */
const deepSigmoid = [
  -13.3, -12.65, -12, -11.42, -10.78, -10.05, -9.46, -8.85, -8.22, -7.67, -7.03, -6.39, -5.74, -5.07, -4.41,
  -3.8, -3.16, -2.53, -1.9, -1.21, -0.41,
].map((power) => 10 ** power)

describe('the relative gradient flow', () => {
  it('is measured from the layers nearest the loss, so a vanishing network shows no layer above the healthy band', () => {
    const reference = flowReference(deepSigmoid, upTo(21))
    const d = deepSigmoid.map((value) => decades(value, reference))
    expect(d[0]).toBeLessThan(-10)
    expect(d.map(flowBand).filter((band) => band > healthyBand)).toEqual([])
    expect(flowBand(d[0] as number)).toBe(0)
  })

  it('shows no layer above the healthy band however deep the vanishing network is', () => {
    for (const layers of [4, 10, 30, 40, 300]) {
      const values = [
        ...upTo(layers - 1).map((layer) => 10 ** (-1.2 - 0.64 * (layers - 2 - layer))),
        10 ** -0.41,
      ]
      const reference = flowReference(values, upTo(layers))
      const bands = values.map((value) => flowBand(decades(value, reference)))
      expect(bands.filter((band) => band > healthyBand)).toEqual([])
    }
  })

  it('keeps a healthy network, whose layers lie within ±0.7, wholly neutral', () => {
    const healthy = upTo(12).map((layer) => 0.07 * 10 ** (0.7 * Math.sin(layer * 2)))
    const reference = flowReference(healthy, upTo(12))
    expect(healthy.map((value) => flowBand(decades(value, reference)))).toEqual(
      healthy.map(() => healthyBand),
    )
  })

  it('orders by depth and not by position', () => {
    expect(flowReference([1, 2, 3, 4, 100, 5, 6, 7], [1, 2, 3, 4, 0, 5, 6, 7])).toBe(6.5)
  })

  it('takes all layers where there are fewer than four', () => {
    expect(flowReference([1e-3, 1e-1, 1e-2], [0, 1, 2])).toBe(1e-2)
  })

  it('leaves out layers without a value, at zero, not finite and excluded', () => {
    expect(flowReference([8, -1, 2, 4, 1], [0, 1, 2, 3, 4], (index) => index === 4)).toBe(4)
    expect(flowReference([8, 2, 4, 0, Number.NaN], [0, 1, 2, 3, 4])).toBe(4)
    expect(flowReference([0, -1], [0, 1])).toBeNull()
    expect(flowReference([], [])).toBeNull()
  })

  it('tells zero from not finite', () => {
    expect(decades(0, 1)).toBe(Number.NEGATIVE_INFINITY)
    expect(decades(Number.NaN, 1)).toBeNaN()
    expect(decades(1, null)).toBeNaN()
    expect(decades(1e-8, 1e-2)).toBeCloseTo(-6, 12)
  })
})

describe('F over the longest path', () => {
  it('compares the first with the last quarter', () => {
    expect(flow([1e-9, 1e-9, 1e-3, 1e-2, 1e-2, 1e-1, 1e-2, 1e-2])).toBeCloseTo(-7, 10)
    expect(flow(deepSigmoid)).toBeLessThan(-3)
  })
  it('needs four layers', () => {
    expect(flow([1, 1, 1])).toBeNull()
    expect(flow([1, 1, 1, -1])).toBeNull()
  })
  it('says so when nothing arrives at the start, or anywhere', () => {
    expect(flow([0, 0, 1, 1])).toBe(Number.NEGATIVE_INFINITY)
    expect(flow([0, 0, 0, 0])).toBe(Number.NEGATIVE_INFINITY)
    expect(flow([Number.NaN, 1, 1, 1])).toBeNaN()
  })
  it('has a slope in decades per layer', () => {
    expect(depthSlope([1e-6, 1e-5, 1e-4, 1e-3])).toBeCloseTo(1, 10)
    expect(depthSlope([1, 0, -1])).toBeNull()
  })
  it('knows the median of an even number', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5)
  })
})

/** A Plan that holds only what the walk reads. */
function planOf(
  steps: readonly { path: string; from?: readonly string[]; weights?: boolean; type?: string }[],
): Plan {
  const made = steps.map(
    ({ path, from = [], weights = false, type = 'dense' }) =>
      ({
        path,
        definition: { type },
        inputs: { x: from.map((source) => ({ path: source, port: 'y', wire: `${source}_${path}` })) },
        weights: weights ? { kernel: { shape: [2, 2], trainable: true } } : {},
      }) as unknown as PlanStep,
  )
  return { steps: made, byPath: new Map(made.map((step) => [step.path, step])) } as unknown as Plan
}

describe('the longest path', () => {
  const plan = planOf([
    { path: 'data' },
    { path: 'table', from: ['data'], weights: true, type: 'embedding' },
    { path: 'short', from: ['table'], weights: true },
    { path: 'a', from: ['table'], weights: true },
    { path: 'act', from: ['a'], type: 'activation' },
    { path: 'b', from: ['act'], weights: true },
    { path: 'sum', from: ['short', 'b'], type: 'add' },
    { path: 'out', from: ['sum'], weights: true },
  ])
  it('goes through the most weight layers and leaves embedding tables out', () => {
    expect(longestPath(plan)).toEqual(['a', 'b', 'out'])
  })
  it('counts the layers before each wire', () => {
    expect(Object.fromEntries(wireDepths(plan))).toEqual({
      data_table: 0,
      table_short: 0,
      table_a: 0,
      a_act: 1,
      act_b: 1,
      short_sum: 1,
      b_sum: 2,
      sum_out: 2,
    })
  })
})
