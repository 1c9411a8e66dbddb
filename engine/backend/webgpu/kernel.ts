/**
 * Kernels of our own on tfjs's WebGPU backend. tfjs's own programs have one output and leave their inputs alone; these
 * may write to any of their buffers, and stand in tfjs's queue of commands like every other kernel.
 */
import type * as Tf from '@tensorflow/tfjs'
import { dataAround, flushCommands, storageUsage, type WebGpuInside } from './inside'

/** WGSL with an entry point `main`, whose buffers are bindings 0, 1, … of group 0. */
export interface Kernel {
  readonly label: string
  readonly code: string
}

const pipelines = new WeakMap<GPUDevice, Map<string, GPUComputePipeline>>()

function pipelineOf({ device }: WebGpuInside, { label, code }: Kernel): GPUComputePipeline {
  const known = pipelines.get(device) ?? new Map<string, GPUComputePipeline>()
  pipelines.set(device, known)
  const made =
    known.get(code) ??
    device.createComputePipeline({
      label,
      layout: 'auto',
      compute: { module: device.createShaderModule({ label, code }), entryPoint: 'main' },
    })
  known.set(code, made)
  return made
}

/** Threads of a workgroup of `perElement` kernels. */
export const groupSize = 64

/** Every device allows as many groups along an axis. */
const mostGroups = 65535

/** Groups for one thread per element: along x, and along y where these are too many. */
export function groupsFor(elements: number): readonly [number, number, number] {
  const groups = Math.ceil(elements / groupSize)
  const x = Math.min(groups, mostGroups)
  return [x, Math.ceil(groups / x), 1]
}

/** The opening of a kernel with one thread per element, whose number is then `i`. */
export const perElement = `@compute @workgroup_size(${groupSize})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.x + id.y * groups.x * ${groupSize}u;`

/** As many dispatches as tfjs gathers before it submits them. */
const passLength = 15

/**
 * Puts a kernel in the queue. The buffers of the tensors are bound in their order, after them `words`, four whole
 * numbers below 2^32, as a uniform.
 */
export function runKernel(
  inside: WebGpuInside,
  kernel: Kernel,
  tensors: readonly Tf.TensorInfo[],
  groups: readonly [number, number, number],
  words: readonly [number, number, number, number] | null = null,
): void {
  const ids = tensors.map(({ dataId }) => dataId)
  for (const id of ids) inside.uploadToGPU(id)
  const pipeline = pipelineOf(inside, kernel)
  const resources: GPUBufferBinding[] = ids.map((id) => ({
    buffer: inside.tensorMap.get(id).resource as GPUBuffer,
  }))
  if (words !== null) resources.push(inside.makeUniforms([{ type: 'uint32', data: [...words] }]))
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
