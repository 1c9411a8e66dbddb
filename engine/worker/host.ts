/**
 * The engine behind the protocol: takes requests, answers each once, sends events. The window's worker and the command
 * line drive this same host; neither knows tfjs. One run at a time: a second one is refused while the first goes on.
 */
import { loadData, missingValue, type LoadedData } from '../data/load-data'
import { measureSamples } from '../data/measure'
import { diagnoseGraph } from '../diagnose/diagnose'
import { evaluate } from '../evaluate/evaluate'
import type { Document } from '../graph/document'
import { importModel } from '../import/import-model'
import type {
  DiagnoseRequest,
  EvaluateRequest,
  Replies,
  Request,
  RequestKind,
  RequestMessage,
  RunEvent,
  RunId,
  TrainRequest,
  WeightSet,
  WeightSource,
  WorkerMessage,
} from '../session/protocol'
import type { PreflightRequest } from '../session/trial'
import { exporters } from './exporters'
import { createInspector, type EndedRun } from './inspect'
import { compilePlan, planOf, refused, type Machinery } from './machinery'
import { prepare } from './prepare'
import { createRun, type Run } from './run'
import { answerTrace, type Standing } from './trace'
import { createTrials } from './trial'

export interface HostOptions extends Machinery {
  readonly send: (message: WorkerMessage) => void
  /** Resolves after waiting messages were handled. */
  readonly breathe: () => Promise<void>
  /** For a screen: of probes outside the schedule only the newest of a flush goes out. */
  readonly thinProbes: boolean
  /** Milliseconds between snapshots; 10 seconds unless said. */
  readonly snapshotEvery?: number
  /** Share of a run's time that looking at a node may take; 5 % unless said. */
  readonly lookShare?: number
}

export interface Host {
  /** Answers with exactly one reply message, sent through `send`. */
  handle(message: RequestMessage): void
}

type Handlers = {
  readonly [K in RequestKind]: (request: Extract<Request, { kind: K }>) => Promise<Replies[K]>
}

