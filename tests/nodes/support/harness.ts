/**
 * Runs one node as the engine does: builds its layer, feeds it tensors, asks for outputs and gradients. Numbers are
 * drawn by name, so that a failure repeats.
 */
import type * as Tf from '@tensorflow/tfjs'
import { createOwnLayers } from '../../../engine/layers/own-layers'
import { stream } from '../../../engine/random/stream'
import {
  initialParams,
  type Definition,
  type Draw,
  type NodeCase,
  type Params,
  type RunContext,
} from '../../../nodes/kit/define'
import type { Fields } from '../../../nodes/kit/fields'
import type { KerasBuilder, KerasValue } from '../../../nodes/kit/keras'
import type { OnnxBuilder, OnnxValue } from '../../../nodes/kit/onnx'
import { isRefusal, type Shape, type Spec } from '../../../nodes/kit/spec'

export type Case = NodeCase<Fields>
export type SpecsByPort = Readonly<Record<string, Spec | readonly Spec[]>>
export type TensorsByPort = Readonly<Record<string, Tf.Tensor | readonly Tf.Tensor[]>>

export const batch = 4
/** Symbolic axes get these sizes, each its own. */
const symbols: Readonly<Record<string, number>> = { T: 3, S: 5 }

export function caseParams(definition: Definition, theCase: Case): Params {
  return { ...initialParams(definition), ...theCase.params }
}

/** Ports and settings lose their types when a definition joins the catalogue; this is the one place that says so. */
function untyped(inputs: object): never {
  return inputs as never
}

export function specsOf(definition: Definition, given: SpecsByPort): SpecsByPort {
  const lists = Object.entries(definition.inputs).filter(([, port]) => port.list)
  return { ...Object.fromEntries(lists.map(([port]) => [port, []])), ...given }
}

export function infer(definition: Definition, specs: SpecsByPort, p: Params) {
  return definition.infer(untyped(specsOf(definition, specs)), p)
}

export function inferred(
  definition: Definition,
  specs: SpecsByPort,
  p: Params,
): Readonly<Record<string, Spec>> {
  const outputs = infer(definition, specs, p)
  if (isRefusal(outputs)) throw new Error(`${definition.type} refused: ${outputs.refused}`)
  return outputs
}

export function weights(definition: Definition, specs: SpecsByPort, p: Params) {
  return definition.weights(untyped(specsOf(definition, specs)), p)
}

export function multiplyAdds(definition: Definition, specs: SpecsByPort, p: Params): number {
  return definition.multiplyAdds?.(untyped(specsOf(definition, specs)), p) ?? 0
}

export function torch(definition: Definition, specs: SpecsByPort, p: Params) {
  return definition.emit.torch(p, untyped(specsOf(definition, specs)))
}

/** Values in the order of the ports, lists spread, open ports left out. */
export function inOrder<T>(definition: Definition, byPort: Readonly<Record<string, T | readonly T[]>>): T[] {
  return Object.keys(definition.inputs).flatMap((port) => {
    const value = byPort[port]
    if (value === undefined) return []
    return Array.isArray(value) ? (value as T[]) : [value as T]
  })
}

export function tfShape(shape: Shape): (number | null)[] {
  return shape.map((dim) => (typeof dim === 'number' ? dim : null))
}

export function concrete(shape: Shape): number[] {
  return shape.map((dim) => (dim === null ? batch : typeof dim === 'string' ? (symbols[dim] ?? 2) : dim))
}

export function build(
  tf: typeof Tf,
  definition: Definition,
  specs: SpecsByPort,
  p: Params,
  seed = 1,
): Tf.layers.Layer {
  if (definition.role !== 'layer') throw new Error(`${definition.type} has no layer.`)
  const own = createOwnLayers(tf, { seed, path: definition.type.replaceAll('-', '_') })
  return definition.build(tf, p, own, untyped(specsOf(definition, specs)))
}

/** Applies the layer to symbolic inputs, which creates its weights; the shapes of what comes out. */
export function applySymbolic(
  tf: typeof Tf,
  definition: Definition,
  specs: SpecsByPort,
  layer: Tf.layers.Layer,
) {
  const inputs = inOrder(definition, specs).map((spec) =>
    tf.input({ batchShape: tfShape(spec.shape), dtype: spec.dtype }),
  )
  const only = inputs[0]
  const outputs = layer.apply(inputs.length === 1 && only !== undefined ? only : inputs) as
    Tf.SymbolicTensor | Tf.SymbolicTensor[]
  return (Array.isArray(outputs) ? outputs : [outputs]).map((output) => output.shape)
}

