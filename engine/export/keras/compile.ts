/**
 * How the document trains, said in Keras: loss, optimiser, schedule. What Keras has no equal of is not said at all; the
 * script then says why it does not train.
 */
import type { Plan, PlanStep, Ref } from '../../analyse/plan'
import type { Optimiser, Schedule, TrainingStep } from '../../graph/document'
import { refuse, type Refusal } from '../../../nodes/kit/spec'
import type { Json } from '../../../nodes/kit/torch'
import { keywords, literal } from './python'

export interface Compilation {
  /** Python expressions, one an output. */
  readonly losses: readonly string[]
  /** Lines that make `optimizer`, given `total` steps. */
  readonly optimiser: readonly string[]
}

type Config = { readonly [name: string]: Json }

interface LossRow {
  readonly call: string
  readonly config: Config
  /** Settings of ours that this row says; all others must be as on a fresh node. */
  readonly says?: (p: Readonly<Record<string, unknown>>) => Config
  readonly settings?: readonly string[]
}

const smoothing = (p: Readonly<Record<string, unknown>>): Config => ({
  label_smoothing: typeof p['labelSmoothing'] === 'number' ? p['labelSmoothing'] : 0,
})

const losses: Readonly<Record<string, LossRow>> = {
  'mean-squared-error': { call: 'MeanSquaredError', config: {} },
  'binary-crossentropy': { call: 'BinaryCrossentropy', config: { from_logits: true } },
  'sparse-categorical-crossentropy': { call: 'SparseCategoricalCrossentropy', config: { from_logits: true } },
  'categorical-crossentropy': {
    call: 'CategoricalCrossentropy',
    config: { from_logits: true },
    says: smoothing,
    settings: ['labelSmoothing'],
  },
}

/** A loss in Keras, or why it has none with the same numbers. */
function lossOf({ definition, params, path, inputs }: PlanStep): string | Refusal {
  const row = losses[definition.type]
  if (row === undefined) return refuse(`Keras has no loss that is the ${definition.title} of ${path}.`)
  if (inputs['target'] === undefined)
    return refuse(`The loss ${path} has no target of its own, and a loss of Keras always takes one.`)
  const odd = Object.entries(definition.fields).find(
    ([name, field]) =>
      name !== 'constantTarget' &&
      !row.settings?.includes(name) &&
      JSON.stringify(params[name]) !== JSON.stringify(field.initial),
  )
  if (odd !== undefined)
    return refuse(`The loss ${path} sets ${odd[0]}, which Keras's ${row.call} does not have.`)
  return `keras.losses.${row.call}(${keywords({ ...row.config, ...row.says?.(params) })})`
}

/** The loss of every output, in their order. */
function lossesOf(plan: Plan, wanted: ReadonlySet<string>): readonly string[] | Refusal {
  const found: string[] = []
  const steps = plan.steps.filter(({ path }) => wanted.has(path))
  for (const output of plan.model.outputs) {
    const own = steps.filter((step) => takes(step, output))
    const [first, ...others] = own
    if (first === undefined || others.length > 0)
      return refuse(`The output ${output.path} has ${own.length} losses, and Keras takes one an output.`)
    const loss = lossOf(first)
    if (typeof loss !== 'string') return loss
    found.push(loss)
  }
  const stray = steps.find((step) => !plan.model.outputs.some((output) => takes(step, output)))
  return stray === undefined
    ? found
    : refuse(`The loss ${stray.path} is taken of something that is no output.`)
}

function takes({ inputs, definition }: PlanStep, { path, port }: Ref): boolean {
  return Object.entries(definition.inputs).some(([name, { prediction }]) => {
    const source = inputs[name]
    return (
      prediction === true &&
      source !== undefined &&
      'path' in source &&
      source.path === path &&
      source.port === port
    )
  })
}

