import { unzipSync } from 'fflate'
import { expect, it } from 'vitest'
import { writeNpy, writeNpz } from '../../../engine/formats/npz'

it('writes a header that Python reads, and the numbers on a multiple of 64 bytes', () => {
  const file = writeNpy({ shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) })
  const text = new TextDecoder('latin1').decode(file)
  const start = 10 + new DataView(file.buffer).getUint16(8, true)
  expect(text.slice(0, 8)).toBe('\u0093NUMPY\u0001\u0000')
  expect(text.slice(10, start)).toMatch(
    /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(2, 3\), \} *\n$/,
  )
  expect(start % 64).toBe(0)
  expect([...new Float32Array(file.slice(start).buffer)]).toEqual([1, 2, 3, 4, 5, 6])
})

it('writes rank 1, rank 0 and no numbers as NumPy does', () => {
  const header = (shape: readonly number[], values: Int32Array) =>
    new TextDecoder('latin1').decode(writeNpy({ shape, values })).slice(10, 70)
  expect(header([2], Int32Array.of(1, 2))).toContain("'<i4', 'fortran_order': False, 'shape': (2,), }")
  expect(header([], Int32Array.of(1))).toContain("'shape': (), }")
  expect(header([0], new Int32Array())).toContain("'shape': (0,), }")
})

it('puts several arrays into one zip, the same bytes every time', () => {
  const arrays = {
    'data.x': { shape: [1], values: Float32Array.of(0.5) },
    rows: { shape: [1], values: Int32Array.of(7) },
  }
  const file = writeNpz(arrays)
  expect(file).toEqual(writeNpz(arrays))
  const files = unzipSync(file)
  expect(Object.keys(files)).toEqual(['data.x.npy', 'rows.npy'])
  expect(files['rows.npy']).toEqual(writeNpy(arrays.rows))
})
