/**
 * The safetensors file format: eight bytes of header length (little-endian), a JSON header padded with spaces to a
 * multiple of eight, then the numbers of every tensor, without holes. Read with every bound checked, because files come
 * from strangers; nothing in it can run code, which is why it is the road to and from PyTorch.
 *
 * Format: https://github.com/huggingface/safetensors#format
 */
import * as z from 'zod'
import { refuse, type Refusal } from '../../nodes/kit/spec'
import { halfToNumber } from '../formats/half'

/** Bytes of one number of each type that the format knows and that we can read. */
const widths = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const
export type SafetensorsDtype = keyof typeof widths

/** A tensor as it lies in the file: little-endian, row-major. */
export interface StoredTensor {
  readonly dtype: SafetensorsDtype
  readonly shape: readonly number[]
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>
  /** Free words: `format` is what other tools look at. */
  readonly metadata: Readonly<Record<string, string>>
}

/** Longest header that is read: the limit of the reference implementation. */
export const maximumHeaderBytes = 100_000_000

const size = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER)
const entrySchema = z.strictObject({
  dtype: z.enum(Object.keys(widths) as [SafetensorsDtype, ...SafetensorsDtype[]]),
  shape: z.array(size).max(32),
  data_offsets: z.tuple([size, size]),
})
const metadataSchema = z.record(z.string(), z.string())

/** A tensor of real numbers, ready to be written. */
export function storedFloats(shape: readonly number[], values: Float32Array): StoredTensor {
  const bytes = new Uint8Array(values.byteLength)
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  return { dtype: 'F32', shape, bytes }
}

/** A tensor of zeros, ready to be written. */
export function storedZeros(shape: readonly number[], dtype: 'F32' | 'I64'): StoredTensor {
  return { dtype, shape, bytes: new Uint8Array(product(shape) * widths[dtype]) }
}

/**
 * The bytes of a file. Wide numbers come first, so that every tensor is aligned to its own width; otherwise the order is
 * kept. Throws where a tensor's bytes do not fill its shape: that is a mistake of the caller.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, StoredTensor>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const ordered = [...tensors].sort(([, a], [, b]) => widths[b.dtype] - widths[a.dtype])
  const entries: [string, unknown][] = [['__metadata__', metadata]]
  let length = 0
  for (const [name, tensor] of ordered) {
    const bytes = product(tensor.shape) * widths[tensor.dtype]
    if (bytes !== tensor.bytes.byteLength)
      throw new Error(`${name} has ${tensor.bytes.byteLength} bytes, not ${bytes}`)
    entries.push([name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [length, length + bytes] }])
    length += bytes
  }
  const text = new TextEncoder().encode(headerText(entries))
  const headerBytes = Math.ceil(text.byteLength / 8) * 8
  const file = new Uint8Array(8 + headerBytes + length).fill(0x20, 8, 8 + headerBytes)
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true)
  file.set(text, 8)
  let at = 8 + headerBytes
  for (const [, tensor] of ordered) {
    file.set(tensor.bytes, at)
    at += tensor.bytes.byteLength
  }
  return file
}

/** Written by hand, entry by entry: an object would reorder names that look like numbers. */
function headerText(entries: readonly [string, unknown][]): string {
  return `{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`).join(',')}}`
}

/** The tensors of a file, or a sentence that says what is wrong with it. Never throws on any bytes. */
export function readSafetensors(file: Uint8Array): Safetensors | Refusal {
  if (file.byteLength < 8)
    return refuse(
      `This is no safetensors file: it has ${file.byteLength} bytes, and the header's length alone takes 8.`,
    )
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const declared = view.getBigUint64(0, true)
  if (declared > BigInt(maximumHeaderBytes)) {
    return refuse(
      `This is no safetensors file, or a damaged one: its header claims ${declared} bytes; at most ${maximumHeaderBytes} are allowed.`,
    )
  }
  const headerBytes = Number(declared)
  if (8 + headerBytes > file.byteLength) {
    return refuse(
      `The safetensors file is cut off: its header should have ${headerBytes} bytes, but only ${file.byteLength - 8} follow.`,
    )
  }
  const header = parseHeader(file.subarray(8, 8 + headerBytes))
  if ('refused' in header) return header
  return locate(header.entries, file.subarray(8 + headerBytes))
}

type Entry = z.infer<typeof entrySchema>

