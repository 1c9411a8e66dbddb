/**
 * The window: header, blocks, canvas, inspector, dock, progress strip. Each part renders by itself from the stores;
 * this file only says where it stands.
 */
import { useEffect, type CSSProperties } from 'react'
import { useStore } from 'zustand'
import { Canvas } from './canvas/canvas'
import { listenToKeys } from './commands/keys'
import { CodePanel } from './code/code-panel'
import { Findings } from './diagnose/findings'
import { Inspector } from './inspector/inspector'
import { Outline } from './outline/outline'
import { Overlay } from './overlay/overlay'
import { Palette } from './palette/palette'
import { Problems } from './problems/problems'
import { TrialsPanel } from './rate-test/panel'
import { DepthChart } from './run/depth-chart'
import { droppedFiles } from './platform/dropped-files'
import { LossChart, MetricChart } from './run/loss-chart'
import { Dialogs } from './shell/dialogs'
import { Header } from './shell/header'
import { NoticeList } from './shell/notices'
import { RunStrip } from './shell/run-strip'
import { Splitter } from './shell/splitter'
import { StartPage } from './start/start-page'
import { Tabs } from './shell/tabs'
import { isTrainable } from './state/editor-types'
import { initialSizes } from './state/settings'
import { strings } from './ui/strings'
import { readFiles } from './ui/file-button'
import { StepwiseOverlay } from './stepwise/overlay'
import { StepwisePanel } from './stepwise/panel'
import { StoresProvider, useEditor, useSettings, useStepwise, useStores, type Stores } from './ui/stores'
import { useLanguage } from './ui/use-language'
import { useMissingTables } from './ui/use-missing-tables'
import './shell/shell.css'

export function App({ stores }: { readonly stores: Stores }) {
  useEffect(() => listenToKeys(stores), [stores])
  return (
    <StoresProvider stores={stores}>
      <Window />
    </StoresProvider>
  )
}

const words = strings.panels

function Window() {
  // Everything below is drawn anew in another language.
  useLanguage()
  const paletteOpen = useSettings((state) => state.paletteOpen)
  const inspectorOpen = useSettings((state) => state.inspectorOpen)
  const dockOpen = useSettings((state) => state.dockOpen)
  const stepping = useStepwise((state) => state.open)
  return (
    <div className="window" onDragOver={allowFiles} onDrop={useFileDrop()}>
      <Header />
      <div className="body">
        {paletteOpen && <Side place="left" />}
        <main className="stage" aria-label={words.canvas}>
          <Tabs />
          <div className="stage-canvas">
            <Canvas>{stepping ? <StepwiseOverlay /> : <Overlay />}</Canvas>
            <NoticeList />
          </div>
        </main>
        {inspectorOpen && <Side place="right" />}
      </div>
      {dockOpen || stepping ? <Dock /> : <div />}
      <RunStrip />
      <Dialogs />
      <Start />
    </div>
  )
}

function Start() {
  const { files } = useStores()
  const shown = useStore(files.store, (state) => state.dialog === 'start')
  return shown ? <StartPage /> : null
}

function Side({ place }: { readonly place: 'left' | 'right' }) {
  const left = place === 'left'
  const setting = left ? 'paletteWidth' : 'inspectorWidth'
  const width = useMovedSize(setting)
  const label = left ? words.palette : words.inspector
  return (
    <aside className={`panel panel-${place}`} style={{ width } satisfies CSSProperties} aria-label={label}>
      {left ? <LeftPanel /> : <Inspector />}
      <Splitter
        setting={setting}
        label={label}
        grows={left ? 'right' : 'left'}
        min={left ? 160 : 220}
        max={left ? 400 : 520}
      />
    </aside>
  )
}

/** What somebody made of a panel's edge; undefined while the style sheet decides. */
function useMovedSize(setting: keyof typeof initialSizes): number | undefined {
  return useSettings((state) => (state[setting] === initialSizes[setting] ? undefined : state[setting]))
}

/** Blocks to add, or the graph as an outline. */
function LeftPanel() {
  const view = useSettings((state) => state.leftView)
  const { settings } = useStores()
  const views = ['blocks', 'outline'] as const
  return (
    <div className="left-panel">
      <div className="left-tabs" role="group" aria-label={words.leftViews}>
        {views.map((each) => (
          <button
            key={each}
            type="button"
            className="button button-quiet"
            aria-pressed={view === each}
            onClick={() => settings.set({ leftView: each })}
          >
            {strings.commands[each]}
          </button>
        ))}
      </div>
      {view === 'blocks' ? <Palette /> : <Outline />}
    </div>
  )
}

function Dock() {
  const height = useMovedSize('dockHeight')
  const view = useSettings((state) => state.dockView)
  const stepping = useStepwise((state) => state.open)
  const complete = useMissingTables().length === 0
  const sound = useEditor(isTrainable) && complete
  if (stepping || view !== 'training') {
    // What stands in the way of these panels stands beside them.
    return (
      <section
        className="dock dock-code"
        data-beside={!sound}
        style={{ height } satisfies CSSProperties}
        aria-label={words.dock}
      >
        <Splitter setting="dockHeight" label={words.dock} grows="up" min={120} max={640} />
        {stepping ? <StepwisePanel /> : view === 'code' ? <CodePanel /> : <TrialsPanel />}
        {!sound && (
          <div className="dock-part dock-stack dock-beside">
            <Problems />
          </div>
        )}
      </section>
    )
  }
  return (
    <section className="dock" style={{ height } satisfies CSSProperties} aria-label={words.dock}>
      <Splitter setting="dockHeight" label={words.dock} grows="up" min={120} max={640} />
      <div className="dock-part">
        <LossChart />
      </div>
      <div className="dock-part">
        <MetricChart />
      </div>
      <div className="dock-part">
        <DepthChart />
      </div>
      <div className="dock-part dock-stack">
        <Findings />
        <Problems />
      </div>
    </section>
  )
}

interface FileDrag {
  readonly dataTransfer: DataTransfer
  preventDefault(): void
}

function allowFiles(event: FileDrag): void {
  if (event.dataTransfer.types.includes('Files')) event.preventDefault()
}

/** A graph or model dropped anywhere is opened; left to the browser, the file would take the window's place. */
function useFileDrop(): (event: FileDrag) => void {
  const { files } = useStores()
  return (event) => {
    if (event.dataTransfer.files.length === 0) return
    event.preventDefault()
    void droppedFiles(event.dataTransfer)
      .then(readFiles)
      .then((read) => files.openFiles(read))
  }
}
