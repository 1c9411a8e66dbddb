/**
 * What pages may do, decided once for every page there will ever be: no request but for the window's own files, no
 * other page, no window of a page's own, no permission that is not named here.
 */
import type { Session, WebContents } from 'electron'
import { isOwn, mayLoad } from './addresses'

/** Reading the clipboard is for the paste command; nothing here but our own page can ask. */
const permitted: ReadonlySet<string> = new Set([
  'clipboard-read',
  'clipboard-sanitized-write',
  'fullscreen',
  'screen-wake-lock',
])

/** Addresses that may be handed to the system's browser: exactly these. The window has no links as yet. */
const external: ReadonlySet<string> = new Set()

export function isPermitted(permission: string, asker: string): boolean {
  return permitted.has(permission) && isOwn(asker)
}

/** Permissions, and the promise that nothing is asked of any other machine. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(isPermitted(permission, details.requestingUrl)),
  )
  session.setPermissionCheckHandler((_contents, permission, origin) => isPermitted(permission, `${origin}/`))
  session.setDevicePermissionHandler(() => false)
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !mayLoad(details.url) }))
}

/** Pages stay where they are, and open nothing. */
export function guardContents(contents: WebContents, openExternal: (address: string) => void): void {
  contents.on('will-frame-navigate', (event) => {
    if (!isOwn(event.url)) event.preventDefault()
  })
  contents.on('will-redirect', (event) => {
    if (!isOwn(event.url)) event.preventDefault()
  })
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    if (external.has(url)) openExternal(url)
    return { action: 'deny' }
  })
}
