#!/usr/bin/env node
/**
 * The `wiregrad` command: builds the command line when it is missing or older than its sources, then runs it. stdout
 * belongs to the answer, so the build speaks on stderr.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { isStale, mainFile, root } from '../start/targets.mjs'

async function main() {
  if (isStale('cli')) {
    if (!existsSync(path.join(root, 'node_modules'))) {
      console.error(`Wiregrad’s packages are not installed: run npm ci in ${root}.`)
      process.exit(3)
    }
    const { buildStale } = await import('../start/build.mjs')
    await buildStale(['cli'], console.error)
  }
  await import(pathToFileURL(mainFile('cli')).href)
}

await main()
