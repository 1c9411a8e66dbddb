/**
 * `npm start` ends with an address that works, whatever it could not open.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'wiregrad-start-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function start(args: readonly string[], variables: NodeJS.ProcessEnv = {}) {
  const env = {
    ...process.env,
    WIREGRAD_WORKSPACE: path.join(folder, 'w'),
    WIREGRAD_DATA: path.join(folder, 'd'),
    ...variables,
  }
  const child = spawn(process.execPath, ['app/start/start.mjs', ...args], { cwd: root, env })
  let output = ''
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const address = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const url = /^Wiregrad: (\S+)$/m.exec(output)?.[1]
      if (url !== undefined) resolve(url)
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.on('close', (code) => reject(new Error(`ended with ${code}: ${output}`)))
  })
  return { child, address, ended, output: () => output }
}

test('the last line is the address, the reason stands above it, and Ctrl-C ends it', async () => {
  const run = start(['--no-open'])
  const url = await run.address
  expect(run.output()).toContain('No window was opened: you asked for --no-open.')
  expect(run.output().trimEnd().split('\n').at(-1)).toBe(`Wiregrad: ${url}`)

  const first = await fetch(url, { redirect: 'manual' })
  const second = await fetch(url, { redirect: 'manual' })
  expect([first.status, second.status]).toEqual([303, 303])
  const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? ''
  const page = await fetch(new URL('/', url), { headers: { cookie } })
  expect(await page.text()).toContain('<title>Wiregrad')

  run.child.kill('SIGINT')
  expect(await run.ended).toBe(0)
})

test.skipIf(process.platform !== 'linux')('without a display, the reason is printed', async () => {
  const run = start([], { DISPLAY: undefined, WAYLAND_DISPLAY: undefined })
  await run.address
  expect(run.output()).toContain('No window was opened: there is no display here')
  run.child.kill('SIGTERM')
  expect(await run.ended).toBe(0)
})

test('a port that is taken is named as such', async () => {
  const run = start(['--no-open'])
  const { port } = new URL(await run.address)
  const second = start(['--no-open', '--port', port])
  await expect(second.address).rejects.toThrow('This port is taken')
  expect(await second.ended).toBe(1)
  run.child.kill('SIGINT')
  await run.ended
})

test('an unknown flag and a port that is none are refused with the usage', async () => {
  for (const args of [['--nonsense'], ['--port', 'x']]) {
    const run = start(args)
    await expect(run.address).rejects.toThrow('npm start -- [--web] [--no-open] [--port N]')
    expect(await run.ended).toBe(2)
  }
})
