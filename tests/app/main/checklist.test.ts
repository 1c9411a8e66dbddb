/**
 * Electron's security checklist, item by item, asked of the shell itself with a stand-in for Electron. What only a real
 * Electron can show (that the sandbox holds, that worlds are apart) is in tests/electron; what a real page can show
 * (headers on every answer, no violation) in tests/e2e/desktop. Each item's test says which part it holds.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { isOwn, isTrustedSender, mayLoad } from '../../../app/main/addresses'
import { startDesktop } from '../../../app/main/desktop'
import { isPermitted } from '../../../app/main/guards'
import { answerOwn } from '../../../app/main/own-files'
import { channels } from '../../../app/shared/channels'
import { contract } from '../../../app/shared/contract'
import { createStandIn, ownFrame, preventable, type StandIn } from '../../support/electron-stand-in'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const foreign = [
  'https://example.org/',
  'http://127.0.0.1:8080/',
  'ws://example.org/',
  'file:///etc/passwd',
  'app://other/index.html',
  'app://bundle.evil/index.html',
  'app://bundle@evil/index.html',
  'javascript:alert(1)',
  'blob:https://example.org/1',
  'devtools://devtools/x',
  'nonsense',
]

let folder = ''
let shell: StandIn
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'wiregrad-main-'))
  shell = createStandIn()
  startDesktop(
    shell.electron,
    {
      renderer: path.join(root, 'renderer'),
      preload: '/somewhere/preload.cjs',
      data: path.join(folder, 'data'),
      workspace: path.join(folder, 'workspace'),
    },
    { platform: 'linux', words: [], folder },
  )
  const printed = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  await shell.begin()
  printed.mockRestore()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const preferences = (): Readonly<Record<string, unknown>> => shell.windows[0]?.options.webPreferences ?? {}
const contents = () => {
  const [window] = shell.windows
  if (window === undefined) throw new Error('There is no window.')
  return window.webContents
}

/** All files of the shell and of the window, to look for what must not be in them. */
function sources(): { readonly file: string; readonly text: string }[] {
  return ['app/main', 'app/preload', 'renderer'].flatMap((top) =>
    readdirSync(path.join(root, top), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(tsx?|html|css)$/.test(file))
      .map((file) => ({ file: `${top}/${file}`, text: readFileSync(path.join(root, top, file), 'utf8') })),
  )
}

