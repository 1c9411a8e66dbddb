/**
 * Training steps with every path resolved: which losses each minimises, which weights each moves. A path of an instance
 * or of one of its copies stands for everything in it. No training step at all means one Adam step on all losses
 * (`graph/create`); a step without losses means all losses.
 */
import { defaultTrainingStep } from '../graph/create'
import type { Document, Path, TrainingStep } from '../graph/document'
import { error, warning, type FlatNode } from './flat'
import type { PlanStep, PlanTrainingStep, Problem } from './plan'
import { ancestors, gradientReach, sourcesOf } from './reach'

interface Context {
  readonly nodes: ReadonlyMap<Path, FlatNode>
  readonly steps: readonly PlanStep[]
  readonly byPath: ReadonlyMap<Path, PlanStep>
  readonly losses: readonly Path[]
  readonly problems: Problem[]
}

export interface TrainingPlan {
  readonly steps: readonly PlanTrainingStep[]
  readonly problems: readonly Problem[]
}

function within(path: Path, group: Path): boolean {
  return path === group || path.startsWith(`${group}/`)
}

function nameOf(context: Context, path: Path): string {
  return context.nodes.get(path)?.name ?? path
}

/** `The training` or, of several, `Training step 2`. */
function stepName(index: number, count: number): string {
  return count === 1 ? 'The training' : `Training step ${index + 1}`
}

function ownerOf(step: PlanStep): Path {
  return step.sharesWeightsOf ?? step.path
}

function hasTrainable(step: PlanStep): boolean {
  return Object.values(step.weights).some((weight) => weight.trainable)
}

function resolveLosses(context: Context, settings: TrainingStep, title: string): Path[] {
  if (settings.losses.length === 0) return [...context.losses]
  const found = new Set<Path>()
  for (const path of settings.losses) {
    const losses = context.losses.filter((loss) => within(loss, path))
    for (const loss of losses) found.add(loss)
    if (losses.length > 0) continue
    const named = [...context.nodes.values()].filter((node) => within(node.path, path))
    const loss = named.find((node) => node.definition?.role === 'loss')
    if (named.length === 0) {
      context.problems.push(
        error(null, `${title} is to minimise "${path}", but there is no such node; choose another loss.`),
      )
    } else if (loss === undefined) {
      context.problems.push(
        error(
          named[0]?.path ?? null,
          `${title} is to minimise ${nameOf(context, named[0]?.path ?? path)}, which is not a loss; choose another.`,
        ),
      )
    } else if (loss.mode === 'off' || loss.mode === 'bypass') {
      context.problems.push(
        warning(loss.path, `${title} is to minimise ${loss.name}, which is switched off.`),
      )
    }
  }
  return context.losses.filter((loss) => found.has(loss))
}

function resolveTrains(
  context: Context,
  settings: TrainingStep,
  losses: readonly Path[],
  title: string,
): Path[] {
  const reached = gradientReach(context.byPath, losses)
  const named = settings.trains
  if (named !== 'all') {
    for (const path of named) {
      const nodes = [...context.nodes.keys()].filter((each) => within(each, path))
      if (nodes.length === 0)
        context.problems.push(
          error(null, `${title} is to train "${path}", but there is no such node; choose another.`),
        )
      else if (
        !context.steps.some((step) => within(step.path, path) && hasTrainable(step)) &&
        nodes.some((each) => context.byPath.has(each))
      ) {
        context.problems.push(
          warning(
            nodes[0] ?? null,
            `${title} is to train ${nameOf(context, nodes[0] ?? path)}, which has no weights that train.`,
          ),
        )
      }
    }
  }
  const owners = new Set<Path>()
  for (const step of context.steps) {
    if (!reached.has(step.path) || !hasTrainable(step)) continue
    if (named === 'all' || named.some((path) => within(step.path, path))) owners.add(ownerOf(step))
  }
  return context.steps.filter((step) => owners.has(step.path) && !step.frozen).map((step) => step.path)
}

/** Sources that a loss needs and nothing feeds. */
function checkFed(context: Context): void {
  const needed = ancestors(context.byPath, context.losses)
  for (const step of context.steps) {
    if (step.definition.role !== 'input' || sourcesOf(step).length > 0 || !needed.has(step.path)) continue
    context.problems.push(
      error(
        step.path,
        `${nameOf(context, step.path)} leads to a loss, but no data is wired into it; wire a data node to its input.`,
      ),
    )
  }
}

/** Nodes that lead nowhere, and weights that no training step moves. */
function checkUse(context: Context, training: readonly PlanTrainingStep[]): void {
  const ends = context.steps
    .filter((step) => ['loss', 'metric', 'output'].includes(step.definition.role))
    .map((step) => step.path)
  if (ends.length === 0) return
  const useful = ancestors(context.byPath, ends)
  const reached = gradientReach(context.byPath, context.losses)
  const reachedOwners = new Set(context.steps.filter((step) => reached.has(step.path)).map(ownerOf))
  const trained = new Set(training.flatMap((step) => step.trains))
  for (const step of context.steps) {
    const name = nameOf(context, step.path)
    if (!useful.has(step.path)) {
      context.problems.push(
        warning(step.path, `${name} leads to no loss, metric or output, so it has no effect.`),
      )
    } else if (
      context.losses.length > 0 &&
      hasTrainable(step) &&
      step.sharesWeightsOf === null &&
      !step.frozen &&
      !trained.has(step.path)
    ) {
      context.problems.push(
        warning(
          step.path,
          reachedOwners.has(step.path)
            ? `No training step trains ${name}; add it to one, or freeze it.`
            : `No gradient of a loss reaches ${name}, so its weights will not train; wire it towards a loss, or freeze it.`,
        ),
      )
    }
  }
}

/** The training steps of the document over the steps of the Plan, with what is wrong with them. */
export function planTraining(
  document: Document,
  nodes: ReadonlyMap<Path, FlatNode>,
  steps: readonly PlanStep[],
): TrainingPlan {
  const byPath = new Map(steps.map((step) => [step.path, step]))
  const losses = steps.filter((step) => step.definition.role === 'loss').map((step) => step.path)
  const context: Context = { nodes, steps, byPath, losses, problems: [] }
  const declared = document.training.steps.length === 0 ? [defaultTrainingStep()] : document.training.steps
  const hasLoss = [...nodes.values()].some((node) => node.definition?.role === 'loss' && node.mode !== 'off')
  if (!hasLoss) {
    context.problems.push(
      warning(
        null,
        'There is no loss, so this graph cannot be trained; add one and wire a prediction and a target to it.',
      ),
    )
  }
  const training: PlanTrainingStep[] = []
  for (const [index, settings] of declared.entries()) {
    const title = stepName(index, declared.length)
    const resolved = hasLoss ? resolveLosses(context, settings, title) : []
    if (resolved.length === 0) continue
    const trains = resolveTrains(context, settings, resolved, title)
    if (trains.length === 0)
      context.problems.push(
        warning(
          null,
          `${title} has no weights to move; add a layer with weights before the loss, or unfreeze one.`,
        ),
      )
    training.push({ index, losses: resolved, trains, settings })
  }
  checkFed(context)
  checkUse(context, training)
  return { steps: training, problems: context.problems }
}
