/** Runs a committed job on our own engine: outputs, gradients, moving statistics and a short training. */
import type { tf as TensorFlow } from '../../engine/backend/tfjs'
import type { Plan, PlanTrainingStep } from '../../engine/analyse/plan'
import { compile, type Compiled, type Pass, type Ports } from '../../engine/compile/compile'
import type { Path } from '../../engine/graph/document'
import { createOwnLayers } from '../../engine/layers/own-layers'
import type { WeightSet } from '../../engine/session/protocol'
import { inputsOf } from '../../engine/compile/step-inputs'
import { createOptimiser } from '../../engine/train/optimiser'
import { runTrainingStep, turnsOf } from '../../engine/train/step'
import type { Job, Name } from './job'
import type { Numbers } from './numbers'

type Tf = typeof TensorFlow
type Tensor = ReturnType<Tf['tensor']>

/** An array as the device gives it back. */
export interface Values {
  readonly shape: readonly number[]
  readonly values: readonly number[]
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

/** An array from the device. */
export async function read(value: Tensor): Promise<Values> {
  return { shape: value.shape, values: Array.from(await value.data()) }
}

async function readAll(tensors: readonly (readonly [Name, Tensor])[]): Promise<Record<Name, Values>> {
  return Object.fromEntries(
    await Promise.all(tensors.map(async ([name, value]) => [name, await read(value)] as const)),
  )
}

/** The scalar that PyTorch differentiated: the losses' sum, or the outputs against their cotangents. */
function objective(tf: Tf, job: Job, at: (name: Name) => Tensor) {
  const terms =
    job.losses.length > 0
      ? job.losses.map(at)
      : Object.entries(job.cotangents).map(([name, { shape, values }]) =>
          tf.sum(tf.mul(at(name), tf.tensor([...values], [...shape]))),
        )
  return tf.addN(terms.map((term) => term.asScalar())).asScalar()
}

function metricValue(plan: Plan, path: Path, sums: Values): Values {
  const definition = plan.byPath.get(path)?.definition
  if (definition?.role !== 'metric') throw new Error(`The node ${path} is no metric.`)
  return { shape: [], values: [definition.value(sums.values)] }
}

/** Weights of a job that train, or those that do not. */
function weightNames(job: Job, trainable: boolean): readonly Name[] {
  return job.steps.flatMap((step) =>
    Object.entries(step.weights)
      .filter(([, weight]) => weight.trainable === trainable)
      .map(([name]) => `${step.path}:${name}`),
  )
}

type At = (name: Name) => Tensor

/** One pass over the network; the values at `path:port`, a metric's sums at `path:value`. */
function forward(network: Compiled, job: Job, { feeds, size }: Feeding, update: boolean): At {
  const paths = [...new Set([...job.watch, ...job.losses].map((name) => name.slice(0, name.indexOf(':'))))]
  const results = network.run(paths, feeds, passOf(job, size, update))
  return (name) => {
    const [path = '', port = ''] = name.split(':')
    const value = results.get(path)?.[port === 'value' ? 'sums' : port]
    if (value === undefined) throw new Error(`The network gave no ${name}.`)
    return value
  }
}

async function outputsOf(
  tf: Tf,
  plan: Plan,
  network: Compiled,
  job: Job,
  fed: Feeding,
): Promise<Ours['outputs']> {
  const tensors = tf.tidy(() => {
    const at = forward(network, job, fed, true)
    return job.watch.map((name) => tf.clone(at(name)))
  })
  const values = await readAll(job.watch.map((name, index) => [name, tensors[index] as Tensor]))
  tf.dispose(tensors)
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      name.endsWith(':value') ? metricValue(plan, name.slice(0, -':value'.length), value) : value,
    ]),
  )
}

async function backwards(
  tf: Tf,
  network: Compiled,
  job: Job,
  fed: Feeding,
): Promise<Pick<Ours, 'loss' | 'gradients'>> {
  if (job.losses.length === 0 && Object.keys(job.cotangents).length === 0)
    return { loss: null, gradients: {} }
  const wanted = [...weightNames(job, true), ...job.differentiate]
  const wrt = wanted.map((name) => (network.variables.get(name) ?? fed.tensors.get(name)) as Tensor)
  const kept: Tensor[] = []
  tf.tidy(() => {
    if (wanted.length === 0) {
      kept.push(tf.keep(objective(tf, job, forward(network, job, fed, false))))
      return
    }
    const run = () => objective(tf, job, forward(network, job, fed, false))
    const { value, grads } = tf.engine().gradients(run, wrt, undefined, true)
    // What a node does not look at in this pass has a gradient of zeros; PyTorch must say the same.
    for (const [index, name] of wanted.entries())
      if (job.differentiate.includes(name)) grads[index] ??= tf.zerosLike(wrt[index] as Tensor)
    const missing = wanted.filter((_, index) => !(grads[index] instanceof tf.Tensor))
    if (missing.length > 0) throw new Error(`No gradient reaches ${missing.join(', ')}.`)
    kept.push(...[value, ...grads].map((one) => tf.keep(one)))
  })
  const [loss, ...gradients] = await Promise.all(kept.map(read))
  tf.dispose(kept)
  return {
    loss: loss?.values[0] ?? NaN,
    gradients: Object.fromEntries(wanted.map((name, index) => [name, gradients[index] as Values])),
  }
}

/** One pass forwards, one back. Leaves nothing allocated. */
export async function runOurs(tf: Tf, plan: Plan, job: Job): Promise<Ours> {
  const network = compiled(tf, plan, job)
  const fed = feeding(tf, job)
  const outputs = await outputsOf(tf, plan, network, job, fed)
  const moving = job.training ? weightNames(job, false) : []
  const statistics = await readAll(moving.map((name) => [name, network.variables.get(name) as Tensor]))
  const back = await backwards(tf, network, job, fed)
  tf.dispose([...fed.tensors.values()])
  network.dispose()
  return { outputs, statistics, ...back }
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
  const options = {
    tf,
    compiled: network,
    training,
    optimiser,
    seed: 1,
    metrics: [],
    turnOf: turnsOf(training, descent.steps + 1),
  }
  const curve: number[] = []
  for (let step = 1; step <= descent.steps + 1; step += 1) {
    const losses: Tensor[] = []
    tf.tidy(() => {
      losses.push(...runTrainingStep(options, inputsOf(tf, step), { feeds, size }, null).values())
    })
    const values = await Promise.all(losses.map(read))
    curve.push(values.reduce((sum, { values: [loss = NaN] }) => sum + loss, 0))
    tf.dispose(losses)
  }
  optimiser.dispose()
  tf.dispose([...tensors.values()])
  network.dispose()
  return curve
}
