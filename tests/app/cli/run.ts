/** Runs the real command, as a user would, and gives what it said. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'

export const root = fileURLToPath(new URL('../../../', import.meta.url))
export const bin = path.join(root, 'app/cli/wiregrad.mjs')

export interface Said {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly process: ChildProcess
  /** What has come on stdout so far. */
  readonly heard: () => string
  readonly ended: Promise<Said>
}

export function start(...words: string[]): Running {
  const child = spawn(process.execPath, [bin, ...words], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = new Promise<Said>((resolve, reject) => {
    child.on('error', reject)
    // The first one builds the command, and says so.
    child.on('close', (code) => resolve({ code, stdout, stderr: stderr.replace(/^built .*\n/m, '') }))
  })
  return { process: child, heard: () => stdout, ended }
}

export function wiregrad(...words: string[]): Promise<Said> {
  return start(...words).ended
}

export type Line = Readonly<Record<string, unknown>> & { readonly type: string }

/** The lines of `train --json`. Everything on stdout must be JSON. */
export function linesOf(stdout: string): Line[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}

export function example(name: string): string {
  return path.join('examples', `${name}.wiregrad`)
}

/** A folder that is gone after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'wiregrad-cli-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
