/**
 * `npm run bench:bundle`: everything that `gpu.ts` needs in one folder, to be carried to a machine with a GPU that has Node
 * and no network: the bundled sides, Dawn, jax-js, PyTorch's script.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, realpath, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'vite'
import { installedBrowser } from '../../../app/start/browsers.mjs'
import { bundle } from '../../e2e/engine/open'
import { fetchedPackage } from './packages'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const steps = path.join(root, 'tests/bench/steps')

async function program(): Promise<string> {
  const built = await build({
    root,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: { ssr: path.join(steps, 'gpu.ts'), write: false, target: 'node20' },
  })
  const [first] = Array.isArray(built) ? built : [built]
  if (first === undefined || !('output' in first))
    throw new Error('The program of the bench was not bundled.')
  return first.output[0].code
}

/** The Vulkan loader and the software adapter of the Chromium that is here: other machines may have neither. */
async function copyVulkan(to: string): Promise<void> {
  const browser = installedBrowser()
  const places = [...(browser === null ? [] : [path.dirname(await realpath(browser))]), '/usr/lib/chromium']
  const from = places.find((folder) => existsSync(path.join(folder, 'libvulkan.so.1')))
  if (from === undefined)
    return console.error('No Vulkan loader was found beside a Chromium: the folder has none.')
  await mkdir(to)
  for (const file of ['libvulkan.so.1', 'libvk_swiftshader.so', 'vk_swiftshader_icd.json'])
    await cp(path.join(from, file), path.join(to, file))
}

/** Makes `dist/bench-gpu` and its archive; the folder. */
export async function makeBundle(): Promise<string> {
  const folder = path.join(root, 'dist/bench-gpu')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const side of ['ours', 'theirs', 'jax'])
    await writeFile(path.join(folder, `${side}.mjs`), await bundle(`tests/bench/steps/${side}.ts`))
  await writeFile(path.join(folder, 'run.mjs'), await program())
  for (const file of ['dawn.mjs', 'pytorch.py']) await cp(path.join(steps, file), path.join(folder, file))
  await cp(path.dirname(await fetchedPackage('dawn')), path.join(folder, 'dawn'), { recursive: true })
  await cp(path.dirname(await fetchedPackage('jax')), path.join(folder, 'jax'), { recursive: true })
  // Beside the modules of jax-js, whose own package says so, too.
  await writeFile(path.join(folder, 'jax/package.json'), '{"type":"module"}\n')
  await copyVulkan(path.join(folder, 'vulkan'))
  const run = promisify(execFile)
  await run('tar', ['-czf', 'bench-gpu.tar.gz', 'bench-gpu'], { cwd: path.dirname(folder) })
  return folder
}
