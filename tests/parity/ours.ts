/** Runs a committed job on our own engine: outputs, gradients, moving statistics and a short training. */
import type { tf as TensorFlow } from '../../engine/backend/tfjs'
import type { Plan, PlanTrainingStep } from '../../engine/analyse/plan'
import { compile, type Compiled, type Pass, type Ports } from '../../engine/compile/compile'
import type { Path } from '../../engine/graph/document'
import { createOwnLayers } from '../../engine/layers/own-layers'
import type { WeightSet } from '../../engine/session/protocol'
import { createOptimiser } from '../../engine/train/optimiser'
import { runTrainingStep } from '../../engine/train/step'
import type { MetricDefinition } from '../../nodes/kit/define'
import type { Job, Name } from './job'
import type { Numbers } from './numbers'

type Tf = typeof TensorFlow
type Tensor = ReturnType<Tf['tensor']>

/** An array as the device gives it back. */
export interface Values {
  readonly shape: readonly number[]
  readonly values: ArrayLike<number>
}

export interface Ours {
  readonly outputs: Readonly<Record<Name, Values>>
  readonly loss: number | null
  readonly gradients: Readonly<Record<Name, Values>>
  readonly statistics: Readonly<Record<Name, Values>>
}

export function weightSet(weights: Readonly<Record<Name, Numbers>>): WeightSet {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { shape, values }]) => [
      name,
      { shape, values: Float32Array.from(values) },
    ]),
  )
}

function compiled(tf: Tf, plan: Plan, job: Job): Compiled {
  const made = compile(plan, {
    tf,
    own: (path) => createOwnLayers(tf, { seed: 1, path }),
    weights: weightSet(job.weights),
  })
  if ('refused' in made) throw new Error(made.refused)
  const missing = Object.keys(job.weights).filter((name) => !made.variables.has(name))
  if (missing.length > 0) throw new Error(`The compiled network lacks ${missing.join(', ')}.`)
  return made
}

interface Feeding {
  readonly feeds: ReadonlyMap<Path, Ports>
  readonly tensors: ReadonlyMap<Name, Tensor>
  readonly size: number
}

function feeding(tf: Tf, job: Job): Feeding {
  const feeds = new Map<Path, Record<string, Tensor>>()
  const tensors = new Map<Name, Tensor>()
  for (const [name, { shape, dtype, values }] of Object.entries(job.feeds)) {
    const [path, port] = name.split(':') as [string, string]
    const value = tf.tensor([...values], [...shape], dtype)
    tensors.set(name, value)
    feeds.set(path, { ...feeds.get(path), [port]: value })
  }
  return { feeds, tensors, size: Object.values(job.feeds)[0]?.shape[0] ?? 1 }
}

function passOf(job: Job, size: number, updateStatistics: boolean): Pass {
  return {
    training: job.training,
    updateStatistics: () => updateStatistics,
    batchSize: size,
    random: (path) => {
      const refused = (): never => {
        throw new Error(`${path} draws random numbers, which no comparison can have.`)
      }
      return { uniform: refused, normal: refused }
    },
  }
}

async function read(value: Tensor): Promise<Values> {
  return { shape: value.shape, values: await value.data() }
}

async function readAll(tensors: readonly (readonly [Name, Tensor])[]): Promise<Record<Name, Values>> {
  return Object.fromEntries(
    await Promise.all(tensors.map(async ([name, value]) => [name, await read(value)] as const)),
  )
}

/** The scalar that PyTorch differentiated: the losses' sum, or the outputs against their cotangents. */
function objective(tf: Tf, job: Job, at: (name: Name) => Tensor): Tensor | null {
  const terms =
    job.losses.length > 0
      ? job.losses.map(at)
      : Object.entries(job.cotangents).map(([name, { shape, values }]) =>
          tf.sum(tf.mul(at(name), tf.tensor([...values], [...shape]))),
        )
  return terms.length === 0 ? null : tf.addN(terms.map((term) => term.asScalar()))
}

function metricValue(plan: Plan, path: Path, sums: Values): Values {
  const { value } = plan.byPath.get(path)?.definition as MetricDefinition<never, never, never>
  return { shape: [], values: [value(Array.from(sums.values))] }
}

