/**
 * Starts a backend and tells the truth about it. `auto` takes hardware WebGPU, hardware WebGL, WebAssembly, plain
 * JavaScript, in this order; software adapters are slower than WebAssembly and are only used when asked for by name.
 * tfjs's own choice knows none of this, answers `false` where it fails, and never notices a lost device.
 */
import type { BackendChoice, BackendInfo, BackendName } from '../session/protocol'
import type { Adapter, Hardware } from './adapters'
import type { TensorFlow } from './tfjs'
import { repairWasm } from './wasm-repairs'
import { endThreads, wasmInside } from './wasm/inside'
import { openToRecording } from './wasm/recordable'
import { useOwnKernels } from './wasm/stock'
import type { ThreadHost } from './wasm/threads/host'
import { withSharedMemory } from './wasm/threads/shared-memory'
import { watchDevice, type Trouble } from './watch'
import { largestTensor, webgpuInside } from './webgpu/inside'
import { repairWebgpu } from './webgpu/repairs'

/** The four, best first. */
export const backendOrder: readonly BackendName[] = ['webgpu', 'webgl', 'wasm', 'cpu']

/** What people call them. */
export const backendWords: Readonly<Record<BackendName, string>> = {
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  wasm: 'WebAssembly',
  cpu: 'plain JavaScript',
}

export interface StartedBackend {
  readonly info: BackendInfo
  /** By which `auto` took it. */
  readonly verdict: Verdict
  /** Bytes that its kernels can see of one tensor; null = no such bound is known. */
  readonly largestTensor: number | null
  /** Calls back when the device is lost or reports an error that tfjs hides; returns how to stop listening. */
  watch(listener: (trouble: Trouble) => void): () => void
}

/** What trying a graph on the candidates has shown. */
export interface Verdict {
  /** Candidates that `auto` passes over, and why: a sentence without its end. */
  readonly over: ReadonlyMap<BackendName, string>
  /** Sentences behind the reason. */
  readonly words: string
}

export interface Candidate {
  readonly name: BackendName
  readonly adapter: Adapter | null
}

export interface Backends {
  /** What could be started, best first, and what `auto` would take. */
  list(): Promise<{ readonly available: readonly BackendInfo[]; readonly auto: BackendName }>
  /** What `auto` would try, best first: no software adapters. */
  candidates(): Promise<readonly Candidate[]>
  /** Makes this backend the current one. Throws a sentence where one asked for by name will not start. */
  start(choice: BackendChoice, verdict?: Verdict): Promise<StartedBackend>
  /** Verdicts on graphs that were tried here, by graph and candidates; `discard` forgets them. */
  readonly verdicts: Map<string, Verdict>
  /** After a lost device: throws the old backend away, so that the next `start` makes a new one. */
  discard(name: BackendName): void
}

async function candidates(tf: TensorFlow, hardware: Hardware): Promise<readonly Candidate[]> {
  const [webgpu, webgl] = await Promise.all([hardware.webgpu(), hardware.webgl()])
  const all: readonly (Candidate | null)[] = [
    webgpu === null ? null : { name: 'webgpu', adapter: webgpu },
    webgl === null ? null : { name: 'webgl', adapter: webgl },
    { name: 'wasm', adapter: null },
    { name: 'cpu', adapter: null },
  ]
  return all.filter((one) => one !== null && tf.findBackendFactory(one.name) !== null) as Candidate[]
}

/** Why the better ones were passed over, as a sentence without its end. */
function passedOver(
  found: readonly Candidate[],
  taken: BackendName,
  failures: ReadonlyMap<BackendName, string>,
  over: Verdict['over'],
): string[] {
  const reasons: string[] = []
  for (const name of backendOrder.slice(0, backendOrder.indexOf(taken))) {
    const one = found.find((candidate) => candidate.name === name)
    const failure = failures.get(name)
    const passed = over.get(name)
    if (passed !== undefined) reasons.push(passed)
    else if (failure !== undefined) reasons.push(`${backendWords[name]} would not start (${failure})`)
    else if (one === undefined) reasons.push(`no ${backendWords[name]} here`)
    else if (one.adapter?.software === true) {
      reasons.push(
        `${backendWords[name]} has only a software adapter (${one.adapter.name}), slower than WebAssembly`,
      )
    }
  }
  return reasons
}

function describe(candidate: Candidate, reason: string): BackendInfo {
  return {
    name: candidate.name,
    adapter: candidate.adapter?.name ?? '',
    software: candidate.adapter?.software ?? false,
    reason,
  }
}

/** Nothing was tried, and nothing is passed over for it. */
export const untried: Verdict = { over: new Map(), words: '' }

