/** Our functions on WebAssembly's heap against plain loops in double precision, at sizes that are no multiples of anything. */
import type * as Tf from '@tensorflow/tfjs'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { carryCalls, type HeapFunction } from '../../../engine/backend/wasm/call'
import { wasmInside, type WasmInside } from '../../../engine/backend/wasm/inside'
import { backends, numbers, tf } from '../support'

let inside: WasmInside

beforeAll(async () => {
  await backends.start('wasm')
  const found = wasmInside(tf)
  if (found === null) throw new Error('Our functions did not start on the heap of tfjs.')
  inside = found
})

afterEach(() => carryCalls(null))

/** The largest difference, relative to the largest number. */
function apart(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(found.length).toBe(wanted.length)
  let [most, size] = [0, 1]
  for (let i = 0; i < wanted.length; i++) {
    const difference = Math.abs((found[i] ?? NaN) - (wanted[i] ?? NaN))
    if (!(difference <= most)) most = difference
    size = Math.max(size, Math.abs(wanted[i] ?? 0))
  }
  return most / size
}

/** What `make` gives on wasm; it must leave no tensor. */
async function valuesOf(make: () => Tf.Tensor): Promise<Float32Array> {
  const before = tf.memory().numTensors
  const made = tf.tidy(make)
  const values = (await made.data<'float32'>()).slice()
  made.dispose()
  expect(tf.memory().numTensors).toBe(before)
  return values
}

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
