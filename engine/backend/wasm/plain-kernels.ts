/**
 * Kernels of the WebAssembly backend that do less than tfjs's own: a clone copies nothing, a gather reads nothing back, a
 * part of a tensor is copied without copying the whole first and whatever its rank.
 */
import { product } from '../sizes'
import { view, type Info, type Kernel, type Toolbox } from '../wasm-toolbox'
import { onHeap, type HeapArray } from './recordable'

/** The same numbers once more: no kernel ever writes over numbers that are there. */
export function identity(box: Toolbox): Kernel {
  return ({ inputs }) => {
    const { x } = inputs as { x: Info }
    box.backend.incRef(x.dataId)
    return view(x, [...x.shape])
  }
}

type Gather = (...given: readonly (number | Uint8Array)[]) => void

const bytesOf = (numbers: readonly number[]) => new Uint8Array(Int32Array.from(numbers).buffer)
/** As tfjs's C++ numbers the types. */
const types: Readonly<Record<string, number>> = { float32: 0, int32: 1, bool: 2 }

/** Rows by their number, through the stock function; `setup` is called for every wasm backend that starts. */
export function gather(box: Toolbox): {
  readonly kernel: Kernel
  readonly setup: (backend: unknown) => void
} {
  let gatherRows: Gather | null = null
  return {
    setup(backend) {
      const { wasm } = backend as { wasm: { cwrap(name: string, returns: null, takes: string[]): Gather } }
      const takes = ['number', 'number', 'array', 'number', 'number', 'number', 'array', 'number']
      gatherRows = wasm.cwrap('Gather', null, takes)
    },
    kernel({ inputs, attrs }) {
      const { x, indices } = inputs as { x: Info; indices: Info }
      const { util, backend_util: shapes } = box.tf
      const [axis = 0] = util.parseAxisParam(attrs['axis'] as number, x.shape)
      const batchDims = attrs['batchDims'] as number
      const info = shapes.segment_util.collectGatherOpShapeInfo(x, indices, axis, batchDims)
      const count = util.sizeFromShape(indices.shape) / info.batchSize
      const flat = [info.batchSize, info.outerSize, info.dimSize, info.sliceSize]
      const wanted = [info.batchSize, info.outerSize, count, info.sliceSize]
      const result = box.backend.makeOutput(info.outputShape, x.dtype)
      const rows = info.dimSize
      onHeap(box.backend, `gather from ${rows}`, [indices], (numbers) => {
        for (let at = 0; at < numbers.length; at++) {
          const row = numbers[at] as number
          if (row < 0 || row >= rows)
            throw new Error(`There is no row ${row}: they go from 0 to ${rows - 1}.`)
        }
      })
      if (util.sizeFromShape(x.shape) === 0 || util.sizeFromShape(info.outputShape) === 0) return result
      const idOf = ({ dataId }: Info) => box.backend.dataIdMap.get(dataId).id
      gatherRows?.(
        idOf(x),
        types[x.dtype] ?? 0,
        bytesOf(util.computeStrides(flat)),
        flat.length - 1,
        idOf(indices),
        info.batchSize,
        bytesOf(util.computeStrides(wanted)),
        idOf(result),
      )
      return result
    },
  }
}

/** Copies the part of `x` that begins at `begin` and is as large as `part`. */
function copyPart(box: Toolbox, x: Info, begin: readonly number[], part: Info): Info {
  if (product(part.shape) === 0) return part
  const [from, to] = [x, part].map((info) => box.backend.typedArrayFromHeap(info) as HeapArray) as [
    HeapArray,
    HeapArray,
  ]
  // What is taken whole at the end lies in one piece with the axis before it.
  let axis = x.shape.length - 1
  while (axis > 0 && part.shape[axis] === x.shape[axis]) axis--
  const after = product(x.shape.slice(Math.max(0, axis) + 1))
  const row = (part.shape[axis] ?? 1) * after
  const strides = box.tf.util.computeStrides([...x.shape, 1])
  const copyRows = (outer: number, at: number, next: number): number => {
    if (outer >= axis) {
      const start = at + (begin[axis] ?? 0) * after
      to.set(from.subarray(start, start + row), next)
      return next + row
    }
    let end = next
    const stride = strides[outer] ?? 1
    for (let i = 0; i < (part.shape[outer] ?? 1); i++)
      end = copyRows(outer + 1, at + ((begin[outer] ?? 0) + i) * stride, end)
    return end
  }
  copyRows(0, 0, 0)
  return part
}

/** Part of a tensor. */
export function slice(box: Toolbox, stock: Kernel): Kernel {
  return (given) => {
    const { x } = given.inputs as { x: Info }
    if (x.dtype === 'string') return stock(given)
    const { begin, size } = given.attrs as { begin: number[]; size: number[] }
    const [from, sizes] = box.tf.slice_util.parseSliceParams(x, begin, size)
    return copyPart(box, x, from ?? [], box.backend.makeOutput(sizes ?? [], x.dtype))
  }
}

type Parts = (...given: Parameters<Kernel>) => Info[]

/** All of a tensor, in parts along an axis. */
export function split(box: Toolbox): Parts {
  return ({ inputs, attrs }) => {
    const { x } = inputs as { x: Info }
    const [axis = 0] = box.tf.util.parseAxisParam(attrs['axis'] as number, x.shape)
    const begin = x.shape.map(() => 0)
    const splits = attrs['numOrSizeSplits'] as number | number[]
    return box.tf.backend_util.prepareSplitSize(x as never, splits, axis).map((size) => {
      const shape = x.shape.map((whole, at) => (at === axis ? size : whole))
      const part = copyPart(box, x, begin, box.backend.makeOutput(shape, x.dtype))
      begin[axis] = (begin[axis] ?? 0) + size
      return part
    })
  }
}

/** What stands at each place of an axis, without it. */
export function unpack(box: Toolbox): Parts {
  return ({ inputs, attrs }) => {
    const { value: x } = inputs as { value: Info }
    const [axis = 0] = box.tf.util.parseAxisParam(attrs['axis'] as number, x.shape)
    const shape = x.shape.filter((_, at) => at !== axis)
    return Array.from({ length: x.shape[axis] ?? 0 }, (_, place) => {
      const begin = x.shape.map((__, at) => (at === axis ? place : 0))
      const whole = x.shape.map((size, at) => (at === axis ? 1 : size))
      const part = copyPart(box, x, begin, box.backend.makeOutput(whole, x.dtype))
      return view(part, shape)
    })
  }
}
