/** An example ready to be trained step by step on the current backend, without the loop around it. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { analyse } from '../../engine/analyse/analyse'
import type { Plan } from '../../engine/analyse/plan'
import { setWasmPaths, tf } from '../../engine/backend/tfjs'
import { compile } from '../../engine/compile/compile'
import { inputsOf } from '../../engine/compile/step-inputs'
import { uploadData } from '../../engine/data/device-data'
import { loadData, type LoadedData } from '../../engine/data/load-data'
import type { Document, Optimiser } from '../../engine/graph/document'
import { readDocument } from '../../engine/graph/read'
import { createOwnLayers } from '../../engine/layers/own-layers'
import type { Looked } from '../../engine/probe/look'
import { createOptimiser } from '../../engine/train/optimiser'
import { runTrainingStep, turnsOf } from '../../engine/train/step'
import { catalogue } from '../../nodes/catalogue'

export interface Example {
  readonly document: Document
  readonly plan: Plan
  readonly loaded: LoadedData
}

export async function readBundled(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL(`../../examples/data/${name}`, import.meta.url)))
}

/** The same graph with its hidden dense layers made as wide as this. */
function widened(document: Document, units: number): Document {
  const nodes = Object.entries(document.nodes).map(([id, node]) => {
    const hidden = node.type === 'dense' && node.params['activation'] !== 'linear'
    return [id, hidden ? { ...node, params: { ...node.params, units } } : node] as const
  })
  return { ...document, nodes: Object.fromEntries(nodes) }
}

export async function loadExample(name: string, units: number | null = null): Promise<Example> {
  const text = await readFile(new URL(`../../examples/${name}.wiregrad`, import.meta.url), 'utf8')
  const read = readDocument(text)
  if (!read.ok) throw new Error(read.message)
  const document = units === null ? read.document : widened(read.document, units)
  const { plan, ok } = analyse(document, catalogue)
  if (!ok) throw new Error(`The example ${name} has problems.`)
  const loaded = await loadData(plan, [], readBundled)
  if ('refused' in loaded) throw new Error(loaded.refused)
  return { document, plan, loaded }
}

type Tensor = ReturnType<typeof tf.tensor>

export interface Stand {
  /** For looking at a node. */
  readonly looked: Looked
  /** Trains `count` steps, and waits for the last loss. */
  train(count: number): Promise<number>
  dispose(): void
}

/** The first training step of an example on the current backend, with this optimiser or its own. */
export function createStand({ document, plan, loaded }: Example, optimiser?: Optimiser): Stand {
  const { batchSize, seed } = document.training
  const network = compile(plan, { tf, own: (path) => createOwnLayers(tf, { seed, path }), weights: null })
  if ('refused' in network) throw new Error(network.refused)
  const data = uploadData(tf, loaded, batchSize, seed)
  const [planned] = plan.training
  if (planned === undefined) throw new Error('There is no training step.')
  const settings = { ...planned.settings, optimiser: optimiser ?? planned.settings.optimiser }
  const running = createOptimiser(tf, settings.optimiser)
  const training = { ...planned, settings }
  const options = {
    tf,
    compiled: network,
    training,
    optimiser: running,
    seed,
    metrics: plan.metrics,
    turnOf: turnsOf(training, 1_000_000),
  }
  let step = 0

  /** Losses and metrics. */
  function oneStep(): readonly Tensor[] {
    step += 1
    const at = step - 1
    return tf.tidy(() => {
      // Always a whole batch, so that every step is the same work.
      const whole = Math.max(1, Math.floor(data.samples.train / batchSize))
      const inputs = inputsOf(tf, Math.floor(at / whole) * data.stepsPerEpoch + (at % whole) + 1)
      return [...runTrainingStep(options, inputs, data.trainBatch(inputs), null).values()]
    })
  }

  return {
    looked: { tf, compiled: network, data, seed },
    async train(count) {
      let last = NaN
      for (let i = 0; i < count; i += 1) {
        const reads = oneStep()
        const [loss] = reads
        if (i === count - 1 && loss !== undefined) last = (await loss.data())[0] ?? NaN
        tf.dispose([...reads])
      }
      return last
    },
    dispose() {
      running.dispose()
      data.dispose()
      network.dispose()
    },
  }
}

let placed = false

export async function startBackend(name: 'cpu' | 'wasm'): Promise<void> {
  if (!placed) {
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
    setWasmPaths(
      fileURLToPath(new URL('../../node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)),
    )
    placed = true
  }
  if (!(await tf.setBackend(name))) throw new Error(`tfjs kept ${tf.getBackend()} instead of ${name}.`)
  await tf.ready()
}

/** Bytes of a made-up table with a header: `rows` of `columns` numbers and a class. */
export function madeUpCsv(rows: number, columns: number): Uint8Array<ArrayBuffer> {
  const lines = [[...Array.from({ length: columns }, (_, at) => `c${at}`), 'class'].join()]
  for (let row = 0; row < rows; row += 1) {
    const values = Array.from({ length: columns }, (_, at) =>
      (((row * 31 + at * 17) % 1000) / 100).toFixed(2),
    )
    lines.push([...values, row % 3].join())
  }
  return new TextEncoder().encode(`${lines.join('\n')}\n`)
}
