/**
 * The window's bridge against the real local server: the token leaves the address, values and bytes come back as they
 * went, refusals arrive as sentences.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { serve, type Served } from '../../../app/serve/serve'
import { createBridge } from '../../../renderer/platform/bridge'
import { checkedScriptUrl } from '../../../renderer/platform/script-address'

let folder = ''
let served: Served
const stored = new Map<string, string>()
let shown = ''

/** The little of a browser page that the bridge touches: an address, a tab's storage, a fetch with the cookie. */
async function standInPage(): Promise<void> {
  const opened = await fetch(served.url, { redirect: 'manual' })
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
  const address = new URL(opened.headers.get('location') ?? '', served.url)
  vi.stubGlobal('window', {
    location: { hash: address.hash, pathname: address.pathname, search: address.search },
    history: { replaceState: (_state: null, _title: string, to: string) => (shown = to) },
    sessionStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => stored.set(key, value),
    },
  })
  const real = fetch
  vi.stubGlobal('fetch', (to: string, init: RequestInit) => {
    const headers = { ...(init.headers as Record<string, string>), cookie, origin: address.origin }
    return real(new URL(to, address), { ...init, headers })
  })
}

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'wiregrad-bridge-'))
  const places = { root: folder, workspace: path.join(folder, 'w'), data: path.join(folder, 'd') }
  served = await serve({ ...places, version: '1.2.3', port: 0 })
  stored.clear()
  await standInPage()
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await served.close()
  await rm(folder, { recursive: true, force: true })
})

test('the token goes from the address into the tab, and a reload finds it there', async () => {
  expect((await createBridge().invoke('app/info', {})).version).toBe('1.2.3')
  expect(shown).toBe('/')
  vi.stubGlobal('window', { ...window, location: { hash: '', pathname: '/', search: '' } })
  expect((await createBridge().invoke('app/info', {})).version).toBe('1.2.3')
})

test('bytes come back as they went', async () => {
  const bridge = createBridge()
  const bytes = new Uint8Array([0, 255, 10, 13, 0])
  await bridge.send('run/write', { run: 'r1', file: 'weights.safetensors' }, bytes)
  await bridge.invoke('run/commit', { run: 'r1' })
  expect(await bridge.invoke('run/read', { run: 'r1', file: 'weights.safetensors' })).toEqual(bytes)
})

test('a refusal and a dead server are sentences', async () => {
  const bridge = createBridge()
  await expect(bridge.invoke('run/read', { run: 'r2', file: 'run.json' })).rejects.toThrow(
    'The run “r2” has no run.json.',
  )
  stored.clear()
  vi.stubGlobal('window', { ...window, location: { hash: '', pathname: '/', search: '' } })
  await expect(createBridge().invoke('app/info', {})).rejects.toThrow(
    'Open the address that Wiregrad printed',
  )
  await served.close()
  await expect(bridge.invoke('app/info', {})).rejects.toThrow('start it again')
})

test('only scripts of the page’s own origin pass', () => {
  const page = 'http://127.0.0.1:5000/?open=x'
  expect(checkedScriptUrl('./assets/entry-1.js', page)).toBe('http://127.0.0.1:5000/assets/entry-1.js')
  for (const address of [
    'https://evil.example/x.js',
    '//evil.example/x.js',
    'data:text/javascript,1',
    'blob:null/1',
  ]) {
    expect(() => checkedScriptUrl(address, page)).toThrow('is refused')
  }
})
