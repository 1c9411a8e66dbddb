/**
 * The engine in this process, spoken to as the window speaks to its worker: requests with one reply each, events of
 * runs. It is loaded only by the commands that need it, so that `check` stays quick.
 */
import { existsSync } from 'node:fs'
import * as fs from 'node:fs/promises'
import { createRequire } from 'node:module'
import { totalmem } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import v8 from 'node:v8'
import { createClient, type Client } from '../../engine/session/client'
import type { WorkerMessage } from '../../engine/session/protocol'
import { catalogue } from '../../nodes/catalogue'
import { threadsOfProcess } from './threads'

export interface Engine extends Pick<Client, 'request' | 'onEvent'> {
  /** Version of tfjs. */
  readonly tfjs: string
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

/** Node 20 has WebAssembly's relaxed SIMD behind a flag, which later ones have without it and know no more. */
function allowRelaxedSimd(): void {
  if (process.versions.node.startsWith('20.')) v8.setFlagsFromString('--experimental-wasm-relaxed-simd')
}

export async function openEngine(): Promise<Engine> {
  allowRelaxedSimd()
  const { createNodeHost } = await import('../../engine/worker/node')
  const { tf } = await import('../../engine/backend/tfjs')
  let receive: (message: WorkerMessage) => void = () => undefined
  const host = createNodeHost({
    catalogue,
    readBundled,
    wasmFolder: wasmFolder(),
    machineMemory: totalmem(),
    threads: threadsOfProcess(),
    send: (message) => receive(message),
  })
  const { request, onEvent } = createClient({
    post: (message) => host.handle(message),
    listen: (listener) => (receive = listener),
  })
  return { tfjs: tf.version.tfjs, request, onEvent }
}
