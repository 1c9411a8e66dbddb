/**
 * Which backend `auto` takes for a graph, found out by trying: each candidate computes a small batch of this very graph,
 * forwards and back, and must say what plain JavaScript says; of a GPU and WebAssembly, where both are right and the net
 * is small enough for the two to be close, the one whose steps are faster. All of it in about a second, once for each
 * graph and machine. A backend that was asked for by name is taken as it is.
 */
import type { Source } from '../analyse/plan'
import { backendWords, untried, type Candidate, type StartedBackend, type Verdict } from '../backend/start'
import { wasmInside } from '../backend/wasm/inside'
import { uploadData } from '../data/device-data'
import type { BackendChoice, BackendName } from '../session/protocol'
import { firstSamples } from '../train/sounding'
import { timeSteps } from '../train/time-steps'
import { findFault, sound } from './find-fault'
import { compilePlan, type Machinery } from './machinery'
import { DeviceGone, guard, nameOf, onDevice, wordsOf } from './on-device'
import { rates, trialOf, type Tried } from './small-graph'

/** Milliseconds for the timed steps of one candidate. */
const timingTime = 200
/** Milliseconds after which nothing further is begun. */
const mostTime = 1000
/** Milliseconds for WebAssembly's helping threads to begin, before its steps are timed. */
const beginTime = 150
/** A step that WebAssembly needs longer for is one for the GPU, without asking. */
const slowStep = 100
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
  const { batchSize, precision, steps: training } = document.training
  return JSON.stringify([
    steps,
    plan.data.map((path) => plan.byPath.get(path)?.outputs),
    batchSize,
    precision ?? null,
    // Rates, schedules and how long it goes on change nothing of what a step computes.
    training.map(({ losses, trains, every, optimiser }) => [losses, trains, every, optimiser.kind]),
    candidates,
  ])
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
        await wasmInside(tf)?.team?.ready(beginTime)
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
  const { seed, batchSize, precision } = tried.document.training
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
      const found = await findFault(machinery, candidate, trial, wanted, seed)
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
  // Mixed precision is asked of a GPU, and nobody else has it.
  if (gpu === undefined || wasm === undefined || !close || precision === 'mixed' || isLate())
    return judged(tested)
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
