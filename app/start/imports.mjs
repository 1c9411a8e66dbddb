/**
 * Holds the import table (.dependency-cruiser.cjs), twice: once over every import as written, once over what is left
 * when types are gone, to see that the window cannot reach tfjs by any road. A checker that sees no modules finds no
 * mistakes, so it also counts: every source file in these folders must have been seen.
 *
 * `node app/start/imports.mjs [ROOT]`, where ROOT is the tree to check (default: this one).
 */
import { cruise } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const home = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const FOLDERS = ['app', 'renderer', 'nodes', 'engine', 'tests']

/** Every .ts and .tsx file under the folders, bar fixtures and AssemblyScript, which another compiler reads. @param {string} root @returns {string[]} */
function sources(root) {
  return FOLDERS.filter((folder) => existsSync(path.join(root, folder))).flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
      .filter((file) => !file.includes('/fixtures/') && !file.includes('/assembly/')),
  )
}

/**
 * The window's runtime imports. The worker is reached by its address (`?worker&url`) and runs apart, so the way ends
 * before it; that nobody else imports engine/worker is the table's business.
 */
const runtime = {
  forbidden: [
    {
      name: 'window-cannot-reach-tfjs',
      severity: 'error',
      from: { path: '^(renderer|nodes)/' },
      to: { path: '^node_modules/@tensorflow/', reachable: true },
    },
  ],
}

/** @param {string} root @param {any} rules @param {any} options */
async function check(root, rules, options) {
  process.chdir(root)
  const { output } = await cruise(
    FOLDERS.filter((folder) => existsSync(folder)),
    { ...options, ruleSet: rules, validate: true },
    undefined,
    { tsConfig: extractTSConfig(path.join(home, 'tsconfig.base.json')) },
  )
  if (typeof output === 'string')
    throw new Error(`dependency-cruiser answered with text: ${output.slice(0, 200)}`)
  return output
}

async function main() {
  const root = path.resolve(process.argv[2] ?? home)
  const { options: relative, forbidden } = createRequire(import.meta.url)(
    path.join(home, '.dependency-cruiser.cjs'),
  )
  const options = { ...relative, tsConfig: { fileName: path.join(home, relative.tsConfig.fileName) } }
  // Before the check: a file that appears while it runs could not have been seen.
  const wanted = sources(root)
  const table = await check(root, { forbidden }, options)
  const { exclude } = options
  const noTypes = await check(root, runtime, {
    ...options,
    tsPreCompilationDeps: false,
    exclude: { path: [...exclude.path, '^engine/worker/', '^tests/'] },
  })

  const violations = [...table.summary.violations, ...noTypes.summary.violations]
  for (const { rule, from, to } of violations) console.error(`${rule.name}: ${from} -> ${to}`)

  const seen = new Set(table.modules.map((module) => module.source))
  const unseen = wanted.filter((file) => !seen.has(file))
  for (const file of unseen) console.error(`not seen by the import checker: ${file}`)

  console.log(
    `import table: ${seen.size} modules seen, ${violations.length} violations, ${unseen.length} unseen`,
  )
  if (violations.length > 0 || unseen.length > 0 || seen.size === 0) process.exitCode = 1
}

await main()
