/** Kernels of the WebAssembly backend that do less than tfjs's own: a clone copies nothing, a gather reads nothing back. */
import { view, type Info, type Kernel, type Toolbox } from '../wasm-toolbox'
import { onHeap } from './recordable'

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
