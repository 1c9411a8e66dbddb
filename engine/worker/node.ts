/** The engine in this very process, for the command line and for tests: no thread, no copy of what is sent. */
import type { Catalogue } from '../../nodes/kit/define'
import { noHardware } from '../backend/adapters'
import { createBackends } from '../backend/start'
import { setWasmPaths, tf } from '../backend/tfjs'
import type { ThreadHost } from '../backend/wasm/threads/host'
import type { WorkerMessage } from '../session/protocol'
import { createHost, type Host } from './host'

export interface NodeHostOptions {
  readonly catalogue: Catalogue
  readonly readBundled: (name: string) => Promise<Uint8Array<ArrayBuffer>>
  /** Folder of tfjs's .wasm files, with a slash at its end. */
  readonly wasmFolder: string
  readonly send: (message: WorkerMessage) => void
  readonly machineMemory: number
  /** Threads that WebAssembly computes with. */
  readonly threads: ThreadHost
}

/** Lets timers, signals and input through; a promise alone would not. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

declare function setImmediate(callback: () => void): unknown

let pathsSet = false

/** A host that uses wasm or plain JavaScript; Node has no GPU for tfjs. */
export function createNodeHost({ wasmFolder, threads, ...options }: NodeHostOptions): Host {
  // tfjs refuses new paths once its wasm has started.
  if (!pathsSet) setWasmPaths(wasmFolder)
  pathsSet = true
  return createHost({
    ...options,
    tf,
    backends: createBackends(tf, noHardware, threads),
    now: () => performance.now(),
    breathe,
    thinProbes: false,
  })
}