describe('the checklist', () => {
  test('1. only secure content is loaded: our own scheme, and nothing else gets out of the session', () => {
    expect(shell.windows[0]?.loaded).toEqual(['app://bundle/index.html'])
    for (const address of ['app://bundle/assets/x.js', 'blob:app://bundle/1-2', 'data:image/png;base64,AA'])
      expect([address, shell.cancels(address)]).toEqual([address, false])
    for (const address of foreign) expect([address, shell.cancels(address)]).toEqual([address, true])
  })

  test('2. no Node in pages, workers or frames', () => {
    expect(preferences()).toMatchObject({
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
    })
  })

  test('3. context isolation is on', () => {
    expect(preferences().contextIsolation).toBe(true)
  })

  test('4. every process is sandboxed, and nothing takes the sandbox away', () => {
    expect(shell.record.sandboxed).toBe(true)
    expect(preferences().sandbox).toBe(true)
    expect([...shell.record.switches.keys()].filter((name) => name.includes('sandbox'))).toEqual([])
    const launcher = readFileSync(path.join(root, 'app/start/desktop.mjs'), 'utf8')
    expect(launcher).not.toContain('no-sandbox')
  })

  test('5. permissions are denied but for four, and those are our page’s only', () => {
    const granted = (permission: string, requestingUrl: string) => {
      let answer: boolean | null = null
      shell.rules.permissionRequest?.({}, permission, (given) => (answer = given), { requestingUrl })
      return answer
    }
    const permissions = [
      'clipboard-read',
      'clipboard-sanitized-write',
      'fullscreen',
      'screen-wake-lock',
      'geolocation',
      'media',
      'midi',
      'notifications',
      'openExternal',
      'display-capture',
      'fileSystem',
      'hid',
      'serial',
      'usb',
      'unknown',
    ]
    const own = permissions.filter((permission) => granted(permission, 'app://bundle/index.html') === true)
    expect(own).toEqual(permissions.slice(0, 4))
    expect(permissions.filter((name) => shell.rules.permissionCheck?.({}, name, 'app://bundle'))).toEqual(own)
    for (const name of permissions) expect(granted(name, 'https://example.org/')).toBe(false)
    for (const name of permissions) expect(isPermitted(name, 'null')).toBe(false)
    expect(shell.rules.device?.()).toBe(false)
  })

  test('6. web security is on', () => {
    expect(preferences().webSecurity).toBe(true)
    expect([...shell.record.switches.keys()]).not.toContain('disable-web-security')
  })

  test('7. every answer carries the policy: files, refusals and mistakes', async () => {
    const ask = (address: string, method = 'GET') =>
      answerOwn(path.join(root, 'renderer'), { url: address, method })
    const answers = {
      page: await ask('app://bundle/index.html'),
      missing: await ask('app://bundle/none.js'),
      hidden: await ask('app://bundle/.env'),
      traversal: await ask('app://bundle/../package.json'),
      encoded: await ask('app://bundle/%2e%2e/package.json'),
      otherHost: await ask('app://other/index.html'),
      post: await ask('app://bundle/index.html', 'POST'),
    }
    const status = Object.fromEntries(Object.entries(answers).map(([name, { status }]) => [name, status]))
    expect(status).toEqual({
      page: 200,
      missing: 404,
      hidden: 403,
      traversal: 403,
      encoded: 403,
      otherHost: 404,
      post: 405,
    })
    for (const { headers } of Object.values(answers)) {
      const policy = headers.get('Content-Security-Policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval'")
      expect(policy).toContain("require-trusted-types-for 'script'")
      expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/)
      expect(headers.get('Cross-Origin-Opener-Policy')).toBe('same-origin')
      expect(headers.get('Cross-Origin-Embedder-Policy')).toBe('require-corp')
      expect(headers.get('Cross-Origin-Resource-Policy')).toBe('same-origin')
    }
  })

  test('8. no insecure content in a secure page', () => {
    expect(preferences().allowRunningInsecureContent).toBe(false)
  })

  test('9. no experimental features', () => {
    expect(preferences().experimentalFeatures).toBe(false)
  })

  test('10. no Blink features are switched on', () => {
    expect(preferences()).not.toHaveProperty('enableBlinkFeatures')
  })

  test('11. no <webview> is written anywhere, with pop-ups or without', () => {
    expect(preferences().webviewTag).toBe(false)
    expect(sources().filter(({ text }) => /<webview/i.test(text))).toEqual([])
  })

  test('12. a <webview> that a page makes all the same is not attached', () => {
    const event = preventable()
    contents().emit('will-attach-webview', event, {}, {})
    expect(event.prevented).toBe(true)
  })

  test('13. no frame goes anywhere else', () => {
    for (const name of ['will-frame-navigate', 'will-redirect']) {
      for (const url of foreign) {
        const event = { ...preventable(), url }
        contents().emit(name, event)
        expect([url, event.prevented]).toEqual([url, true])
      }
      const inside = { ...preventable(), url: 'app://bundle/index.html?open=examples/xor' }
      contents().emit(name, inside)
      expect(inside.prevented).toBe(false)
    }
  })

  test('14. no page opens a window', () => {
    for (const url of [...foreign, 'app://bundle/index.html', ''])
      expect(contents().openHandler?.({ url })).toEqual({ action: 'deny' })
  })

  test('15. nothing is handed to the system’s browser that is not on the list, which is empty', () => {
    for (const url of [...foreign, 'app://bundle/index.html', 'mailto:x@example.org'])
      contents().openHandler?.({ url })
    expect(shell.record.external).toEqual([])
  })

  test('16. Electron is of a supported line, pinned, and the very one that is packed', () => {
    const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { version: string }>
    }
    const version = lock.packages['node_modules/electron']?.version ?? ''
    // The three newest majors get security fixes: raise this number with each that leaves.
    expect(Number(version.split('.')[0])).toBeGreaterThanOrEqual(45)
    const config = parse(readFileSync(path.join(root, 'electron-builder.yml'), 'utf8')) as object
    // Not named there: electron-builder takes the one that is installed.
    expect(config).not.toHaveProperty('electronVersion')
  })

  test('17. every channel checks its sender', async () => {
    expect([...shell.handlers.keys()].sort()).toEqual([...channels].sort())
    expect(Object.keys(contract).sort()).toEqual([...channels].sort())
    const strangers = [
      null,
      ...foreign.map((url) => ({ url, parent: null })),
      { url: 'app://bundle/index.html', parent: {} },
    ]
    for (const channel of channels)
      for (const frame of strangers)
        expect(await shell.ask(frame, channel, {})).toEqual({ error: 'Only the window itself may ask.' })
    expect(await shell.ask(ownFrame, 'app/info', {})).toMatchObject({ ok: { host: 'electron' } })
    expect(isTrustedSender(ownFrame)).toBe(true)
  })

  test('18. no file:// anywhere; our scheme is a secure one', () => {
    expect(shell.record.privileged).toMatchObject([
      { scheme: 'app', privileges: { standard: true, secure: true } },
    ])
    expect(shell.record.privileged[0]?.privileges).not.toHaveProperty('bypassCSP')
    expect(isOwn('file:///index.html') || mayLoad('file:///index.html')).toBe(false)
    expect(sources().filter(({ text }) => /file:\/\//.test(text))).toEqual([])
  })

  test('19. the fuses are set', () => {
    // Exactly these: tests/tools/packaging.test.ts holds the rest of the file.
    const { electronFuses } = parse(readFileSync(path.join(root, 'electron-builder.yml'), 'utf8')) as {
      electronFuses: unknown
    }
    expect(electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    })
  })

  test('20. pages see two functions and none of Electron’s', () => {
    const preload = readFileSync(path.join(root, 'app/preload/preload.ts'), 'utf8')
    const exposed = [...preload.matchAll(/exposeInMainWorld\('(\w+)', (\w+)\)/g)].map(([, key, value]) => [
      key,
      value,
    ])
    expect(exposed).toEqual([['wiregrad', 'bridge']])
    // An event would hand out its sender: `ipcRenderer.on` passes the message on, alone.
    expect(preload).toContain('(_event, message: HostEvent) => listener(message)')
  })
})
