/**
 * Everything that can be done from a key, a button or a menu, once: name, keys, whether it can be done now, and what it
 * does. Buttons, menus and the keyboard all read this table, so they cannot disagree.
 */
import { exportFormats, type ExportFormat } from '../../engine/session/protocol'
import { strings } from '../ui/strings'
import type { Stores } from '../ui/stores'
import { enterBlock } from '../state/editor-types'
import {
  contrasts,
  languages,
  overlays,
  themes,
  type Contrast,
  type LanguageWish,
  type Overlay,
  type Theme,
} from '../state/settings'
import {
  expandSelected,
  toggleFlag,
  boxes,
  ask,
  align,
  tidy,
  leave,
  cutOff,
  walk,
  copy,
  duplicate,
  paste,
  stepThrough,
  trainOrPause,
  turnOverlay,
} from './actions'
import {
  status,
  active,
  selected,
  severalTabs,
  selectedWires,
  severalNodes,
  selectedNodes,
  trainable,
  stepping,
  hasCurves,
  hasHistory,
  selectedInstance,
} from './conditions'

export interface Command {
  /** In the language of the moment. */
  title(): string
  /** `Mod` is Ctrl, or Command on a Mac. The first is shown. */
  readonly keys?: readonly string[]
  /** Works also while the caret is in a field. */
  readonly inFields?: boolean
  can?(stores: Stores): boolean
  run(stores: Stores): void
}

const words = strings.commands

function table<const K extends string>(commands: Readonly<Record<K, Command>>): Readonly<Record<K, Command>> {
  return commands
}

type ExportCommandId = `export-${ExportFormat}`

/** One command a format. */
const exportCommands = Object.fromEntries(
  exportFormats.map((format): [ExportCommandId, Command] => [
    `export-${format}`,
    {
      title: () => words.exports[format],
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
      title: () => words.overlay(strings.overlay.names[overlay]),
      keys: [`Alt+${index + 1}`],
      run: ({ settings }) => settings.set({ overlay }),
    },
  ]),
) as Readonly<Record<OverlayCommandId, Command>>

type LookCommandId = `theme-${Theme}` | `contrast-${Contrast}` | `language-${LanguageWish}`

/** How the window looks and what it speaks: a command for each choice. */
const lookCommands = Object.fromEntries<Command>([
  ...themes.map((theme): [LookCommandId, Command] => [
    `theme-${theme}`,
    {
      title: () => words.themeTo(strings.themes[theme]),
      run: ({ settings }) => settings.set({ theme }),
    },
  ]),
  ...contrasts.map((contrast): [LookCommandId, Command] => [
    `contrast-${contrast}`,
    {
      title: () => words.contrastTo(strings.contrasts[contrast]),
      run: ({ settings }) => settings.set({ contrast }),
    },
  ]),
  ...languages.map((language): [LookCommandId, Command] => [
    `language-${language}`,
    {
      title: () => words.languageTo(strings.languages[language]),
      run: ({ settings }) => settings.set({ language }),
    },
  ]),
]) as Readonly<Record<LookCommandId, Command>>

