/** Facts of the samples, against numbers worked out by hand. */
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { loadData } from '../../../engine/data/load-data'
import { measureSamples } from '../../../engine/data/measure'
import { catalogue } from '../../../nodes/catalogue'
import { graph } from '../documents'

async function measured(
  dataset: object,
  loss: readonly [string, Record<string, unknown>?],
  units: number,
  data: Record<string, unknown> = {},
) {
  const { plan } = analyse(
    graph({ data: ['data', { dataset, ...data }], net: ['dense', { units }], loss }, [
      'data.x -> net.x',
      'net.y -> loss.prediction',
      'data.y -> loss.target',
    ]),
    catalogue,
  )
  const loaded = await loadData(plan, [], () => Promise.reject(new Error('no file')))
  if ('refused' in loaded) throw new Error(loaded.refused)
  return measureSamples(plan, loaded, 2)
}

const inline = (x: number[][], y: number[][]) => ({ kind: 'inline', x, y })

describe('the facts of samples', () => {
  const values = inline([[1, 10], [3, 20], [5, 60]], [[0], [2], [4]]) // prettier-ignore

  it('are mean, deviation and range of what the network sees', async () => {
    const { data } = await measured(values, ['mean-squared-error'], 1)
    expect(data[0]?.x).toMatchObject({ size: 2, least: 1, most: 60, large: 60 })
    expect(data[0]?.x?.mean).toBeCloseTo(99 / 6, 6)
    // Deviations sqrt(8/3) and sqrt(1400/3).
    expect(data[0]?.x?.deviationRatio).toBeCloseTo(Math.sqrt(1400 / 8), 4)
  })

  it.each([
    ['mean-squared-error', {}, 8 / 3],
    ['absolute-error', {}, 4 / 3],
    ['huber', { delta: 1 }, (1.5 + 0 + 1.5) / 3],
    ['log-cosh', {}, (2 * Math.log(Math.cosh(2))) / 3],
  ] as const)('tell what the best constant answer costs in %s', async (type, params, chance) => {
    const { losses } = await measured(values, [type, params], 1)
    expect(losses[0]?.chance).toBeCloseTo(chance, 5)
  })

  it('tell it of yes and no, with smoothing', async () => {
    const yes = inline([[1], [2], [3], [4]], [[1], [0], [0], [0]])
    const entropy = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p)
    const plain = await measured(yes, ['binary-crossentropy'], 1)
    expect(plain.losses[0]).toMatchObject({ task: 'binary', majority: 0.75, floor: 0 })
    expect(plain.losses[0]?.chance).toBeCloseTo(entropy(0.25), 6)
    expect(plain.data[0]?.classes).toEqual([3, 1])
    const smoothed = await measured(yes, ['binary-crossentropy', { labelSmoothing: 0.2 }], 1)
    expect(smoothed.losses[0]?.chance).toBeCloseTo(entropy(0.3), 6)
    expect(smoothed.losses[0]?.floor).toBeCloseTo(entropy(0.1), 6)
  })

  it('tell where a number is beyond what a float32 holds', async () => {
    const wild = inline([[1, 2], [3, 1e39]], [[0], [1]]) // prettier-ignore
    const { data } = await measured(wild, ['mean-squared-error'], 1)
    expect(data[0]?.notFinite).toEqual({ count: 1, row: 2, column: '2', target: false })
  })

  it('count the classes of a batch only where the samples are not dealt anew', async () => {
    const sorted = inline(
      Array.from({ length: 8 }, (_, at) => [at]),
      Array.from({ length: 8 }, (_, at) => [at < 4 ? 0 : 1]),
    )
    const kept = await measured(sorted, ['binary-crossentropy'], 1, { shuffle: false })
    const dealt = await measured(sorted, ['binary-crossentropy'], 1)
    expect([kept.data[0]?.classesInBatch, dealt.data[0]?.classesInBatch]).toEqual([1, null])
  })
})
