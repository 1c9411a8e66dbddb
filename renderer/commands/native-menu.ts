/**
 * The native menu bar as plain data, made of the command table: the same names, keys and availability as the buttons and
 * menus of the window. A command that no menu names ends in the last one, so that none is missing.
 */
import { exportFormats } from '../../engine/session/protocol'
import { contrasts, languages, overlays, themes } from '../state/settings'
import type { Stores } from '../ui/stores'
import { strings } from '../ui/strings'
import { commands, type Command, type CommandId } from './commands'

const words = strings.desktop

interface MenuCommand {
  readonly kind: 'command'
  readonly id: CommandId
  readonly label: string
  /** As the table writes them. */
  readonly keys: string | null
  readonly enabled: boolean
}

type MenuLine = { readonly kind: 'line' }

interface Submenu {
  readonly kind: 'submenu'
  readonly label: string
  readonly items: readonly (MenuCommand | MenuLine)[]
}

export interface MenuOfBar {
  readonly label: string
  readonly items: readonly (MenuCommand | MenuLine | Submenu)[]
}

const line: MenuLine = { kind: 'line' }

type Entry = CommandId | '-' | { label(): string; readonly ids: readonly CommandId[] }

const layout: readonly { label(): string; readonly entries: readonly Entry[] }[] = [
  {
    label: () => words.menus.file,
    entries: [
      'newDocument',
      'open',
      'startPage',
      '-',
      'save',
      'saveAs',
      'download',
      '-',
      { label: () => words.exports, ids: exportFormats.map((format): CommandId => `export-${format}`) },
      {
        label: () => strings.menu.picture,
        ids: ['graphSvg', 'graphPng', 'curvesPng', 'curvesCsv'],
      },
    ],
  },
  {
    label: () => words.menus.edit,
    entries: [
      'undo',
      'redo',
      '-',
      'cut',
      'copy',
      'paste',
      'duplicate',
      'delete',
      '-',
      'selectAll',
      'clearSelection',
      'search',
    ],
  },
  {
    label: () => words.menus.network,
    entries: ['freeze', 'bypass', 'disable', '-', 'makeBlock', 'expandBlock'],
  },
  {
    label: () => words.menus.run,
    entries: [
      'trainOrPause',
      'continueRun',
      'restart',
      '-',
      'step',
      'stop',
      'everyStep',
      '-',
      'playTime',
      'earlier',
      'later',
      'live',
    ],
  },
  {
    label: () => words.menus.view,
    entries: [
      'fit',
      'fitSelection',
      'zoomIn',
      'zoomOut',
      'zoomReset',
      '-',
      { label: () => words.overlays, ids: overlays.map((overlay): CommandId => `overlay-${overlay}`) },
      'nextOverlay',
      'previousOverlay',
      '-',
      { label: () => strings.menu.theme, ids: themes.map((theme): CommandId => `theme-${theme}`) },
      { label: () => strings.menu.contrast, ids: contrasts.map((each): CommandId => `contrast-${each}`) },
      { label: () => strings.menu.language, ids: languages.map((each): CommandId => `language-${each}`) },
      '-',
      'togglePalette',
      'toggleInspector',
      'toggleDock',
      'toggleCode',
    ],
  },
]

function placed(): ReadonlySet<CommandId> {
  const entries = layout.flatMap(({ entries }) => entries)
  return new Set(
    entries.flatMap((entry) => (entry === '-' ? [] : typeof entry === 'string' ? [entry] : entry.ids)),
  )
}

/** The menu bar as it is now. */
export function nativeMenus(stores: Stores): readonly MenuOfBar[] {
  const item = (id: CommandId): MenuCommand => {
    const command: Command = commands[id]
    return {
      kind: 'command',
      id,
      label: command.title(),
      keys: command.keys?.[0] ?? null,
      enabled: command.can?.(stores) ?? true,
    }
  }
  const menus = layout.map(({ label, entries }): MenuOfBar => ({
    label: label(),
    items: entries.map((entry) => {
      if (entry === '-') return line
      if (typeof entry === 'string') return item(entry)
      return { kind: 'submenu', label: entry.label(), items: entry.ids.map(item) }
    }),
  }))
  const there = placed()
  const others = (Object.keys(commands) as CommandId[]).filter((id) => !there.has(id))
  return others.length === 0 ? menus : [...menus, { label: words.menus.more, items: others.map(item) }]
}
