/** PyTorch's committed numbers held against our engine in a page, on the backend that the browser has. */
import { browserHardware } from '../../../engine/backend/adapters'
import { createBackends } from '../../../engine/backend/start'
import { tf } from '../../../engine/backend/tfjs'
import { compareCurve, compareValues } from '../../parity-golden/compare'
import { planOf, type Case } from '../case'
import type { Answer, Job } from '../job'

const backends = createBackends(tf, browserHardware(globalThis))

export const parityTests = {
  async start(name: 'webgpu' | 'webgl' | 'wasm' | 'cpu'): Promise<string> {
    const started = await backends.start(name)
    return JSON.stringify(started)
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
