/**
 * The ways in which a probe's numbers are made give the same: loops over memory, functions on WebAssembly's heap, and
 * operations of a device.
 */
import type * as Tf from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { wasmInside, type WasmInside } from '../../../engine/backend/wasm/inside'
import { createDevicePack } from '../../../engine/probe/device-pack'
import { createHeapPack } from '../../../engine/probe/heap-pack'
import { createHostPack } from '../../../engine/probe/host-pack'
import {
  joined,
  momentsWidth,
  normWidth,
  squares,
  timeOf,
  unitsOf,
  unitsWidth,
} from '../../../engine/probe/numbers'
import type { Pack } from '../../../engine/probe/pack'
import { backends, tf } from '../support'

type Measure = (pack: Pack, value: Tf.Tensor) => void

async function numbersOf(create: () => Pack, value: Made, measure: Measure): Promise<number[]> {
  const before = tf.memory().numTensors
  const packed = tf.tidy(() => {
    const pack = create()
    measure(pack, tf.tensor(value.values, value.shape))
    return pack.finish()
  })
  const numbers = [...(await packed.data<'float32'>())]
  packed.dispose()
  expect(tf.memory().numTensors).toBe(before)
  return numbers
}

interface Made {
  readonly shape: number[]
  readonly values: Float32Array
}

/** The same numbers measured in each way. */
async function everyWay(
  make: () => Tf.Tensor,
  measure: Measure,
): Promise<Record<'host' | 'device' | 'heap', number[]>> {
  await backends.start('cpu')
  const tensor = make()
  const value = { shape: tensor.shape, values: (await tensor.data<'float32'>()).slice() }
  tensor.dispose()
  const host = await numbersOf(() => createHostPack(tf), value, measure)
  const device = await numbersOf(() => createDevicePack(tf), value, measure)
  await backends.start('wasm')
  const heap = await numbersOf(() => createHeapPack(tf, wasmInside(tf) as WasmInside), value, measure)
  return { host, device, heap }
}

const drawn = (shape: number[], scale = 1) => tf.randomNormal(shape, 0, scale, 'float32', 7)

const tensors: readonly (readonly [string, () => Tf.Tensor])[] = [
  ['an image', () => drawn([4, 5, 5, 3])],
  ['a vector', () => drawn([9])],
  ['more rows and units than are summed up at once', () => drawn([33, 8197]).add(3)],
  ['one number', () => tf.scalar(0.25)],
  ['rectified numbers with a dead unit', () => drawn([16, 6]).relu().mul([1, 1, 0, 1, 1, 1])],
  ['saturated numbers', () => drawn([16, 6], 4).tanh()],
  ['sigmoids about one half', () => drawn([16, 6], 1e-3).sigmoid()],
  ['gradients that have all but vanished', () => drawn([16, 6], 1e-22)],
  ['numbers that grow', () => drawn([16, 6], 1e25)],
  ['zeros', () => tf.zeros([3, 4])],
  ['a number that is none', () => tf.tensor([1, NaN, 3, 0])],
  ['an infinite number', () => tf.tensor([1, -Infinity, 3, 0])],
]

/** What the numbers of `norm`, `moments`, `output` and `change` say of one tensor. */
function saidOf(numbers: readonly number[], size: number): Record<string, number> {
  const packed = Float32Array.from(numbers)
  const root = (at: number) => Math.sqrt(squares(packed, 0, [{ at, size }]).sum)
  const moments = joined(packed, 0, [{ at: normWidth, size }])
  const output = joined(packed, 0, [{ at: normWidth + momentsWidth, size }])
  const units = unitsOf(packed, normWidth + momentsWidth)
  return {
    norm: root(0),
    ...moments,
    ...units,
    same: moments.std - output.std,
    change: root(normWidth + 2 * momentsWidth + unitsWidth),
  }
}

