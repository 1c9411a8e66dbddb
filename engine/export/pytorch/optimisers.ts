/** Update rules and schedules as PyTorch writes them: ours are the same, every setting spelled out. */
import type { Plan, PlanStep, PlanTrainingStep } from '../../analyse/plan'
import type { Optimiser, Schedule } from '../../graph/document'
import { refuse, type Refusal } from '../../../nodes/kit/spec'
import type { TorchTensor } from '../../../nodes/kit/torch'
import { torchModuleName } from '../torch-names'
import { emitOf } from './graph'
import { call, keywords } from './python'

/** Decay falls on weights that we hold with two axes and more and that are no biases; tensors that hold both: null. */
function decays(step: PlanStep, tensor: TorchTensor): boolean | null {
  if ('zeros' in tensor) return false
  const each = tensor.parts.map(
    ({ weight }) => (step.weights[weight]?.shape.length ?? 0) > 1 && !weight.endsWith('bias'),
  )
  return each.every((one) => one === each[0]) ? (each[0] ?? false) : null
}

/** Names of the parameters on which decay falls, of those that a training step moves. */
function decayingNames(plan: Plan, training: PlanTrainingStep): readonly string[] | Refusal {
  const names: string[] = []
  for (const path of training.trains) {
    const step = plan.byPath.get(path)
    if (step === undefined) continue
    for (const tensor of emitOf(step).tensors) {
      const falls = decays(step, tensor)
      const name = `${torchModuleName(path)}.${tensor.name}`
      if (falls === null)
        return refuse(
          `AdamW decays weights but no biases, and PyTorch keeps both of node ${path} in the one tensor ${name}. Choose Adam, or another layer.`,
        )
      if (falls) names.push(name)
    }
  }
  return names
}

/** A Python function of the parameters by name. */
export function optimiserText(plan: Plan, training: PlanTrainingStep): string | Refusal {
  const o: Optimiser = training.settings.optimiser
  const made = (kind: string, parameters: string, args: Parameters<typeof keywords>[0]) =>
    call(`lambda parameters: torch.optim.${kind}`, [parameters, ...keywords(args)], 12)
  const all = 'parameters.values()'
  switch (o.kind) {
    case 'sgd':
      return made('SGD', all, { lr: o.learningRate })
    case 'momentum':
      return made('SGD', all, { lr: o.learningRate, momentum: o.momentum, nesterov: o.nesterov })
    case 'rmsprop':
      return made('RMSprop', all, { lr: o.learningRate, alpha: o.rho, eps: o.epsilon })
    case 'adam':
      return made('Adam', all, { lr: o.learningRate, betas: [o.beta1, o.beta2], eps: o.epsilon })
    case 'adamw': {
      const names = decayingNames(plan, training)
      if ('refused' in names) return names
      const groups = `decay_groups(parameters, ${o.weightDecay}, ${call(
        '',
        names.map((name) => `"${name}"`),
        40,
        '[]',
      )})`
      return made('AdamW', groups, { lr: o.learningRate, betas: [o.beta1, o.beta2], eps: o.epsilon })
    }
  }
}

/** A Python function of (update, updates), or null where the rate stays as it is. */
export function scheduleText(schedule: Schedule): string | null {
  const { kind, ...settings } = schedule
  if (kind === 'constant' && settings.warmup === 0) return null
  const curve = kind === 'constant' ? '' : `, ${kind}(${keywords(curveSettings(schedule)).join(', ')})`
  return `warm_up(${settings.warmup}${curve})`
}

function curveSettings(schedule: Schedule): Record<string, number> {
  switch (schedule.kind) {
    case 'constant':
      return {}
    case 'step':
      return { every: schedule.every, factor: schedule.factor }
    case 'cosine':
      return { warmup: schedule.warmup, final: schedule.final }
  }
}

/** Python functions that the optimisers and schedules of these training steps call. */
export function rateFunctions(training: readonly PlanTrainingStep[]): string {
  const kinds = training.map(({ settings: { schedule } }) => schedule)
  const used = kinds.filter((schedule) => scheduleText(schedule) !== null)
  return [
    ...(training.some(({ settings }) => settings.optimiser.kind === 'adamw') ? [decayGroups] : []),
    ...(used.some(({ kind }) => kind === 'step') ? [stepCurve] : []),
    ...(used.some(({ kind }) => kind === 'cosine') ? [cosineCurve] : []),
    ...(used.length > 0 ? [warmUp] : []),
  ]
    .map((text) => `${text}\n\n`)
    .join('')
}

const decayGroups = `def decay_groups(parameters, weight_decay, names):
    """Weight decay falls on these parameters only: on matrices and kernels, not on biases and gains."""
    return [
        {"params": [p for name, p in parameters.items() if name in names], "weight_decay": weight_decay},
        {"params": [p for name, p in parameters.items() if name not in names], "weight_decay": 0},
    ]
`

const stepCurve = `def step(every, factor):
    """Times the factor after every so many updates."""
    return lambda past, updates: factor ** (past // every)
`

const cosineCurve = `def cosine(warmup, final):
    """Half a cosine from 1 down to \`final\` over the rest of the run."""

    def curve(past, updates):
        progress = min(1, past / max(1, updates - warmup))
        return final + (1 - final) * 0.5 * (1 + math.cos(math.pi * progress))

    return curve
`

const warmUp = `def warm_up(warmup, curve=lambda past, updates: 1):
    """Factor on the learning rate at an update (from 0) of all updates: a linear rise, then the curve."""

    def factor(update, updates):
        return (update + 1) / warmup if update < warmup else curve(update - warmup, updates)

    return factor
`
