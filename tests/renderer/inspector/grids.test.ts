/** Where the inspector puts numbers: cells of pictures and the numbers they stand for, columns and rows of histograms. */
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import {
  layoutOf,
  linearBins,
  logBin,
  logBins,
  type Histogram,
  type TensorName,
} from '../../../engine/session/look'
import type { Seen } from '../../../engine/session/looks'
import { catalogue } from '../../../nodes/catalogue'
import { plainRange, scaleOf } from '../../../renderer/inspector/colours'
import { histogramGrid } from '../../../renderer/inspector/histogram-grid'
import {
  arrange,
  cellAt,
  cornerOf,
  indexOf,
  neighbour,
  offsetOf,
} from '../../../renderer/inspector/picture-grid'
import { firstOf, stepsOf, tensorsOf } from '../../../renderer/inspector/tensors'
import { graph } from '../../engine/documents'

const { plan } = analyse(
  graph(
    {
      data: ['data', { dataset: { kind: 'recall', samples: 8, length: 16, symbols: 4 }, shape: [8, 8, 1] }],
      conv: ['conv2d', { filters: 4, kernelSize: [3, 3], padding: 'same' }],
      norm: ['batch-norm'],
      flat: ['flatten'],
      net: ['dense', { units: 4 }],
      loss: ['sparse-categorical-crossentropy'],
    },
    [
      'data.x -> conv.x',
      'conv.y -> norm.x',
      'norm.y -> flat.x',
      'flat.y -> net.x',
      'net.y -> loss.prediction',
      'data.y -> loss.target',
    ],
  ),
  catalogue,
)
const step = (path: string) => plan.byPath.get(path)!

describe('the views of a node', () => {
  it('show what it has: outputs, weights, and gradients of what trains', () => {
    expect(tensorsOf(step('conv'), 'output')).toEqual(['output:y'])
    expect(tensorsOf(step('conv'), 'gradients')).toEqual(['gradient:kernel', 'gradient:bias', 'backward:y'])
    expect(tensorsOf(step('norm'), 'weights')).toHaveLength(4)
    expect(tensorsOf(step('norm'), 'gradients')).toEqual(['gradient:gamma', 'gradient:beta', 'backward:y'])
    expect(tensorsOf(step('flat'), 'weights')).toEqual([])
    expect(tensorsOf(step('flat'), 'gradients')).toEqual(['backward:y'])
    expect(tensorsOf(step('data'), 'gradients')).toEqual([])
  })

  it('are of the steps that a node stands for, and of no loss', () => {
    expect(stepsOf(plan, 'conv').map(({ path }) => path)).toEqual(['conv'])
    expect(stepsOf(plan, 'loss')).toEqual([])
    expect(firstOf(plan.steps)?.path).toBe('conv')
  })
})

describe('a picture', () => {
  const of = (path: string, tensor: TensorName, shape: readonly number[], width = 250) =>
    arrange(shape, layoutOf(step(path), tensor, shape), width, 0)

  it('lays a kernel out as an image for every pair of channels', () => {
    const grid = of('conv', 'weight:kernel', [3, 3, 2, 4])
    expect(grid).toMatchObject({ images: 8, perLine: 4, rows: 3, columns: 3 })
    // Second line: the second input; third image in it: the third output.
    expect(indexOf(grid, { image: 6, row: 2, column: 1 })).toEqual([2, 1, 1, 2])
  })

  it('lays feature maps out as an image for every channel, in even lines', () => {
    const grid = of('conv', 'output:y', [8, 8, 16])
    expect(grid).toMatchObject({ images: 16, perLine: 4, rows: 8, columns: 8 })
    expect(grid.width).toBeLessThanOrEqual(250)
    expect(indexOf(grid, { image: 5, row: 1, column: 7 })).toEqual([1, 7, 5])
  })

  it('fills a square with numbers in a row, and never leaves the width', () => {
    expect(of('net', 'weight:bias', [64])).toMatchObject({ images: 64, perLine: 8, rows: 1, columns: 1 })
    for (const shape of [
      [96, 96],
      [96, 5],
      [3, 96],
      [1, 1],
    ])
      expect(of('net', 'weight:kernel', shape, 200).width).toBeLessThanOrEqual(200)
  })

  it('finds under every cell the number that was painted there, and nothing between', () => {
    const grid = of('conv', 'weight:kernel', [3, 3, 1, 16])
    const seen = new Set<number>()
    for (let image = 0; image < grid.images; image++) {
      const [x, y] = cornerOf(grid, image)
      expect(cellAt(grid, x - 1, y + 1)?.image).not.toBe(image)
      for (let row = 0; row < 3; row++)
        for (let column = 0; column < 3; column++) {
          const cell = { image, row, column }
          expect(cellAt(grid, x + (column + 0.5) * grid.cell, y + (row + 0.5) * grid.cell)).toEqual(cell)
          seen.add(offsetOf(grid.shown, indexOf(grid, cell)))
        }
    }
    expect(seen.size).toBe(144)
  })

  it('is walked through over the edges of its images, to the outermost cell', () => {
    const grid = of('conv', 'output:y', [2, 2, 4], 70)
    expect(grid).toMatchObject({ perLine: 2 })
    let cell = { image: 0, row: 0, column: 0 }
    for (let turn = 0; turn < 9; turn++) cell = neighbour(grid, cell, 1, 0)
    expect(cell).toEqual({ image: 1, row: 0, column: 1 })
    for (let turn = 0; turn < 9; turn++) cell = neighbour(grid, cell, 0, 1)
    expect(cell).toEqual({ image: 3, row: 1, column: 1 })
  })
})