function parseHeader(bytes: Uint8Array): { entries: Map<string, unknown> } | Refusal {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return refuse(
      'The header of the safetensors file is not readable JSON: the file is damaged or of another kind.',
    )
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse('The header of the safetensors file should be an object of tensors by name.')
  }
  return { entries: new Map(Object.entries(value)) }
}

/** Finds every tensor in the data and checks that they fill it without holes or overlaps. */
function locate(entries: ReadonlyMap<string, unknown>, data: Uint8Array): Safetensors | Refusal {
  const metadata = metadataSchema.safeParse(entries.get('__metadata__') ?? {})
  if (!metadata.success) return refuse('The metadata of the safetensors file should be words by name.')
  const found: [string, Entry][] = []
  for (const [name, value] of entries) {
    if (name === '__metadata__') continue
    const entry = entrySchema.safeParse(value)
    if (!entry.success) {
      return refuse(
        `The tensor ${shown(name)} in the safetensors file needs a known dtype, a shape and two data_offsets.`,
      )
    }
    const problem = entryProblem(name, entry.data, data.byteLength)
    if (problem !== null) return refuse(problem)
    found.push([name, entry.data])
  }
  const byOffset = found.toSorted(
    ([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  )
  let end = 0
  for (const [name, entry] of byOffset) {
    if (entry.data_offsets[0] !== end) {
      return refuse(
        `The tensor ${shown(name)} should begin at byte ${end} of the data, but begins at ${entry.data_offsets[0]}.`,
      )
    }
    end = entry.data_offsets[1]
  }
  if (end !== data.byteLength)
    return refuse(`The safetensors file has ${data.byteLength} bytes of data, but its tensors fill ${end}.`)
  return {
    metadata: metadata.data,
    tensors: new Map(
      found.map(([name, entry]) => [
        name,
        { dtype: entry.dtype, shape: entry.shape, bytes: new Uint8Array(data.slice(...entry.data_offsets)) },
      ]),
    ),
  }
}

function entryProblem(name: string, entry: Entry, dataBytes: number): string | null {
  const [begin, end] = entry.data_offsets
  if (begin > end || end > dataBytes) {
    return `The tensor ${shown(name)} should lie at bytes ${begin} to ${end}, but the file has ${dataBytes} bytes of data: it is cut off or damaged.`
  }
  const wanted = product(entry.shape) * widths[entry.dtype]
  if (wanted !== end - begin) {
    return `The tensor ${shown(name)} of shape [${entry.shape.join(', ')}] in ${entry.dtype} takes ${wanted} bytes, but the file gives it ${end - begin}.`
  }
  return null
}

/** A name from a stranger's file, short enough for a sentence. */
function shown(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}…` : name)
}

/** How each type is turned into a number, at a byte offset. */
const readers: { readonly [D in SafetensorsDtype]: (view: DataView, at: number) => number } = {
  BOOL: (view, at) => (view.getUint8(at) === 0 ? 0 : 1),
  U8: (view, at) => view.getUint8(at),
  I8: (view, at) => view.getInt8(at),
  U16: (view, at) => view.getUint16(at, true),
  I16: (view, at) => view.getInt16(at, true),
  F16: (view, at) => halfToNumber(view.getUint16(at, true)),
  BF16: (view, at) => bfloatToNumber(view.getUint16(at, true)),
  U32: (view, at) => view.getUint32(at, true),
  I32: (view, at) => view.getInt32(at, true),
  F32: (view, at) => view.getFloat32(at, true),
  U64: (view, at) => Number(view.getBigUint64(at, true)),
  I64: (view, at) => Number(view.getBigInt64(at, true)),
  F64: (view, at) => view.getFloat64(at, true),
}

/** The numbers of a tensor as float32, whatever it was stored as. */
export function floatsOf(tensor: StoredTensor): Float32Array<ArrayBuffer> {
  // As it was written: the copy lies where a float32 may.
  if (tensor.dtype === 'F32') return new Float32Array(new Uint8Array(tensor.bytes).buffer)
  const width = widths[tensor.dtype]
  const count = tensor.bytes.byteLength / width
  const view = new DataView(tensor.bytes.buffer, tensor.bytes.byteOffset, tensor.bytes.byteLength)
  const read = readers[tensor.dtype]
  const values = new Float32Array(count)
  for (let i = 0; i < count; i++) values[i] = read(view, i * width)
  return values
}

/** bfloat16 is the upper half of a float32. */
function bfloatToNumber(bits: number): number {
  const view = new DataView(new ArrayBuffer(4))
  view.setUint16(2, bits, true)
  return view.getFloat32(0, true)
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, dim) => all * dim, 1)
}
