/** `train.py`: the same losses, optimisers, schedules, clipping and batches as in our run, in one process or several. */
import type { Plan, PlanTrainingStep } from '../../analyse/plan'
import type { Training } from '../../graph/document'
import { isRefusal, type Refusal } from '../../../nodes/kit/spec'
import { torchModuleName } from '../torch-names'
import { emitOf, isModule, trainingSteps } from './graph'
import { countedLosses, evaluationClass, metricsText, objectiveClass } from './objectives'
import { optimiserText, rateFunctions, scheduleText } from './optimisers'
import { call, indented, literal } from './python'
import { loopText } from './train-loop'

function className(plan: Plan, step: PlanTrainingStep): string {
  return trainingSteps(plan).length === 1 ? 'Objective' : `Objective${step.index + 1}`
}

/** Modules that a training step moves, or null where it is every one that may learn. */
function trainedModules(plan: Plan, { trains }: PlanTrainingStep): readonly string[] | null {
  const able = plan.steps.filter(
    (step) =>
      step.sharesWeightsOf === null &&
      !step.frozen &&
      isModule(emitOf(step)) &&
      Object.values(step.weights).some(({ trainable }) => trainable),
  )
  return able.length === trains.length ? null : trains.map(torchModuleName)
}

/** `TrainingStep(...)` for one entry of the list. */
function stepText(plan: Plan, step: PlanTrainingStep): string | Refusal {
  const optimiser = optimiserText(plan, step)
  if (typeof optimiser !== 'string') return optimiser
  const { clip, every, schedule } = step.settings
  const trained = trainedModules(plan, step)
  const modules =
    trained === null
      ? []
      : [
          `trains=${call(
            '',
            trained.map((name) => `"${name}"`),
            20,
            '[]',
          )}`,
        ]
  const rate = scheduleText(schedule)
  return call(
    'TrainingStep',
    [
      'model',
      `${className(plan, step)}(model)`,
      `optimiser=${optimiser}`,
      ...modules,
      ...(rate === null ? [] : [`schedule=${rate}`]),
      ...(clip === null ? [] : [`clip=${literal(clip.norm)}`]),
      ...(every === 1 ? [] : [`every=${every}`]),
      'steps=steps',
    ],
    8,
  )
}

function defaults(training: Training): string {
  const { length } = training
  const epochs = 'epochs' in length ? String(length.epochs) : 'None'
  const steps = 'steps' in length ? String(length.steps) : 'None'
  return `EPOCHS, STEPS, BATCH_SIZE, SEED = ${epochs}, ${steps}, ${training.batchSize}, ${training.seed}`
}

export function trainFile(plan: Plan, training: Training): string | Refusal {
  const made = trainingSteps(plan).map((step) => stepText(plan, step))
  const bad = made.find((text) => typeof text !== 'string')
  if (bad !== undefined && isRefusal(bad)) return bad
  const objectives = trainingSteps(plan)
    .map((step) => `${objectiveClass(plan, step, className(plan, step))}\n\n`)
    .join('')
  const classes = `${objectives}${evaluationClass(plan)}`
  const used = /\bwiregrad\./.test(`${classes}${metricsText(plan)}`)
  const functional = /\bF\./.test(`${classes}${metricsText(plan)}`)
  return loopText({
    imports: `${functional ? 'import torch.nn.functional as F\n' : ''}`,
    helpers: used ? 'import wiregrad\n' : '',
    defaults: defaults(training),
    every: training.validateEvery,
    losses: countedLosses(plan),
    classes,
    metrics: metricsText(plan),
    rates: rateFunctions(trainingSteps(plan)),
    mixed: training.precision === 'mixed',
    steps: made.map((text) => `${indented(text as string, 8)},\n`).join(''),
  })
}
