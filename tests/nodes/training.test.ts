/** What a run means by training: seeded masks, moving averages, cuts, fresh noise. */
import type * as Tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { catalogue } from '../../nodes/catalogue'
import { initialParams, type Definition, type RunContext } from '../../nodes/kit/define'
import { tensor } from '../../nodes/kit/spec'
import { cpuTf } from '../support/tf'
import * as node from './support/harness'

let tf: typeof Tf
beforeAll(async () => {
  tf = await cpuTf()
})

function definitionOf(type: string): Definition {
  const definition = catalogue.get(type)
  if (definition === undefined) throw new Error(`No ${type}.`)
  return definition
}

function moments(values: ArrayLike<number>) {
  const all = Array.from(values)
  const mean = all.reduce((sum, x) => sum + x, 0) / all.length
  return { mean, variance: all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length }
}

describe('dropout', () => {
  function drop(x: readonly number[], rate: number, context: RunContext): number[] {
    const definition = definitionOf('dropout')
    const specs = { x: tensor([null]) }
    const layer = node.build(tf, definition, specs, { rate })
    node.applySymbolic(tf, definition, specs, layer)
    return tf.tidy(() => {
      const { y } = node.outputs(tf, definition, { rate }, { x: tf.tensor1d([...x]) }, layer, context)
      return [...(y?.dataSync() ?? [])]
    })
  }
  const ones = new Array<number>(4000).fill(1)

  it('draws another mask at every step, and the same one for the same seed', () => {
    const first = drop(ones, 0.5, node.context(tf, { training: true, step: 1 }))
    expect(drop(ones, 0.5, node.context(tf, { training: true, step: 1 }))).toEqual(first)
    expect(drop(ones, 0.5, node.context(tf, { training: true, step: 2 }))).not.toEqual(first)
    expect(drop(ones, 0.5, node.context(tf, { training: true, step: 1, seed: 2 }))).not.toEqual(first)
  })

  it.each([0.1, 0.25, 0.5, 0.9])('at rate %f keeps the mean and drops that share', (rate) => {
    const y = drop(ones, rate, node.context(tf, { training: true }))
    const dropped = y.filter((x) => x === 0).length / y.length
    expect(Math.abs(dropped - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / y.length))
    expect(Math.abs(moments(y).mean - 1)).toBeLessThan(4 * Math.sqrt(rate / (1 - rate) / y.length))
    for (const x of y) if (x !== 0) expect(x).toBeCloseTo(1 / (1 - rate), 4)
  })

  it('passes everything on in evaluation', () => {
    expect(drop([1, -2, 3], 0.9, node.context(tf, { training: false }))).toEqual([1, -2, 3])
  })
})

