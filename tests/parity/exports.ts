/**
 * The safetensors that people get, opened by PyTorch: strictly by name and shape, and with the same predictions. Done
 * for the reference networks and for every example, with weights among which none is zero by default.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { analyse } from '../../engine/analyse/analyse'
import type { Plan, PlanStep, Ref } from '../../engine/analyse/plan'
import { tf } from '../../engine/backend/tfjs'
import { compile, type Ports } from '../../engine/compile/compile'
import { readDocument } from '../../engine/graph/read'
import type { Document, Path } from '../../engine/graph/document'
import { createOwnLayers } from '../../engine/layers/own-layers'
import { catalogue } from '../../nodes/catalogue'
import type { Spec } from '../../nodes/kit/spec'
import { concrete, jobStep, weightsOf } from './case'
import { distance, valueTolerance } from './closeness'
import { openHost, type OpenHost } from './host'
import type { JobStep, Name } from './job'
import { documentAt, networkNames } from './networks'
import { indices, reals, type Numbers } from './numbers'
import { read, weightSet, type Values } from './ours'

/** What PyTorch is asked: these steps, the weights of this file, these inputs; tell these outputs. */
export interface LoadJob {
  readonly name: string
  readonly file: string
  readonly steps: readonly JobStep[]
  readonly feeds: Readonly<Record<Name, Numbers>>
  readonly watch: readonly Name[]
}

export interface Exported {
  readonly job: LoadJob
  readonly predictions: Readonly<Record<Name, Values>>
}

const samples = 3
const places = 4

function nameOf({ path, port }: Ref): Name {
  return `${path}:${port}`
}

/** How many different tokens every embedding knows. */
function vocabulary(plan: Plan): number {
  const sizes = plan.steps.flatMap((step) => Number(step.params['vocabulary'] ?? Infinity))
  return Math.min(...sizes, 1000)
}

function numbersFor(plan: Plan, name: Name, spec: Spec): Numbers {
  const shape = concrete(spec, samples, places)
  return spec.dtype === 'int32' ? indices(name, shape, vocabulary(plan)) : reals(name, shape)
}

/** Steps from the model's inputs (left out) to its outputs. */
function modelPaths(plan: Plan): ReadonlySet<Path> {
  const inputs = new Set(plan.model.inputs.map(({ path }) => path))
  const found = new Set<Path>()
  const open = plan.model.outputs.map(({ path }) => path)
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (found.has(path) || inputs.has(path)) continue
    found.add(path)
    open.push(...sourcesOf(plan.byPath.get(path)))
  }
  return found
}

function sourcesOf(step: PlanStep | undefined): readonly Path[] {
  return Object.values(step?.inputs ?? {}).flatMap((source) =>
    'path' in source ? [source.path] : source.map(({ path }) => path),
  )
}

/** Every node with weights stands in PyTorch's model; only those on the way from input to output run. */
function loadSteps(plan: Plan): readonly JobStep[] {
  const runs = modelPaths(plan)
  return plan.steps
    .filter((step) => runs.has(step.path) || Object.keys(step.weights).length > 0)
    .map((step) => ({ ...jobStep(plan, step), ...(runs.has(step.path) ? {} : { rests: true }) }))
}

