/** Puts kernels in the place of tfjs's, once for every stock kernel, however often the backend is started. */
import type * as Tf from '@tensorflow/tfjs'

const repaired = new WeakSet<Tf.KernelFunc>()

/** `make` gets tfjs's kernel, to fall back on. A kernel that tfjs does not have is left out. */
export function replaceKernel(
  tf: typeof Tf,
  kernelName: string,
  make: (stock: Tf.KernelFunc) => Tf.KernelFunc,
): void {
  const stock = tf.getKernel(kernelName, 'webgpu')
  if (!stock || repaired.has(stock.kernelFunc)) return
  const kernelFunc = make(stock.kernelFunc)
  repaired.add(kernelFunc)
  tf.unregisterKernel(kernelName, 'webgpu')
  tf.registerKernel({ ...stock, kernelFunc })
}
