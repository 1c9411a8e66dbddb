/** Runs ONNX files in ONNX Runtime (WebAssembly, one thread), and the same graphs on our own engine. */
import * as ort from 'onnxruntime-web'
import type { Plan, Ref } from '../../../../engine/analyse/plan'
import { compile, type Ports } from '../../../../engine/compile/compile'
import type { Path } from '../../../../engine/graph/document'
import { createOwnLayers } from '../../../../engine/layers/own-layers'
import { distance } from '../../../parity/closeness'
import { reals, type Numbers } from '../../../parity/numbers'
import { read, type Values } from '../../../parity/ours'
import { tf } from '../../support'
import type { Weighted } from './weighted'

ort.env.wasm.numThreads = 1
ort.env.logLevel = 'error'

export const tolerance = 1e-5

const nameOf = ({ path, port }: Ref) => `${path}:${port}`

/** What flowed into the model and what came out, in the order of the plan. */
export interface Pass {
  readonly inputs: readonly Values[]
  readonly outputs: readonly Values[]
}

/** What our engine predicts, on plain JavaScript. */
export async function ours(
  { plan, weights }: Weighted,
  feeds: Readonly<Record<string, Numbers>>,
): Promise<Pass> {
  await tf.setBackend('cpu')
  const network = compile(plan, { tf, own: (path) => createOwnLayers(tf, { seed: 1, path }), weights })
  if ('refused' in network) throw new Error(network.refused)
  const fed = new Map<Path, Record<string, Ports[string]>>()
  for (const [name, { shape, dtype, values }] of Object.entries(feeds)) {
    const [path, port] = name.split(':') as [string, string]
    fed.set(path, { ...fed.get(path), [port]: tf.tensor([...values], [...shape], dtype) })
  }
  const { inputs, outputs } = plan.model
  const refs = [...inputs, ...outputs]
  const tensors = tf.tidy(() => {
    const results = network.run(
      refs.map(({ path }) => path),
      fed,
      {
        training: false,
        updateStatistics: () => false,
        batchSize: Object.values(feeds)[0]?.shape[0] ?? 1,
        random: (path) => {
          const draw = (shape: readonly number[]) => {
            const { values } = reals(path, shape)
            return tf.tensor([...values], [...shape])
          }
          return { uniform: draw, normal: draw }
        },
      },
    )
    return refs.map(({ path, port }) => {
      const value = results.get(path)?.[port]
      if (value === undefined) throw new Error(`The model gave no ${path}:${port}.`)
      return tf.clone(value)
    })
  })
  const values = await Promise.all(tensors.map(read))
  tf.dispose([...tensors, ...[...fed.values()].flatMap((ports) => Object.values(ports))])
  network.dispose()
  return { inputs: values.slice(0, inputs.length), outputs: values.slice(inputs.length) }
}

/** What ONNX Runtime predicts: inputs and outputs in the order of the file. */
export async function onnxRuntime(
  bytes: Uint8Array,
  inputs: readonly (Values & { readonly dtype: 'float32' | 'int32' })[],
): Promise<readonly Values[]> {
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'basic',
    logSeverityLevel: 3,
  })
  const feeds = session.inputNames.map((name, at) => {
    const { dtype, shape, values } = inputs[at] as (typeof inputs)[number]
    const data = dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values)
    return [name, new ort.Tensor(dtype, data, [...shape])] as const
  })
  const results = await session.run(Object.fromEntries(feeds))
  const told = session.outputNames.map((name) => {
    const { dims, data } = results[name] as ort.Tensor
    return { shape: [...dims], values: Array.from(data as Float32Array) }
  })
  await session.release()
  return told
}

/** Inputs of the model with their types. */
export function typed(plan: Plan, inputs: readonly Values[]) {
  return plan.model.inputs.map((ref, at) => ({
    ...(inputs[at] as Values),
    dtype: plan.byPath.get(ref.path)?.outputs[ref.port]?.dtype ?? ('float32' as const),
  }))
}

/** Sentences where the second does not repeat the first. */
export function apart(
  plan: Plan,
  first: readonly Values[],
  second: readonly Values[],
  allowed = tolerance,
): readonly string[] {
  return plan.model.outputs.flatMap((ref, at) => {
    const [a, b] = [first[at], second[at]]
    if (a === undefined || b === undefined) return [`${nameOf(ref)} is missing`]
    if (a.shape.join() !== b.shape.join())
      return [`${nameOf(ref)} is [${b.shape.join()}], not [${a.shape.join()}]`]
    const off = distance(b.values, a.values)
    return off <= allowed ? [] : [`${nameOf(ref)} is off by ${off.toExponential(2)}`]
  })
}
