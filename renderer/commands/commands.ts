/**
 * Everything that can be done from a key, a button or a menu, once: name, keys, whether it can be done now, and what it
 * does. Buttons, menus and the keyboard all read this table, so they cannot disagree.
 */
import { blockType } from '../../engine/graph/document'
import { exportFormats, type ExportFormat } from '../../engine/session/protocol'
import { strings } from '../ui/strings'
import type { Stores } from '../ui/stores'
import { isTrainable, type Flag } from '../state/editor-types'
import { overlays, type Overlay } from '../state/settings'

export interface Command {
  readonly title: string
  /** `Mod` is Ctrl, or Command on a Mac. The first is shown. */
  readonly keys?: readonly string[]
  /** Works also while the caret is in a field. */
  readonly inFields?: boolean
  can?(stores: Stores): boolean
  run(stores: Stores): void
}

const words = strings.commands

const status = ({ session }: Stores) => session.store.getState().status
const active = (stores: Stores) => status(stores) === 'running' || status(stores) === 'paused'
const selected = ({ editor }: Stores) => {
  const { nodes, wires } = editor.store.getState().selection
  return nodes.size > 0 || wires.size > 0
}
const selectedNodes = ({ editor }: Stores) => editor.store.getState().selection.nodes.size > 0
const trainable = ({ editor }: Stores) => isTrainable(editor.store.getState())

/** The only selected node, where it is an instance of a block. */
function selectedInstance({ editor }: Stores): string | null {
  const { document, selection } = editor.store.getState()
  const [only] = selection.nodes
  if (only === undefined || selection.nodes.size > 1) return null
  return document.nodes[only]?.type === blockType ? only : null
}

function expandSelected(stores: Stores): void {
  const id = selectedInstance(stores)
  const fault = id === null ? null : stores.editor.actions.expandBlock(id)
  if (fault !== null) stores.notices.error(fault)
}

function toggleFlag({ editor }: Stores, flag: Flag): void {
  const { document, selection } = editor.store.getState()
  const ids = [...selection.nodes]
  editor.actions.setFlag(ids, flag, !ids.every((id) => document.nodes[id]?.[flag] === true))
}

async function copy({ editor, notices }: Stores): Promise<boolean> {
  const text = editor.actions.copySelection()
  if (text === null) return false
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    notices.error(strings.notices.clipboardFailed)
    return false
  }
}

async function paste({ editor, notices }: Stores): Promise<void> {
  try {
    if (!editor.actions.paste(await navigator.clipboard.readText())) notices.info(strings.notices.pasteFailed)
  } catch {
    notices.error(strings.notices.clipboardFailed)
  }
}

/** Train, pause or go on: whatever the one big button would do. */
function trainOrPause(stores: Stores): void {
  const { actions } = stores.session
  const now = status(stores)
  if (now === 'running') void actions.pause()
  else if (now === 'paused') void actions.resume()
  else if (now !== 'starting')
    void actions.train(stores.session.store.getState().canContinue ? 'continue' : 'fresh')
}

function table<const K extends string>(commands: Readonly<Record<K, Command>>): Readonly<Record<K, Command>> {
  return commands
}

type ExportCommandId = `export-${ExportFormat}`

/** One command a format. */
const exportCommands = Object.fromEntries(
  exportFormats.map((format): [ExportCommandId, Command] => [
    `export-${format}`,
    {
      title: words.exports[format],
      can: ({ session }) => session.store.getState().canContinue,
      run: ({ files }) => void files.exportModel(format),
    },
  ]),
) as Readonly<Record<ExportCommandId, Command>>

type OverlayCommandId = `overlay-${Overlay}`

/** One command an overlay, on Alt+1 and so on. */
const overlayCommands = Object.fromEntries(
  overlays.map((overlay, index): [OverlayCommandId, Command] => [
    `overlay-${overlay}`,
    {
      title: words.overlay(strings.overlay.names[overlay]),
      keys: [`Alt+${index + 1}`],
      run: ({ settings }) => settings.set({ overlay }),
    },
  ]),
) as Readonly<Record<OverlayCommandId, Command>>

/** Switches to the overlay beside the one that is on. */
function turnOverlay({ settings }: Stores, by: 1 | -1): void {
  const now = overlays.indexOf(settings.store.getState().overlay)
  settings.set({ overlay: overlays[(now + by + overlays.length) % overlays.length] ?? 'gradient' })
}

const stepping = ({ stepwise }: Stores) => stepwise.store.getState().open

const hasCurves = ({ session }: Stores) => session.store.getState().runId !== null && session.run() !== null
const hasHistory = ({ session }: Stores) => (session.run()?.history?.length ?? 0) > 0

