/**
 * The training steps on this machine's GPU, without a browser: ours and tfjs on Dawn in Node, jax-js there as well, PyTorch
 * on the same GPU (eagerly; on one thread of the processor where it has none), in turns, each in a process of its own. This
 * is the program of the folder that `npm run bench:bundle` makes and needs nothing but that folder and Node:
 *
 *     node run.mjs [--software] [--models NAME,NAME] [--rounds N] [--json]
 *
 * `--software` takes the small nets and Chromium's software adapter (WIREGRAD_SWIFTSHADER names its .json file where it
 * lies elsewhere). WIREGRAD_PYTHON names the Python that has PyTorch.
 */
import { fork, spawn } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { ModelName } from './models'
import { printRows, rowLines, type Row } from './rows'
import type { Block, StepRunner } from './runner'
import { hasLayers, inTurns, lengthOf, tooLongForJax, type Peer } from './turns'

const here = path.dirname(fileURLToPath(import.meta.url))
const { values: options } = parseArgs({
  options: {
    software: { type: 'boolean', default: false },
    models: { type: 'string' },
    rounds: { type: 'string', default: '7' },
    json: { type: 'boolean', default: false },
  },
})
const say = (...words: unknown[]) => (options.json ? console.error(...words) : console.log(...words))

interface Side {
  ask(call: string, ...given: readonly unknown[]): Promise<unknown>
  close(): void
}

interface Answer {
  readonly result?: unknown
  readonly error?: string
}

/** A Vulkan loader and Chromium's software adapter, where the folder was made beside a Chromium. */
const vulkan = path.join(here, 'vulkan')

/** NVIDIA's driver where nobody has told the loader of it, as in many containers. */
function nvidiaIcd(): string | null {
  const told = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'].some(
    (folder) => existsSync(folder) && readdirSync(folder).some((file) => file.includes('nvidia')),
  )
  const library = ['/usr/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib/aarch64-linux-gnu']
    .map((folder) => path.join(folder, 'libGLX_nvidia.so.0'))
    .find((file) => existsSync(file))
  if (told || library === undefined) return null
  const file = path.join(os.tmpdir(), 'wiregrad-nvidia-icd.json')
  const icd = { file_format_version: '1.0.0', ICD: { library_path: library, api_version: '1.3.0' } }
  writeFileSync(file, JSON.stringify(icd))
  return file
}

function environment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env }
  const icd = options.software
    ? (process.env['WIREGRAD_SWIFTSHADER'] ?? path.join(vulkan, 'vk_swiftshader_icd.json'))
    : process.env['VK_ICD_FILENAMES'] === undefined
      ? nvidiaIcd()
      : null
  if (options.software && (icd === null || !existsSync(icd)))
    throw new Error(
      "There is no software adapter in this folder; name Chromium's vk_swiftshader_icd.json in WIREGRAD_SWIFTSHADER.",
    )
  if (icd !== null) env['VK_ICD_FILENAMES'] = icd
  env['LD_LIBRARY_PATH'] = [env['LD_LIBRARY_PATH'], vulkan].filter(Boolean).join(':')
  return env
}

