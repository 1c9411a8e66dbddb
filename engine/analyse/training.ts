/**
 * Training steps with every path resolved: which losses each minimises, which weights each moves. A path of an instance
 * or of one of its copies stands for everything in it. No training step at all means one Adam step on all losses
 * (`graph/create`); a step without losses means all losses.
 */
import { defaultTrainingStep } from '../graph/create'
import type { Document, Path, TrainingStep } from '../graph/document'
import { error, warning, type FlatNode } from './flat'
import type { PlanStep, PlanTrainingStep, Problem } from './plan'
import { ancestors, gradientReach, type StepGraph } from './reach'

interface Context {
  readonly nodes: ReadonlyMap<Path, FlatNode>
  readonly graph: StepGraph
  /** By place: whether the step has weights that can train (its own or shared). */
  readonly trainable: readonly boolean[]
  readonly losses: readonly Path[]
  readonly problems: Problem[]
}

export interface TrainingPlan {
  readonly steps: readonly PlanTrainingStep[]
  readonly problems: readonly Problem[]
}

function within(path: Path, group: Path): boolean {
  return path.startsWith(group) && (path.length === group.length || path[group.length] === '/')
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
  for (const name in step.weights) if (step.weights[name]?.trainable === true) return true
  return false
}

/** Nodes that a path stands for, in any mode. */
function named(context: Context, path: Path): FlatNode[] {
  return [...context.nodes.values()].filter((node) => within(node.path, path))
}

function resolveLosses(context: Context, settings: TrainingStep, title: string): Path[] {
  if (settings.losses.length === 0) return [...context.losses]
  const found = new Set<Path>()
  for (const path of settings.losses) {
    const losses = context.losses.filter((loss) => within(loss, path))
    for (const loss of losses) found.add(loss)
    if (losses.length > 0) continue
    const nodes = named(context, path)
    const first = nodes[0]
    const loss = nodes.find((node) => node.definition?.role === 'loss')
    if (first === undefined) {
      const message = `${title} is to minimise "${path}", but there is no such node; choose another loss.`
      context.problems.push(error(null, message))
    } else if (loss === undefined && nodes.every((node) => node.definition !== null)) {
      const message = `${title} is to minimise ${first.name}, which is not a loss; choose another.`
      context.problems.push(error(first.path, message))
    } else if (loss?.mode === 'off' || loss?.mode === 'bypass') {
      context.problems.push(
        warning(loss.path, `${title} is to minimise ${loss.name}, which is switched off.`),
      )
    }
  }
  return context.losses.filter((loss) => found.has(loss))
}

/** Paths in `trains` that stand for nothing that trains. */
function checkTrains(context: Context, paths: readonly Path[], title: string): void {
  for (const path of paths) {
    const first = named(context, path)[0]
    if (first === undefined) {
      context.problems.push(
        error(null, `${title} is to train "${path}", but there is no such node; choose another.`),
      )
      continue
    }
    const steps = context.graph.steps.filter((step) => within(step.path, path))
    if (steps.length === 0 || steps.some(hasTrainable)) continue
    context.problems.push(
      warning(first.path, `${title} is to train ${first.name}, which has no weights that train.`),
    )
  }
}

function resolveTrains(
  context: Context,
  settings: TrainingStep,
  losses: readonly Path[],
  title: string,
): Path[] {
  const { steps, byPath } = context.graph
  const reached = gradientReach(context.graph, losses)
  const wanted = settings.trains
  if (wanted !== 'all') checkTrains(context, wanted, title)
  const groups = wanted === 'all' ? null : [...new Set(wanted)]
  const owners = new Set<Path>()
  for (const [index, step] of steps.entries()) {
    if (reached[index] !== 1 || context.trainable[index] !== true) continue
    if (groups === null || groups.some((path) => within(step.path, path))) owners.add(ownerOf(step))
  }
  const moved = [...owners].filter((path) => byPath.get(path)?.frozen === false)
  return moved.sort((a, b) => (context.graph.place.get(a) ?? 0) - (context.graph.place.get(b) ?? 0))
}

/** Sources that a loss needs and nothing feeds. */
function checkFed(context: Context): void {
  const needed = ancestors(context.graph, context.losses)
  for (const [index, step] of context.graph.steps.entries()) {
    if (step.definition.role !== 'input' || needed[index] !== 1 || context.graph.sources[index]?.length !== 0)
      continue
    const message = `${nameOf(context, step.path)} leads to a loss, but no data is wired into it; wire a data node to its input.`
    context.problems.push(error(step.path, message))
  }
}

