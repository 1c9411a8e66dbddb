/** What the nodes that draw at random do while a net trains: which numbers share a draw, how strong it is, what stays. */
import type * as Tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { catalogue } from '../../nodes/catalogue'
import type { Definition } from '../../nodes/kit/define'
import { tensor } from '../../nodes/kit/spec'
import { cpuTf } from '../support/tf'
import * as node from './support/harness'

let tf: typeof Tf
beforeAll(async () => {
  tf = await cpuTf()
})

const [samples, places, channels] = [120, 4, 6]

interface Drawn {
  readonly step?: number
  readonly seed?: number
  readonly training?: boolean
}

/** What becomes of ones [samples, places, channels]. */
function drawn(type: string, p: object, o: Drawn = {}): readonly number[][][] {
  const definition = catalogue.get(type) as Definition
  const specs = { x: tensor([null, places, channels]) }
  const layer = node.build(tf, definition, specs, { ...p })
  node.applySymbolic(tf, definition, specs, layer)
  const context = node.context(tf, { training: true, ...o })
  return tf.tidy(() => {
    const x = tf.ones([samples, places, channels])
    const { y } = node.outputs(tf, definition, { ...p }, { x }, layer, context)
    return y?.arraySync() as number[][][]
  })
}

function moments(all: readonly number[]) {
  const mean = all.reduce((sum, x) => sum + x, 0) / all.length
  return { mean, variance: all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length }
}

const strengths = [
  ['spatial-dropout', { rate: 0.25 }],
  ['gaussian-dropout', { rate: 0.25 }],
  ['alpha-dropout', { rate: 0.25 }],
  ['gaussian-noise', { stddev: 0.5 }],
  ['stochastic-depth', { rate: 0.25 }],
] as const

describe.each(strengths)('%s', (type, p) => {
  it('draws anew at every step, the same again for the same seed, and passes on in evaluation', () => {
    const first = drawn(type, p, { step: 1 })
    expect(drawn(type, p, { step: 1 })).toEqual(first)
    expect(drawn(type, p, { step: 2 })).not.toEqual(first)
    expect(drawn(type, p, { step: 1, seed: 2 })).not.toEqual(first)
    expect(
      drawn(type, p, { training: false })
        .flat(2)
        .every((x) => x === 1),
    ).toBe(true)
  })
})

it('drops whole channels of a sample, and the share that was asked for', () => {
  const y = drawn('spatial-dropout', { rate: 0.25 })
  for (const sample of y) for (const place of sample) expect(place).toEqual(sample[0])
  const each = y.map((sample) => sample[0] ?? []).flat()
  expect(new Set(each.map((x) => x.toFixed(4)))).toEqual(new Set(['0.0000', (4 / 3).toFixed(4)]))
  expect(Math.abs(moments(each).mean - 1)).toBeLessThan(4 * Math.sqrt(1 / 3 / each.length))
})

it('drops whole samples, and the share that was asked for', () => {
  const y = drawn('stochastic-depth', { rate: 0.25 }).map((sample) => new Set(sample.flat()))
  expect(y.every((numbers) => numbers.size === 1)).toBe(true)
  const each = y.flatMap((numbers) => [...numbers])
  expect(new Set(each.map((x) => x.toFixed(4)))).toEqual(new Set(['0.0000', (4 / 3).toFixed(4)]))
  expect(Math.abs(moments(each).mean - 1)).toBeLessThan(4 * Math.sqrt(1 / 3 / each.length))
})

it('multiplies by noise as strong as dropout of the rate', () => {
  const all = drawn('gaussian-dropout', { rate: 0.25 }).flat(2)
  expect(moments(all).mean).toBeCloseTo(1, 1)
  expect(moments(all).variance).toBeCloseTo(1 / 3, 1)
})

it('adds noise of the deviation asked for', () => {
  const all = drawn('gaussian-noise', { stddev: 0.5 }).flat(2)
  expect(moments(all).mean).toBeCloseTo(1, 1)
  expect(moments(all).variance).toBeCloseTo(0.25, 1)
})

it('keeps mean 0 and variance 1 where selu dropped numbers stand at its floor', () => {
  const [rate, floor] = [0.25, -1.7580993408473766]
  const a = 1 / Math.sqrt((1 - rate) * (1 + rate * floor ** 2))
  const b = -a * floor * rate
  const all = drawn('alpha-dropout', { rate }).flat(2)
  const kinds = new Set(all.map((x) => x.toFixed(4)))
  expect(kinds).toEqual(new Set([(a + b).toFixed(4), (a * floor + b).toFixed(4)]))
  const dropped = all.filter((x) => x < 0).length / all.length
  expect(Math.abs(dropped - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / all.length))
})
