/**
 * The weights of a tfjs model: a manifest of groups, each one stretch of bytes cut into files, its arrays one after
 * another. Arrays may be quantised: whole numbers with a scale and a smallest value, or half precision.
 */
import * as z from 'zod'
import { halfToNumber } from '../../formats/half'
import type { WeightValues } from '../../export/run-weights'
import { refuse, type Refusal } from '../../../nodes/kit/spec'
import type { NamedWeights } from '../keras/stored'

const quantisationSchema = z.union([
  z.object({ dtype: z.literal('float16') }),
  z.object({ dtype: z.enum(['uint8', 'uint16']), scale: z.number(), min: z.number() }),
])

const entrySchema = z.object({
  name: z.string(),
  shape: z.array(z.number().int().min(0)).max(32),
  dtype: z.enum(['float32', 'int32', 'bool']),
  quantization: quantisationSchema.optional(),
})

export const manifestSchema = z.array(z.object({ paths: z.array(z.string()), weights: z.array(entrySchema) }))

type Entry = z.infer<typeof entrySchema>

interface Reader {
  readonly width: number
  read(view: DataView, at: number): number
}

const plain: { readonly [D in Entry['dtype']]: Reader } = {
  float32: { width: 4, read: (view, at) => view.getFloat32(at, true) },
  int32: { width: 4, read: (view, at) => view.getInt32(at, true) },
  bool: { width: 1, read: (view, at) => view.getUint8(at) },
}

function readerOf({ dtype, quantization }: Entry): Reader {
  if (quantization === undefined) return plain[dtype]
  if (quantization.dtype === 'float16')
    return { width: 2, read: (view, at) => halfToNumber(view.getUint16(at, true)) }
  const { scale, min } = quantization
  return quantization.dtype === 'uint8'
    ? { width: 1, read: (view, at) => view.getUint8(at) * scale + min }
    : { width: 2, read: (view, at) => view.getUint16(at, true) * scale + min }
}

/** Files by their name in the manifest, wherever they were picked from. */
function fileAt(files: ReadonlyMap<string, Uint8Array>, path: string): Uint8Array | undefined {
  const named = (name: string) => name.slice(name.lastIndexOf('/') + 1)
  return files.get(path) ?? [...files].find(([name]) => named(name) === named(path))?.[1]
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}

function valuesAt(entry: Entry, view: DataView, at: number): WeightValues {
  const { width, read } = readerOf(entry)
  const size = entry.shape.reduce((product, n) => product * n, 1)
  const values = Float32Array.from({ length: size }, (_, index) => read(view, at + index * width))
  return { shape: entry.shape, values }
}

/** Every array by name, in the order of the manifest, or which file is missing or too short. */
export function readManifest(
  manifest: z.infer<typeof manifestSchema>,
  files: ReadonlyMap<string, Uint8Array>,
): NamedWeights | Refusal {
  const found: [string, WeightValues][] = []
  for (const { paths, weights } of manifest) {
    const parts = paths.map((path) => fileAt(files, path))
    const missing = paths.find((_, at) => parts[at] === undefined)
    if (missing !== undefined)
      return refuse(
        `The model needs the file ${missing}, which was not given. Choose it together with model.json.`,
      )
    const bytes = joined(parts as Uint8Array[])
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let at = 0
    for (const entry of weights) {
      const length = entry.shape.reduce((product, n) => product * n, 1) * readerOf(entry).width
      if (at + length > bytes.byteLength) {
        return refuse(
          `The weight ${entry.name} should end at byte ${at + length} of ${paths.join(', ')}, but there are only ${bytes.byteLength}. The file is cut off.`,
        )
      }
      found.push([entry.name, valuesAt(entry, view, at)])
      at += length
    }
  }
  return found
}
