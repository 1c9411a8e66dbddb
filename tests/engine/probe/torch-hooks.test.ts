/** Every signal of a training step against what PyTorch's hooks measured of the same one (torch_hooks.py). */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { signalNames } from '../../../engine/session/signals'
import { graph, sgd, step } from '../documents'
import { train } from '../running'

const golden = JSON.parse(readFileSync(new URL('./torch-hooks.json', import.meta.url), 'utf8')) as {
  readonly signals: Readonly<Record<string, readonly number[]>>
}

/** sin(k) for a running k, as on the other side. */
function createSines() {
  let counter = 0
  const list = (size: number, scale = 1) => Array.from({ length: size }, () => scale * Math.sin(++counter))
  const rows = (count: number, size: number, scale = 1) =>
    Array.from({ length: count }, () => list(size, scale))
  return { list, rows }
}

const sines = createSines()
const [x, y] = [sines.rows(4, 3), sines.rows(4, 2)]
const values = (all: unknown) => ({ kind: 'values', values: all })

function dense(fanIn: number, units: number, activation: string) {
  const kernel = sines.rows(fanIn, units, activation === 'tanh' ? 4 : 1)
  const bias = sines.list(units, 0.5)
  if (activation === 'relu') bias[0] = -9
  const settings = { units, activation, kernelInitialiser: values(kernel), biasInitialiser: values(bias) }
  return ['dense', settings] as const
}

const document = graph(
  {
    data: ['data', { dataset: { kind: 'inline', x, y } }],
    first: dense(3, 6, 'relu'),
    second: dense(6, 5, 'tanh'),
    third: dense(5, 4, 'sigmoid'),
    last: dense(4, 2, 'linear'),
    loss: ['mean-squared-error'],
  },
  [
    'data.x -> first.x',
    'first.y -> second.x',
    'second.y -> third.x',
    'third.y -> last.x',
    'last.y -> loss.prediction',
    'data.y -> loss.target',
  ],
  { batchSize: 4, length: { steps: 1 }, steps: [step(sgd(0.1))] },
)

it.each(['cpu', 'wasm'] as const)('every signal is what PyTorch measures, on %s', async (backend) => {
  const { probes, started } = await train(document, { backend })
  expect(started.layout.layers).toEqual(['first', 'second', 'third', 'last'])
  expect(started.layout.outputs).toEqual(['data', 'first', 'second', 'third', 'last'])
  for (const name of signalNames) {
    const numbers = golden.signals[name] ?? []
    expect(probes[0]![name].length).toBe(numbers.length)
    for (const [at, number] of numbers.entries()) {
      const away = Math.abs((probes[0]![name][at] ?? NaN) - number) / Math.max(1e-3, Math.abs(number))
      expect(away, `${name} ${at}`).toBeLessThan(1e-5)
    }
  }
  // A unit that no sample reaches, and some that are at their ends.
  expect(probes[0]!.deadShare[1]).toBeGreaterThan(0)
  expect(probes[0]!.saturatedShare[2]).toBeGreaterThan(0)
})
