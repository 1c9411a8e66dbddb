/** Stock tfjs on WebAssembly in Node. */
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { createRequire } from 'node:module'
import path from 'node:path'
import './theirs'

const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')
setWasmPaths(`${path.dirname(manifest)}/dist/`)