export interface Variable {
  readonly name: string
  readonly variable: Tf.Variable
  readonly trainable: boolean
}

/** tfjs puts the layer's name before the weight's. */
function ownName(originalName: string): string {
  return originalName.slice(originalName.lastIndexOf('/') + 1)
}

export function variables(layer: Tf.layers.Layer): Variable[] {
  return layer.weights.map((weight) => {
    const { val, originalName } = weight as unknown as { val: Tf.Variable; originalName: string }
    return { name: ownName(originalName), variable: val, trainable: weight.trainable }
  })
}

/** A context that draws this node's numbers at this step. */
export function context(
  tf: typeof Tf,
  o: { training: boolean; step?: number; seed?: number; updateStatistics?: boolean },
): RunContext {
  const random = stream(o.seed ?? 1, 'node', o.step ?? 0)
  const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1)
  return {
    training: o.training,
    updateStatistics: o.updateStatistics ?? false,
    batchSize: batch,
    random: {
      uniform: (shape) => tf.tensor(random.uniforms(size(shape)), [...shape]),
      normal: (shape) => tf.tensor(random.normals(size(shape)), [...shape]),
    },
  }
}

/** How the numbers of a port are drawn. */
export function drawOf(item: Case, port: string, spec: Spec): Draw {
  if (item.numbers?.[port] !== undefined) return item.numbers[port]
  return spec.dtype === 'int32' ? { below: 3 } : port === 'mask' ? 'binary' : 'real'
}

/**
 * Real numbers stay 0.05 away from zero, where relu has a kink, and 0.021 away from one another, so that no step of
 * 0.01 changes which is the largest: finite differences trip over both. Nor are two values of a list port (`index`) the
 * same at any place.
 */
function numbers(name: string, spec: Spec, draw: Draw, index: number): Float32Array | Int32Array {
  const sizes = concrete(spec.shape)
  const n = sizes.reduce((product, size) => product * size, 1)
  const last = sizes.at(-1) ?? 1
  const random = stream(5, name, 0)
  if (typeof draw === 'object') {
    const drawn = random.integers(n, draw.below)
    return spec.dtype === 'int32' ? Int32Array.from(drawn) : Float32Array.from(drawn)
  }
  // The first place is always open: a row that may look nowhere is no row to test.
  if (draw === 'binary')
    return Float32Array.from(random.integers(n, 2), (bit, i) => (i % last === 0 ? 1 : bit))
  if (draw === 'one-hot') {
    const hot = random.integers(n / last, last)
    return Float32Array.from({ length: n }, (_, i) => (hot[Math.floor(i / last)] === i % last ? 1 : 0))
  }
  if (draw === 'probability')
    return Float32Array.from(random.permutation(n), (place) => 0.1 + (0.8 * (place + 0.5)) / n)
  const gap = Math.max(0.021, 4 / n)
  if (draw === 'positive')
    return Float32Array.from(random.permutation(n), (place) => 0.1 + (place + 0.5) * gap)
  const places = Float32Array.from(random.permutation(n), (place) => (place - (n - 1) / 2 + 0.3) * gap)
  return places.map((x) => x + (x < 0 ? -0.05 : 0.05) + ((index % 3) * gap) / 3)
}

export function randomInputs(tf: typeof Tf, definition: Definition, item: Case, draw = 0): TensorsByPort {
  const one = (port: string, spec: Spec, index: number) =>
    tf.tensor(
      numbers(`${definition.type}/${port}/${index}/${draw}`, spec, drawOf(item, port, spec), index),
      concrete(spec.shape),
      spec.dtype,
    )
  const entries = Object.entries(item.inputs).map(([port, spec]) => [
    port,
    Array.isArray(spec)
      ? (spec as Spec[]).map((each, index) => one(port, each, index))
      : one(port, spec as Spec, 0),
  ])
  return Object.fromEntries(entries) as TensorsByPort
}

/** What the node gives for these tensors, by port: its `run`, or else its layer. */
export function outputs(
  tf: typeof Tf,
  definition: Definition,
  p: Params,
  inputs: TensorsByPort,
  layer: Tf.layers.Layer | null,
  runContext: RunContext,
): Readonly<Record<string, Tf.Tensor>> {
  const given = untyped({
    ...Object.fromEntries(Object.keys(definition.inputs).map((port) => [port, undefined])),
    ...inputs,
  })
  switch (definition.role) {
    case 'loss':
      return { loss: definition.run({ tf, inputs: given, p }) }
    case 'metric':
      return { sums: definition.sums({ tf, inputs: given, p }) }
    case 'function':
      return definition.run({ tf, inputs: given, p, context: runContext })
    case 'layer': {
      if (layer === null) throw new Error(`${definition.type} needs its layer.`)
      if (definition.run === undefined) return layerOutputs(definition, inputs, layer)
      const byName = Object.fromEntries(variables(layer).map(({ name, variable }) => [name, variable]))
      return definition.run({ tf, inputs: given, p, context: runContext, weights: byName, layer })
    }
    default:
      throw new Error(`${definition.type} is fed, not run.`)
  }
}

