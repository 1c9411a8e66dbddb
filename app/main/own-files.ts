/** Answers `app://bundle`: the files of the built window, under the very headers of the local server. */
import { readAsset } from '../serve/assets'
import { securityHeaders } from '../serve/headers'
import { isOwn } from './addresses'

function reply(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array<ArrayBuffer> | null,
): Response {
  return new Response(body, { status, headers: { ...securityHeaders, ...headers } })
}

/** The path as it was asked for: URL() would fold a `..` away before it could be refused. */
function rawPath(address: string): string {
  return /^[a-z]+:\/\/[^/?#]*([^?#]*)/i.exec(address)?.[1] ?? '/'
}

/** Answers a request for a file below `root`. */
export async function answerOwn(root: string, request: Pick<Request, 'url' | 'method'>): Promise<Response> {
  if (!isOwn(request.url)) return reply(404, {}, null)
  if (request.method !== 'GET' && request.method !== 'HEAD') return reply(405, {}, null)
  const asset = await readAsset(root, rawPath(request.url))
  if (asset.status !== 200) return reply(asset.status, {}, null)
  // A copy of its own, as `Response` wants it.
  const body = request.method === 'HEAD' ? null : new Uint8Array(asset.bytes)
  return reply(200, { 'Content-Type': asset.type, 'Cache-Control': 'no-cache' }, body)
}
