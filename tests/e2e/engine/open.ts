/**
 * Bundles an entry file and opens it in a page of a secure origin (WebGPU is given to no other) that exists only in the
 * browser's mind.
 */
import type { Page } from '@playwright/test'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const origin = 'http://localhost:9'

const bundles = new Map<string, Promise<string>>()

async function bundled(entry: string): Promise<string> {
  const built = await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    mode: 'production',
    build: {
      write: false,
      // The page has no server to fetch assets from.
      assetsInlineLimit: Number.MAX_SAFE_INTEGER,
      minify: false,
      target: 'es2023',
      rolldownOptions: {
        input: path.join(root, entry),
        output: { format: 'es', codeSplitting: false },
        preserveEntrySignatures: 'strict',
      },
    },
  })
  const [first] = Array.isArray(built) ? built : [built]
  if (first === undefined || !('output' in first)) throw new Error(`${entry} was not bundled.`)
  return first.output[0].code
}

/** `entry`, a path from the root, and all that it imports, as one module; made once. */
export function bundle(entry: string): Promise<string> {
  const code = bundles.get(entry) ?? bundled(entry)
  bundles.set(entry, code)
  return code
}

/** Opens a page with `entry`, a path from the root, run in it. */
export async function openBundle(page: Page, entry: string): Promise<void> {
  const script = await bundle(entry)
  await page.route(`${origin}/**`, (route) => {
    const isScript = route.request().url().endsWith('/entry.js')
    return route.fulfill(
      isScript
        ? { contentType: 'text/javascript', body: script }
        : { contentType: 'text/html', body: '<!doctype html><script type="module" src="entry.js"></script>' },
    )
  })
  await page.goto(`${origin}/`)
}
