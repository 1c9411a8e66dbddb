/** A graph made small enough to be computed on plain JavaScript in a moment, with every operation that it has. */
import { analyse } from '../analyse/analyse'
import type { Plan, PlanStep } from '../analyse/plan'
import type { LoadedData } from '../data/load-data'
import type { Document } from '../graph/document'
import { firstSamples } from '../train/sounding'
import type { Catalogue } from '../../nodes/kit/define'

export interface Tried {
  readonly document: Document
  readonly plan: Plan
  readonly loaded: LoadedData
}

/** Milliseconds for one small batch of the reference, at most. */
const soundingTime = 300
/** More samples tell no more, and fewer make batch norms tremble. */
const mostSamples = 8

/** Multiply-adds a millisecond, roughly, of an old machine. */
export const rates = {
  cpu: { convolution: 3e4, other: 2e5 },
  wasm: { convolution: 2e6, other: 3e6 },
} as const
export type Reference = keyof typeof rates
/** Milliseconds for one place of a sequence in a recurrent layer, forwards and back. */
const recurrentPlace = { cpu: 0.5, wasm: 1 } as const
const recurrent: readonly string[] = [
  'lstm',
  'gru',
  'simple-rnn',
  'bidirectional',
  'stacked-rnn',
  'conv-lstm2d',
]

/** Milliseconds of a pass forwards and back over so many samples. */
function millisecondsOf(plan: Plan, samples: number, on: Reference): number {
  const places = ({ definition, inputSpecs }: PlanStep): number => {
    if (!recurrent.includes(definition.type)) return 0
    const [x] = [inputSpecs['x']].flat()
    const length = x?.shape[1]
    return typeof length === 'number' ? length : 1
  }
  return plan.steps.reduce((sum, step) => {
    const rate = rates[on][step.definition.family === 'conv' ? 'convolution' : 'other']
    return sum + (3 * samples * step.multiplyAdds) / rate + places(step) * recurrentPlace[on]
  }, 0)
}

/** Widths of layers made smaller, which keeps every operation; null where the graph does not hold together then. */
function narrowed({ document, plan }: Tried, by: number, catalogue: Catalogue): Plan | null {
  const ends = new Set(
    plan.steps
      .filter(({ definition }) => ['loss', 'metric', 'output'].includes(definition.role))
      .flatMap(({ inputs }) => Object.values(inputs).flat())
      .map(({ path }) => path),
  )
  const narrow = (nodes: Document['nodes'], keeps: (id: string) => boolean): Document['nodes'] =>
    Object.fromEntries(
      Object.entries(nodes).map(([id, node]) => {
        if (keeps(id)) return [id, node]
        const params = Object.fromEntries(
          Object.entries(node.params).map(([key, value]) => [
            key,
            (key === 'units' || key === 'filters') && typeof value === 'number'
              ? Math.ceil(value / by)
              : value,
          ]),
        )
        return [id, { ...node, params }]
      }),
    )
  const blocks = Object.fromEntries(
    Object.entries(document.blocks).map(([id, block]) => [
      id,
      { ...block, nodes: narrow(block.nodes, () => false) },
    ]),
  )
  const made = analyse(
    { ...document, nodes: narrow(document.nodes, (id) => ends.has(id)), blocks },
    catalogue,
  )
  return made.ok ? made.plan : null
}

export interface Trial {
  readonly plan: Plan
  readonly samples: LoadedData
  readonly reference: Reference
}

/** The graph as it is with a few samples, else a narrower one, on plain JavaScript, else on WebAssembly. */
export function trialOf(tried: Tried, references: readonly Reference[], catalogue: Catalogue): Trial | null {
  const { plan, loaded, document } = tried
  const there = Math.min(mostSamples, document.training.batchSize, loaded.rows.train.length)
  const counts = [there, 4, 2].filter((count) => count <= there)
  for (const reference of references)
    for (const by of [1, 4, 16, 64]) {
      const one = by === 1 ? plan : narrowed(tried, by, catalogue)
      if (one === null) continue
      const count = counts.find((samples) => millisecondsOf(one, samples, reference) <= soundingTime)
      if (count !== undefined) return { plan: one, samples: firstSamples(loaded, count), reference }
    }
  return null
}