/** Nodes that lead nowhere, and weights that no training step moves. */
function checkUse(context: Context, training: readonly PlanTrainingStep[]): void {
  const { graph, losses, problems } = context
  const isEnd = ({ definition: { role } }: PlanStep): boolean =>
    role === 'loss' || role === 'metric' || role === 'output'
  const ends = graph.steps.filter(isEnd).map((step) => step.path)
  if (ends.length === 0) return
  const useful = ancestors(graph, ends)
  const reached = gradientReach(graph, losses)
  const reachedOwners = new Set(graph.steps.filter((_, index) => reached[index] === 1).map(ownerOf))
  const trained = new Set(training.flatMap((step) => step.trains))
  for (const [index, step] of graph.steps.entries()) {
    if (useful[index] !== 1) {
      const message = `${nameOf(context, step.path)} leads to no loss, metric or output, so it has no effect.`
      problems.push(warning(step.path, message))
      continue
    }
    const ownsTrainable = context.trainable[index] === true && step.sharesWeightsOf === null
    if (losses.length === 0 || !ownsTrainable || step.frozen || trained.has(step.path)) continue
    const name = nameOf(context, step.path)
    const message = reachedOwners.has(step.path)
      ? `No training step trains ${name}; add it to one, or freeze it.`
      : `No gradient of a loss reaches ${name}, so its weights will not train; wire it towards a loss, or freeze it.`
    problems.push(warning(step.path, message))
  }
}

/** A loss without a target beside data whose targets go nowhere: it trains towards a constant, which is seldom meant. */
function checkTargets(context: Context): void {
  const { graph, problems } = context
  const used = graph.sources.flat()
  const idle = graph.steps.find(
    (step) =>
      step.definition.role === 'data' &&
      Object.entries(step.outputs).some(
        ([port, spec]) =>
          spec.kind === 'target' && !used.some((source) => source.path === step.path && source.port === port),
      ),
  )
  if (idle === undefined) return
  for (const step of graph.steps) {
    const open = step.definition.inputs.target?.optional === true && step.inputs.target === undefined
    if (step.definition.role !== 'loss' || !open) continue
    const message =
      `${nameOf(context, step.path)} has no target, so it compares with the constant ${String(step.params.constantTarget)}, ` +
      `while the targets of ${nameOf(context, idle.path)} go nowhere; wire them to it.`
    problems.push(warning(step.path, message))
  }
}

/**
 * The training steps of the document over the steps of the Plan, with what is wrong with them. Where steps are missing
 * because of errors (not `complete`), nothing is said about nodes that lead nowhere: they may once the errors are gone.
 */
export function planTraining(
  document: Document,
  nodes: ReadonlyMap<Path, FlatNode>,
  graph: StepGraph,
  complete: boolean,
): TrainingPlan {
  const losses = graph.steps.filter((step) => step.definition.role === 'loss').map((step) => step.path)
  const context: Context = { nodes, graph, trainable: graph.steps.map(hasTrainable), losses, problems: [] }
  const { problems } = context
  const declared = document.training.steps.length === 0 ? [defaultTrainingStep()] : document.training.steps
  let hasLoss = losses.length > 0
  for (const node of nodes.values()) hasLoss ||= node.definition?.role === 'loss' && node.mode !== 'off'
  if (!hasLoss) {
    const message =
      'There is no loss, so this graph cannot be trained; add one and wire a prediction and a target to it.'
    problems.push(warning(null, message))
  }
  const training: PlanTrainingStep[] = []
  for (const [index, settings] of declared.entries()) {
    const title = stepName(index, declared.length)
    const resolved = resolveLosses(context, settings, title)
    if (resolved.length === 0) continue
    const trains = resolveTrains(context, settings, resolved, title)
    if (trains.length === 0) {
      const message = `${title} has no weights to move; add a layer with weights before the loss, or unfreeze one.`
      problems.push(warning(null, message))
    }
    training.push({ index, losses: resolved, trains, settings })
  }
  checkFed(context)
  if (complete) {
    checkTargets(context)
    checkUse(context, training)
  }
  return { steps: training, problems }
}
