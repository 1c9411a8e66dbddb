/** Metrics: sums that add up however a split is cut, figures worked out another way, and splits that are extreme. */
import type * as Tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { catalogue } from '../../nodes/catalogue'
import { initialParams, type Definition } from '../../nodes/kit/define'
import { cpuTf } from '../support/tf'
import * as node from './support/harness'

let tf: typeof Tf
beforeAll(async () => {
  tf = await cpuTf()
})

type Metric = Extract<Definition, { role: 'metric' }>
type Tensors = Readonly<Record<string, Tf.Tensor>>
const metrics = [...catalogue.values()].filter((one): one is Metric => one.role === 'metric')

function metricOf(type: string): Metric {
  const found = metrics.find((one) => one.type === type)
  if (found === undefined) throw new Error(`There is no metric ${type}.`)
  return found
}

function sumsOf(definition: Metric, inputs: Tensors, params: object): number[] {
  const p = { ...initialParams(definition), ...params }
  return tf.tidy(() => [...definition.sums({ tf, inputs: inputs, p }).dataSync()])
}

const whole = (values: readonly number[], shape: readonly number[] = [values.length]) =>
  tf.tensor([...values], [...shape], 'int32')
const numbers = (values: readonly number[], shape: readonly number[] = [values.length]) =>
  tf.tensor([...values], [...shape], 'float32')

/** The figure of one batch. */
function figure(
  type: string,
  prediction: () => Tf.Tensor,
  target: () => Tf.Tensor,
  params: object = {},
): number {
  const definition = metricOf(type)
  return tf.tidy(() =>
    definition.value(sumsOf(definition, { prediction: prediction(), target: target() }, params)),
  )
}

describe.each(metrics.map((definition) => [definition.type, definition] as const))('%s', (_, definition) => {
  it('adds up to the same over batches of any size', () => {
    for (const item of definition.cases.filter(({ refused }) => refused === undefined)) {
      tf.tidy(() => {
        const inputs = node.randomInputs(tf, definition, item) as Tensors
        const part = (from: number, size: number) =>
          Object.fromEntries(
            Object.entries(inputs).map(([port, x]) => {
              const rest = x.shape.slice(1)
              return [port, tf.slice(x, [from, ...rest.map(() => 0)], [size, ...rest])]
            }),
          )
        const p = item.params ?? {}
        const all = sumsOf(definition, inputs, p)
        const cut = [part(0, 1), part(1, 3)].map((batch) => sumsOf(definition, batch, p))
        const added = all.map((_, at) => cut.reduce((sum, sums) => sum + (sums[at] ?? NaN), 0))
        for (const [at, sum] of all.entries()) expect(added[at]).toBeCloseTo(sum, 4)
        expect(Number.isFinite(definition.value(all))).toBe(true)
        expect(Number.isFinite(definition.value(all.map(() => 0)))).toBe(true)
      })
    }
  })
})

describe('precision, recall and F1', () => {
  // Class 2 never occurs and is never given; class 1 is given once too often.
  const scores = () => numbers([2, 1, 0, 0, 3, 1, 0, 1, 0, 5, 0, 0], [4, 3])
  const right = () => whole([0, 1, 0, 0])

  it('are means over the classes that occur', () => {
    expect(figure('precision', scores, right)).toBeCloseTo((1 + 1 / 2) / 2, 6)
    expect(figure('recall', scores, right)).toBeCloseTo((2 / 3 + 1) / 2, 6)
    expect(figure('f1', scores, right)).toBeCloseTo((4 / 5 + 2 / 3) / 2, 6)
    for (const type of ['precision', 'recall', 'f1'])
      expect(figure(type, scores, right, { average: 'micro' })).toBeCloseTo(3 / 4, 6)
  })

  it('are 0, not NaN, where there is no yes', () => {
    for (const type of ['precision', 'recall', 'f1']) {
      expect(
        figure(
          type,
          () => numbers([-1, -2]),
          () => numbers([0, 0]),
        ),
      ).toBe(0)
      expect(
        figure(
          type,
          () => numbers([1, -2]),
          () => numbers([0, 0]),
        ),
      ).toBe(0)
      expect(
        figure(
          type,
          () => numbers([1, 2]),
          () => numbers([1, 1]),
        ),
      ).toBe(1)
    }
  })
})

