/**
 * The top bar: what is open, undo and redo, the run, and where it runs.
 */
import {
  ChevronDown,
  Code,
  Contrast,
  Gauge,
  Monitor,
  Moon,
  PanelBottom,
  PanelLeft,
  PanelRight,
  Redo2,
  Sun,
  Undo2,
} from 'lucide-react'
import { useState } from 'react'
import { longest } from '../../engine/graph/document'
import { exportFormats } from '../../engine/session/protocol'
import { CommandButton, useCan } from '../commands/command-button'
import { commands, runCommand, type Command, type CommandId } from '../commands/commands'
import { shortcutText } from '../commands/keys'
import { contrasts, themes } from '../state/settings'
import { LanguageMenu } from '../ui/language-menu'
import { Menu, type MenuEntry, type MenuItem } from '../ui/menu'
import { strings } from '../ui/strings'
import { useEditor, useEditorActions, useSettings, useStores } from '../ui/stores'
import { BackendMenu } from './backend-menu'
import { RunControls } from './run-controls'

const words = strings.commands

export function Header() {
  return (
    <header className="header">
      <div className="header-side">
        <Logo />
        <FileMenu />
        <DocumentName />
      </div>
      <div className="header-middle">
        <UndoRedo />
        <RunControls />
      </div>
      <div className="header-side header-end">
        <BackendMenu />
        <PanelToggles />
        <ThemeMenu />
        <LanguageMenu />
      </div>
    </header>
  )
}

function Logo() {
  return (
    <div className="logo">
      <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden>
        <path d="M3 5c5 0 9 10 14 10M3 15c5 0 9-10 14-10" fill="none" stroke="currentColor" strokeWidth="2" />
        <circle cx="3" cy="5" r="2.2" fill="currentColor" />
        <circle cx="3" cy="15" r="2.2" fill="currentColor" />
        <circle className="logo-warm" cx="17" cy="5" r="2.2" />
        <circle className="logo-cool" cx="17" cy="15" r="2.2" />
      </svg>
      <span className="logo-name">{strings.app.name}</span>
    </div>
  )
}

function DocumentName() {
  const actions = useEditorActions()
  const name = useEditor((state) => state.document.name)
  const dirty = useEditor((state) => state.dirty)
  const [draft, setDraft] = useState<string | null>(null)

  function finish(): void {
    if (draft !== null && draft.trim() !== '' && draft !== name) actions.setName(draft.trim())
    setDraft(null)
  }

  const shown = draft ?? name
  return (
    <div className="document-name">
      <span className="document-name-size" aria-hidden>
        {shown}
      </span>
      <input
        className="input"
        aria-label={strings.document.name}
        maxLength={longest.name}
        value={shown}
        spellCheck={false}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={finish}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur()
          if (event.key === 'Escape') setDraft(null)
        }}
      />
      {dirty && (
        <span
          className="document-dirty"
          role="img"
          aria-label={strings.app.unsaved}
          title={strings.app.unsaved}
        />
      )}
    </div>
  )
}

