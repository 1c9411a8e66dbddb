/**
 * Our weights in PyTorch's names and layouts, and back. Every definition says in `emit.torch` which tensors its module
 * has and how our weights lie in them; this file only carries that table out, in both directions, so that exporter and
 * importer cannot disagree. A path becomes a module name with `.` for `/`: `encoder/0/attention` -> `encoder.0.attention`.
 */
import { refuse, type Refusal } from '../../nodes/kit/spec'
import type { TorchPart, TorchTensor } from '../../nodes/kit/torch'
import type { Path } from '../graph/document'
import type { Plan, PlanStep } from '../analyse/plan'
import { floatsOf, storedFloats, storedZeros, type StoredTensor } from './safetensors'
import type { Weights, WeightValues } from './run-weights'

export interface TorchWeights {
  /** The state dict, in Plan order. */
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** Where each of our weights went: `hidden:kernel` -> `hidden.weight`. Several may share one tensor. */
  readonly names: Readonly<Record<string, string>>
}

/** Name of a node's module in a PyTorch model. */
export function torchModuleName(path: Path): string {
  return path.replaceAll('/', '.')
}

/** A function of PyTorch that computes with tensors of another node's module. */
export interface BorrowedTorch {
  readonly call: string
  /** Whose module has the tensors. */
  readonly owner: Path
  /** Names in the module's state dict, in the order in which they follow the inputs. */
  readonly tensors: readonly string[]
}

/**
 * What a step is in PyTorch that uses the weights of a node of another type: a function with the owner's tensors, so that
 * each stands in the state dict once. Null for any other step.
 */
export function borrowedTorch(plan: Plan, step: PlanStep): BorrowedTorch | null {
  const owner = step.sharesWeightsOf === null ? undefined : plan.byPath.get(step.sharesWeightsOf)
  if (owner === undefined || owner.definition.type === step.definition.type) return null
  const shared = step.definition.sharesWith?.[owner.definition.type]
  if (shared === undefined)
    throw new Error(`${step.definition.type} cannot use the weights of ${owner.definition.type}`)
  return { ...shared.torch, owner: owner.path }
}

/** The state dict of a model. Weights that several steps share appear once, under the step that owns them. */
export function toTorch(plan: Plan, weights: Weights): TorchWeights | Refusal {
  const tensors = new Map<string, StoredTensor>()
  const names: [string, string][] = []
  for (const { step, tensor, name } of torchTensors(plan)) {
    if ('zeros' in tensor) {
      tensors.set(name, storedZeros(tensor.zeros, tensor.dtype))
      continue
    }
    const parts: WeightValues[] = []
    for (const part of tensor.parts) {
      const ours = `${step.path}:${part.weight}`
      const own = ownWeight(step, part.weight, weights)
      if ('refused' in own) return own
      parts.push(intoPart(own, part))
      names.push([ours, name])
    }
    const whole = concatenate(parts)
    tensors.set(name, storedFloats(whole.shape, whole.values))
  }
  return { tensors, names: Object.fromEntries(names) }
}

/**
 * Our weights from a state dict that fits this model. Tensors that the model does not know are refused, with the names,
 * and so are numbers that we have no place for (a second LSTM bias that is not zero).
 */
export function fromTorch(plan: Plan, tensors: ReadonlyMap<string, StoredTensor>): Weights | Refusal {
  const weights: [string, WeightValues][] = []
  const known = new Set<string>()
  const read = withSums(plan, tensors)
  if ('refused' in read) return read
  for (const expected of torchTensors(plan)) {
    const { step, tensor, name } = expected
    known.add(name)
    if ('zeros' in tensor) continue
    const stored = read.tensors.get(name)
    if (stored === undefined) return refuse(`The file has no tensor ${name}, which node ${step.path} needs.`)
    const split = weightsOf(expected, stored)
    if ('refused' in split) return split
    weights.push(...split.weights)
  }
  const unknown = [...tensors.keys()].filter((name) => !known.has(name))
  if (unknown.length > 0) {
    const some = unknown.slice(0, 5).join(', ')
    return refuse(
      `The file has tensors that this graph has no place for: ${some}${unknown.length > 5 ? ` and ${unknown.length - 5} more` : ''}.`,
    )
  }
  return Object.fromEntries(weights)
}

