/**
 * The inside of tfjs's WebGPU backend, as far as our own kernels and the captured step need it. None of it is public;
 * `webgpuInside` looks whether all of it is there, so that another tfjs is noticed and not misunderstood.
 */
import type * as Tf from '@tensorflow/tfjs'

/** What tfjs knows of one tensor's data. */
export interface TensorData {
  readonly dtype: Tf.DataType
  readonly shape: readonly number[]
  /** On the CPU, where they have not been uploaded, or have been read. */
  values: ArrayBufferView | null | undefined
  /** On the device. */
  resource: GPUBuffer | null | undefined
  refCount: number
}

export interface Buffers {
  acquireBuffer(size: number, usage: GPUBufferUsageFlags, mapped?: boolean, reuse?: boolean): GPUBuffer
  releaseBuffer(buffer: GPUBuffer, reuse?: boolean): void
  /** Kept to be used again. */
  readonly freeBuffers?: ReadonlyMap<string, GPUBuffer[]>
  numFreeBuffers?: number
  numBytesAllocated?: number
}

/** A uniform's field. */
export interface UniformField {
  readonly type: 'int32' | 'uint32' | 'float32'
  readonly data: number[]
}

/** Which data waits for commands that have not been submitted. */
export interface OwnedIds {
  has(id: object): boolean
  add(id: object): unknown
}

export interface WebGpuInside {
  readonly device: GPUDevice
  queue: GPUQueue
  readonly tensorMap: { get(id: object): TensorData; has(id: object): boolean }
  bufferManager: Buffers
  commandEncoder: GPUCommandEncoder | null
  computePassEncoder: GPUComputePassEncoder | null
  commandQueueOwnedIds: OwnedIds
  dispatchCountInPass: number
  uniformPendingDisposal: GPUBuffer[]
  write(values: ArrayBufferView | null, shape: readonly number[], dtype: Tf.DataType): object
  move(id: object, values: ArrayBufferView, shape: readonly number[], dtype: Tf.DataType, count: number): void
  incRef(id: object): void
  disposeData(id: object): boolean
  uploadToGPU(id: object): void
  ensureCommandEncoderReady(): void
  endComputePassEncoder(): void
  submitQueue(): void
  makeUniforms(fields: UniformField[]): GPUBufferBinding
  runWebGPUProgram(
    program: unknown,
    inputs: readonly Tf.TensorInfo[],
    dtype: Tf.DataType,
    uniform?: UniformField[],
    output?: Tf.TensorInfo,
  ): Tf.TensorInfo
  convertAndCacheOnCPU(id: object, values: ArrayBufferView): ArrayBufferView
  read(id: object): Promise<ArrayBufferView>
  readSync(id: object): ArrayBufferView
}

const methods = [
  'write',
  'move',
  'incRef',
  'disposeData',
  'uploadToGPU',
  'ensureCommandEncoderReady',
  'endComputePassEncoder',
  'submitQueue',
  'makeUniforms',
  'runWebGPUProgram',
  'convertAndCacheOnCPU',
  'read',
  'readSync',
] as const satisfies readonly (keyof WebGpuInside)[]

const values = [
  'device',
  'queue',
  'tensorMap',
  'bufferManager',
  'commandQueueOwnedIds',
  'dispatchCountInPass',
  'uniformPendingDisposal',
] as const satisfies readonly (keyof WebGpuInside)[]

/** The current backend's inside where it is tfjs's WebGPU backend as we know it, else null. */
export function webgpuInside(tf: typeof Tf): WebGpuInside | null {
  if (tf.getBackend() !== 'webgpu') return null
  const backend = tf.backend() as unknown as Record<string, unknown>
  const known =
    methods.every((name) => typeof backend[name] === 'function') &&
    values.every((name) => backend[name] !== undefined)
  return known ? (backend as unknown as WebGpuInside) : null
}

/** Bytes that a kernel can see of one tensor. */
export function largestTensor({ limits }: GPUDevice): number {
  return Math.min(limits.maxBufferSize, limits.maxStorageBufferBindingSize)
}

/** Sends off what waits, so that whatever is submitted next comes after it. */
export function flushCommands(inside: WebGpuInside): void {
  inside.endComputePassEncoder()
  if (inside.commandEncoder !== null) inside.submitQueue()
}

/** Gives the device back what tfjs keeps to use again, which it never does itself. */
export function dropSpareBuffers(inside: WebGpuInside): void {
  flushCommands(inside)
  const { bufferManager } = inside
  for (const buffers of bufferManager.freeBuffers?.values() ?? []) {
    for (const buffer of buffers) {
      buffer.destroy()
      bufferManager.numFreeBuffers = (bufferManager.numFreeBuffers ?? 0) - 1
      bufferManager.numBytesAllocated = (bufferManager.numBytesAllocated ?? 0) - buffer.size
    }
    buffers.length = 0
  }
}

/** A tensor's data around a buffer, which tfjs gives to its buffer manager when it frees the data. */
export function dataAround(
  inside: WebGpuInside,
  buffer: GPUBuffer,
  shape: readonly number[],
  dtype: 'float32' | 'int32',
): Tf.TensorInfo {
  const dataId = inside.write(null, shape, dtype)
  inside.tensorMap.get(dataId).resource = buffer
  return { dataId, shape: [...shape], dtype }
}

/** What tensors on the device are made of in tfjs. */
export function storageUsage(): GPUBufferUsageFlags {
  return GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST
}
