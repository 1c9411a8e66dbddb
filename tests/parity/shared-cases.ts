/**
 * Nodes of two types that hold the same weights: the table of an embedding also scores the tokens, and the pulls of both
 * add up in every training step.
 */
import { createDocument, defaultTrainingStep } from '../../engine/graph/create'
import type { Document, Optimiser } from '../../engine/graph/document'
import { catalogue } from '../../nodes/catalogue'
import { initialParams } from '../../nodes/kit/define'
import type { Case } from './case'
import { indices } from './numbers'

const [batch, time, vocabulary, units] = [2, 4, 7, 3]

type Words = readonly [type: string, params: object, more?: { readonly weightsOf: string }]

const tokens = ['input', { shape: [-1], values: 'tokens' }] as const
const table = { vocabulary, units }

/** Tokens through a table, one layer, and the same table turned round. */
const nodes: Readonly<Record<string, Words>> = {
  x: tokens,
  target: tokens,
  rows: ['embedding', table],
  hidden: ['dense', { units, activation: 'tanh' }],
  scores: ['output-embedding', { vocabulary }, { weightsOf: 'rows' }],
  loss: ['sparse-categorical-crossentropy', {}],
}
const wires = [
  ['x.y', 'rows.x'],
  ['rows.y', 'hidden.x'],
  ['hidden.y', 'scores.x'],
  ['scores.y', 'loss.prediction'],
  ['target.y', 'loss.target'],
] as const

/** A second table before the owner's in the order of execution: the three-way tie of the Transformer. */
const threeNodes: Readonly<Record<string, Words>> = {
  ...nodes,
  before: tokens,
  answers: ['embedding', table, { weightsOf: 'rows' }],
  both: ['add', {}],
}
const threeWires = [
  ...wires.filter(([, to]) => to !== 'hidden.x'),
  ['before.y', 'answers.x'],
  ['answers.y', 'both.xs.a0'],
  ['rows.y', 'both.xs.a1'],
  ['both.y', 'hidden.x'],
] as const

function documentOf(
  name: string,
  words: Readonly<Record<string, Words>>,
  links: readonly (readonly [string, string])[],
): Document {
  const entries = Object.entries(words).map(([id, [type, params, more = {}]]) => {
    const definition = catalogue.get(type)
    if (definition === undefined) throw new Error(`The catalogue has no type ${type}.`)
    const all = { ...initialParams(definition), ...params } as Document['nodes'][string]['params']
    return [id, { type, version: definition.version, params: all, at: [0, 0] as [number, number], ...more }]
  })
  return {
    ...createDocument(name),
    nodes: Object.fromEntries(entries) as Document['nodes'],
    wires: Object.fromEntries(
      links.map(([from, to], index) => [`w${index}`, { from: from.split('.'), to: to.split('.') }]),
    ) as Document['wires'],
  }
}

const optimiser: Optimiser = { kind: 'sgd', learningRate: 0.3 }

function caseOf(name: string, document: Document, inputs: readonly string[]): Case {
  return {
    name,
    document,
    feeds: Object.fromEntries(
      inputs.map((id) => [`${id}:y`, indices(`${name}-${id}`, [batch, time], vocabulary)]),
    ),
    training: false,
    watch: ['scores:y', 'loss:loss'],
    descent: { steps: 20, optimiser, clip: null },
  }
}

/** What stands for each open input where the samples come from a data node. */
const fromData: Readonly<Record<string, string>> = {
  'x.y': 'data.x',
  'before.y': 'data.x',
  'target.y': 'data.y',
}

/** The three-way tie on samples of its own, as a graph that can be trained anywhere. */
export function tiedDocument(): Document {
  const dataset = { kind: 'reverse', samples: 12, length: time, symbols: vocabulary }
  const others = Object.entries(threeNodes).filter(([id]) => fromData[`${id}.y`] === undefined)
  const document = documentOf(
    'tied',
    {
      ...Object.fromEntries(others),
      data: ['data', { dataset, encoding: 'index', shuffle: false, validation: 0, test: 0 }],
    },
    threeWires.map(([from, to]) => [fromData[from] ?? from, to]),
  )
  return {
    ...document,
    training: { ...document.training, batchSize: 4, steps: [{ ...defaultTrainingStep(), optimiser }] },
  }
}

export function sharedCases(): readonly Case[] {
  return [
    caseOf('tied-output', documentOf('tied-output', nodes, wires), ['x', 'target']),
    caseOf('tied-three-ways', documentOf('tied-three-ways', threeNodes, threeWires), [
      'x',
      'before',
      'target',
    ]),
  ]
}
