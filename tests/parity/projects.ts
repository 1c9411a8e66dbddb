/**
 * The PyTorch projects that people get, run: every case of every layer, the reference networks and all examples are
 * loaded strictly and must predict as we do; those whose training has nothing random must train as we do, in one process
 * and shared out over two.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Plan } from '../../engine/analyse/plan'
import { tf } from '../../engine/backend/tfjs'
import { loadData } from '../../engine/data/load-data'
import type { Document, Optimiser, Schedule, TrainingStep } from '../../engine/graph/document'
import { exportPytorch } from '../../engine/export/pytorch/export-pytorch'
import { catalogue } from '../../nodes/catalogue'
import { initialParams } from '../../nodes/kit/define'
import type { Case } from './case'
import { curveTolerance, distance, valueTolerance } from './closeness'
import { definitionCases } from './definition-cases'
import { lossesOf, openHost } from './host'
import type { Name } from './job'
import { examples, modelPass } from './model-pass'
import { documentAt, networkNames } from './networks'
import type { Numbers } from './numbers'
import { tiedDocument } from './shared-cases'
import type { Values } from './ours'

/** A project on disk, and what it must say. */
interface Project {
  readonly name: string
  readonly folder: string
  /** The model's inputs, in order. */
  readonly inputs: readonly Numbers[]
  readonly predictions: readonly Values[]
  /** Losses of its first steps in our run, or null where it is not trained. */
  readonly curve: readonly number[] | null
  /** Whether two processes must give the same: each sees but its share of a batch. */
  readonly shared: boolean
}

/** What a project says in PyTorch. */
interface Told {
  readonly outputs: readonly Numbers[]
  readonly curve: readonly number[] | null
}

const steps = 20
const processes = 2
/** Two processes add up in another order than one. */
const shareTolerance = 1e-5

interface Wanted {
  readonly name: string
  readonly document: Document
  readonly given?: Readonly<Record<Name, Numbers>>
  readonly train: boolean
}

/** The case with an output for every value that its node gives. */
function withOutputs({ document, watch }: Case): Document {
  const definition = catalogue.get('output')
  if (definition === undefined) throw new Error('The catalogue has no type output.')
  const params = initialParams(definition) as Document['nodes'][string]['params']
  const ports = watch.map((name) => name.split(':') as [string, string])
  return {
    ...document,
    nodes: {
      ...document.nodes,
      ...Object.fromEntries(
        ports.map(([, port]) => [
          `out_${port}`,
          { type: 'output', version: definition.version, params, at: [0, 0] as [number, number] },
        ]),
      ),
    },
    wires: {
      ...document.wires,
      ...Object.fromEntries(
        ports.map(([node, port]) => [
          `w_out_${port}`,
          { from: [node, port], to: [`out_${port}`, 'x'] as [string, string] },
        ]),
      ),
    },
  }
}

function layerCases(): readonly Wanted[] {
  return [...definitionCases()].flatMap(([file, cases]) => {
    const role = catalogue.get(file.replace('types/', ''))?.role
    if (role !== 'layer' && role !== 'function') return []
    return cases.map((one) => ({
      name: one.name,
      document: withOutputs(one),
      given: one.feeds,
      train: false,
    }))
  })
}

/** Nothing in it draws anew for every batch. */
function isFixed(plan: Plan): boolean {
  return plan.steps.every(
    ({ definition: { type }, params }) =>
      !['noise', 'sampling'].includes(type) &&
      !(type.includes('dropout') && params['rate'] !== 0) &&
      (params['dropout'] ?? 0) === 0,
  )
}

const adam: Optimiser = { kind: 'adam', learningRate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }
const still: Schedule = { kind: 'constant', warmup: 0 }

/** The small reference network under every optimiser, schedule and order of training steps. */
function trainings(): readonly Wanted[] {
  const document = documentAt('mlp')
  const [base] = document.training.steps
  if (base === undefined) throw new Error('The reference network mlp does not say how it trains.')
  const one = (optimiser: Optimiser, more: Partial<TrainingStep> = {}): TrainingStep => ({
    ...base,
    optimiser,
    schedule: still,
    clip: null,
    ...more,
  })
  const weighted = Object.entries(document.nodes).filter(([, { type }]) => type === 'dense')
  const [first = '', ...others] = weighted.map(([id]) => id)
  const sgd: Optimiser = { kind: 'sgd', learningRate: 0.1 }
  const cases: Readonly<Record<string, readonly TrainingStep[]>> = {
    sgd: [one(sgd, { clip: { norm: 0.2 } })],
    momentum: [one({ kind: 'momentum', learningRate: 0.05, momentum: 0.9, nesterov: false })],
    nesterov: [one({ kind: 'momentum', learningRate: 0.05, momentum: 0.8, nesterov: true })],
    rmsprop: [one({ kind: 'rmsprop', learningRate: 0.01, rho: 0.9, epsilon: 1e-3 })],
    adamw: [
      one({ kind: 'adamw', learningRate: 0.02, beta1: 0.9, beta2: 0.99, epsilon: 1e-3, weightDecay: 0.5 }),
    ],
    warmup: [one(adam, { schedule: { kind: 'constant', warmup: 7 } })],
    stairs: [one(adam, { schedule: { kind: 'step', warmup: 2, every: 5, factor: 0.5 } })],
    cosine: [one(adam, { schedule: { kind: 'cosine', warmup: 3, final: 0.1 } })],
    turns: [
      one(adam, { trains: [first] }),
      one(
        { ...sgd, learningRate: 0.3 },
        { trains: others, every: 3, schedule: { kind: 'cosine', warmup: 1, final: 0 } },
      ),
    ],
  }
  return Object.entries(cases).map(([name, list]) => ({
    name: `training-${name}`,
    document: { ...document, training: { ...document.training, batchSize: 3, steps: [...list] } },
    train: true,
  }))
}

