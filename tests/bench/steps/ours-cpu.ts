/** Our side on WebAssembly in Node. */
import { createRequire } from 'node:module'
import path from 'node:path'
import { setWasmPaths } from '../../../engine/backend/tfjs'
import './process-threads'
import './ours'

const manifest = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json')
setWasmPaths(`${path.dirname(manifest)}/dist/`)
