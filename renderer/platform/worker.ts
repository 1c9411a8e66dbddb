/** Starts the training worker. Its script's address passes through the page's only Trusted Types policy. */
import workerUrl from '../../engine/worker/entry?worker&url'
import { trustedScript } from './script-address'

/** The script's address, with how many threads are to compute where the page's address says so (`?threads=2`). */
function address(): string {
  const asked = new URLSearchParams(window.location.search).get('threads')
  return asked === null ? workerUrl : `${workerUrl}?threads=${encodeURIComponent(asked)}`
}

/** A fresh training worker; the caller ends it. */
export function startWorker(): Worker {
  return new Worker(trustedScript(address()), { type: 'module', name: 'wiregrad-training' })
}
