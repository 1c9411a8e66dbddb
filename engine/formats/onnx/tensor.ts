/** Tensors of an ONNX file as arrays, both ways; every size is checked against what the file holds. */
import { refuse, type Refusal } from '../../../nodes/kit/spec'
import { dataType, type TensorProto } from './schema'

/** Numbers in row-major order; whole ones, and yes and no as 1 and 0, in a Float64Array. */
export interface OnnxArray {
  readonly shape: readonly number[]
  readonly values: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>
}

/** float32 tensor for a file. */
export function floatTensor(name: string, shape: readonly number[], values: Float32Array): TensorProto {
  const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return { name, dims: shape, data_type: dataType.float, raw_data: raw }
}

const [leastInt, mostInt] = [-(2n ** 63n), 2n ** 63n - 1n]

/** int64 tensor for a file; numbers that do not fit become the nearest that do. */
export function intTensor(name: string, shape: readonly number[], values: readonly number[]): TensorProto {
  const raw = new Uint8Array(values.length * 8)
  const view = new DataView(raw.buffer)
  for (const [at, value] of values.entries()) {
    const whole = BigInt(value)
    view.setBigInt64(at * 8, whole > mostInt ? mostInt : whole < leastInt ? leastInt : whole, true)
  }
  return { name, dims: shape, data_type: dataType.int64, raw_data: raw }
}

interface Storage {
  readonly width: number
  read(view: DataView, at: number): number
  /** Where the numbers lie if not in raw_data. */
  readonly list: 'float_data' | 'int32_data' | 'int64_data' | 'double_data' | 'uint64_data'
}

const storages: ReadonlyMap<number, Storage> = new Map([
  [dataType.float, { width: 4, read: (view, at) => view.getFloat32(at, true), list: 'float_data' }],
  [dataType.double, { width: 8, read: (view, at) => view.getFloat64(at, true), list: 'double_data' }],
  [dataType.uint8, { width: 1, read: (view, at) => view.getUint8(at), list: 'int32_data' }],
  [dataType.int8, { width: 1, read: (view, at) => view.getInt8(at), list: 'int32_data' }],
  [dataType.uint16, { width: 2, read: (view, at) => view.getUint16(at, true), list: 'int32_data' }],
  [dataType.int16, { width: 2, read: (view, at) => view.getInt16(at, true), list: 'int32_data' }],
  [dataType.int32, { width: 4, read: (view, at) => view.getInt32(at, true), list: 'int32_data' }],
  [dataType.int64, { width: 8, read: (view, at) => Number(view.getBigInt64(at, true)), list: 'int64_data' }],
  [dataType.bool, { width: 1, read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1), list: 'int32_data' }],
  [dataType.uint32, { width: 4, read: (view, at) => view.getUint32(at, true), list: 'uint64_data' }],
  [
    dataType.uint64,
    { width: 8, read: (view, at) => Number(view.getBigUint64(at, true)), list: 'uint64_data' },
  ],
] satisfies [number, Storage][])

const longestShape = 32

function shown(name: string | undefined): string {
  return name === undefined || name === '' ? 'without a name' : JSON.stringify(name.slice(0, 100))
}

function typeName(type: number | undefined): string {
  return Object.entries(dataType).find(([, number]) => number === type)?.[0] ?? `number ${type ?? 0}`
}

/** The numbers of a tensor, or why they cannot be read. */
export function arrayOf(tensor: TensorProto): OnnxArray | Refusal {
  const shape = tensor.dims ?? []
  const storage = storages.get(tensor.data_type ?? 0)
  const name = shown(tensor.name)
  if ((tensor.external_data ?? []).length > 0)
    return refuse(`The tensor ${name} lies in a file beside the ONNX file. Save the model as one file first.`)
  if (storage === undefined)
    return refuse(
      `The tensor ${name} is of type ${typeName(tensor.data_type)}, which cannot be read. Convert the model to float32 first.`,
    )
  const count = shape.reduce((product, dim) => product * dim, 1)
  if (shape.length > longestShape || shape.some((dim) => dim < 0 || !Number.isSafeInteger(dim)))
    return refuse(`The tensor ${name} has no possible shape: the ONNX file is damaged.`)
  const stored = storedNumbers(tensor, storage)
  if (stored.length !== count)
    return refuse(
      `The tensor ${name} of shape [${shape.join(', ')}] should have ${count} numbers, but the file holds ${stored.length}.`,
    )
  const real = tensor.data_type === dataType.float || tensor.data_type === dataType.double
  return { shape, values: real ? Float32Array.from(stored) : Float64Array.from(stored) }
}

function storedNumbers(tensor: TensorProto, { width, read, list }: Storage): ArrayLike<number> {
  const raw = tensor.raw_data
  if (raw === undefined || raw.byteLength === 0) return tensor[list] ?? []
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  const count = raw.byteLength / width
  if (!Number.isInteger(count)) return []
  const values = new Float64Array(count)
  for (let at = 0; at < count; at += 1) values[at] = read(view, at * width)
  return values
}
