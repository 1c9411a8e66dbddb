/** Every case of every node on the WebAssembly backend with our kernels: the numbers and gradients of plain JavaScript. */
import { afterAll, describe, expect, it } from 'vitest'
import { tf } from '../../engine/backend/tfjs'
import { catalogue } from '../../nodes/catalogue'
import type { Definition } from '../../nodes/kit/define'
import { backends } from '../engine/support'
import { differentiate } from './support/differentiate'
import { analyticGradients, type Forward, type Knob } from './support/gradients'
import * as node from './support/harness'

afterAll(() => backends.start('cpu'))

function forwardValues(forward: Forward, knobs: readonly Knob[]): Float32Array[] {
  return tf.tidy(() =>
    Object.values(forward(knobs.map((knob) => tf.tensor(knob.values, [...knob.shape])))).map(
      (y) => new Float32Array(y.dataSync()),
    ),
  )
}

/** Outputs and gradients of a case, one list after the other. */
async function numbersOn(
  backend: 'cpu' | 'wasm',
  definition: Definition,
  item: node.Case,
): Promise<readonly Float32Array[]> {
  await backends.start(backend)
  const before = tf.memory().numTensors
  const p = node.caseParams(definition, item)
  const layer = definition.role === 'layer' ? node.build(tf, definition, item.inputs, p) : null
  if (layer !== null) node.applySymbolic(tf, definition, item.inputs, layer)
  const numbers = differentiate(tf, definition, item, p, layer, (_tf, forward, knobs) => [
    ...forwardValues(forward, knobs),
    ...(definition.role === 'metric' ? [] : analyticGradients(tf, forward, knobs)),
  ])
  layer?.dispose()
  expect(tf.memory().numTensors).toBe(before)
  return numbers
}

const run = [...catalogue.values()].filter(({ role }) => !['data', 'input', 'output'].includes(role))

describe('on WebAssembly', () => {
  it.each(run.map((definition) => [definition.type, definition] as const))(
    '%s',
    async (_type, definition) => {
      for (const item of definition.cases.filter(({ refused }) => refused === undefined)) {
        const wanted = await numbersOn('cpu', definition, item)
        const found = await numbersOn('wasm', definition, item)
        expect(found.map((list) => list.length)).toEqual(wanted.map((list) => list.length))
        for (const [index, list] of wanted.entries()) {
          for (const [i, x] of list.entries()) {
            const off = Math.abs((found[index]?.[i] ?? NaN) - x)
            expect(off, `list ${index} of ${JSON.stringify(item.params ?? {})}`).toBeLessThanOrEqual(
              2e-5 * Math.max(1, Math.abs(x)),
            )
          }
        }
      }
    },
  )
})
