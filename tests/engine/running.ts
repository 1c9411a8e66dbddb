/** Runs documents through the host, in this process, and keeps all that it says. */
import { readFile } from 'node:fs/promises'
import type { Backends } from '../../engine/backend/start'
import type { Document } from '../../engine/graph/document'
import { createClient, type Client } from '../../engine/session/client'
import type { Wish } from '../../engine/session/look'
import type {
  BackendChoice,
  DataFile,
  Probe,
  RunEvent,
  WeightSet,
  WorkerMessage,
} from '../../engine/session/protocol'
import { handedOver } from '../../engine/worker/handed-over'
import { createHost } from '../../engine/worker/host'
import { catalogue } from '../../nodes/catalogue'
import { backends, tf } from './support'

export interface Talk {
  readonly client: Client
  readonly events: readonly RunEvent[]
  /** Resolves with the next event for which `wanted` holds, past ones included. */
  until(wanted: (event: RunEvent) => boolean): Promise<RunEvent>
}

export interface HostWords {
  readonly backends?: Backends
  readonly snapshotEvery?: number
  readonly thinProbes?: boolean
  readonly lookShare?: number
}

export async function readBundled(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL(`../../examples/data/${name}`, import.meta.url)))
}

export function talk(words: HostWords = {}): Talk {
  let receive: (message: WorkerMessage) => void = () => undefined
  const host = createHost({
    machineMemory: 2 ** 40,
    tf,
    catalogue,
    backends: words.backends ?? backends,
    readBundled,
    now: () => performance.now(),
    breathe: () => new Promise((resolve) => setImmediate(resolve)),
    thinProbes: words.thinProbes ?? false,
    ...(words.lookShare === undefined ? {} : { lookShare: words.lookShare }),
    ...(words.snapshotEvery === undefined ? {} : { snapshotEvery: words.snapshotEvery }),
    // As the window's worker does: numbers are given away with their event.
    send: (message) =>
      receive(
        'events' in message
          ? structuredClone(message, { transfer: message.events.flatMap(handedOver) })
          : message,
      ),
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
  readonly backend?: BackendChoice
  readonly files?: readonly DataFile[]
  readonly weights?: WeightSet | null
  readonly paused?: boolean
  readonly run?: string
  readonly inspect?: Wish
  /** Record steps and replay them where that can be; as ever without it. */
  readonly capture?: boolean
}

export async function begin({ client }: Talk, document: Document, wanted: Wanted = {}): Promise<void> {
  const reply = await client.request({
    kind: 'train',
    run: wanted.run ?? 'run',
    revision: 0,
    document,
    backend: wanted.backend ?? 'cpu',
    files: wanted.files ?? [],
    weights: wanted.weights ?? null,
    paused: wanted.paused ?? false,
    inspect: wanted.inspect ?? null,
    ...(wanted.capture === undefined ? {} : { capture: wanted.capture }),
  })
  if (!reply.accepted) throw new Error(reply.message)
}

export type Ended = Extract<RunEvent, { kind: 'ended' }>
export type Started = Extract<RunEvent, { kind: 'started' }>

export interface Trained {
  readonly events: readonly RunEvent[]
  readonly started: Started
  readonly ended: Ended
  readonly losses: readonly number[]
  readonly probes: readonly Probe[]
  readonly weights: WeightSet
  /** Tensors left over. */
  readonly leak: number
}

/** Trains a document to its end. */
export async function train(
  document: Document,
  wanted: Wanted = {},
  words: HostWords = {},
): Promise<Trained> {
  await (words.backends ?? backends).start(wanted.backend ?? 'cpu')
  const before = tf.memory().numTensors
  const conversation = talk(words)
  await begin(conversation, document, wanted)
  const last = await conversation.until((event) => event.kind === 'ended' || event.kind === 'failed')
  if (last.kind === 'failed') throw new Error(last.message)
  const { events } = conversation
  return {
    events,
    started: events.find((event) => event.kind === 'started') as Started,
    ended: last as Ended,
    losses: events.flatMap((event) => (event.kind === 'ticks' ? [...event.ticks.loss] : [])),
    probes: events.flatMap((event) => (event.kind === 'probe' ? [event.probe] : [])),
    weights: await conversation.client.request({ kind: 'weights', run: wanted.run ?? 'run' }),
    leak: tf.memory().numTensors - before,
  }
}
