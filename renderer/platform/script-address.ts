/**
 * What the page's only Trusted Types policy lets through. The policy can be made once, so all workers ask here.
 */

/**
 * The address in full when it is of the page's own place; throws otherwise. Protocol and host are compared, because
 * schemes that a URL parser does not know all have the origin "null".
 */
export function checkedScriptUrl(address: string, page: string): string {
  const url = new URL(address, page)
  const own = new URL(page)
  if (url.protocol !== own.protocol || url.host !== own.host)
    throw new Error(`A script from ${url.protocol}//${url.host} is refused.`)
  return url.href
}

let policy: { createScriptURL(address: string): TrustedScriptURL } | null | undefined

/** The address of a worker's script as the page's rules want it. */
export function trustedScript(address: string): string {
  policy ??=
    window.trustedTypes?.createPolicy('wiregrad', {
      createScriptURL: (wanted) => checkedScriptUrl(wanted, window.location.href),
    }) ?? null
  // Workers take a trusted address where their types want a string.
  return (policy?.createScriptURL(address) ?? checkedScriptUrl(address, window.location.href)) as string
}
