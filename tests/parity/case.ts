/**
 * A case of the comparison: a document and every number that flows into it. From it comes the job that PyTorch gets
 * (here) and the run of our own engine (`ours.ts`).
 */
import type { Analysis, Plan, PlanStep, Source } from '../../engine/analyse/plan'
import { analyse } from '../../engine/analyse/analyse'
import { borrowedTorch, torchModuleName } from '../../engine/export/torch-names'
import type { Document, Path } from '../../engine/graph/document'
import { catalogue } from '../../nodes/catalogue'
import type { Spec } from '../../nodes/kit/spec'
import type { TorchEmit } from '../../nodes/kit/torch'
import type { Descent, Job, JobStep, Name } from './job'
import { reals, weightNumbers, type Numbers } from './numbers'

export interface Case {
  readonly name: string
  readonly document: Document
  /** By `path:port`: what data nodes and open inputs give. */
  readonly feeds: Readonly<Record<Name, Numbers>>
  /** Batch statistics instead of the moving ones. */
  readonly training: boolean
  /** Node outputs that are compared, as `path:port`. */
  readonly watch: readonly Name[]
  readonly descent: Descent | null
  /** Feeds that are switches or classes: no gradient is asked of them. */
  readonly fixed?: readonly Name[]
  /** By path: PyTorch's own module for a node that is exported as a helper, to hold the helper and us against. */
  readonly stock?: Readonly<Record<Path, TorchEmit>>
}

/** The plan of a case; throws with the problems where a node of it could not be shaped. */
export function planOf(one: Case): Plan {
  const analysis: Analysis = analyse(one.document, catalogue)
  const missing = Object.keys(one.document.nodes).filter((id) => !analysis.plan.byPath.has(id))
  if (missing.length > 0) {
    const why = analysis.problems.map((problem) => `${problem.node}: ${problem.message}`).join('\n')
    throw new Error(`The case ${one.name} lacks ${missing.join(', ')}:\n${why}`)
  }
  return analysis.plan
}

function refOf(source: Source): Name {
  return `${source.path}:${source.port}`
}

/** A step as PyTorch needs it. */
export function jobStep(plan: Plan, step: PlanStep, stock?: TorchEmit): JobStep {
  const { definition } = step
  const borrowed = borrowedTorch(plan, step)
  const all = Object.keys(definition.inputs)
  const last = all.findLastIndex((port) => step.inputs[port] !== undefined)
  return {
    path: step.path,
    type: definition.type,
    role: definition.role,
    emit:
      borrowed === null
        ? (stock ??
          definition.emit.torch(
            step.params,
            step.inputSpecs as Readonly<Record<string, Spec & readonly Spec[]>>,
          ))
        : { call: borrowed.call, args: {}, tensors: [] },
    ...(borrowed === null
      ? {}
      : { borrows: borrowed.tensors.map((name) => `${torchModuleName(borrowed.owner)}.${name}`) }),
    inputs: all.slice(0, last + 1).map((port) => {
      const source = step.inputs[port]
      if (source === undefined) return { port, from: null }
      return { port, from: 'path' in source ? refOf(source) : source.map(refOf) }
    }),
    outputs: Object.keys(definition.outputs).filter((port) => Object.hasOwn(step.outputs, port)),
    weights:
      step.sharesWeightsOf === null
        ? Object.fromEntries(
            Object.entries(step.weights).map(([name, { shape, trainable }]) => [name, { shape, trainable }]),
          )
        : {},
    shares: borrowed === null ? step.sharesWeightsOf : null,
  }
}

/** The numbers that stand in the weights, by `path:weight`. */
export function weightsOf(plan: Plan, spread: number): Record<Name, Numbers> {
  return Object.fromEntries(
    plan.steps
      .filter((step) => step.sharesWeightsOf === null)
      .flatMap((step) =>
        Object.entries(step.weights).map(([name, { shape }]) => [
          `${step.path}:${name}`,
          weightNumbers(step.path, name, shape, spread),
        ]),
      ),
  )
}

/** Feeds that a gradient is asked of: float numbers, but no targets and no masks. */
function differentiable(one: Case, plan: Plan): readonly Name[] {
  return Object.keys(one.feeds).filter((name) => {
    const [path, port] = name.split(':') as [string, string]
    const spec = plan.byPath.get(path)?.outputs[port]
    return spec?.kind === 'tensor' && !given(plan).has(name) && one.fixed?.includes(name) !== true
  })
}

/** What a loss compares with, or what says where attention may look. */
function given(plan: Plan): ReadonlySet<Name> {
  const sources = plan.steps.flatMap((step) => [step.inputs['target'], step.inputs['mask']].flat())
  return new Set(sources.filter((source) => source !== undefined).map((source) => refOf(source)))
}

/** A shape with its batch and time filled in. */
export function concrete(spec: Spec, batch: number, time: number): readonly number[] {
  return spec.shape.map((dim) => (dim === null ? batch : typeof dim === 'string' ? time : dim))
}

export function jobOf(one: Case): Job {
  const plan = planOf(one)
  const losses = plan.losses.map((path) => `${path}:loss`)
  const first = Object.values(one.feeds)[0]
  const [batch = 1, time = 1] = first?.shape ?? []
  const cotangents = losses.length > 0 ? [] : one.watch.filter((name) => specAt(plan, name) !== null)
  return {
    name: one.name,
    steps: plan.steps.map((step) => jobStep(plan, step, one.stock?.[step.path])),
    feeds: one.feeds,
    differentiate: differentiable(one, plan),
    weights: weightsOf(plan, 0.6),
    training: one.training,
    watch: one.watch,
    cotangents: Object.fromEntries(
      cotangents.map((name) => {
        const spec = specAt(plan, name) as Spec
        return [name, reals(`cotangent-${one.name}-${name}`, concrete(spec, batch, time))]
      }),
    ),
    losses,
    descent: one.descent,
  }
}

function specAt(plan: Plan, name: Name): Spec | null {
  const [path, port] = name.split(':') as [string, string]
  return plan.byPath.get(path)?.outputs[port] ?? null
}
