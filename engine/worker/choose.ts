/**
 * Which backend `auto` takes for a graph, found out by trying: each candidate computes a small batch of this very graph,
 * forwards and back, and must say what plain JavaScript says; of a GPU and WebAssembly, where both are right and the net
 * is small enough for the two to be close, the one whose steps are faster. All of it in about a second, once for each
 * graph and machine. A backend that was asked for by name is taken as it is.
 */
import { analyse } from '../analyse/analyse'
import type { Plan, PlanStep, Source } from '../analyse/plan'
import { backendWords, untried, type Candidate, type StartedBackend, type Verdict } from '../backend/start'
import type { Compiled } from '../compile/compile'
import { uploadData } from '../data/device-data'
import type { LoadedData } from '../data/load-data'
import type { Document, Path } from '../graph/document'
import type { BackendChoice, BackendName } from '../session/protocol'
import {
  compareSoundings,
  firstSamples,
  firstThatThrows,
  soundGraph,
  type Fault,
  type Sounding,
} from '../train/sounding'
import { timeSteps } from '../train/time-steps'
import type { Catalogue } from '../../nodes/kit/define'
import { compilePlan, type Machinery } from './machinery'

interface Tried {
  readonly document: Document
  readonly plan: Plan
  readonly loaded: LoadedData
}

/** Milliseconds for one small batch of the reference, at most. */
const soundingTime = 300
/** Milliseconds for the timed steps of one candidate. */
const timingTime = 200
/** Milliseconds after which nothing further is begun. */
const mostTime = 1000
/** Milliseconds after which a device that has not answered is given up. */
const longestSilence = 10_000
/** A step that WebAssembly needs longer for is one for the GPU, without asking. */
const slowStep = 100
/** More samples tell no more, and fewer make batch norms tremble. */
const mostSamples = 8

/** Multiply-adds a millisecond, roughly, of an old machine. */
const rates = {
  cpu: { convolution: 3e4, other: 2e5 },
  wasm: { convolution: 2e6, other: 3e6 },
} as const
type Reference = keyof typeof rates
/** Milliseconds for one place of a sequence in a recurrent layer, forwards and back. */
const recurrentPlace = { cpu: 0.5, wasm: 1 } as const
const recurrent: readonly string[] = [
  'lstm',
  'gru',
  'simple-rnn',
  'bidirectional',
  'stacked-rnn',
  'conv-lstm2d',
]

/** Milliseconds of a pass forwards and back over so many samples. */
function millisecondsOf(plan: Plan, samples: number, on: Reference): number {
  const places = ({ definition, inputSpecs }: PlanStep): number => {
    if (!recurrent.includes(definition.type)) return 0
    const [x] = [inputSpecs['x']].flat()
    const length = x?.shape[1]
    return typeof length === 'number' ? length : 1
  }
  return plan.steps.reduce((sum, step) => {
    const rate = rates[on][step.definition.family === 'conv' ? 'convolution' : 'other']
    return sum + (3 * samples * step.multiplyAdds) / rate + places(step) * recurrentPlace[on]
  }, 0)
}

/** What has to agree for a verdict to stand. */
function keyOf({ plan, document }: Tried, candidates: readonly Candidate[]): string {
  const steps = plan.steps.map(
    ({ path, definition, params, inputs, inputSpecs, sharesWeightsOf, frozen }) => {
      const ends = Object.entries(inputs).map(([port, from]) => [
        port,
        [from].flat().map((source: Source) => `${source.path}:${source.port}`),
      ])
      // A data node is what it gives, not every sample that is written in it.
      const settings = definition.role === 'data' ? null : params
      return [path, definition.type, settings, ends, inputSpecs, sharesWeightsOf, frozen]
    },
  )
  const { batchSize, steps: training } = document.training
  return JSON.stringify([
    steps,
    plan.data.map((path) => plan.byPath.get(path)?.outputs),
    batchSize,
    // Rates, schedules and how long it goes on change nothing of what a step computes.
    training.map(({ losses, trains, every, optimiser }) => [losses, trains, every, optimiser.kind]),
    candidates,
  ])
}

