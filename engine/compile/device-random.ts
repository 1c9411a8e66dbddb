/**
 * Seeded random numbers of one node in one pass, as device tensors; the same on every backend. On WebGPU and WebAssembly
 * uniform numbers are drawn by the device itself, word for word those of engine/random; normal ones are not, since a
 * device's logarithm and cosine are not exact.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { RunContext } from '../../nodes/kit/define'
import { wasmInside, type WasmInside } from '../backend/wasm/inside'
import { webgpuInside, type WebGpuInside } from '../backend/webgpu/inside'
import { emptyTensor, groupsFor, runKernel } from '../backend/webgpu/kernel'
import { hashName, stream } from '../random/stream'
import { philoxKernel } from './philox-kernel'
import type { StepInputs } from './step-inputs'

/** Numbers in a block of the generator. */
const blockSize = 4

interface Draw {
  readonly seed: number
  readonly name: string
  readonly block: number
}

function drawOnDevice(
  { tf, counter }: StepInputs,
  inside: WebGpuInside,
  shape: readonly number[],
  { seed, name, block }: Draw,
): Tf.Tensor {
  const numbers = tf.engine().makeTensorFromTensorInfo(emptyTensor(inside, shape, 'float32'))
  const [low, high] = hashName(name)
  const blocks = Math.ceil(numbers.size / blockSize)
  runKernel(inside, philoxKernel, [numbers, counter as Tf.Tensor1D], groupsFor(blocks), [
    seed >>> 0,
    low,
    high,
    block,
  ])
  return numbers
}

function drawOnHeap(
  { tf, counter }: StepInputs,
  inside: WasmInside,
  shape: readonly number[],
  { seed, name, block }: Draw,
): Tf.Tensor {
  const numbers = tf.engine().makeTensorFromTensorInfo(inside.output(shape))
  const places = [inside.at(counter as Tf.Tensor1D), inside.at(numbers)]
  inside.run('uniforms', numbers.size, seed >>> 0, ...hashName(name), block, ...places)
  return numbers
}

/** Numbers of the stream (seed, name, step of the inputs), drawn one after another. */
export function deviceRandom(inputs: StepInputs, seed: number, name: string): RunContext['random'] {
  const { tf } = inputs
  const inside = inputs.counter === null ? null : webgpuInside(tf)
  const heap = inputs.counter === null ? null : wasmInside(tf)
  let next = 0
  const take = (shape: readonly number[]) => {
    const size = shape.reduce((product, n) => product * n, 1)
    const block = next
    next += Math.ceil(size / blockSize)
    return { size, block }
  }
  return {
    uniform: (shape) => {
      const { size, block } = take(shape)
      if (inside !== null && size > 0) return drawOnDevice(inputs, inside, shape, { seed, name, block })
      if (heap !== null && size > 0) return drawOnHeap(inputs, heap, shape, { seed, name, block })
      return inputs.tensor(shape, 'float32', (step) => stream(seed, name, step, block).uniforms(size))
    },
    normal: (shape) => {
      const { size, block } = take(shape)
      return inputs.tensor(shape, 'float32', (step) => stream(seed, name, step, block).normals(size))
    },
  }
}
