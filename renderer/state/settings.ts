/**
 * What the user prefers, kept between visits: theme, panel sizes, the overlay. Read leniently, because storage may be
 * old, foreign or forbidden.
 */
import * as z from 'zod'
import { createStore, type StoreApi } from 'zustand/vanilla'

const size = (initial: number, min: number, max: number) => z.number().min(min).max(max).catch(initial)

/** What wires and badges may show, in the order of the switch. */
export const overlays = ['gradient', 'forward', 'update', 'dead', 'memory', 'time', 'off'] as const

/** `system` follows what the system asks for. */
export const languages = ['system', 'en', 'zh'] as const
export const themes = ['system', 'light', 'dark'] as const
export const contrasts = ['system', 'normal', 'high'] as const

/** Of panels whose edges nobody has moved: the style sheet gives them their size by that of the window. */
export const initialSizes = { paletteWidth: 216, inspectorWidth: 292, dockHeight: 236 } as const

const settingsSchema = z.object({
  /** The start page was seen. */
  welcomed: z.boolean().catch(false),
  language: z.enum(languages).catch('system'),
  theme: z.enum(themes).catch('system'),
  contrast: z.enum(contrasts).catch('system'),
  overlay: z.enum(overlays).catch('gradient'),
  paletteWidth: size(initialSizes.paletteWidth, 160, 400),
  inspectorWidth: size(initialSizes.inspectorWidth, 220, 520),
  dockHeight: size(initialSizes.dockHeight, 120, 640),
  paletteOpen: z.boolean().catch(true),
  inspectorOpen: z.boolean().catch(true),
  dockOpen: z.boolean().catch(true),
  /** What the dock shows. */
  dockView: z.enum(['training', 'code', 'trials']).catch('training'),
  codeLanguage: z.enum(['pytorch', 'keras']).catch('pytorch'),
  logLoss: z.boolean().catch(false),
  /** Keys that people chose, by command; commands without an entry have those of the table. */
  keymap: z.record(z.string().max(60), z.array(z.string().max(40)).max(4)).catch({}),
  /** Names of files opened or saved lately, the newest first. */
  recent: z.array(z.string().max(200)).max(12).catch([]),
  /** What the left panel shows. */
  leftView: z.enum(['blocks', 'outline']).catch('blocks'),
  smoothing: z.number().min(0).max(0.99).catch(0.6),
})

export type SettingsState = Readonly<z.infer<typeof settingsSchema>>

/** What wires and badges show. */
export type Overlay = SettingsState['overlay']

export type Theme = SettingsState['theme']

export type Contrast = SettingsState['contrast']

/** `system` or a language. */
export type LanguageWish = SettingsState['language']

export type Keymap = SettingsState['keymap']

export type CodeLanguage = SettingsState['codeLanguage']

/** As much of `localStorage` as is needed. */
export interface KeyValueStorage {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
}

export interface Settings {
  readonly store: StoreApi<SettingsState>
  set(change: Partial<SettingsState>): void
}

const key = 'wiregrad.settings'

export function createSettings(storage: KeyValueStorage | null): Settings {
  const store = createStore<SettingsState>(() => settingsSchema.parse(readStored(storage)))
  return {
    store,
    set(change) {
      store.setState(settingsSchema.parse({ ...store.getState(), ...change }))
      try {
        storage?.setItem(key, JSON.stringify(store.getState()))
      } catch {
        // A full or forbidden storage costs the preference, nothing else.
      }
    },
  }
}

function readStored(storage: KeyValueStorage | null): object {
  try {
    const value: unknown = JSON.parse(storage?.getItem(key) ?? '{}')
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
  } catch {
    return {}
  }
}