/** Widths of layers made smaller, which keeps every operation; null where the graph does not hold together then. */
function narrowed({ document, plan }: Tried, by: number, catalogue: Catalogue): Plan | null {
  const ends = new Set(
    plan.steps
      .filter(({ definition }) => ['loss', 'metric', 'output'].includes(definition.role))
      .flatMap(({ inputs }) => Object.values(inputs).flat())
      .map(({ path }) => path),
  )
  const narrow = (nodes: Document['nodes'], keeps: (id: string) => boolean): Document['nodes'] =>
    Object.fromEntries(
      Object.entries(nodes).map(([id, node]) => {
        if (keeps(id)) return [id, node]
        const params = Object.fromEntries(
          Object.entries(node.params).map(([key, value]) => [
            key,
            (key === 'units' || key === 'filters') && typeof value === 'number'
              ? Math.ceil(value / by)
              : value,
          ]),
        )
        return [id, { ...node, params }]
      }),
    )
  const blocks = Object.fromEntries(
    Object.entries(document.blocks).map(([id, block]) => [
      id,
      { ...block, nodes: narrow(block.nodes, () => false) },
    ]),
  )
  const made = analyse(
    { ...document, nodes: narrow(document.nodes, (id) => ends.has(id)), blocks },
    catalogue,
  )
  return made.ok ? made.plan : null
}

interface Trial {
  readonly plan: Plan
  readonly samples: LoadedData
  readonly reference: Reference
}

/** The graph as it is with a few samples, else a narrower one, on plain JavaScript, else on WebAssembly. */
function trialOf(tried: Tried, references: readonly Reference[], catalogue: Catalogue): Trial | null {
  const { plan, loaded, document } = tried
  const there = Math.min(mostSamples, document.training.batchSize, loaded.rows.train.length)
  const counts = [there, 4, 2].filter((count) => count <= there)
  for (const reference of references)
    for (const by of [1, 4, 16, 64]) {
      const one = by === 1 ? plan : narrowed(tried, by, catalogue)
      if (one === null) continue
      const count = counts.find((samples) => millisecondsOf(one, samples, reference) <= soundingTime)
      if (count !== undefined) return { plan: one, samples: firstSamples(loaded, count), reference }
    }
  return null
}

function titleOf(plan: Plan, path: Path): string {
  return plan.byPath.get(path)?.definition.title ?? 'unknown'
}

