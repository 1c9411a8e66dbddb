/** Starts the two backends that every machine has, the wasm one as the engine repairs it. */
import { setWasmPaths, tf } from '../../engine/backend/tfjs'
import { useOwnKernels } from '../../engine/backend/wasm/stock'
import { repairWasm } from '../../engine/backend/wasm-repairs'
import { fileURLToPath } from 'node:url'

export const backends = ['cpu', 'wasm'] as const

export async function startBackend(name: (typeof backends)[number]): Promise<typeof tf> {
  if (name === 'wasm' && !tf.engine().registryFactory['wasm']) throw new Error('tfjs knows no wasm backend.')
  setWasm()
  if (!(await tf.setBackend(name))) throw new Error(`tfjs kept ${tf.getBackend()} instead of ${name}.`)
  await tf.ready()
  if (name === 'wasm') {
    repairWasm(tf)
    useOwnKernels(tf)
  }
  return tf
}

let placed = false

function setWasm(): void {
  if (placed) return
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
  setWasmPaths(
    fileURLToPath(new URL('../../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)),
  )
  placed = true
}
