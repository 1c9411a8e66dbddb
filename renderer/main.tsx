/**
 * Starts the window: stores, host, theme, first document. zod must not compile validators with `new Function`, which
 * the page's policy forbids, so that is said before anything parses.
 */
import './platform/zod-settings'
import './platform/render-count'
import { createRoot } from 'react-dom/client'
import { catalogue } from '../nodes/catalogue'
import { App } from './app'
import { CrashGuard } from './shell/crash'
import { pickFile } from './platform/pick-file'
import { connectDesktop } from './shell/desktop'
import { createBridge } from './platform/bridge'
import { downloadFile } from './platform/download'
import { createHost } from './platform/file-host'
import { createPictures } from './picture/save-pictures'
import { createLayout } from './platform/layout'
import { createRunHost } from './platform/run-host'
import { startWorker } from './platform/worker'
import { inLanguage } from './start/example-words'
import { createEditor } from './state/editor'
import { createFiles } from './state/files'
import { createKeptRun } from './state/kept-run'
import { createMoment } from './state/moment'
import { createNotices } from './state/notices'
import { createScene } from './state/scene'
import { createSession } from './state/session'
import { createSettings, type Settings } from './state/settings'
import { createStepwise } from './state/stepwise'
import { createTrials } from './state/trials'
import { createView } from './state/view'
import { createTableImport } from './state/table-import'
import { createWeightsImport } from './state/weights-import'
import { currentLanguage, languageOf, localeOf, speak } from './ui/language'
import { strings } from './ui/strings'
import type { Stores } from './ui/stores'
import './ui/tokens.css'
import './ui/base.css'

function start(): void {
  const wishes = new URLSearchParams(window.location.search)
  const bridge = createBridge()
  const settings = createSettings(storage())
  const notices = createNotices()
  followLanguage(settings)
  const editor = createEditor({
    catalogue,
    labels: strings.labels,
    get untitled() {
      return strings.app.untitled
    },
  })
  const session = createSession({
    editor,
    startWorker,
    choice: wishes.get('backend'),
    capture: wishes.get('capture') !== 'off',
    ready: () => tableImport.askFor('error'),
    onWorkerFailure: (why) => notices.error(strings.notices.workerFailed(why), 'running'),
  })
  const view = createView()
  const weightsImport = createWeightsImport({ editor, session, notices, strings })
  const tableImport = createTableImport({
    editor,
    session,
    notices,
    strings,
    catalogue,
    show: () => setTimeout(() => view.request({ kind: 'fit' }), 60),
    pick: pickFile,
    begin: () => files.newDocument(),
  })
  const files = createFiles({
    editor,
    session,
    notices,
    weightsImport,
    tableImport,
    host: createHost(bridge),
    strings,
    inLanguage,
    onOpened: (opened) => remember(settings, opened),
  })
  const stores: Stores = {
    editor,
    session,
    settings,
    notices,
    files,
    pictures: createPictures({ editor, session, settings, notices, strings, download: downloadFile }),
    weightsImport,
    tableImport,
    view,
    scene: createScene(),
    moment: createMoment(session),
    stepwise: createStepwise(editor, session),
    trials: createTrials(editor, session),
    layout: createLayout(),
  }

  followTheme(settings)
  nameWindow(stores)
  sayWhatFailed(stores)
  guardUnsaved(stores)
  window.addEventListener('focus', () => void files.checkDisk())
  const root = document.getElementById('root')
  if (root === null) throw new Error('index.html has no element with the id "root".')
  createRoot(root).render(
    <CrashGuard stores={stores}>
      <App stores={stores} />
    </CrashGuard>,
  )
  const kept = createKeptRun({
    editor,
    session,
    host: createRunHost(bridge),
    onFail: (why) => notices.error(strings.notices.runNotKept(why), null),
    onRestored: () => notices.info(strings.notices.weightsBack),
  })
  kept.watch()
  // Without them a training simply begins anew.
  const firstVisit = !settings.store.getState().welcomed
  settings.set({ welcomed: true })
  const begun = files.start(wishes.get('open'), firstVisit).then(() => kept.restore().catch(() => undefined))
  connectDesktop(stores, bridge, begun)
  void session.actions.askBackends()
}

/** The newest first, each once. */
function remember(settings: Settings, name: string): void {
  const others = settings.store.getState().recent.filter((other) => other !== name)
  settings.set({ recent: [name, ...others].slice(0, 8) })
}

/** Storage may be forbidden; then preferences last as long as the page. */
function storage(): Storage | null {
  try {
    return window.localStorage
  } catch {
    return null
  }
}

function followTheme(settings: Settings): void {
  const dark = window.matchMedia('(prefers-color-scheme: dark)')
  const more = window.matchMedia('(prefers-contrast: more)')
  const apply = () => {
    const { theme, contrast } = settings.store.getState()
    const { dataset } = document.documentElement
    dataset['theme'] = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme
    dataset['contrast'] = contrast === 'high' || (contrast === 'system' && more.matches) ? 'more' : 'usual'
  }
  apply()
  settings.store.subscribe(apply)
  for (const query of [dark, more]) query.addEventListener('change', apply)
}

function followLanguage(settings: Settings): void {
  const apply = () => {
    speak(languageOf(settings.store.getState().language, navigator.languages))
    document.documentElement.lang = localeOf[currentLanguage()]
  }
  apply()
  settings.store.subscribe(apply)
  window.addEventListener('languagechange', apply)
}

function nameWindow({ editor }: Stores): void {
  const apply = () => {
    const { document: shown, dirty } = editor.store.getState()
    document.title = `${dirty ? '• ' : ''}${shown.name} – ${strings.app.name}`
  }
  apply()
  editor.store.subscribe(apply)
}

/** Refused, failed or diverged: a sentence that stays until it is read, or the next run begins. */
function sayWhatFailed({ session, notices }: Stores): void {
  let takeBack = () => undefined as void
  session.store.subscribe((state, before) => {
    if (state.status === 'starting' && before.status !== 'starting') takeBack()
    if (state.message !== null && state.message !== before.message)
      takeBack = notices.error(state.message, 'running')
  })
}

/** Leaving asks only where work would be lost: it is unsaved, and the autosave failed. */
function guardUnsaved({ editor, files }: Stores): void {
  window.addEventListener('beforeunload', (event) => {
    if (editor.store.getState().dirty && files.store.getState().autosaveFailed) event.preventDefault()
  })
}

start()
