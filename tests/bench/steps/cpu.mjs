/**
 * A place on WebAssembly in Node: `node cpu.mjs ENTRY`; answers `{ call, given }` with `{ result }`. Node 20 has relaxed
 * SIMD behind a flag, which the command line raises as well.
 */
import process from 'node:process'
import v8 from 'node:v8'
import { runnerImport } from 'vite'

if (process.versions.node.startsWith('20.')) v8.setFlagsFromString('--experimental-wasm-relaxed-simd')
Object.assign(globalThis, { benchBackend: 'wasm' })
await runnerImport(process.argv[2] ?? '', { configFile: false, logLevel: 'error' })
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
process.on('disconnect', () => process.exit())
process.send?.({ result: 'ready' })
