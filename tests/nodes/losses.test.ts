/** Losses and metrics against numbers worked out in double precision, and on the edge of float32. */
import type * as Tf from '@tensorflow/tfjs'
import { beforeAll, expect, it } from 'vitest'
import { catalogue } from '../../nodes/catalogue'
import { initialParams, type Definition } from '../../nodes/kit/define'
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

const near = (x: number) => expect.closeTo(x, 5) as number

interface Numbers {
  readonly values: readonly number[]
  readonly shape: readonly number[]
  readonly dtype?: 'int32'
}

function inputs(prediction: Numbers, target: Numbers | undefined) {
  const make = (n: Numbers | undefined) =>
    n === undefined ? undefined : tf.tensor([...n.values], [...n.shape], n.dtype ?? 'float32')
  return { prediction: make(prediction), target: make(target) } as never
}

/** Value and gradient of a loss at its prediction. */
function loss(type: string, prediction: Numbers, target?: Numbers, params: object = {}) {
  const definition = definitionOf(type)
  if (definition.role !== 'loss') throw new Error(`${type} is no loss.`)
  return tf.tidy(() => {
    const given = inputs(prediction, target) as { prediction: Tf.Tensor; target: Tf.Tensor }
    const p = { ...initialParams(definition), ...params }
    const { value, grad } = tf.valueAndGrad((x: Tf.Tensor) =>
      definition.run({ tf, inputs: { ...given, prediction: x }, p }),
    )(given.prediction)
    return { value: value.dataSync()[0] ?? NaN, gradient: [...grad.dataSync()] }
  })
}

function metric(type: string, batches: readonly [Numbers, Numbers][], params: object = {}) {
  const definition = definitionOf(type)
  if (definition.role !== 'metric') throw new Error(`${type} is no metric.`)
  const sums = batches.map(([prediction, target]) =>
    tf.tidy(() => [
      ...definition
        .sums({ tf, inputs: inputs(prediction, target), p: { ...initialParams(definition), ...params } })
        .dataSync(),
    ]),
  )
  return definition.value(sums.reduce((a, b) => a.map((x, i) => x + (b[i] ?? 0))))
}

function crossEntropy(rows: readonly (readonly number[])[], right: readonly (readonly number[])[]) {
  const each = rows.map((row, r) => {
    const total = row.reduce((sum, x) => sum + Math.exp(x), 0)
    return -row.reduce((sum, x, k) => sum + (right[r]?.[k] ?? 0) * (x - Math.log(total)), 0)
  })
  return each.reduce((sum, x) => sum + x, 0) / each.length
}

const logits = [
  [0.2, -1.3, 2.1],
  [1.7, 0.4, -0.6],
  [-0.5, 0.1, 0.3],
  [3.1, -2.2, 0.9],
]
const flat: Numbers = { values: logits.flat(), shape: [4, 3] }
const classes = [2, 0, 1, 2]
const oneHot = classes.map((k) => [0, 1, 2].map((i) => (i === k ? 1 : 0)))

it('takes cross-entropy by class number, over a batch and over time', () => {
  const wanted = crossEntropy(logits, oneHot)
  const type = 'sparse-categorical-crossentropy'
  expect(loss(type, flat, { values: classes, shape: [4], dtype: 'int32' }).value).toBeCloseTo(wanted, 6)
  const inTime = loss(
    type,
    { values: logits.flat(), shape: [2, 2, 3] },
    { values: classes, shape: [2, 2], dtype: 'int32' },
  )
  expect(inTime.value).toBeCloseTo(wanted, 6)
})

it('takes cross-entropy by class column, soft ones too', () => {
  const soft = [
    [0.1, 0.2, 0.7],
    [0.5, 0.5, 0],
    [0.3, 0.3, 0.4],
    [1, 0, 0],
  ]
  expect(loss('categorical-crossentropy', flat, { values: soft.flat(), shape: [4, 3] }).value).toBeCloseTo(
    crossEntropy(logits, soft),
    6,
  )
  const hard = loss('categorical-crossentropy', flat, { values: oneHot.flat(), shape: [4, 3] })
  const sparse = loss('sparse-categorical-crossentropy', flat, {
    values: classes,
    shape: [4],
    dtype: 'int32',
  })
  expect(hard).toEqual(sparse)
})

