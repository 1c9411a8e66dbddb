/**
 * What the page's only Trusted Types policy lets through.
 */

/** The address in full when it is of the page's own origin; throws otherwise. */
export function checkedScriptUrl(address: string, page: string): string {
  const url = new URL(address, page)
  if (url.origin !== new URL(page).origin) throw new Error(`A script from ${url.origin} is refused.`)
  return url.href
}