function allWanted(): readonly Wanted[] {
  return [
    ...layerCases(),
    { name: 'tied', document: tiedDocument(), train: true },
    ...networkNames.map((name) => ({ name, document: documentAt(name), train: true })),
    ...trainings(),
    ...examples().map(([name, document]) => ({ name: `example-${name}`, document, train: true })),
  ]
}

async function readBundled(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await readFile(new URL(`../../examples/data/${name}`, import.meta.url)))
}

async function ourCurve(
  name: string,
  document: Document,
  weights: Awaited<ReturnType<typeof modelPass>>['weights'],
) {
  const short = { ...document, training: { ...document.training, length: { steps } } }
  const events = await openHost().train({ run: name, document: short, backend: 'cpu', files: [], weights })
  return lossesOf(events)
}

/** Writes one project and works out what it must say; a sentence where the exporter refuses. */
async function write({ name, document, given, train }: Wanted, within: string): Promise<Project | string> {
  await tf.setBackend('cpu')
  const pass = await modelPass(name, document, given)
  const { plan, weights } = pass
  const trained = train && isFixed(plan)
  const samples = plan.data.length === 0 ? null : await loadData(plan, [], readBundled)
  if (samples !== null && 'refused' in samples) return `${name}: ${samples.refused}`
  const made = exportPytorch({ document, plan, weights }, samples)
  if ('refused' in made) return `${name}: the exporter refuses: ${made.refused}`
  const folder = join(within, 'projects', name)
  mkdirSync(folder, { recursive: true })
  for (const file of made.files) writeFileSync(join(folder, file.name), file.bytes)
  return {
    name,
    folder,
    inputs: Object.values(pass.inputs),
    predictions: Object.values(pass.predictions),
    curve: trained ? await ourCurve(name, document, weights) : null,
    shared: trained && plan.steps.every(({ definition: { type } }) => type !== 'batch-norm'),
  }
}

/** Runs projects.py, as one of several processes or alone. */
async function python(
  program: string,
  asked: readonly object[],
  folder: string,
  rank: number | null,
): Promise<readonly Told[]> {
  const [source, target] = ['asked', 'told'].map((word) =>
    join(folder, `${word}-${rank ?? 'alone'}.json`),
  ) as [string, string]
  writeFileSync(source, JSON.stringify(asked))
  const script = fileURLToPath(new URL('./projects.py', import.meta.url))
  const shares =
    rank === null ? {} : { RANK: String(rank), WORLD_SIZE: String(processes), MASTER_ADDR: '127.0.0.1' }
  const env = { ...process.env, ...shares, OMP_NUM_THREADS: '1' }
  const child = spawn(program, ['-B', script, source, target], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  if (code !== 0) throw new Error('projects.py failed (see above).')
  return JSON.parse(readFileSync(target, 'utf8')) as Told[]
}

function apart(project: Project, told: Told | undefined): readonly string[] {
  const { name, predictions, curve } = project
  const wrong = predictions.flatMap((ours, at) => {
    const theirs = told?.outputs[at]
    if (theirs?.shape.join() !== ours.shape.join())
      return [`${name}: output ${at} is [${theirs?.shape.join() ?? 'missing'}], not [${ours.shape.join()}]`]
    const off = distance(theirs.values, ours.values)
    return off <= valueTolerance ? [] : [`${name}: output ${at} is off by ${off.toExponential(2)}`]
  })
  const off = curve === null ? 0 : distance(told?.curve ?? [], curve)
  return off <= curveTolerance
    ? wrong
    : [
        ...wrong,
        `${name}: the training is off by ${off.toExponential(2)}: ${told?.curve?.join()} and ${curve?.join()}`,
      ]
}

/** Sentences about projects that do not do what we do. */
export async function checkProjects(
  program: string,
  folder: string,
  only: string | null,
): Promise<readonly string[]> {
  const wanted = allWanted().filter(({ name }) => only === null || name.includes(only))
  const written: (Project | string)[] = []
  for (const one of wanted) written.push(await write(one, folder))
  const projects = written.filter((one) => typeof one !== 'string')
  const refused = written.filter((one) => typeof one === 'string')
  const asked = projects.map(({ name, folder: at, inputs, curve }) => ({
    name,
    folder: at,
    inputs,
    steps: curve === null ? 0 : steps,
  }))
  const told = await python(program, asked, folder, null)
  const shared = projects.filter((one) => one.shared)
  const sharedAsked = shared.map(({ name, folder: at }) => ({ name, folder: at, inputs: null, steps }))
  const both = await Promise.all([0, 1].map((rank) => python(program, sharedAsked, folder, rank)))
  const unequal = shared.flatMap(({ name }, at) => {
    const alone = told[projects.findIndex((one) => one.name === name)]?.curve ?? []
    const off = distance(both[0]?.[at]?.curve ?? [], alone)
    return off <= shareTolerance ? [] : [`${name}: two processes are off by ${off.toExponential(2)}`]
  })
  console.log(
    `projects: ${projects.length} predict, ${projects.filter(({ curve }) => curve !== null).length} train, ${shared.length} of them in two processes too`,
  )
  return [...refused, ...projects.flatMap((project, at) => apart(project, told[at])), ...unequal]
}
