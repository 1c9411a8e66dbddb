/**
 * Writing a file so that a full disk, a crash or a pulled plug leaves either the old one or the new one, never half of
 * one: a temporary file in the same folder, flushed, its size checked, then renamed over the old one, and the folder
 * flushed too. Saves of one path wait for one another.
 *
 * A set of files (a run) is written with a journal: all temporary files first, then a list of the renames to come,
 * then the renames. `recoverSet` finishes a set whose journal was written and forgets one whose journal was not.
 */
import { randomUUID } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import * as fs from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'

/** What to write: bytes, text, or chunks as they arrive. */
export type Content = string | Uint8Array | AsyncIterable<Uint8Array>

/** A file on disk as it was when read or written: changes when anybody writes it. */
export type FileStamp = string

export type SaveOutcome =
  | { readonly kind: 'saved'; readonly stamp: FileStamp }
  | { readonly kind: 'changed-on-disk'; readonly stamp: FileStamp }

/** What the tests replace, to fill a disk, to be killed, or to write between. */
export interface SaveHooks {
  readonly beforeRename?: (temporary: string) => Promise<void>
  readonly afterRename?: () => Promise<void>
  readonly write?: (file: FileHandle, chunk: Uint8Array) => Promise<number>
}

const TEMPORARY = /^\..+\.[0-9a-f]{8}\.wiregrad-tmp$/
const JOURNAL = '.wiregrad-journal'
const journalSchema = z.strictObject({
  renames: z.array(z.strictObject({ from: z.string().regex(TEMPORARY), to: z.string().regex(/^[^/\\]+$/) })),
})

const queues = new Map<string, Promise<unknown>>()

/** Runs `work` after everything that was queued for `key`. */
function queued<T>(key: string, work: () => Promise<T>): Promise<T> {
  const before = queues.get(key) ?? Promise.resolve()
  const run = before.then(work, work)
  queues.set(key, run)
  const forget = () => {
    if (queues.get(key) === run) queues.delete(key)
  }
  run.then(forget, forget)
  return run
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}

