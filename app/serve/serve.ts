/**
 * The window over 127.0.0.1: the built bundle, and the contract over POST. For everybody without the desktop shell;
 * same bundle, same contract, same headers.
 */
import * as http from 'node:http'
import {
  argHeader,
  bridgePath,
  channelHeader,
  contract,
  isChannel,
  runFileLimit,
  tokenHeader,
} from '../shared/contract'
import { createDispatch, tidyUp, type Dispatch } from '../files/handlers'
import { readAsset } from './assets'
import { securityHeaders } from './headers'
import { createSessions, type Sessions } from './sessions'

export interface ServeOptions {
  /** The built window. */
  readonly root: string
  readonly workspace: string
  readonly data: string
  readonly version: string
  /** 0 = any free port. */
  readonly port: number
}

export interface Served {
  /** Opens the window as often as wanted while this process lives. */
  readonly url: string
  readonly port: number
  readonly close: () => Promise<void>
}

interface Context {
  readonly root: string
  readonly dispatch: Dispatch
  readonly sessions: Sessions
  readonly port: () => number
}

const JSON_LIMIT = 80 * 1024 * 1024

function send(
  response: http.ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): void {
  response.writeHead(status, { 'Cache-Control': 'no-store', ...securityHeaders, ...headers })
  response.end(body)
}

function sendText(response: http.ServerResponse, status: number, sentence: string): void {
  send(response, status, { 'Content-Type': 'text/plain; charset=utf-8' }, `${sentence}\n`)
}

function sendJson(response: http.ServerResponse, value: unknown): void {
  send(response, 200, { 'Content-Type': 'application/json; charset=utf-8' }, JSON.stringify(value))
}

const cookieName = (port: number) => `wiregrad-${port}`

function cookieOf(request: http.IncomingMessage, port: number): string {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='))
  return pairs.find(([name]) => name === cookieName(port))?.[1] ?? ''
}

function headerOf(request: http.IncomingMessage, name: string): string {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}

async function readAll(request: http.IncomingMessage, limit: number): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  let total = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    total += chunk.length
    if (total > limit) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Why a request to the bridge is refused, or null. Nothing of its body has been read yet. */
function bridgeRefusal(context: Context, request: http.IncomingMessage): string | null {
  const port = context.port()
  if (request.method !== 'POST') return 'The bridge takes POST only.'
  if (headerOf(request, 'origin') !== `http://${headerOf(request, 'host')}`)
    return 'Another origin may not ask here.'
  const type = headerOf(request, 'content-type')
  if (type !== 'application/json' && type !== 'application/octet-stream')
    return 'The bridge takes JSON or bytes.'
  if (!context.sessions.allows(cookieOf(request, port), headerOf(request, tokenHeader))) {
    return 'Open the address that Wiregrad printed: this page has no session.'
  }
  return null
}

async function* nothing(): AsyncIterable<Uint8Array> {}

async function askBridge(context: Context, request: http.IncomingMessage): Promise<unknown> {
  const channel = headerOf(request, channelHeader)
  if (!isChannel(channel)) throw new Error('There is no such channel.')
  const row = contract[channel]
  if ('takesBytes' in row) {
    if (Number(headerOf(request, 'content-length')) > runFileLimit)
      throw new Error('This file is larger than 1 GiB.')
    const arg: unknown = JSON.parse(decodeURIComponent(headerOf(request, argHeader)))
    return context.dispatch(channel, arg, request as AsyncIterable<Buffer>)
  }
  const body = await readAll(request, JSON_LIMIT)
  if (body === null) throw new Error(`A request may have ${JSON_LIMIT} bytes at most.`)
  return context.dispatch(channel, JSON.parse(body.toString('utf8')), nothing())
}

async function answerBridge(context: Context, request: http.IncomingMessage, response: http.ServerResponse) {
  const refusal = bridgeRefusal(context, request)
  if (refusal !== null) {
    // The body is not read: say so and hang up, or the sender would wait.
    response.setHeader('Connection', 'close')
    sendText(response, 403, refusal)
    return
  }
  try {
    const answer = (await askBridge(context, request)) as Awaited<ReturnType<Dispatch>>
    if (answer.kind === 'bytes')
      send(response, 200, { 'Content-Type': 'application/octet-stream' }, answer.bytes)
    else sendJson(response, { ok: answer.value })
  } catch (error) {
    if (!request.readableEnded) response.setHeader('Connection', 'close')
    sendJson(response, { error: error instanceof Error ? error.message : String(error) })
  }
}

/** The printed address: exchanges its key for a session and goes on to the page, which keeps the token. */
function openSession(context: Context, url: URL, response: http.ServerResponse): void {
  const { cookie, token } = context.sessions.open()
  url.searchParams.delete('key')
  send(
    response,
    303,
    {
      'Set-Cookie': `${cookieName(context.port())}=${cookie}; Path=/; HttpOnly; SameSite=Strict`,
      Location: `${url.pathname}${url.search}#token=${token}`,
    },
    '',
  )
}

async function answer(
  context: Context,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const port = context.port()
  const host = headerOf(request, 'host')
  if (host !== `127.0.0.1:${port}` && host !== `localhost:${port}`) {
    sendText(response, 421, 'This server answers for 127.0.0.1 only.')
    return
  }
  // The raw address is judged before URL() folds `..` away.
  const [rawPath = '/'] = (request.url ?? '/').split('?')
  if (rawPath === bridgePath) return answerBridge(context, request, response)
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendText(response, 405, 'Only GET, and POST to the bridge.')
    return
  }
  const isPage = rawPath === '/' || rawPath === '/index.html'
  if (isPage) {
    const url = new URL(request.url ?? '/', `http://${host}`)
    if (context.sessions.isKey(url.searchParams.get('key') ?? '')) {
      openSession(context, url, response)
      return
    }
    if (!context.sessions.allows(cookieOf(request, port))) {
      sendText(response, 403, 'Open the address that Wiregrad printed when it started: it carries the key.')
      return
    }
  }
  const asset = await readAsset(context.root, rawPath)
  if (asset.status !== 200) {
    sendText(
      response,
      asset.status,
      asset.status === 403 ? 'This address is refused.' : 'There is no such file.',
    )
    return
  }
  const cache = asset.lasting ? 'private, max-age=31536000, immutable' : 'no-cache'
  send(
    response,
    200,
    { 'Content-Type': asset.type, 'Cache-Control': cache },
    request.method === 'HEAD' ? '' : asset.bytes,
  )
}

/** Serves the window on 127.0.0.1 until closed. Rejects when the port is taken. */
export async function serve(options: ServeOptions): Promise<Served> {
  await tidyUp(options.data, options.workspace)
  const sessions = createSessions()
  let port = options.port
  const context: Context = {
    root: options.root,
    dispatch: createDispatch({ host: 'web', ...options }),
    sessions,
    port: () => port,
  }
  const server = http.createServer((request, response) => {
    answer(context, request, response).catch((error: unknown) => {
      console.error(error)
      if (!response.headersSent) sendText(response, 500, 'Wiregrad made a mistake; its terminal says which.')
      else response.destroy()
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  port = address.port
  return {
    url: `http://127.0.0.1:${port}/?key=${sessions.key}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
