/** Our functions on WebAssembly's heap against plain loops in double precision, at sizes that are no multiples of anything. */
import type * as Tf from '@tensorflow/tfjs'
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { binaries } from '../../../engine/backend/wasm/binary'
import { carryCalls, type HeapFunction } from '../../../engine/backend/wasm/call'
import { wasmInside, type WasmInside } from '../../../engine/backend/wasm/inside'
import { backends, numbers, tf } from '../support'
import { apart, count, drawn, expectLike, valuesOf } from './heap'

let inside: WasmInside

beforeAll(async () => {
  await backends.start('wasm')
  const found = wasmInside(tf)
  if (found === null) throw new Error('Our functions did not start on the heap of tfjs.')
  inside = found
})

afterEach(() => carryCalls(null))

/** The transpose of rows x columns numbers. */
function turned(values: ArrayLike<number>, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, at) =>
    Number(values[(at % rows) * columns + Math.floor(at / rows)]),
  )
}

/** A [m, k] by B [k, n], in doubles. */
function plainProduct(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  [m, n, k]: readonly [number, number, number],
): Float64Array {
  const c = new Float64Array(m * n)
  for (let i = 0; i < m; i++)
    for (let l = 0; l < k; l++)
      for (let j = 0; j < n; j++) c[i * n + j]! += Number(a[i * k + l]) * Number(b[l * n + j])
  return c
}

describe('products of matrices', () => {
  it.each([
    [
      [2, 3],
      [1, 3, 4],
      [1, 2, 4],
    ],
    [
      [1, 2, 3],
      [3, 4],
      [1, 2, 4],
    ],
    [
      [5, 2, 3],
      [3, 4],
      [5, 2, 4],
    ],
    [
      [1, 1, 2, 3],
      [5, 3, 4],
      [1, 5, 2, 4],
    ],
  ])('a batch %j by %j has the shape that tfjs gives', (a, b, shape) => {
    tf.tidy(() => void expect(tf.matMul(tf.ones(a), tf.ones(b)).shape).toEqual(shape))
  })

  it('refuses matrices that do not fit together', () => {
    tf.tidy(() => void expect(() => tf.matMul(tf.ones([2, 3]), tf.ones([4, 5]))).toThrow(/inner/))
  })

  const sizes = [
    [1, 1, 1],
    [7, 9, 5],
    [6, 8, 4],
    [13, 17, 401],
    [97, 30, 3],
    [3, 521, 11],
    [1, 10, 33],
    [5, 3, 0],
    [0, 4, 2],
    [4, 0, 2],
  ] as const
  const turns = [
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ] as const

  it.each(sizes)('%i x %i, over %i, turned in all four ways', async (m, n, k) => {
    const [a, b] = [numbers(m * k, 1), numbers(k * n, 2)]
    const wanted = plainProduct(a, b, [m, n, k])
    for (const [turnA, turnB] of turns) {
      const found = await valuesOf(() =>
        tf.matMul(
          turnA ? tf.tensor2d(Float32Array.from(turned(a, m, k)), [k, m]) : tf.tensor2d(a, [m, k]),
          turnB ? tf.tensor2d(Float32Array.from(turned(b, k, n)), [n, k]) : tf.tensor2d(b, [k, n]),
          turnA,
          turnB,
        ),
      )
      expect(apart(found, wanted)).toBeLessThan(1e-5)
    }
  })

  it('go over batches, also where one matrix is for all', async () => {
    const [batch, m, n, k] = [3, 5, 6, 7]
    const [a, b] = [numbers(batch * m * k, 1), numbers(batch * k * n, 2)]
    for (const shared of [false, true]) {
      const found = await valuesOf(() =>
        tf.matMul(
          tf.tensor3d(a, [batch, m, k]),
          shared ? tf.tensor3d(b.subarray(0, k * n), [1, k, n]) : tf.tensor3d(b, [batch, k, n]),
        ),
      )
      const wanted = [0, 1, 2].flatMap((at) => [
        ...plainProduct(
          a.subarray(at * m * k, (at + 1) * m * k),
          shared ? b : b.subarray(at * k * n, (at + 1) * k * n),
          [m, n, k],
        ),
      ])
      expect(apart(found, wanted)).toBeLessThan(1e-5)
    }
  })

  it.each([
    [7, 9, 5],
    [6, 16, 390],
  ] as const)('end with a bias and relu: %i x %i over %i', async (m, n, k) => {
    const [a, b, bias] = [numbers(m * k, 1), numbers(k * n, 2), numbers(n, 3)]
    const found = await valuesOf(() =>
      tf.fused.matMul({
        a: tf.tensor2d(a, [m, k]),
        b: tf.tensor2d(b, [k, n]),
        bias: tf.tensor1d(bias),
        activation: 'relu',
      }),
    )
    const wanted = plainProduct(a, b, [m, n, k]).map((sum, at) => Math.max(0, sum + (bias[at % n] ?? 0)))
    expect(apart(found, wanted)).toBeLessThan(1e-5)
  })

  it('let what is no number through', async () => {
    const found = await valuesOf(() =>
      tf.fused.matMul({ a: tf.tensor2d([NaN, 1], [1, 2]), b: tf.ones([2, 9]), activation: 'relu' }),
    )
    expect(found.every(Number.isNaN)).toBe(true)
  })

  it('are a list of calls that gives the same bits when it is run again on other numbers', async () => {
    const calls: { readonly run: HeapFunction; readonly numbers: readonly number[] }[] = []
    const a = tf.tensor2d(numbers(35, 1), [5, 7])
    const b = tf.tensor2d(numbers(63, 2), [7, 9])
    carryCalls((run, given) => {
      calls.push({ run, numbers: given })
      run(...given)
    })
    const c = tf.matMul(a, b)
    carryCalls(null)
    expect(calls).toHaveLength(1)
    const other = numbers(35, 5)
    const fresh = tf.tensor2d(other, [5, 7])
    const wanted = tf.matMul(fresh, b)
    // The very place in the heap that was recorded, with the numbers of another step.
    const { dataIdMap, wasm } = tf.backend() as unknown as {
      readonly dataIdMap: { get(id: object): { readonly memoryOffset: number } }
      readonly wasm: { readonly HEAPU8: Uint8Array }
    }
    new Float32Array(wasm.HEAPU8.buffer, dataIdMap.get(a.dataId).memoryOffset, 35).set(other)
    for (const { run, numbers: given } of calls) run(...given)
    expect([...(await c.data())]).toEqual([...(await wanted.data())])
    tf.dispose([a, b, c, fresh, wanted])
    expect(inside.scratch % 4).toBe(0)
  })
})

