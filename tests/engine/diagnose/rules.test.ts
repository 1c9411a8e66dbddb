/** The rules, on facts written by hand: what each fires on, and what it must leave alone. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { applyCure } from '../../../engine/diagnose/cure'
import { diagnoseGraph, diagnoseRun } from '../../../engine/diagnose/diagnose'
import { flattened, ruleIds, type Finding } from '../../../engine/diagnose/finding'
import type { DataFacts, RunFacts, RunSample, SampleFacts } from '../../../engine/diagnose/signals'
import { words } from '../../../engine/diagnose/words'
import { defaultTraining } from '../../../engine/graph/create'
import type { Document } from '../../../engine/graph/document'
import { readDocument } from '../../../engine/graph/read'
import { catalogue } from '../../../nodes/catalogue'
import { graph, sgd, step } from '../documents'

const examples = new URL('../../../examples/', import.meta.url).pathname

const planOf = (document: Document) => analyse(document, catalogue).plan
const rulesOf = (findings: readonly Finding[]) =>
  flattened(findings).map(({ rule, path: at, severity }) => `${severity} ${rule} ${at ?? ''}`.trim())

/** data -> a chain of layers -> a loss of classes. */
function chain(
  layers: readonly (readonly [string, string, Record<string, unknown>?])[],
  loss = 'sparse-categorical-crossentropy',
): Document {
  const ids = ['data', ...layers.map(([id]) => id)]
  return graph(
    {
      data: [
        'data',
        {
          dataset: {
            kind: 'table',
            file: 'a.csv',
            features: ['a', 'b', 'c'],
            target: 't',
            task: loss === 'mean-squared-error' ? 'value' : 'classes',
            classes: loss === 'mean-squared-error' ? [] : ['x', 'y', 'z'],
            hash: '',
          },
        },
      ],
      ...Object.fromEntries(layers.map(([id, type, params = {}]) => [id, [type, params] as const])),
      loss: [loss],
    },
    [
      ...layers.map(([id], at) => `${ids[at] ?? ''}.${at === 0 ? 'x' : 'y'} -> ${id}.x`),
      `${ids.at(-1) ?? ''}.y -> loss.prediction`,
      'data.y -> loss.target',
    ],
    { steps: [step(sgd(0.1))] },
  )
}

const hidden = (activation = 'relu', more: Record<string, unknown> = {}) =>
  ['hidden', 'dense', { units: 8, activation, ...more }] as const
const scores = (activation = 'linear', units = 3) => ['scores', 'dense', { units, activation }] as const

const facts = (more: Partial<DataFacts> = {}): SampleFacts => ({
  data: [
    {
      path: 'data',
      samples: { train: 100, validation: 30, test: 0 },
      x: { size: 3, mean: 0, deviation: 1, least: -3, most: 3, large: 2.6, deviationRatio: 1.2 },
      y: null,
      notFinite: null,
      validation: { mean: 0.1, deviation: 1.1 },
      classes: [34, 33, 33],
      classesInBatch: null,
      leak: null,
      repeats: null,
      ...more,
    },
  ],
  losses: [
    {
      path: 'loss',
      task: 'classes',
      chance: Math.log(3),
      floor: 0,
      majority: 0.34,
      least: 0,
      most: 2,
      classes: 3,
    },
  ],
})

describe('the words', () => {
  it('are there for every rule', () => {
    for (const rule of ruleIds) expect(words[rule].explanation.length, rule).toBeGreaterThan(60)
  })
})

describe('a graph without a fault', () => {
  const files = [examples, path.join(examples, 'architectures')].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.wiregrad'))
      .map((name) => path.join(folder, name)),
  )
  it.each(files.map((file) => [path.basename(file), file] as const))('is %s: no warning', (_, file) => {
    const read = readDocument(readFileSync(file, 'utf8'))
    if (!read.ok) throw new Error(read.message)
    expect(
      rulesOf(diagnoseGraph(planOf(read.document), 32)).filter((rule) => rule.startsWith('warn')),
    ).toEqual([])
  })

  it.each([
    [
      'a log-softmax before the softmax of a loss',
      [hidden(), scores(), ['log', 'activation', { function: 'log-softmax' }]],
    ],
    [
      'a linear bottleneck',
      [
        hidden('relu'),
        ['code', 'dense', { units: 2 }],
        ['wide', 'dense', { units: 8, activation: 'relu' }],
        scores(),
      ],
    ],
    [
      'activations as nodes, past norms',
      [hidden('linear'), ['norm', 'batch-norm'], ['bend', 'activation'], scores()],
    ],
    ['a plain regression', [scores()]],
  ] as const)('may have %s', (_, layers) => {
    expect(diagnoseGraph(planOf(chain(layers as never)), 32, facts())).toEqual([])
  })
})