/** An entry of the model's state dict with the step that owns it. */
export interface NamedTorchTensor {
  readonly step: PlanStep
  readonly tensor: TorchTensor
  /** `encoder.0.attention.in_proj_weight` */
  readonly name: string
}

/** Every entry of the model's state dict, in Plan order. */
export function torchTensors(plan: Plan): readonly NamedTorchTensor[] {
  return plan.steps
    .filter((step) => step.sharesWeightsOf === null && Object.keys(step.weights).length > 0)
    .flatMap((step) =>
      step.definition.emit
        .torch(step.params, step.inputSpecs as Parameters<typeof step.definition.emit.torch>[1])
        .tensors.map((tensor) => ({ step, tensor, name: `${torchModuleName(step.path)}.${tensor.name}` })),
    )
}

export function ownWeight(step: PlanStep, weight: string, weights: Weights): WeightValues | Refusal {
  const spec = step.weights[weight]
  if (spec === undefined)
    throw new Error(`${step.definition.type} emits a weight ${weight} that it does not have`)
  const values = weights[`${step.path}:${weight}`]
  if (values === undefined)
    return refuse(
      `The weights hold no ${step.path}:${weight}, which this graph needs. Train the graph as it is now, or give the weights that belong to it.`,
    )
  if (!sameSizes(values.shape, spec.shape)) {
    return refuse(
      `The weight ${step.path}:${weight} should have shape [${spec.shape.join(', ')}], but has [${values.shape.join(', ')}]. Give the weights that belong to this graph.`,
    )
  }
  return values
}

/**
 * The tensors with those added in that PyTorch only adds to another (the second bias of an LSTM). Where an entry stands
 * for zeros and nothing takes its values, they must be zeros.
 */
export function withSums(
  plan: Plan,
  tensors: ReadonlyMap<string, StoredTensor>,
): { readonly tensors: ReadonlyMap<string, StoredTensor> } | Refusal {
  const summed = new Map(tensors)
  for (const { step, tensor, name } of torchTensors(plan)) {
    const stored = 'zeros' in tensor && tensor.dtype === 'F32' ? tensors.get(name) : undefined
    if (stored === undefined || !('zeros' in tensor)) continue
    const values = floatsOf(stored)
    if (values.every((value) => value === 0)) continue
    const target = tensor.addsTo === undefined ? null : `${torchModuleName(step.path)}.${tensor.addsTo}`
    const other = target === null ? undefined : summed.get(target)
    if (target === null || other === undefined || !sameSizes(other.shape, stored.shape)) {
      return refuse(
        `The tensor ${name} should hold only zeros: node ${step.path} has no weight that could take its values.`,
      )
    }
    const sum = floatsOf(other).map((value, at) => value + (values[at] ?? 0))
    summed.set(target, storedFloats(other.shape, sum))
  }
  return { tensors: summed }
}

/** The shape of an entry in PyTorch: of its parts, one below the other. */
export function torchShape({ step, tensor, name }: NamedTorchTensor): readonly number[] {
  if ('zeros' in tensor) return tensor.zeros
  const shapes = tensor.parts.map((part) => shapesOf(weightShape(step, part.weight), part).last)
  const [first] = shapes
  if (first === undefined) throw new Error(`${step.definition.type} emits ${name} without parts`)
  if (shapes.length === 1) return first
  return [shapes.reduce((rows, shape) => rows + (shape[0] ?? 1), 0), ...first.slice(1)]
}

