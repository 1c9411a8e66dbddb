/**
 * Tensors whose buffers are written in place. tfjs takes a tensor's numbers for unchangeable: it remembers what it has
 * read and would tell it again. For these it must read anew each time.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { WebGpuInside } from './inside'

const changing = new WeakMap<WebGpuInside, WeakSet<object>>()

function changingIn(inside: WebGpuInside): WeakSet<object> {
  const known = changing.get(inside)
  if (known !== undefined) return known
  const ids = new WeakSet()
  changing.set(inside, ids)
  const remember = inside.convertAndCacheOnCPU.bind(inside)
  inside.convertAndCacheOnCPU = (id, values) => (ids.has(id) ? values : remember(id, values))
  return ids
}

/** Puts the tensor on the device and has it read anew from now on. Call it before every write in place. */
export function willChange(inside: WebGpuInside, tensor: Tf.Tensor): void {
  const ids = changingIn(inside)
  inside.uploadToGPU(tensor.dataId)
  ids.add(tensor.dataId)
  inside.tensorMap.get(tensor.dataId).values = null
}

/** Whether the tensor's numbers are written in place. */
export function willBeWritten(inside: WebGpuInside, { dataId }: Pick<Tf.TensorInfo, 'dataId'>): boolean {
  return changingIn(inside).has(dataId)
}

/**
 * Gives a variable a buffer of its own where it shares one with another tensor (a variable that was assigned to
 * another, an initial value that somebody kept), which would change with it. Call it outside of a training step.
 */
export function ownBuffer(inside: WebGpuInside, variable: Tf.Variable): void {
  if (inside.tensorMap.get(variable.dataId).refCount <= 1) return
  const copy = variable.mul(1)
  variable.assign(copy)
  copy.dispose()
}
