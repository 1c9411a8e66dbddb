/**
 * The local server, asked as an attacker and as the window would: what it refuses, what it sends, what it keeps.
 */
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import * as http from 'node:http'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { serve, type Served } from '../../../app/serve/serve'

let folder = ''
let served: Served

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'wiregrad-serve-'))
  const root = path.join(folder, 'bundle')
  await mkdir(path.join(root, 'assets'), { recursive: true })
  await writeFile(path.join(root, 'index.html'), '<!doctype html><title>Wiregrad</title>')
  await writeFile(path.join(root, 'assets/worker-1a2b.js'), 'postMessage(1)')
  await writeFile(path.join(root, '.stamp'), 'hidden')
  await writeFile(path.join(folder, 'secret.json'), '{}')
  served = await serve({
    root,
    workspace: path.join(folder, 'workspace'),
    data: path.join(folder, 'data'),
    version: '1.2.3',
    port: 0,
  })
})
afterAll(async () => {
  await served.close()
  await rm(folder, { recursive: true, force: true })
})

interface Reply {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
}

interface Ask {
  readonly method?: string
  readonly headers?: http.OutgoingHttpHeaders
  readonly body?: string | Uint8Array
}

/** A raw request: fetch would tidy the address and refuse foreign Host and Origin headers. */
function ask(address: string, { method = 'GET', headers = {}, body }: Ask = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: '127.0.0.1', port: served.port, path: address, method, headers },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks),
          }),
        )
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

interface Credentials {
  readonly cookie: string
  readonly token: string
}

async function openSession(): Promise<Credentials> {
  const { pathname, search } = new URL(served.url)
  const { headers } = await ask(pathname + search)
  const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  const token = /#token=([0-9a-f]{64})$/.exec(headers.location ?? '')?.[1] ?? ''
  return { cookie, token }
}

let credentials: Credentials
beforeEach(async () => {
  credentials = await openSession()
})

const origin = () => `http://127.0.0.1:${served.port}`

function postHeaders(channel: string): Record<string, string> {
  return {
    origin: origin(),
    'content-type': 'application/json',
    cookie: credentials.cookie,
    'x-wiregrad-token': credentials.token,
    'x-wiregrad-channel': channel,
  }
}

async function invoke(channel: string, arg: unknown): Promise<unknown> {
  const reply = await ask('/bridge', {
    method: 'POST',
    headers: postHeaders(channel),
    body: JSON.stringify(arg),
  })
  const answer = JSON.parse(reply.body.toString()) as { ok?: unknown; error?: string }
  if (answer.error !== undefined) throw new Error(answer.error)
  return answer.ok
}

async function sendBytes(channel: string, arg: unknown, body: Uint8Array): Promise<Reply> {
  const headers = {
    ...postHeaders(channel),
    'content-type': 'application/octet-stream',
    'x-wiregrad-arg': encodeURIComponent(JSON.stringify(arg)),
  }
  return ask('/bridge', { method: 'POST', headers, body })
}

