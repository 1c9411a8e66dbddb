/**
 * Which backend `auto` takes for a graph, found out by trying: each candidate computes a small batch of this very graph,
 * forwards and back, and must say what plain JavaScript says; of a GPU and WebAssembly, where both are right and the net
 * is small enough for the two to be close, the one whose steps are faster. All of it in about a second, once for each
 * graph and machine. A backend that was asked for by name is taken as it is.
 */
import { analyse } from '../analyse/analyse'
import type { Plan, PlanStep, Source } from '../analyse/plan'
import type { Candidate, StartedBackend, Verdict } from '../backend/start'
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

const names: Readonly<Record<BackendName, string>> = {
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  wasm: 'WebAssembly',
  cpu: 'plain JavaScript',
}

/** Milliseconds for one small batch of the reference, at most. */
const soundingTime = 300
/** Milliseconds for the timed steps of one candidate. */
const timingTime = 200
/** Milliseconds after which nothing further is begun. */
const mostTime = 1000
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
    training,
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

/** The graph sounded on the current backend, or why it cannot be; `who`: what the backend is called. */
async function sound(
  machinery: Machinery,
  { plan, samples }: Trial,
  seed: number,
  who: string,
): Promise<Sounding | string> {
  const { tf } = machinery
  const compiled = compilePlan(machinery, plan, seed, null)
  if ('accepted' in compiled) return `${who} cannot build this graph (${compiled.message})`
  const options = { tf, compiled, samples, seed }
  try {
    return await soundGraph(options)
  } catch (error) {
    const path = firstThatThrows(options)
    const why = wordsOf(error)
    return path === null
      ? `${who} cannot compute this graph on the way back (${why})`
      : `${who} cannot compute this graph at the node ${path}, a ${titleOf(plan, path)} (${why})`
  } finally {
    compiled.dispose()
  }
}

function percent(share: number): string {
  if (!Number.isFinite(share) || share > 10) return '> 1000 %'
  return `${share < 0.1 ? (100 * share).toPrecision(1) : Math.round(100 * share)} %`
}

function faultWords(who: string, { plan, reference }: Trial, { path, of, name, off }: Fault): string {
  const title = titleOf(plan, path)
  const right = names[reference]
  return of === 'output'
    ? `${who} computes this graph wrongly: the output ${name} of the node ${path}, a ${title}, is off by ${percent(off)} from ${right}`
    : `${who} computes this graph wrongly: the gradient of ${name} of the node ${path}, a ${title}, is off by ${percent(off)} from ${right}`
}

function nameOf({ name, adapter }: Candidate): string {
  return adapter === null ? names[name] : `${names[name]} (${adapter.name})`
}

/** Null where this backend is right, else a sentence without its end. */
async function fault(
  machinery: Machinery,
  candidate: Candidate,
  trial: Trial,
  wanted: Sounding,
  seed: number,
): Promise<string | null> {
  const who = nameOf(candidate)
  let started: StartedBackend
  try {
    started = await machinery.backends.start(candidate.name)
  } catch (error) {
    return `${who} would not start (${wordsOf(error)})`
  }
  const said: string[] = []
  const stop = started.watch(({ message }) => said.push(message))
  try {
    const got = await sound(machinery, trial, seed, who)
    if (typeof got === 'string') return got
    const found = compareSoundings(wanted, got)
    const [complaint] = said
    if (complaint !== undefined) return `${who} reports an error with this graph (${wordsOf(complaint)})`
    return found === null ? null : faultWords(who, trial, found)
  } finally {
    stop()
  }
}

/** Milliseconds of a whole step on the current backend; null where it cannot be run. */
async function stepTime(machinery: Machinery, { document, plan, loaded }: Tried): Promise<number | null> {
  const { tf, now } = machinery
  const { batchSize, seed } = document.training
  const compiled = compilePlan(machinery, plan, seed, null)
  if ('accepted' in compiled) return null
  const data = uploadData(tf, firstSamples(loaded, 2 * batchSize), batchSize, seed)
  try {
    return await timeSteps({ tf, compiled, data, training: document.training, now, patience: timingTime })
  } catch {
    return null
  } finally {
    compiled.dispose()
    data.dispose()
  }
}

