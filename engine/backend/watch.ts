/**
 * tfjs's WebGPU backend never looks at `device.lost` nor at errors, and a broken shader gives wrong numbers, not an
 * exception; its WebGL backend ignores a lost context. Somebody has to listen.
 */
import type { BackendName } from '../session/protocol'
import type { TensorFlow } from './tfjs'

/** What a device said. After `lost` nothing on it works any more; after `error` its numbers cannot be trusted. */
export interface Trouble {
  readonly kind: 'lost' | 'error'
  readonly message: string
}

interface WebGpuInside {
  readonly device?: GPUDevice
}

interface WebGlInside {
  readonly gpgpu?: { readonly gl?: { readonly canvas?: EventTarget; isContextLost?(): boolean } }
}

/** Listens to the device behind the current backend; returns how to stop. */
export function watchDevice(
  tf: TensorFlow,
  name: BackendName,
  listener: (trouble: Trouble) => void,
): () => void {
  let listening = true
  const tell = (trouble: Trouble) => {
    if (listening) listener(trouble)
  }
  if (name === 'webgpu') {
    const device = (tf.backend() as WebGpuInside).device
    const onError = (event: Event) => {
      tell({ kind: 'error', message: (event as GPUUncapturedErrorEvent).error.message })
    }
    device?.addEventListener('uncapturederror', onError)
    void device?.lost.then((info) => tell({ kind: 'lost', message: info.message || info.reason }))
    return () => {
      listening = false
      device?.removeEventListener('uncapturederror', onError)
    }
  }
  if (name === 'webgl') {
    const gl = (tf.backend() as WebGlInside).gpgpu?.gl
    const canvas = gl?.canvas
    const onLost = () => tell({ kind: 'lost', message: 'the WebGL context was lost' })
    canvas?.addEventListener('webglcontextlost', onLost)
    // One that was lost before says so no more.
    if (gl?.isContextLost?.() === true) queueMicrotask(onLost)
    return () => {
      listening = false
      canvas?.removeEventListener('webglcontextlost', onLost)
    }
  }
  return () => {
    listening = false
  }
}