/** Feeds of sources, and of wired inputs what flows into them in this pass. */
async function predict(host: OpenHost, document: Document, name: string, folder: string): Promise<Exported> {
  const { plan, ok, problems } = analyse(document, catalogue)
  if (!ok) throw new Error(`${name}: ${problems.map(({ message }) => message).join('\n')}`)
  const network = compile(plan, {
    tf,
    own: (path) => createOwnLayers(tf, { seed: 1, path }),
    weights: weightSet(weightsOf(plan, 0.3)),
  })
  if ('refused' in network) throw new Error(`${name}: ${network.refused}`)
  const given = new Map<Name, Numbers>()
  const feeds = new Map<Path, Ports>()
  for (const step of plan.steps) {
    const { role } = step.definition
    if (role !== 'data' && !(role === 'input' && Object.keys(step.inputs).length === 0)) continue
    const ports = Object.entries(step.outputs).map(([port, spec]) => {
      const numbers = numbersFor(plan, `${name}-${step.path}:${port}`, spec)
      given.set(`${step.path}:${port}`, numbers)
      return [port, tf.tensor([...numbers.values], [...numbers.shape], spec.dtype)] as const
    })
    feeds.set(step.path, Object.fromEntries(ports))
  }
  const random = (path: Path) => {
    const draw = (shape: readonly number[]) => {
      const numbers = reals(`${name}-${path}`, shape)
      return tf.tensor([...numbers.values], [...shape])
    }
    return { uniform: draw, normal: draw }
  }
  const { inputs, outputs } = plan.model
  const refs = [...inputs, ...outputs]
  const tensors = tf.tidy(() => {
    const pass = { training: false, updateStatistics: () => false, batchSize: samples, random }
    const results = network.run(
      refs.map(({ path }) => path),
      feeds,
      pass,
    )
    return refs.map(({ path, port }) => {
      const value = results.get(path)?.[port]
      if (value === undefined) throw new Error(`${name}: the model gave no ${path}:${port}.`)
      return tf.clone(value)
    })
  })
  const values = await Promise.all(tensors.map(read))
  const file = join(folder, `${name}.safetensors`)
  const weights = await network.weights()
  const { files } = await host.ask<'export'>({
    kind: 'export',
    from: { kind: 'document', document, weights },
    format: 'safetensors',
  })
  writeFileSync(file, files[0]?.bytes ?? '')
  const flowing = inputs.map((ref, index): [Name, Numbers] => {
    const dtype = plan.byPath.get(ref.path)?.outputs[ref.port]?.dtype ?? 'float32'
    return [nameOf(ref), given.get(nameOf(ref)) ?? { dtype, ...(values[index] as Values) }]
  })
  tf.dispose(tensors)
  network.dispose()
  return {
    job: {
      name,
      file,
      steps: loadSteps(plan),
      feeds: Object.fromEntries(flowing),
      watch: outputs.map(nameOf),
    },
    predictions: Object.fromEntries(
      outputs.map((ref, index) => [nameOf(ref), values[inputs.length + index] as Values]),
    ),
  }
}

/** Every example, read as it is opened. */
export function examples(): readonly (readonly [string, Document])[] {
  const folder = new URL('../../examples/', import.meta.url)
  const files = readdirSync(folder).filter((file) => file.endsWith('.wiregrad'))
  return files.map((file) => {
    const found = readDocument(readFileSync(new URL(file, folder), 'utf8'))
    if (!found.ok) throw new Error(`${file}: ${found.message}`)
    return [file.replace('.wiregrad', ''), found.document] as const
  })
}

/** Exports everything into a folder, with the predictions that PyTorch must repeat. */
export async function exportAll(folder: string): Promise<readonly Exported[]> {
  const host = openHost()
  await tf.setBackend('cpu')
  const documents = [...networkNames.map((name) => [name, documentAt(name)] as const), ...examples()]
  const exported: Exported[] = []
  for (const [name, document] of documents) exported.push(await predict(host, document, name, folder))
  return exported
}

/** Sentences about predictions that PyTorch does not repeat. */
export function predictionsApart(
  { job, predictions }: Exported,
  told: Readonly<Record<Name, Numbers>>,
): readonly string[] {
  return Object.entries(predictions).flatMap(([name, ours]) => {
    const theirs = told[name]
    if (theirs === undefined) return [`${job.name}: PyTorch gave no ${name}`]
    if (theirs.shape.join() !== ours.shape.join())
      return [`${job.name}: ${name} is [${theirs.shape.join()}] in PyTorch`]
    const off = distance(ours.values, theirs.values)
    return off <= valueTolerance ? [] : [`${job.name}: ${name} is off by ${off.toExponential(2)}`]
  })
}
