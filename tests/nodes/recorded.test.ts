/** Every case of every node recorded on the WebAssembly backend: a replay gives the numbers and gradients, bit by bit. */
import type * as Tf from '@tensorflow/tfjs'
import { afterAll, describe, expect, it } from 'vitest'
import { recordableBackend, type RecordableBackend } from '../../engine/backend/wasm/recordable'
import { createHeap } from '../../engine/train/capture/wasm/heap'
import { createProgram } from '../../engine/train/capture/wasm/program'
import { record } from '../../engine/train/capture/wasm/record'
import { catalogue } from '../../nodes/catalogue'
import type { Definition } from '../../nodes/kit/define'
import { backends, tf } from '../engine/support'
import { differentiate } from './support/differentiate'
import type { Forward, Knob } from './support/gradients'
import * as node from './support/harness'

afterAll(() => backends.start('cpu'))

/** Outputs, and gradients of their sums of squares, one after the other. */
function numbersOf(definition: Definition, forward: Forward, knobs: readonly Knob[]): Tf.Tensor1D {
  const tensors = knobs.map((knob) => tf.tensor(knob.values, [...knob.shape]))
  const outputs = Object.values(forward(tensors))
  const loss = (...given: Tf.Tensor[]) =>
    Object.values(forward(given))
      .map((y) => tf.sum<Tf.Scalar>(tf.square(y)))
      .reduce((a, b) => tf.add(a, b))
  const gradients = definition.role === 'metric' ? [] : tf.grads(loss)(tensors)
  return tf.concat([...outputs, ...gradients].map((one) => tf.cast(one, 'float32').reshape([-1])))
}

const bits = (values: Float32Array<ArrayBuffer>) => [...new Int32Array(values.buffer)]

/** Runs and replays a case. */
async function compare(backend: RecordableBackend, definition: Definition, item: node.Case) {
  const p = node.caseParams(definition, item)
  const layer = definition.role === 'layer' ? node.build(tf, definition, item.inputs, p) : null
  if (layer !== null) node.applySymbolic(tf, definition, item.inputs, layer)
  const found = differentiate(tf, definition, item, p, layer, (_tf, forward, knobs) => {
    const body = () => tf.tidy(() => numbersOf(definition, forward, knobs))
    const run = body()
    const wanted = run.dataSync<'float32'>().slice()
    run.dispose()
    const heap = createHeap(backend)
    const recording = record({ tf, backend, cells: [], firstId: 0x7000_0000 }, 1, body)
    const program = createProgram(backend, heap, recording)
    const replayed = [program.run(1), program.run(2)]
    program.dispose()
    recording.dispose()
    heap.dispose()
    return replayed.map((values) => [bits(wanted), bits(values)])
  })
  layer?.dispose()
  return Promise.resolve(found)
}

const run = [...catalogue.values()].filter(({ role }) => !['data', 'input', 'output'].includes(role))

describe('recorded', () => {
  it.each(run.map((definition) => [definition.type, definition] as const))('%s', async (_, definition) => {
    await backends.start('wasm')
    const backend = recordableBackend(tf)
    if (backend === null) throw new Error('The backend was not opened to recording.')
    for (const item of definition.cases.filter(({ refused }) => refused === undefined)) {
      const before = tf.memory().numTensors
      for (const [wanted, found] of await compare(backend, definition, item))
        expect(found, JSON.stringify(item.params ?? {})).toEqual(wanted)
      expect(tf.memory().numTensors).toBe(before)
    }
  })
})