it('takes binary cross-entropy, against a wire and against a constant', () => {
  const x = [0.3, -2, 5, -0.1]
  const z = [1, 0, 0.25, 1]
  const surprise = (x: number, z: number) =>
    -z * Math.log(1 / (1 + Math.exp(-x))) - (1 - z) * Math.log(1 - 1 / (1 + Math.exp(-x)))
  const mean = (target: (i: number) => number) =>
    x.reduce((sum, x, i) => sum + surprise(x, target(i)), 0) / x.length
  const prediction: Numbers = { values: x, shape: [4, 1] }
  const type = 'binary-crossentropy'
  expect(loss(type, prediction, { values: z, shape: [4, 1] }).value).toBeCloseTo(
    mean((i) => z[i] ?? 0),
    6,
  )
  expect(loss(type, prediction, { values: [1, 0, 0, 1], shape: [4], dtype: 'int32' }).value).toBeCloseTo(
    mean((i) => [1, 0, 0, 1][i] ?? 0),
    6,
  )
  expect(loss(type, prediction).value).toBeCloseTo(
    mean(() => 1),
    6,
  )
  expect(loss(type, prediction, undefined, { constantTarget: 0 }).value).toBeCloseTo(
    mean(() => 0),
    6,
  )
})

it('stays finite at scores far out, with the right slope', () => {
  const binary = loss(
    'binary-crossentropy',
    { values: [-200, 200, 0, 1e4], shape: [4, 1] },
    { values: [1, 0, 1, 1], shape: [4, 1] },
  )
  expect(binary.value).toBeCloseTo((200 + 200 + Math.log(2)) / 4, 3)
  expect(binary.gradient.map((g) => g * 4)).toEqual([-1, 1, -0.5, 0].map(near))
  const sparse = loss(
    'sparse-categorical-crossentropy',
    { values: [1000, 0, -1000, 0], shape: [2, 2] },
    { values: [1, 1], shape: [2], dtype: 'int32' },
  )
  expect(sparse.value).toBeCloseTo(500, 3)
  expect(sparse.gradient).toEqual([0.5, -0.5, 0, 0].map(near))
})

it('takes the mean squared error over every number', () => {
  const type = 'mean-squared-error'
  const prediction: Numbers = { values: [1, 2, 3, 5], shape: [2, 2] }
  expect(loss(type, prediction, { values: [1, 0, 4, 1], shape: [2, 2] }).value).toBeCloseTo(
    (0 + 4 + 1 + 16) / 4,
    6,
  )
  expect(loss(type, prediction, undefined, { constantTarget: 2 }).value).toBeCloseTo((1 + 0 + 1 + 9) / 4, 6)
  // Hinton's half sum equals the mean where there are two outputs.
  expect(
    loss(
      type,
      { values: [0.7513650695523157, 0.7729284653214625], shape: [1, 2] },
      { values: [0.01, 0.99], shape: [1, 2] },
    ).value,
  ).toBeCloseTo(0.298371, 6)
})

