/** Faults, each planted alone in a network that trains well without it. */
import type { Optimiser } from '../../../engine/graph/document'
import type { RuleId } from '../../../engine/diagnose/finding'
import {
  adam,
  attentionPlan,
  cnnPlan,
  denseChain,
  he,
  healthy,
  rnnPlan,
  scores,
  type Family,
  type Link,
  type Plan,
} from './networks'
import { bars, blobs, channels, rings, waves, type Dice, type Rows } from './tasks'

export interface Fault {
  readonly name: string
  readonly family: Family
  readonly rule: RuleId
  /** Causes that are as right. */
  readonly also: readonly RuleId[]
  /** The faulty network, and the sound one that it comes from. */
  readonly plant: (dice: Dice) => { readonly faulty: Plan; readonly sound: Plan }
}

type Change = (plan: Plan, dice: Dice) => Plan

function fault(
  name: string,
  family: Family,
  rule: RuleId,
  also: readonly RuleId[],
  sound: (dice: Dice) => Plan,
  change: Change,
): Fault {
  return {
    name,
    family,
    rule,
    also,
    plant: (dice) => {
      const plan = sound(dice)
      return { sound: plan, faulty: change(plan, dice) }
    },
  }
}

const sgd = (learningRate: number): Optimiser => ({ kind: 'sgd', learningRate })

/** Changes the settings of the links for which `which` holds. */
const setting =
  (params: Readonly<Record<string, unknown>>, which: (link: Link) => boolean) =>
  (plan: Plan): Plan => ({
    ...plan,
    chain: plan.chain.map((link) => (which(link) ? [link[0], link[1], { ...link[2], ...params }] : link)),
  })

const isOutput = ([id]: Link) => id === 'scores'
const isHidden = ([id, type]: Link) => id !== 'scores' && (type === 'dense' || type === 'conv2d')
const withRows = (plan: Plan, change: (rows: Rows) => Rows): Plan =>
  plan.rows === null ? plan : { ...plan, rows: change(plan.rows) }
const rate =
  (optimiser: (dice: Dice) => Optimiser, more: Partial<Plan> = {}): Change =>
  (plan, dice) => ({
    ...plan,
    optimiser: optimiser(dice),
    more: {},
    ...more,
  })

/** A multi-layer perceptron for classes. */
const classifier = (dice: Dice, activation = 'relu', depth = 2, own: Rows | null = null): Plan => {
  const classes = own?.classes ?? dice.whole('classes', 3, 6)
  const widths = Array.from({ length: depth }, () => dice.pick('width', [24, 32, 48]))
  return {
    rows: own ?? blobs(dice, dice.whole('samples', 500, 800), dice.whole('features', 8, 16), classes),
    chain: [...denseChain(widths, activation), scores(classes)],
    optimiser: adam(dice.pick('adam', [0.003, 0.005])),
    batchSize: 32,
    epochs: dice.whole('epochs', 18, 25),
  }
}

const deep = (activation: string, depth: number) => (dice: Dice) => classifier(dice, activation, depth)

function deepConvolution(dice: Dice): Plan {
  const classes = dice.whole('classes', 3, 5)
  const convs = Array.from({ length: 10 }, (_, at): Link => [
    `conv${at + 1}`,
    'conv2d',
    { filters: 6, kernelSize: [3, 3], padding: 'same', activation: 'relu', kernelInitialiser: he },
  ])
  return {
    rows: bars(dice, 300, classes),
    chain: [['shrink', 'max-pool2d', {}], ...convs, ['flat', 'flatten', {}], scores(classes)],
    optimiser: adam(0.003),
    batchSize: 32,
    epochs: 15,
  }
}

const raw: Change = (plan, dice) => {
  const factor = dice.uniform('factor', 60, 300)
  const offset = dice.uniform('offset', 0, 200)
  return withRows(plan, (rows) => ({
    ...rows,
    x: rows.x.map((row) => row.map((value) => factor * value + offset)),
  }))
}

/** Amounts as they are in many tables: prices, years, millimetres. */
const rawTargets: Change = (plan, dice) => {
  const factor = dice.uniform('factor', 100, 3000)
  const offset = dice.uniform('offset', 0, 20) * factor
  return withRows(plan, (rows) => ({ ...rows, y: rows.y.map((value) => factor * value + offset) }))
}

