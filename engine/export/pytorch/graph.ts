/** What the files of a PyTorch project ask of the Plan. */
import type { Plan, PlanStep, PlanTrainingStep, Ref, Source } from '../../analyse/plan'
import type { Path } from '../../graph/document'
import type { Spec } from '../../../nodes/kit/spec'
import type { TorchEmit } from '../../../nodes/kit/torch'

/** `path:port`, the name of a value. */
export type ValueName = string

export function valueName({ path, port }: Ref): ValueName {
  return `${path}:${port}`
}

export function emitOf(step: PlanStep): TorchEmit {
  return step.definition.emit.torch(
    step.params,
    step.inputSpecs as Parameters<typeof step.definition.emit.torch>[1],
  )
}

/** Whether the call makes a module; of helpers the capital says so. */
export function isModule({ call }: TorchEmit): boolean {
  return call.startsWith('nn.') || /^wiregrad\.[A-Z]/.test(call)
}

/** Whose module a step uses. */
export function ownerOf(step: PlanStep): Path {
  return step.sharesWeightsOf ?? step.path
}

export function sourcesOf(step: PlanStep): readonly Source[] {
  return Object.values(step.inputs).flat()
}

/** Sources in the order of the ports, up to the last wired one; null for a port left open before it. */
export function orderedInputs(
  step: PlanStep,
): readonly { readonly port: string; readonly from: Source | readonly Source[] | null }[] {
  const ports = Object.keys(step.definition.inputs)
  const last = ports.findLastIndex((port) => step.inputs[port] !== undefined)
  return ports.slice(0, last + 1).map((port) => ({ port, from: step.inputs[port] ?? null }))
}

/** Ports that a step gives values at, in the order of the definition. */
export function givenPorts(step: PlanStep): readonly string[] {
  return Object.keys(step.definition.outputs).filter((port) => Object.hasOwn(step.outputs, port))
}

/** Training steps that move a weight. */
export function trainingSteps(plan: Plan): readonly PlanTrainingStep[] {
  return plan.training.filter(({ trains }) => trains.length > 0)
}

/** Steps that lie before these, themselves included, in Plan order; not those behind `given` values. */
export function stepsFor(
  plan: Plan,
  targets: readonly Path[],
  given: ReadonlySet<ValueName>,
): readonly PlanStep[] {
  const wanted = new Set(targets)
  const found: PlanStep[] = []
  for (const step of plan.steps.toReversed()) {
    if (!wanted.has(step.path)) continue
    found.push(step)
    for (const source of sourcesOf(step)) if (!given.has(valueName(source))) wanted.add(source.path)
  }
  return found.reverse()
}

/** Values that come from outside: what data nodes give to these steps, in Plan order. */
export function dataValues(plan: Plan, steps: readonly PlanStep[]): readonly ValueName[] {
  const used = new Set(steps.flatMap(sourcesOf).map(valueName))
  return plan.data.flatMap((path) => {
    const step = plan.byPath.get(path)
    const ports = step === undefined ? [] : givenPorts(step)
    return ports.map((port) => valueName({ path, port })).filter((name) => used.has(name))
  })
}

export function specOf(plan: Plan, name: ValueName): Spec {
  const [path = '', port = ''] = name.split(':')
  const spec = plan.byPath.get(path)?.outputs[port]
  if (spec === undefined) throw new Error(`The plan gives no value ${name}.`)
  return spec
}

/** What a value is called: by its node, and by its port where that is not the first one. */
export function spokenName(plan: Plan, name: ValueName): string {
  const [path = '', port = ''] = name.split(':')
  const step = plan.byPath.get(path)
  const alone = step !== undefined && step.definition.role !== 'data' && givenPorts(step)[0] === port
  const base = path.replaceAll('/', '_')
  return alone ? base : `${base}_${port}`
}
