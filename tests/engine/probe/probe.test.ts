/** Signals against their definitions, worked out by hand. */
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { probeLayout } from '../../../engine/probe/layout'
import { isProbed, leastBetween } from '../../../engine/probe/schedule'
import { catalogue } from '../../../nodes/catalogue'
import { graph, sgd, step } from '../documents'
import { train } from '../running'

const values = (rows: unknown) => ({ kind: 'values', values: rows })

describe('the schedule', () => {
  const probed = (total: number, between?: number) =>
    Array.from({ length: total }, (_, at) => at + 1).filter((at) => isProbed(at, total, between))
  it('is the first six steps, the 11th, the 21st, then every tenth', () => {
    expect(probed(60)).toEqual([1, 2, 3, 4, 5, 6, 11, 21, 31, 41, 51])
  })
  it('is every 25th on a device of its own', () => {
    expect(probed(100, leastBetween.device)).toEqual([1, 2, 3, 4, 5, 6, 11, 21, 26, 51, 76])
  })
  it('is every hundredth of a long run', () => {
    expect(probed(5000).slice(7, 11)).toEqual([21, 51, 101, 151])
    expect(probed(5000).length).toBe(8 + 99)
  })
})

describe('a probe', () => {
  /** y = w2 (w1 x) + w1 x, one sample x = 3, target 0: a residual pair without biases. */
  const document = graph(
    {
      data: ['data', { dataset: { kind: 'inline', x: [[3]], y: [[0]] } }],
      first: ['dense', { units: 1, useBias: false, kernelInitialiser: values([[0.5]]) }],
      second: ['dense', { units: 1, useBias: false, kernelInitialiser: values([[0.1]]) }],
      add: ['add'],
      loss: ['mean-squared-error'],
    },
    [
      'data.x -> first.x',
      'first.y -> second.x',
      'first.y -> add.xs.a',
      'second.y -> add.xs.b',
      'add.y -> loss.prediction',
      'data.y -> loss.target',
    ],
    { batchSize: 1, length: { steps: 1 }, steps: [step(sgd(0.01))] },
  )

  it('has the gradient of every wire at its consumer, of every weight, and the update', async () => {
    const { probes, started } = await train(document)
    const { layers, depth, wires } = started.layout
    expect(layers).toEqual(['first', 'second'])
    expect(depth).toEqual([0, 1])
    expect(wires).toEqual(['w1', 'w2', 'w3', 'w4', 'w5'])
    const probe = probes[0]!
    // h = 1.5, y = 1.65; dL/dy = 3.3; through second: 3.3 * 0.1; dL/dh = 3.63; dL/dx = 3.63 * 0.5.
    const near = (...numbers: number[]) => numbers.map((number) => expect.closeTo(number, 5) as number)
    expect([...probe.wireRms]).toEqual(near(1.815, 0.33, 3.3, 3.3, 3.3))
    // dL/dw1 = 3.63 * 3, dL/dw2 = 3.3 * 1.5.
    expect([...probe.gradNorm]).toEqual(near(10.89, 4.95))
    expect([...probe.gradRms]).toEqual(near(10.89, 4.95))
    expect([...probe.relativeGradient]).toEqual(near(21.78, 49.5))
    expect([...probe.updateRatio]).toEqual(near(0.2178, 0.495))
  })

  it('counts biases in the norm, but not in the ratios', async () => {
    const biased = graph(
      {
        data: ['data', { dataset: { kind: 'inline', x: [[3, 4]], y: [[0]] } }],
        net: [
          'dense',
          { units: 1, kernelInitialiser: values([[1], [0]]), biasInitialiser: { kind: 'zeros' } },
        ],
        loss: ['mean-squared-error'],
      },
      ['data.x -> net.x', 'net.y -> loss.prediction', 'data.y -> loss.target'],
      { batchSize: 1, length: { steps: 1 }, steps: [step(sgd(0.01))] },
    )
    const { probes } = await train(biased)
    // dL/dy = 6: kernel (18, 24), bias 6.
    expect(probes[0]!.gradNorm[0]).toBeCloseTo(Math.hypot(18, 24, 6), 4)
    expect(probes[0]!.gradRms[0]).toBeCloseTo(Math.hypot(18, 24) / Math.sqrt(2), 4)
    expect(probes[0]!.relativeGradient[0]).toBeCloseTo(30, 4)
    expect(probes[0]!.updateRatio[0]).toBeCloseTo(0.3, 5)
  })

  it('sees gradients whose squares no float32 can hold', async () => {
    const tiny = graph(
      {
        data: ['data', { dataset: { kind: 'inline', x: [[1e-12]], y: [[1e-10]] } }],
        net: ['dense', { units: 1, useBias: false, kernelInitialiser: values([[1]]) }],
        loss: ['mean-squared-error'],
      },
      ['data.x -> net.x', 'net.y -> loss.prediction', 'data.y -> loss.target'],
      { batchSize: 1, length: { steps: 1 }, steps: [step(sgd(1))] },
    )
    const { probes } = await train(tiny)
    // dL/dy = 2 (1e-12 - 1e-10), dL/dw = that times 1e-12: 2e-22, its square 4e-44.
    expect(probes[0]!.gradNorm[0]! / 1.98e-22).toBeCloseTo(1, 3)
    expect(probes[0]!.wireRms[0]! / 1.98e-10).toBeCloseTo(1, 3)
  })

  it('says that a weight of norm 0 has no ratio', async () => {
    const zero = graph(
      {
        data: ['data', { dataset: { kind: 'inline', x: [[1]], y: [[1]] } }],
        net: ['dense', { units: 1, kernelInitialiser: { kind: 'zeros' } }],
        loss: ['mean-squared-error'],
      },
      ['data.x -> net.x', 'net.y -> loss.prediction', 'data.y -> loss.target'],
      { batchSize: 1, length: { steps: 1 }, steps: [step(sgd(0.1))] },
    )
    const { probes } = await train(zero)
    expect([probes[0]!.relativeGradient[0], probes[0]!.updateRatio[0]]).toEqual([-1, -1])
    expect(probes[0]!.gradNorm[0]).toBeCloseTo(Math.hypot(2, 2), 5)
  })
})

describe('the layout', () => {
  it('leaves out tokens and targets, and gives tied copies to their owner', () => {
    const { plan } = analyse(
      graph(
        {
          data: ['data', { dataset: { kind: 'reverse', samples: 4, length: 3, symbols: 5 } }],
          embed: ['embedding', { vocabulary: 5, units: 4 }],
          a: ['dense', { units: 4 }],
          b: ['dense', { units: 4 }, { weightsOf: 'a' }],
          net: ['dense', { units: 5 }],
          loss: ['sparse-categorical-crossentropy'],
        },
        [
          'data.x -> embed.x',
          'embed.y -> a.x',
          'a.y -> b.x',
          'b.y -> net.x',
          'net.y -> loss.prediction',
          'data.y -> loss.target',
        ],
      ),
      catalogue,
    )
    expect(probeLayout(plan).layout).toEqual({
      layers: ['embed', 'a', 'net'],
      depth: [0, 1, 3],
      wires: ['w2', 'w3', 'w4', 'w5'],
      outputs: ['embed', 'a', 'b', 'net'],
      active: ['a', 'b', 'net'],
      timed: [],
    })
  })
})
