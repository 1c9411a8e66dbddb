/** The engine's host as a test drives it: ask and be answered, train and be told the end. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { ReplyOf, Request, RequestKind, RunEvent, TrainRequest } from '../../engine/session/protocol'
import { alone } from '../../engine/backend/wasm/threads/host'
import { createNodeHost } from '../../engine/worker/node'
import { catalogue } from '../../nodes/catalogue'

export interface OpenHost {
  ask<K extends RequestKind>(request: Extract<Request, { kind: K }>): Promise<ReplyOf<K>>
  /** Trains to the end; every event of the run. Throws where the host refuses or fails. */
  train(request: Omit<TrainRequest, 'kind' | 'paused' | 'revision'>): Promise<readonly RunEvent[]>
}

const wasmFolder = fileURLToPath(
  new URL('../../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url),
)

export function openHost(): OpenHost {
  const waiting = new Map<number, { resolve(reply: unknown): void; reject(error: Error): void }>()
  let listener: (event: RunEvent) => void = () => undefined
  let last = 0
  const host = createNodeHost({
    machineMemory: 2 ** 40,
    threads: alone('tests take one'),
    catalogue,
    wasmFolder,
    readBundled: async (name) => {
      const file = new URL(`../../examples/data/${name}`, import.meta.url)
      return new Uint8Array(await readFile(file))
    },
    send: (message) => {
      if ('events' in message) return message.events.forEach(listener)
      const one = waiting.get(message.id)
      waiting.delete(message.id)
      if (message.ok) one?.resolve(message.reply)
      else one?.reject(new Error(message.message))
    },
  })
  function ask<K extends RequestKind>(request: Extract<Request, { kind: K }>): Promise<ReplyOf<K>> {
    last += 1
    const id = last
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve: (reply) => resolve(reply as ReplyOf<K>), reject })
      host.handle({ id, request })
    })
  }
  return {
    ask,
    async train(wanted) {
      const events: RunEvent[] = []
      const ended = new Promise<void>((resolve, reject) => {
        listener = (event) => {
          events.push(event)
          if (event.kind === 'ended') resolve()
          if (event.kind === 'failed') reject(new Error(event.message))
        }
      })
      const reply = await ask<'train'>({ kind: 'train', paused: false, revision: 1, ...wanted })
      if (!reply.accepted) throw new Error(reply.message)
      await ended
      return events
    },
  }
}

/** The loss of every step of a run, in order. */
export function lossesOf(events: readonly RunEvent[]): readonly number[] {
  return events.flatMap((event) => (event.kind === 'ticks' ? Array.from(event.ticks.loss) : []))
}
