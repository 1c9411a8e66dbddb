/**
 * A WebGPU device in Node whose commands are checked and never carried out (Dawn's null adapter), so that what is left
 * is the host's work. Runs as a child process: `node dawn.mjs DAWN BUNDLE`; answers `{ call, given }` with `{ result }`.
 */
import process from 'node:process'
import { pathToFileURL } from 'node:url'

const [dawn = '', bundle = ''] = process.argv.slice(2)
/** @type {{ create(options: readonly string[]): GPU, globals: object }} */
const { create, globals } = await import(pathToFileURL(dawn).href)
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
process.on(
  'message',
  /** @param {{ call: string, given: unknown[] }} message */ async ({ call, given }) => {
    try {
      process.send?.({ result: await runner[call]?.(...given) })
    } catch (error) {
      process.send?.({ error: error instanceof Error ? error.stack : String(error) })
    }
  },
)
process.send?.({ result: 'ready' })
