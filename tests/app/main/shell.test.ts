/** The shell's life with a stand-in for Electron: one instance, the window's place, menus, the end. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { documentsIn, startDesktop } from '../../../app/main/desktop'
import { accelerator, menuTemplate } from '../../../app/main/menu'
import { canBeSeen } from '../../../app/main/window-state'
import { eventChannel } from '../../../app/shared/channels'
import type { NativeMenu, ShellWords } from '../../../app/shared/contract'
import { createStandIn, ownFrame, type StandIn, type StandInOptions } from '../../support/electron-stand-in'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'wiregrad-shell-'))
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

interface Start extends StandInOptions {
  readonly platform?: NodeJS.Platform
  readonly words?: readonly string[]
}

function start({ platform = 'linux', words = [], ...options }: Start = {}): StandIn {
  const shell = createStandIn(options)
  startDesktop(
    shell.electron,
    {
      renderer: folder,
      preload: '/p.cjs',
      data: path.join(folder, 'data'),
      workspace: path.join(folder, 'w'),
    },
    { platform, words, folder },
  )
  return shell
}

async function begun(options?: Start): Promise<StandIn> {
  const shell = start(options)
  await shell.begin()
  return shell
}

const sent = (shell: StandIn) => shell.windows[0]?.webContents.sent ?? []
const question = { message: 'm', detail: 'd', save: 's', leave: 'l', cancel: 'c' }

describe('one instance', () => {
  test('a second start opens no window and ends', () => {
    const shell = start({ locked: true })
    expect(shell.record.ended).toBe(true)
    expect(shell.windows).toEqual([])
    expect(console.log).toHaveBeenCalledWith(expect.stringContaining('runs already'))
  })

  test('only documents are taken from a command line', () => {
    expect(
      documentsIn(['--flag', '-x.wiregrad', 'a.wiregrad', 'b.txt', '/c/D.WIREGRAD'], '/home/me'),
    ).toEqual([path.resolve('/home/me/a.wiregrad'), path.resolve('/c/D.WIREGRAD')])
  })

  test('what the system opens before the page listens waits; what is no document is left alone', async () => {
    for (const name of ['a.wiregrad', 'b.wiregrad']) writeFileSync(path.join(folder, name), '{}')
    mkdirSync(path.join(folder, 'folder.wiregrad'))
    const shell = await begun({ words: ['a.wiregrad', 'missing.wiregrad', 'folder.wiregrad'] })
    shell.app.emit('open-file', { preventDefault: () => undefined }, path.join(folder, 'b.wiregrad'))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(sent(shell)).toEqual([])
    await shell.ask(ownFrame, 'window/ready', {})
    expect(sent(shell)).toHaveLength(2)
    for (const [channel, message] of sent(shell)) {
      expect(channel).toBe(eventChannel)
      expect(message).toMatchObject({
        kind: 'open',
        id: expect.stringMatching(/^doc-[0-9a-f-]{36}$/) as string,
      })
    }
    // A path never crosses the bridge.
    expect(JSON.stringify(sent(shell))).not.toContain(folder)
  })
})

describe('the window', () => {
  test('comes back where it stood, maximized as it was', async () => {
    const first = await begun()
    first.windows[0]?.maximize()
    first.windows[0]?.close()
    const second = await begun()
    expect(second.windows[0]?.options).toMatchObject({ x: 10, y: 20, width: 1440, height: 940 })
    expect(second.windows[0]?.maximized).toBe(true)
  })

  test('is where it can be seen when its screen is gone, or its file is nonsense', async () => {
    const screens = [{ x: 0, y: 0, width: 1000, height: 700 }]
    expect(canBeSeen({ x: 100, y: 100, width: 500, height: 400 }, screens)).toBe(true)
    expect(canBeSeen({ x: 960, y: 100, width: 500, height: 400 }, screens)).toBe(false)
    expect(canBeSeen({ x: -2000, y: 0, width: 500, height: 400 }, screens)).toBe(false)
    expect(canBeSeen({ x: 0, y: -50, width: 500, height: 400 }, screens)).toBe(false)
    mkdirSync(path.join(folder, 'data'), { recursive: true })
    const file = path.join(folder, 'data', 'window.json')
    const far = { bounds: { x: 5000, y: 0, width: 1000, height: 700 }, maximized: false }
    for (const text of [JSON.stringify(far), '{', '{"bounds":{}}']) {
      writeFileSync(file, text)
      const shell = await begun({ screens })
      expect(shell.windows[0]?.options.x).toBeUndefined()
    }
  })

  test('closes at once where nothing is unsaved', async () => {
    const shell = await begun()
    await shell.ask(ownFrame, 'window/report', { edited: false, question })
    shell.app.quit()
    expect(shell.record.ended).toBe(true)
    expect(shell.record.questions).toEqual([])
  })

  test('a quit that is thought better of is forgotten; the next one asks again and ends', async () => {
    const shell = await begun({ answers: { message: [2, 1] }, platform: 'darwin' })
    await shell.ask(ownFrame, 'window/report', { edited: true, question })
    shell.app.quit()
    await expect.poll(() => shell.record.questions.length).toBe(1)
    expect(shell.record.ended).toBe(false)
    // Closing alone does not end a Mac's application, a forgotten quit notwithstanding.
    shell.windows[0]?.close()
    await expect.poll(() => shell.windows.length).toBe(0)
    expect(shell.record.ended).toBe(false)
    shell.app.emit('activate')
    expect(shell.windows).toHaveLength(1)
  })

  test('a page that died is opened again, once in a while', async () => {
    const shell = await begun()
    const [window] = shell.windows
    window?.webContents.emit('render-process-gone', {}, { reason: 'crashed' })
    window?.webContents.emit('render-process-gone', {}, { reason: 'crashed' })
    expect(window?.loaded).toHaveLength(2)
  })
})

describe('menus', () => {
  const menus: NativeMenu[] = [
    {
      label: 'File',
      items: [
        { kind: 'command', id: 'save', label: 'Save', keys: 'Mod+S', enabled: true },
        { kind: 'line' },
        {
          kind: 'submenu',
          label: 'More',
          items: [{ kind: 'command', id: 'train', label: 'Train', keys: 'Space', enabled: false }],
        },
      ],
    },
    { label: 'View', items: [{ kind: 'command', id: 'in', label: 'Zoom in', keys: '+', enabled: true }] },
  ]
  // As the window would send them in German.
  const words: ShellWords = {
    webgpu: 'WebGPU erlauben',
    quit: 'Ende',
    window: 'Fenster',
    minimise: 'Klein',
    zoom: 'Groß',
    close: 'Zu',
  }
  const options = { run: () => undefined, words, webgpu: { on: true, toggle: () => undefined } }

  test('keys are written as Electron writes them', () => {
    const written = ['Mod+Shift+Z', 'Mod+.', '+', 'Mod++', 'Alt+1', 'Space'].map(accelerator)
    expect(written).toEqual([
      'CommandOrControl+Shift+Z',
      'CommandOrControl+.',
      'Plus',
      'CommandOrControl+Plus',
      'Alt+1',
      'Space',
    ])
  })

  test('elsewhere than on a Mac, keys are shown and left to the page', () => {
    const bar = menuTemplate(menus, { ...options, platform: 'linux' })
    expect(bar).toMatchObject([
      {
        label: 'File',
        submenu: [
          { id: 'save', accelerator: 'CommandOrControl+S', registerAccelerator: false, enabled: true },
          { type: 'separator' },
          { label: 'More', submenu: [{ id: 'train', accelerator: 'Space', enabled: false }] },
          { type: 'separator' },
          { role: 'quit', label: 'Ende' },
        ],
      },
      {
        label: 'View',
        submenu: [
          { id: 'in' },
          { type: 'separator' },
          { id: 'webgpu', label: 'WebGPU erlauben', checked: true },
        ],
      },
      {
        role: 'windowMenu',
        label: 'Fenster',
        submenu: [{ label: 'Klein' }, { label: 'Groß' }, { label: 'Zu' }],
      },
    ])
  })

  test('on a Mac, plain keys are left out: its menus would take them from fields', () => {
    const bar = menuTemplate(menus, { ...options, webgpu: null, platform: 'darwin' })
    expect(bar.map(({ role, label }) => role ?? label)).toEqual(['appMenu', 'File', 'View', 'windowMenu'])
    expect(JSON.stringify(bar)).not.toMatch(/Space|Plus|"quit"/)
    expect(JSON.stringify(bar)).toContain('CommandOrControl+S')
  })

  test('allowing WebGPU is kept and starts again, after the usual question', async () => {
    const shell = await begun({ answers: { message: [1] } })
    await shell.ask(ownFrame, 'window/menu', { menus, words })
    await shell.ask(ownFrame, 'window/report', { edited: true, question })
    shell.menuItem('webgpu').click?.()
    await expect.poll(() => shell.record.ended).toBe(true)
    expect(shell.record.relaunched).toBe(1)
    expect(shell.record.questions).toHaveLength(1)
    expect((await begun()).record.switches.get('enable-features')).toBe('Vulkan')
  })

  test('a start again that is thought better of does not happen at the end', async () => {
    const shell = await begun({ answers: { message: [2, 1] } })
    await shell.ask(ownFrame, 'window/menu', { menus, words })
    await shell.ask(ownFrame, 'window/report', { edited: true, question })
    shell.menuItem('webgpu').click?.()
    await expect.poll(() => shell.record.questions.length).toBe(1)
    shell.app.quit()
    await expect.poll(() => shell.record.ended).toBe(true)
    expect(shell.record.relaunched).toBe(0)
  })
})
