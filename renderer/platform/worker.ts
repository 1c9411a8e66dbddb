/**
 * Starts the training worker. Its script's address passes through the page's only Trusted Types policy, which lets
 * nothing through but files of this very origin.
 */
import workerUrl from '../../engine/worker/entry?worker&url'
import { checkedScriptUrl } from './script-address'

/** A fresh training worker; the caller ends it. */
export function startWorker(): Worker {
  const policy = window.trustedTypes?.createPolicy('wiregrad', {
    createScriptURL: (address) => checkedScriptUrl(address, window.location.href),
  })
  const address = policy?.createScriptURL(workerUrl) ?? checkedScriptUrl(workerUrl, window.location.href)
  return new Worker(address as string, { type: 'module', name: 'wiregrad-training' })
}