describe('a graph with a fault', () => {
  it.each([
    ['softmax in the layer', [hidden(), scores('softmax')], 'warn loss-activation-mismatch scores'],
    [
      'softmax as a node',
      [hidden(), scores(), ['soft', 'activation', { function: 'softmax' }]],
      'warn loss-activation-mismatch soft',
    ],
    ['too few scores', [hidden(), scores('linear', 2)], 'warn wrong-output-width scores'],
    ['too many scores', [hidden(), scores('linear', 5)], 'info wrong-output-width scores'],
    [
      'equal weights',
      [hidden('relu', { kernelInitialiser: { kind: 'constant', value: 0.1 } }), scores()],
      'warn bad-initialisation hidden',
    ],
    ['no activation', [hidden('linear'), scores()], 'warn missing-activation hidden'],
    [
      'no activation past dropout',
      [hidden('linear'), ['drop', 'dropout'], scores()],
      'warn missing-activation hidden',
    ],
  ] as const)('is named: %s, and its cure removes it', (_, layers, wanted) => {
    const document = chain(layers)
    const findings = diagnoseGraph(planOf(document), 32, facts())
    expect(rulesOf(findings)).toEqual([wanted])
    const after = applyCure(document, catalogue, findings[0]!)
    expect(diagnoseGraph(planOf(after), 32, facts())).toEqual([])
  })

  it('is an output that cannot reach the targets of a regression', () => {
    const plan = planOf(chain([hidden(), scores('relu', 1)], 'mean-squared-error'))
    const [loss] = facts().losses
    const around = (least: number): SampleFacts => ({
      data: [],
      losses: [{ ...loss!, task: 'values', classes: null, least, most: 2 }],
    })
    expect(rulesOf(diagnoseGraph(plan, 32, around(-2)))).toEqual(['warn loss-activation-mismatch scores'])
    expect(diagnoseGraph(plan, 32, around(0))).toEqual([])
  })
})

describe('samples', () => {
  const plan = planOf(chain([hidden(), scores()]))
  const of = (more: Partial<DataFacts>) => rulesOf(diagnoseGraph(plan, 32, facts(more)))
  const x = facts().data[0]!.x!
  it.each([
    ['missing numbers', { notFinite: { count: 1, row: 4, column: 'b', target: false } }, 'nan-in-data'],
    ['large inputs', { x: { ...x, large: 200, most: 255 } }, 'input-not-normalised'],
    ['a column that is the target', { leak: { column: 'c', correlation: 0.999, next: 0.6 } }, 'leakage'],
    ['repeats across the splits', { repeats: { rows: 12, share: 0.4, own: 0.02 } }, 'leakage'],
    ['other validation inputs', { validation: { mean: 3, deviation: 1 } }, 'split-mismatch'],
    ['batches of one class', { classesInBatch: 1.1 }, 'not-shuffled'],
  ] as const)('tell of %s', (_, more, rule) => {
    expect(of(more)).toEqual([`warn ${rule} data`])
  })

  it.each([
    [
      'a column that says much, where the next says as much',
      { leak: { column: 'c', correlation: 0.99, next: 0.985 } },
    ],
    ['a few repeats in a table with repeats of its own', { repeats: { rows: 12, share: 0.1, own: 0.07 } }],
    ['two repeats', { repeats: { rows: 2, share: 0.1, own: 0 } }],
    ['unshuffled batches with all classes', { classesInBatch: 2.9 }],
  ] as const)('are not accused of %s', (_, more) => {
    expect(of(more)).toEqual([])
  })

  it('tell of targets far from 0, and standardise them', () => {
    const amounts = chain([hidden(), scores('linear', 1)], 'mean-squared-error')
    const y = { size: 1, mean: 1990, deviation: 9, least: 1970, most: 2010, large: 2009, deviationRatio: 1 }
    const found = (target: DataFacts['y'], document = amounts) =>
      diagnoseGraph(planOf(document), 32, { ...facts({ y: target, classes: null }), losses: [] })
    expect(rulesOf(found(y))).toEqual(['warn target-not-normalised data'])
    expect(rulesOf(found({ ...y, mean: 0, deviation: 1, least: -3, most: 4, large: 3 }))).toEqual([])
    // Nothing has to be as large as targets that a loss of classes reads.
    expect(rulesOf(found(y, chain([hidden(), scores()])))).toEqual([])
    const [finding] = found(y)
    if (finding === undefined) throw new Error('There must be a finding.')
    expect(applyCure(amounts, catalogue, finding).nodes['data']?.params['scaleTarget']).toBe('standardise')
  })

  it('may be as large as they like where a norm comes first', () => {
    const normed = planOf(chain([['norm', 'batch-norm'], hidden(), scores()]))
    expect(diagnoseGraph(normed, 32, facts({ x: { ...x, large: 200 } }))).toEqual([])
  })
})

