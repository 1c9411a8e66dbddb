/** tfjs for the engine's tests: one instance, with the wasm files of the installed package. */
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { noHardware } from '../../engine/backend/adapters'
import { createBackends } from '../../engine/backend/start'
import { setWasmPaths, tf } from '../../engine/backend/tfjs'

setWasmPaths(
  `${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/dist/`,
)

export const backends = createBackends(tf, noHardware)
export { tf }

/** A repeatable, unremarkable series of numbers in -1..1. */
export function numbers(count: number, seed = 1): Float32Array<ArrayBuffer> {
  const values = new Float32Array(count)
  let state = seed * 2654435761
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917 + i) | 0
    values[i] = (state >>> 0) / 2147483648 - 1
  }
  return values
}
