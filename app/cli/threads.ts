/**
 * Threads of this process that help WebAssembly to compute. They are given the text of what they do, so that they need no
 * file of their own; they hold up no exit, and end with the process. WIREGRAD_THREADS says how many compute at once.
 */
import os from 'node:os'
import process from 'node:process'
import { Worker } from 'node:worker_threads'
import { createHand } from '../../engine/backend/wasm/threads/board'
import { help } from '../../engine/backend/wasm/threads/helper'
import { alone, threadsFor, type ThreadHost } from '../../engine/backend/wasm/threads/host'
import { fail } from './failure'

const text = `
const { workerData } = require('node:worker_threads')
;(${help.toString()})(workerData, ${createHand.toString()})
`

/** So many threads, this one counted. */
export function nodeThreads(count: number): ThreadHost {
  if (count === 1) return alone('there is no processor to spare')
  return {
    count,
    alone: null,
    start(given, ended) {
      const worker = new Worker(text, { eval: true, workerData: given, execArgv: [] })
      worker.unref()
      worker.on('error', ({ message }) => ended(message))
      worker.on('exit', () => ended('it has ended'))
      return { end: () => void worker.terminate() }
    },
  }
}

/** As many as are asked for, else as there are processors. */
export function threadsOfProcess(): ThreadHost {
  const asked = process.env['WIREGRAD_THREADS']
  if (asked === undefined || asked === '') return nodeThreads(threadsFor(os.availableParallelism(), 0))
  const count = Number(asked)
  if (!Number.isInteger(count) || count < 1 || count > 64)
    fail(
      'usage',
      `WIREGRAD_THREADS says "${asked}"; it is a whole number from 1 to 64, or left out for as many as there are processors.`,
    )
  return count === 1 ? alone('no more were asked for') : nodeThreads(count)
}
