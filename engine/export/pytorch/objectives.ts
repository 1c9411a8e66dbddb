/** What training minimises and what evaluation tells, as Python: one class a training step, and one for the judging. */
import type { Plan, PlanStep, PlanTrainingStep } from '../../analyse/plan'
import type { Path } from '../../graph/document'
import {
  dataValues,
  emitOf,
  orderedInputs,
  sourcesOf,
  stepsFor,
  trainingSteps,
  valueName,
  type ValueName,
} from './graph'
import { body, type Body, type Whole } from './lines'
import { modelSteps } from './model-file'
import { indented, keywords, tuple } from './python'

/** Every loss that some training step minimises, in Plan order. */
export function countedLosses(plan: Plan): readonly Path[] {
  return plan.losses.filter((path) => trainingSteps(plan).some(({ losses }) => losses.includes(path)))
}

/**
 * The model as one call, where the steps hold all of it, nothing else looks at what is inside, and its inputs are there
 * before it begins.
 */
function wholeModel(plan: Plan, steps: readonly PlanStep[]): Whole | null {
  const inside = modelSteps(plan)
  const paths = new Set(inside.map(({ path }) => path))
  const inputs = plan.model.inputs.map(valueName)
  const outputs = plan.model.outputs.map(valueName)
  const running = new Set(steps.map(({ path }) => path))
  const start = steps.findIndex(({ path }) => paths.has(path))
  const before = new Set([...plan.data, ...steps.slice(0, start).map(({ path }) => path)])
  const looked = steps.filter(({ path }) => !paths.has(path)).flatMap(sourcesOf)
  const fits =
    paths.size > 1 &&
    [...paths].every((path) => running.has(path)) &&
    plan.model.inputs.every(({ path }) => before.has(path)) &&
    looked.every((source) => !paths.has(source.path) || outputs.includes(valueName(source)))
  return fits ? { paths, inputs, outputs } : null
}

function bodyFor(
  plan: Plan,
  targets: readonly Path[],
  data: readonly ValueName[],
  kept: readonly ValueName[],
): Body {
  const steps = stepsFor(plan, targets, new Set())
  return body({ plan, steps, given: data, kept, model: 'model', whole: wholeModel(plan, steps) })
}

/** Everything that the batch must hold, in the order in which it is passed. */
export function batchValues(plan: Plan): readonly ValueName[] {
  return dataValues(plan, stepsFor(plan, [...countedLosses(plan), ...plan.metrics], new Set()))
}

function classText(
  name: string,
  doc: string,
  parameters: readonly string[],
  rows: readonly string[],
): string {
  return `class ${name}(nn.Module):
    """${doc}"""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, ${parameters.join(', ')}):
        model = self.model
${indented(rows.join('\n'), 8)}
`
}

const loss = (path: Path): ValueName => `${path}:loss`

function record(entries: readonly (readonly [string, string])[]): string {
  return `{${entries.map(([name, value]) => `"${name}": ${value}`).join(', ')}}`
}

/** Losses by path. */
export function objectiveClass(plan: Plan, step: PlanTrainingStep, name: string): string {
  const made = bodyFor(plan, step.losses, batchValues(plan), [])
  const losses = step.losses.map((path) => [path, made.name(loss(path))] as const)
  const doc = `What training step ${step.index + 1} minimises: the sum of these losses.`
  return classText(name, doc, made.parameters, [...made.lines, `return ${record(losses)}`])
}

/** Sources of a metric, which are gathered over a whole split before it is computed: no batch size changes it. */
function metricInputs(plan: Plan, path: Path): readonly ValueName[] {
  const step = plan.byPath.get(path)
  return step === undefined ? [] : sourcesOf(step).map(valueName)
}

export function evaluationClass(plan: Plan): string {
  const losses = countedLosses(plan)
  const sources = plan.metrics.flatMap((path) => metricInputs(plan, path))
  const targets = [...losses, ...sources.map((value) => value.split(':')[0] ?? '')]
  const made = bodyFor(plan, targets, batchValues(plan), sources)
  const told = record(losses.map((path) => [path, made.name(loss(path))]))
  const looked = record(plan.metrics.map((path) => [path, tuple(metricInputs(plan, path).map(made.name))]))
  const doc = 'Losses of a batch, and what the metrics look at.'
  return classText('Evaluation', doc, made.parameters, [
    ...made.lines,
    `losses = ${told}`,
    `return losses, ${looked}`,
  ])
}

/** `METRICS`: by path, a figure from what the metric looks at. */
export function metricsText(plan: Plan): string {
  const rows = plan.metrics.map((path) => {
    const step = plan.byPath.get(path)
    if (step === undefined) return ''
    const { call, args } = emitOf(step)
    const ports = orderedInputs(step).map(({ port, from }) => (from === null ? 'None' : port))
    const parameters = ports.filter((port) => port !== 'None')
    return `    "${path}": lambda ${parameters.join(', ')}: ${call}(${[...ports, ...keywords(args)].join(', ')}),\n`
  })
  return rows.length === 0 ? 'METRICS = {}\n' : `METRICS = {\n${rows.join('')}}\n`
}
