/**
 * Memory that threads share. tfjs's program for one thread has a memory of its own kind, and its program for several
 * brings threads of its own, which hang on isolated pages. So the first is taken, and what it says of its memory is
 * changed before it is compiled: one bit says "shared". Nothing else in it is another: plain loads and stores are allowed
 * on shared memory, and as fast.
 */

type Bytes = Uint8Array<ArrayBuffer>

const sections = { imports: 2, memories: 5 } as const
/** What an import may be, as its description begins. */
const kinds = { function: 0, table: 1, memory: 2, global: 3 } as const
/** Bits of what is said of a memory's size. */
const limits = { most: 1, shared: 2 } as const
/** All that 32 bits can tell apart, in pages; a shared memory must say how far it may grow. */
const allPages = 65_536

/** Reads a program from one place to the next. */
function reader(bytes: Bytes, begin: number) {
  let at = begin
  const number = (): number => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined || shift > 28) throw new Error('This is no WebAssembly program.')
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
  }
  const size = (): void => {
    if ((number() & limits.most) !== 0) number()
    number()
  }
  return {
    get at() {
      return at
    },
    number,
    skip(count: number): void {
      at += count
    },
    text(): void {
      const length = number()
      at += length
    },
    /** Passes over what is said of a table's or a memory's size. */
    size,
  }
}

function written(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...written(Math.floor(value / 0x80))]
}

/** What is said of a memory at `at`, and the same of a shared one. */
function sharedSize(bytes: Bytes, at: number): { readonly end: number; readonly shared: readonly number[] } {
  const read = reader(bytes, at)
  const said = read.number()
  const least = read.number()
  const most = (said & limits.most) === 0 ? allPages : read.number()
  return { end: read.at, shared: [limits.most | limits.shared, ...written(least), ...written(most)] }
}

/** Where a section says how large a memory is; null where it speaks of none. */
function memoryIn(bytes: Bytes, section: number, begin: number): number | null {
  const read = reader(bytes, begin)
  const count = read.number()
  if (section === sections.memories) return count === 0 ? null : read.at
  for (let index = 0; index < count; index++) {
    read.text()
    read.text()
    const kind = read.number()
    if (kind === kinds.memory) return read.at
    if (kind === kinds.function) read.number()
    else if (kind === kinds.table) {
      read.skip(1)
      read.size()
    } else if (kind === kinds.global) read.skip(2)
    else return null
  }
  return null
}

/** The program with its memory, its own or one that it imports, declared shared. */
export function onSharedMemory(program: Bytes): Bytes {
  for (let at = 8; at < program.length;) {
    const read = reader(program, at)
    const section = read.number()
    const length = read.number()
    const begin = read.at
    const end = begin + length
    const speaks = section === sections.imports || section === sections.memories
    const place = speaks ? memoryIn(program, section, begin) : null
    if (place !== null) {
      const { end: after, shared } = sharedSize(program, place)
      const inside = [...program.subarray(begin, place), ...shared, ...program.subarray(after, end)]
      const head = [section, ...written(inside.length)]
      const before = program.subarray(0, at)
      const rest = program.subarray(end)
      const made = new Uint8Array(before.length + head.length + inside.length + rest.length)
      made.set(before)
      made.set(head, at)
      made.set(inside, at + head.length)
      made.set(rest, at + head.length + inside.length)
      return made
    }
    at = end
  }
  throw new Error('This WebAssembly program has no memory.')
}

/** A name that only tfjs's program has in it. */
const ofTfjs = 'init_with_threads_count'

async function bytesOf(source: unknown): Promise<Bytes> {
  if (source instanceof Response) return new Uint8Array(await source.arrayBuffer())
  return source instanceof Uint8Array ? (source as Bytes) : new Uint8Array(source as ArrayBuffer)
}

/** Where the program cannot have shared memory it gets its own, and the caller sees that it is not shared. */
async function started(
  source: unknown,
  imports: WebAssembly.Imports,
  instantiate: typeof WebAssembly.instantiate,
): Promise<WebAssembly.WebAssemblyInstantiatedSource> {
  const bytes = await bytesOf(source)
  if (!new TextDecoder('latin1').decode(bytes).includes(ofTfjs)) return instantiate(bytes, imports)
  try {
    return await instantiate(onSharedMemory(bytes), imports)
  } catch {
    return instantiate(bytes, imports)
  }
}

/**
 * Runs `start`, which is to start tfjs's WebAssembly, with a shared memory. tfjs reaches the program through
 * `WebAssembly.instantiate` alone, and offers no way to hand it another one; so these are other functions for as long.
 */
export async function withSharedMemory<Result>(start: () => Promise<Result>): Promise<Result> {
  const { instantiate, instantiateStreaming } = WebAssembly
  const taken = {
    instantiate: (source: unknown, imports: WebAssembly.Imports) =>
      source instanceof WebAssembly.Module
        ? instantiate(source, imports)
        : started(source, imports, instantiate),
    instantiateStreaming: async (source: unknown, imports: WebAssembly.Imports) =>
      started(await source, imports, instantiate),
  }
  Object.assign(WebAssembly, taken)
  try {
    return await start()
  } finally {
    Object.assign(WebAssembly, { instantiate, instantiateStreaming })
  }
}
