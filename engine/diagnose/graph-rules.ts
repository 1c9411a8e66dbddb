/**
 * What the graph alone shows, at edit time: outputs that do not fit their loss, first weights that are all the same,
 * layers without a bend between them. Where facts of the samples are known, they are used too.
 */
import { nameOf } from '../analyse/name-of'
import type { Plan, PlanStep } from '../analyse/plan'
import type { CureEdit } from './finding'
import { cure, found, say, type Found } from './make'
import { bendOf, hasWeights, headOf, isDense, judged, linearNext, netOf } from './net'
import type { LossFacts, SampleFacts } from './signals'
import { initialisation } from './initialisation-rule'

/** Losses that apply softmax or sigmoid themselves. */
const scoreLosses: ReadonlyMap<string, 'softmax' | 'sigmoid'> = new Map([
  ['sparse-categorical-crossentropy', 'softmax'],
  ['categorical-crossentropy', 'softmax'],
  ['kl-divergence', 'softmax'],
  ['focal', 'softmax'],
  ['binary-crossentropy', 'sigmoid'],
])

/** Functions that cannot give every score; log-softmax changes nothing before a softmax. */
const squeezing: ReadonlySet<string> = new Set([
  'softmax',
  'sparsemax',
  'sigmoid',
  'hard-sigmoid',
  'sparse-sigmoid',
  'log-sigmoid',
  'tanh',
  'hard-tanh',
  'softsign',
  'relu',
  'relu6',
  'softplus',
  'squareplus',
  'sparse-plus',
  'exponential',
])

const valueLosses: ReadonlySet<string> = new Set([
  'mean-squared-error',
  'absolute-error',
  'huber',
  'log-cosh',
])

/** What a function can give. */
function range(bend: string): readonly [number, number] | null {
  if (['softmax', 'sparsemax', 'sigmoid', 'hard-sigmoid', 'sparse-sigmoid'].includes(bend)) return [0, 1]
  if (['tanh', 'hard-tanh', 'softsign'].includes(bend)) return [-1, 1]
  if (['relu', 'softplus', 'squareplus', 'sparse-plus', 'exponential'].includes(bend)) return [0, Infinity]
  if (bend === 'relu6') return [0, 6]
  return null
}

/** Takes the bend off a step: an activation node goes, a layer becomes linear. */
function unbend(step: PlanStep): CureEdit {
  return step.definition.type === 'activation'
    ? { kind: 'remove', path: step.path, from: 'x' }
    : { kind: 'set', path: step.path, params: { activation: 'linear' } }
}

function unfitOutput(plan: Plan, loss: PlanStep, facts: LossFacts | undefined): Found | null {
  const head = headOf(plan, loss)
  if (head === undefined) return null
  const bend = bendOf(head)
  const title = loss.definition.title
  const own = scoreLosses.get(loss.definition.type)
  const linear = cure('linear-output', `Make ${nameOf(plan, head.path)} give raw scores`, unbend(head))
  if (own !== undefined && squeezing.has(bend)) {
    const why =
      bend === 'relu'
        ? 'which cannot give a score below zero'
        : `which keeps the scores within a narrow range before ${title} applies ${own} itself`
    return found('loss-activation-mismatch', {
      path: head.path,
      evidence: `${nameOf(plan, head.path)} ends in ${bend}, ${why}.`,
      cures: [linear],
    })
  }
  const reach = range(bend)
  if (!valueLosses.has(loss.definition.type) || reach === null || facts === undefined) return null
  const slack = 0.01 * Math.max(1e-12, facts.most - facts.least)
  if (facts.least >= reach[0] - slack && facts.most <= reach[1] + slack) return null
  return found('loss-activation-mismatch', {
    path: head.path,
    evidence: `${nameOf(plan, head.path)} ends in ${bend}, which gives ${say(reach[0])} to ${say(reach[1])}, but the targets of ${nameOf(plan, loss.path)} go from ${say(facts.least)} to ${say(facts.most)}.`,
    cures: [cure('linear-output', `Make ${nameOf(plan, head.path)} linear`, unbend(head))],
  })
}

/** The field that says how many outputs a layer has. */
function widthField(step: PlanStep): string | null {
  if (Object.hasOwn(step.definition.fields, 'units')) return 'units'
  return Object.hasOwn(step.definition.fields, 'filters') ? 'filters' : null
}

/** The last layer of weights before a loss whose width is the width of the scores. */
function scorer(plan: Plan, loss: PlanStep): PlanStep | null {
  let step = headOf(plan, loss)
  for (let depth = 0; step !== undefined && depth < 32; depth++) {
    if (hasWeights(step)) return widthField(step) === null ? null : step
    const input = Object.values(step.inputs)[0]
    step = input !== undefined && 'path' in input ? plan.byPath.get(input.path) : undefined
  }
  return null
}