export const commands = table({
  undo: {
    title: () => words.undo,
    keys: ['Mod+Z'],
    can: ({ editor }) => editor.store.getState().undoLabel !== null,
    run: ({ editor }) => editor.actions.undo(),
  },
  redo: {
    title: () => words.redo,
    keys: ['Mod+Shift+Z', 'Mod+Y'],
    can: ({ editor }) => editor.store.getState().redoLabel !== null,
    run: ({ editor }) => editor.actions.redo(),
  },
  startPage: { title: () => words.startPage, run: ({ files }) => files.showStart() },
  history: {
    title: () => words.history,
    keys: ['Mod+Alt+Z'],
    can: ({ editor }) => editor.actions.history().labels.length > 0,
    run: ({ files }) => files.showDialog('history'),
  },
  commandPalette: {
    title: () => words.commandPalette,
    keys: ['Mod+K', 'F1'],
    inFields: true,
    run: ({ files }) => files.showDialog('commands'),
  },
  keymap: { title: () => words.keymap, keys: ['?'], run: ({ files }) => files.showDialog('keymap') },
  newDocument: { title: () => words.newDocument, run: ({ files }) => files.newDocument() },
  nextTab: {
    title: () => words.nextTab,
    keys: ['Alt+PageDown'],
    can: severalTabs,
    run: ({ files }) => files.turnTab(1),
  },
  previousTab: {
    title: () => words.previousTab,
    keys: ['Alt+PageUp'],
    can: severalTabs,
    run: ({ files }) => files.turnTab(-1),
  },
  closeTab: {
    title: () => words.closeTab,
    keys: ['Alt+W'],
    run: ({ files }) => files.closeTab(files.tabs.getState().active),
  },
  open: { title: () => words.open, keys: ['Mod+O'], inFields: true, run: ({ files }) => files.showOpen() },
  save: { title: () => words.save, keys: ['Mod+S'], inFields: true, run: ({ files }) => void files.save() },
  saveAs: {
    title: () => words.saveAs,
    keys: ['Mod+Shift+S'],
    inFields: true,
    run: ({ files }) => files.showSaveAs(),
  },
  download: { title: () => words.download, run: ({ files }) => files.downloadCopy() },
  ...exportCommands,
  graphSvg: { title: () => words.pictures.graphSvg, run: ({ pictures }) => void pictures.saveGraph('svg') },
  graphPng: { title: () => words.pictures.graphPng, run: ({ pictures }) => void pictures.saveGraph('png') },
  curvesPng: {
    title: () => words.pictures.curvesPng,
    can: hasCurves,
    run: ({ pictures }) => void pictures.saveCurves('png'),
  },
  curvesCsv: {
    title: () => words.pictures.curvesCsv,
    can: hasCurves,
    run: ({ pictures }) => void pictures.saveCurves('csv'),
  },

  trainOrPause: {
    title: () => words.trainOrPause,
    keys: ['Space', 'Mod+Enter'],
    can: (stores) => status(stores) !== 'starting' && (active(stores) || trainable(stores)),
    run: trainOrPause,
  },
  restart: {
    title: () => words.restart,
    keys: ['Mod+Shift+Enter'],
    can: (stores) => status(stores) !== 'starting' && trainable(stores),
    run: ({ session }) => void session.actions.train('fresh'),
  },
  continueRun: {
    title: () => words.continueRun,
    can: (stores) =>
      status(stores) !== 'starting' && trainable(stores) && stores.session.store.getState().canContinue,
    run: ({ session }) => void session.actions.train('continue'),
  },
  step: {
    title: () => words.step,
    keys: ['.'],
    can: (stores) =>
      status(stores) !== 'starting' &&
      status(stores) !== 'running' &&
      (status(stores) === 'paused' || trainable(stores)),
    run: ({ session }) => void session.actions.step(),
  },
  stop: {
    title: () => words.stop,
    keys: ['Mod+.'],
    can: active,
    run: ({ session }) => void session.actions.stop(),
  },
  everyStep: {
    title: () => words.everyStep,
    run: ({ session }) => void session.actions.setProbeEveryStep(!session.store.getState().probeEveryStep),
  },

  ...overlayCommands,
  nextOverlay: { title: () => words.nextOverlay, keys: ['G'], run: (stores) => turnOverlay(stores, 1) },
  previousOverlay: {
    title: () => words.previousOverlay,
    keys: ['Shift+G'],
    run: (stores) => turnOverlay(stores, -1),
  },
  playTime: {
    title: () => words.playTime,
    keys: ['K'],
    can: hasHistory,
    run: ({ moment }) => moment.play(!moment.playing),
  },
  earlier: { title: () => words.earlier, keys: ['['], can: hasHistory, run: ({ moment }) => moment.move(-1) },
  later: { title: () => words.later, keys: [']'], can: hasHistory, run: ({ moment }) => moment.move(1) },
  live: {
    title: () => words.live,
    keys: ['L'],
    can: ({ moment }) => moment.step !== null,
    run: ({ moment }) => moment.show(null),
  },

  stepThrough: {
    title: () => words.stepThrough,
    keys: ['T'],
    can: (stores) => stepping(stores) || (status(stores) !== 'starting' && trainable(stores)),
    run: stepThrough,
  },
  leaveSteps: {
    title: () => words.leaveSteps,
    keys: ['Escape'],
    can: stepping,
    run: ({ stepwise }) => stepwise.close(),
  },
  nextStop: {
    title: () => words.nextStop,
    keys: ['ArrowRight'],
    can: stepping,
    run: ({ stepwise }) => stepwise.go(stepwise.store.getState().at + 1),
  },
  previousStop: {
    title: () => words.previousStop,
    keys: ['ArrowLeft'],
    can: stepping,
    run: ({ stepwise }) => stepwise.go(stepwise.store.getState().at - 1),
  },
  firstStop: {
    title: () => words.firstStop,
    keys: ['Home'],
    can: stepping,
    run: ({ stepwise }) => stepwise.go(0),
  },
  lastStop: {
    title: () => words.lastStop,
    keys: ['End'],
    can: stepping,
    run: ({ stepwise }) => stepwise.go(Infinity),
  },

  delete: {
    title: () => words.delete,
    keys: ['Delete', 'Backspace'],
    can: selected,
    run: ({ editor }) => editor.actions.removeSelection(),
  },
  deleteWithWires: {
    title: () => words.deleteWithWires,
    keys: ['Shift+Delete', 'Shift+Backspace'],
    can: selectedNodes,
    run: ({ editor }) => editor.actions.removeSelection({ heal: false }),
  },
  cutOff: { title: () => words.cutOff, keys: ['X'], can: selectedNodes, run: cutOff },
  addNode: { title: () => words.addNode, keys: ['A', 'Tab'], run: ask('add') },
  connect: { title: () => words.connect, keys: ['C'], can: selectedNodes, run: ask('connect') },
  replace: { title: () => words.replace, keys: ['R'], can: selectedNodes, run: ask('replace') },
  quickFix: {
    title: () => words.quickFix,
    keys: ['Q'],
    can: (stores) => selectedNodes(stores) || selectedWires(stores),
    run: ask('fix'),
  },
  reroute: {
    title: () => words.reroute,
    keys: ['Shift+R'],
    can: selectedWires,
    run: ({ editor, scene }) => {
      const [wire] = editor.store.getState().selection.wires
      const at = wire === undefined ? undefined : scene.wires.get(wire)
      if (wire !== undefined && at !== undefined) editor.actions.reroute(wire, [at.x - 10, at.y - 10])
    },
  },
  duplicateWired: {
    title: () => words.duplicateWired,
    keys: ['Mod+Shift+D'],
    can: selectedNodes,
    run: (stores) => duplicate(stores, true),
  },
  duplicate: {
    title: () => words.duplicate,
    keys: ['Mod+D'],
    can: selectedNodes,
    run: (stores) => duplicate(stores, false),
  },
  copy: { title: () => words.copy, keys: ['Mod+C'], can: selectedNodes, run: (stores) => void copy(stores) },
  cut: {
    title: () => words.cut,
    keys: ['Mod+X'],
    can: selectedNodes,
    run: (stores) => void copy(stores).then((done) => done && stores.editor.actions.removeSelection()),
  },
  paste: { title: () => words.paste, keys: ['Mod+V'], run: (stores) => void paste(stores) },
  selectAll: {
    title: () => words.selectAll,
    keys: ['Mod+A'],
    run: ({ editor }) => editor.actions.selectAll(),
  },
  clearSelection: {
    title: () => words.clearSelection,
    keys: ['Escape'],
    can: (stores) => selected(stores) || stores.editor.store.getState().open.trail.length > 0,
    // With nothing selected, Escape leads out of a block.
    run: (stores) => (selected(stores) ? stores.editor.actions.select({}) : leave(stores)),
  },
  freeze: {
    title: () => words.freeze,
    keys: ['F'],
    can: selectedNodes,
    run: (stores) => toggleFlag(stores, 'frozen'),
  },
  bypass: {
    title: () => words.bypass,
    keys: ['B'],
    can: selectedNodes,
    run: (stores) => toggleFlag(stores, 'bypass'),
  },
  disable: {
    title: () => words.disable,
    keys: ['M'],
    can: selectedNodes,
    run: (stores) => toggleFlag(stores, 'disabled'),
  },

  makeBlock: {
    title: () => words.makeBlock,
    keys: ['Mod+G'],
    can: selectedNodes,
    run: ({ editor }) => void editor.actions.makeBlock(strings.inspector.defaultBlock),
  },
  expandBlock: {
    title: () => words.expandBlock,
    keys: ['Mod+Shift+G'],
    can: (stores) => selectedInstance(stores) !== null,
    run: expandSelected,
  },

  enterBlock: {
    title: () => words.enterBlock,
    keys: ['E'],
    can: (stores) => selectedInstance(stores) !== null,
    run: (stores) => {
      const id = selectedInstance(stores)
      if (id !== null) enterBlock(stores.editor, id)
    },
  },
  leaveBlock: {
    title: () => words.leaveBlock,
    keys: ['Shift+E'],
    can: ({ editor }) => editor.store.getState().open.trail.length > 0,
    run: leave,
  },

  frame: {
    title: () => words.frame,
    keys: ['Shift+F'],
    can: selectedNodes,
    run: (stores) =>
      void stores.editor.actions.addFrame({ around: [...boxes(stores).values()], at: stores.view.centre() }),
  },
  addNote: {
    title: () => words.addNote,
    keys: ['N'],
    run: ({ editor, view }) => {
      const [x, y] = view.pointer() ?? view.centre()
      editor.actions.addFrame({ around: [], at: [x - 110, y - 60], text: '' })
    },
  },
  alignLeft: { title: () => words.alignLeft, keys: ['Alt+ArrowLeft'], can: severalNodes, run: align('left') },
  alignRight: {
    title: () => words.alignRight,
    keys: ['Alt+ArrowRight'],
    can: severalNodes,
    run: align('right'),
  },
  alignTop: { title: () => words.alignTop, keys: ['Alt+ArrowUp'], can: severalNodes, run: align('top') },
  alignBottom: {
    title: () => words.alignBottom,
    keys: ['Alt+ArrowDown'],
    can: severalNodes,
    run: align('bottom'),
  },
  alignMiddle: { title: () => words.alignMiddle, keys: ['Alt+M'], can: severalNodes, run: align('middle') },
  distributeAcross: {
    title: () => words.distributeAcross,
    keys: ['Alt+H'],
    can: severalNodes,
    run: (stores) => stores.editor.actions.distribute(boxes(stores), 'across'),
  },
  distributeDown: {
    title: () => words.distributeDown,
    keys: ['Alt+V'],
    can: severalNodes,
    run: (stores) => stores.editor.actions.distribute(boxes(stores), 'down'),
  },
  tidy: { title: () => words.tidy, keys: ['Shift+T'], run: (stores) => void tidy(stores) },

  walkForth: {
    title: () => words.walkForth,
    keys: ['Mod+ArrowRight'],
    run: (stores) => walk(stores, 'forth'),
  },
  walkBack: { title: () => words.walkBack, keys: ['Mod+ArrowLeft'], run: (stores) => walk(stores, 'back') },
  walkUp: { title: () => words.walkUp, keys: ['Mod+ArrowUp'], run: (stores) => walk(stores, 'up') },
  walkDown: { title: () => words.walkDown, keys: ['Mod+ArrowDown'], run: (stores) => walk(stores, 'down') },

  fit: { title: () => words.fit, keys: ['Shift+1', '1'], run: ({ view }) => view.request({ kind: 'fit' }) },
  fitSelection: {
    title: () => words.fitSelection,
    keys: ['Shift+2', '2'],
    can: selectedNodes,
    run: ({ view }) => view.request({ kind: 'fit-selection' }),
  },
  zoomIn: {
    title: () => words.zoomIn,
    keys: ['+', '='],
    run: ({ view }) => view.request({ kind: 'zoom-in' }),
  },
  zoomOut: { title: () => words.zoomOut, keys: ['-'], run: ({ view }) => view.request({ kind: 'zoom-out' }) },
  zoomReset: {
    title: () => words.zoomReset,
    keys: ['0'],
    run: ({ view }) => view.request({ kind: 'zoom-reset' }),
  },

  outline: {
    title: () => words.outline,
    keys: ['O'],
    run: ({ settings }) => {
      settings.set({ paletteOpen: true, leftView: 'outline' })
      // After it is there.
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>('.outline [role=treeitem][tabindex="0"]')?.focus(),
      )
    },
  },
  blocks: {
    title: () => words.blocks,
    run: ({ settings }) => settings.set({ paletteOpen: true, leftView: 'blocks' }),
  },
  search: {
    title: () => words.search,
    keys: ['/', 'Mod+F'],
    run: ({ settings }) => {
      settings.set({ paletteOpen: true, leftView: 'blocks' })
      requestAnimationFrame(() => document.getElementById('palette-search')?.focus())
    },
  },
  togglePalette: {
    title: () => words.togglePalette,
    keys: ['Mod+B'],
    run: ({ settings }) => settings.set({ paletteOpen: !settings.store.getState().paletteOpen }),
  },
  toggleInspector: {
    title: () => words.toggleInspector,
    keys: ['Mod+I'],
    run: ({ settings }) => settings.set({ inspectorOpen: !settings.store.getState().inspectorOpen }),
  },
  toggleCode: {
    title: () => words.toggleCode,
    keys: ['Mod+Shift+K'],
    run: ({ settings }) => {
      const { dockOpen, dockView } = settings.store.getState()
      const shown = dockOpen && dockView === 'code'
      settings.set({ dockOpen: true, dockView: shown ? 'training' : 'code' })
    },
  },
  toggleTrials: {
    title: () => words.toggleTrials,
    keys: ['R'],
    run: ({ settings }) => {
      const { dockOpen, dockView } = settings.store.getState()
      const shown = dockOpen && dockView === 'trials'
      settings.set({ dockOpen: true, dockView: shown ? 'training' : 'trials' })
    },
  },
  toggleDock: {
    title: () => words.toggleDock,
    keys: ['Mod+J'],
    run: ({ settings }) => settings.set({ dockOpen: !settings.store.getState().dockOpen }),
  },
  ...lookCommands,
})

export type CommandId = keyof typeof commands

/** Runs a command if it can be run now. */
export function runCommand(id: CommandId, stores: Stores): void {
  const command: Command = commands[id]
  if (command.can?.(stores) ?? true) command.run(stores)
}
