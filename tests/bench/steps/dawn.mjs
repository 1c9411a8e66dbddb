/**
 * A WebGPU device in Node whose commands are checked and never carried out (Dawn's null adapter), so that what is left
 * is the host's work. Runs as a child process: `node dawn.mjs DAWN BUNDLE`; answers `{ call, given }` with `{ result }`.
 */
import process from 'node:process'
import { pathToFileURL } from 'node:url'

const [dawn = '', bundle = ''] = process.argv.slice(2)
/** @type {unknown} */
const given = await import(pathToFileURL(dawn).href)
const { create, globals } = /** @type {{ create(options: readonly string[]): GPU, globals: object }} */ (
  given
)
Object.assign(globalThis, globals)
// tfjs asks at import whether there is a device, and ours what it is called.
Object.defineProperty(globalThis, 'navigator', {
  value: { gpu: create(['backend=null']), userAgent: 'node' },
  configurable: true,
})
// The bundle is made for a browser's worker, and must not take this place for Node.
Object.defineProperty(process, 'versions', { value: {} })
Object.assign(globalThis, { WorkerGlobalScope: Object })
await import(pathToFileURL(bundle).href)
const { runner } = /** @type {{ runner: Record<string, (...given: unknown[]) => Promise<unknown>> }} */ (
  /** @type {unknown} */ (globalThis)
)
/** @param {{ call: string, given: unknown[] }} message */
async function answer({ call, given }) {
  try {
    process.send?.({ result: await runner[call]?.(...given) })
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.stack : String(error) })
  }
}
process.on('message', (/** @type {{ call: string, given: unknown[] }} */ message) => void answer(message))
// The device keeps a process alive that nobody asks any more.
process.on('disconnect', () => process.exit())
process.send?.({ result: 'ready' })
