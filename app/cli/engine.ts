/**
 * The engine in this process, spoken to as the window speaks to its worker: requests with one reply each, events of
 * runs. It is loaded only by the commands that need it, so that `check` stays quick.
 */
import { existsSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ReplyOf, Request, RunEvent, WorkerMessage } from '../../engine/session/protocol'
import { catalogue } from '../../nodes/catalogue'

export interface Engine {
  /** Version of tfjs. */
  readonly tfjs: string
  /** Rejects with a sentence where the engine refuses or fails. */
  readonly request: <const R extends Request>(request: R) => Promise<ReplyOf<R['kind']>>
  readonly listen: (listener: (event: RunEvent) => void) => void
}

const here = path.dirname(fileURLToPath(import.meta.url))

/** tfjs's .wasm files lie beside the built command, or in its package when run from source. */
function wasmFolder(): string {
  if (existsSync(path.join(here, 'tfjs-backend-wasm.wasm'))) return `${here}/`
  const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')
  return `${path.dirname(manifest)}/dist/`
}

async function readBundled(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const built = path.join(here, 'examples/data', name)
  return new Uint8Array(
    await fs.readFile(existsSync(built) ? built : path.join(here, '../../examples/data', name)),
  )
}

export async function openEngine(): Promise<Engine> {
  const { createNodeHost } = await import('../../engine/worker/node')
  const { tf } = await import('../../engine/backend/tfjs')
  const waiting = new Map<number, { resolve: (reply: never) => void; reject: (error: Error) => void }>()
  const listeners = new Set<(event: RunEvent) => void>()
  const send = (message: WorkerMessage) => {
    if ('event' in message) {
      for (const listener of listeners) listener(message.event)
      return
    }
    const asker = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.ok) asker?.resolve(message.reply as never)
    else asker?.reject(new Error(message.message))
  }
  const host = createNodeHost({ catalogue, readBundled, wasmFolder: wasmFolder(), send })
  let next = 0
  return {
    tfjs: tf.version.tfjs,
    request: (request) =>
      new Promise((resolve, reject) => {
        const id = ++next
        waiting.set(id, { resolve, reject })
        host.handle({ id, request })
      }),
    listen: (listener) => void listeners.add(listener),
  }
}
