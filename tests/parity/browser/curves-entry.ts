/** Whole runs of the engine in a page, for the curves of PyTorch and the weights of stock tfjs to be held against. */
import { analyse } from '../../../engine/analyse/analyse'
import { createBackends } from '../../../engine/backend/start'
import { tf } from '../../../engine/backend/tfjs'
import { loadData } from '../../../engine/data/load-data'
import type { BackendName } from '../../../engine/session/protocol'
import { startFor } from '../../../engine/worker/choose'
import { catalogue } from '../../../nodes/catalogue'
import type { Numbers } from '../../bench/steps/stock-nets'
import { mlp } from '../../e2e/engine/documents'
import { backends, different, train } from '../../e2e/engine/page'
import { curveDocument, curveSteps, type CurveName } from '../curves'

/** The net, or one with dropout and batches that are dealt anew. */
const documentOf = (name: CurveName | 'dropout', steps: number) =>
  name === 'dropout' ? mlp({ length: { steps } }) : curveDocument(name, steps)

export const curveTests = {
  /** Why it does not start, or null. */
  async start(backend: BackendName): Promise<string | null> {
    try {
      await backends.start(backend)
      return null
    } catch (error) {
      return String(error)
    }
  },
  /** Two runs from the same seed: the losses, and the weights and lines in which the two differ. */
  async twice(name: CurveName | 'dropout', backend: BackendName) {
    const once = () => train(documentOf(name, curveSteps), { backend, capture: true })
    const [first, second] = [await once(), await once()]
    const lines = first.lines.filter((line, at) => line !== second.lines[at])
    return {
      losses: first.losses,
      apart: [...different(first.weights, second.weights), ...lines],
      said: first.said,
    }
  },
  /** What `auto` says where the browser's WebGPU adapter passes for hardware. */
  async choose(name: CurveName | 'dropout'): Promise<{ readonly reason: string; readonly left: number }> {
    const before = tf.engine().state.numTensors
    const webgpu = async () => ({ name: 'pretended', software: false })
    const pretending = createBackends(tf, { webgpu, webgl: async () => null })
    const document = documentOf(name, curveSteps)
    const { plan } = analyse(document, catalogue)
    const readBundled = () => Promise.reject(new Error('No files here.'))
    const loaded = await loadData(plan, [], readBundled)
    if ('refused' in loaded) throw new Error(loaded.refused)
    const machinery = {
      tf,
      backends: pretending,
      catalogue,
      readBundled,
      machineMemory: null,
      // A slow clock lets everything be tried, however busy the machine.
      now: () => performance.now() / 20,
    }
    const { info } = await startFor(machinery, 'auto', { document, plan, loaded }, 'try')
    return { reason: info.reason, left: tf.engine().state.numTensors - before }
  },
  async weights(name: CurveName, backend: BackendName, steps: number): Promise<Numbers> {
    const { weights } = await train(documentOf(name, steps), { backend, capture: true })
    return Object.fromEntries(Object.entries(weights).map(([key, { values }]) => [key, [...values]]))
  },
}

export type CurveTests = typeof curveTests

Object.assign(globalThis, { curveTests })