export const commands = table({
  undo: {
    title: words.undo,
    keys: ['Mod+Z'],
    can: ({ editor }) => editor.store.getState().undoLabel !== null,
    run: ({ editor }) => editor.actions.undo(),
  },
  redo: {
    title: words.redo,
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    can: ({ editor }) => editor.store.getState().redoLabel !== null,
    run: ({ editor }) => editor.actions.redo(),
  },
  startPage: { title: words.startPage, run: ({ files }) => files.showStart() },
  newDocument: { title: words.newDocument, run: ({ files }) => files.newDocument() },
  open: { title: words.open, keys: ['Mod+O'], inFields: true, run: ({ files }) => files.showOpen() },
  save: { title: words.save, keys: ['Mod+S'], inFields: true, run: ({ files }) => void files.save() },
  saveAs: {
    title: words.saveAs,
    keys: ['Mod+Shift+S'],
    inFields: true,
    run: ({ files }) => files.showSaveAs(),
  },
  download: { title: words.download, run: ({ files }) => files.downloadCopy() },
  ...exportCommands,
  graphSvg: { title: words.pictures.graphSvg, run: ({ pictures }) => void pictures.saveGraph('svg') },
  graphPng: { title: words.pictures.graphPng, run: ({ pictures }) => void pictures.saveGraph('png') },
  curvesPng: {
    title: words.pictures.curvesPng,
    can: hasCurves,
    run: ({ pictures }) => void pictures.saveCurves('png'),
  },
  curvesCsv: {
    title: words.pictures.curvesCsv,
    can: hasCurves,
    run: ({ pictures }) => void pictures.saveCurves('csv'),
  },

  trainOrPause: {
    title: words.trainOrPause,
    keys: ['Space', 'Mod+Enter'],
    can: (stores) => status(stores) !== 'starting' && (active(stores) || trainable(stores)),
    run: trainOrPause,
  },
  restart: {
    title: words.restart,
    keys: ['Mod+Shift+Enter'],
    can: (stores) => status(stores) !== 'starting' && trainable(stores),
    run: ({ session }) => void session.actions.train('fresh'),
  },
  continueRun: {
    title: words.continueRun,
    can: (stores) =>
      status(stores) !== 'starting' && trainable(stores) && stores.session.store.getState().canContinue,
    run: ({ session }) => void session.actions.train('continue'),
  },
  step: {
    title: words.step,
    keys: ['.'],
    can: (stores) =>
      status(stores) !== 'starting' &&
      status(stores) !== 'running' &&
      (status(stores) === 'paused' || trainable(stores)),
    run: ({ session }) => void session.actions.step(),
  },
  stop: {
    title: words.stop,
    keys: ['Mod+.'],
    can: active,
    run: ({ session }) => void session.actions.stop(),
  },
  everyStep: {
    title: words.everyStep,
    run: ({ session }) => void session.actions.setProbeEveryStep(!session.store.getState().probeEveryStep),
  },

  ...overlayCommands,
  nextOverlay: { title: words.nextOverlay, keys: ['G'], run: (stores) => turnOverlay(stores, 1) },
  previousOverlay: {
    title: words.previousOverlay,
    keys: ['Shift+G'],
    run: (stores) => turnOverlay(stores, -1),
  },
  playTime: {
    title: words.playTime,
    keys: ['K'],
    can: hasHistory,
    run: ({ moment }) => moment.play(!moment.playing),
  },
  earlier: { title: words.earlier, keys: ['['], can: hasHistory, run: ({ moment }) => moment.move(-1) },
  later: { title: words.later, keys: [']'], can: hasHistory, run: ({ moment }) => moment.move(1) },
  live: {
    title: words.live,
    keys: ['L'],
    can: ({ moment }) => moment.step !== null,
    run: ({ moment }) => moment.show(null),
  },

  stepThrough: {
    title: words.stepThrough,
    keys: ['T'],
    can: (stores) => stepping(stores) || (status(stores) !== 'starting' && trainable(stores)),
    run: (stores) => (stepping(stores) ? stores.stepwise.close() : stores.stepwise.open()),
  },
  leaveSteps: {
    title: words.leaveSteps,
    keys: ['Escape'],
    can: stepping,
    run: ({ stepwise }) => stepwise.close(),
  },
  nextStop: {
    title: words.nextStop,
    keys: ['ArrowRight'],
    can: stepping,
    run: ({ stepwise }) => stepwise.go(stepwise.store.getState().at + 1),
  },
  previousStop: {
    title: words.previousStop,
    keys: ['ArrowLeft'],
    can: stepping,
    run: ({ stepwise }) => stepwise.go(stepwise.store.getState().at - 1),
  },
  firstStop: {
    title: words.firstStop,
    keys: ['Home'],
    can: stepping,
    run: ({ stepwise }) => stepwise.go(0),
  },
  lastStop: {
    title: words.lastStop,
    keys: ['End'],
    can: stepping,
    run: ({ stepwise }) => stepwise.go(Infinity),
  },

  delete: {
    title: words.delete,
    keys: ['Delete', 'Backspace'],
    can: selected,
    run: ({ editor }) => editor.actions.removeSelection(),
  },
  duplicate: {
    title: words.duplicate,
    keys: ['Mod+D'],
    can: selectedNodes,
    run: ({ editor }) => editor.actions.duplicateSelection(),
  },
  copy: { title: words.copy, keys: ['Mod+C'], can: selectedNodes, run: (stores) => void copy(stores) },
  cut: {
    title: words.cut,
    keys: ['Mod+X'],
    can: selectedNodes,
    run: (stores) => void copy(stores).then((done) => done && stores.editor.actions.removeSelection()),
  },
  paste: { title: words.paste, keys: ['Mod+V'], run: (stores) => void paste(stores) },
  selectAll: { title: words.selectAll, keys: ['Mod+A'], run: ({ editor }) => editor.actions.selectAll() },
  clearSelection: {
    title: words.clearSelection,
    keys: ['Escape'],
    can: selected,
    run: ({ editor }) => editor.actions.select({}),
  },
  freeze: {
    title: words.freeze,
    keys: ['F'],
    can: selectedNodes,
    run: (stores) => toggleFlag(stores, 'frozen'),
  },
  bypass: {
    title: words.bypass,
    keys: ['B'],
    can: selectedNodes,
    run: (stores) => toggleFlag(stores, 'bypass'),
  },
  disable: {
    title: words.disable,
    keys: ['M'],
    can: selectedNodes,
    run: (stores) => toggleFlag(stores, 'disabled'),
  },

  makeBlock: {
    title: words.makeBlock,
    keys: ['Mod+G'],
    can: selectedNodes,
    run: ({ editor }) => void editor.actions.makeBlock(strings.inspector.defaultBlock),
  },
  expandBlock: {
    title: words.expandBlock,
    keys: ['Mod+Shift+G'],
    can: (stores) => selectedInstance(stores) !== null,
    run: expandSelected,
  },

  fit: { title: words.fit, keys: ['Shift+1', '1'], run: ({ view }) => view.request({ kind: 'fit' }) },
  fitSelection: {
    title: words.fitSelection,
    keys: ['Shift+2', '2'],
    can: selectedNodes,
    run: ({ view }) => view.request({ kind: 'fit-selection' }),
  },
  zoomIn: { title: words.zoomIn, keys: ['+', '='], run: ({ view }) => view.request({ kind: 'zoom-in' }) },
  zoomOut: { title: words.zoomOut, keys: ['-'], run: ({ view }) => view.request({ kind: 'zoom-out' }) },
  zoomReset: { title: words.zoomReset, keys: ['0'], run: ({ view }) => view.request({ kind: 'zoom-reset' }) },

  search: {
    title: words.search,
    keys: ['/', 'Mod+F'],
    run: ({ settings }) => {
      settings.set({ paletteOpen: true })
      requestAnimationFrame(() => document.getElementById('palette-search')?.focus())
    },
  },
  togglePalette: {
    title: words.togglePalette,
    keys: ['Mod+B'],
    run: ({ settings }) => settings.set({ paletteOpen: !settings.store.getState().paletteOpen }),
  },
  toggleInspector: {
    title: words.toggleInspector,
    keys: ['Mod+I'],
    run: ({ settings }) => settings.set({ inspectorOpen: !settings.store.getState().inspectorOpen }),
  },
  toggleCode: {
    title: words.toggleCode,
    keys: ['Mod+Shift+K'],
    run: ({ settings }) => {
      const { dockOpen, dockView } = settings.store.getState()
      const shown = dockOpen && dockView === 'code'
      settings.set({ dockOpen: true, dockView: shown ? 'training' : 'code' })
    },
  },
  toggleTrials: {
    title: words.toggleTrials,
    keys: ['R'],
    run: ({ settings }) => {
      const { dockOpen, dockView } = settings.store.getState()
      const shown = dockOpen && dockView === 'trials'
      settings.set({ dockOpen: true, dockView: shown ? 'training' : 'trials' })
    },
  },
  toggleDock: {
    title: words.toggleDock,
    keys: ['Mod+J'],
    run: ({ settings }) => settings.set({ dockOpen: !settings.store.getState().dockOpen }),
  },
})

export type CommandId = keyof typeof commands

/** Runs a command if it can be run now. */
export function runCommand(id: CommandId, stores: Stores): void {
  const command: Command = commands[id]
  if (command.can?.(stores) ?? true) command.run(stores)
}