function wordsOf(error: unknown): string {
  const [first = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return first.replace(/\.+$/, '')
}

/** A device that was lost or says nothing any more, as a sentence without its end: no fault of the graph's. */
class DeviceGone extends Error {}

/** Listens to a device while something is tried on it. */
function guard({ watch }: StartedBackend, who: string) {
  const found: { lost: string | null; silent: string | null; complaint: string | null } = {
    lost: null,
    silent: null,
    complaint: null,
  }
  let leave: (error: DeviceGone) => void
  // A read on a lost device may never settle.
  const gone = new Promise<never>((_, reject) => (leave = reject))
  gone.catch(() => undefined)
  const timer = setTimeout(() => {
    found.silent = `${who} gave no answer within ${longestSilence / 1000} s`
    leave(new DeviceGone(found.silent))
  }, longestSilence)
  const stop = watch(({ kind, message }) => {
    if (kind === 'error') {
      found.complaint ??= message
      return
    }
    found.lost ??= `${who} was lost while this graph was tried (${wordsOf(message)})`
    leave(new DeviceGone(found.lost))
  })
  const end = () => {
    clearTimeout(timer)
    stop()
  }
  return { found, gone, end }
}
type Guard = ReturnType<typeof guard>

/**
 * Does something on a backend, and once more on a new one where its device is lost: it may have been for long.
 * Throws `DeviceGone` where that is lost too, or does not answer.
 */
async function onDevice<T>(
  { backends }: Machinery,
  candidate: Candidate,
  work: (on: Guard) => Promise<T>,
): Promise<T> {
  for (let again = false; ; again = true) {
    const watched = guard(await backends.start(candidate.name), nameOf(candidate))
    const { found } = watched
    try {
      const done = await work(watched)
      if (found.lost === null) return done
    } catch (error) {
      if (found.lost === null && found.silent === null) throw error
    } finally {
      watched.end()
    }
    backends.discard(candidate.name)
    if (again || found.lost === null) throw new DeviceGone(found.lost ?? found.silent ?? '')
  }
}

/** The graph sounded on the current backend, or why it cannot be; `who`: what the backend is called. */
async function sound(
  machinery: Machinery,
  { plan, samples }: Trial,
  seed: number,
  who: string,
  gone: Promise<never>,
): Promise<Sounding | string> {
  const { tf } = machinery
  let compiled: Compiled | null = null
  try {
    const made = compilePlan(machinery, plan, seed, null)
    if ('accepted' in made) return `${who} cannot build this graph (${made.message})`
    compiled = made
    return await soundGraph({ tf, compiled, samples, seed, gone })
  } catch (error) {
    if (error instanceof DeviceGone) throw error
    const why = wordsOf(error)
    if (compiled === null) return `${who} cannot build this graph (${why})`
    const path = firstThatThrows({ tf, compiled, samples, seed })
    return path === null
      ? `${who} cannot compute this graph on the way back (${why})`
      : `${who} cannot compute this graph at the node ${path}, a ${titleOf(plan, path)} (${why})`
  } finally {
    compiled?.dispose()
  }
}

function percent(share: number): string {
  if (!Number.isFinite(share) || share > 10) return '> 1000 %'
  return `${share < 0.1 ? (100 * share).toPrecision(1) : Math.round(100 * share)} %`
}

function faultWords(who: string, { plan, reference }: Trial, { path, of, name, off }: Fault): string {
  const title = titleOf(plan, path)
  const right = backendWords[reference]
  return of === 'output'
    ? `${who} computes this graph wrongly: the output ${name} of the node ${path}, a ${title}, is off by ${percent(off)} from ${right}`
    : `${who} computes this graph wrongly: the gradient of ${name} of the node ${path}, a ${title}, is off by ${percent(off)} from ${right}`
}

function nameOf({ name, adapter }: Candidate): string {
  return adapter === null ? backendWords[name] : `${backendWords[name]} (${adapter.name})`
}

/** Null where this backend is right, else a sentence without its end. Throws `DeviceGone`. */
async function fault(
  machinery: Machinery,
  candidate: Candidate,
  trial: Trial,
  wanted: Sounding,
  seed: number,
): Promise<string | null> {
  const who = nameOf(candidate)
  try {
    return await onDevice(machinery, candidate, async ({ gone, found }) => {
      const got = await sound(machinery, trial, seed, who, gone)
      if (typeof got === 'string') return got
      const part = compareSoundings(wanted, got)
      if (found.complaint !== null)
        return `${who} reports an error with this graph (${wordsOf(found.complaint)})`
      return part === null ? null : faultWords(who, trial, part)
    })
  } catch (error) {
    if (error instanceof DeviceGone) throw error
    return `${who} would not start (${wordsOf(error)})`
  }
}

/** Milliseconds of a whole step on a backend; null where it cannot be run. Throws `DeviceGone`. */
async function stepTime(
  machinery: Machinery,
  candidate: Candidate,
  { document, plan, loaded }: Tried,
): Promise<number | null> {
  const { tf, now } = machinery
  const { training } = document
  const { batchSize, seed } = training
  try {
    return await onDevice(machinery, candidate, async ({ gone }) => {
      const held: { dispose(): void }[] = []
      try {
        const compiled = compilePlan(machinery, plan, seed, null)
        if ('accepted' in compiled) return null
        held.push(compiled)
        const data = uploadData(tf, firstSamples(loaded, 2 * batchSize), batchSize, seed)
        held.push(data)
        return await timeSteps({ tf, compiled, data, training, now, patience: timingTime, gone })
      } finally {
        for (const one of held) one.dispose()
      }
    })
  } catch (error) {
    if (error instanceof DeviceGone) throw error
    return null
  }
}

function shown(milliseconds: number): string {
  return `${milliseconds >= 100 ? Math.round(milliseconds) : milliseconds.toPrecision(2)} ms`
}

interface Judged {
  readonly verdict: Verdict
  /** It holds for the graph, and not only for what became of a device this time. */
  readonly lasting: boolean
}

/** Tries the graph on every candidate but the last resort. */
async function judge(machinery: Machinery, tried: Tried, candidates: readonly Candidate[]): Promise<Judged> {
  const { backends, now, catalogue } = machinery
  const { seed, batchSize } = tried.document.training
  const begun = now()
  const isLate = () => now() - begun > mostTime
  const over = new Map<BackendName, string>()
  let lasting = true
  const judged = (words: string): Judged => ({ verdict: { over, words }, lasting })
  const others = candidates.filter(({ name }) => name !== 'cpu')
  const gpus = others.filter(({ name }) => name !== 'wasm')
  const references = (['cpu', 'wasm'] as const).filter(
    // WebAssembly cannot vouch for itself.
    (name) => candidates.some((one) => one.name === name) && (name === 'cpu' || gpus.length > 0),
  )
  const trial = trialOf(tried, references, catalogue)
  if (trial === null) return judged(others.length === 0 ? '' : 'Too large a graph to be tried first.')
  const right: Candidate[] = []
  let anyTried = false
  const isRight = (wanted: BackendName) => right.some(({ name }) => name === wanted)
  const reference = guard(await backends.start(trial.reference), backendWords[trial.reference])
  const wanted = await sound(machinery, trial, seed, backendWords[trial.reference], reference.gone).finally(
    reference.end,
  )
  if (typeof wanted === 'string') return judged('')
  for (const candidate of others) {
    const { name } = candidate
    if (name === trial.reference) continue
    // One GPU that is right is enough: the second is the same device, and slower.
    if (name === 'webgl' && isRight('webgpu')) continue
    // What the reference said was not computed for nothing: one is always held against it.
    if (anyTried && isLate()) {
      // Nothing of a GPU is trusted untried where another one has just failed.
      if (name === 'webgl' && over.has('webgpu'))
        over.set(name, `${nameOf(candidate)} was not tried, for lack of time`)
      continue
    }
    anyTried = true
    try {
      const found = await fault(machinery, candidate, trial, wanted, seed)
      if (found === null) right.push(candidate)
      else over.set(name, found)
    } catch (error) {
      lasting = false
      over.set(name, wordsOf(error))
    }
  }
  const tested =
    right.length === 0 ? '' : `Tried on this graph, it agrees with ${backendWords[trial.reference]}.`
  const gpu = gpus.find(({ name }) => isRight(name))
  const wasm = right.find(({ name }) => name === 'wasm')
  const close = 3 * batchSize * tried.plan.multiplyAdds <= slowStep * rates.wasm.convolution
  if (gpu === undefined || wasm === undefined || !close || isLate()) return judged(tested)
  const second = await stepTime(machinery, wasm, tried)
  if (second === null || isLate()) return judged(tested)
  let first: number | null
  try {
    first = await stepTime(machinery, gpu, tried)
  } catch (error) {
    lasting = false
    over.set(gpu.name, wordsOf(error))
    return judged(tested)
  }
  if (first === null) return judged(tested)
  if (second < first) {
    over.set(
      gpu.name,
      `${nameOf(gpu)} takes ${shown(first)} a step of this graph, WebAssembly ${shown(second)}`,
    )
    if (gpu.name === 'webgpu' && gpus.length > 1) over.set('webgl', 'WebGL is slower than WebGPU')
    return judged(tested)
  }
  const timed = `A step of this graph takes it ${shown(first)}, WebAssembly ${shown(second)}.`
  return judged([timed, tested].join(' '))
}

/** No more verdicts are remembered. */
const mostVerdicts = 32

/**
 * What `auto` goes by: `try` the graph where that has not been done; what is `remembered` of it, else the usual order,
 * for whoever computes too little to wait for a trial; or a verdict that was given before.
 */
export type Basis = 'try' | 'remembered' | Verdict

async function verdictOn(
  machinery: Machinery,
  tried: Tried,
  candidates: readonly Candidate[],
  basis: Basis,
): Promise<Verdict> {
  if (typeof basis === 'object') return basis
  const { verdicts } = machinery.backends
  const key = keyOf(tried, candidates)
  const remembered = verdicts.get(key)
  if (remembered !== undefined || basis === 'remembered') return remembered ?? untried
  let judged: Judged
  try {
    judged = await judge(machinery, tried, candidates)
  } catch {
    // Trying is a help: where it fails, the graph may still be trained.
    return untried
  }
  const { verdict, lasting } = judged
  if (!lasting) return verdict
  if (verdicts.size >= mostVerdicts) verdicts.clear()
  verdicts.set(key, verdict)
  return verdict
}

/** Starts the backend that `choice` gives for this graph. `besides`: what `auto` passes over in any case, and why. */
export async function startFor(
  machinery: Machinery,
  choice: BackendChoice,
  tried: Tried,
  basis: Basis,
  besides: Verdict['over'] = new Map(),
): Promise<StartedBackend> {
  const { backends } = machinery
  if (choice !== 'auto') return backends.start(choice)
  const candidates = (await backends.candidates()).filter(({ name }) => !besides.has(name))
  const { over, words } = await verdictOn(machinery, tried, candidates, basis)
  return backends.start('auto', { over: new Map([...over, ...besides]), words })
}