function wrongWidth(plan: Plan, loss: PlanStep, facts: LossFacts | undefined): Found | null {
  const { prediction } = judged(loss)
  const { type } = loss.definition
  if (facts?.classes === undefined || facts.classes === null || prediction === null) return null
  const { classes } = facts
  const width = plan.byPath.get(prediction.path)?.outputs[prediction.port]?.shape.at(-1)
  const layer = scorer(plan, loss)
  const field = layer === null ? null : widthField(layer)
  const widen: CureEdit[] =
    layer === null || field === null
      ? []
      : [
          {
            kind: 'set',
            path: layer.path,
            params: { [field]: classes, ...(isDense(layer) ? { activation: 'linear' } : {}) },
          },
        ]
  const asClasses: CureEdit = {
    kind: 'replace',
    path: loss.path,
    type: 'sparse-categorical-crossentropy',
    params: {},
  }
  if (type === 'binary-crossentropy' && classes > 2)
    return found('wrong-output-width', {
      path: layer?.path ?? loss.path,
      evidence: `${nameOf(plan, loss.path)} asks yes or no, but its targets name ${classes} classes.`,
      cures: [
        cure('scores-for-classes', `Give a score for each of the ${classes} classes`, ...widen, asClasses),
      ],
    })
  if (valueLosses.has(type) && classes > 2)
    return found('loss-activation-mismatch', {
      path: loss.path,
      evidence: `${nameOf(plan, loss.path)} treats the numbers of ${classes} classes as amounts, as if class 2 lay between 1 and 3.`,
      cures: [
        cure('scores-for-classes', `Give a score for each of the ${classes} classes`, ...widen, asClasses),
      ],
    })
  if (type !== 'sparse-categorical-crossentropy' || typeof width !== 'number' || width === classes)
    return null
  return found('wrong-output-width', {
    path: layer?.path ?? loss.path,
    severity: width < classes ? 'warn' : 'info',
    evidence: `${nameOf(plan, loss.path)} gets ${width} scores, but its targets name ${classes} classes.`,
    cures: [
      widen.length === 0
        ? null
        : cure('match-classes', `Give ${nameOf(plan, layer?.path ?? '')} ${classes} outputs`, ...widen),
    ],
  })
}

function widthOf(step: PlanStep | undefined, port = 'y'): number | null {
  const width = step?.outputs[port]?.shape.at(-1)
  return typeof width === 'number' ? width : null
}

/** A layer narrower than what it joins is a bottleneck: linear on purpose (an autoencoder's code, a low-rank layer). */
function isBottleneck(step: PlanStep, next: PlanStep): boolean {
  const spec = step.inputSpecs['x']
  const into = spec !== undefined && 'shape' in spec ? spec.shape.at(-1) : null
  const own = widthOf(step)
  const out = widthOf(next)
  return own !== null && typeof into === 'number' && out !== null && own < into && own < out
}

function missingActivation(plan: Plan): Found[] {
  const net = netOf(plan)
  const pairs = plan.steps.flatMap((step) => {
    if (!isDense(step) || step.frozen) return []
    const next = linearNext(net, step)
    return next === null || isBottleneck(step, next) ? [] : [{ step, next }]
  })
  const [first] = pairs
  if (first === undefined) return []
  const edits = pairs.map(({ step }): CureEdit => ({
    kind: 'set',
    path: step.path,
    params: { activation: 'relu', kernelInitialiser: { kind: 'heNormal' } },
  }))
  const others = pairs.length > 1 ? ` The same holds for ${pairs.length - 1} more.` : ''
  return [
    found('missing-activation', {
      path: first.step.path,
      evidence: `Between ${nameOf(plan, first.step.path)} and ${nameOf(plan, first.next.path)} there is no activation, so together they are one linear layer.${others}`,
      cures: [
        cure(
          'add-relu',
          pairs.length > 1
            ? `Bend ${pairs.length} layers with ReLU`
            : `Bend ${nameOf(plan, first.step.path)} with ReLU`,
          ...edits,
        ),
      ],
    }),
  ]
}

/** Everything that can be said of a graph before it runs; `samples` are facts of its data where they are known. */
export function graphRules(plan: Plan, samples: SampleFacts): readonly Found[] {
  const losses = plan.losses.flatMap((path) => {
    const loss = plan.byPath.get(path)
    if (loss === undefined) return []
    const facts = samples.losses.find((one) => one.path === path)
    return [unfitOutput(plan, loss, facts), wrongWidth(plan, loss, facts)].filter((one) => one !== null)
  })
  return [...losses, ...initialisation(plan), ...missingActivation(plan)]
}
