/**
 * HDF5 files as plain trees of groups, through h5wasm: the HDF5 library itself, compiled to WebAssembly. It is four
 * megabytes, so it is loaded when a file is first read or written. Files live in its memory for the length of a call.
 *
 * Written with the oldest group format that the library knows: Netron shows no weights of a newer group with more than
 * eight entries, while Keras and h5py read both.
 */
import type * as H5 from 'h5wasm'
import { refuse, type Refusal } from '../../nodes/kit/spec'

export interface Hdf5Dataset {
  readonly shape: readonly number[]
  readonly values: Float32Array<ArrayBuffer>
}

export interface Hdf5Group {
  /** Words, or a list of words. */
  readonly attributes: Readonly<Record<string, string | readonly string[]>>
  readonly groups: Readonly<Record<string, Hdf5Group>>
  readonly datasets: Readonly<Record<string, Hdf5Dataset>>
}

type Library = typeof H5

/** The library and its file system, which is a folder in memory. */
async function load(): Promise<{ h5: Library; files: FileSystem }> {
  const h5 = await import('h5wasm')
  const library = await h5.ready
  // Else a damaged file is only complained of on the console.
  library.activate_throwing_error_handler()
  return { h5, files: (library as unknown as { FS: FileSystem }).FS }
}

/** What we use of Emscripten's file system. */
interface FileSystem {
  readFile(path: string): Uint8Array
  writeFile(path: string, bytes: Uint8Array): void
  unlink(path: string): void
}

/** Nothing is awaited while a file has this name, so that no two calls meet. */
const name = '/file.h5'

function writeGroup(target: H5.Group, group: Hdf5Group): void {
  for (const [key, value] of Object.entries(group.attributes)) {
    // An empty list has no words to take a type from; h5py writes it as no numbers.
    if (typeof value !== 'string' && value.length === 0) target.create_attribute(key, [], [0], '<f8')
    else target.create_attribute(key, typeof value === 'string' ? value : [...value])
  }
  for (const [key, { shape, values }] of Object.entries(group.datasets)) {
    target.create_dataset({ name: key, data: values, shape: [...shape], dtype: '<f4' })
  }
  for (const [key, inner] of Object.entries(group.groups)) writeGroup(target.create_group(key), inner)
}

export async function writeHdf5(root: Hdf5Group): Promise<Uint8Array<ArrayBuffer>> {
  const { h5, files } = await load()
  const file = new h5.File(name, 'w', { libver: ['earliest', 'latest'] })
  writeGroup(file, root)
  file.flush()
  file.close()
  const bytes = new Uint8Array(files.readFile(name))
  files.unlink(name)
  return bytes
}

function words(value: unknown): string | readonly string[] | null {
  if (typeof value === 'string') return value
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value
  // Empty lists come as lists of numbers.
  return typeof value === 'object' && value !== null && 'length' in value && value.length === 0 ? [] : null
}

/** The numbers of a dataset as float32; null where it holds something else. */
function numbers(dataset: H5.Dataset): Hdf5Dataset | null {
  const { value, shape } = dataset
  if (shape === null) return null
  if (typeof value === 'number' || typeof value === 'bigint')
    return { shape, values: Float32Array.of(Number(value)) }
  if (value instanceof BigInt64Array || value instanceof BigUint64Array)
    return { shape, values: Float32Array.from(value, Number) }
  if (ArrayBuffer.isView(value)) return { shape, values: Float32Array.from(value as Float32Array) }
  return null
}

function readGroup(h5: Library, source: H5.Group, skip: readonly string[]): Hdf5Group {
  const attributes = Object.entries(source.attrs).flatMap(([key, attribute]) => {
    const value = words(attribute.value)
    return value === null ? [] : [[key, value] as const]
  })
  const groups: [string, Hdf5Group][] = []
  const datasets: [string, Hdf5Dataset][] = []
  for (const key of source.keys()) {
    const entity = source.get(key)
    if (entity instanceof h5.Group && !skip.includes(key)) groups.push([key, readGroup(h5, entity, [])])
    if (!(entity instanceof h5.Dataset)) continue
    const found = numbers(entity)
    if (found !== null) datasets.push([key, found])
  }
  return {
    attributes: Object.fromEntries(attributes),
    groups: Object.fromEntries(groups),
    datasets: Object.fromEntries(datasets),
  }
}

/** What every HDF5 file begins with. */
const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]

export function isHdf5(bytes: Uint8Array): boolean {
  return signature.every((byte, at) => bytes[at] === byte)
}

/**
 * The whole tree of a file, or why it cannot be read.
 *
 * @param skip groups of the root that are left out
 */
export async function readHdf5(
  bytes: Uint8Array,
  skip: readonly string[] = [],
): Promise<Hdf5Group | Refusal> {
  if (!isHdf5(bytes)) return refuse('This is no HDF5 file: it does not begin as one.')
  const { h5, files } = await load()
  files.writeFile(name, bytes)
  let file: H5.File | null = null
  try {
    file = new h5.File(name, 'r')
    return readGroup(h5, file, skip)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return refuse(`The HDF5 file is damaged or cut off (${why}).`)
  } finally {
    if (file !== null) closeQuietly(file)
    files.unlink(name)
  }
}

/** A file that could not be read through may not close either; what was wrong with it is said already. */
function closeQuietly(file: H5.File): void {
  try {
    file.close()
  } catch {
    // Its memory is given back with the next file of the name.
  }
}
