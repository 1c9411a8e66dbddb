/**
 * The weights of a run as a file: safetensors with our own names (`path:weight`) and tfjs's layouts, float32, so that a
 * run opens again exactly as it was. Files for others go through torch-names instead.
 */
import { isRefusal, refuse, type Refusal } from '../../nodes/kit/spec'
import { floatsOf, readSafetensors, storedFloats, writeSafetensors } from './safetensors'

/** One weight: its shape and its values in row-major order. */
export interface WeightValues {
  readonly shape: readonly number[]
  readonly values: Float32Array<ArrayBuffer>
}
/** Weights by `path:weight`. */
export type Weights = Readonly<Record<string, WeightValues>>

const weightName = /^[a-z][a-z0-9_/]*:[a-z0-9_]+$/

export function writeRunWeights(weights: Weights): Uint8Array<ArrayBuffer> {
  const tensors = new Map(
    Object.entries(weights).map(([name, { shape, values }]) => [name, storedFloats(shape, values)]),
  )
  return writeSafetensors(tensors, { format: 'wiregrad', layout: 'tfjs' })
}

/** Reads a run's weights, or says in a sentence why the file is none. */
export function readRunWeights(file: Uint8Array): Weights | Refusal {
  const read = readSafetensors(file)
  if (isRefusal(read)) return read
  const weights: [string, WeightValues][] = []
  for (const [name, tensor] of read.tensors) {
    if (!weightName.test(name)) {
      return refuse(
        `The file holds a tensor named ${JSON.stringify(name.slice(0, 100))}, but weights of a run are named like hidden:kernel. ` +
          'Give the weights.safetensors of a run; a file in PyTorch’s names and layouts does not fit here.',
      )
    }
    weights.push([name, { shape: tensor.shape, values: floatsOf(tensor) }])
  }
  return Object.fromEntries(weights)
}
