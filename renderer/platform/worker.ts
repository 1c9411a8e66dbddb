/** Starts the training worker. Its script's address passes through the page's only Trusted Types policy. */
import workerUrl from '../../engine/worker/entry?worker&url'
import { trustedScript } from './script-address'

/** A fresh training worker; the caller ends it. */
export function startWorker(): Worker {
  return new Worker(trustedScript(workerUrl), { type: 'module', name: 'wiregrad-training' })
}
