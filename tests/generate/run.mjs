/** `npm run generate`: writes REFERENCE.md, examples/architectures and the WebAssembly kernels anew. */
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

/** @type {{ module: { generate(): Promise<void> } }} */
const { module } = await runnerImport(fileURLToPath(new URL('./generated.ts', import.meta.url)), {
  root: fileURLToPath(new URL('../..', import.meta.url)),
  configFile: false,
  logLevel: 'error',
})
await module.generate()