/** What the layer alone gives, as in an exported model. */
export function layerOutputs(
  definition: Definition,
  inputs: TensorsByPort,
  layer: Tf.layers.Layer,
): Readonly<Record<string, Tf.Tensor>> {
  const list = inOrder<Tf.Tensor>(definition, inputs)
  const only = list[0]
  const result = layer.apply(list.length === 1 && only !== undefined ? only : list, { training: false }) as
    Tf.Tensor | Tf.Tensor[]
  const all = Array.isArray(result) ? result : [result]
  // Outputs that are not there under these settings stand last.
  const ports = Object.keys(definition.outputs).slice(0, all.length)
  return Object.fromEntries(ports.map((port, index) => [port, all[index] as Tf.Tensor]))
}

/** Runs `f` while the layer's weights are these tensors, by name: gradients then flow into them. */
export function withWeights<T>(
  layer: Tf.layers.Layer,
  tensors: ReadonlyMap<string, Tf.Tensor>,
  f: () => T,
): T {
  const slots = layer.weights.map((weight) => weight as unknown as { val: Tf.Tensor; originalName: string })
  const kept = slots.map((slot) => slot.val)
  for (const slot of slots) slot.val = tensors.get(ownName(slot.originalName)) ?? slot.val
  try {
    return f()
  } finally {
    for (const [index, slot] of slots.entries()) slot.val = kept[index] ?? slot.val
  }
}

/** Values of ONNX or Keras at the wired ports, named after them. */
function named(definition: Definition, specs: SpecsByPort): Record<string, string | string[] | undefined> {
  return Object.fromEntries(
    Object.keys(definition.inputs).map((port) => {
      const spec = specsOf(definition, specs)[port]
      return [port, Array.isArray(spec) ? spec.map((_, at) => `${port}${at}`) : spec && port]
    }),
  )
}

/** Everything that the node asks of an ONNX builder, weights with their sizes, as text. A refusal is its sentence. */
export function recordedOnnx(definition: Definition, specs: SpecsByPort, p: Params): string {
  const calls: unknown[] = []
  const sizes = Object.entries(weights(definition, specs, p)).map(([name, { shape }]) => [name, shape])
  const note = (...call: unknown[]) => `v${calls.push(call)}` as OnnxValue
  const g: OnnxBuilder = {
    op: (...call) => note('op', ...call),
    ops: (type, inputs, attributes, outputs) =>
      Array.from({ length: outputs }, (_, at) => note('ops', type, inputs, attributes, at)),
    weight: (...call) => note('weight', ...call),
    weights: (...call) => note('weights', ...call),
    floats: (...call) => note('floats', ...call),
    ints: (...call) => note('ints', ...call),
    scan: ({ states, sequences, reverse, body }) => {
      const given = (list: typeof states) => list.map(({ value, shape }) => note('into', value, shape))
      const turn = body(g, given(states), given(sequences))
      const came = (list: readonly OnnxValue[]) =>
        list.map((value) => note('out of', value, reverse === true))
      return { states: came(turn.states), gathered: came(turn.gathered) }
    },
  }
  const given = untyped(specsOf(definition, specs))
  return JSON.stringify([
    definition.emit.onnx?.(g, untyped(named(definition, specs)), p, given),
    calls,
    sizes,
  ])
}

/** Everything that the node asks of a Keras builder, as text. A refusal is its sentence. */
export function recordedKeras(definition: Definition, specs: SpecsByPort, p: Params): string {
  const calls: unknown[] = []
  const value = (at: number, output: number) => `v${at}.${output}` as unknown as KerasValue
  const layers: KerasBuilder['layers'] = (layer) => {
    const at = calls.push(layer)
    return layer.outputs.map((_, output) => value(at, output))
  }
  const k: KerasBuilder = { layers, layer: (layer) => layers(layer)[0] as KerasValue }
  const given = untyped(specsOf(definition, specs))
  return JSON.stringify([definition.emit.keras?.(k, untyped(named(definition, specs)), p, given), calls])
}