/** Optimiser and its settings; `rate` stands for the learning rate. */
function optimiserCall(o: Optimiser, clip: TrainingStep['clip']): string {
  const common: Config = clip === null ? {} : { global_clipnorm: clip.norm }
  const call = (name: string, config: Config) =>
    `keras.optimizers.${name}(learning_rate=rate${Object.keys({ ...config, ...common }).length > 0 ? ', ' : ''}${keywords({ ...config, ...common })})`
  switch (o.kind) {
    case 'sgd':
      return call('SGD', {})
    case 'momentum':
      return call('SGD', { momentum: o.momentum, nesterov: o.nesterov })
    case 'rmsprop':
      return call('RMSprop', { rho: o.rho, momentum: 0, epsilon: o.epsilon, centered: false })
    case 'adam':
      return call('Adam', { beta_1: o.beta1, beta_2: o.beta2, epsilon: o.epsilon, amsgrad: false })
    case 'adamw':
      return call('AdamW', {
        weight_decay: o.weightDecay,
        beta_1: o.beta1,
        beta_2: o.beta2,
        epsilon: o.epsilon,
        amsgrad: false,
      })
  }
}

/** The learning rate as a number, or as the class `Schedule` of the script. */
function rateOf(rate: number, schedule: Schedule): string {
  return schedule.kind === 'constant' && schedule.warmup === 0
    ? literal(rate)
    : `Schedule(${literal(rate)}, total)`
}

/** The class `Schedule`, where the learning rate is no constant. */
export function scheduleClass(schedule: Schedule): readonly string[] {
  if (schedule.kind === 'constant' && schedule.warmup === 0) return []
  const curves: { readonly [K in Schedule['kind']]: readonly string[] } = {
    constant: ['        curve = 1.0'],
    step:
      schedule.kind === 'step'
        ? [
            `        curve = ${literal(schedule.factor)} ** keras.ops.floor((step - warmup) / ${schedule.every})`,
          ]
        : [],
    cosine:
      schedule.kind === 'cosine'
        ? [
            '        along = keras.ops.clip((step - warmup) / max(self.total - warmup, 1), 0.0, 1.0)',
            `        curve = ${literal(schedule.final)} + ${literal(1 - schedule.final)} * 0.5 * (1.0 + keras.ops.cos(math.pi * along))`,
          ]
        : [],
  }
  return [
    'class Schedule(keras.optimizers.schedules.LearningRateSchedule):',
    '    """A linear rise, then the curve."""',
    '',
    '    def __init__(self, rate, total):',
    '        self.rate = rate',
    '        self.total = total',
    '',
    '    def __call__(self, step):',
    '        step = keras.ops.cast(step, "float32")',
    `        warmup = ${schedule.warmup}`,
    ...curves[schedule.kind],
    '        rise = (step + 1.0) / max(warmup, 1)',
    '        return self.rate * keras.ops.where(step < warmup, rise, curve)',
    '',
    '    def get_config(self):',
    '        return {"rate": self.rate, "total": self.total}',
    '',
    '',
  ]
}

/** How the one training step of the document compiles, or why Keras cannot train it so. */
export function compilation(plan: Plan): Compilation | Refusal {
  const [step, ...others] = plan.training
  if (step === undefined) return refuse('The graph has no loss to train on.')
  if (others.length > 0)
    return refuse(`The graph trains in ${others.length + 1} steps a batch, and model.fit of Keras in one.`)
  const { settings } = step
  if (settings.trains !== 'all')
    return refuse('Only some of the nodes are to learn; freeze the others instead.')
  const found = lossesOf(plan, new Set(step.losses))
  if ('refused' in found) return found
  const decays = settings.optimiser.kind === 'adamw'
  return {
    losses: found,
    optimiser: [
      `rate = ${rateOf(settings.optimiser.learningRate, settings.schedule)}`,
      `optimizer = ${optimiserCall(settings.optimiser, settings.clip)}`,
      ...(decays ? ['optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])'] : []),
    ],
  }
}
