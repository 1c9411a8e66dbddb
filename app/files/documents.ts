/**
 * The user's documents, known to the window by handles only. A handle is granted when a file of the workspace folder
 * is listed or created, or when the user names a file to the desktop shell, and lives as long as this process.
 */
import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs/promises'
import path from 'node:path'
import type { Result } from '../shared/contract'
import { saveFile, stampOf } from './atomic-save'

/** Of every document. */
export const documentEnding = '.wiregrad'

export interface Documents {
  readonly list: () => Promise<Result<'document/list'>>
  readonly read: (id: string) => Promise<Result<'document/read'>>
  readonly create: (name: string, text: string) => Promise<Result<'document/create'>>
  readonly save: (id: string, text: string, stamp: string | null) => Promise<Result<'document/save'>>
  /** A handle for a file that the user has named to the system; null where there is no such document. */
  readonly grant: (file: string) => Promise<string | null>
  /** Saves under a path that the user has chosen in the system's dialog, which has asked about overwriting. */
  readonly place: (file: string, text: string) => Promise<Result<'document/create'>>
}

/** Where documents are kept: made when the first one is saved. */
export function createDocuments(folder: string): Documents {
  const fileById = new Map<string, string>()
  const idByFile = new Map<string, string>()

  function grant(file: string): string {
    const known = idByFile.get(file)
    if (known !== undefined) return known
    const id = `doc-${randomUUID()}`
    fileById.set(id, file)
    idByFile.set(file, id)
    return id
  }

  function fileOf(id: string): string {
    const file = fileById.get(id)
    if (file === undefined)
      throw new Error('This document was opened by another start of Wiregrad: open it again.')
    return file
  }

  const nameOf = (file: string) => path.basename(file, documentEnding)

  return {
    async list() {
      const entries = await fs.readdir(folder, { withFileTypes: true }).catch(() => [])
      const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith(documentEnding))
      const rows = files.map(async (entry) => {
        const file = path.join(folder, entry.name)
        const { mtimeMs, size } = await fs.stat(file)
        return { id: grant(file), name: nameOf(file), modified: mtimeMs, bytes: size }
      })
      return (await Promise.all(rows)).sort((a, b) => b.modified - a.modified)
    },

    async read(id) {
      const file = fileOf(id)
      const stamp = await stampOf(file)
      if (stamp === null) throw new Error(`“${nameOf(file)}” is no longer there: it was moved or deleted.`)
      return { name: nameOf(file), text: await fs.readFile(file, 'utf8'), stamp }
    },

    async create(name, text) {
      await fs.mkdir(folder, { recursive: true })
      for (let copy = 1; ; copy++) {
        const file = path.join(folder, `${copy === 1 ? name : `${name} ${copy}`}${documentEnding}`)
        const outcome = await saveFile(file, text, null)
        if (outcome.kind === 'saved') return { id: grant(file), name: nameOf(file), stamp: outcome.stamp }
      }
    },

    async save(id, text, stamp) {
      return saveFile(fileOf(id), text, stamp ?? undefined)
    },

    async grant(file) {
      if (!file.toLowerCase().endsWith(documentEnding)) return null
      const real = await fs.realpath(file).catch(() => null)
      if (real === null || !(await fs.stat(real)).isFile()) return null
      return grant(real)
    },

    async place(file, text) {
      const named = file.toLowerCase().endsWith(documentEnding) ? file : `${file}${documentEnding}`
      const outcome = await saveFile(named, text)
      return { id: grant(await fs.realpath(named)), name: nameOf(named), stamp: outcome.stamp }
    },
  }
}
