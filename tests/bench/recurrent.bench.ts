/**
 * A training step through an LSTM on repaired wasm: our gradient through time against tfjs's own layer, whose every
 * operation of every step is recorded and differentiated on its own.
 */
import { beforeAll, expect, test } from 'vitest'
import { tf } from '../../engine/backend/tfjs'
import { repairWasm } from '../../engine/backend/wasm-repairs'
import type { Plan, PlanStep } from '../../engine/analyse/plan'
import { compareTimes, report } from './clock'
import { createStand, loadExample, startBackend, type Example, type Stand } from './stand'

beforeAll(async () => {
  repairWasm(tf)
  await startBackend('wasm')
})

/** The same plan with its recurrent layers run by tfjs. */
function byTfjs({ plan, ...rest }: Example): Example {
  const stock = (step: PlanStep): PlanStep => {
    if (step.definition.type !== 'lstm') return step
    const definition = { ...step.definition }
    Reflect.deleteProperty(definition, 'run')
    return { ...step, definition }
  }
  const steps = plan.steps.map(stock)
  const byPath: Plan['byPath'] = new Map(steps.map((step) => [step.path, step]))
  return { ...rest, plan: { ...plan, steps, byPath } }
}

test('a training step of sequence-lstm', async () => {
  const example = await loadExample('sequence-lstm')
  const stands = [createStand(example), createStand(byTfjs(example))] as const
  const work = (stand: Stand) => async (times: number) => {
    expect(await stand.train(times)).toBeGreaterThanOrEqual(0)
  }
  const timings = await compareTimes([
    { name: 'ours', work: work(stands[0]) },
    { name: 'tf.layers.lstm', work: work(stands[1]) },
  ])
  report('A training step of sequence-lstm on repaired wasm', timings)
  for (const stand of stands) stand.dispose()
  expect(timings[1]?.ratio, 'tf.layers.lstm against ours').toBeGreaterThan(1)
})