describe('AUC', () => {
  it('is the share of pairs in the right order, and finer with more thresholds', () => {
    const chances = Array.from({ length: 40 }, (_, i) => ((i * 37) % 101) / 101)
    const answers = chances.map((chance, i) => ((i * 13) % 7) / 7 < chance)
    let pairs = 0
    let right = 0
    for (const [i, yes] of answers.entries())
      for (const [j, other] of answers.entries()) {
        if (!yes || other) continue
        pairs += 1
        right += (chances[i] ?? 0) > (chances[j] ?? 0) ? 1 : 0
      }
    const auc = (thresholds: number) =>
      figure(
        'auc',
        () => numbers(chances),
        () => numbers(answers.map(Number)),
        { scores: 'probabilities', thresholds },
      )
    expect(auc(1000)).toBeCloseTo(right / pairs, 6)
    expect(Math.abs(auc(20) - right / pairs)).toBeLessThan(0.05)
  })

  it('is 1 for the right order, 0 for the reverse, and a half where one answer is missing', () => {
    const scores = () => numbers([-3, -1, 2, 4])
    expect(figure('auc', scores, () => numbers([0, 0, 1, 1]))).toBe(1)
    expect(figure('auc', scores, () => numbers([1, 1, 0, 0]))).toBe(0)
    expect(figure('auc', scores, () => numbers([1, 1, 1, 1]))).toBe(0.5)
    expect(
      figure(
        'auc',
        () => numbers([0, 0]),
        () => numbers([0, 1]),
      ),
    ).toBe(0.5)
  })
})

it('R² is 0 for the mean, 1 for the truth, and finite where targets never vary', () => {
  const truth = () => numbers([1, 2, 6])
  expect(figure('r2', () => numbers([3, 3, 3]), truth)).toBeCloseTo(0, 6)
  expect(figure('r2', truth, truth)).toBe(1)
  expect(
    figure(
      'r2',
      () => numbers([5, 5]),
      () => numbers([5, 5]),
    ),
  ).toBe(1)
  expect(
    figure(
      'r2',
      () => numbers([4, 5]),
      () => numbers([5, 5]),
    ),
  ).toBe(0)
  const far = (at: number) => () => numbers([1, 2, 6].map((y) => y + at))
  expect(figure('r2', () => numbers([10_001, 10_003, 10_005]), far(10_000), { centre: 10_000 })).toBeCloseTo(
    1 - 2 / 14,
    5,
  )
})

it('perplexity is the size of the vocabulary for a guess', () => {
  expect(
    figure(
      'perplexity',
      () => tf.zeros([2, 3, 7]),
      () => whole([0, 1, 2, 3, 4, 5], [2, 3]),
    ),
  ).toBeCloseTo(7, 4)
})

it('top-k counts what is no number as wrong', () => {
  const scores = () => numbers([NaN, 1, 2, 0.5, 0.25, 0], [2, 3])
  expect(figure('top-k', scores, () => whole([1, 1]), { k: 2 })).toBe(0.5)
})

describe('BLEU', () => {
  const text = (words: string, length = 0) => {
    const ids = words.split(' ').map((word) => word.charCodeAt(0))
    return [...ids, ...Array.from({ length: Math.max(0, length - ids.length) }, () => 0)]
  }

  it('clips what is said too often (Papineni et al. 2002, example 2)', () => {
    // "the the the the the the the" against "the cat is on the mat": 2 of 7; longer than the reference, so no penalty.
    const said = text('t t t t t t t')
    const wanted = text('t c i o t m', 7)
    expect(
      figure(
        'bleu',
        () => whole(said, [1, 7]),
        () => whole(wanted, [1, 7]),
        { order: 1, end: 0 },
      ),
    ).toBeCloseTo(2 / 7, 6)
  })

  it('is 1 for the same, 0 without a match of the longest run, and punishes what is too short', () => {
    const same = text('a b c d e f')
    const as = (ids: readonly number[]) => () => whole(ids, [1, ids.length])
    expect(figure('bleu', as(same), as(same))).toBeCloseTo(1, 6)
    expect(figure('bleu', as(text('a b c x d e')), as(same))).toBe(0)
    expect(figure('bleu', as(text('a b c d')), as(same))).toBeCloseTo(Math.exp(1 - 6 / 4), 6)
    expect(figure('bleu', as([0, 0, 0]), as(same), { end: 0 })).toBe(0)
  })
})
