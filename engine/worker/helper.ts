/** A thread of a page that helps WebAssembly to compute. Its first message is all that it ever hears. */
import { createHand } from '../backend/wasm/threads/board'
import { help, type HelperGiven } from '../backend/wasm/threads/helper'

declare const self: DedicatedWorkerGlobalScope

self.addEventListener('message', ({ data }: MessageEvent<HelperGiven>) => help(data, createHand))
