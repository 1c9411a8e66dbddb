/**
 * What the page's only Trusted Types policy lets through.
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