interface Window {
  readonly x: readonly [number, number, number, number]
  readonly filter: readonly [number, number, number, number]
  readonly strides: readonly [number, number]
  readonly dilations: readonly [number, number]
  readonly pad: 'same' | 'valid'
}

/** A convolution in doubles, from its definition. */
function plainConvolution({ x: shape, filter, strides, dilations, pad }: Window) {
  const [batch, height, width, channels] = shape
  const [tall, wide, , out] = filter
  const reach = [(tall - 1) * dilations[0] + 1, (wide - 1) * dilations[1] + 1] as const
  const sizes = [height, width].map((size, at) =>
    pad === 'same'
      ? Math.ceil(size / (strides[at] ?? 1))
      : Math.max(0, Math.floor((size - (reach[at] ?? 1)) / (strides[at] ?? 1)) + 1),
  ) as [number, number]
  const before = [height, width].map((size, at) =>
    pad === 'same'
      ? Math.floor(Math.max(0, ((sizes[at] ?? 1) - 1) * (strides[at] ?? 1) + (reach[at] ?? 1) - size) / 2)
      : 0,
  ) as [number, number]
  return ([image, weights]: readonly Float64Array[]) => {
    const y = new Float64Array(batch * sizes[0] * sizes[1] * out)
    let at = 0
    for (let b = 0; b < batch; b++)
      for (let oy = 0; oy < sizes[0]; oy++)
        for (let ox = 0; ox < sizes[1]; ox++)
          for (let o = 0; o < out; o++, at++)
            for (let ky = 0; ky < tall; ky++)
              for (let kx = 0; kx < wide; kx++) {
                const py = oy * strides[0] - before[0] + ky * dilations[0]
                const px = ox * strides[1] - before[1] + kx * dilations[1]
                if (py < 0 || px < 0 || py >= height || px >= width) continue
                for (let c = 0; c < channels; c++)
                  y[at]! +=
                    (image?.[((b * height + py) * width + px) * channels + c] ?? 0) *
                    (weights?.[((ky * wide + kx) * channels + c) * out + o] ?? 0)
              }
    return y
  }
}

