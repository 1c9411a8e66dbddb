/**
 * The nets of the bench that draw no random numbers, each on one batch of real numbers for 20 steps of Adam: the curve
 * that PyTorch takes is committed, and every backend must take the same, through the whole engine. The job that PyTorch
 * is given can be made again from the net's name, so only its hash is kept beside the curve.
 */
import type { Document } from '../../engine/graph/document'
import { catalogue } from '../../nodes/catalogue'
import { initialParams } from '../../nodes/kit/define'
import { documentOf, sizes, type ModelName } from '../bench/steps/models'
import type { Case } from './case'
import { oneHot, reals } from './numbers'

export const curveSteps = 20

export const curveNames = [
  'tiny-mlp',
  'mlp',
  'small-cnn',
  'small-lstm',
  'small-gpt',
  'small-resnet',
  'small-bigru',
] as const satisfies readonly ModelName[]
export type CurveName = (typeof curveNames)[number]

/** The golden file. */
export const curvesFile = 'curves'

/** Samples in the one batch: of the wide net fewer than in the bench, for plain JavaScript's and the software adapter's sake. */
function curveBatch(name: CurveName): number {
  return name === 'mlp' ? 8 : sizes[name].batch
}

/** One batch of samples: what `reverse` makes for the decoder, else numbers of our own, written in the document. */
function dataset(name: CurveName): object {
  const { shape, classes } = sizes[name]
  const batch = curveBatch(name)
  const size = shape.reduce((product, n) => product * n, 1)
  if (name === 'small-gpt') return { kind: 'reverse', samples: batch, length: size, symbols: classes }
  const rows = (values: readonly number[], width: number) =>
    Array.from({ length: batch }, (_, at) => values.slice(at * width, (at + 1) * width))
  return {
    kind: 'inline',
    x: rows(reals(`${name}-x`, [batch, size]).values, size),
    y: rows(oneHot(`${name}-y`, [batch, classes]).values, classes),
  }
}

/** The net with one batch of samples, to be trained for so many steps. */
export function curveDocument(name: CurveName, steps: number = curveSteps): Document {
  const document = documentOf(name)
  const { data, loss } = document.nodes
  if (data === undefined || loss === undefined) throw new Error(`The net ${name} has no data or no loss.`)
  const type = 'categorical-crossentropy'
  const definition = catalogue.get(type)
  if (definition === undefined) throw new Error(`The catalogue has no ${type}.`)
  const params = {
    ...data.params,
    dataset: dataset(name),
    ...(name === 'small-gpt' ? {} : { shape: [...sizes[name].shape] }),
  } as typeof data.params
  return {
    ...document,
    nodes: {
      ...document.nodes,
      data: { ...data, params },
      loss:
        name === 'small-gpt'
          ? loss
          : {
              ...loss,
              type,
              version: definition.version,
              params: initialParams(definition) as typeof loss.params,
            },
    },
    training: { ...document.training, batchSize: curveBatch(name), length: { steps } },
  }
}

/** The case without its numbers, which come from the engine itself. */
export function curveCase(name: CurveName, feeds: Case['feeds']): Case {
  const document = curveDocument(name)
  const [step] = document.training.steps
  if (step === undefined) throw new Error(`The net ${name} does not say how it trains.`)
  const descent = { steps: curveSteps, optimiser: step.optimiser, clip: null }
  return { name, document, feeds, training: true, watch: [], descent }
}

export interface Curves {
  readonly torch: string
  readonly curves: readonly {
    readonly name: CurveName
    /** SHA-256 of the job, with every weight and sample in it. */
    readonly asked: string
    /** The loss before each step. */
    readonly losses: readonly number[]
  }[]
}
