/**
 * Answers the contract from two folders: the workspace (the user's documents) and user data (drafts and runs). Both
 * hosts use it; neither adds anything but the way in.
 */
import * as fs from 'node:fs/promises'
import path from 'node:path'
import * as z from 'zod'
import {
  contract,
  isChannel,
  runFileLimit,
  runFiles,
  type Arg,
  type Channel,
  type Result,
  type RunFile,
} from '../shared/contract'
import {
  commitSet,
  discardStaged,
  recoverSet,
  saveFile,
  stageFile,
  sweepTemporaries,
  type StagedFile,
} from './atomic-save'
import { createDocuments, type Documents } from './documents'

type Bytes = AsyncIterable<Uint8Array>
type Handlers = { readonly [C in Channel]: (arg: Arg<C>, bytes: Bytes) => Promise<Result<C>> }

type DesktopChannel = Extract<Channel, `window/${string}` | 'document/choose' | 'document/place'>
/** What only the desktop shell can do: dialogs, menus and the window itself. */
export type DesktopHandlers = Pick<Handlers, DesktopChannel>

export interface Host {
  readonly host: 'web' | 'electron'
  readonly version: string
  /** Where the user's documents are. */
  readonly workspace: string
  /** Where drafts and runs are. */
  readonly data: string
  /** Absent where the window is a browser's. */
  readonly desktop?: { readonly documents: Documents; readonly handlers: DesktopHandlers }
}

const draftSchema = z.strictObject({ name: z.string(), text: z.string() })

async function* limited(bytes: Bytes, limit: number): Bytes {
  let total = 0
  for await (const chunk of bytes) {
    total += chunk.length
    if (total > limit) throw new Error(`A file of a run may have ${limit} bytes at most; this one has more.`)
    yield chunk
  }
}

async function namesIn(folder: string): Promise<string[]> {
  return fs.readdir(folder).catch(() => [])
}

function draftHandlers(folder: string): Pick<Handlers, Extract<Channel, `autosave/${string}`>> {
  const fileOf = (slot: string) => path.join(folder, `${slot}.json`)
  const readDraft = async (slot: string) => {
    const text = await fs.readFile(fileOf(slot), 'utf8').catch(() => null)
    return text === null ? null : draftSchema.parse(JSON.parse(text))
  }
  return {
    'autosave/list': async () => {
      const slots = (await namesIn(folder)).filter((name) => /^[a-z0-9-]+\.json$/.test(name))
      const rows = slots.map(async (file) => {
        const slot = file.slice(0, -'.json'.length)
        const { mtimeMs } = await fs.stat(fileOf(slot))
        return { slot, name: (await readDraft(slot))?.name ?? slot, modified: mtimeMs }
      })
      return (await Promise.all(rows)).sort((a, b) => b.modified - a.modified)
    },
    'autosave/write': async ({ slot, name, text }) => {
      await fs.mkdir(folder, { recursive: true })
      await saveFile(fileOf(slot), JSON.stringify({ name, text }))
      return {}
    },
    'autosave/read': ({ slot }) => readDraft(slot),
    'autosave/discard': async ({ slot }) => {
      await fs.rm(fileOf(slot), { force: true })
      return {}
    },
  }
}

async function runFilesIn(folder: string): Promise<{ file: RunFile; bytes: number; modified: number }[]> {
  await recoverSet(folder)
  const names = await namesIn(folder)
  const present = runFiles.filter((file) => names.includes(file))
  const rows = present.map(async (file) => {
    const { size, mtimeMs } = await fs.stat(path.join(folder, file))
    return { file, bytes: size, modified: mtimeMs }
  })
  return Promise.all(rows)
}

