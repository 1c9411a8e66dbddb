/**
 * A WebGPU device in Node, by Dawn. `node dawn.mjs DAWN BUNDLE [hardware]`; answers `{ call, given }` with `{ result }`.
 * Without `hardware` it is the null adapter, whose commands are checked and never carried out, so that what is left is the
 * host's work; with it, the first adapter that the machine has.
 */
import process from 'node:process'
import { pathToFileURL } from 'node:url'

const [dawn = '', bundle = '', adapter = 'null'] = process.argv.slice(2)
/** @type {unknown} */
const given = await import(pathToFileURL(dawn).href)
const { create, globals } = /** @type {{ create(options: readonly string[]): GPU, globals: object }} */ (
  given
)
Object.assign(globalThis, globals)
// tfjs asks at import whether there is a device, and ours what it is called.
const gpu = create(adapter === 'hardware' ? [] : ['backend=null'])
Object.defineProperty(globalThis, 'navigator', {
  value: { gpu, userAgent: 'node' },
  configurable: true,
})
// The bundle is made for a browser's worker, and must not take this place for Node.
Object.defineProperty(process, 'versions', { value: {} })
const jaxPlace = pathToFileURL(bundle).href
Object.assign(globalThis, { WorkerGlobalScope: Object, jaxPlace })
await import(pathToFileURL(bundle).href)
const { runner } = /** @type {{ runner: Record<string, (...given: unknown[]) => Promise<unknown>> }} */ (
  /** @type {unknown} */ (globalThis)
)

async function adapterName() {
  const info = (await gpu.requestAdapter({ powerPreference: 'high-performance' }))?.info
  return info === undefined
    ? null
    : [info.description, info.vendor, info.architecture].filter(Boolean).join(', ')
}

/** @param {{ call: string, given: unknown[] }} message */
async function answer({ call, given }) {
  try {
    process.send?.({ result: call === 'adapter' ? await adapterName() : await runner[call]?.(...given) })
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.stack : String(error) })
  }
}
process.on('message', (/** @type {{ call: string, given: unknown[] }} */ message) => void answer(message))
// The device keeps a process alive that nobody asks any more.
process.on('disconnect', () => process.exit())
process.send?.({ result: 'ready' })
