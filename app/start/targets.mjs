/**
 * What is built, from what, into what. Node built-ins only: the launcher and the `wiregrad` command ask here whether
 * a build is needed before any bundler is loaded.
 */
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { fingerprint, readStamp } from './stale.mjs'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

/**
 * @typedef {object} Target
 * @property {string} out Folder that the build owns and replaces as a whole.
 * @property {string} main The file whose presence says that it was built.
 * @property {readonly string[]} sources Files and folders that go into it.
 */

const tools = ['package-lock.json', 'app/start/vite.mjs', 'app/start/targets.mjs']

/** @type {Readonly<Record<'renderer' | 'main' | 'preload' | 'serve' | 'cli', Target>>} */
export const targets = {
  renderer: {
    out: 'dist/renderer',
    main: 'index.html',
    sources: ['renderer', 'engine', 'nodes', 'app/shared', 'examples', ...tools],
  },
  main: {
    out: 'dist/main',
    main: 'main.cjs',
    sources: [
      'app/main',
      'app/serve',
      'app/files',
      'app/shared',
      'app/start/places.mjs',
      'engine/graph',
      'nodes/kit',
      ...tools,
    ],
  },
  preload: {
    out: 'dist/preload',
    main: 'preload.cjs',
    sources: ['app/preload', 'app/shared', ...tools],
  },
  serve: {
    out: 'dist/serve',
    main: 'serve.mjs',
    sources: ['app/serve', 'app/files', 'app/shared', 'engine/graph', 'nodes/kit', ...tools],
  },
  cli: {
    out: 'dist/cli',
    main: 'main.mjs',
    sources: ['app/cli', 'app/files', 'app/shared', 'engine', 'nodes', 'examples/data', ...tools],
  },
}

/** @typedef {keyof typeof targets} TargetName */

/** @param {TargetName} name */
export function stampFile(name) {
  return path.join(root, targets[name].out, '.stamp')
}

/** The fingerprint of a target's sources as they are now. @param {TargetName} name */
export function currentStamp(name) {
  return fingerprint(root, targets[name].sources)
}

/** Whether the target is missing or older than its sources. @param {TargetName} name */
export function isStale(name) {
  return readStamp(stampFile(name)) !== currentStamp(name)
}

/** The built file that stands for a target. @param {TargetName} name */
export function mainFile(name) {
  return path.join(root, targets[name].out, targets[name].main)
}
