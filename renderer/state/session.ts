/**
 * The training worker as the window uses it: one worker, one run at a time, weights to go on from. Events of runs that
 * are no longer on show are dropped; a worker that dies is said so and replaced with the next run.
 */
import { createStore } from 'zustand/vanilla'
import { createClient, type Client } from '../../engine/session/client'
import type { Wish } from '../../engine/session/look'
import type { BackendChoice, Request, RunEvent, RunId, WeightSet } from '../../engine/session/protocol'
import { createRun, type Run } from '../../engine/session/runs'
import type { Editor } from './editor-types'
import { filesInUse } from './missing-tables'
import type {
  Learned,
  RunStatus,
  Session,
  SessionActions,
  SessionState,
  TrainMode,
  TrainOptions,
} from './session-types'

export interface SessionOptions {
  readonly editor: Editor
  startWorker(): Worker
  /** From the address; anything but a backend's name means automatic. */
  readonly choice: string | null
  /** Record and replay training steps on WebGPU; true unless said. */
  readonly capture?: boolean
  /** Asked before a training; false where something has to be done first, which was said. True unless given. */
  ready?(): boolean
  onWorkerFailure(why: string): void
}

/** Where the browser gives no reason. */
const workerUnfetched = 'Its program could not be fetched.'
const choices: readonly BackendChoice[] = ['auto', 'webgpu', 'webgl', 'wasm', 'cpu']

function initialState(choice: BackendChoice): SessionState {
  return {
    status: 'idle',
    runId: null,
    runDocument: null,
    backend: null,
    capture: null,
    precision: null,
    choice,
    backends: null,
    auto: null,
    ended: null,
    message: null,
    reopened: false,
    canContinue: false,
    findings: [],
    compared: null,
    probeEveryStep: false,
    files: [],
  }
}