/** One pass forwards, one back. Leaves nothing allocated. */
export async function runOurs(tf: Tf, plan: Plan, job: Job): Promise<Ours> {
  const network = compiled(tf, plan, job)
  const { feeds, tensors, size } = feeding(tf, job)
  const paths = [...new Set([...job.watch, ...job.losses].map((name) => name.slice(0, name.indexOf(':'))))]
  const portOf = (name: Name) => (name.endsWith(':value') ? 'sums' : name.slice(name.indexOf(':') + 1))
  const forward = (update: boolean) => {
    const results = network.run(paths, feeds, passOf(job, size, update))
    return (name: Name): Tensor => {
      const value = results.get(name.slice(0, name.indexOf(':')))?.[portOf(name)]
      if (value === undefined) throw new Error(`The network gave no ${name}.`)
      return value
    }
  }
  const trainable = job.steps.flatMap((step) =>
    Object.keys(step.weights)
      .filter((name) => step.weights[name]?.trainable)
      .map((name) => `${step.path}:${name}`),
  )
  const wanted = [...trainable, ...job.differentiate]
  const wrt = wanted.map((name) => (network.variables.get(name) ?? tensors.get(name)) as Tensor)

  const shown = tf.tidy(() => {
    const at = forward(true)
    return job.watch.map((name) => [name, tf.clone(at(name))] as const)
  })
  const statistics = job.steps.flatMap((step) =>
    Object.keys(step.weights)
      .filter((name) => !step.weights[name]?.trainable)
      .map((name) => `${step.path}:${name}`),
  )
  const back = tf.tidy(() => {
    const at = forward(false)
    if (objective(tf, job, at) === null) return null
    const run = () => (objective(tf, job, forward(false)) as Tensor).asScalar()
    return tf.engine().gradients(run, wrt, undefined, true)
  })
  const missing = back === null ? [] : wanted.filter((_, index) => back.grads[index] == null)
  if (missing.length > 0) throw new Error(`No gradient reaches ${missing.join(', ')}.`)

  const outputs = await readAll(shown)
  const ours: Ours = {
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, value]) => [
        name,
        name.endsWith(':value') ? metricValue(plan, name.slice(0, -':value'.length), value) : value,
      ]),
    ),
    loss: back === null ? null : ((await back.value.data())[0] ?? NaN),
    gradients:
      back === null ? {} : await readAll(wanted.map((name, index) => [name, back.grads[index] as Tensor])),
    statistics: job.training
      ? await readAll(statistics.map((name) => [name, network.variables.get(name) as Tensor]))
      : {},
  }
  tf.dispose([shown.map(([, value]) => value), back?.value, back?.grads, [...tensors.values()]] as never)
  network.dispose()
  return ours
}

/** The loss before each step of the descent, and after its last, by the engine's own training step. */
export async function descendOurs(tf: Tf, plan: Plan, job: Job): Promise<readonly number[]> {
  const { descent } = job
  if (descent === null) throw new Error(`The job ${job.name} has no descent.`)
  const network = compiled(tf, plan, job)
  const { feeds, tensors, size } = feeding(tf, job)
  const [planned] = plan.training
  if (planned === undefined) throw new Error(`The document of ${job.name} says nothing about training.`)
  const training: PlanTrainingStep = {
    ...planned,
    settings: {
      ...planned.settings,
      optimiser: descent.optimiser,
      clip: descent.clip === null ? null : { norm: descent.clip },
    },
  }
  const optimiser = createOptimiser(tf, descent.optimiser)
  const options = { tf, compiled: network, training, optimiser, seed: 1, metrics: [] }
  const curve: number[] = []
  for (let step = 1; step <= descent.steps + 1; step += 1) {
    const moment = { step, update: step, updates: descent.steps + 1 }
    const losses = tf.tidy(() => runTrainingStep(options, { feeds, size }, moment, null))
    let sum = 0
    for (const loss of losses.values()) sum += (await loss.data())[0] ?? NaN
    curve.push(sum)
    tf.dispose([...losses.values()])
  }
  optimiser.dispose()
  tf.dispose([...tensors.values()])
  network.dispose()
  return curve
}
