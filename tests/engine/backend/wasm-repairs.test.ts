/**
 * What stock tfjs-wasm gets wrong, and that the repaired kernels agree with plain JavaScript: they are what is left where
 * our own functions would not start.
 */
import type * as Tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { repairWasm } from '../../../engine/backend/wasm-repairs'
import { backends, numbers, tf } from '../support'

type Make = () => Tf.Tensor

/** The value of `make` on a backend, and that it leaves no tensor. */
async function on(backend: 'cpu' | 'wasm', make: Make): Promise<Float32Array> {
  // Not through the engine, which would put its own kernels over the repairs that these are about.
  await (backend === 'wasm' ? tf.setBackend(backend) : backends.start(backend))
  const before = tf.memory().numTensors
  const result = tf.tidy(make)
  const values = (await result.data()) as Float32Array
  const copy = values.slice()
  result.dispose()
  expect(tf.memory().numTensors).toBe(before)
  return copy
}

function worst(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length)
  return a.reduce(
    (most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN)) / Math.max(1, Math.abs(b[i] ?? 0))),
    0,
  )
}

const image = (shape: [number, number, number, number], seed = 1) =>
  tf.tensor4d(
    numbers(
      shape.reduce((a, b) => a * b),
      seed,
    ),
    shape,
  )

function poolGradient(): Tf.Tensor {
  return tf.grad((x) => tf.maxPool(x as Tf.Tensor4D, 2, 2, 'same').sum())(image([3, 7, 7, 4]))
}

describe('the stock wasm backend', () => {
  it('drops the gradient of max pooling where the largest value is not positive', async () => {
    const right = await on('cpu', poolGradient)
    // Straight from tfjs: no repairs yet.
    await tf.setBackend('wasm')
    const stock = (await tf.tidy(poolGradient).data()) as Float32Array
    const lost = right.filter((value, i) => value !== 0 && stock[i] === 0).length
    expect(lost).toBeGreaterThan(0)
    expect(tf.getKernel('Conv2DBackpropFilter', 'wasm')).toBeUndefined()
    expect(tf.getKernel('UnsortedSegmentSum', 'wasm')).toBeUndefined()
  })
})

describe('the repaired wasm kernels agree with plain JavaScript', () => {
  beforeAll(async () => {
    await tf.setBackend('wasm')
    repairWasm(tf)
  })

  const cases: Record<string, Make> = {
    'max pooling gradient, same padding': poolGradient,
    'max pooling gradient, overlapping windows': () =>
      tf.grad((x) =>
        tf
          .maxPool(x as Tf.Tensor4D, 3, 2, 'valid')
          .square()
          .sum(),
      )(image([2, 9, 8, 3])),
    'average pooling gradient': () =>
      tf.grad((x) =>
        tf
          .avgPool(x as Tf.Tensor4D, 3, 2, 'same')
          .square()
          .sum(),
      )(image([2, 9, 8, 3])),
    'matrix product, first transposed': () =>
      tf.matMul(tf.tensor2d(numbers(35), [7, 5]), tf.tensor2d(numbers(21, 2), [7, 3]), true, false),
    'matrix product, second transposed': () =>
      tf.matMul(tf.tensor2d(numbers(35), [5, 7]), tf.tensor2d(numbers(21, 2), [3, 7]), false, true),
    'matrix product, both transposed': () =>
      tf.matMul(tf.tensor2d(numbers(35), [7, 5]), tf.tensor2d(numbers(21, 2), [3, 7]), true, true),
    'batched matrix product, transposed': () =>
      tf.matMul(tf.tensor3d(numbers(60), [3, 4, 5]), tf.tensor3d(numbers(90, 2), [3, 6, 5]), false, true),
    'embedding gradient': () =>
      tf.grad((table) =>
        tf
          .gather(table, tf.tensor1d([3, 0, 3, 1], 'int32'))
          .mul(tf.tensor2d(numbers(20), [4, 5]))
          .sum(),
      )(tf.tensor2d(numbers(30, 2), [6, 5])),
  }
  for (const strides of [[1, 3] as const, [3, 2] as const]) {
    const filter = () => tf.tensor4d(numbers(24, 3), [2, 1, 3, 4])
    cases[`convolution 2x1, strides ${strides.join(' and ')}, same`] = () =>
      tf.conv2d(image([2, 8, 7, 3]), filter(), [...strides], 'same')
    cases[`fused convolution 2x1, strides ${strides.join(' and ')}, same`] = () =>
      tf.fused.conv2d({
        x: image([2, 8, 7, 3]),
        filter: filter(),
        strides: [...strides],
        pad: 'same',
        bias: tf.tensor1d(numbers(4, 5)),
      })
  }
  for (const stride of [1, 2]) {
    for (const pad of ['same', 'valid'] as const) {
      for (const size of [1, 2, 3, 5]) {
        const conv = (x: Tf.Tensor, filter: Tf.Tensor) =>
          tf
            .conv2d(x as Tf.Tensor4D, filter as Tf.Tensor4D, stride, pad)
            .square()
            .sum()
        const filter = () => tf.tensor4d(numbers(size * size * 12, 3), [size, size, 3, 4])
        cases[`convolution ${size}x${size}, stride ${stride}, ${pad}: gradient of the input`] = () =>
          tf.grad((x) => conv(x, filter()))(image([2, 8, 7, 3]))
        cases[`convolution ${size}x${size}, stride ${stride}, ${pad}: gradient of the filter`] = () =>
          tf.grad((f) => conv(image([2, 8, 7, 3]), f))(filter())
      }
    }
  }
  it.each(Object.entries(cases))('%s', async (_, make) => {
    expect(worst(await on('wasm', make), await on('cpu', make))).toBeLessThan(5e-5)
  })

  it('gives the gradient of an embedding although memory grows in between', async () => {
    await tf.setBackend('wasm')
    const rows = 4000
    const gradient = tf.tidy(() =>
      tf
        .grad((table) => tf.gather(table, tf.tensor1d([7, 7], 'int32')).sum())(
          tf.zeros<Tf.Rank.R2>([rows, 4000]),
        )
        .slice([6, 0], [3, 2]),
    )
    expect([...(await gradient.data())]).toEqual([0, 0, 2, 2, 0, 0])
    gradient.dispose()
  })
})
