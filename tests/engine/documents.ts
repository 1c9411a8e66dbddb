/** Documents for the engine's tests, in few words; settings left out are the node's own defaults. */
import { createDocument } from '../../engine/graph/create'
import type { Document, Optimiser, Training, TrainingStep } from '../../engine/graph/document'
import { initialParams } from '../../nodes/kit/define'
import { catalogue } from '../../nodes/catalogue'

type NodeWords = readonly [
  type: string,
  params?: Readonly<Record<string, unknown>>,
  more?: { readonly frozen?: boolean; readonly weightsOf?: string },
]

/** Nodes as `id: [type, params]`; wires as `from.port -> to.port`, or `from.port -> to.port.key` for a list port. */
export function graph(
  nodes: Readonly<Record<string, NodeWords>>,
  wires: readonly string[],
  training: Partial<Training> = {},
): Document {
  const empty = createDocument('test')
  return {
    ...empty,
    nodes: Object.fromEntries(
      Object.entries(nodes).map(([id, [type, params = {}, more = {}]]) => {
        const definition = catalogue.get(type)
        if (definition === undefined) throw new Error(`no type ${type}`)
        const all = { ...initialParams(definition), ...params } as Document['nodes'][string]['params']
        return [id, { type, version: definition.version, params: all, at: [0, 0], ...more }]
      }),
    ),
    wires: Object.fromEntries(
      wires.map((words, index) => {
        const [from = '', to = ''] = words.split(' -> ')
        return [
          `w${index + 1}`,
          { from: from.split('.') as [string, string], to: to.split('.') as [string, string] },
        ]
      }),
    ),
    training: { ...empty.training, ...training },
  }
}

export function step(optimiser: Optimiser, more: Partial<TrainingStep> = {}): TrainingStep {
  return {
    losses: [],
    trains: 'all',
    optimiser,
    schedule: { kind: 'constant', warmup: 0 },
    clip: null,
    every: 1,
    ...more,
  }
}

export const sgd = (learningRate: number): Optimiser => ({ kind: 'sgd', learningRate })

/** A line and its noiseless answers: y = 2 a - b. */
export const line = {
  kind: 'inline',
  x: [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
    [2, 1],
    [1, 2],
  ],
  y: [[0], [2], [-1], [1], [3], [0]],
} as const

/** data -> dense -> mean squared error, on `line`. */
export function linear(training: Partial<Training>, data: Readonly<Record<string, unknown>> = {}): Document {
  return graph(
    {
      data: ['data', { dataset: line, ...data }],
      net: ['dense', { units: 1 }],
      loss: ['mean-squared-error'],
      error: ['mean-absolute-error'],
    },
    [
      'data.x -> net.x',
      'net.y -> loss.prediction',
      'data.y -> loss.target',
      'net.y -> error.prediction',
      'data.y -> error.target',
    ],
    training,
  )
}
