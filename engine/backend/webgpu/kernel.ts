/**
 * Kernels of our own on tfjs's WebGPU backend. tfjs's own programs have one output and leave their inputs alone; these
 * may write to any of their buffers, and stand in tfjs's queue of commands like every other kernel.
 */
import type * as Tf from '@tensorflow/tfjs'
import { isSoftwareName } from '../adapters'
import { dataAround, flushCommands, storageUsage, type WebGpuInside } from './inside'

/** WGSL with an entry point `main`, whose buffers are bindings 0, 1, … of group 0. */
export interface Kernel {
  readonly label: string
  readonly code: string
}

const pipelines = new WeakMap<GPUDevice, Map<string, GPUComputePipeline>>()
const written = new WeakMap<GPUComputePipeline, ReadonlySet<number>>()

/** Which bindings a pipeline of ours writes; undefined for others. */
export function writtenBindings(pipeline: GPUComputePipeline): ReadonlySet<number> | undefined {
  return written.get(pipeline)
}

function bindingsWritten(code: string): ReadonlySet<number> {
  const found = code.matchAll(/@binding\((\d+)\)\s*var<storage,\s*read_write>/g)
  return new Set([...found].map(([, binding]) => Number(binding)))
}

const software = new WeakMap<GPUDevice, boolean>()

export function isSoftware(device: GPUDevice): boolean {
  const known = software.get(device)
  if (known !== undefined) return known
  const { adapterInfo } = device as { readonly adapterInfo?: GPUAdapterInfo }
  const words = `${adapterInfo?.vendor} ${adapterInfo?.architecture} ${adapterInfo?.description}`
  const found = isSoftwareName(words)
  software.set(device, found)
  return found
}

/**
 * Sizes of workgroups, declared by kernels as `override name: u32 = …`, that a software adapter is given otherwise: there
 * four threads are one, and waiting for others is what costs.
 */
const softwareSizes = { team_size: 4, team_part: 2, lanes: 1 } as const

function sizesHere(device: GPUDevice, code: string): Record<string, number> {
  if (!isSoftware(device)) return {}
  return Object.fromEntries(
    Object.entries(softwareSizes).filter(([name]) => code.includes(`override ${name}:`)),
  )
}

function pipelineOf({ device }: WebGpuInside, { label, code }: Kernel): GPUComputePipeline {
  const known = pipelines.get(device) ?? new Map<string, GPUComputePipeline>()
  pipelines.set(device, known)
  const made =
    known.get(code) ??
    device.createComputePipeline({
      label,
      layout: 'auto',
      compute: {
        module: device.createShaderModule({ label, code }),
        entryPoint: 'main',
        constants: sizesHere(device, code),
      },
    })
  if (!known.has(code)) written.set(made, bindingsWritten(code))
  known.set(code, made)
  return made
}

/** Threads of a workgroup of `perElement` kernels. */
export const groupSize = 64

/** Every device allows as many groups along an axis. */
export const mostGroups = 65535

/** Groups for one thread per element: along x, and along y where these are too many. */
export function groupsFor(elements: number): readonly [number, number, number] {
  const groups = Math.ceil(elements / groupSize)
  const x = Math.min(groups, mostGroups)
  return [x, Math.ceil(groups / x), 1]
}

/** The opening of a kernel with one thread per element, whose number is then `i`. */
export const perElement = `@compute @workgroup_size(${groupSize})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) all_groups: vec3u) {
  let i = id.x + id.y * all_groups.x * ${groupSize}u;`

/** A number as WGSL writes it. */
export function literal(value: number): string {
  const text = String(Math.fround(value))
  return /[.e]/.test(text) ? `${text}f` : `${text}.0f`
}

/** Columns of a workgroup in kernels that `perColumn` opens, and how many workgroups that makes of a matrix. */
const columnsTogether = 8
export const groupsForColumns = (width: number): number => Math.ceil(width / columnsTogether)