describe('a run', () => {
  const layers = ['a', 'b', 'c', 'd', 'e', 'f'].map(
    (id) => [id, 'dense', { units: 8, activation: 'relu' }] as const,
  )
  const plan = planOf(chain([...layers, scores()]))
  const paths = [...layers.map(([id]) => id), 'scores']

  function sample(
    at: number,
    more: Partial<Record<keyof RunSample, (path: string, index: number) => number>> = {},
  ): RunSample {
    const map = (of: ((path: string, index: number) => number) | undefined, value: number) =>
      new Map(paths.map((name, index) => [name, of?.(name, index) ?? value] as const))
    return {
      step: at,
      gradNorm: map(more.gradNorm, 0.5),
      gradRms: map(more.gradRms, 1e-2),
      relativeGradient: map(more.relativeGradient, 0.1),
      updateRatio: map(more.updateRatio, 2e-3),
      delta: map(more.delta, 1e-2),
      activity: new Map(
        paths.map((name, index) => [
          name,
          {
            deviation: 1,
            largest: 3,
            zero: 0.5,
            dead: more.activity?.(name, index) ?? 0,
            saturated: 0,
            spread: 0.8,
          },
        ]),
      ),
      time: new Map(),
    }
  }

  const steps = [1, 2, 3, 4, 5, 6, 11, 21, 31, 41, 51]
  function run(more: Partial<RunFacts> = {}, signals: Parameters<typeof sample>[1] = {}): RunFacts {
    return {
      step: 60,
      ended: false,
      totalSteps: 60,
      stepsPerEpoch: 4,
      batchSize: 32,
      trainSamples: 128,
      validationSamples: 32,
      ordinary: true,
      loss: Array.from({ length: 60 }, (_, at) => 1.1 - at / 80),
      chance: Math.log(3),
      floor: 0,
      samples: steps.map((at) => sample(at, signals)),
      epochs: [],
      recalls: null,
      end: null,
      notFinite: null,
      ...more,
    }
  }
  const flat = Array.from({ length: 60 }, () => 1.1)
  const rulesIn = (facts_: RunFacts) => rulesOf(diagnoseRun(plan, facts(), facts_))

  it('that learns is left alone', () => {
    expect(rulesIn(run())).toEqual([])
  })

  it('whose gradients fade towards the input vanishes, while it has learnt nothing', () => {
    const fading = { relativeGradient: (_: string, index: number) => 10 ** (index - 6) }
    expect(rulesIn(run({ loss: flat }, fading))).toEqual(['warn vanishing-gradient a'])
    const learnt = Array.from({ length: 60 }, () => 0.05)
    expect(rulesIn(run({ loss: learnt }, fading))).toEqual([])
  })

  it('whose gradients grow towards the input explodes', () => {
    const growing = { delta: (_: string, index: number) => 10 ** (4 - index) }
    expect(rulesIn(run({ loss: flat }, growing))).toEqual(['warn exploding-gradient a'])
  })

  it('with a dead layer at the start names the first one, and nothing that follows from it', () => {
    const dead = { activity: (_: string, index: number) => (index >= 2 && index < 6 ? 1 : 0) }
    expect(rulesIn(run({ loss: flat }, dead))).toEqual(['warn dead-relu c'])
  })

  it('is told by the size of its steps whether the rate is too high or too low', () => {
    expect(rulesIn(run({ loss: flat }, { updateRatio: () => 0.4 }))).toEqual(['warn learning-rate-too-high'])
    // Weights that are thrown away: how far is no longer of interest.
    const [thrown] = diagnoseRun(plan, facts(), run({ loss: flat }, { updateRatio: () => 7e11 }))
    expect(thrown?.evidence).toContain('by more than 1000 % of their size')
    expect(rulesIn(run({ loss: flat }, { updateRatio: () => 1e-7 }))).toEqual(['warn learning-rate-too-low'])
    const [finding] = diagnoseRun(plan, facts(), run({ loss: flat }, { updateRatio: () => 1e-7 }))
    // 0.1 · 10^4 would bring 1e-7 near 3e-3, but no SGD is used with a rate of 1000.
    expect(finding?.cures[0]).toMatchObject({
      id: 'raise-learning-rate',
      edits: [{ kind: 'step', index: 0, optimiser: { kind: 'sgd', learningRate: 1 } }],
    })
  })

  const adam = (learningRate: number) =>
    ({ kind: 'adam', learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }) as const
  const momentum = (learningRate: number) =>
    ({ kind: 'momentum', learningRate, momentum: 0.9, nesterov: false }) as const
  it.each([
    // A decade for a decade, while that is within reach.
    { was: sgd(0.1), ratio: 0.4, becomes: 0.001 },
    { was: adam(1), ratio: 3, becomes: 0.001 },
    { was: sgd(1e-6), ratio: 3e-8, becomes: 0.1 },
    { was: adam(1e-7), ratio: 3e-7, becomes: 1e-3 },
    // Beyond all sense: what the optimiser is usually used with.
    { was: sgd(1e12), ratio: 7e11, becomes: 0.1 },
    { was: momentum(1e6), ratio: 0.4, becomes: 0.01 },
    { was: adam(5e4), ratio: 0.4, becomes: 1e-3 },
    { was: adam(1e-4), ratio: 1e-9, becomes: 1e-3 },
    { was: adam(0.01), ratio: 1e-9, becomes: 0.03 },
  ])(
    'of $was.kind at $was.learningRate is given a rate of $becomes where a step moves $ratio of the weights',
    ({ was, ratio, becomes }) => {
      const document = {
        ...chain([...layers, scores()]),
        training: { ...defaultTraining(), steps: [step(was)] },
      }
      const [finding] = diagnoseRun(
        planOf(document),
        facts(),
        run({ loss: flat }, { updateRatio: () => ratio }),
      )
      if (finding === undefined) throw new Error('Nothing was found.')
      expect(finding.cures[0]?.label).toBe(`Set the learning rate to ${becomes}`)
      expect(applyCure(document, catalogue, finding).training.steps[0]?.optimiser.learningRate).toBe(becomes)
    },
  )

  it('of a rate that is as high as any is not told to raise it, and one beyond all sense is not merely divided', () => {
    const at = (optimiser: ReturnType<typeof adam>, run: RunFacts) =>
      diagnoseRun(
        planOf({
          ...chain([...layers, scores()]),
          training: { ...defaultTraining(), steps: [step(optimiser)] },
        }),
        facts(),
        run,
      )
    const [slow] = at(adam(0.05), run({ loss: flat }, { updateRatio: () => 1e-9 }))
    expect(slow).toMatchObject({ rule: 'learning-rate-too-low', cures: [] })
    const ruined = run({ notFinite: { step: 3, what: 'the loss became NaN', path: 'b' }, loss: [1, NaN] })
    const labels = (rate: number) =>
      flattened(at(adam(rate), ruined))
        .filter(({ rule }) => rule === 'nan-loss')
        .map(({ cures }) => cures[0]?.label)
    expect(labels(0.1)).toEqual(['Divide the learning rate by 10'])
    expect(labels(1e9)).toEqual(['Set the learning rate to 0.001'])
  })

  it('that is not finite has its cause first and NaN as a symptom', () => {
    const ruined = run(
      {
        notFinite: { step: 7, what: 'the loss became NaN', path: 'b' },
        loss: [1.1, 3, 9, 80, 900, 1e6, NaN],
      },
      { updateRatio: () => 3 },
    )
    const [root] = diagnoseRun(plan, facts(), ruined)
    expect(root?.rule).toBe('learning-rate-too-high')
    expect(root?.symptoms.map(({ rule, path: at }) => [rule, at])).toContainEqual(['nan-loss', 'b'])
  })

  it('that gets worse on new samples while it learns its own by heart overfits; a wobble is no overfitting', () => {
    const epochs = (losses: readonly number[], accuracy: number) =>
      losses.map((validationLoss, at) => ({
        step: 4 * (at + 1),
        epoch: at + 1,
        validationLoss,
        validationAccuracy: accuracy,
        trainLoss: 0.05,
        trainAccuracy: 1,
      }))
    const learnt = Array.from({ length: 60 }, () => 0.05)
    const seen = (losses: readonly number[], accuracy: number) =>
      rulesIn(run({ loss: learnt, epochs: epochs(losses, accuracy) }))
    expect(seen([0.8, 0.5, 0.7, 0.9, 1], 0.7)).toEqual(['warn overfitting'])
    expect(seen([0.3, 0.15, 0.18, 0.19, 0.2], 0.93)).toEqual([])
    expect(seen([1.5, 1.6, 2, 2.5, 3], 0.3)).toEqual(['warn labels-without-signal'])
  })

  it('of two parties that pull at the losses is judged by NaN alone', () => {
    expect(rulesIn(run({ ordinary: false, loss: flat }, { updateRatio: () => 0.4 }))).toEqual([])
  })
})