function runHandlers(folder: string): Pick<Handlers, Extract<Channel, `run/${string}`>> {
  const staged = new Map<string, StagedFile[]>()
  const folderOf = (run: string) => path.join(folder, run)
  return {
    'run/write': async ({ run, file }, bytes) => {
      const fresh = await stageFile(folderOf(run), file, limited(bytes, runFileLimit))
      const before = staged.get(run) ?? []
      await discardStaged(before.filter((other) => other.name === file))
      staged.set(run, [...before.filter((other) => other.name !== file), fresh])
      return {}
    },
    'run/commit': async ({ run }) => {
      const files = staged.get(run) ?? []
      if (files.length === 0) throw new Error('There is nothing to commit: write the files of the run first.')
      await commitSet(folderOf(run), files)
      staged.delete(run)
      return { files: (await runFilesIn(folderOf(run))).map(({ file }) => file) }
    },
    'run/list': async () => {
      const runs = (await namesIn(folder)).map(async (run) => {
        const files = await runFilesIn(folderOf(run))
        const modified = Math.max(0, ...files.map((file) => file.modified))
        return { run, modified, files: files.map(({ file, bytes }) => ({ file, bytes })) }
      })
      return (await Promise.all(runs))
        .filter(({ files }) => files.length > 0)
        .sort((a, b) => b.modified - a.modified)
    },
    'run/read': async ({ run, file }) => {
      await recoverSet(folderOf(run))
      const bytes = await fs.readFile(path.join(folderOf(run), file)).catch(() => null)
      if (bytes === null) throw new Error(`The run “${run}” has no ${file}.`)
      return new Uint8Array(bytes)
    },
    'run/discard': async ({ run }) => {
      staged.delete(run)
      await fs.rm(folderOf(run), { recursive: true, force: true })
      return {}
    },
  }
}

/** What a host answers with: a value for JSON, or bytes. */
export type Answer =
  { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'bytes'; readonly bytes: Uint8Array }

export type Dispatch = (channel: string, arg: unknown, bytes: Bytes) => Promise<Answer>

/** Clears what an earlier process left half-written in user data and among the documents. */
export async function tidyUp(data: string, workspace: string): Promise<void> {
  await sweepTemporaries(workspace)
  await sweepTemporaries(path.join(data, 'autosave'))
  for (const run of await namesIn(path.join(data, 'runs')))
    await sweepTemporaries(path.join(data, 'runs', run))
}

async function desktopOnly(): Promise<never> {
  throw new Error('Only the desktop window can do this.')
}

const withoutDesktop: DesktopHandlers = {
  'document/choose': desktopOnly,
  'document/place': desktopOnly,
  'window/ready': desktopOnly,
  'window/report': desktopOnly,
  'window/menu': desktopOnly,
  'window/edit': desktopOnly,
  'window/close': desktopOnly,
}

/** The contract, answered: the argument is parsed before, the result after. Throws a sentence when it cannot. */
export function createDispatch(host: Host): Dispatch {
  const documents = host.desktop?.documents ?? createDocuments(host.workspace)
  const handlers: Handlers = {
    'app/info': async () => ({
      host: host.host,
      version: host.version,
      workspace: path.basename(host.workspace),
    }),
    'document/list': () => documents.list(),
    'document/read': ({ id }) => documents.read(id),
    'document/create': ({ name, text }) => documents.create(name, text),
    'document/save': ({ id, text, stamp }) => documents.save(id, text, stamp),
    ...draftHandlers(path.join(host.data, 'autosave')),
    ...runHandlers(path.join(host.data, 'runs')),
    ...(host.desktop?.handlers ?? withoutDesktop),
  }

  async function answer<C extends Channel>(channel: C, arg: unknown, bytes: Bytes): Promise<Answer> {
    const row = contract[channel]
    const parsed = row.arg.safeParse(arg)
    if (!parsed.success) throw new Error(`${channel}: ${z.prettifyError(parsed.error)}`)
    // The row of a channel is its own schema; TypeScript cannot follow that through an index.
    const handler = handlers[channel] as (arg: unknown, bytes: Bytes) => Promise<unknown>
    const result = await handler(parsed.data, bytes)
    if (result instanceof Uint8Array) return { kind: 'bytes', bytes: result }
    return { kind: 'json', value: row.result.parse(result) }
  }

  return async (channel, arg, bytes) => {
    if (!isChannel(channel)) throw new Error('There is no such channel.')
    return answer(channel, arg, bytes)
  }
}
