/**
 * NumPy's array files: `.npy` is one array (a short header and its numbers in row-major order), `.npz` a zip of those.
 *
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { writeZip } from './zip'

export type NpyArray =
  | { readonly dtype: 'float32'; readonly shape: readonly number[]; readonly values: Float32Array }
  | { readonly dtype: 'int32'; readonly shape: readonly number[]; readonly values: Int32Array }
  | { readonly dtype: 'int64'; readonly shape: readonly number[]; readonly values: BigInt64Array }

const descriptions: { readonly [D in NpyArray['dtype']]: string } = {
  float32: '<f4',
  int32: '<i4',
  int64: '<i8',
}

/** Everything before the numbers fills a multiple of this. */
const alignment = 64
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0] // \x93NUMPY, version 1.0

/** One array as a file. Throws where the numbers do not fill the shape: that is a mistake of the caller. */
export function writeNpy({ dtype, shape, values }: NpyArray): Uint8Array<ArrayBuffer> {
  const size = shape.reduce((product, n) => product * n, 1)
  if (size !== values.length) throw new Error(`${values.length} numbers do not fill [${shape.join(', ')}].`)
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ')
  const words = `{'descr': '${descriptions[dtype]}', 'fortran_order': False, 'shape': (${tuple}), }`
  const before = magic.length + 2
  const length = Math.ceil((before + words.length + 1) / alignment) * alignment - before
  const file = new Uint8Array(before + length + values.byteLength)
  file.set(magic)
  new DataView(file.buffer).setUint16(magic.length, length, true)
  file.set(new TextEncoder().encode(`${words.padEnd(length - 1)}\n`), before)
  file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), before + length)
  return file
}

/** Arrays by name, as `numpy.savez` writes them. */
export function writeNpz(arrays: ReadonlyMap<string, NpyArray>): Uint8Array<ArrayBuffer> {
  return writeZip(new Map([...arrays].map(([name, array]) => [`${name}.npy`, writeNpy(array)])))
}
