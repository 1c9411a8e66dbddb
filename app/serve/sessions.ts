/**
 * Who may talk to the local server. The printed address carries the key of this process; each opening exchanges it
 * for a session of two 256-bit halves: a cookie, which scripts cannot read, and a token, which stays in the page.
 * Cookies are shared among all ports of 127.0.0.1, so the cookie alone is not enough.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

export interface Session {
  readonly cookie: string
  readonly token: string
}

export interface Sessions {
  readonly key: string
  readonly isKey: (given: string) => boolean
  readonly open: () => Session
  /** Whether the cookie belongs to a session, and with `token`, to the one that has this token. */
  readonly allows: (cookie: string, token?: string) => boolean
}

const secret = () => randomBytes(32).toString('hex')

/** Equal or not, in a time that tells nothing about where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}

export function createSessions(): Sessions {
  const key = secret()
  const sessions: Session[] = []
  return {
    key,
    isKey: (given) => sameSecret(given, key),
    open: () => {
      const session = { cookie: secret(), token: secret() }
      sessions.push(session)
      return session
    },
    // Tabs of one browser share the latest cookie, so cookie and token may stem from different openings.
    allows: (cookie, token) => {
      const matches = (half: 'cookie' | 'token', given: string) =>
        sessions.map((session) => sameSecret(session[half], given)).includes(true)
      return matches('cookie', cookie) && (token === undefined || matches('token', token))
    },
  }
}