describe('who is let in', () => {
  test('a foreign Host gets 421', async () => {
    const statuses = await Promise.all(
      [
        'evil.example',
        `evil.example:${served.port}`,
        '127.0.0.1',
        `127.0.0.1.evil.example:${served.port}`,
      ].map(async (host) => (await ask('/', { headers: { host } })).status),
    )
    expect(statuses).toEqual([421, 421, 421, 421])
  })

  test('the printed address works as often as wanted, each time with a cookie and a token of its own', async () => {
    const other = await openSession()
    expect(other.cookie).toMatch(/^wiregrad-\d+=[0-9a-f]{64}$/)
    expect(other.token).toMatch(/^[0-9a-f]{64}$/)
    expect(other.cookie).not.toBe(credentials.cookie)
    expect(other.token).not.toBe(credentials.token)
  })

  test('the cookie is not for scripts, nor for other sites', async () => {
    const { pathname, search } = new URL(served.url)
    const { headers, status } = await ask(`${pathname}${search}&backend=cpu`)
    expect(status).toBe(303)
    expect(headers['set-cookie']?.[0]).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/)
    expect(headers.location).toMatch(/^\/\?backend=cpu#token=/)
  })

  test('the page needs a session', async () => {
    expect((await ask('/')).status).toBe(403)
    expect((await ask('/?key=0000')).status).toBe(403)
    expect((await ask('/', { headers: { cookie: credentials.cookie } })).status).toBe(200)
  })

  test('the bridge takes a POST of JSON with the exact origin, cookie and token, and nothing less', async () => {
    const good = postHeaders('app/info')
    const wrong: Ask[] = [
      { method: 'GET', headers: good },
      { method: 'POST', headers: { ...good, origin: 'http://evil.example' } },
      { method: 'POST', headers: { ...good, origin: `${origin()}.evil.example` } },
      { method: 'POST', headers: { ...good, origin: '' } },
      { method: 'POST', headers: { ...good, 'content-type': 'text/plain' } },
      { method: 'POST', headers: { ...good, cookie: '' } },
      { method: 'POST', headers: { ...good, 'x-wiregrad-token': '' } },
      { method: 'POST', headers: { ...good, 'x-wiregrad-token': credentials.token.slice(0, -1) + 'g' } },
    ]
    const statuses = await Promise.all(
      wrong.map(async (each) => (await ask('/bridge', { body: '{}', ...each })).status),
    )
    expect(statuses).toEqual(wrong.map(() => 403))
    expect((await ask('/bridge', { method: 'POST', headers: good, body: '{}' })).status).toBe(200)
  })
})

describe('what is sent', () => {
  test('every response carries the security headers, worker scripts and refusals included', async () => {
    const replies = await Promise.all([
      ask('/', { headers: { cookie: credentials.cookie } }),
      ask('/assets/worker-1a2b.js'),
      ask('/nothing.js'),
      ask('/', { headers: { host: 'evil.example' } }),
      ask('/bridge'),
    ])
    expect(replies.map((reply) => reply.status)).toEqual([200, 200, 404, 421, 403])
    for (const { headers } of replies) {
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; " +
          "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; object-src 'none'; frame-src 'none'; " +
          "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; " +
          'trusted-types wiregrad',
      )
      expect(headers['cross-origin-opener-policy']).toBe('same-origin')
      expect(headers['cross-origin-embedder-policy']).toBe('require-corp')
      expect(headers['cross-origin-resource-policy']).toBe('same-origin')
      expect(headers['x-content-type-options']).toBe('nosniff')
    }
  })

  test('an address that tries to leave the folder, or means a hidden file, is refused', async () => {
    const addresses = [
      '/../secret.json',
      '/assets/../../secret.json',
      '/%2e%2e/secret.json',
      '/..%2fsecret.json',
      '/assets/..%5c..%5csecret.json',
      '/%252e%252e/secret.json',
      '/.stamp',
      '/%00index.html',
      '/%',
      '/c:/secret.json',
    ]
    const statuses = await Promise.all(addresses.map(async (address) => (await ask(address)).status))
    expect(statuses).toEqual(addresses.map(() => 403))
  })
})

