/**
 * The samples on the device. They are uploaded once; a batch is a gather of rows there, so that a step moves a few
 * row numbers and nothing else. Every epoch deals the training rows anew from (seed, epoch), and the last batch of an
 * epoch may be smaller: every sample is seen once an epoch (as Keras and PyTorch do unless told otherwise).
 */
import type * as Tf from '@tensorflow/tfjs'
import type { Path } from '../graph/document'
import type { Split } from '../session/protocol'
import { stream } from '../random/stream'
import type { Column, LoadedData } from './load-data'

/** One batch: tensors by data node and port, which the caller frees (`tf.tidy`). */
export interface Batch {
  readonly feeds: ReadonlyMap<Path, Readonly<Record<string, Tf.Tensor>>>
  readonly size: number
}

export interface DeviceData {
  readonly samples: Readonly<Record<Split, number>>
  readonly stepsPerEpoch: number
  /** Batch `index` (from 0) of `epoch` (from 0). */
  trainBatch(epoch: number, index: number): Batch
  /** Rows `start` to at most `start + size` of a split, in the order of the file. */
  splitBatch(split: Split, start: number, size: number): Batch
  dispose(): void
}

function upload(tf: typeof Tf, column: Column, samples: number): Tf.Tensor {
  return tf.tensor(
    column.values,
    [samples, ...column.shape],
    column.values instanceof Int32Array ? 'int32' : 'float32',
  )
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
  const gather = (rows: Int32Array): Batch => {
    const index = tf.tensor1d(rows, 'int32')
    const feeds = new Map(
      nodes.map(({ path, ports }) => [
        path,
        Object.fromEntries(Object.entries(ports).map(([port, all]) => [port, tf.gather(all, index)])),
      ]),
    )
    index.dispose()
    return { feeds, size: rows.length }
  }
  return {
    samples: { train: train.length, validation: data.rows.validation.length, test: data.rows.test.length },
    stepsPerEpoch: Math.ceil(train.length / batchSize),
    trainBatch: (epoch, index) => gather(rowsOf(epoch).slice(index * batchSize, (index + 1) * batchSize)),
    splitBatch: (split, start, size) => gather(data.rows[split].slice(start, start + size)),
    dispose() {
      for (const { ports } of nodes) tf.dispose(Object.values(ports))
    },
  }
}
