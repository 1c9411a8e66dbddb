/** The engine in a page of its own, on the browser's WebGPU or wasm; the tests call what stands in `engineTests`. */
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'
import threads from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url'
import { browserHardware } from '../../../engine/backend/adapters'
import { createBackends } from '../../../engine/backend/start'
import { setWasmPaths, tf } from '../../../engine/backend/tfjs'
import type { Document } from '../../../engine/graph/document'
import { createClient, type Client } from '../../../engine/session/client'
import type { BackendName, RunEvent, WeightSet, WorkerMessage } from '../../../engine/session/protocol'
import { createHost } from '../../../engine/worker/host'
import { catalogue } from '../../../nodes/catalogue'
import type { Catalogue } from '../../../nodes/kit/define'
import { printed } from '../../engine/printed'

setWasmPaths({
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': threads,
})

export const backends = createBackends(tf, browserHardware(globalThis))

function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => resolve()
    port2.postMessage(null)
  })
}

interface Talk {
  readonly client: Client
  readonly events: RunEvent[]
  until(wanted: (event: RunEvent) => boolean): Promise<RunEvent>
}

export function talk(nodes: Catalogue): Talk {
  let receive: (message: WorkerMessage) => void = () => undefined
  const host = createHost({
    machineMemory: null,
    tf,
    catalogue: nodes,
    backends,
    readBundled: () => Promise.reject(new Error('No bundled files here.')),
    now: () => performance.now(),
    breathe,
    thinProbes: false,
    send: (message) => receive(message),
  })
  const client = createClient({
    post: (message) => host.handle(message),
    listen: (listener) => (receive = listener),
  })
  const events: RunEvent[] = []
  const waiting = new Set<() => void>()
  client.onEvent((event) => {
    events.push(event)
    for (const look of waiting) look()
  })
  return {
    client,
    events,
    until: (wanted) =>
      new Promise((resolve) => {
        const look = () => {
          const found = events.find(wanted)
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      }),
  }
}

export interface Wanted {
  readonly capture: boolean
  /** WebGPU where it is not said. */
  readonly backend?: BackendName
  readonly weights?: WeightSet | null
  readonly nodes?: Catalogue
  /** What to do with the run, which then begins paused. */
  readonly drive?: (talk: Talk) => Promise<void>
}

export interface Trained {
  /** What the command line would print. */
  readonly lines: readonly string[]
  /** What the run said about capturing. */
  readonly said: readonly string[]
  /** Of every step. */
  readonly losses: readonly number[]
  readonly weights: WeightSet
  /** What it said about mixed precision. */
  readonly precision: readonly Extract<RunEvent, { kind: 'precision' }>[]
  readonly leak: number
}

/** From then on a device's probes lie where what one is found to cost puts them. */
const untimed = 26

export async function train(document: Document, wanted: Wanted): Promise<Trained> {
  const { backend = 'webgpu' } = wanted
  await backends.start(backend)
  const before = tf.memory().numTensors
  const conversation = talk(wanted.nodes ?? catalogue)
  const reply = await conversation.client.request({
    kind: 'train',
    run: 'run',
    revision: 0,
    document,
    backend,
    files: [],
    weights: wanted.weights ?? null,
    paused: wanted.drive !== undefined,
    capture: wanted.capture,
  })
  if (!reply.accepted) throw new Error(reply.message)
  await wanted.drive?.(conversation)
  const last = await conversation.until((event) => event.kind === 'ended' || event.kind === 'failed')
  if (last.kind === 'failed') throw new Error(last.message)
  return {
    lines: printed(
      conversation.events.filter((event) => event.kind !== 'probe' || event.probe.step <= untimed),
    ),
    said: conversation.events.flatMap((event) =>
      event.kind === 'capture' ? [`${event.captured} ${event.message}`] : [],
    ),
    losses: conversation.events.flatMap((event) =>
      event.kind === 'ticks' ? Array.from(event.ticks.loss) : [],
    ),
    precision: conversation.events.filter((event) => event.kind === 'precision'),
    weights: await conversation.client.request({ kind: 'weights', run: 'run' }),
    leak: tf.memory().numTensors - before,
  }
}

/** The names of weights that are not the same to the last bit. */
export function different(a: WeightSet, b: WeightSet): string[] {
  const bits = ({ values }: WeightSet[string]) =>
    new Int32Array(values.buffer, values.byteOffset, values.length)
  return Object.keys(a).filter((key) => {
    const [one, other] = [a[key], b[key]]
    if (one === undefined || other === undefined) return true
    const theirs = bits(other)
    return bits(one).some((value, at) => value !== theirs[at])
  })
}

export interface Comparison {
  readonly said: readonly string[]
  /** Lines and weights that differ from those of the eager run. */
  readonly differences: readonly string[]
  readonly lines: readonly string[]
  readonly leak: number
}

/** Trains eagerly and captured. */
export async function compare(
  document: Document,
  captured: Partial<Wanted> = {},
  plain: Partial<Wanted> = {},
): Promise<Comparison> {
  const eager = await train(document, { ...plain, capture: false })
  const quick = await train(document, { ...captured, capture: true })
  const lines = Math.max(eager.lines.length, quick.lines.length)
  const differing = Array.from({ length: lines }, (_, at) => at).filter(
    (at) => eager.lines[at] !== quick.lines[at],
  )
  return {
    said: quick.said,
    differences: [
      ...differing.slice(0, 3).map((at) => `${eager.lines[at] ?? ''} | ${quick.lines[at] ?? ''}`),
      ...different(eager.weights, quick.weights),
    ],
    lines: quick.lines,
    leak: quick.leak,
  }
}
