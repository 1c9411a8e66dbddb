/**
 * NumPy's file of several arrays: a zip of `.npy` files, each a header in Python's notation and the numbers, row-major
 * and little-endian. Formats: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { zipSync } from 'fflate'

export interface NumpyArray {
  readonly shape: readonly number[]
  readonly values: Float32Array | Int32Array
}

/** Headers end on a multiple of this, so that the numbers can be mapped into memory. */
const alignment = 64
/** The earliest time that a zip can hold: the same arrays give the same bytes. */
const noTime = new Date(1980, 0, 1)

/** One array as a `.npy` file, version 1.0. */
export function writeNpy({ shape, values }: NumpyArray): Uint8Array<ArrayBuffer> {
  const kind = values instanceof Int32Array ? '<i4' : '<f4'
  const sizes = shape.length === 1 ? `${shape.join()},` : shape.join(', ')
  const words = `{'descr': '${kind}', 'fortran_order': False, 'shape': (${sizes}), }`
  const start = Math.ceil((10 + words.length + 1) / alignment) * alignment
  const header = `${words.padEnd(start - 11)}\n`
  const file = new Uint8Array(start + values.byteLength)
  file.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length & 0xff, header.length >> 8])
  file.set(new TextEncoder().encode(header), 10)
  file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), start)
  return file
}

/** Several arrays by name, uncompressed, as `numpy.savez` writes them. */
export function writeNpz(arrays: Readonly<Record<string, NumpyArray>>): Uint8Array<ArrayBuffer> {
  const files = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, writeNpy(array)] as const)
  return new Uint8Array(zipSync(Object.fromEntries(files), { level: 0, mtime: noTime }))
}
