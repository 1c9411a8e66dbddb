/** PyTorch's committed numbers held against our engine in a page, on the backend that the tests name. */
import simdThreads from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url'
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'
import { browserHardware } from '../../../engine/backend/adapters'
import { createBackends } from '../../../engine/backend/start'
import { wasmInside } from '../../../engine/backend/wasm/inside'
import { setWasmPaths, tf } from '../../../engine/backend/tfjs'
import type { BackendName } from '../../../engine/session/protocol'
import { compareCurve, compareValues } from '../../parity-golden/compare'
import { planOf, type Case } from '../case'
import type { Answer, Job } from '../job'

setWasmPaths({
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': simdThreads,
})
const backends = createBackends(tf, browserHardware(globalThis))

export const parityTests = {
  /** Throws a sentence where it does not start. */
  async start(name: BackendName): Promise<void> {
    await backends.start(name)
    if (name === 'wasm' && wasmInside(tf) === null)
      throw new Error('Our functions did not start on the heap of tfjs.')
  },
  /** Sentences; none where the two agree and nothing is left in memory. */
  async compare(one: Case, job: Job, answer: Answer): Promise<readonly string[]> {
    const before = tf.memory().numTensors
    const plan = planOf(one)
    const found = [...(await compareValues(tf, plan, job, answer))]
    if (one.descent !== null) found.push(...(await compareCurve(tf, planOf(one), job, answer)))
    const left = tf.memory().numTensors - before
    return left === 0 ? found : [...found, `${left} tensors are left`]
  },
}

export type ParityTests = typeof parityTests

Object.assign(globalThis, { parityTests })
