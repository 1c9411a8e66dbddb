/**
 * The native menu bar, made of what the window sends: the same command table as its own menus, buttons and keys. Only
 * what belongs to the system (quit, the window, a Mac's application menu) is added here.
 */
import type { MenuItemConstructorOptions } from 'electron'
import type { NativeMenu, ShellWords } from '../shared/contract'

interface MenuOptions {
  readonly platform: NodeJS.Platform
  /** Runs a command of the window. */
  readonly run: (id: string) => void
  /** Of what is added here, in the language of the window. */
  readonly words: ShellWords
  /** The item that allows WebGPU, where the system needs it. */
  readonly webgpu: { readonly on: boolean; readonly toggle: () => void } | null
}

type Item = NativeMenu['items'][number]

/** `Mod+Shift+Z` as Electron writes it. */
export function accelerator(keys: string): string {
  const parts = keys.endsWith('+') ? [...keys.slice(0, -1).split('+').slice(0, -1), 'Plus'] : keys.split('+')
  return parts.map((part) => (part === 'Mod' ? 'CommandOrControl' : part)).join('+')
}

/**
 * The window hears its keys itself, fields and dialogs considered; here they are shown. A Mac has no keys that are shown
 * only, and takes each before the page does, so that plain ones (which are typed in fields) are left out there.
 */
function shownKeys(keys: string | null, platform: NodeJS.Platform): MenuItemConstructorOptions {
  if (keys === null) return {}
  if (platform === 'darwin') return /(Mod|Alt)\+/.test(keys) ? { accelerator: accelerator(keys) } : {}
  return { accelerator: accelerator(keys), registerAccelerator: false }
}

function entry(item: Item, options: MenuOptions): MenuItemConstructorOptions {
  switch (item.kind) {
    case 'line':
      return { type: 'separator' }
    case 'submenu':
      return { label: item.label, submenu: item.items.map((inner) => entry(inner, options)) }
    case 'command':
      return {
        id: item.id,
        label: item.label,
        enabled: item.enabled,
        ...shownKeys(item.keys, options.platform),
        click: () => options.run(item.id),
      }
  }
}

/** What is added to a menu of the window's: its place decides. */
function addition(index: number, count: number, options: MenuOptions): MenuItemConstructorOptions[] {
  const added: MenuItemConstructorOptions[] = []
  if (index === count - 1 && options.webgpu !== null) {
    const { on, toggle } = options.webgpu
    const label = options.words.webgpu
    added.push({ type: 'separator' }, { type: 'checkbox', id: 'webgpu', label, checked: on, click: toggle })
  }
  // Elsewhere than on a Mac, the first menu ends with the way out.
  if (index === 0 && options.platform !== 'darwin')
    added.push({ type: 'separator' }, { role: 'quit', label: options.words.quit })
  return added
}

function windowMenu({ platform, words }: MenuOptions): MenuItemConstructorOptions {
  const minimise: MenuItemConstructorOptions = { role: 'minimize', label: words.minimise }
  const zoom: MenuItemConstructorOptions = { role: 'zoom', label: words.zoom }
  const close: MenuItemConstructorOptions = { role: 'close', label: words.close }
  return {
    role: 'windowMenu',
    label: words.window,
    submenu:
      platform === 'darwin'
        ? [minimise, zoom, { type: 'separator' }, { role: 'front' }]
        : [minimise, zoom, close],
  }
}

/** The menu bar for one platform. */
export function menuTemplate(
  menus: readonly NativeMenu[],
  options: MenuOptions,
): MenuItemConstructorOptions[] {
  const bar = menus.map(({ label, items }, index): MenuItemConstructorOptions => ({
    label,
    submenu: [...items.map((item) => entry(item, options)), ...addition(index, menus.length, options)],
  }))
  const system: MenuItemConstructorOptions[] = options.platform === 'darwin' ? [{ role: 'appMenu' }] : []
  return [...system, ...bar, windowMenu(options)]
}
