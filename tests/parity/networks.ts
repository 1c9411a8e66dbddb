/** The four reference networks, read from `documents/`, with the numbers that flow into them. */
import { readFileSync } from 'node:fs'
import type { Document } from '../../engine/graph/document'
import { readDocument } from '../../engine/graph/read'
import type { Dataset } from '../../nodes/kit/dataset'
import type { Case } from './case'
import type { Name } from './job'
import { indices, type Numbers } from './numbers'

export const networkNames = ['mlp', 'cnn', 'lstm', 'attention'] as const

export function documentAt(name: string): Document {
  const url = new URL(`./documents/${name}.wiregrad`, import.meta.url)
  const read = readDocument(readFileSync(url, 'utf8'))
  if (!read.ok) throw new Error(`The reference network ${name} cannot be read: ${read.message}`)
  return read.document
}

function inline(rows: readonly (readonly number[])[], shape: readonly number[]): Numbers {
  return { dtype: 'float32', shape: [rows.length, ...shape], values: rows.flat() }
}

/** What the one data node gives: its own rows, or for the task of reversing our own tokens and their mirror image. */
function feedsOf(name: string, document: Document): Record<Name, Numbers> {
  const data = document.nodes['data']?.params as { dataset: Dataset; shape: readonly number[] } | undefined
  if (data === undefined) throw new Error(`The reference network ${name} has no node "data".`)
  const { dataset, shape } = data
  if (dataset.kind === 'inline') {
    const natural = shape.length > 0 ? shape : [dataset.x[0]?.length ?? 0]
    return { 'data:x': inline(dataset.x, natural), 'data:y': inline(dataset.y, [dataset.y[0]?.length ?? 0]) }
  }
  if (dataset.kind === 'reverse') {
    const x = indices(`${name}-tokens`, [dataset.samples, dataset.length], dataset.symbols)
    const values = x.values.map((_, at) => {
      const row = Math.floor(at / dataset.length)
      return x.values[row * dataset.length + (dataset.length - 1 - (at % dataset.length))] ?? 0
    })
    return { 'data:x': x, 'data:y': { ...x, values } }
  }
  throw new Error(
    `The reference network ${name} takes its samples from ${dataset.kind}, whose numbers are not fixed.`,
  )
}

/** A network twice: with batch statistics and a descent, and as it is evaluated. */
export function casesOfNetwork(name: (typeof networkNames)[number]): readonly Case[] {
  const document = documentAt(name)
  const feeds = feedsOf(name, document)
  const watch = Object.entries(document.nodes)
    .filter(([, node]) => !['data', 'output'].includes(node.type))
    .map(
      ([id, node]) =>
        `${id}:${node.type.endsWith('crossentropy') || node.type.endsWith('error') ? 'loss' : 'y'}`,
    )
  const [step] = document.training.steps
  if (step === undefined) throw new Error(`The reference network ${name} does not say how it trains.`)
  const descent = { steps: 20, optimiser: step.optimiser, clip: step.clip?.norm ?? null }
  const shared = { document, feeds, watch }
  return [
    { ...shared, name: `${name}-training`, training: true, descent },
    { ...shared, name: `${name}-evaluation`, training: false, descent: null },
  ]
}