function shown(milliseconds: number): string {
  return `${milliseconds >= 100 ? Math.round(milliseconds) : milliseconds.toPrecision(2)} ms`
}

/** Tries the graph on every candidate but the last resort. */
async function judge(machinery: Machinery, tried: Tried, candidates: readonly Candidate[]): Promise<Verdict> {
  const { backends, now, catalogue } = machinery
  const { seed, batchSize } = tried.document.training
  const begun = now()
  const over = new Map<BackendName, string>()
  const others = candidates.filter(({ name }) => name !== 'cpu')
  const gpus = others.filter(({ name }) => name !== 'wasm')
  const references = (['cpu', 'wasm'] as const).filter(
    // WebAssembly cannot vouch for itself.
    (name) => candidates.some((one) => one.name === name) && (name === 'cpu' || gpus.length > 0),
  )
  const trial = trialOf(tried, references, catalogue)
  if (trial === null)
    return { over, words: others.length === 0 ? '' : 'Too large a graph to be tried first.' }
  try {
    await backends.start(trial.reference)
  } catch {
    return { over, words: '' }
  }
  const wanted = await sound(machinery, trial, seed, names[trial.reference])
  if (typeof wanted === 'string') return { over, words: '' }
  const right: BackendName[] = []
  for (const candidate of others) {
    const { name } = candidate
    if (name === trial.reference) continue
    // One GPU that is right is enough: the second is the same device, and slower.
    if (name === 'webgl' && right.includes('webgpu')) continue
    const found = await fault(machinery, candidate, trial, wanted, seed)
    if (found === null) right.push(name)
    else over.set(name, found)
  }
  const gpu = gpus.find(({ name }) => right.includes(name))
  const tested = right.length === 0 ? '' : `Tried on this graph, it agrees with ${names[trial.reference]}.`
  const close = 3 * batchSize * tried.plan.multiplyAdds <= slowStep * rates.wasm.convolution
  const wasm = right.includes('wasm') && close
  if (gpu === undefined || !wasm || now() - begun > mostTime) return { over, words: tested }
  const times = new Map<BackendName, number | null>()
  for (const name of [gpu.name, 'wasm'] as const) {
    await backends.start(name)
    times.set(name, await stepTime(machinery, tried))
  }
  const [first, second] = [times.get(gpu.name) ?? null, times.get('wasm') ?? null]
  if (first === null || second === null) return { over, words: tested }
  if (second < first) {
    over.set(
      gpu.name,
      `${nameOf(gpu)} takes ${shown(first)} a step of this graph, WebAssembly ${shown(second)}`,
    )
    if (gpu.name === 'webgpu' && gpus.length > 1) over.set('webgl', 'WebGL is slower than WebGPU')
    return { over, words: tested }
  }
  const timed = `A step of this graph takes it ${shown(first)}, WebAssembly ${shown(second)}.`
  return { over, words: [timed, tested].join(' ') }
}

/** No more verdicts are remembered. */
const mostVerdicts = 32

/** Starts the backend that `choice` gives for this graph. */
export async function startFor(
  machinery: Machinery,
  choice: BackendChoice,
  tried: Tried,
): Promise<StartedBackend> {
  const { backends } = machinery
  if (choice !== 'auto') return backends.start(choice)
  const candidates = await backends.candidates()
  const key = keyOf(tried, candidates)
  const verdict = backends.verdicts.get(key) ?? (await judge(machinery, tried, candidates))
  if (backends.verdicts.size >= mostVerdicts) backends.verdicts.clear()
  backends.verdicts.set(key, verdict)
  return backends.start('auto', verdict)
}