async function openDawn(name: 'ours' | 'theirs' | 'jax'): Promise<Side> {
  const given = [path.join(here, 'dawn/index.js'), path.join(here, `${name}.mjs`), 'hardware']
  const child = fork(path.join(here, 'dawn.mjs'), given, {
    execArgv: [],
    env: environment(),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const answer = () =>
    new Promise<unknown>((resolve, reject) => {
      const gone = (code: number | null) => reject(new Error(`The process ${name} has ended (${code}).`))
      child.once('exit', gone)
      child.once('message', ({ result, error }: Answer) => {
        child.off('exit', gone)
        if (error === undefined) resolve(result)
        else reject(new Error(error))
      })
    })
  await answer()
  return {
    ask: (call, ...args) => {
      const answered = answer()
      child.send({ call, given: args })
      return answered
    },
    close: () => void child.kill(),
  }
}

/** PyTorch on `device`, and how it describes itself; null where there is none. */
async function openTorch(device: 'cuda' | 'cpu'): Promise<(Side & { readonly version: string }) | null> {
  const python = process.env['WIREGRAD_PYTHON'] ?? 'python3'
  const child = spawn(python, [path.join(here, 'pytorch.py'), device], { stdio: ['pipe', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  child.on('error', () => child.stdout.destroy())
  child.stdin.on('error', () => undefined)
  const ask: Side['ask'] = async (call, ...given) => {
    child.stdin.write(`${JSON.stringify({ call, given })}\n`)
    const line = await lines.next()
    if (line.done === true) throw new Error(`PyTorch does not answer in ${python}.`)
    return (JSON.parse(line.value) as Answer).result
  }
  try {
    const version = `PyTorch ${String(await ask('version'))}, ${String(await ask('where'))}`
    return { ask, version, close: () => void child.kill() }
  } catch {
    return null
  }
}

function runnerOf({ ask }: Side): StepRunner {
  return {
    start: async (...given) => void (await ask('start', ...given)),
    run: async (steps) => (await ask('run', steps)) as Block,
    count: () => Promise.reject(new Error('Nothing is counted here.')),
    stop: async () => void (await ask('stop')),
  }
}

const large: readonly ModelName[] = ['tiny-mlp', 'mlp', 'cnn', 'lstm', 'gpt', 'resnet18', 'bigru']
const small: readonly ModelName[] = [
  'tiny-mlp',
  'mlp',
  'small-cnn',
  'small-lstm',
  'small-gpt',
  'small-resnet',
  'small-bigru',
]
const models = options.models?.split(',') as readonly ModelName[] | undefined

const notes: string[] = []
const rows: Row[] = []
const opened: Side[] = []
async function open(name: 'ours' | 'theirs' | 'jax'): Promise<StepRunner & { readonly side: Side }> {
  const side = await openDawn(name)
  opened.push(side)
  return { ...runnerOf(side), side }
}

async function measure(
  model: ModelName,
  ours: StepRunner,
  all: readonly [Peer, StepRunner][],
): Promise<void> {
  await ours.start(model, 0)
  const peers: [Peer, StepRunner][] = []
  for (const [peer, runner] of all) {
    if (peer === 'jax-js' && tooLongForJax.includes(model)) continue
    try {
      await runner.start(model, 0, peer === 'tfjs-fit' ? 'fit' : 'loop')
      peers.push([peer, runner])
    } catch (error) {
      notes.push(`${model}: ${peer} cannot train it (${String(error).split('\n')[0]}).`)
    }
  }
  const sides = [ours, ...peers.map(([, runner]) => runner)]
  const lengths: number[] = []
  for (const runner of sides) lengths.push(await lengthOf(runner, 'wall', 300, 1))
  const found = await inTurns(sides, 'wall', Number(options.rounds), lengths)
  const backend = options.software ? 'webgpu-dawn-software' : 'webgpu-dawn'
  for (const [at, turns] of found.entries()) {
    const [peer] = peers[at] ?? ['tfjs']
    const row: Row = {
      model,
      backend,
      what: 'wall',
      ours: turns.ours,
      peer,
      peerValue: turns.peer,
      ratio: turns.ratio,
    }
    rows.push(row)
    say(printRows([row]).at(-1))
  }
  for (const runner of sides) await runner.stop()
}

async function main(): Promise<void> {
  const ours = await open('ours')
  const adapter = await ours.side.ask('adapter')
  if (adapter === null)
    throw new Error(
      'Dawn finds no WebGPU adapter on this machine: a Vulkan, Metal or D3D12 driver is wanted.',
    )
  const peers: [Peer, StepRunner][] = [
    ['tfjs', await open('theirs')],
    ['tfjs-fit', await open('theirs')],
    ['jax-js', await open('jax')],
  ]
  const torch = (options.software ? null : await openTorch('cuda')) ?? (await openTorch('cpu'))
  if (torch === null) notes.push('No PyTorch: python3, or the Python that WIREGRAD_PYTHON names, has none.')
  else {
    opened.push(torch)
    peers.push(['pytorch', runnerOf(torch)])
  }
  const date = new Date().toISOString()
  const cpu = os.cpus()[0]?.model ?? 'unknown processor'
  const machine = {
    date,
    adapter,
    cpu,
    cores: os.cpus().length,
    node: process.version,
    pytorch: torch?.version ?? null,
  }
  say(JSON.stringify(machine))
  for (const model of models ?? (options.software ? small : large)) {
    const written = peers.filter(([peer]) => peer !== 'tfjs-fit' || hasLayers(model))
    try {
      await measure(model, ours, written)
    } catch (error) {
      notes.push(`${model}: not measured (${String(error).split('\n')[0]}).`)
    }
  }
  const file = path.join(here, `result-${date.slice(0, 19).replaceAll(':', '-')}.json`)
  writeFileSync(file, `${JSON.stringify({ machine, rows, notes }, null, 1)}\n`)
  say(['', ...printRows(rows), ...notes, `Written to ${file}`].join('\n'))
  if (options.json) process.stdout.write(rowLines(rows))
}

try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  for (const side of opened) side.close()
}