function autoReason(
  candidate: Candidate,
  found: readonly Candidate[],
  failures: ReadonlyMap<BackendName, string>,
  verdict: Verdict = untried,
): string {
  const reasons = passedOver(found, candidate.name, failures, verdict.over)
  const taken =
    candidate.adapter === null
      ? backendWords[candidate.name]
      : `${backendWords[candidate.name]} on ${candidate.adapter.name}`
  const reason =
    reasons.length === 0
      ? `${taken}, the fastest that can be had.`
      : `${taken}, since nothing faster is of use: ${reasons.join('; ')}.`
  return verdict.words === '' ? reason : `${reason} ${verdict.words}`
}

function namedReason(candidate: Candidate): string {
  if (candidate.adapter === null) return `${backendWords[candidate.name]}, asked for by name.`
  const software = candidate.adapter.software ? ', a software adapter, slower than WebAssembly' : ''
  return `${backendWords[candidate.name]}, asked for by name, on ${candidate.adapter.name}${software}.`
}

/** Tries to make `name` current: null, or what went wrong. */
async function tryStart(
  tf: TensorFlow,
  name: BackendName,
  threads: ThreadHost | null,
): Promise<string | null> {
  try {
    const start = () => tf.setBackend(name)
    const several = name === 'wasm' && threads?.alone === null
    if (!(await (several ? withSharedMemory(start) : start()))) return 'tfjs could not initialise it'
    await tf.ready()
    if (tf.getBackend() !== name) return `tfjs started ${tf.getBackend()} instead`
    if (name === 'wasm') {
      repairWasm(tf)
      wasmInside(tf, threads)
      useOwnKernels(tf)
      openToRecording(tf)
    }
    if (name === 'webgpu') repairWebgpu(tf)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** How many threads compute, as a sentence; null where there is nothing to say. */
function threadsWords(tf: TensorFlow, threads: ThreadHost | null): string | null {
  const inside = wasmInside(tf)
  if (inside === null || threads === null) return null
  const { team, alone } = inside
  if (alone !== null) return `It computes with one thread: ${alone}.`
  if (team === null) return null
  if (team.trouble !== null)
    return `It computes with one thread, since a helping one has failed (${team.trouble}).`
  return `It computes with up to ${threads.count} threads.`
}

/**
 * The backends of this thread. `tf` must have been loaded through `backend/tfjs`, with the wasm paths set; `threads` are
 * those that WebAssembly computes with.
 */
export function createBackends(
  tf: TensorFlow,
  hardware: Hardware,
  threads: ThreadHost | null = null,
): Backends {
  // Threads of tfjs-wasm hang or crash on cross-origin-isolated pages; must be said before it starts.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
  let found: Promise<readonly Candidate[]> | null = null
  const look = () => (found ??= candidates(tf, hardware))

  const hard = (all: readonly Candidate[]) => all.filter(({ adapter }) => adapter?.software !== true)

  async function start(choice: BackendChoice, verdict: Verdict = untried): Promise<StartedBackend> {
    const all = await look()
    const failures = new Map<BackendName, string>()
    const tried =
      choice === 'auto'
        ? hard(all).filter(({ name }) => !verdict.over.has(name))
        : all.filter(({ name }) => name === choice)
    for (const candidate of tried) {
      const failure = await tryStart(tf, candidate.name, threads)
      if (failure === null) {
        const why = choice === 'auto' ? autoReason(candidate, all, failures, verdict) : namedReason(candidate)
        const words = candidate.name === 'wasm' ? threadsWords(tf, threads) : null
        const reason = words === null ? why : `${why} ${words}`
        const inside = webgpuInside(tf)
        return {
          info: describe(candidate, reason),
          verdict,
          largestTensor: inside === null ? null : largestTensor(inside.device),
          watch: (listener) => watchDevice(tf, candidate.name, listener),
        }
      }
      failures.set(candidate.name, failure)
    }
    const why = [...failures].map(([name, failure]) => `${backendWords[name]}: ${failure}`).join('; ')
    throw new Error(
      choice === 'auto'
        ? `No backend would start. ${why}`
        : `The backend ${choice} was asked for but cannot be used here (${why || 'this machine does not offer it'}). Choose another one, or auto.`,
    )
  }

  const verdicts = new Map<string, Verdict>()
  return {
    start,
    verdicts,
    candidates: async () => hard(await look()),
    async list() {
      const all = await look()
      const [auto] = hard(all)
      return {
        available: all.map((one) =>
          describe(
            one,
            one === auto
              ? autoReason(one, all, new Map())
              : namedReason(one).replace(', asked for by name', ''),
          ),
        ),
        auto: auto?.name ?? 'cpu',
      }
    },
    discard(name) {
      const factory = tf.findBackendFactory(name)
      if (name === 'wasm') endThreads(tf)
      try {
        tf.removeBackend(name)
      } catch {
        // A lost device may refuse to free what it holds; it holds nothing any more.
      }
      tf.registerBackend(name, factory)
      found = null
      verdicts.clear()
    },
  }
}
