/** Signals of a probe against those that PyTorch's hooks see on the same weights and samples (`parity/signals.py`). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { activityWidth } from '../../engine/diagnose/watch'
import { graph, sgd, step } from '../engine/documents'
import { train } from '../engine/running'

interface Golden {
  readonly x: readonly (readonly (readonly number[])[])[]
  readonly y: readonly (readonly number[])[]
  readonly weights: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly loss: number
  readonly activity: Readonly<Record<string, Readonly<Record<string, number>>>>
  readonly delta: Readonly<Record<string, number>>
  readonly time: readonly [number, number]
}

const golden = JSON.parse(
  readFileSync(new URL('../parity/golden/signals.json', import.meta.url), 'utf8'),
) as Golden

const numbers = ['deviation', 'largest', 'zero', 'dead', 'saturated', 'spread'] as const

function drawn(name: string) {
  const { kernel, bias, recurrent_kernel: recurrent } = golden.weights[name] ?? {}
  const values = (of: unknown) => ({ kind: 'values', values: of })
  return {
    kernelInitialiser: values(kernel),
    biasInitialiser: values(bias),
    ...(recurrent === undefined ? {} : { recurrentInitialiser: values(recurrent) }),
  }
}

const document = graph(
  {
    data: [
      'data',
      {
        dataset: { kind: 'inline', x: golden.x.map((rows) => rows.flat()), y: golden.y },
        shape: [20, 3],
        shuffle: false,
      },
    ],
    memory: ['simple-rnn', { units: 5, activation: 'tanh', ...drawn('memory') }],
    rectified: ['dense', { units: 8, activation: 'relu', ...drawn('rectified') }],
    flat: ['dense', { units: 4, activation: 'sigmoid', ...drawn('flat') }],
    value: ['dense', { units: 1, ...drawn('value') }],
    loss: ['mean-squared-error'],
  },
  [
    'data.x -> memory.x',
    'memory.y -> rectified.x',
    'rectified.y -> flat.x',
    'flat.y -> value.x',
    'value.y -> loss.prediction',
    'data.y -> loss.target',
  ],
  { batchSize: 6, length: { steps: 1 }, steps: [step(sgd(0.01))] },
)

const near = (value: number, wanted: number, what: string) =>
  expect(Math.abs(value - wanted), what).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(wanted)))

describe.each(['cpu', 'wasm'] as const)('the signals of a step on %s', (backend) => {
  it('are those of PyTorch’s hooks', async () => {
    const { probes, started, losses, leak } = await train(document, { backend })
    const [probe] = probes
    const { active = [], timed = [], wires } = started.layout
    near(losses[0] ?? NaN, golden.loss, 'loss')
    expect(active).toEqual(['memory', 'rectified', 'flat', 'value'])
    for (const [index, path] of active.entries())
      for (const [at, name] of numbers.entries())
        near(
          probe?.activity?.[index * activityWidth + at] ?? NaN,
          golden.activity[path]?.[name] ?? NaN,
          `${name} of ${path}`,
        )
    for (const [at, name] of ['data', 'memory', 'rectified', 'flat', 'value'].entries())
      near(probe?.wireRms[wires.indexOf(`w${at + 1}`)] ?? NaN, golden.delta[name] ?? NaN, `δ of ${name}`)
    expect(timed).toEqual(['w1'])
    near(probe?.time?.[0] ?? NaN, golden.time[0], 'first tenth of the time')
    near(probe?.time?.[1] ?? NaN, golden.time[1], 'last tenth of the time')
    // The absolute tolerance would hold for zeros too: what is small must agree relatively.
    expect((probe?.time?.[0] ?? NaN) / golden.time[0]).toBeCloseTo(1, 3)
    expect(leak).toBe(0)
  })
})
