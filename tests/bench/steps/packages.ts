/**
 * What is only compared with or measured on: Dawn for Node (18 MB of programs) and jax-js. No part of the installation:
 * each is fetched when it is wanted, once, and checked.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../../', import.meta.url))

const packages = {
  dawn: {
    name: 'webgpu',
    version: '0.3.8',
    file: 'index.js',
    hash: 'g2YwfCvzHoQHwSEY3fS95sVKdo/JVLL9AnicJyRQBPwWm4j7zISHvk6P85HaWP0LhtBV+aopsShKIaDi4smECg==',
  },
  jax: {
    name: '@jax-js/jax',
    version: '0.1.25',
    file: 'dist/index.js',
    hash: 'g6PxWa6ZLjeQdDAM0ImBSqpdYnC6InCUTCCbMLxhMHMsMNu+JbHRjIQZ/anjBcP69of6hiqfGmTl+3gBn1qu/A==',
  },
} as const

/** The package's main file, fetched where it is not there yet; throws where it cannot be had. */
export async function fetchedPackage(which: keyof typeof packages): Promise<string> {
  const { name, version, file, hash: wanted } = packages[which]
  const home = path.join(root, `node_modules/.cache/wiregrad-${which}`)
  const entry = path.join(home, version, 'package', file)
  if (existsSync(entry)) return entry
  await mkdir(home, { recursive: true })
  const folder = await mkdtemp(path.join(home, 'new-'))
  try {
    const run = promisify(execFile)
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
    const { stdout } = await run(
      npm,
      ['pack', `${name}@${version}`, '--silent', '--pack-destination', folder],
      { timeout: 120_000, cwd: folder },
    )
    const archive = path.join(folder, path.basename(stdout.trim()))
    const hash = createHash('sha512')
      .update(await readFile(archive))
      .digest('base64')
    if (hash !== wanted) throw new Error(`${name} ${version} came with another hash: ${hash}`)
    await run('tar', ['-xzf', archive, '-C', folder])
    await rm(archive)
    await rename(folder, path.join(home, version))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return entry
}
