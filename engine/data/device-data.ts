/**
 * The samples on the device. They are uploaded once; a batch is a gather of rows there, so that a step moves a few
 * row numbers and nothing else. Every epoch deals the training rows anew from (seed, epoch), and the last batch of an
 * epoch may be smaller: every sample is seen once an epoch (as Keras and PyTorch do unless told otherwise).
 */
import type * as Tf from '@tensorflow/tfjs'
import { webgpuInside } from '../backend/webgpu/inside'
import type { StepInputs } from '../compile/step-inputs'
import type { Path } from '../graph/document'
import { stream } from '../random/stream'
import type { Split } from '../session/protocol'
import type { Column, LoadedData } from './load-data'

/** One batch: tensors by data node and port, which the caller frees (`tf.tidy`). */
export interface Batch {
  readonly feeds: ReadonlyMap<Path, Readonly<Record<string, Tf.Tensor>>>
  readonly size: number
}

export interface DeviceData {
  readonly samples: Readonly<Record<Split, number>>
  readonly stepsPerEpoch: number
  /** Samples in the batch of a step, counted from 1. */
  batchSize(step: number): number
  /** The batch of a step, or the first `rows` samples of it. */
  trainBatch(inputs: StepInputs, rows?: number): Batch
  /** Rows `start` to at most `start + size` of a split, in the order of the file. */
  splitBatch(split: Split, start: number, size: number): Batch
  dispose(): void
}

function upload(tf: typeof Tf, column: Column, samples: number): Tf.Tensor {
  const dtype = column.values instanceof Int32Array ? 'int32' : 'float32'
  const all = tf.tensor(column.values, [samples, ...column.shape], dtype)
  // tfjs would leave it on the CPU, and a small one be gathered from and computed with there.
  webgpuInside(tf)?.uploadToGPU(all.dataId)
  return all
}

/** Puts the samples on the current backend. `seed` is the training seed. */
export function uploadData(tf: typeof Tf, data: LoadedData, batchSize: number, seed: number): DeviceData {
  const nodes = data.nodes.map(({ path, x, y }) => ({
    path,
    ports: {
      x: upload(tf, x, data.samples),
      ...(y === null ? {} : { y: upload(tf, y, data.samples) }),
    },
  }))
  const { train } = data.rows
  let dealt: { readonly epoch: number; readonly rows: Int32Array } | null = null
  const rowsOf = (epoch: number): Int32Array => {
    if (!data.shuffle) return train
    if (dealt?.epoch !== epoch) {
      const order = stream(seed, 'data:shuffle', epoch).permutation(train.length)
      dealt = { epoch, rows: Int32Array.from(order, (at) => train[at] ?? 0) }
    }
    return dealt.rows
  }
  const stepsPerEpoch = Math.ceil(train.length / batchSize)
  /** Where the batch of a step lies in its epoch. */
  const place = (step: number) => {
    const start = ((step - 1) % stepsPerEpoch) * batchSize
    return { start, end: Math.min(start + batchSize, train.length) }
  }
  const sizeAt = (step: number) => place(step).end - place(step).start
  const rowsAt = (step: number): Int32Array<ArrayBuffer> => {
    const { start, end } = place(step)
    return rowsOf(Math.floor((step - 1) / stepsPerEpoch)).slice(start, end)
  }
  const gather = (index: Tf.Tensor1D): Batch => {
    const feeds = new Map(
      nodes.map(({ path, ports }) => [
        path,
        Object.fromEntries(Object.entries(ports).map(([port, all]) => [port, tf.gather(all, index)])),
      ]),
    )
    index.dispose()
    index.dispose()
    return { feeds, size: index.size }
  }
  return {
    samples: { train: train.length, validation: data.rows.validation.length, test: data.rows.test.length },
    stepsPerEpoch,
    batchSize: sizeAt,
    trainBatch: (inputs, rows = batchSize) => {
      const size = Math.min(sizeAt(inputs.step), rows)
      return gather(inputs.tensor<Tf.Rank.R1>([size], 'int32', (step) => rowsAt(step).subarray(0, size)))
    },
    splitBatch: (split, start, size) =>
      gather(tf.tensor1d(data.rows[split].slice(start, start + size), 'int32')),
    dispose() {
      for (const { ports } of nodes) tf.dispose(Object.values(ports))
    },
  }
}