/** The stamp of a file, or null where there is none. */
export async function stampOf(file: string): Promise<FileStamp | null> {
  try {
    const { mtimeNs, size } = await fs.stat(file, { bigint: true })
    return `${mtimeNs}-${size}`
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

async function* chunksOf(content: Content): AsyncIterable<Uint8Array> {
  if (typeof content === 'string') yield new TextEncoder().encode(content)
  else if (content instanceof Uint8Array) yield content
  else yield* content
}

async function writeAll(file: FileHandle, content: Content, hooks: SaveHooks): Promise<number> {
  const write = hooks.write ?? (async (handle, chunk) => (await handle.write(chunk)).bytesWritten)
  let total = 0
  for await (const chunk of chunksOf(content)) {
    for (let done = 0; done < chunk.length;) {
      const written = await write(file, chunk.subarray(done))
      if (written <= 0) throw new Error('The disk took no more bytes.')
      done += written
    }
    total += chunk.length
  }
  return total
}

/** Writes `content` into a new temporary file beside `target`, flushed and measured; gives its path. */
async function writeTemporary(target: string, content: Content, hooks: SaveHooks): Promise<string> {
  const mode = await fs.stat(target).then(
    (stats) => stats.mode & 0o777,
    () => 0o644,
  )
  const name = `.${path.basename(target)}.${randomUUID().slice(0, 8)}.wiregrad-tmp`
  const temporary = path.join(path.dirname(target), name)
  const file = await fs.open(temporary, 'wx', mode)
  try {
    const wanted = await writeAll(file, content, hooks)
    await file.sync()
    const { size } = await file.stat()
    if (size !== wanted) throw new Error(`Only ${size} of ${wanted} bytes reached the disk.`)
    await file.close()
    return temporary
  } catch (error) {
    await file.close().catch(() => undefined)
    await fs.rm(temporary, { force: true })
    throw error
  }
}

/** Virus scanners and indexers hold files for a moment on Windows: try again before giving up. */
async function renamePatiently(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await fs.rename(from, to)
      return
    } catch (error) {
      if (attempt >= 20 || !['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error))) throw error
      await sleep(20 * attempt)
    }
  }
}

async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await fs.open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Where a save lands: the file that a symbolic link stands for. */
async function realTarget(target: string): Promise<string> {
  return fs.realpath(target).catch(() => path.resolve(target))
}

/**
 * Writes one file atomically. With `expected` (the stamp of what was read; null = there was no file), a file that
 * somebody else has changed since is left alone and reported.
 */
export async function saveFile(
  target: string,
  content: Content,
  expected?: FileStamp | null,
  hooks: SaveHooks = {},
): Promise<SaveOutcome> {
  const real = await realTarget(target)
  return queued(real, async () => {
    const found = await stampOf(real)
    if (expected !== undefined && found !== expected)
      return { kind: 'changed-on-disk', stamp: found ?? 'gone' }
    const temporary = await writeTemporary(real, content, hooks)
    // Its own, before anybody else can write it: another's stamp would let the next save overwrite what they wrote.
    const stamp = (await stampOf(temporary)) ?? 'gone'
    try {
      await hooks.beforeRename?.(temporary)
      await renamePatiently(temporary, real)
      await hooks.afterRename?.()
    } catch (error) {
      await fs.rm(temporary, { force: true })
      throw error
    }
    await flushFolder(path.dirname(real))
    return { kind: 'saved', stamp }
  })
}

/** A file that is written but not yet in its place. */
export interface StagedFile {
  readonly name: string
  readonly temporary: string
}

/** Writes a file of a set, to be put in its place by `commitSet`. `name` is a plain file name. */
export async function stageFile(folder: string, name: string, content: Content): Promise<StagedFile> {
  await fs.mkdir(folder, { recursive: true })
  return { name, temporary: await writeTemporary(path.join(folder, name), content, {}) }
}

async function playJournal(folder: string): Promise<void> {
  const text = await fs.readFile(path.join(folder, JOURNAL), 'utf8').catch(() => null)
  if (text === null) return
  const { renames } = journalSchema.parse(JSON.parse(text))
  for (const { from, to } of renames) {
    // Already renamed before the interruption: nothing left to do for this one.
    if ((await stampOf(path.join(folder, from))) === null) continue
    await renamePatiently(path.join(folder, from), path.join(folder, to))
  }
  await flushFolder(folder)
  await fs.rm(path.join(folder, JOURNAL), { force: true })
}

/** Puts staged files in their places, all or none as seen by whoever calls `recoverSet` before reading. */
export async function commitSet(
  folder: string,
  staged: readonly StagedFile[],
  hooks: SaveHooks = {},
): Promise<void> {
  await queued(path.resolve(folder), async () => {
    await playJournal(folder)
    const renames = staged.map(({ name, temporary }) => ({ from: path.basename(temporary), to: name }))
    try {
      await saveFile(path.join(folder, JOURNAL), JSON.stringify({ renames }))
    } catch (error) {
      await discardStaged(staged)
      throw error
    }
    await hooks.beforeRename?.(path.join(folder, JOURNAL))
    await playJournal(folder)
  })
}

/** Writes several files of a folder as one: after a crash at any moment, the old set or the new one is there. */
export async function saveSet(folder: string, files: Readonly<Record<string, Content>>): Promise<void> {
  const staged: StagedFile[] = []
  try {
    for (const [name, content] of Object.entries(files)) staged.push(await stageFile(folder, name, content))
  } catch (error) {
    await discardStaged(staged)
    throw error
  }
  await commitSet(folder, staged)
}

/** Forgets files that were staged and will not be committed. */
export async function discardStaged(staged: readonly StagedFile[]): Promise<void> {
  for (const { temporary } of staged) await fs.rm(temporary, { force: true })
}

/** Finishes an interrupted `commitSet` in a folder. Call it before reading a set. */
export async function recoverSet(folder: string): Promise<void> {
  await queued(path.resolve(folder), () => playJournal(folder))
}

/** Removes temporary files that an earlier process left behind: those older than `age` milliseconds. */
export async function sweepTemporaries(folder: string, age: number = 60 * 60 * 1000): Promise<void> {
  await recoverSet(folder)
  for (const name of await fs.readdir(folder).catch(() => [])) {
    if (!TEMPORARY.test(name)) continue
    const file = path.join(folder, name)
    const stats = await fs.stat(file).catch(() => null)
    if (stats !== null && Date.now() - stats.mtimeMs >= age) await fs.rm(file, { force: true })
  }
}