export function createSession({
  editor,
  startWorker,
  choice,
  capture = true,
  ready = () => true,
  onWorkerFailure,
}: SessionOptions): Session {
  const wished = choices.find((each) => each === choice) ?? 'auto'
  const store = createStore<SessionState>(() => initialState(wished))
  const listeners = new Set<() => void>()
  let client: Client | null = null
  let run: Run | null = null
  let count = 0
  /** Between the wish to train and the worker's answer: what was there is stopped, then the next one is asked for. */
  let beginning: 'stopping' | 'asking' | null = null
  /** The start that is going on, and what was on show when it was wished for. */
  let start = { show: 0, over: Promise.resolve() }
  /** The newest run that has weights, and what it trained. */
  let trained: (Learned & { readonly run: Run }) | null = null
  /** A run that goes off show before it is over: it hears how it ended, for its tab may be gone back to. */
  let leaving: Run | null = null
  /** What the run on show is compared with. */
  let earlier: Run | null = null
  /** Weights of an earlier window, until a run has its own. */
  let adopted: (Learned & { readonly weights: WeightSet }) | null = null
  /** The node that is looked at, and the one that the worker was last told of. */
  let wish: Wish | null = null
  let told: Wish | null = null
  /** Grows when another document comes on show: a training that was wished for the last one is not begun for it. */
  let shows = 0
  /** What the last worker that failed ended of. */
  let lost: string | null = null
  /** What the worker is busy with, also when it is no longer on show. */
  let busy: { readonly id: RunId; readonly over: Promise<void>; end(): void } | null = null

  const set = (change: Partial<SessionState>) => store.setState(change)
  const tell = () => {
    for (const listener of listeners) listener()
  }

  function connect(): Client {
    if (client !== null) return client
    const worker = startWorker()
    const made = createClient({
      post: (message) => worker.postMessage(message),
      listen: (listener) =>
        worker.addEventListener('message', (event: MessageEvent) => listener(event.data as never)),
    })
    made.onEvent(take)
    worker.addEventListener('error', (event) => {
      event.preventDefault()
      worker.terminate()
      if (client !== made) return
      client = null
      // A program that could not be fetched fails without a word.
      lost = event.message || workerUnfetched
      made.fail(lost)
      // Its weights went with it.
      trained = null
      set({ status: isActive() ? 'failed' : store.getState().status, canContinue: false })
      free()
      onWorkerFailure(lost)
    })
    client = made
    return made
  }

  function isActive(): boolean {
    const { status } = store.getState()
    return status === 'starting' || status === 'running' || status === 'paused'
  }

  function occupy(id: RunId): void {
    let end = () => {}
    const over = new Promise<void>((resolve) => (end = resolve))
    busy = { id, over, end }
  }

  function free(): void {
    busy?.end()
    busy = null
  }

  function take(event: RunEvent): void {
    const isOver = event.kind === 'ended' || event.kind === 'failed'
    if (run !== null && event.run === run.id) {
      run.take(event)
      if (event.kind === 'started') {
        const { runDocument } = store.getState()
        if (runDocument !== null) trained = { run, document: runDocument }
        adopted = null
        // It was chosen while the run was being prepared.
        if (wish !== told) void actions.inspect(wish)
      }
      const change = stateAfter(event, store.getState())
      // Of a run that is stopped for the next one to begin: the window goes on starting.
      const replaced = beginning === 'stopping' && change?.status !== undefined
      if (change !== null) set(replaced ? { ...change, status: 'starting' } : change)
      tell()
    } else if (event.run === leaving?.id) leaving.take(event)
    if (isOver && event.run === busy?.id) free()
  }

  async function stopAndWait(): Promise<void> {
    const current = busy
    if (current === null || client === null) return
    // A run that ended by itself in the meantime refuses to be stopped.
    await client.request({ kind: 'stop', run: current.id }).catch(() => undefined)
    await current.over
  }

  /** Weights of the run on show, or null where there are none. */
  async function lastWeights(): Promise<WeightSet | null> {
    if (trained === null || client === null) return adopted?.weights ?? null
    return client.request({ kind: 'weights', run: trained.run.id })
  }

  function begin(id: RunId, compare: boolean): void {
    earlier = compare ? run : null
    run = createRun(id)
    tell()
  }

  async function train(mode: TrainMode, { paused = false, compare }: TrainOptions = {}): Promise<void> {
    const show = shows
    // For a document that is no longer on show, which is given up: this one waits for its turn.
    if (beginning !== null && start.show !== shows) await start.over
    if (shows !== show || beginning !== null || !editor.store.getState().analysis.ok || !ready()) return
    beginning = 'stopping'
    set({ status: 'starting', message: null })
    const over = attempt(async () => {
      await stopAndWait()
      const weights = mode === 'continue' ? await lastWeights() : null
      if (shows !== show) return
      beginning = 'asking'
      const { document, revision } = editor.store.getState()
      count += 1
      const id: RunId = `run-${count}`
      begin(id, compare !== undefined)
      occupy(id)
      set({
        status: 'starting',
        runId: id,
        runDocument: document,
        reopened: false,
        backend: null,
        capture: null,
        precision: null,
        findings: [],
        compared: compare !== undefined && earlier !== null ? compare : null,
        ended: null,
        message: null,
        canContinue: false,
      })
      const { choice: backend } = store.getState()
      const files = filesNow()
      const wanted = { revision, document, backend, files, weights, paused, capture, inspect: wish }
      told = wish
      const request = { kind: 'train', run: id, ...wanted } as const
      const answer = await connect()
        .request(request)
        .catch((error: unknown) => {
          // There is nothing to wait for, whatever is on show by now.
          if (busy?.id === id) free()
          throw error
        })
      if (!answer.accepted) free()
      // Another document came on show while this run was being prepared, when it could not be stopped yet.
      if (shows !== show) return stopAndWait()
      if (!answer.accepted)
        set({
          status: 'failed',
          message: answer.message,
          canContinue: trained !== null || adopted !== null,
        })
      // As it is wished by now: a run that was only prepared could not hear of it.
      else if (store.getState().probeEveryStep)
        await tellOf(id, { kind: 'probe-every-step', run: id, on: true })
    })
    start = { show, over }
    await over
    beginning = null
  }

  /** Refusals of the worker become the message of the run, while it is on show. */
  async function attempt(work: () => Promise<void>): Promise<void> {
    const show = shows
    try {
      await work()
    } catch (error) {
      if (shows !== show) return
      const message = error instanceof Error ? error.message : String(error)
      const starting = store.getState().status === 'starting'
      if (starting) free()
      // What ended the worker is said once, by whoever hears of its end.
      set({ ...(message === lost ? {} : { message }), ...(starting ? { status: 'failed' } : {}) })
    }
  }

  /** A request of a run, which it may refuse because it ended by itself, or was replaced, before it heard. */
  async function tellOf(id: RunId, request: Request): Promise<void> {
    try {
      await connect().request(request)
    } catch (error) {
      if (busy?.id === id && beginning === null) throw error
    }
  }

  function tellRun(kind: 'pause' | 'resume' | 'step' | 'stop'): Promise<void> {
    const { runId } = store.getState()
    if (runId === null || client === null || !isActive() || beginning !== null) return Promise.resolve()
    return attempt(() => tellOf(runId, { kind, run: runId }))
  }

  const filesNow = () => filesInUse(editor.store.getState().analysis.plan, store.getState().files)

  /** What a training would begin with. */
  const trial = () => {
    const { choice: backend } = store.getState()
    const files = filesNow()
    const { document } = editor.store.getState()
    const weights = trained === null ? (adopted?.weights ?? null) : null
    return { document, run: trained?.run.id ?? null, weights, backend, files }
  }

  const actions: SessionActions = {
    train,
    pause: () => tellRun('pause'),
    resume: () => tellRun('resume'),
    async step() {
      if (!isActive()) await train(store.getState().canContinue ? 'continue' : 'fresh', { paused: true })
      await tellRun('step')
    },
    stop: () => tellRun('stop'),
    setBackend: (next) => set({ choice: next }),
    askBackends: () =>
      attempt(async () => {
        const { available, auto } = await connect().request({ kind: 'backends' })
        set({ backends: available, auto })
      }),
    async setProbeEveryStep(on) {
      set({ probeEveryStep: on })
      const { runId } = store.getState()
      if (runId === null || !isActive()) return
      await attempt(() => tellOf(runId, { kind: 'probe-every-step', run: runId, on }))
    },
    exportModel(format) {
      const { document } = editor.store.getState()
      const from =
        trained === null
          ? ({
              kind: 'document',
              document: adopted?.document ?? document,
              weights: adopted?.weights ?? null,
            } as const)
          : ({ kind: 'run', run: trained.run.id } as const)
      return connect().request({ kind: 'export', from, format, files: filesNow() })
    },
    importModel: (given) => connect().request({ kind: 'import', files: given }),
    async inspect(next) {
      wish = next
      const { runId, status } = store.getState()
      if (runId === null || client === null || status === 'starting' || run === null || run.layout === null)
        return
      told = next
      // A node that the run has not, or a run whose weights are gone: the panel says that there is nothing to see.
      await client.request({ kind: 'inspect', run: runId, wish }).catch(() => undefined)
    },
    trace(batch) {
      const { document, run: of, weights, files } = trial()
      return connect().request({ kind: 'trace', document, run: of, weights, files, ...batch })
    },
    preflight: () => connect().request({ kind: 'preflight', ...trial() }),
    beginRateTest: (range) => connect().request({ kind: 'rate-test', ...trial(), ...range }),
    moreOfRateTest: (test) => connect().request({ kind: 'rate-test-more', test }),
    async endRateTest(test) {
      await connect().request({ kind: 'rate-test-end', test })
    },
    async rest() {
      const rests = () => store.getState().status !== 'running' && store.getState().status !== 'starting'
      if (rests()) return
      const resting = new Promise<void>((resolve) => {
        const stop = store.subscribe(() => {
          if (!rests()) return
          stop()
          resolve()
        })
      })
      await tellRun('pause')
      await resting
    },
    giveFile(node, name, bytes) {
      set({ files: [...store.getState().files.filter((file) => file.node !== node), { node, name, bytes }] })
    },
    weights: lastWeights,
    adopt(document, weights, reopened = null) {
      adopted = { document, weights, run: reopened }
      set({ canContinue: true, runDocument: document })
      if (reopened === null) return
      run = reopened
      const { ending, findings, backend, id: runId } = reopened
      set({
        reopened: true,
        runId,
        backend,
        findings,
        ...(ending === null ? {} : { status: 'ended', ended: { why: ending.why, message: ending.message } }),
      })
      tell()
    },
    clearMessage: () => set({ message: null }),
    reset() {
      shows += 1
      void stopAndWait()
      leaving = run
      run = null
      earlier = null
      trained = null
      adopted = null
      const { choice: kept, backends, auto, probeEveryStep } = store.getState()
      store.setState({ ...initialState(kept), backends, auto, probeEveryStep })
      tell()
    },
  }

  return {
    store,
    actions,
    run: () => run,
    before: () => earlier,
    learned: () => trained ?? adopted,
    onNumbers(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** How an event changes what React shows; null for those that carry numbers only. */
function stateAfter(event: RunEvent, before: SessionState): Partial<SessionState> | null {
  const active: RunStatus = before.status === 'paused' ? 'paused' : 'running'
  switch (event.kind) {
    case 'started':
      return { status: active, backend: event.backend, canContinue: true }
    case 'paused':
      return { status: 'paused', message: event.reason }
    case 'resumed':
      return { status: 'running', message: null }
    case 'recovered':
      return { backend: event.backend, capture: null, precision: null, message: event.message }
    case 'capture':
      return { capture: event.message }
    case 'precision':
      // What was asked for and cannot be had is said where it is seen.
      return { precision: event.message, ...(event.mixed ? {} : { message: event.message }) }
    case 'ended':
      return {
        status: 'ended',
        ended: { why: event.why, message: event.message },
        message: event.why === 'diverged' ? event.message : null,
        canContinue: true,
      }
    case 'failed':
      return { status: 'failed', message: event.message }
    case 'ticks':
    case 'probe':
    case 'look':
    case 'epoch':
      return null
    case 'findings':
      return { findings: event.findings }
  }
}