it('counts right answers whatever way the classes are written', () => {
  const first: [Numbers, Numbers] = [flat, { values: classes, shape: [4], dtype: 'int32' }]
  const second: [Numbers, Numbers] = [
    { values: [0, 1, 0, 1, 0, 0], shape: [2, 3] },
    { values: [1, 2], shape: [2], dtype: 'int32' },
  ]
  // Right of the first four: 2, 0 (not 1 -> 2, not 2 -> 0); of the next two: one. Sums add up over batches of any size.
  expect(metric('accuracy', [first])).toBeCloseTo(2 / 4, 6)
  expect(metric('accuracy', [first, second])).toBeCloseTo(3 / 6, 6)
  expect(metric('accuracy', [[flat, { values: oneHot.flat(), shape: [4, 3] }]])).toBeCloseTo(2 / 4, 6)
  const yes: [Numbers, Numbers] = [
    { values: [0.4, 0.6, -1, 2], shape: [4, 1] },
    { values: [1, 1, 0, 0], shape: [4, 1] },
  ]
  expect(metric('accuracy', [yes])).toBeCloseTo(3 / 4, 6)
  expect(metric('accuracy', [yes], { threshold: 0.5 })).toBeCloseTo(2 / 4, 6)
  expect(metric('accuracy', [[yes[0], { values: [1, 1, 0, 0], shape: [4], dtype: 'int32' }]])).toBeCloseTo(
    3 / 4,
    6,
  )
})

it('takes the mean absolute error over all batches', () => {
  const one: [Numbers, Numbers] = [
    { values: [1, 2], shape: [2, 1] },
    { values: [0, 4], shape: [2, 1] },
  ]
  const other: [Numbers, Numbers] = [
    { values: [5], shape: [1, 1] },
    { values: [-1], shape: [1], dtype: 'int32' },
  ]
  expect(metric('mean-absolute-error', [one, other])).toBeCloseTo((1 + 2 + 6) / 3, 6)
})

it('weighs classes and answers by what counts, and leaves padding out', () => {
  const type = 'sparse-categorical-crossentropy'
  const each = logits.map((row, r) => crossEntropy([row], [oneHot[r] ?? []]))
  const target: Numbers = { values: classes, shape: [4], dtype: 'int32' }
  const weights = [1, 3, 0.5]
  const own = classes.map((k) => weights[k] ?? 0)
  const mean = (counts: readonly number[]) =>
    counts.reduce((sum, w, i) => sum + w * (each[i] ?? 0), 0) / counts.reduce((a, b) => a + b)
  expect(loss(type, flat, target, { classWeights: weights }).value).toBeCloseTo(mean(own), 5)
  const scaled = loss(type, flat, target, { classWeights: weights.map((w) => 7 * w) })
  expect(scaled.value).toBeCloseTo(mean(own), 5)
  expect(loss(type, flat, target, { ignoreClass: 2 }).value).toBeCloseTo(mean([0, 1, 1, 0]), 5)
  const columns: Numbers = { values: oneHot.flat(), shape: [4, 3] }
  const byColumn = loss('categorical-crossentropy', flat, columns, {
    classWeights: weights,
    labelSmoothing: 0.1,
  })
  const byNumber = loss(type, flat, target, { classWeights: weights, labelSmoothing: 0.1 })
  expect(byColumn.value).toBeCloseTo(byNumber.value, 5)
})

it('says 0, not NaN, where nothing counts', () => {
  const target: Numbers = { values: [1, 1], shape: [2], dtype: 'int32' }
  const two: Numbers = { values: [1, -2, 3, 0], shape: [2, 2] }
  expect(loss('sparse-categorical-crossentropy', two, target, { ignoreClass: 1 })).toEqual({
    value: 0,
    gradient: [0, 0, 0, 0].map(near),
  })
})

it('weighs two classes alike as yes and no, and as classes', () => {
  const x = [0.4, -1.2, 2.5]
  const yes = [1, 0, 1]
  const params = { classWeights: [2, 5], labelSmoothing: 0.2 }
  const binary = loss('binary-crossentropy', { values: x, shape: [3] }, { values: yes, shape: [3] }, params)
  const pairs: Numbers = { values: x.flatMap((score) => [0, score]), shape: [3, 2] }
  const sparse = loss(
    'sparse-categorical-crossentropy',
    pairs,
    { values: yes, shape: [3], dtype: 'int32' },
    params,
  )
  expect(binary.value).toBeCloseTo(sparse.value, 5)
})

