/**
 * Whether something built is older than what it was built from. The answer is a fingerprint of the names, sizes and
 * times of the sources, kept beside the result: no clock is trusted, and a deleted source counts as a change. Node
 * built-ins only, for this runs before any package is installed.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'

/** Files below `entry` (or `entry` itself), in order. @param {string} entry @returns {string[]} */
function filesBelow(entry) {
  if (!existsSync(entry)) return []
  if (statSync(entry).isFile()) return [entry]
  return readdirSync(entry, { recursive: true, withFileTypes: true })
    .filter((item) => item.isFile())
    .map((item) => path.join(item.parentPath, item.name))
    .sort()
}

/**
 * Names, sizes and times of everything below `entries`, in one hash.
 * @param {string} root
 * @param {readonly string[]} entries
 */
export function fingerprint(root, entries) {
  const hash = createHash('sha256')
  for (const entry of entries) {
    for (const file of filesBelow(path.join(root, entry))) {
      const { size, mtimeMs } = statSync(file)
      hash.update(`${path.relative(root, file)}\0${size}\0${mtimeMs}\n`)
    }
  }
  return hash.digest('hex')
}

/** The fingerprint written in `stampFile`, or '' where there is none. @param {string} stampFile */
export function readStamp(stampFile) {
  return existsSync(stampFile) ? readFileSync(stampFile, 'utf8').trim() : ''
}
