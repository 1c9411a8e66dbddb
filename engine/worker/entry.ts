/**
 * The training worker of the window. Messages in and out are those of session/protocol; bundled files and the wasm
 * binaries are fetched from where the window itself came from, and from nowhere else.
 */
import simdThreads from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url'
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'
import { catalogue } from '../../nodes/catalogue'
import { browserHardware } from '../backend/adapters'
import { createBackends } from '../backend/start'
import { setWasmPaths, tf } from '../backend/tfjs'
import { mostThreads, pageThreads } from '../backend/wasm/threads/host'
import type { RequestMessage } from '../session/protocol'
import helperUrl from './helper?worker&url'
import { createHost } from './host'
import { createOutgoing } from './outgoing'

declare const self: DedicatedWorkerGlobalScope

/** The worker's script lies in `assets/` beside `examples/`. */
async function readBundled(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(new URL(`../examples/data/${encodeURIComponent(name)}`, self.location.href))
  if (!response.ok)
    throw new Error(`${name} is not among the files of this installation (${response.status}).`)
  return new Uint8Array(await response.arrayBuffer())
}

/** A message to itself comes after those that wait; a timer would be held back to 4 ms. */
function createBreath(): () => Promise<void> {
  const { port1, port2 } = new MessageChannel()
  const waiting: (() => void)[] = []
  port1.onmessage = () => waiting.shift()?.()
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve)
      port2.postMessage(null)
    })
}

setWasmPaths({
  'tfjs-backend-wasm.wasm': plain,
  'tfjs-backend-wasm-simd.wasm': simd,
  'tfjs-backend-wasm-threaded-simd.wasm': simdThreads,
})

/** Browsers tell at most 8 GB, so that much or more is not known. */
function machineMemory(): number | null {
  const { deviceMemory } = self.navigator as { readonly deviceMemory?: number }
  return deviceMemory === undefined || deviceMemory >= 8 ? null : deviceMemory * 2 ** 30
}

/** Workers have the policy as pages do, which their types do not know. */
const { trustedTypes } = self as {
  readonly trustedTypes?: {
    createPolicy(
      name: string,
      rules: { createScriptURL: (address: string) => string },
    ): { createScriptURL(address: string): unknown }
  }
}
const policy = trustedTypes?.createPolicy('wiregrad', {
  createScriptURL(address) {
    // Not the origin, which is "null" for every scheme that a URL parser does not know.
    const { href, protocol, host } = new URL(address, self.location.href)
    if (protocol !== self.location.protocol || host !== self.location.host)
      throw new Error(`A script from ${protocol}//${host} is refused.`)
    return href
  },
})

/** A helping thread; its script lies beside this one. */
function openHelper(): Worker {
  return new Worker((policy?.createScriptURL(helperUrl) ?? helperUrl) as string, {
    type: 'module',
    name: 'wiregrad-helper',
  })
}

/** How many threads are to compute, where the address of this script says so. */
function askedThreads(): number | null {
  const asked = Number(new URLSearchParams(self.location.search).get('threads') ?? NaN)
  return Number.isInteger(asked) && asked >= 1 ? Math.min(asked, mostThreads) : null
}

const host = createHost({
  tf,
  machineMemory: machineMemory(),
  catalogue,
  readBundled,
  send: createOutgoing(
    (message, handed) => self.postMessage(message, handed),
    () => performance.now(),
  ),
  backends: createBackends(tf, browserHardware(self), pageThreads(self, openHelper, askedThreads())),
  now: () => performance.now(),
  breathe: createBreath(),
  thinProbes: true,
})

self.addEventListener('message', (event: MessageEvent<RequestMessage>) => host.handle(event.data))
