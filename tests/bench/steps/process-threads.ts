/** Writes down the threads of this process before what computes with them is loaded. */
import { threadsOfProcess } from '../../../app/cli/threads'

Object.assign(globalThis, { benchThreads: threadsOfProcess() })
