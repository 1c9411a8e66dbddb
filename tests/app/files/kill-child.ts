/**
 * A process that saves and is killed at one of its calls to the file system: before the call, or, where it is a write,
 * also in the middle of it. Prints how many moments there were when it is let finish.
 */
import * as fs from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import path from 'node:path'
import { saveFile, saveSet } from '../../../app/files/atomic-save'
import { createDispatch } from '../../../app/files/handlers'

const [, , work = '', place = '', moment = '0'] = process.argv
const last = Number(moment)
let calls = 0

function step(): void {
  if (++calls === last) process.kill(process.pid, 'SIGKILL')
}

type Method = (...args: unknown[]) => Promise<unknown>

/** Counts every call of a method; the object is changed in place, so that the product's own code is what runs. */
function count(object: object, names: readonly string[]): void {
  const methods = object as Record<string, Method>
  for (const name of names) {
    const real = methods[name]
    if (real === undefined) throw new Error(`There is no ${name} to count.`)
    methods[name] = async function (this: unknown, ...args: unknown[]) {
      step()
      return real.apply(this, args)
    }
  }
}

/** A write is two moments: before it, and when half of it is on the disk. */
function tear(handle: FileHandle): void {
  const methods = handle as unknown as Record<string, Method>
  const real = methods['write']
  if (real === undefined) return
  methods['write'] = async function (this: unknown, chunk: unknown, ...rest: unknown[]) {
    const bytes = chunk as Uint8Array
    step()
    const half = bytes.subarray(0, bytes.length >> 1)
    fs.writeSync(handle.fd, half)
    step()
    const { bytesWritten } = (await real.call(this, bytes.subarray(half.length), ...rest)) as {
      bytesWritten: number
    }
    return { bytesWritten: half.length + bytesWritten }
  }
}

const promises = createRequire(import.meta.url)('node:fs/promises') as Record<string, Method>
count(promises, ['realpath', 'stat', 'rename', 'rm', 'mkdir', 'readFile', 'readdir'])
const open = promises['open']
promises['open'] = async (...args: unknown[]) => {
  step()
  const handle = (await open?.(...args)) as FileHandle
  count(handle, ['sync', 'stat', 'close'])
  tear(handle)
  return handle
}
syncBuiltinESMExports()

async function* pieces(text: string, number: number): AsyncIterable<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  const size = Math.ceil(bytes.length / number)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const fresh = 'new '.repeat(6000)

async function* nothing(): AsyncIterable<Uint8Array> {}

async function main(): Promise<void> {
  if (work === 'document') await saveFile(path.join(place, 'net.wiregrad'), pieces(fresh, 24))
  else if (work === 'set') await saveSet(place, { a: fresh, b: fresh, c: fresh })
  else {
    const host = { host: 'web', version: '1', workspace: place, data: place } as const
    const dispatch = createDispatch(host)
    for (let save = 0; save < 4; save++)
      await dispatch('autosave/write', { slot: 'one', name: 'net', text: fresh }, nothing())
  }
  console.log(calls)
}

await main()