function FileMenu() {
  const stores = useStores()
  const canExport = useCan('export-tfjs')
  const canSaveCurves = useCan('curvesCsv')
  const keymap = useSettings((state) => state.keymap)
  const recent = useSettings((state) => state.recent)
  const item = (id: CommandId, disabled = false): MenuItem => {
    const command: Command = commands[id]
    return {
      id,
      label: command.title(),
      shortcut: shortcutText(id, keymap),
      disabled,
      run: () => runCommand(id, stores),
    }
  }
  const examples = (titles: Readonly<Record<string, string>>, folder: string): MenuItem[] =>
    Object.entries(titles).map(([name, label]) => ({
      id: name,
      label,
      run: () => void stores.files.openExample(folder + name),
    }))
  const entries: MenuEntry[] = [
    item('startPage'),
    item('newDocument'),
    item('open'),
    { id: 'line-1', line: true },
    item('save'),
    item('saveAs'),
    item('download'),
    { id: 'line-5', line: true },
    item('commandPalette'),
    item('keymap'),
    ...(recent.length === 0
      ? []
      : [
          { id: 'line-6', line: true } as const,
          { id: 'recent', heading: strings.menu.recent },
          ...recent.map((name) => ({
            id: `recent ${name}`,
            label: name,
            run: () => void stores.files.openRecent(name),
          })),
        ]),
    { id: 'column-2', column: true },
    { id: 'export', heading: strings.menu.export },
    ...exportFormats.map((format) => item(`export-${format}`, !canExport)),
    { id: 'line-picture', line: true },
    { id: 'picture', heading: strings.menu.picture },
    item('graphSvg'),
    item('graphPng'),
    item('curvesPng', !canSaveCurves),
    item('curvesCsv', !canSaveCurves),
    { id: 'column-3', column: true },
    { id: 'examples', heading: strings.menu.examples },
    ...examples(strings.examples, ''),
    { id: 'line-4', line: true },
    { id: 'architectures', heading: strings.menu.architectures },
    ...examples(strings.architectures, 'architectures/'),
  ]
  return (
    <Menu label={strings.menu.file} button={strings.menu.file} entries={entries} className="button-quiet" />
  )
}

function UndoRedo() {
  const undo = useEditor((state) => state.undoLabel)
  const redo = useEditor((state) => state.redoLabel)
  return (
    <div className="header-group">
      <CommandButton id="undo" iconOnly title={undo === null ? words.undo : words.undoThis(undo)}>
        <Undo2 size={16} aria-hidden />
      </CommandButton>
      <CommandButton id="redo" iconOnly title={redo === null ? words.redo : words.redoThis(redo)}>
        <Redo2 size={16} aria-hidden />
      </CommandButton>
      <CommandButton id="history" iconOnly className="button-quiet history-button">
        <ChevronDown size={14} aria-hidden />
      </CommandButton>
    </div>
  )
}

function PanelToggles() {
  const palette = useSettings((state) => state.paletteOpen)
  const dock = useSettings((state) => state.dockOpen)
  const view = useSettings((state) => state.dockView)
  const inspector = useSettings((state) => state.inspectorOpen)
  return (
    <div className="header-group header-panels">
      <CommandButton id="togglePalette" iconOnly className="button-quiet" pressed={palette}>
        <PanelLeft size={16} aria-hidden />
      </CommandButton>
      <CommandButton id="toggleCode" iconOnly className="button-quiet" pressed={dock && view === 'code'}>
        <Code size={16} aria-hidden />
      </CommandButton>
      <CommandButton id="toggleTrials" iconOnly className="button-quiet" pressed={dock && view === 'trials'}>
        <Gauge size={16} aria-hidden />
      </CommandButton>
      <CommandButton id="toggleDock" iconOnly className="button-quiet" pressed={dock}>
        <PanelBottom size={16} aria-hidden />
      </CommandButton>
      <CommandButton id="toggleInspector" iconOnly className="button-quiet" pressed={inspector}>
        <PanelRight size={16} aria-hidden />
      </CommandButton>
    </div>
  )
}

const themeIcons = { system: Monitor, light: Sun, dark: Moon }

function ThemeMenu() {
  const { settings } = useStores()
  const theme = useSettings((state) => state.theme)
  const contrast = useSettings((state) => state.contrast)
  const Icon = contrast === 'high' ? Contrast : themeIcons[theme]
  return (
    <Menu
      label={words.theme}
      button={<Icon size={16} aria-hidden />}
      align="end"
      className="button-icon button-quiet"
      entries={[
        { id: 'theme', heading: strings.menu.theme },
        ...themes.map((name) => ({
          id: `theme ${name}`,
          label: strings.themes[name],
          checked: name === theme,
          run: () => settings.set({ theme: name }),
        })),
        { id: 'line', line: true },
        { id: 'contrast', heading: strings.menu.contrast },
        ...contrasts.map((name) => ({
          id: `contrast ${name}`,
          label: strings.contrasts[name],
          checked: name === contrast,
          run: () => settings.set({ contrast: name }),
        })),
      ]}
    />
  )
}