describe('batch norm', () => {
  // Mean 2.5, biased variance 1.25, unbiased 1.6667.
  const x = [1, 2, 3, 4]
  const definition = definitionOf('batch-norm')
  const p = { ...initialParams(definition), momentum: 0.75, epsilon: 1e-5 }
  const specs = { x: tensor([null, 1]) }

  function pass(layer: Tf.layers.Layer, context: RunContext): number[] {
    return tf.tidy(() => {
      const { y } = node.outputs(tf, definition, p, { x: tf.tensor2d([...x], [4, 1]) }, layer, context)
      return [...(y?.dataSync() ?? [])]
    })
  }
  function statistics(layer: Tf.layers.Layer): number[] {
    const byName = new Map(
      node.variables(layer).map(({ name, variable }) => [name, variable.dataSync()[0] ?? NaN]),
    )
    return ['moving_mean', 'moving_variance'].map((name) => byName.get(name) ?? NaN)
  }

  it('uses the batch in training and moves its averages only when told', () => {
    const layer = node.build(tf, definition, specs, p)
    node.applySymbolic(tf, definition, specs, layer)
    const before = tf.memory().numTensors
    const normal = x.map((value) => expect.closeTo((value - 2.5) / Math.sqrt(1.25 + 1e-5), 5) as number)
    expect(pass(layer, node.context(tf, { training: true }))).toEqual(normal)
    expect(statistics(layer)).toEqual([0, 1])
    expect(pass(layer, node.context(tf, { training: true, updateStatistics: true }))).toEqual(normal)
    // 0.75 · old + 0.25 · new, the variance being the biased one.
    expect(statistics(layer)).toEqual([expect.closeTo(0.625, 6), expect.closeTo(1.0625, 6)])
    expect(pass(layer, node.context(tf, { training: false, updateStatistics: true }))).toEqual(
      x.map((value) => expect.closeTo((value - 0.625) / Math.sqrt(1.0625 + 1e-5), 5) as number),
    )
    expect(statistics(layer)).toEqual([expect.closeTo(0.625, 6), expect.closeTo(1.0625, 6)])
    expect(tf.memory().numTensors).toBe(before)
    layer.dispose()
  })

  it('moves its averages as tfjs does', () => {
    const [ours, theirs] = [1, 1].map(() => {
      const layer = node.build(tf, definition, specs, p)
      node.applySymbolic(tf, definition, specs, layer)
      return layer
    }) as [Tf.layers.Layer, Tf.layers.Layer]
    for (let step = 0; step < 3; step++) {
      const y = pass(ours, node.context(tf, { training: true, updateStatistics: true }))
      const wanted = tf.tidy(() => [
        ...(theirs.apply(tf.tensor2d([...x], [4, 1]), { training: true }) as Tf.Tensor).dataSync(),
      ])
      expect(y).toEqual(wanted.map((value) => expect.closeTo(value, 5) as number))
    }
    expect(statistics(ours)).toEqual(statistics(theirs).map((value) => expect.closeTo(value, 6) as number))
    ours.dispose()
    theirs.dispose()
  })
})

describe('stop gradient', () => {
  it('passes numbers on and gives zeros back, beside a path that learns', () => {
    const definition = definitionOf('stop-gradient')
    const before = tf.memory().numTensors
    const found = tf.tidy(() => {
      const cut = (x: Tf.Tensor) =>
        node.outputs(tf, definition, {}, { x }, null, node.context(tf, { training: true }))['y'] as Tf.Tensor
      const loss = (a: Tf.Tensor, b: Tf.Tensor) => tf.sum<Tf.Scalar>(tf.mul(cut(tf.square(a)), b))
      const [a, b] = [tf.tensor1d([1, 2]), tf.tensor1d([5, 7])]
      const gradients = tf.grads(loss)([a, b])
      return [cut(a), ...gradients].map((t) => [...t.dataSync()])
    })
    expect(found).toEqual([
      [1, 2],
      [0, 0],
      [1, 4],
    ])
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('noise', () => {
  const definition = definitionOf('noise')
  function draw(params: object, step = 0): number[] {
    const p = { ...initialParams(definition), shape: [500], ...params }
    return tf.tidy(() => {
      const { y } = node.outputs(tf, definition, p, {}, null, node.context(tf, { training: true, step }))
      return [...(y?.dataSync() ?? [])]
    })
  }

  it('is normal or uniform, new at every step and the same again for the same seed', () => {
    const normal = moments(draw({}))
    expect([Math.abs(normal.mean) < 0.08, Math.abs(normal.variance - 1) < 0.12]).toEqual([true, true])
    const uniform = draw({ distribution: 'uniform' })
    expect([
      Math.abs(moments(uniform).mean) < 0.05,
      Math.abs(moments(uniform).variance - 1 / 3) < 0.04,
    ]).toEqual([true, true])
    expect(Math.min(...uniform) >= -1 && Math.max(...uniform) < 1).toBe(true)
    expect(draw({}, 3)).toEqual(draw({}, 3))
    expect(draw({}, 3)).not.toEqual(draw({}, 4))
  })
})
