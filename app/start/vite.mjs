/**
 * How each target is bundled: the window (with the training worker as a file of its own), the desktop shell's two
 * files, the local server and the command line. Everything is bundled, so that what is shipped needs no node_modules.
 */
import react from '@vitejs/plugin-react'
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { root } from './targets.mjs'

/** @typedef {import('vite').InlineConfig} InlineConfig */

/** Copies files and folders into the output once it is written. @param {readonly (readonly [string, string])[]} copies @param {string} outDir */
function copyAfter(copies, outDir) {
  return {
    name: 'wiregrad-copy',
    closeBundle() {
      for (const [from, to] of copies) {
        const source = path.join(root, from)
        if (existsSync(source)) cpSync(source, path.join(outDir, to), { recursive: true })
      }
    },
  }
}

/**
 * Writes down which module ended in which file (`.vite/chunks.json`), so that a test can say what the start-up loads.
 * @param {string} outDir
 */
function chunkList(outDir) {
  /** @type {Record<string, { entry: boolean, imports: string[], modules: string[] }>} */
  const chunks = {}
  return {
    name: 'wiregrad-chunks',
    /** @param {unknown} _ @param {Record<string, import('vite').Rolldown.OutputChunk | import('vite').Rolldown.OutputAsset>} bundle */
    generateBundle(_, bundle) {
      for (const item of Object.values(bundle)) {
        if (item.type !== 'chunk') continue
        const modules = item.moduleIds.map((id) => path.relative(root, id).split(path.sep).join('/'))
        chunks[item.fileName] = { entry: item.isEntry, imports: item.imports, modules }
      }
    },
    closeBundle() {
      mkdirSync(path.join(outDir, '.vite'), { recursive: true })
      writeFileSync(path.join(outDir, '.vite/chunks.json'), JSON.stringify(chunks, null, 1))
    },
  }
}

/** @type {InlineConfig} */
const common = { root, mode: 'production', configFile: false, logLevel: 'warn', publicDir: false }

/** @param {string} outDir @returns {InlineConfig} */
function renderer(outDir) {
  const chunks = chunkList(outDir)
  return {
    ...common,
    root: path.join(root, 'renderer'),
    base: './',
    plugins: [react(), copyAfter([['examples', 'examples']], outDir), chunks],
    // The worker is a bundle of its own, with plugins of its own.
    worker: { format: 'es', plugins: () => [{ ...chunks, closeBundle: undefined }] },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 4096,
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  }
}

/**
 * A program for Node: one file, and beside it one for each part that it loads only when needed (the engine, HDF5), so
 * that `wiregrad check` reads none of them. tfjs's wasm loader and platform are CommonJS at heart: they want `require`,
 * `__filename` and `__dirname`, which a module lacks.
 * @param {string} entry
 * @param {string} file
 * @param {string} outDir
 * @param {readonly (readonly [string, string])[]} copies
 * @returns {InlineConfig}
 */
export function nodeProgram(entry, file, outDir, copies) {
  const banner = [
    "import { createRequire as wiregradCreateRequire } from 'node:module'",
    "import { fileURLToPath as wiregradFileUrlToPath } from 'node:url'",
    'const require = wiregradCreateRequire(import.meta.url)',
    'const __filename = wiregradFileUrlToPath(import.meta.url)',
    "const __dirname = wiregradFileUrlToPath(new URL('.', import.meta.url)).replace(/[\\\\/]$/, '')",
  ].join('\n')
  return {
    ...common,
    plugins: [copyAfter(copies, outDir)],
    ssr: { noExternal: true, target: 'node' },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      ssr: path.join(root, entry),
      rolldownOptions: {
        checks: { pluginTimings: false },
        output: { entryFileNames: file, chunkFileNames: '[name]-[hash].mjs', banner },
      },
    },
  }
}

/**
 * A file of the desktop shell: CommonJS and by itself, as a sandboxed preload script must be. Electron is the only thing
 * that it does not bring along.
 * @param {string} entry
 * @param {string} file
 * @param {string} outDir
 * @returns {InlineConfig}
 */
function shellFile(entry, file, outDir) {
  return {
    ...common,
    ssr: { noExternal: true, external: ['electron'], target: 'node' },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'node22',
      minify: false,
      ssr: path.join(root, entry),
      rolldownOptions: {
        checks: { pluginTimings: false },
        output: { format: 'cjs', entryFileNames: file, codeSplitting: false },
      },
    },
  }
}

const WASM = 'node_modules/@tensorflow/tfjs-backend-wasm/dist'

/** tfjs's wasm programs, beside the bundle that loads them. @type {readonly (readonly [string, string])[]} */
export const wasmFiles = ['', '-simd', '-threaded-simd'].map((kind) => {
  const file = `tfjs-backend-wasm${kind}.wasm`
  return [`${WASM}/${file}`, file]
})

/** @type {Readonly<Record<import('./targets.mjs').TargetName, (outDir: string) => InlineConfig>>} */
export const configs = {
  renderer,
  main: (outDir) => shellFile('app/main/main.ts', 'main.cjs', outDir),
  preload: (outDir) => shellFile('app/preload/preload.ts', 'preload.cjs', outDir),
  serve: (outDir) => nodeProgram('app/serve/serve.ts', 'serve.mjs', outDir, []),
  cli: (outDir) =>
    nodeProgram('app/cli/main.ts', 'main.mjs', outDir, [...wasmFiles, ['examples/data', 'examples/data']]),
}