describe('convolutions', () => {
  const one = [1, 1] as const
  const cases: readonly Window[] = [
    { x: [2, 5, 6, 3], filter: [3, 3, 3, 5], strides: one, dilations: one, pad: 'same' },
    { x: [2, 7, 5, 1], filter: [3, 2, 1, 9], strides: [2, 1], dilations: one, pad: 'valid' },
    { x: [1, 6, 6, 5], filter: [1, 1, 5, 3], strides: one, dilations: one, pad: 'same' },
    { x: [1, 6, 5, 2], filter: [1, 1, 2, 3], strides: [2, 2], dilations: one, pad: 'same' },
    { x: [2, 8, 7, 2], filter: [2, 1, 2, 3], strides: [1, 3], dilations: one, pad: 'same' },
    { x: [1, 4, 3, 4], filter: [5, 5, 4, 2], strides: one, dilations: one, pad: 'same' },
  ]
  it.each(cases)('$x by $filter, strides $strides, $pad', async (window) => {
    await expectLike(
      (x, filter) => tf.conv2d(x as Tf.Tensor4D, filter as Tf.Tensor4D, [...window.strides], window.pad),
      plainConvolution(window),
      [drawn(window.x, 1), drawn(window.filter, 2)],
    )
  })

  it('forwards with gaps in the window', async () => {
    const window: Window = {
      x: [2, 7, 8, 3],
      filter: [3, 2, 3, 4],
      strides: one,
      dilations: [2, 3],
      pad: 'same',
    }
    const [x, filter] = [drawn(window.x, 1), drawn(window.filter, 2)]
    const found = await valuesOf(() =>
      tf.conv2d(
        tf.tensor4d(x.values, [...window.x]),
        tf.tensor4d(filter.values, [...window.filter]),
        1,
        'same',
        'NHWC',
        [2, 3],
      ),
    )
    const doubles = [x, filter].map(({ values }) => Float64Array.from(values))
    expect(apart(found, plainConvolution(window)(doubles))).toBeLessThan(1e-5)
  })

  it('in several parts, where not all windows fit in the room', async () => {
    // 40 x 40 windows of 225 numbers are more than there is room for.
    const window: Window = {
      x: [1, 40, 40, 9],
      filter: [5, 5, 9, 4],
      strides: one,
      dilations: one,
      pad: 'same',
    }
    expect(40 * 40 * 225).toBeGreaterThan(inside.spare.size)
    const [x, filter, dy] = [drawn(window.x, 1), drawn(window.filter, 2), drawn([1, 40, 40, 4], 3)]
    const doubles = [x, filter].map(({ values }) => Float64Array.from(values))
    const found = await valuesOf(() =>
      tf.conv2d(
        tf.tensor4d(x.values, [...window.x]),
        tf.tensor4d(filter.values, [...window.filter]),
        1,
        'same',
      ),
    )
    expect(apart(found, plainConvolution(window)(doubles))).toBeLessThan(1e-5)
    const gradients = () =>
      tf.grads((a, b) =>
        tf.sum(
          tf.mul(
            tf.conv2d(a as Tf.Tensor4D, b as Tf.Tensor4D, 1, 'same'),
            tf.tensor(dy.values, [...dy.shape]),
          ),
        ),
      )([tf.tensor(x.values, [...x.shape]), tf.tensor(filter.values, [...filter.shape])])
    const wanted = { filter: new Float64Array(filter.values.length), x: new Float64Array(x.values.length) }
    for (let oy = 0; oy < 40; oy++)
      for (let ox = 0; ox < 40; ox++)
        for (let ky = 0; ky < 5; ky++)
          for (let kx = 0; kx < 5; kx++) {
            const [py, px] = [oy + ky - 2, ox + kx - 2]
            if (py < 0 || px < 0 || py >= 40 || px >= 40) continue
            for (let c = 0; c < 9; c++)
              for (let o = 0; o < 4; o++) {
                const back = dy.values[(oy * 40 + ox) * 4 + o] ?? 0
                const [at, place] = [((ky * 5 + kx) * 9 + c) * 4 + o, (py * 40 + px) * 9 + c]
                wanted.filter[at]! += back * (x.values[place] ?? 0)
                wanted.x[place]! += back * (filter.values[at] ?? 0)
              }
          }
    expect(apart(await valuesOf(() => gradients()[0] as Tf.Tensor), wanted.x)).toBeLessThan(1e-5)
    expect(apart(await valuesOf(() => gradients()[1] as Tf.Tensor), wanted.filter)).toBeLessThan(1e-5)
  })

  it('of no images give a gradient of zeros', async () => {
    const found = await valuesOf(
      () =>
        tf.grads((x, filter) => tf.sum(tf.conv2d(x as Tf.Tensor4D, filter as Tf.Tensor4D, 1, 'same')))([
          tf.zeros([0, 4, 4, 2]),
          tf.ones([3, 3, 2, 3]),
        ])[1] as Tf.Tensor,
    )
    expect([...found]).toEqual(new Array(54).fill(0))
  })
})