/** A host on the tfjs of this thread. */
export function createHost(options: HostOptions): Host {
  const { tf, backends, send } = options
  let active: { readonly run: Run; readonly document: Document; readonly request: TrainRequest } | null = null
  let starting = false
  let finished: EndedRun | null = null
  let queue: Promise<unknown> = Promise.resolve()

  /** One after another: preparing, evaluating, exporting and looking back share the one current backend. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const done = queue.then(work, work)
    queue = done.catch(() => undefined)
    return done
  }
  /** The same, with nobody else's net on it. */
  const exclusive = <T>(work: () => Promise<T>): Promise<T> =>
    inTurn(() => {
      inspector.release()
      return work()
    })

  const trials = createTrials({ machinery: options, now: options.now })

  const runOf = (id: RunId): Run => {
    if (active?.run.id === id) return active.run
    throw new Error(
      finished?.id === id
        ? `The run ${id} has ended.`
        : `There is no run ${id} here; it may have been replaced by a newer one.`,
    )
  }

  const emit = (event: RunEvent) => {
    send({ events: [event] })
    if (event.kind === 'paused') inspector.paused()
  }
  const inspector = createInspector({
    machinery: options,
    share: options.lookShare,
    now: options.now,
    emit,
    exclusive: inTurn,
    ended: () => finished,
    going: () => {
      if (active === null) return null
      const { run } = active
      return { id: run.id, looked: () => run.looked, step: () => run.trainer.step }
    },
  })

  async function train(request: TrainRequest): Promise<Replies['train']> {
    if (active !== null || starting) return refused('A run is going on. Stop it before you train again.')
    starting = true
    try {
      await exclusive(async () => trials.end())
      const ready = await exclusive(() => prepare(options, request, 'try'))
      if (!ready.accepted) return ready
      if (ready.plan.training.every((step) => step.losses.length === 0 || step.trains.length === 0)) {
        ready.compiled.dispose()
        ready.data.dispose()
        return refused(
          'There is nothing to train: no loss reaches a weight that may move. Wire a loss behind a layer, and unfreeze one.',
        )
      }
      const run = createRun(request, ready, {
        ...options,
        machinery: options,
        emit,
        snapshotEvery: options.snapshotEvery ?? 10_000,
        before: inspector.before,
      })
      active = { run, document: request.document, request }
      inspector.begin(request.run, request.inspect ?? null)
      return { accepted: true }
    } finally {
      starting = false
    }
  }

  /** After the reply to `train` has gone out. */
  async function go(id: RunId): Promise<void> {
    if (active === null || active.run.id !== id) return
    const { run, document, request } = active
    const { weights, event } = await run.go()
    const { backend, files } = request
    finished = { id, step: run.trainer.step, document, weights, backend, files }
    active = null
    emit(event)
    inspector.over()
  }

  async function evaluateSplit(request: EvaluateRequest): Promise<Replies['evaluate']> {
    if (active !== null) return refused('A run is going on. Stop it before you evaluate.')
    const ready = await prepare(options, request, 'remembered')
    if (!ready.accepted) return ready
    const { compiled, data, document } = ready
    try {
      const missing = [...compiled.variables.keys()].find(
        (key) =>
          !Object.hasOwn(request.weights, key) ||
          request.weights[key]?.shape.join() !== compiled.variables.get(key)?.shape.join(),
      )
      if (missing !== undefined) {
        return refused(
          `The weights have no ${missing} of the shape that this graph needs. Give the weights of a run of this very graph.`,
        )
      }
      const { batchSize, seed } = document.training
      const scores = await evaluate(
        { tf, compiled, data, batchSize, seed, breathe: options.breathe, now: options.now },
        request.split,
      )
      return scores === null
        ? refused(`The split ${request.split} has no samples. Set its share on the data node.`)
        : { accepted: true, scores }
    } finally {
      compiled.dispose()
      data.dispose()
    }
  }

  /** Findings of the graph and its samples. Values that are missing are a finding and no refusal. */
  async function diagnose({ document, files }: DiagnoseRequest): Promise<Replies['diagnose']> {
    const plan = planOf(options, document)
    if ('accepted' in plan) return plan
    const { batchSize } = document.training
    if (plan.data.length === 0) return { accepted: true, findings: diagnoseGraph(plan, batchSize) }
    const loaded = await loadData(plan, files, options.readBundled)
    const missing = 'refused' in loaded ? missingValue(plan, loaded) : null
    if ('refused' in loaded && missing === null) return refused(loaded.refused)
    const samples = missing ?? measureSamples(plan, loaded as LoadedData, batchSize)
    return { accepted: true, findings: diagnoseGraph(plan, batchSize, samples) }
  }

  async function sourceOf(from: WeightSource): Promise<{ document: Document; weights: WeightSet | null }> {
    if (from.kind === 'document') return from
    if (finished?.id === from.run) return finished
    const { run, document } = active ?? {}
    if (run?.id !== from.run || document === undefined) runOf(from.run)
    return { document: document as Document, weights: await runOf(from.run).weights() }
  }

  async function exportModel({
    from,
    format,
    files = [],
  }: Extract<Request, { kind: 'export' }>): Promise<Replies['export']> {
    const { document, weights } = await sourceOf(from)
    const plan = planOf(options, document)
    if ('accepted' in plan) throw new Error(plan.message)
    if (active === null) await backends.start('cpu')
    const compiled = compilePlan(options, plan, document.training.seed, weights)
    if ('accepted' in compiled) throw new Error(compiled.message)
    try {
      const samples = async () => {
        const loaded = plan.data.length === 0 ? null : await loadData(plan, files, options.readBundled)
        return loaded === null || 'refused' in loaded ? null : loaded
      }
      const source = { document, plan, weights: await compiled.weights(), tf, compiled, samples }
      const exported = await exporters[format](source)
      if ('refused' in exported) throw new Error(exported.refused)
      return exported
    } finally {
      compiled.dispose()
    }
  }

  async function importFiles({ files }: Extract<Request, { kind: 'import' }>): Promise<Replies['import']> {
    const imported = await importModel(
      new Map(files.map(({ name, bytes }) => [name, bytes])),
      options.catalogue,
    )
    if ('refused' in imported) throw new Error(imported.refused)
    return imported
  }

  /** Where the run stands whose next step is asked for. A run that goes on would change under the hands. */
  async function standingOf(id: RunId | null): Promise<Standing | null> {
    if (id === null) return null
    if (finished?.id === id) return { weights: finished.weights, slots: [], step: 0 }
    const { trainer, weights } = runOf(id)
    if (!trainer.paused) throw new Error('The run goes on. Pause it to look at one step of it.')
    return { weights: await weights(), slots: await trainer.readSlots(), step: trainer.step }
  }

  /** Weights that a trial begins with. A training that is there would lose its device to it, and its time. */
  async function startOf({
    run,
    weights,
  }: Pick<PreflightRequest, 'run' | 'weights'>): Promise<WeightSet | null> {
    if (active !== null || starting)
      throw new Error('A run is there. Stop it before you try what a training would do.')
    return run === null ? weights : ((await standingOf(run))?.weights ?? null)
  }

  const handlers: Handlers = {
    backends: () => backends.list(),
    train,
    pause: async ({ run }) => {
      const { trainer } = runOf(run)
      trainer.pause(null)
      return { step: trainer.step }
    },
    resume: async ({ run }) => {
      const { trainer } = runOf(run)
      trainer.resume()
      return { step: trainer.step }
    },
    step: async ({ run }) => {
      const { trainer } = runOf(run)
      trainer.single()
      return { step: trainer.step }
    },
    stop: async ({ run }) => {
      const { trainer } = runOf(run)
      trainer.stop()
      return { step: trainer.step }
    },
    'probe-every-step': async ({ run, on }) => {
      runOf(run).trainer.probeEveryStep(on)
      return { on }
    },
    inspect: async ({ run, wish }) => {
      await inspector.ask(run, wish)
      return { accepted: true }
    },
    weights: async ({ run }) => (finished?.id === run ? finished.weights : runOf(run).weights()),
    diagnose,
    preflight: (request) => exclusive(async () => trials.preflight(request, await startOf(request))),
    'rate-test': (request) => exclusive(async () => trials.begin(request, await startOf(request))),
    'rate-test-more': ({ test }) => exclusive(() => trials.more(test)),
    'rate-test-end': ({ test }) =>
      exclusive(async () => {
        trials.end(test)
        return {}
      }),
    trace: (request) =>
      exclusive(async () => answerTrace(options, request, await standingOf(request.run), active !== null)),
    evaluate: (request) => exclusive(() => evaluateSplit(request)),
    export: (request) => exclusive(() => exportModel(request)),
    import: importFiles,
  }

  async function answer({ id, request }: RequestMessage): Promise<void> {
    try {
      const handler = handlers[request.kind] as (request: Request) => Promise<Replies[RequestKind]>
      const reply = await handler(request)
      send({ id, ok: true, reply })
      if (request.kind === 'train') await go(request.run)
    } catch (error) {
      send({ id, ok: false, message: error instanceof Error ? error.message : String(error) })
    }
  }

  return { handle: (message) => void answer(message) }
}