/** Our weights in a tensor of that entry: cut along axis 0 into its parts, each turned back into our layout. */
export function weightsOf(
  expected: NamedTorchTensor,
  stored: StoredTensor,
): { readonly weights: readonly [string, WeightValues][] } | Refusal {
  const { step, tensor, name } = expected
  const parts = 'zeros' in tensor ? [] : tensor.parts
  const wanted = torchShape(expected)
  if (!sameSizes(stored.shape, wanted)) {
    return refuse(
      `The tensor ${name} should have shape [${wanted.join(', ')}], but has [${stored.shape.join(', ')}].`,
    )
  }
  const values = floatsOf(stored)
  let at = 0
  const weights = parts.map((part): [string, WeightValues] => {
    const shape = shapesOf(weightShape(step, part.weight), part)
    const length = count(shape.last)
    const theirs = inBlocks(values.slice(at, at + length), inverse(part.blocks ?? [0]))
    const own = permuted(
      { shape: shape.permuted, values: theirs },
      inverse(part.permute ?? identity(shape.permuted)),
    )
    at += length
    return [`${step.path}:${part.weight}`, { shape: weightShape(step, part.weight), values: own.values }]
  })
  return { weights }
}

function weightShape(step: PlanStep, weight: string): readonly number[] {
  const spec = step.weights[weight]
  if (spec === undefined)
    throw new Error(`${step.definition.type} emits a weight ${weight} that it does not have`)
  return spec.shape
}

/** Shapes on the way: ours reinterpreted, permuted, and reinterpreted again. */
function shapesOf(
  own: readonly number[],
  part: TorchPart,
): { reshaped: readonly number[]; permuted: readonly number[]; last: readonly number[] } {
  const reshaped = part.reshape ?? own
  const after = (part.permute ?? identity(reshaped)).map((axis) => reshaped[axis] ?? 1)
  return { reshaped, permuted: after, last: part.then ?? after }
}

export function intoPart(own: WeightValues, part: TorchPart): WeightValues {
  const { reshaped, last } = shapesOf(own.shape, part)
  const moved = permuted({ shape: reshaped, values: own.values }, part.permute ?? identity(reshaped))
  return { shape: last, values: inBlocks(moved.values, part.blocks ?? [0]) }
}

/** Equal blocks of consecutive values, block `order[i]` in place i. */
function inBlocks(values: Float32Array<ArrayBuffer>, order: readonly number[]): Float32Array<ArrayBuffer> {
  const size = values.length / order.length
  const result = new Float32Array(values.length)
  for (const [to, from] of order.entries())
    result.set(values.subarray(from * size, (from + 1) * size), to * size)
  return result
}

/** Axes reordered: axis `order[i]` of the input becomes axis i. */
function permuted(from: WeightValues, order: readonly number[]): WeightValues {
  const shape = order.map((axis) => from.shape[axis] ?? 1)
  const steps = strides(from.shape)
  const jumps = order.map((axis) => steps[axis] ?? 0)
  const values = new Float32Array(from.values.length)
  const index = shape.map(() => 0)
  let source = 0
  for (let target = 0; target < values.length; target++) {
    values[target] = from.values[source] ?? 0
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1
      source += jumps[axis] ?? 0
      if (next < (shape[axis] ?? 1)) {
        index[axis] = next
        break
      }
      index[axis] = 0
      source -= next * (jumps[axis] ?? 0)
    }
  }
  return { shape, values }
}

function strides(shape: readonly number[]): number[] {
  const result = shape.map(() => 1)
  for (let axis = shape.length - 2; axis >= 0; axis--)
    result[axis] = (result[axis + 1] ?? 1) * (shape[axis + 1] ?? 1)
  return result
}

export function concatenate(parts: readonly WeightValues[]): WeightValues {
  const first = parts[0]
  if (first === undefined) throw new Error('A PyTorch tensor needs at least one part')
  if (parts.length === 1) return first
  const values = new Float32Array(parts.reduce((length, part) => length + part.values.length, 0))
  let at = 0
  for (const part of parts) {
    values.set(part.values, at)
    at += part.values.length
  }
  return {
    shape: [parts.reduce((rows, part) => rows + (part.shape[0] ?? 1), 0), ...first.shape.slice(1)],
    values,
  }
}

function identity(shape: readonly number[]): number[] {
  return shape.map((_, axis) => axis)
}

function inverse(order: readonly number[]): number[] {
  return order.map((_, place) => order.indexOf(place))
}

function count(shape: readonly number[]): number {
  return shape.reduce((all, dim) => all * dim, 1)
}

function sameSizes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis])
}
