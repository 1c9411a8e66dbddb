/**
 * How the desktop programs are packed, held without the packer: every key of electron-builder.yml is one that we mean,
 * the list of files gives exactly what the shell needs, and the public workflow runs what it says. The packer's own
 * schema, the asar and the fuses as they are burnt are looked at by `npm run dist -- --check`.
 */
import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { buildStale } from '../../app/start/build.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')

const words = z.string().min(1)
const configSchema = z.strictObject({
  appId: z.string().regex(/^[a-z]+(\.[a-z]+)+$/),
  productName: z.literal('Wiregrad'),
  copyright: words,
  directories: z.strictObject({ output: z.literal('release'), buildResources: z.literal('app/icon') }),
  files: z.array(words),
  asar: z.literal(true),
  npmRebuild: z.literal(false),
  fileAssociations: z
    .array(
      z.strictObject({
        ext: z.literal('wiregrad'),
        name: words,
        description: words,
        mimeType: z.literal('application/x-wiregrad'),
        role: z.literal('Editor'),
      }),
    )
    .length(1),
  mac: z.strictObject({
    icon: z.literal('app/icon/icon.icns'),
    category: z.string().startsWith('public.app-category.'),
    target: z.array(z.enum(['dmg', 'zip'])),
    hardenedRuntime: z.literal(true),
  }),
  win: z.strictObject({ icon: z.literal('app/icon/icon.ico'), target: z.array(z.enum(['nsis', 'zip'])) }),
  linux: z.strictObject({
    icon: z.literal('app/icon/png'),
    target: z.array(z.enum(['AppImage', 'deb', 'tar.gz'])),
    category: z.literal('Development'),
    executableName: z.literal('wiregrad'),
    maintainer: words,
    synopsis: words,
  }),
  // Their values: item 19 of tests/app/main/checklist.test.ts.
  electronFuses: z.record(words, z.boolean()),
})

const config = configSchema.parse(parse(read('electron-builder.yml')))

/** The few kinds of pattern that the list uses, as the packer reads them: a later one overrides an earlier. */
function takes(pattern: string, file: string): boolean {
  const source = pattern.replace(/\*\*\/|\*\*|\*|[.+]/g, (part) =>
    part === '**/' ? '(?:.+/)?' : part === '**' ? '.+' : part === '*' ? '[^/]*' : `\\${part}`,
  )
  return new RegExp(`^${source}$`).test(file)
}

function isPacked(file: string): boolean {
  return config.files.reduce((packed, pattern) => {
    if (pattern.startsWith('!')) return packed && !takes(pattern.slice(1), file)
    return packed || takes(pattern, file)
  }, false)
}

describe('what is packed', () => {
  beforeAll(() => buildStale(['renderer', 'main', 'preload'], () => undefined), 240_000)

  test('is package.json, the shell’s two files and the whole window, and nothing hidden', () => {
    const built = readdirSync(path.join(root, 'dist'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    const packed = built.filter(isPacked)
    const window = built.filter((file) => file.startsWith('dist/renderer/') && !/\/\./.test(file))
    expect(window.length).toBeGreaterThan(10)
    expect(packed.sort()).toEqual(['dist/main/main.cjs', 'dist/preload/preload.cjs', ...window].sort())
    expect(
      ['package.json', 'node_modules/zod/index.js', 'README.md', 'app/main/main.ts'].map(isPacked),
    ).toEqual([true, false, false, false])
  })

  test('begins where package.json says, and loads nothing but Electron and Node’s own modules', () => {
    const { main, dependencies } = JSON.parse(read('package.json')) as {
      main: string
      dependencies: Record<string, string>
    }
    expect(main).toBe('dist/main/main.cjs')
    expect(dependencies).not.toHaveProperty('electron')
    const loaded = (file: string) =>
      [...read(file).matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name]) => name ?? '')
    expect(new Set(loaded('dist/preload/preload.cjs'))).toEqual(new Set(['electron']))
    expect(loaded(main).filter((name) => name !== 'electron' && !name.startsWith('node:'))).toEqual([])
    expect(read(main)).not.toContain('import(')
    expect(read('dist/preload/preload.cjs').length).toBeLessThan(4096)
  })
})

describe('the public workflow', () => {
  const stepSchema = z.looseObject({ run: z.string().optional(), uses: z.string().optional() })
  const jobSchema = z.looseObject({
    strategy: z.looseObject({
      matrix: z.looseObject({ os: z.array(z.string()), node: z.array(z.number()).optional() }),
    }),
    steps: z.array(stepSchema),
  })
  const workflow = z
    .looseObject({ jobs: z.strictObject({ test: jobSchema, package: jobSchema }) })
    .parse(parse(read('.github/workflows/ci.yml')))
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }

  test('runs on three systems and two Nodes', () => {
    const { os, node } = workflow.jobs.test.strategy.matrix
    expect(os.map((name) => name.split('-')[0])).toEqual(['ubuntu', 'macos', 'windows'])
    expect(node).toEqual([22, 24])
  })

  test('runs commands that exist', () => {
    const commands = Object.values(workflow.jobs).flatMap(({ steps }) =>
      steps.flatMap(({ run }) => run ?? []),
    )
    const named = commands.flatMap((line) =>
      [...line.matchAll(/npm (?:run )?([a-z]+)/g)].map(([, name]) => name),
    )
    expect(named).toEqual(expect.arrayContaining(['ci', 'test', 'dist']))
    for (const name of named) expect(name === 'ci' || Object.hasOwn(scripts, name ?? '')).toBe(true)
    for (const line of commands)
      for (const [file] of line.matchAll(/node_modules\/\S+\.js/g)) expect(() => read(file)).not.toThrow()
  })
})

describe('the icon', () => {
  const bytes = (file: string) => readFileSync(path.join(root, file))
  /** Sizes of the PNGs that begin at these places. */
  const sizeOf = (png: Buffer) => {
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    expect(png.readUInt32BE(16)).toBe(png.readUInt32BE(20))
    return png.readUInt32BE(16)
  }

  test('is there in every size that a Linux desktop asks for', () => {
    const names = readdirSync(path.join(root, config.linux.icon))
    const sizes = names.map((name) => sizeOf(bytes(`${config.linux.icon}/${name}`)))
    expect(names).toEqual(sizes.map((size) => `${size}x${size}.png`))
    expect(sizes).toEqual(expect.arrayContaining([16, 32, 48, 64, 128, 256, 512]))
  })

  test('is a list of PNGs for Windows and for macOS', () => {
    const ico = bytes(config.win.icon)
    const images = Array.from({ length: ico.readUInt16LE(4) }, (_, at) =>
      ico.subarray(ico.readUInt32LE(6 + 16 * at + 12)),
    )
    expect(images.map(sizeOf)).toEqual([16, 24, 32, 48, 64, 128, 256])
    const icns = bytes(config.mac.icon)
    expect(icns.subarray(0, 4).toString()).toBe('icns')
    expect(icns.readUInt32BE(4)).toBe(icns.length)
    const found: (readonly [string, number])[] = []
    for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4))
      found.push([icns.subarray(at, at + 4).toString(), sizeOf(icns.subarray(at + 8))])
    expect(found).toEqual(
      expect.arrayContaining([
        ['ic08', 256],
        ['ic09', 512],
        ['ic10', 1024],
      ]),
    )
  })
})