describe('histograms over time', () => {
  function seen(
    at: number,
    low: number,
    high: number,
    log: readonly (readonly [number, number])[],
  ): Seen<Histogram> {
    const linear = new Float32Array(linearBins).fill(1)
    const counts = new Float32Array(2 * logBins)
    for (const [value, count] of log) counts[logBin(value)] = count
    const what: Histogram = {
      tensor: 'weight:kernel',
      size: 64,
      counted: 64,
      low,
      high,
      mean: 0,
      std: 1,
      zeros: 2,
      nonFinite: 0,
      linear,
      log: counts,
    }
    return { step: at, done: at - 1, what }
  }

  it('share one linear axis, with zero in the middle, and lose no number', () => {
    const grid = histogramGrid([seen(1, -1, 0.5, []), seen(2, -4, 3, [])], 'linear')
    expect([grid.rows[0]?.from, grid.rows.at(-1)?.to]).toEqual([-4, 4])
    for (const column of [0, 1])
      expect(grid.counts(column).reduce((sum, count) => sum + count, 0)).toBeCloseTo(64, 6)
    // The first lies within a quarter of the axis around zero.
    const used = grid.counts(0).flatMap((count, row) => (count > 0 ? [row] : []))
    expect(used).toEqual(Array.from({ length: 12 }, (_, at) => 18 + at))
  })

  it('show on the logarithmic axis the sizes that occur, both signs alike, and zero between', () => {
    const grid = histogramGrid(
      [
        seen(1, -1, 1, [
          [-0.05, 7],
          [0.2, 5],
        ]),
      ],
      'log',
    )
    const least = 10 ** -1.5
    const edges = [-(10 ** -0.5), -0.1, 0, 0.1, least].map((edge) => expect.closeTo(edge, 8) as number)
    expect(grid.rows.map(({ from }) => from)).toEqual([edges[0], edges[1], 0, edges[4], edges[3]])
    expect(grid.rows[2]).toEqual({ from: 0, to: 0 })
    expect(grid.counts(0)[2]).toBe(2)
    expect(grid.counts(0).reduce((sum, count) => sum + count, 0)).toBe(14)
  })
})

describe('a picture of one colour', () => {
  const range = (...values: number[]) =>
    plainRange(scaleOf('sequential', values), new Float32Array(values))?.map((value) =>
      Number(value.toPrecision(3)),
    )
  it('is known, with the range that no colour tells', () => {
    expect(range(5.01, 5.02, 5.03)).toEqual([5.01, 5.03])
    expect(range(0, 0, 0)).toEqual([0, 0])
    // On a scale that is given: who looks where.
    const attends = new Float32Array([0.124, 0.126, 0.125, 0.125])
    expect(plainRange({ kind: 'sequential', low: 0, high: 0.5 }, attends)?.[1]).toBeCloseTo(0.126)
  })
  it('is none where there are differences, something that is no number, or one number only', () => {
    expect(range(4, 5, 5)).toBeUndefined()
    expect(range(5, NaN, 5)).toBeUndefined()
    expect(range(5)).toBeUndefined()
  })
})
