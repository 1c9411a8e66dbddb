/** Networks that train well, drawn from a seed; the faults are planted in these. */
import type { DataFile } from '../../../engine/session/protocol'
import type { Document, Optimiser } from '../../../engine/graph/document'
import type { Dataset } from '../../../nodes/kit/dataset'
import { graph, step } from '../../engine/documents'
import { bars, blobs, channels, rings, tableOf, waves, type Dice, type Rows } from './tasks'

export const adam = (learningRate: number): Optimiser => ({
  kind: 'adam',
  learningRate,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-7,
})

export type Family = 'mlp' | 'cnn' | 'rnn' | 'attention'

export interface Case {
  readonly document: Document
  readonly files: readonly DataFile[]
}

/** A layer of a chain: id, type, settings. */
export type Link = readonly [id: string, type: string, params: Readonly<Record<string, unknown>>]

export interface Plan {
  readonly rows: Rows | null
  /** In place of rows. */
  readonly dataset?: Dataset
  readonly chain: readonly Link[]
  readonly optimiser: Optimiser
  readonly batchSize: number
  readonly epochs: number
  readonly data?: Readonly<Record<string, unknown>>
  readonly loss?: string
  readonly more?: Parameters<typeof step>[1]
}

/** Data, a chain of layers, a loss, and accuracy where there are classes. */
export function caseOf(plan: Plan): Case {
  const table = plan.rows === null ? null : tableOf(plan.rows)
  const dataset = plan.dataset ?? table?.dataset
  const values = plan.rows !== null && plan.rows.classes === null
  const loss = plan.loss ?? (values ? 'mean-squared-error' : 'sparse-categorical-crossentropy')
  const last = plan.chain.at(-1)?.[0] ?? 'data'
  const wires = plan.chain.map(([id], at) =>
    at === 0 ? `data.x -> ${id}.x` : `${plan.chain[at - 1]?.[0] ?? ''}.y -> ${id}.x`,
  )
  const document = graph(
    {
      data: [
        'data',
        { dataset, shape: plan.rows?.shape ?? [], validation: 0.25, splitSeed: 7, ...plan.data },
      ],
      ...Object.fromEntries(plan.chain.map(([id, type, params]) => [id, [type, params] as const])),
      loss: [loss],
      ...(values ? {} : { accuracy: ['accuracy'] as const }),
    },
    [
      ...wires,
      `${last}.y -> loss.prediction`,
      'data.y -> loss.target',
      ...(values ? [] : [`${last}.y -> accuracy.prediction`, 'data.y -> accuracy.target']),
    ],
    {
      batchSize: plan.batchSize,
      length: { epochs: plan.epochs },
      seed: 1,
      steps: [step(plan.optimiser, plan.more)],
    },
  )
  return { document, files: table === null ? [] : [table.file] }
}

export const he = { kind: 'heNormal' } as const
export const glorot = { kind: 'glorotUniform' } as const
const lecun = { kind: 'lecunNormal' } as const

export function kernelFor(activation: string): object {
  return activation === 'selu' ? lecun : activation === 'tanh' || activation === 'sigmoid' ? glorot : he
}

export function denseChain(widths: readonly number[], activation: string): Link[] {
  return widths.map((units, at) => [
    `hidden${at + 1}`,
    'dense',
    { units, activation, kernelInitialiser: kernelFor(activation) },
  ])
}

export const scores = (units: number): Link => ['scores', 'dense', { units }]

function optimiserOf(dice: Dice): Optimiser {
  return dice.pick<Optimiser>('optimiser', [
    adam(dice.pick('adam', [0.003, 0.005, 0.01])),
    {
      kind: 'momentum',
      learningRate: dice.pick('momentum', [0.01, 0.02, 0.05]),
      momentum: 0.9,
      nesterov: false,
    },
    { kind: 'rmsprop', learningRate: 0.002, rho: 0.9, epsilon: 1e-7 },
  ])
}

export function mlpPlan(dice: Dice): Plan {
  const task = dice.pick('task', ['blobs', 'blobs', 'rings', 'waves'] as const)
  const classes = task === 'rings' ? 2 : dice.whole('classes', 3, 6)
  const samples = dice.whole('samples', 500, 900)
  const rows =
    task === 'blobs'
      ? blobs(dice, samples, dice.whole('features', 6, 20), classes)
      : task === 'rings'
        ? rings(dice, samples)
        : waves(dice, samples, dice.whole('features', 3, 8))
  const depth = dice.whole('depth', 1, 3)
  const widths = Array.from({ length: depth }, (_, at) => dice.pick(`width${at}`, [16, 24, 32, 48]))
  const activation = dice.pick('activation', ['relu', 'tanh', 'elu', 'selu', 'gelu'])
  return {
    rows,
    chain: [...denseChain(widths, activation), scores(rows.classes ?? 1)],
    optimiser: optimiserOf(dice),
    batchSize: dice.pick('batch', [16, 32, 64]),
    epochs: dice.whole('epochs', 20, 30),
  }
}

export function cnnPlan(dice: Dice): Plan {
  const classes = dice.whole('classes', 3, 6)
  const filters = dice.pick('filters', [4, 8])
  const conv = (id: string, count: number): Link => [
    id,
    'conv2d',
    { filters: count, kernelSize: [3, 3], padding: 'same', activation: 'relu', kernelInitialiser: he },
  ]
  const norm: Link[] = dice.pick('norm', [true, false]) ? [['norm', 'batch-norm', {}]] : []
  return {
    rows: bars(dice, dice.whole('samples', 300, 500), classes),
    chain: [
      conv('conv1', filters),
      ...norm,
      ['pool', 'max-pool2d', {}],
      conv('conv2', 2 * filters),
      ['flat', 'flatten', {}],
      scores(classes),
    ],
    optimiser: optimiserOf(dice),
    batchSize: dice.pick('batch', [16, 32]),
    epochs: dice.whole('epochs', 12, 18),
  }
}

export function rnnPlan(dice: Dice): Plan {
  const features = dice.whole('features', 3, 5)
  const units = dice.pick('units', [12, 16, 24])
  return {
    rows: channels(dice, dice.whole('samples', 300, 500), dice.whole('length', 6, 12), features),
    chain: [['memory', dice.pick('cell', ['simple-rnn', 'gru', 'lstm']), { units }], scores(features)],
    optimiser: adam(dice.pick('rate', [0.005, 0.01])),
    batchSize: dice.pick('batch', [16, 32]),
    epochs: dice.whole('epochs', 12, 18),
    more: { clip: { norm: 1 } },
  }
}

export function attentionPlan(dice: Dice): Plan {
  const features = dice.whole('features', 3, 5)
  const length = dice.whole('length', 6, 12)
  const heads = dice.pick('heads', [1, 2])
  return {
    rows: channels(dice, dice.whole('samples', 300, 500), length, features),
    chain: [
      ['embed', 'dense', { units: 16, activation: dice.pick('embed', ['linear', 'relu']) }],
      ['position', 'position-embedding', { length }],
      ['encoder', 'encoder-block', { heads, keySize: 16 / heads, feedForwardSize: 32 }],
      ['mean', 'global-average-pool1d', {}],
      scores(features),
    ],
    optimiser: adam(dice.pick('rate', [0.002, 0.003, 0.005])),
    batchSize: dice.pick('batch', [16, 32]),
    epochs: dice.whole('epochs', 10, 15),
  }
}

export const healthy: Readonly<Record<Family, (dice: Dice) => Plan>> = {
  mlp: mlpPlan,
  cnn: cnnPlan,
  rnn: rnnPlan,
  attention: attentionPlan,
}
