/**
 * A process that is killed at any moment of a save, and a disk that fills up: the last good file is always there, whole,
 * and a draft of unsaved work is offered back by the next process. The child is a real process, killed by a real signal
 * before one of its calls to the file system, or in the middle of one write.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { build } from 'vite'
import { recoverSet, saveFile, sweepTemporaries } from '../../../app/files/atomic-save'
import { createDispatch, tidyUp } from '../../../app/files/handlers'

const root = fileURLToPath(new URL('../../../', import.meta.url))
let folder = ''
let program = ''

/** Bundles the very code of the product with a driver that counts calls and dies at the wanted one. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'wiregrad-kill-'))
  const entry = path.join(root, 'tests/app/files/kill-child.ts')
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      outDir: path.join(folder, 'program'),
      ssr: entry,
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'child.mjs' } },
    },
  })
  program = path.join(folder, 'program/child.mjs')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Ended {
  /** Of the process: null where it was killed. */
  readonly code: number | null
  readonly calls: number
}

/** Runs the child until its `moment`th call; 0 lets it finish. */
function run(work: string, place: string, moment: number): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, work, place, String(moment)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, calls: Number(output) }))
  })
}

/** A few at a time, for two cores. */
async function each(moments: readonly number[], work: (moment: number) => Promise<void>): Promise<void> {
  const waiting = [...moments]
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await work(next)
  }
  await Promise.all([lane(), lane()])
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)
const old = 'old '.repeat(5000)

async function fresh(name: string): Promise<string> {
  const place = path.join(folder, name)
  await mkdir(place, { recursive: true })
  return place
}

test('a kill at any moment of saving a document leaves the old one or the new one, whole', async () => {
  const seen = { old: 0, new: 0 }
  const finished = await run('document', await fresh('whole'), 0)
  expect(finished.code).toBe(0)
  const wanted = await readFile(path.join(folder, 'whole/net.wiregrad'), 'utf8')
  // As many moments as a save has calls, the middle of each write among them.
  expect(finished.calls).toBeGreaterThanOrEqual(60)
  await each(upTo(finished.calls), async (moment) => {
    const place = await fresh(`document-${moment}`)
    await writeFile(path.join(place, 'net.wiregrad'), old)
    const { code } = await run('document', place, moment)
    expect([moment, code]).toEqual([moment, null])
    const text = await readFile(path.join(place, 'net.wiregrad'), 'utf8')
    expect([moment, text === old || text === wanted]).toEqual([moment, true])
    seen[text === old ? 'old' : 'new']++
    await sweepTemporaries(place, 0)
    expect(await readdir(place)).toEqual(['net.wiregrad'])
  })
  // The kills lay on both sides of the rename.
  expect(Math.min(seen.old, seen.new)).toBeGreaterThan(0)
})

test('a kill at any moment of saving a run leaves the old set or the new one', async () => {
  const { calls } = await run('set', await fresh('set'), 0)
  // Every other moment: a set is the same save four times over.
  const moments = upTo(calls).filter((moment) => moment % 2 === 0)
  expect(moments.length).toBeGreaterThanOrEqual(20)
  await each(moments, async (moment) => {
    const place = await fresh(`set-${moment}`)
    for (const name of ['a', 'b', 'c']) await writeFile(path.join(place, name), old)
    await run('set', place, moment)
    await recoverSet(place)
    const texts = await Promise.all(['a', 'b', 'c'].map((name) => readFile(path.join(place, name), 'utf8')))
    expect([moment, new Set(texts).size]).toEqual([moment, 1])
    await sweepTemporaries(place, 0)
    expect((await readdir(place)).sort()).toEqual(['a', 'b', 'c'])
  })
})

test('a kill while a draft is written loses no earlier draft: the next process offers it back', async () => {
  const { calls } = await run('draft', await fresh('draft'), 0)
  const moments = upTo(calls).filter((moment) => moment % 6 === 0)
  expect(moments.length).toBeGreaterThanOrEqual(10)
  await each(moments, async (moment) => {
    const place = await fresh(`draft-${moment}`)
    const host = { host: 'web', version: '1', workspace: path.join(place, 'w'), data: place } as const
    const before = createDispatch(host)
    await before('autosave/write', { slot: 'one', name: 'net', text: old }, nothing())
    await run('draft', place, moment)
    await tidyUp(host.data, host.workspace)
    const after = createDispatch(host)
    const list = await after('autosave/list', {}, nothing())
    expect(list).toMatchObject({ kind: 'json', value: [{ slot: 'one', name: 'net' }] })
    const draft = (await after('autosave/read', { slot: 'one' }, nothing())) as { value: { text: string } }
    expect([moment, /^(old )+$|^(new )+$/.test(draft.value.text)]).toEqual([moment, true])
  })
})

async function* nothing(): AsyncIterable<Uint8Array> {}

/** Makes a file system of this many bytes, or null where that is not allowed. */
function smallDisk(at: string, bytes: number): (() => void) | null {
  if (process.platform !== 'linux') return null
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', at])
  return status === 0 ? () => void spawnSync('umount', ['-l', at]) : null
}

describe('a disk that is full', () => {
  test('keeps the last good file, and takes the next one that fits', async ({ skip }) => {
    const place = await fresh('disk')
    const unmount = smallDisk(place, 128 * 1024)
    if (unmount === null) return skip('this process may not mount a small disk')
    try {
      const file = path.join(place, 'net.wiregrad')
      const good = 'g'.repeat(80 * 1024)
      await saveFile(file, good)
      await expect(saveFile(file, 'x'.repeat(80 * 1024))).rejects.toThrow('ENOSPC')
      await expect(saveFile(file, 'x'.repeat(500 * 1024))).rejects.toThrow('ENOSPC')
      expect(await readFile(file, 'utf8')).toBe(good)
      expect(await readdir(place)).toEqual(['net.wiregrad'])
      await saveFile(file, 'small')
      expect(await readFile(file, 'utf8')).toBe('small')
    } finally {
      unmount()
    }
  })

  test('at any byte of the new file, keeps the last good one', async () => {
    const place = await fresh('bytes')
    const file = path.join(place, 'net.wiregrad')
    await saveFile(file, old)
    for (let room = 0; room < 20_000; room += 997) {
      let left = room
      const full = {
        write: async (
          handle: { write(chunk: Uint8Array): Promise<{ bytesWritten: number }> },
          chunk: Uint8Array,
        ) => {
          if (left === 0)
            throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
          const { bytesWritten } = await handle.write(chunk.subarray(0, left))
          left -= bytesWritten
          return bytesWritten
        },
      }
      await expect(saveFile(file, 'new '.repeat(5000), undefined, full)).rejects.toThrow('ENOSPC')
      expect(await readFile(file, 'utf8')).toBe(old)
      expect(await readdir(place)).toEqual(['net.wiregrad'])
    }
  })
})
