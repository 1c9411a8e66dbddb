/**
 * Files of the built window, found by address: only below one folder, only as a plain path.
 */
import * as fs from 'node:fs/promises'
import path from 'node:path'

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.csv': 'text/csv; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.wiregrad': 'application/json; charset=utf-8',
  '.woff2': 'font/woff2',
}

export type Asset =
  | { readonly status: 200; readonly type: string; readonly bytes: Uint8Array; readonly lasting: boolean }
  | { readonly status: 403 | 404 }

/** The path below the folder that an address means, or null for one that tries to leave it. */
export function relativePath(pathname: string): string | null {
  let decoded: string
  try {
    decoded = decodeURIComponent(pathname)
  } catch {
    return null
  }
  const parts = decoded.split('/').filter((part) => part !== '')
  const foul = (part: string) => part.startsWith('.') || part.includes('\0') || /[\\:%]/.test(part)
  return parts.some(foul) ? null : parts.join('/')
}

/** Reads the file that `pathname` means below `root`; hidden files and folders are never given. */
export async function readAsset(root: string, pathname: string): Promise<Asset> {
  const relative = relativePath(pathname)
  if (relative === null) return { status: 403 }
  const file = path.join(root, relative === '' ? 'index.html' : relative)
  const type = types[path.extname(file)]
  if (type === undefined) return { status: 404 }
  try {
    const [realRoot, realFile] = await Promise.all([fs.realpath(root), fs.realpath(file)])
    if (!realFile.startsWith(realRoot + path.sep)) return { status: 403 }
    // Vite puts a hash of the content into the names of everything in assets/.
    return { status: 200, type, bytes: await fs.readFile(realFile), lasting: relative.startsWith('assets/') }
  } catch {
    return { status: 404 }
  }
}