/**
 * The opening of a kernel that adds up the rows of each `column`: its lanes take every so manyth row from `local.y` on, up
 * to `end`, and `sumOf` adds up what they have, always in the same order. Words: rows, width. Between two sums of one
 * kernel the threads must wait for each other.
 */
export const perColumn = (type: 'f32' | 'vec2f'): string => `
override lanes: u32 = 32;
var<workgroup> parts: array<${type}, ${columnsTogether}u * lanes>;
fn sumOf(own: ${type}, local: vec2u) -> ${type} {
  parts[local.y * ${columnsTogether}u + local.x] = own;
  workgroupBarrier();
  var all = ${type}();
  for (var lane = 0u; lane < lanes; lane++) { all += parts[lane * ${columnsTogether}u + local.x]; }
  return all;
}
@compute @workgroup_size(${columnsTogether}, lanes)
fn main(@builtin(workgroup_id) place: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let rows = given.x;
  let width = given.y;
  let column = place.x * ${columnsTogether}u + local.x;
  // Beyond the last column nothing is read, but all wait for each other.
  let end = select(0u, rows, column < width);`

/** WGSL: threads that work on one row together, in kernels that `perRow` opens without a size. */
export const teamSize = 'team_size'

/**
 * Sums and maxima over the threads of a workgroup, always in the same order. Every thread must call them, in uniform
 * control flow, with its number in the workgroup. Two steps of many numbers and not many of two: on a software adapter
 * waiting for each other is what costs. `teamAll` has a sum in x, y and z, a maximum in w.
 */
export function team(size?: number): string {
  const [all, part] = size === undefined ? [teamSize, 'team_part'] : [`${size}u`, `${Math.sqrt(size)}u`]
  const over = (name: string, type: string, zero: string, together: string) => `
var<workgroup> numbers_${name}: array<${type}, ${all}>;
var<workgroup> parts_${name}: array<${type}, ${part}>;
fn ${name}(own: ${type}, thread: u32) -> ${type} {
  numbers_${name}[thread] = own;
  workgroupBarrier();
  if (thread < ${part}) {
    var a = ${zero};
    for (var at = 0u; at < ${part}; at++) {
      let b = numbers_${name}[thread * ${part} + at];
      a = ${together};
    }
    parts_${name}[thread] = a;
  }
  workgroupBarrier();
  var a = ${zero};
  for (var at = 0u; at < ${part}; at++) {
    let b = parts_${name}[at];
    a = ${together};
  }
  // The next call writes where this one has read.
  workgroupBarrier();
  return a;
}`
  const sizes = size === undefined ? 'override team_size: u32 = 64;\noverride team_part: u32 = 8;' : ''
  return `
${sizes}
${over('teamSum', 'f32', '0.0f', 'a + b')}
${over('teamMax', 'f32', '-3.4e38f', 'max(a, b)')}
${over('teamAll', 'vec4f', 'vec4f(0.0f, 0.0f, 0.0f, -3.4e38f)', 'vec4f(a.xyz + b.xyz, max(a.w, b.w))')}`
}

/** The opening of a kernel with one workgroup per row, whose number is then `row`; `thread` counts in the workgroup. */
export function perRow(size?: number): string {
  return `${team(size)}
@compute @workgroup_size(${size ?? teamSize})
fn main(@builtin(workgroup_id) place: vec3u, @builtin(num_workgroups) all_groups: vec3u,
    @builtin(local_invocation_index) thread: u32) {
  let row = place.x + place.y * all_groups.x;`
}

/** Groups for one workgroup per row: along x, and along y where these are too many. */
export function groupsForRows(rows: number): readonly [number, number, number] {
  const x = Math.min(rows, mostGroups)
  return [x, Math.ceil(rows / x), 1]
}

/** How many of a kernel's buffers may be tensors. */
export function mostTensors({ device }: WebGpuInside): number {
  return device.limits.maxStorageBuffersPerShaderStage
}