it('opens the cross-entropies of version 1 with the numbers that they had', () => {
  for (const type of ['sparse-categorical-crossentropy', 'categorical-crossentropy', 'binary-crossentropy']) {
    const definition = definitionOf(type)
    const old = type === 'binary-crossentropy' ? { constantTarget: 0 } : {}
    const [migrate] = definition.migrations
    expect(migrate?.(old)).toEqual({ ...initialParams(definition), ...old })
  }
})

/** All labels of a length that collapse to these: every path of classes is tried. */
function byEveryPath(rows: readonly (readonly number[])[], labels: readonly number[]): number {
  const probabilities = rows.map((row) => {
    const total = row.reduce((sum, x) => sum + Math.exp(x), 0)
    return row.map((x) => Math.exp(x) / total)
  })
  const collapse = (path: readonly number[]) => path.filter((k, t) => k !== 0 && k !== path[t - 1])
  let sum = 0
  const walk = (path: readonly number[], chance: number): void => {
    const row = probabilities[path.length]
    if (row !== undefined) for (const [k, one] of row.entries()) walk([...path, k], chance * one)
    else if (collapse(path).join() === labels.join()) sum += chance
  }
  walk([], 1)
  return -Math.log(sum)
}

it('finds the labels of CTC along every path, repeats and padding included', () => {
  const rows = [...logits, [1, -1, 0.5]]
  const prediction: Numbers = { values: rows.flat(), shape: [1, 5, 3] }
  for (const labels of [[1, 2], [1, 1], [2], [2, 1, 2], []]) {
    const padded = [0, 1, 2].map((at) => labels[at] ?? (at === 1 ? 0 : -1))
    const target: Numbers = { values: padded, shape: [1, 3], dtype: 'int32' }
    expect(loss('ctc', prediction, target).value, labels.join()).toBeCloseTo(byEveryPath(rows, labels), 5)
  }
  const tooMany = loss('ctc', prediction, { values: [1, 1, 1, 1], shape: [1, 4], dtype: 'int32' })
  expect(tooMany).toEqual({ value: near(0), gradient: rows.flat().map(() => near(0)) })
})

/** What is the logarithm of something, and would overflow beyond this. */
const limits: Readonly<Record<string, number>> = { log_variance: 80 }

it('keeps every loss and its gradients finite at scores of 100', () => {
  for (const definition of catalogue.values()) {
    if (definition.role !== 'loss') continue
    for (const item of definition.cases.filter(({ refused }) => refused === undefined)) {
      for (const sign of [1, -1]) {
        tf.tidy(() => {
          const drawn = node.randomInputs(tf, definition, item) as Readonly<Record<string, Tf.Tensor>>
          const far = Object.entries(drawn).map(([port, value]): [string, Tf.Tensor] => {
            const spec = item.inputs[port] as Parameters<typeof node.drawOf>[2]
            if (node.drawOf(item, port, spec) !== 'real') return [port, value]
            const most = limits[port] ?? 100
            const place = tf.reshape(tf.range(0, value.size), value.shape)
            // 100 and -100 in every order, and a few that are equal.
            return [port, tf.mul(tf.sign(tf.sin(tf.add(tf.mul(place, 2.3), 0.5))), sign * most)]
          })
          const open = far.filter(([port]) => node.drawOf(item, port, item.inputs[port] as never) === 'real')
          const still = far.filter((entry) => !open.includes(entry))
          const p = node.caseParams(definition, item)
          const run = (...values: Tf.Tensor[]) =>
            definition.run({
              tf,
              inputs: Object.fromEntries([
                ...still,
                ...open.map(([port], at) => [port, values[at]]),
              ]) as never,
              p,
            })
          const { value, grads } = tf.valueAndGrads(run)(open.map(([, x]) => x))
          for (const tensor of [value, ...grads])
            expect(tensor.dataSync().every(Number.isFinite), `${definition.type} ${JSON.stringify(p)}`).toBe(
              true,
            )
        })
      }
    }
  }
})
