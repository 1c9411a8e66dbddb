/**
 * The safetensors that people get, opened by PyTorch: strictly by name and shape, and with the same predictions. Done
 * for the reference networks and for every example.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plan, PlanStep } from '../../engine/analyse/plan'
import { tf } from '../../engine/backend/tfjs'
import type { Document, Path } from '../../engine/graph/document'
import { jobStep } from './case'
import { distance, valueTolerance } from './closeness'
import { openHost, type OpenHost } from './host'
import type { JobStep, Name } from './job'
import { examples, modelPass, nameOf } from './model-pass'
import { documentAt, networkNames } from './networks'
import type { Numbers } from './numbers'
import type { Values } from './ours'

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

async function predict(host: OpenHost, document: Document, name: string, folder: string): Promise<Exported> {
  const { plan, weights, inputs, predictions } = await modelPass(name, document)
  const file = join(folder, `${name}.safetensors`)
  const { files } = await host.ask<'export'>({
    kind: 'export',
    from: { kind: 'document', document, weights },
    format: 'safetensors',
  })
  writeFileSync(file, files[0]?.bytes ?? '')
  const watch = plan.model.outputs.map(nameOf)
  return { job: { name, file, steps: loadSteps(plan), feeds: inputs, watch }, predictions }
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