describe('the contract', () => {
  test('says what it is', async () => {
    expect(await invoke('app/info', {})).toEqual({ host: 'web', version: '1.2.3', workspace: 'workspace' })
  })

  test('refuses unknown channels, inherited names and wrong arguments with a sentence', async () => {
    await expect(invoke('document/erase', {})).rejects.toThrow('There is no such channel.')
    await expect(invoke('constructor', {})).rejects.toThrow('There is no such channel.')
    await expect(invoke('document/read', { id: '../../etc/passwd' })).rejects.toThrow('document/read:')
    await expect(invoke('app/info', { extra: 1 })).rejects.toThrow('Unrecognized key')
    await expect(invoke('document/create', { name: '../up', text: '' })).rejects.toThrow('document/create:')
    await expect(invoke('document/create', { name: 'con', text: '' })).rejects.toThrow('reserved by Windows')
    await expect(invoke('document/read', { id: 'doc-00000000-0000-4000-8000-000000000000' })).rejects.toThrow(
      'open it again',
    )
  })

  test('creates, lists, reads and saves documents without a path crossing it', async () => {
    const first = (await invoke('document/create', { name: 'net', text: 'a' })) as {
      id: string
      stamp: string
    }
    const second = (await invoke('document/create', { name: 'net', text: 'b' })) as {
      id: string
      name: string
    }
    expect(second.name).toBe('net 2')
    const list = (await invoke('document/list', {})) as { name: string }[]
    expect(list.map(({ name }) => name).sort()).toEqual(['net', 'net 2'])
    expect(JSON.stringify([first, second, list])).not.toContain(folder)

    const saved = (await invoke('document/save', { id: first.id, text: 'c', stamp: first.stamp })) as {
      kind: string
      stamp: string
    }
    expect(saved.kind).toBe('saved')
    expect(await invoke('document/read', { id: first.id })).toEqual({
      name: 'net',
      text: 'c',
      stamp: saved.stamp,
    })
    await writeFile(path.join(folder, 'workspace/net.wiregrad'), 'from elsewhere')
    expect(await invoke('document/save', { id: first.id, text: 'd', stamp: saved.stamp })).toMatchObject({
      kind: 'changed-on-disk',
    })
    expect(await invoke('document/save', { id: first.id, text: 'd', stamp: null })).toMatchObject({
      kind: 'saved',
    })
    expect(await readFile(path.join(folder, 'workspace/net.wiregrad'), 'utf8')).toBe('d')
  })

  test('keeps drafts apart from documents', async () => {
    await invoke('autosave/write', { slot: 'window-1', name: 'net', text: 'draft' })
    expect(await invoke('autosave/list', {})).toMatchObject([{ slot: 'window-1', name: 'net' }])
    expect(await invoke('autosave/read', { slot: 'window-1' })).toEqual({ name: 'net', text: 'draft' })
    await invoke('autosave/discard', { slot: 'window-1' })
    expect(await invoke('autosave/read', { slot: 'window-1' })).toBeNull()
  })

  test('keeps the last committed files of a run, byte for byte', async () => {
    const weights = new Uint8Array(3_000_000).map((_, i) => i % 251)
    expect((await sendBytes('run/write', { run: 'r1', file: 'weights.safetensors' }, weights)).status).toBe(
      200,
    )
    expect(await invoke('run/list', {})).toEqual([])
    await sendBytes('run/write', { run: 'r1', file: 'run.json' }, new TextEncoder().encode('{}'))
    expect(await invoke('run/commit', { run: 'r1' })).toEqual({ files: ['weights.safetensors', 'run.json'] })

    await sendBytes('run/write', { run: 'r1', file: 'weights.safetensors' }, new Uint8Array([1]))
    await sendBytes('run/write', { run: 'r1', file: 'weights.safetensors' }, new Uint8Array([1]))
    const read = await ask('/bridge', {
      method: 'POST',
      headers: postHeaders('run/read'),
      body: JSON.stringify({ run: 'r1', file: 'weights.safetensors' }),
    })
    expect(read.headers['content-type']).toBe('application/octet-stream')
    expect(read.body.equals(weights)).toBe(true)

    await invoke('run/commit', { run: 'r1' })
    expect((await readdir(path.join(folder, 'data/runs/r1'))).sort()).toEqual([
      'run.json',
      'weights.safetensors',
    ])
    await invoke('run/discard', { run: 'r1' })
    expect(await readdir(path.join(folder, 'data/runs'))).toEqual([])
  })

  test('takes no file of a run under another name', async () => {
    const reply = await sendBytes('run/write', { run: '../r1', file: 'run.json' }, new Uint8Array(1))
    expect(reply.body.toString()).toContain('run/write:')
    const other = await sendBytes('run/write', { run: 'r1', file: '../../x' }, new Uint8Array(1))
    expect(other.body.toString()).toContain('run/write:')
  })
})
