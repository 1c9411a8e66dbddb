/**
 * When `npm start` takes the desktop window, and what it says when it cannot. Programs that behave like Electron, well or
 * badly, stand in for it.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  electronProgram,
  fetchElectron,
  noDesktopBecause,
  openDesktop,
  type Machine,
} from '../../app/start/desktop.mjs'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'wiregrad-desktop-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const wish = { web: false, noOpen: false, port: 0 }
const desk: Machine = { platform: 'linux', env: { DISPLAY: ':0' }, uid: 1000 }

test('an ordinary user at a display gets the desktop window', () => {
  expect(noDesktopBecause(wish, desk)).toBeNull()
  expect(noDesktopBecause(wish, { ...desk, env: { WAYLAND_DISPLAY: 'wayland-0' } })).toBeNull()
  for (const platform of ['darwin', 'win32'] as const)
    expect(noDesktopBecause(wish, { platform, env: {}, uid: 0 })).toBeNull()
})

test('the reason against it is a sentence', () => {
  expect(noDesktopBecause({ ...wish, web: true }, desk)).toContain('--web')
  expect(noDesktopBecause({ ...wish, noOpen: true }, desk)).toContain('--no-open')
  expect(noDesktopBecause({ ...wish, port: 8080 }, desk)).toContain('--port')
  expect(noDesktopBecause(wish, { ...desk, env: {} })).toContain('no display')
  expect(noDesktopBecause(wish, { ...desk, env: { DISPLAY: '' } })).toContain('no display')
  expect(noDesktopBecause(wish, { ...desk, uid: 0 })).toContain('you are root')
})

describe('Electron’s program', () => {
  test('is looked for where the package says, without loading the package', () => {
    expect(electronProgram(desk, folder)).toBeNull()
    writeFileSync(path.join(folder, 'path.txt'), 'electron')
    expect(electronProgram(desk, folder)).toBeNull()
    mkdirSync(path.join(folder, 'dist'))
    writeFileSync(path.join(folder, 'dist/electron'), '')
    expect(electronProgram(desk, folder)).toBe(path.join(folder, 'dist/electron'))
  })

  test('may be named by ELECTRON_OVERRIDE_DIST_PATH', () => {
    const there = { ...desk, env: { ELECTRON_OVERRIDE_DIST_PATH: folder } }
    expect(electronProgram(there, folder)).toBeNull()
    writeFileSync(path.join(folder, 'electron'), '')
    expect(electronProgram(there, folder)).toBe(path.join(folder, 'electron'))
  })

  test('is not fetched by an old Node, nor from a place that does not have it or does not answer', async () => {
    const said: string[] = []
    const say = (line: string) => void said.push(line)
    expect(await fetchElectron(say, desk, '20.19.0')).toContain('needs Node 22.12 or newer (this is 20.19.0)')
    const server = http.createServer((_, response) => response.writeHead(404).end())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const mirror = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const machine = { ...desk, env: { ELECTRON_MIRROR: mirror } }
    expect(await fetchElectron(say, machine, '24.0.0')).toMatch(/answered 404 for electron-v[\d.]+-/)
    await new Promise((resolve) => server.close(resolve))
    expect(await fetchElectron(say, machine, '24.0.0')).toContain('cannot be reached (ECONNREFUSED)')
    expect(said).toEqual([])
  })
})

describe.skipIf(process.platform === 'win32')('the start waits for the window', () => {
  function program(script: string): string {
    const file = path.join(folder, 'program')
    writeFileSync(file, `#!/bin/sh\n${script}\n`)
    chmodSync(file, 0o755)
    return file
  }

  test('and goes on when it is there', async () => {
    const file = program(
      'echo "starting up"; echo "args $1 run-as-node=${ELECTRON_RUN_AS_NODE-unset}" >&2; echo app-ready; exec sleep 30',
    )
    const opened = await openDesktop(file, ['.'], { ...process.env, ELECTRON_RUN_AS_NODE: '1' }, 10)
    if (!('child' in opened)) throw new Error(opened.why)
    opened.child.kill()
    await new Promise((resolve) => opened.child.on('close', resolve))
  })

  test('ends with a reason when it ends first, is silent, or is no program', async () => {
    expect(await openDesktop(program('exit 3'), [], process.env, 10)).toEqual({
      why: 'it ended before its window opened (exit 3)',
    })
    expect(await openDesktop(program('exec sleep 30'), [], process.env, 0.3)).toEqual({
      why: 'its window did not open within 0.3 seconds',
    })
    expect(await openDesktop(path.join(folder, 'none'), [], process.env, 10)).toMatchObject({
      why: expect.stringContaining('it did not start (spawn') as string,
    })
  })

  test('and leaves the window to one that runs already', async () => {
    const file = program('echo "Wiregrad runs already: its window was brought to the front."')
    expect(await openDesktop(file, [], process.env, 10)).toHaveProperty('child')
  })
})
