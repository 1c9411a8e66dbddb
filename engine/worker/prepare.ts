/**
 * From a document to something that can run: analyse, read the data, start the backend, build the layers, put the
 * samples on the device. Whatever is wrong comes back as problems and a sentence, with nothing left allocated.
 */
import type { Plan } from '../analyse/plan'
import { backendWords, type StartedBackend } from '../backend/start'
import type { Compiled } from '../compile/compile'
import { uploadData, type DeviceData } from '../data/device-data'
import { loadData, type LoadedData } from '../data/load-data'
import { measureSamples } from '../data/measure'
import { memoryFault, tensorFault } from '../diagnose/fit'
import type { SampleFacts } from '../diagnose/signals'
import type { Document } from '../graph/document'
import type { BackendChoice, BackendName, DataFile, WeightSet } from '../session/protocol'
import { startFor, type Basis } from './choose'
import { compilePlan, planOf, refused, type Machinery, type Refused } from './machinery'

/** WebAssembly addresses memory with 32 bits. */
const wasmMemory = 2 ** 32

/** Bytes that a backend can hold, where that is known; GPUs do not tell. */
function capacityOf(backend: BackendName, machineMemory: number | null): number | null {
  if (backend === 'wasm') return Math.min(wasmMemory, machineMemory ?? wasmMemory)
  return backend === 'cpu' ? machineMemory : null
}

/** What no kernel of the device could see as a whole: samples, or the weights of a node; a sentence without its end. */
function largeFault(most: number | null, plan: Plan, { nodes }: LoadedData): string | null {
  if (most === null) return null
  for (const { path, x, y } of nodes) {
    const bytes = Math.max(x.values.byteLength, y?.values.byteLength ?? 0)
    const fault = tensorFault(`The samples of ${path}`, bytes, most)
    if (fault !== null) return fault
  }
  for (const { path, weights } of plan.steps) {
    for (const { shape } of Object.values(weights)) {
      const bytes = 4 * shape.reduce((product, n) => product * n, 1)
      const fault = tensorFault(`The weights of ${path}`, bytes, most)
      if (fault !== null) return fault
    }
  }
  return null
}

export interface Ready {
  readonly accepted: true
  readonly document: Document
  readonly plan: Plan
  readonly loaded: LoadedData
  /** What the samples show, for the diagnosis. */
  readonly samples: SampleFacts
  readonly backend: StartedBackend
  readonly compiled: Compiled
  readonly data: DeviceData
}

export interface Wanted {
  readonly document: Document
  readonly backend: BackendChoice
  readonly files: readonly DataFile[]
  readonly weights: WeightSet | null
}

/** Puts an already read document on the backend that `choice` gives; for the first time and after a lost device. */
export async function place(
  machinery: Machinery,
  { document, backend: choice, weights }: Wanted,
  {
    plan,
    loaded,
    samples,
  }: { readonly plan: Plan; readonly loaded: LoadedData; readonly samples: SampleFacts },
  basis: Basis,
): Promise<Ready | Refused> {
  const { batchSize, seed } = document.training
  /** What `auto` cannot take, though it would. */
  const besides = new Map<BackendName, string>()
  let backend: StartedBackend
  for (;;) {
    backend = await startFor(machinery, choice, { document, plan, loaded }, basis, besides)
    const { name } = backend.info
    const fault = memoryFault(plan.memory, batchSize, name, capacityOf(name, machinery.machineMemory))
    if (fault !== null) return refused([...besides.values(), fault].join('. '))
    const large = largeFault(backend.largestTensor, plan, loaded)
    if (large === null) break
    if (choice !== 'auto') return refused(`${large}. Use fewer of them, or another backend.`)
    besides.set(name, `${backendWords[name]} cannot hold this graph: ${large}`)
  }
  const compiled = compilePlan(machinery, plan, seed, weights)
  if ('accepted' in compiled) return compiled
  try {
    const data = uploadData(machinery.tf, loaded, batchSize, seed)
    return { accepted: true, document, plan, loaded, samples, backend, compiled, data }
  } catch (error) {
    compiled.dispose()
    throw error
  }
}

/** Everything up to the first step. Throws only where a backend will not start. */
export async function prepare(machinery: Machinery, wanted: Wanted, basis: Basis): Promise<Ready | Refused> {
  const plan = planOf(machinery, wanted.document)
  if ('accepted' in plan) return plan
  const loaded = await loadData(plan, wanted.files, machinery.readBundled)
  if ('refused' in loaded) return refused(loaded.refused)
  const samples = measureSamples(plan, loaded, wanted.document.training.batchSize)
  return place(machinery, wanted, { plan, loaded, samples }, basis)
}
