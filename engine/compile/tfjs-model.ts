/**
 * The `tf.LayersModel` that people get: the functional model over the very same layer instances that trained, so its
 * weights are theirs. Stop-gradient passes through, noise and data become entries, losses and metrics stay outside.
 * Models with layers of ours bring the file that registers those.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { PlanStep, Ref } from '../analyse/plan'
import { registrationFile, registrationSource } from '../layers/registration-source'
import type { ExportedFile } from '../session/protocol'
import type { ComputedSource } from '../../nodes/kit/own'
import { refuse, type Refusal } from '../../nodes/kit/spec'
import { countNumbers } from './build-layers'
import type { Compiled } from './compile'
import { layerName, weightKey } from './names'
import { applySymbolic, orderedSources, symbolicInput } from './symbols'

type Symbols = ReadonlyMap<string, Tf.SymbolicTensor>

function refKey({ path, port }: Ref): string {
  return `${path}:${port}`
}

/** Name of a model entry: the node's, and its port where a node has several. */
function entryName(ref: Ref, inputs: readonly Ref[]): string {
  const several = inputs.filter((other) => other.path === ref.path).length > 1
  return several ? `${layerName(ref.path)}.${ref.port}` : layerName(ref.path)
}

function applyStep(
  step: PlanStep,
  compiled: Compiled,
  symbols: Symbols,
): readonly (readonly [string, Tf.SymbolicTensor])[] {
  const inputs = orderedSources(step).map((source) => symbols.get(refKey(source)))
  if (inputs.some((symbol) => symbol === undefined)) return []
  const known = inputs as Tf.SymbolicTensor[]
  const layer = compiled.layers.get(step.path)
  const ports = Object.keys(step.outputs)
  const first = known[0]
  const outputs =
    layer !== undefined ? applySymbolic(layer, known) : first === undefined ? [] : ports.map(() => first)
  return ports.flatMap((port, index) => {
    const symbol = outputs[index]
    return symbol === undefined ? [] : [[refKey({ path: step.path, port }), symbol] as const]
  })
}

/** Builds the model, or says why the plan has none. Dispose of the weights through `compiled`, not through the model. */
export function layersModel(tf: typeof Tf, compiled: Compiled): Tf.LayersModel | Refusal {
  const { inputs, outputs } = compiled.plan.model
  if (outputs.length === 0) {
    return refuse(
      'The graph has no output that a model could give: wire an output node, or a loss, behind the last layer.',
    )
  }
  const symbols = new Map<string, Tf.SymbolicTensor>()
  const entries: Tf.SymbolicTensor[] = []
  for (const ref of inputs) {
    const spec = compiled.plan.byPath.get(ref.path)?.outputs[ref.port]
    if (spec === undefined) continue
    const entry = symbolicInput(tf, entryName(ref, inputs), spec)
    symbols.set(refKey(ref), entry)
    entries.push(entry)
  }
  for (const step of compiled.needs(outputs.map(({ path }) => path))) {
    if (inputs.some((ref) => ref.path === step.path)) continue
    for (const [key, symbol] of applyStep(step, compiled, symbols)) symbols.set(key, symbol)
  }
  const answers = outputs.map((ref) => symbols.get(refKey(ref)))
  const missing = outputs.find((_, index) => answers[index] === undefined)
  if (missing !== undefined) {
    return refuse(
      `The output ${missing.port} of ${missing.path} cannot be reached from the model's inputs alone, so it cannot be exported.`,
    )
  }
  return tf.model({ inputs: entries, outputs: answers as Tf.SymbolicTensor[] })
}

/** Weight names in the saved file by ours. */
function savedNames(compiled: Compiled, exported: ReadonlySet<string>): Record<string, string> {
  const names: Record<string, string> = {}
  for (const step of compiled.plan.steps) {
    if (step.sharesWeightsOf !== null || !exported.has(layerName(step.path))) continue
    for (const weight of Object.keys(step.weights)) {
      names[weightKey(step.path, weight)] = `${layerName(step.path)}/${weight}`
    }
  }
  return names
}

export interface SavedModel {
  readonly files: readonly ExportedFile[]
  /** Ours -> theirs. */
  readonly names: Readonly<Record<string, string>>
  readonly parameters: number
}

interface ManifestEntry {
  readonly name: string
}

function jsonBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value))
}

function usesOwnLayers(model: Tf.LayersModel): boolean {
  return model.layers.some((layer) => layer.getClassName().startsWith('Wiregrad'))
}

/** How the computed layers of the plan compute, by type; a node that stands there as a stock layer needs no text. */
function computedSources(compiled: Compiled): Readonly<Record<string, ComputedSource>> {
  const sources: Record<string, ComputedSource> = {}
  for (const { path, definition } of compiled.plan.steps) {
    const own = compiled.layers.get(path)?.getClassName().startsWith('Wiregrad') === true
    if (own && definition.role === 'layer' && definition.computed !== undefined)
      sources[definition.type] = definition.computed
  }
  return sources
}

function missingName(
  names: Readonly<Record<string, string>>,
  specs: readonly ManifestEntry[],
): string | undefined {
  const written = new Set(specs.map(({ name }) => name))
  return Object.values(names).find((name) => !written.has(name))
}

/** Writes `model.json`, `weights.bin` and, where layers of ours are in it, the file that registers them. */
export async function saveTfjsModel(tf: typeof Tf, compiled: Compiled): Promise<SavedModel | Refusal> {
  const model = layersModel(tf, compiled)
  if ('refused' in model) return model
  let artifacts: Tf.io.ModelArtifacts | null = null
  await model.save(
    tf.io.withSaveHandler(async (given) => {
      artifacts = given
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
    }),
  )
  const { modelTopology, weightSpecs, weightData, generatedBy, format } =
    artifacts as unknown as Tf.io.ModelArtifacts
  const specs = weightSpecs ?? []
  const bytes = new Uint8Array(
    Array.isArray(weightData) ? await new Blob(weightData).arrayBuffer() : (weightData ?? new ArrayBuffer(0)),
  )
  const names = savedNames(compiled, new Set(model.layers.map((layer) => layer.name)))
  const missing = missingName(names, specs)
  if (missing !== undefined) throw new Error(`tfjs saved no weight ${missing}.`)
  const manifest = {
    format,
    generatedBy,
    convertedBy: 'Wiregrad',
    modelTopology,
    weightsManifest: [{ paths: ['weights.bin'], weights: specs }],
  }
  const own = usesOwnLayers(model)
    ? [
        {
          name: registrationFile,
          bytes: new TextEncoder().encode(registrationSource(computedSources(compiled))),
        },
      ]
    : []
  return {
    files: [{ name: 'model.json', bytes: jsonBytes(manifest) }, { name: 'weights.bin', bytes }, ...own],
    names,
    parameters: countNumbers(model.weights),
  }
}