describe.each(tensors)('%s', (_, make) => {
  it.each([null, 'tanh', 'sigmoid'] as const)(
    'gives the same numbers in every way, flat as %s',
    async (flat) => {
      const { host, device, heap } = await everyWay(make, (pack, value) => {
        pack.norm(value)
        pack.moments(value)
        pack.output(value, flat)
        pack.changes([value], false)([value.mul(1.5)])
      })
      const size = make().size
      for (const [way, numbers] of Object.entries({ host, heap })) {
        expect(numbers.length).toBe(device.length)
        const found = saidOf(numbers, size)
        for (const [name, wanted] of Object.entries(saidOf(device, size))) {
          const number = found[name] ?? 0
          const what = `${name} by the ${way}`
          if (!Number.isFinite(wanted)) expect(number, what).not.toSatisfy(Number.isFinite)
          else expect(Math.abs(number - wanted), what).toBeLessThanOrEqual(2e-5 * Math.abs(wanted))
        }
      }
    },
  )
})

it('a gradient along time gives the same numbers in every way', async () => {
  const make = () => drawn([3, 25, 2]).mul(tf.range(0, 25).pow(3).reshape([1, 25, 1]))
  const { host, device, heap } = await everyWay(make, (pack, value) => void pack.time(value))
  const wanted = timeOf(Float32Array.from(device), 0)
  for (const numbers of [host, heap]) {
    const [first, last] = timeOf(Float32Array.from(numbers), 0)
    expect(first / wanted[0]).toBeCloseTo(1, 5)
    expect(last / wanted[1]).toBeCloseTo(1, 5)
    expect(last).toBeGreaterThan(100 * first)
  }
})

it('numbers that are known are found', async () => {
  const make = () =>
    tf.tensor2d([
      [0, 1, 0.98],
      [0, -3, 1],
    ])
  const { host, heap } = await everyWay(make, (pack, value) => void pack.output(value, 'tanh'))
  for (const found of [host, heap]) {
    const numbers = Float32Array.from(found)
    const moments = joined(numbers, 0, [{ at: 0, size: 6 }])
    expect(moments.mean).toBeCloseTo(-0.02 / 6, 6)
    expect(moments.sum).toBeCloseTo(1 + 0.98 ** 2 + 9 + 1, 5)
    expect(moments.zeroShare).toBeCloseTo(2 / 6, 6)
    const { largest, dead, saturated, spread } = unitsOf(numbers, 0)
    expect([largest, dead, saturated].map((number) => Math.fround(number))).toEqual(
      [3, 1 / 3, 4 / 6].map((number) => Math.fround(number)),
    )
    expect(spread).toBeCloseTo((0 + 2 + 0.01) / 3, 5)
  }
})

it.each([true, false])(
  'what values change to is measured, also where they are written over: %s',
  async (inPlace) => {
    await backends.start('wasm')
    const inside = wasmInside(tf) as WasmInside
    const value = tf.tensor1d([1, 2, 3, 4, 5])
    const numbers = await numbersOf(
      () => createHeapPack(tf, inside),
      { shape: [1], values: new Float32Array(1) },
      (pack) => {
        const changed = pack.changes([value], inPlace)
        const twice = value.mul(2)
        if (inPlace) inside.run('copyNumbers', 5, inside.at(twice), inside.at(value))
        changed([inPlace ? value : twice])
      },
    )
    value.dispose()
    expect(squares(Float32Array.from(numbers), 0, [{ at: 0, size: 5 }]).sum).toBeCloseTo(55, 4)
  },
)

it('whole numbers are measured as what they are', async () => {
  await backends.start('wasm')
  const numbers = await numbersOf(
    () => createHeapPack(tf, wasmInside(tf) as WasmInside),
    { shape: [1], values: new Float32Array(1) },
    (pack) => {
      pack.moments(tf.tensor1d([1, 2, 3], 'int32'))
    },
  )
  expect(joined(Float32Array.from(numbers), 0, [{ at: 0, size: 3 }]).mean).toBe(2)
})
