/** `npm run generate`: writes REFERENCE.md and examples/architectures anew. */
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

/** @type {{ module: { generate(): void } }} */
const { module } = await runnerImport(fileURLToPath(new URL('./generated.ts', import.meta.url)), {
  root: fileURLToPath(new URL('../..', import.meta.url)),
  configFile: false,
  logLevel: 'error',
})
module.generate()
