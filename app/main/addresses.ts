/**
 * Which addresses are the window's own. Node gives `app://bundle` the origin 'null', like everything else that it does
 * not know, so protocol and host are compared, never origins.
 */

export const scheme = 'app'
export const ownHost = 'bundle'
export const startPage = `${scheme}://${ownHost}/index.html`

function parsed(address: string): URL | null {
  return URL.canParse(address) ? new URL(address) : null
}

/** Whether an address is a file of the built window. */
export function isOwn(address: string): boolean {
  const url = parsed(address)
  return url !== null && url.protocol === `${scheme}:` && url.host === ownHost
}

/** Whether the window may load an address at all: its own files, and what it made itself in memory. */
export function mayLoad(address: string): boolean {
  if (isOwn(address)) return true
  const url = parsed(address)
  if (url?.protocol === 'data:') return true
  return url?.protocol === 'blob:' && isOwn(url.pathname)
}

/** What is known of a frame that asks. */
export interface Frame {
  readonly url: string
  readonly parent: unknown
}

/** Whether a message comes from the window itself: its top frame, showing its own page. */
export function isTrustedSender(frame: Frame | null): boolean {
  return frame !== null && frame.parent === null && isOwn(frame.url)
}
