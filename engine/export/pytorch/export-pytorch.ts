/**
 * The whole graph as a PyTorch project that people can read, run and go on with: the network, its weights, and the very
 * training that was drawn. `emit.torch` of every node says how it is written; nothing here knows a node type.
 */
import { isRefusal, refuse, type Refusal } from '../../../nodes/kit/spec'
import type { Plan } from '../../analyse/plan'
import { writeNpz, type NumpyArray } from '../../formats/npz'
import type { Path } from '../../graph/document'
import type { Exported, ExportedFile, ExportSource } from '../exported'
import { writeSafetensors } from '../safetensors'
import { toTorch } from '../torch-names'
import { arrayName, dataFile, rowArrays, weightsFile } from './data-file'
import { trainingSteps, type ValueName } from './graph'
import { helpersFile } from './helpers'
import { modelFile, modelSteps, moduleSteps } from './model-file'
import { batchValues } from './objectives'
import { readmeFile } from './readme-file'
import { trainFile } from './train-file'

/** Row-major values for all samples. */
interface Column {
  readonly shape: readonly number[]
  readonly values: Float32Array | Int32Array
}

/** Every sample as it is trained on: scaled, encoded, split. What `engine/data` loads is of this form. */
export interface ExportSamples {
  readonly nodes: readonly { readonly path: Path; readonly x: Column; readonly y: Column | null }[]
  readonly samples: number
  /** Rows of each split. */
  readonly rows: Readonly<Record<keyof typeof rowArrays, Int32Array>>
}

function textFile(name: string, text: string): ExportedFile {
  return { name, bytes: new Uint8Array(new TextEncoder().encode(text)) }
}

/** The arrays that a batch takes from, and the rows of the splits. */
function archive(samples: ExportSamples, batch: readonly ValueName[]): ExportedFile | Refusal {
  const arrays: [string, NumpyArray][] = []
  for (const value of batch) {
    const [path = '', port = ''] = value.split(':')
    const node = samples.nodes.find((one) => one.path === path)
    const column = port === 'y' ? node?.y : node?.x
    if (column === undefined || column === null)
      return refuse(
        `The samples hold no ${value}, which the training needs. Give the data that belong to this graph.`,
      )
    arrays.push([arrayName(value), { shape: [samples.samples, ...column.shape], values: column.values }])
  }
  for (const [split, name] of Object.entries(rowArrays)) {
    const values = samples.rows[split as keyof typeof rowArrays]
    arrays.push([name, { shape: [values.length], values }])
  }
  return { name: 'data.npz', bytes: writeNpz(Object.fromEntries(arrays)) }
}

/** Why no project can be written, or null. */
function missing(plan: Plan): Refusal | null {
  const locked = plan.steps.find((step) => step.definition.type === 'locked')
  if (locked !== undefined)
    return refuse(
      `The node ${locked.path} is a locked layer of another program. Replace it before exporting.`,
    )
  if (plan.model.outputs.length === 0)
    return refuse(
      'The graph has nothing that a model could answer. Add an output, or a loss with a prediction.',
    )
  return null
}

/** Whether there is something to train, and something to train on. */
function trainable(plan: Plan): boolean {
  return plan.data.length > 0 && trainingSteps(plan).length > 0
}

/**
 * The project as files, or a sentence that says why it cannot be. `samples`, where the host has them, go into data.npz;
 * without them the project says what to put there.
 */
export function exportPytorch(
  { document, plan, weights }: ExportSource,
  samples: ExportSamples | null = null,
): Exported | Refusal {
  const why = missing(plan)
  if (why !== null) return why
  const state = toTorch(plan, weights)
  if (isRefusal(state)) return state
  const training = trainable(plan) ? trainFile(plan, document.training) : null
  if (training !== null && typeof training !== 'string') return training
  const batch = training === null ? null : batchValues(plan)
  const helpers = helpersFile(training === null ? [...moduleSteps(plan), ...modelSteps(plan)] : plan.steps)
  const data = batch === null || samples === null ? null : archive(samples, batch)
  if (data !== null && 'refused' in data) return data
  const facts = { plan, name: document.name, helpers: helpers !== null, batch, samples: data !== null }
  return {
    files: [
      textFile('README.md', readmeFile(facts)),
      textFile('model.py', modelFile(plan, document.name)),
      ...(helpers === null ? [] : [textFile('wiregrad.py', helpers)]),
      textFile('weights.py', weightsFile),
      ...(training === null || batch === null
        ? []
        : [textFile('train.py', training), textFile('data.py', dataFile(plan, batch))]),
      textFile('requirements.txt', 'torch>=1.13\nnumpy\n'),
      { name: 'weights.safetensors', bytes: writeSafetensors(state.tensors, { format: 'pt' }) },
      ...(data === null ? [] : [data]),
    ],
    parameters: plan.parameters,
    names: state.names,
  }
}
