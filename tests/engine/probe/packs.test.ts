/** The two ways in which a probe's numbers are made give the same: loops over memory, and operations of a device. */
import { beforeAll, describe, expect, it } from 'vitest'
import { tf } from '../../../engine/backend/tfjs'
import { createDevicePack } from '../../../engine/probe/device-pack'
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

beforeAll(async () => {
  await tf.setBackend('cpu')
})

async function numbersOf(pack: Pack, measure: (pack: Pack) => void): Promise<number[]> {
  measure(pack)
  const packed = pack.finish()
  const numbers = [...(await packed.data<'float32'>())]
  packed.dispose()
  return numbers
}

async function both(measure: (pack: Pack) => void): Promise<readonly [number[], number[]]> {
  return [
    await numbersOf(
      createHostPack(tf, (work) => work()),
      measure,
    ),
    await numbersOf(createDevicePack(tf), measure),
  ]
}

const drawn = (shape: number[], scale = 1) => tf.randomNormal(shape, 0, scale, 'float32', 7)

const tensors: readonly (readonly [string, () => ReturnType<typeof tf.tensor>])[] = [
  ['an image', () => drawn([4, 5, 5, 3])],
  ['a vector', () => drawn([9])],
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
    'gives the same numbers either way, flat as %s',
    async (flat) => {
      const value = make()
      const [host, device] = await both((pack) => {
        pack.norm(value)
        pack.moments(value)
        pack.output(value, flat)
        pack.changes([value], false)([value.mul(1.5)])
      })
      expect(host.length).toBe(device.length)
      const found = saidOf(host, value.size)
      for (const [name, wanted] of Object.entries(saidOf(device, value.size))) {
        const number = found[name] ?? 0
        if (!Number.isFinite(wanted)) expect(number, name).not.toSatisfy(Number.isFinite)
        else expect(Math.abs(number - wanted), name).toBeLessThanOrEqual(2e-5 * Math.abs(wanted))
      }
    },
  )
})

it('a gradient along time gives the same numbers either way', async () => {
  const ramp = tf.range(0, 25).pow(3).reshape([1, 25, 1])
  const [host, device] = await both((pack) => void pack.time(drawn([3, 25, 2]).mul(ramp)))
  const [[first, last], wanted] = [timeOf(Float32Array.from(host), 0), timeOf(Float32Array.from(device), 0)]
  expect(first / wanted[0]).toBeCloseTo(1, 5)
  expect(last / wanted[1]).toBeCloseTo(1, 5)
  expect(last).toBeGreaterThan(100 * first)
})

it('numbers that are known are found', async () => {
  const value = tf.tensor2d([
    [0, 1, 0.98],
    [0, -3, 1],
  ])
  const [host] = await both((pack) => void pack.output(value, 'tanh'))
  const numbers = Float32Array.from(host)
  const moments = joined(numbers, 0, [{ at: 0, size: 6 }])
  expect(moments.mean).toBeCloseTo(-0.02 / 6, 6)
  expect(moments.sum).toBeCloseTo(1 + 0.98 ** 2 + 9 + 1, 5)
  expect(moments.zeroShare).toBeCloseTo(2 / 6, 6)
  const { largest, dead, saturated, spread } = unitsOf(numbers, 0)
  expect([largest, dead, saturated].map((number) => Math.fround(number))).toEqual(
    [3, 1 / 3, 4 / 6].map((number) => Math.fround(number)),
  )
  expect(spread).toBeCloseTo((0 + 2 + 0.01) / 3, 5)
})