/** As many dispatches as tfjs gathers before it submits them. */
const passLength = 15

/**
 * Puts a kernel in the queue. The buffers of the tensors are bound in their order, after them `words`, whole numbers
 * below 2^32 by fours, as a uniform of as many vec4u.
 */
export function runKernel(
  inside: WebGpuInside,
  kernel: Kernel,
  tensors: readonly Tf.TensorInfo[],
  groups: readonly [number, number, number],
  words: readonly number[] | null = null,
): void {
  const bound = tensors.map((tensor) => inFloats(inside, tensor))
  const ids = bound.map(({ dataId }) => dataId)
  for (const id of ids) inside.uploadToGPU(id)
  const pipeline = pipelineOf(inside, kernel)
  const resources: GPUBufferBinding[] = ids.map((id) => ({
    buffer: inside.tensorMap.get(id).resource as GPUBuffer,
  }))
  if (words !== null) {
    const quads = Array.from({ length: words.length / 4 }, (_, at) => words.slice(4 * at, 4 * at + 4))
    resources.push(inside.makeUniforms(quads.map((data) => ({ type: 'uint32', data }))))
  }
  const bindGroup = inside.device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: resources.map((resource, binding) => ({ binding, resource })),
  })
  for (const id of ids) inside.commandQueueOwnedIds.add(id)
  inside.ensureCommandEncoderReady()
  inside.computePassEncoder ??= (inside.commandEncoder as GPUCommandEncoder).beginComputePass()
  inside.computePassEncoder.setPipeline(pipeline)
  inside.computePassEncoder.setBindGroup(0, bindGroup)
  inside.computePassEncoder.dispatchWorkgroups(...groups)
  inside.dispatchCountInPass++
  if (inside.dispatchCountInPass >= passLength) flushCommands(inside)
  for (const [index, { dataId }] of bound.entries()) {
    if (dataId !== tensors[index]?.dataId) inside.disposeData(dataId)
  }
}

const floatKernel: Kernel = {
  label: 'whole numbers as floats',
  code: `
@group(0) @binding(0) var<storage, read_write> floats: array<f32>;
@group(0) @binding(1) var<storage, read> whole: array<i32>;
${perElement}
  if (i < arrayLength(&floats)) { floats[i] = f32(whole[i]); }
}`,
}

/**
 * The tensor with its numbers as floats where it is said to hold floats. tfjs's cast from whole numbers and truths only
 * writes another type on the same buffer; its own programs read the type that is kept with the data.
 */
function inFloats(inside: WebGpuInside, tensor: Tf.TensorInfo): Tf.TensorInfo {
  const { dtype } = inside.tensorMap.get(tensor.dataId)
  if (tensor.dtype !== 'float32' || dtype === 'float32') return tensor
  const floats = emptyTensor(inside, tensor.shape, 'float32')
  const size = tensor.shape.reduce((product, n) => product * n, 1)
  runKernel(inside, floatKernel, [floats, { ...tensor, dtype }], groupsFor(size))
  return floats
}

/** A tensor that a kernel is about to write; it belongs to the scope that asks. */
export function newTensor<R extends Tf.Rank = Tf.Rank>(
  tf: typeof Tf,
  inside: WebGpuInside,
  shape: readonly number[],
): Tf.Tensor<R> {
  return tf.engine().makeTensorFromTensorInfo(emptyTensor(inside, shape, 'float32')) as Tf.Tensor<R>
}

/** Room on the device for a tensor's numbers, which a kernel is about to write. */
export function emptyTensor(
  inside: WebGpuInside,
  shape: readonly number[],
  dtype: 'float32' | 'int32',
): Tf.TensorInfo {
  const size = shape.reduce((product, n) => product * n, 1)
  return dataAround(inside, inside.bufferManager.acquireBuffer(4 * size, storageUsage()), shape, dtype)
}
