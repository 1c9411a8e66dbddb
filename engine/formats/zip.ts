/**
 * Zip archives: written stored (nothing compressed), as Keras and NumPy write theirs; read stored or deflated.
 */
import { unzipSync, zipSync, type Zippable } from 'fflate'
import { refuse, type Refusal } from '../../nodes/kit/spec'

/** Files by their path in the archive. */
export type Archive = ReadonlyMap<string, Uint8Array>

/** The oldest time that a zip can say: the same files give the same bytes. */
const noTime = new Date(1980, 0, 1)

/** Most bytes that an archive may unfold to: what a single array can hold. */
const mostBytes = 2 ** 31

export function writeZip(files: Archive): Uint8Array<ArrayBuffer> {
  const entries: Zippable = Object.fromEntries(
    [...files].map(([name, bytes]) => [name, [bytes, { level: 0 }]]),
  )
  return new Uint8Array(zipSync(entries, { mtime: noTime }))
}

/** The files of an archive, or why it cannot be read. */
export function readZip(bytes: Uint8Array): Archive | Refusal {
  let total = 0
  try {
    const files = unzipSync(bytes, {
      filter: ({ originalSize }) => {
        total += originalSize
        return total <= mostBytes
      },
    })
    if (total > mostBytes)
      return refuse(`The zip archive unfolds to ${total} bytes, but at most ${mostBytes} can be read.`)
    return new Map(Object.entries(files))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return refuse(`The file is no zip archive, or a damaged one (${why}).`)
  }
}
