/**
 * A save may be cut short at any moment: the old file or the new one, never half of one, and nothing left lying about.
 */
import { mkdtemp, readFile, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  commitSet,
  recoverSet,
  saveFile,
  saveSet,
  stageFile,
  stampOf,
  sweepTemporaries,
} from '../../../app/files/atomic-save'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'wiregrad-save-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

const at = (name: string) => path.join(folder, name)
const read = (name: string) => readFile(at(name), 'utf8')

/** Every file of the folder with its text. */
async function everything(): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort()
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await read(name)] as const)))
}

describe('one file', () => {
  test('is created, then replaced, and leaves no other file', async () => {
    expect(await saveFile(at('a.txt'), 'one')).toEqual({ kind: 'saved', stamp: await stampOf(at('a.txt')) })
    await saveFile(at('a.txt'), new TextEncoder().encode('two'))
    expect(await everything()).toEqual({ 'a.txt': 'two' })
  })

  test('survives a disk that fills up half way', async () => {
    await saveFile(at('a.txt'), 'good')
    const full = {
      write: async () => Promise.reject(Object.assign(new Error('no space left'), { code: 'ENOSPC' })),
    }
    await expect(saveFile(at('a.txt'), 'x'.repeat(1000), undefined, full)).rejects.toThrow('no space left')
    expect(await everything()).toEqual({ 'a.txt': 'good' })
  })

  test('survives a disk that claims to have written what it has not', async () => {
    await saveFile(at('a.txt'), 'good')
    const liar = { write: async (_: unknown, chunk: Uint8Array) => chunk.length }
    await expect(saveFile(at('a.txt'), 'x'.repeat(1000), undefined, liar)).rejects.toThrow(
      'Only 0 of 1000 bytes reached the disk.',
    )
    expect(await everything()).toEqual({ 'a.txt': 'good' })
  })

  test('is whole when the process dies between writing and renaming, and the leftover is swept later', async () => {
    await saveFile(at('a.txt'), 'good')
    let arrived: (() => void) | undefined
    const written = new Promise<void>((resolve) => (arrived = resolve))
    const never = new Promise<void>(() => undefined)
    // A save that never comes back from before its rename stands for a killed process.
    void saveFile(at('a.txt'), 'better', undefined, {
      beforeRename: async () => {
        arrived?.()
        return never
      },
    })
    await written
    expect(await read('a.txt')).toBe('good')
    expect(await readdir(folder)).toHaveLength(2)
    await sweepTemporaries(folder, 0)
    expect(await everything()).toEqual({ 'a.txt': 'good' })
  })

  test('is left alone when somebody else has changed it since it was read', async () => {
    const first = await saveFile(at('a.txt'), 'mine')
    await writeFile(at('a.txt'), 'theirs')
    await utimes(at('a.txt'), 1, 1)
    expect(await saveFile(at('a.txt'), 'mine again', first.stamp)).toEqual({
      kind: 'changed-on-disk',
      stamp: await stampOf(at('a.txt')),
    })
    expect(await read('a.txt')).toBe('theirs')
    expect((await saveFile(at('a.txt'), 'mine again', await stampOf(at('a.txt')))).kind).toBe('saved')
  })

  test('is left alone when somebody else has written it in the moment after it was saved', async () => {
    const afterRename = () => writeFile(at('a.txt'), 'theirs, at once')
    const first = await saveFile(at('a.txt'), 'mine', undefined, { afterRename })
    expect(first).toMatchObject({ kind: 'saved' })
    const second = await saveFile(at('a.txt'), 'mine again', first.stamp)
    expect([second.kind, await read('a.txt')]).toEqual(['changed-on-disk', 'theirs, at once'])
  })

  test('that must not exist yet is not overwritten', async () => {
    await saveFile(at('a.txt'), 'there')
    expect((await saveFile(at('a.txt'), 'new', null)).kind).toBe('changed-on-disk')
  })

  test('of many saves at once ends as the last one', async () => {
    const saves = Array.from({ length: 20 }, (_, i) => saveFile(at('a.txt'), `${i}`))
    await Promise.all(saves)
    expect(await everything()).toEqual({ 'a.txt': '19' })
  })

  test.skipIf(process.platform === 'win32')('behind a symbolic link stays behind it', async () => {
    await saveFile(at('real.txt'), 'one')
    await symlink(at('real.txt'), at('link.txt'))
    await saveFile(at('link.txt'), 'two')
    expect(await everything()).toEqual({ 'link.txt': 'two', 'real.txt': 'two' })
  })
})

describe('a set of files', () => {
  test('is replaced as one', async () => {
    await saveSet(folder, { a: '1', b: '1' })
    await saveSet(folder, { a: '2', b: '2' })
    expect(await everything()).toEqual({ a: '2', b: '2' })
  })

  test('is the old one when the process dies before the journal', async () => {
    await saveSet(folder, { a: '1', b: '1' })
    await stageFile(folder, 'a', '2')
    await recoverSet(folder)
    expect([await read('a'), await read('b')]).toEqual(['1', '1'])
  })

  test('is the new one when the process dies after the journal, between the renames', async () => {
    await saveSet(folder, { a: '1', b: '1' })
    const staged = [await stageFile(folder, 'a', '2'), await stageFile(folder, 'b', '2')]
    const killed = { beforeRename: async () => Promise.reject(new Error('killed')) }
    await expect(commitSet(folder, staged, killed)).rejects.toThrow('killed')
    expect([await read('a'), await read('b')]).toEqual(['1', '1'])
    await recoverSet(folder)
    expect(await everything()).toEqual({ a: '2', b: '2' })
  })

  test('keeps files that it does not name', async () => {
    await writeFile(at('notes.txt'), 'mine')
    await saveSet(folder, { a: '1' })
    expect(await everything()).toEqual({ a: '1', 'notes.txt': 'mine' })
  })
})
