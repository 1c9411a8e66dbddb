/**
 * Whole runs beside others, in a browser: on every backend that starts, the curve of PyTorch and the same bits for the
 * same seed; and after a hundred steps the weights of stock tfjs.
 */
import { expect, test, type Page } from '@playwright/test'
import { openBundle } from '../../e2e/engine/open'
import { probeWebgpu } from '../../e2e/support/webgpu'
import { curveTolerance, distance, valueTolerance } from '../closeness'
import { curveGiven } from '../curve-jobs'
import { curveNames, type CurveName } from '../curves'
import { readCurves } from '../golden-files'
import type { CurveTests } from './curves-entry'
import type { StockTests } from './stock-entry'

let ours: Page
let stock: Page

test.beforeAll(async ({ browser }) => {
  ours = await browser.newPage()
  await openBundle(ours, 'tests/parity/browser/curves-entry.ts')
  stock = await browser.newPage()
  await openBundle(stock, 'tests/parity/browser/stock-entry.ts')
})

test.afterAll(async () => {
  await ours?.close()
  await stock?.close()
})

function call<K extends keyof CurveTests>(
  name: K,
  ...given: Parameters<CurveTests[K]>
): Promise<Awaited<ReturnType<CurveTests[K]>>> {
  return ours.evaluate(
    async ([called, args]) => {
      const tests = (globalThis as unknown as { curveTests: CurveTests }).curveTests
      return (await (tests[called] as (...all: unknown[]) => unknown)(...args)) as never
    },
    [name, given] as const,
  )
}

async function stockWeights(
  name: CurveName,
  backend: 'cpu' | 'webgpu',
  steps: number,
): ReturnType<StockTests['weights']> {
  const given = await curveGiven(name)
  return stock.evaluate(
    ([of, on, count, from]) =>
      (globalThis as unknown as { stockTests: StockTests }).stockTests.weights(of, on, count, from),
    [name, backend, steps, given] as const,
  )
}

for (const backend of ['webgpu', 'webgl', 'wasm', 'cpu'] as const)
  for (const name of [...curveNames, 'dropout'] as const)
    test(`${backend}, ${name}: the curve of PyTorch, and the same bits for the same seed`, async () => {
      const { available, detail } = await probeWebgpu(ours)
      test.skip(backend === 'webgpu' && !available, detail)
      const failure = await call('start', backend)
      test.skip(backend === 'webgl' && failure !== null, `WebGL does not start here: ${failure}`)
      expect(failure).toBeNull()
      const { losses, apart, said } = await call('twice', name, backend)
      expect(apart, 'lines and weights of two runs that differ').toEqual([])
      if (backend === 'webgpu') expect(said.join()).toContain('true Steps are recorded once')
      if (name === 'dropout') return
      const wanted = readCurves()?.curves.find((one) => one.name === name)?.losses ?? []
      const off = distance(losses, wanted)
      console.log(`${backend} ${name}: the curve is off by ${off.toExponential(1)}`)
      expect(off).toBeLessThanOrEqual(curveTolerance)
    })

for (const name of [...curveNames, 'dropout'] as const)
  test(`${name} is found to be right on WebGPU before auto takes it`, async () => {
    const { available, detail } = await probeWebgpu(ours)
    test.skip(!available, detail)
    const { reason, left } = await call('choose', name)
    console.log(`${name}: ${reason}`)
    // Which of the two is the faster is the machine's affair.
    expect(reason).toContain('Tried on this graph, it agrees with plain JavaScript.')
    expect(reason).not.toContain('wrongly')
    expect(reason).not.toContain('cannot')
    expect(left).toBe(0)
  })

const steps = 100

/**
 * The gradient of attention's key bias is zero by mathematics: softmax does not see what all keys share. What comes out is
 * the rounding of sums, and Adam makes steps of it.
 */
const undetermined = /:key_bias$/

/*
 * Not the ResNet, which has kinks where rounding decides. Ours and stock tfjs are 1.6e-5 apart from step 1 on (one weight of
 * s1b1_conv2 has a gradient as small as Adam's epsilon) and stay so for 21 steps. In step 22 an input of s1b1_relu2 is
 * 3.3e-6 away from 0; stock's lies on the other side, so that one sample's gradient is another, and after 100 steps weights
 * are 9.8e-3 apart. PyTorch in doubles stays with ours (2e-6 to 1.2e-5) until step 52, where an input of the same relu is
 * 4.4e-7 away from 0: there it parts from ours, from its own single precision, and from itself with first weights changed
 * by 1e-7 (8e-7 before, 2e-3 after 100 steps). The first steps are held to PyTorch's curve above.
 */
for (const name of ['tiny-mlp', 'small-cnn', 'small-lstm', 'small-gpt'] as const)
  for (const [mine, theirs] of [
    ['webgpu', 'cpu'],
    ['wasm', 'cpu'],
    ['cpu', 'cpu'],
    // Many minutes for the others: stock tfjs gives thousands of commands a step.
    ...(name === 'tiny-mlp' ? ([['webgpu', 'webgpu']] as const) : []),
  ] as const)
    test(`${name} after ${steps} steps: ours on ${mine} has the weights of stock tfjs on ${theirs}`, async () => {
      const { available, detail } = await probeWebgpu(ours)
      test.skip(mine === 'webgpu' && !available, detail)
      const wanted = await stockWeights(name, theirs, steps)
      const got = await call('weights', name, mine, steps)
      const known = Object.entries(wanted).filter(([key]) => !undetermined.test(key))
      const apart = known.map(([key, values]) => [key, distance(got[key] ?? [], values)] as const)
      const [worst, off] = apart.reduce((a, b) => (b[1] > a[1] ? b : a))
      console.log(`${name}, ours on ${mine}, tfjs on ${theirs}: ${worst} is off by ${off.toExponential(1)}`)
      const far = apart.filter(([, one]) => !(one <= valueTolerance)).map(([key, one]) => `${key} ${one}`)
      expect(far).toEqual([])
    })