function regression(dice: Dice, activation: string): Plan {
  return {
    rows: waves(dice, 600, 5),
    chain: [...denseChain([dice.whole('width', 16, 48), 24], activation), scores(1)],
    optimiser: adam(0.005),
    batchSize: 32,
    epochs: 25,
  }
}

const soft = setting({ activation: 'softmax' }, isOutput)
const sortedByClass: Change = (plan) => ({
  ...withRows(plan, (rows) => {
    const order = rows.y.map((_, at) => at).sort((a, b) => (rows.y[a] ?? 0) - (rows.y[b] ?? 0))
    return { ...rows, x: order.map((at) => rows.x[at] ?? []), y: order.map((at) => rows.y[at] ?? 0) }
  }),
  data: { ...plan.data, shuffle: false },
})

function imbalanced(dice: Dice): Plan {
  const many = blobs(dice, 1600, 6, 2, 4)
  const keep = many.y.flatMap((label, at) => (label === 0 || at % 40 === 1 ? [at] : []))
  const rows = { ...many, x: keep.map((at) => many.x[at] ?? []), y: keep.map((at) => many.y[at] ?? 0) }
  return {
    rows,
    chain: [...denseChain([8], 'relu'), scores(2)],
    optimiser: adam(0.003),
    batchSize: 32,
    epochs: 30,
  }
}

/** Few samples with many features, of which a part have a wrong label. */
function fewSamples(dice: Dice): Plan {
  const rows = blobs(dice, 200, 40, 4, 4.5)
  return {
    rows,
    chain: [...denseChain([128, 128], 'relu'), scores(4)],
    optimiser: adam(0.003),
    batchSize: 16,
    epochs: 60,
  }
}

const addColumn: Change = (plan, dice) =>
  withRows(plan, (rows) => {
    const noise = dice.normals('leak', rows.y.length)
    return {
      ...rows,
      x: rows.x.map((row, at) => [...row, (rows.y[at] ?? 0) + 0.02 * (noise[at] ?? 0)]),
      shape: [],
    }
  })

const permuted: Change = (plan, dice) =>
  withRows(plan, (rows) => {
    const order = dice.order('labels', rows.y.length)
    return { ...rows, y: rows.y.map((_, at) => rows.y[order[at] ?? 0] ?? 0) }
  })

const ringClassifier = (dice: Dice): Plan => ({
  rows: rings(dice, 500, 3),
  chain: [...denseChain([32, 32], 'relu'), scores(3)],
  optimiser: adam(0.01),
  batchSize: 32,
  epochs: 30,
})

const recallPlan =
  (length: number, units: number) =>
  (dice: Dice): Plan => ({
    rows: null,
    dataset: { kind: 'recall', samples: 500, length, symbols: dice.whole('symbols', 4, 6) },
    chain: [
      ['memory', 'simple-rnn', { units, recurrentInitialiser: { kind: 'normal', mean: 0, stddev: 0.1 } }],
      scores(dice.whole('symbols', 4, 6)),
    ],
    optimiser: adam(0.005),
    batchSize: 32,
    epochs: 30,
  })

const high: readonly RuleId[] = ['exploding-gradient', 'oscillating-loss', 'dead-relu', 'nan-loss']
const low: readonly RuleId[] = ['plateau']