describe('pools, rows by number, sums', () => {
  it.each([
    [2, 2, 'valid', 5],
    [3, 2, 'same', 4],
    [3, 1, 'same', 7],
  ] as const)('the gradient of max pooling %i, stride %i, %s', async (size, stride, pad, channels) => {
    const shape = [2, 7, 6, channels] as const
    // No two numbers alike, so that differences tell the gradient; most of them below zero.
    const values = Float32Array.from({ length: count(shape) }, (_, at) => ((at * 7919) % 10007) / 5000 - 1.6)
    await expectLike(
      (x) => tf.maxPool(x as Tf.Tensor4D, size, stride, pad),
      ([x]) => {
        const sizes = [7, 6].map((n) =>
          pad === 'same' ? Math.ceil(n / stride) : Math.floor((n - size) / stride) + 1,
        )
        const [tall = 1, wide = 1] = sizes
        const [top, left] = [7, 6].map((n, at) =>
          pad === 'same' ? Math.floor(Math.max(0, ((sizes[at] ?? 1) - 1) * stride + size - n) / 2) : 0,
        ) as [number, number]
        const y: number[] = []
        for (let b = 0; b < 2; b++)
          for (let oy = 0; oy < tall; oy++)
            for (let ox = 0; ox < wide; ox++)
              for (let c = 0; c < channels; c++) {
                let best = -Infinity
                for (
                  let py = Math.max(0, oy * stride - top);
                  py < Math.min(7, oy * stride - top + size);
                  py++
                )
                  for (
                    let px = Math.max(0, ox * stride - left);
                    px < Math.min(6, ox * stride - left + size);
                    px++
                  )
                    best = Math.max(best, x?.[((b * 7 + py) * 6 + px) * channels + c] ?? 0)
                y.push(best)
              }
        return y
      },
      [{ shape, values }],
    )
  })

  it('rows are gathered, and their gradients added up in order', async () => {
    const ids = [3, 0, 3, 1, 3]
    await expectLike(
      (table) => tf.gather(table, tf.tensor1d(ids, 'int32')),
      ([table]) => ids.flatMap((id) => [...(table ?? []).slice(id * 7, id * 7 + 7)]),
      [drawn([6, 7], 1)],
    )
    const whole = await valuesOf(() => tf.gather(tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32'), [1, 0, 1]))
    expect([...whole]).toEqual([3, 4, 1, 2, 3, 4])
  })

  it.each([[[0]], [[0, 1]], [[2]], [[1, 2]], [[0, 1, 2]], [[1]]])('sums along %j', async (axes) => {
    const shape = [3, 5, 18]
    for (const keep of [false, true])
      await expectLike(
        (x) => tf.sum(x, axes, keep),
        ([x]) => {
          const sums = new Map<string, number>()
          for (const [at, value] of (x ?? new Float64Array()).entries()) {
            const place = [Math.floor(at / 90), Math.floor(at / 18) % 5, at % 18]
            const key = place.filter((_, axis) => !axes.includes(axis)).join()
            sums.set(key, (sums.get(key) ?? 0) + value)
          }
          return [...sums.values()]
        },
        [drawn(shape, 1)],
      )
  })

  it('a clone is the same place, and goes on when the other is gone', async () => {
    const x = tf.tensor1d([1, 2, 3])
    const y = x.clone()
    expect(y.dataId).toBe(x.dataId)
    x.dispose()
    expect([...(await y.data())]).toEqual([1, 2, 3])
    y.dispose()
  })
})

/** A product of whole numbers by a build of its own, in a process where relaxed SIMD may be used. */
const productElsewhere = `
import v8 from 'node:v8'
import { readFileSync } from 'node:fs'
if (process.versions.node.startsWith('20.')) v8.setFlagsFromString('--experimental-wasm-relaxed-simd')
const memory = new WebAssembly.Memory({ initial: 64 })
const bytes = Buffer.from(readFileSync(0, 'utf8'), 'base64')
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })
const heap = new Float32Array(memory.buffer)
for (let i = 0; i < 12000; i++) heap[i] = (i * 7) % 11 - 5
exports.product(13, 17, 400, 0, 400, 0, 4 * 5200, 17, 0, 4 * 12000, 17, 0, 0, 4 * 20000)
process.stdout.write(JSON.stringify([...heap.slice(12000, 12221)]))`

describe('the two builds', () => {
  it.each(['simd', 'relaxed'] as const)('%s multiplies', (name) => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', productElsewhere], {
      input: binaries[name],
      encoding: 'utf8',
    })
    const given = Array.from({ length: 12_000 }, (_, i) => ((i * 7) % 11) - 5)
    const wanted = plainProduct(given.slice(0, 5200), given.slice(5200), [13, 17, 400])
    expect(stdout, stderr).toBe(JSON.stringify([...wanted].map((sum) => (sum === 0 ? 0 : sum))))
  })

  it('are not used where a backend does not show its memory', () => {
    const other = { getBackend: () => 'wasm', backend: () => ({ wasm: {} }) }
    expect(wasmInside(other as unknown as typeof tf)).toBeNull()
    const refusing = {
      getBackend: () => 'wasm',
      backend: () => ({ wasm: { asm: { memory: new WebAssembly.Memory({ initial: 1 }) } } }),
    }
    expect(wasmInside(refusing as unknown as typeof tf)).toBeNull()
    expect(wasmInside({ getBackend: () => 'cpu' } as unknown as typeof tf)).toBeNull()
  })
})