export const faults: readonly Fault[] = [
  fault(
    'softmax before cross-entropy',
    'mlp',
    'loss-activation-mismatch',
    [],
    (dice) => classifier(dice),
    soft,
  ),
  fault('softmax before cross-entropy', 'cnn', 'loss-activation-mismatch', [], cnnPlan, soft),
  fault('softmax before cross-entropy', 'rnn', 'loss-activation-mismatch', [], rnnPlan, soft),
  fault('softmax before cross-entropy', 'attention', 'loss-activation-mismatch', [], attentionPlan, soft),
  fault(
    'ReLU output for values around zero',
    'mlp',
    'loss-activation-mismatch',
    [],
    (dice) => ({
      rows: waves(dice, 600, 5),
      chain: [...denseChain([32], 'tanh'), scores(1)],
      optimiser: adam(0.01),
      batchSize: 32,
      epochs: 25,
    }),
    setting({ activation: 'relu' }, isOutput),
  ),
  fault(
    'too few scores',
    'mlp',
    'wrong-output-width',
    [],
    (dice) => classifier(dice),
    setting({ units: 2 }, isOutput),
  ),
  fault('too few scores', 'rnn', 'wrong-output-width', [], rnnPlan, setting({ units: 2 }, isOutput)),
  fault(
    'weights of zero',
    'mlp',
    'bad-initialisation',
    ['dead-relu', 'vanishing-gradient'],
    (dice) => classifier(dice),
    setting({ kernelInitialiser: { kind: 'zeros' } }, isHidden),
  ),
  fault(
    'equal weights',
    'mlp',
    'bad-initialisation',
    [],
    (dice) => classifier(dice, 'tanh'),
    setting({ kernelInitialiser: { kind: 'constant', value: 0.05 } }, isHidden),
  ),
  fault(
    'equal weights',
    'cnn',
    'bad-initialisation',
    [],
    cnnPlan,
    setting({ kernelInitialiser: { kind: 'constant', value: 0.05 } }, isHidden),
  ),
  fault('raw inputs', 'mlp', 'input-not-normalised', [], (dice) => classifier(dice), raw),
  fault('raw inputs', 'cnn', 'input-not-normalised', [], cnnPlan, raw),
  fault('raw inputs', 'rnn', 'input-not-normalised', [], rnnPlan, raw),
  fault('raw inputs', 'attention', 'input-not-normalised', [], attentionPlan, raw),
  ...(['relu', 'tanh'] as const).map((activation) =>
    fault(
      'raw targets',
      'mlp',
      'target-not-normalised',
      [],
      (dice) => regression(dice, activation),
      rawTargets,
    ),
  ),
  fault(
    'target among the features',
    'mlp',
    'leakage',
    [],
    (dice) => classifier(dice, 'relu', 2, blobs(dice, 500, 8, 3, 3)),
    addColumn,
  ),
  fault(
    'target among the features',
    'mlp',
    'leakage',
    [],
    (dice) => ({
      rows: waves(dice, 500, 6),
      chain: [...denseChain([24], 'tanh'), scores(1)],
      optimiser: adam(0.01),
      batchSize: 32,
      epochs: 15,
    }),
    addColumn,
  ),
  fault(
    'sorted and not shuffled',
    'mlp',
    'not-shuffled',
    ['oscillating-loss'],
    (dice) => classifier(dice),
    sortedByClass,
  ),
  fault('sorted and not shuffled', 'cnn', 'not-shuffled', ['oscillating-loss'], cnnPlan, sortedByClass),
  fault('one class in forty', 'mlp', 'class-imbalance', [], imbalanced, (plan) => plan),
  fault(
    'dropout of 95 %',
    'mlp',
    'over-regularised',
    [],
    (dice) => classifier(dice),
    (plan) => ({
      ...plan,
      chain: plan.chain.flatMap((link): Link[] =>
        isOutput(link) ? [['drop', 'dropout', { rate: 0.97 }], link] : [link],
      ),
    }),
  ),
  fault(
    'weight decay far too strong',
    'mlp',
    'over-regularised',
    [],
    (dice) => classifier(dice),
    (plan) => ({
      ...plan,
      optimiser: {
        kind: 'adamw',
        learningRate: 0.005,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-7,
        weightDecay: 60,
      },
    }),
  ),
  fault(
    'no activation',
    'mlp',
    'missing-activation',
    ['underfitting'],
    ringClassifier,
    setting({ activation: 'linear' }, isHidden),
  ),
  fault(
    'no activation',
    'cnn',
    'missing-activation',
    ['underfitting'],
    (dice) => ({
      ...cnnPlan(dice),
      chain: [
        ...cnnPlan(dice).chain.filter(([id]) => id === 'conv1'),
        [
          'conv3',
          'conv2d',
          { filters: 8, kernelSize: [3, 3], padding: 'same', activation: 'relu', kernelInitialiser: he },
        ],
        ['flat', 'flatten', {}],
        ...cnnPlan(dice).chain.filter(isOutput),
      ],
    }),
    setting({ activation: 'linear' }, isHidden),
  ),
  fault(
    'first weights far too large',
    'mlp',
    'exploding-gradient',
    ['bad-initialisation', 'learning-rate-too-high', 'nan-loss'],
    deep('relu', 9),
    (plan, dice) => ({
      ...setting(
        { kernelInitialiser: { kind: 'normal', mean: 0, stddev: dice.uniform('deviation', 0.8, 1.2) } },
        isHidden,
      )(plan),
      optimiser: sgd(0.01),
    }),
  ),
  fault(
    'first weights far too large',
    'cnn',
    'exploding-gradient',
    ['bad-initialisation', 'learning-rate-too-high', 'nan-loss'],
    deepConvolution,
    (plan) => ({
      ...setting({ kernelInitialiser: { kind: 'normal', mean: 0, stddev: 0.8 } }, isHidden)(plan),
    }),
  ),
  fault(
    'recurrence that grows',
    'rnn',
    'exploding-gradient',
    ['learning-rate-too-high', 'nan-loss', 'saturated-activation'],
    (dice) => ({
      ...rnnPlan(dice),
      rows: channels(dice, 400, 40, 4),
      chain: [['memory', 'gru', { units: 16 }], scores(4)],
    }),
    (plan, dice) => ({
      ...plan,
      chain: [
        [
          'memory',
          'simple-rnn',
          {
            units: 24,
            activation: 'relu',
            recurrentInitialiser: { kind: 'orthogonal', gain: dice.uniform('gain', 1.8, 2.2) },
          },
        ],
        scores(4),
      ],
      more: {},
    }),
  ),
  fault(
    'biases of minus twenty',
    'mlp',
    'dead-relu',
    ['bad-initialisation'],
    (dice) => classifier(dice),
    setting({ biasInitialiser: { kind: 'constant', value: -40 } }, isHidden),
  ),
  fault(
    'biases of minus twenty',
    'cnn',
    'dead-relu',
    ['bad-initialisation'],
    cnnPlan,
    setting({ biasInitialiser: { kind: 'constant', value: -20 } }, isHidden),
  ),
  fault('deep and sigmoid', 'mlp', 'vanishing-gradient', [], deep('relu', 8), (plan, dice) => ({
    ...plan,
    chain: [
      ...denseChain(
        Array.from({ length: dice.whole('layers', 10, 20) }, () => 32),
        'sigmoid',
      ),
      ...plan.chain.filter(isOutput),
    ],
  })),
  fault(
    'deep and tiny first weights',
    'mlp',
    'vanishing-gradient',
    ['bad-initialisation'],
    deep('tanh', 10),
    (plan) => ({
      ...setting({ kernelInitialiser: { kind: 'normal', mean: 0, stddev: 0.02 } }, isHidden)(plan),
      optimiser: sgd(0.05),
    }),
  ),
  fault(
    'deep and tiny first weights',
    'cnn',
    'vanishing-gradient',
    ['bad-initialisation'],
    deepConvolution,
    (plan) => ({
      ...setting({ kernelInitialiser: { kind: 'normal', mean: 0, stddev: 0.02 } }, isHidden)(plan),
      optimiser: sgd(0.05),
    }),
  ),
  fault(
    'tanh with large first weights',
    'mlp',
    'saturated-activation',
    ['bad-initialisation', 'exploding-gradient', 'learning-rate-too-high', 'oscillating-loss'],
    (dice) => classifier(dice, 'tanh', 3, blobs(dice, 800, 16, 6, 1.5)),
    (plan) => ({
      ...setting({ kernelInitialiser: { kind: 'normal', mean: 0, stddev: 3 } }, isHidden)(plan),
      optimiser: sgd(0.01),
    }),
  ),
  fault(
    'learning rate too high (SGD)',
    'mlp',
    'learning-rate-too-high',
    high,
    (dice) => classifier(dice),
    rate((dice) => sgd(dice.uniform('rate', 10, 40))),
  ),
  fault(
    'learning rate too high (Adam)',
    'mlp',
    'learning-rate-too-high',
    high,
    (dice) => classifier(dice, 'tanh'),
    rate((dice) => adam(dice.uniform('rate', 1, 3))),
  ),
  fault(
    'learning rate too high (Adam)',
    'cnn',
    'learning-rate-too-high',
    high,
    cnnPlan,
    rate((dice) => adam(dice.uniform('rate', 1, 3))),
  ),
  fault(
    'learning rate too high (Adam)',
    'rnn',
    'learning-rate-too-high',
    [...high, 'saturated-activation'],
    rnnPlan,
    rate((dice) => adam(dice.uniform('rate', 1, 3))),
  ),
  fault(
    'learning rate too high (Adam)',
    'attention',
    'learning-rate-too-high',
    [...high, 'saturated-activation'],
    attentionPlan,
    rate((dice) => adam(dice.uniform('rate', 0.5, 2))),
  ),
  fault(
    'learning rate too low',
    'mlp',
    'learning-rate-too-low',
    low,
    (dice) => classifier(dice),
    rate(() => adam(1e-7)),
  ),
  fault(
    'learning rate too low (SGD)',
    'mlp',
    'learning-rate-too-low',
    low,
    (dice) => classifier(dice, 'tanh'),
    rate(() => sgd(1e-6)),
  ),
  fault(
    'learning rate too low',
    'cnn',
    'learning-rate-too-low',
    low,
    cnnPlan,
    rate(() => sgd(1e-6)),
  ),
  fault(
    'learning rate too low',
    'rnn',
    'learning-rate-too-low',
    low,
    rnnPlan,
    rate(() => adam(2e-7)),
  ),
  fault(
    'learning rate too low',
    'attention',
    'learning-rate-too-low',
    low,
    attentionPlan,
    rate(() => adam(1e-7)),
  ),
  fault(
    'memory over a long sequence',
    'rnn',
    'vanishing-through-time',
    [],
    recallPlan(100, 16),
    (plan) => plan,
  ),
  fault(
    'one sample a batch',
    'mlp',
    'batch-too-small',
    ['oscillating-loss', 'learning-rate-too-high'],
    (dice) => ({ ...classifier(dice, 'relu', 1, blobs(dice, 400, 10, 5, 1.5)), optimiser: sgd(0.05) }),
    (plan) => ({ ...plan, batchSize: 1, epochs: 2 }),
  ),
  fault(
    'momentum past the valley',
    'mlp',
    'oscillating-loss',
    ['learning-rate-too-high', 'saturated-activation'],
    (dice) => classifier(dice, 'tanh', 2, blobs(dice, 600, 12, 5, 2.5)),
    rate((): Optimiser => ({ kind: 'momentum', learningRate: 0.7, momentum: 0.9, nesterov: false })),
  ),
  fault(
    'a number is missing',
    'mlp',
    'nan-in-data',
    [],
    (dice) => classifier(dice),
    (plan) =>
      withRows(plan, (rows) => ({
        ...rows,
        x: rows.x.map((row, at) => (at === 17 ? [NaN, ...row.slice(1)] : row)),
      })),
  ),
  fault(
    'learning rate that dies',
    'mlp',
    'plateau',
    ['learning-rate-too-low'],
    (dice) => classifier(dice),
    (plan) => ({
      ...plan,
      optimiser: sgd(0.02),
      more: { schedule: { kind: 'step', warmup: 0, every: 2, factor: 0.8 } },
    }),
  ),
  fault('learning rate that dies', 'cnn', 'plateau', ['learning-rate-too-low'], cnnPlan, (plan) => ({
    ...plan,
    optimiser: sgd(0.01),
    more: { schedule: { kind: 'step', warmup: 0, every: 2, factor: 0.8 } },
  })),
  fault(
    'a line for rings',
    'mlp',
    'underfitting',
    ['plateau'],
    (dice) => ({
      ...ringClassifier(dice),
      rows: rings(dice, 500, 2),
      chain: [...denseChain([32, 32], 'relu'), scores(2)],
    }),
    (plan) => ({ ...plan, chain: plan.chain.filter(isOutput) }),
  ),
  fault('few samples, many weights', 'mlp', 'overfitting', [], fewSamples, (plan) => plan),
  fault(
    'few samples, many weights',
    'cnn',
    'overfitting',
    [],
    (dice) => {
      const plan = cnnPlan(dice)
      const classes = plan.rows?.classes ?? 3
      return { ...plan, rows: bars(dice, 120, classes, 1.5), epochs: 60, optimiser: adam(0.005) }
    },
    (plan) => plan,
  ),
  fault(
    'labels at random',
    'mlp',
    'labels-without-signal',
    ['overfitting'],
    (dice) => ({
      ...classifier(dice),
      rows: blobs(dice, 240, 30, 4),
      chain: [...denseChain([128, 128], 'relu'), scores(4)],
      epochs: 60,
    }),
    permuted,
  ),
]

/** Sound networks: the families in turn. */
export function soundPlans(count: number, diceOf: (seed: number) => Dice, first: number): readonly Plan[] {
  const families: readonly Family[] = ['mlp', 'mlp', 'cnn', 'mlp', 'rnn', 'attention']
  return Array.from({ length: count }, (_, at) => {
    const family = families[at % families.length] ?? 'mlp'
    return healthy[family](diceOf(first + at))
  })
}
