/**
 * Looks at one node between two steps: the batch, the dropout and the weights of the step that comes next, so that its
 * histograms tell of the very numbers of that step's probe; and a chosen sample, as the trained net answers it. It
 * computes what it needs by itself, moves nothing, and reads everything back at once.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { PlanStep, Source } from '../analyse/plan'
import type { Compiled, Pass, Ports } from '../compile/compile'
import { deviceRandom } from '../compile/device-random'
import { weightKey } from '../compile/names'
import { inputsOf } from '../compile/step-inputs'
import type { Batch, DeviceData } from '../data/device-data'
import { judged } from '../diagnose/net'
import type { Path } from '../graph/document'
import {
  layoutOf,
  shownShape,
  type ChosenSample,
  type Histogram,
  type Look,
  type Picture,
  type SampleLook,
  type SampleNumbers,
  type TensorName,
  type Wish,
} from '../session/look'
import { trainingPass } from '../train/step'
import { countNumbers, readHistogram } from './histogram'
import { createGather, type Gather } from './gather'

/** What a look needs of a run. */
export interface Looked {
  readonly tf: typeof Tf
  readonly compiled: Compiled
  readonly data: DeviceData
  readonly seed: number
}

export interface Moment {
  /** The step that comes next: its batch is looked at. */
  readonly step: number
  /** Updates done. */
  readonly done: number
}

/** Of a sample's numbers no more than these are read. */
const mostOfSample = 4096

type Read<T> = (numbers: Float32Array<ArrayBuffer>) => T

function split(tensor: TensorName): readonly [kind: string, name: string] {
  const colon = tensor.indexOf(':')
  return [tensor.slice(0, colon), tensor.slice(colon + 1)]
}

/** The weights that a node computes with. */
function variableOf({ compiled }: Looked, step: PlanStep, name: string): Tf.Variable | undefined {
  return compiled.variables.get(weightKey(step.sharesWeightsOf ?? step.path, name))
}

/** Tensors of the batch part by name; in the scope of the caller. */
type Found = ReadonlyMap<TensorName, Tf.Tensor>

/** What a node gives and gets over the batch of a step. Inside `tf.tidy`. */
function overBatch(looked: Looked, step: PlanStep, names: readonly TensorName[], at: number): Found {
  const { tf, compiled, data } = looked
  const { plan } = compiled
  const of = (kind: string) => names.map(split).flatMap(([each, name]) => (each === kind ? [name] : []))
  const found = new Map<TensorName, Tf.Tensor>()
  const inputs = inputsOf(tf, at)
  const batch = data.trainBatch(inputs)
  const training = plan.training.find(
    ({ losses }) => losses.length > 0 && compiled.needs(losses).some(({ path }) => path === step.path),
  )
  const pass: Pass = {
    ...trainingPass({ compiled, training: training ?? null, seed: looked.seed }, inputs, batch.size, null),
    updateStatistics: () => false,
  }
  const note = (results: ReadonlyMap<Path, Ports>) => {
    const ports = results.get(step.path) ?? batch.feeds.get(step.path) ?? {}
    for (const port of of('output')) {
      const value = ports[port]
      if (value !== undefined) found.set(`output:${port}`, tf.keep(value.clone()))
    }
  }
  const weights = of('gradient').flatMap((name) => {
    const variable = variableOf(looked, step, name)
    const trained = training?.trains.includes(step.sharesWeightsOf ?? step.path) === true
    return variable !== undefined && variable.trainable && trained ? [{ name, variable }] : []
  })
  const back = training === undefined ? [] : taps(looked, step, of('backward'), batch, pass)
  if (training === undefined || weights.length + back.length === 0) {
    if (of('output').length > 0) note(compiled.run([step.path], batch.feeds, pass))
    return found
  }
  const forward = (): Tf.Scalar => {
    const tap = (source: Source, value: Tf.Tensor) => {
      const zeros = back.find(({ port }) => source.path === step.path && source.port === port)?.zeros
      return zeros === undefined ? value : value.add(zeros)
    }
    const results = compiled.run(training.losses, batch.feeds, back.length === 0 ? pass : { ...pass, tap })
    note(results)
    return training.losses
      .map((path) => results.get(path)?.['loss'] as Tf.Scalar)
      .reduce((sum, loss) => tf.add(sum, loss))
  }
  const { grads } = tf
    .engine()
    .gradients(
      forward,
      [...weights.map(({ variable }) => variable), ...back.map(({ zeros }) => zeros)],
      undefined,
      true,
    )
  const targets: readonly TensorName[] = [
    ...weights.map(({ name }) => `gradient:${name}` as const),
    ...back.map(({ port }) => `backward:${port}` as const),
  ]
  for (const [index, name] of targets.entries()) {
    const gradient = grads[index]
    if (gradient !== undefined && gradient !== null) found.set(name, gradient)
  }
  return found
}

/** Zeros that are added to what a port gives: their gradient is the one that comes back to it, from all its wires. */
function taps(
  { tf, compiled }: Looked,
  step: PlanStep,
  ports: readonly string[],
  batch: Batch,
  pass: Pass,
): readonly { readonly port: string; readonly zeros: Tf.Tensor }[] {
  if (ports.length === 0) return []
  const shapes = new Map<string, readonly number[]>()
  // Only running it tells the length of open axes.
  tf.tidy(() => {
    const results = compiled.run([step.path], batch.feeds, pass)
    for (const [port, value] of Object.entries(results.get(step.path) ?? {}))
      if (value.dtype === 'float32') shapes.set(port, value.shape)
  })
  return ports.flatMap((port) => {
    const shape = shapes.get(port)
    return shape === undefined ? [] : [{ port, zeros: tf.zeros([...shape]) }]
  })
}

/** The first numbers of a tensor along every axis. */
function addPicture(gather: Gather, step: PlanStep, tensor: TensorName, value: Tf.Tensor): Read<Picture> {
  const shown = shownShape(value.shape, layoutOf(step, tensor, value.shape))
  const cut =
    value.rank === 0
      ? value
      : value.slice(
          value.shape.map(() => 0),
          [...shown],
        )
  const at = gather.add(cut)
  const { shape } = value
  const { size } = cut
  return (numbers) => ({ tensor, shape, shown, values: numbers.slice(at, at + size) })
}

function addNumbers(gather: Gather, path: Path, value: Tf.Tensor): Read<SampleNumbers> {
  const shape = value.shape.slice(1)
  const flat = value.reshape([-1])
  const cut = flat.size > mostOfSample ? flat.slice([0], [mostOfSample]) : flat
  const at = gather.add(cut)
  const { size } = cut
  return (numbers) => ({ path, shape, values: numbers.slice(at, at + size) })
}

interface SampleRead {
  readonly pictures: readonly Read<Picture>[]
  readonly sample: Read<SampleLook>
}

/** What the net makes of one sample, as in evaluation. Inside `tf.tidy`. */
function ofSample(
  looked: Looked,
  gather: Gather,
  step: PlanStep,
  names: readonly TensorName[],
  chosen: ChosenSample,
): SampleRead | null {
  const { tf, compiled, data, seed } = looked
  const { plan } = compiled
  if (chosen.index >= data.samples[chosen.split]) return null
  const batch = data.splitBatch(chosen.split, chosen.index, 1)
  const inputs = inputsOf(tf, 0)
  const loss = plan.losses.map((path) => plan.byPath.get(path)).find((one) => one !== undefined)
  const { prediction, target } = loss === undefined ? { prediction: null, target: null } : judged(loss)
  const wanted = [step.path, prediction?.path, target?.path].filter((path) => path !== undefined)
  const results = compiled.run([...new Set(wanted)], batch.feeds, {
    training: false,
    updateStatistics: () => false,
    batchSize: 1,
    random: (path) => deviceRandom(inputs, seed, `${path}#evaluate`),
  })
  const read = (source: Source | null) => {
    const value = source === null ? undefined : results.get(source.path)?.[source.port]
    return source === null || value === undefined ? null : addNumbers(gather, source.path, value)
  }
  const pictures = names.flatMap((tensor) => {
    const value = results.get(step.path)?.[split(tensor)[1]]
    return value === undefined || value.rank === 0 || value.shape[0] !== 1
      ? []
      : [addPicture(gather, step, tensor, value.reshape(value.shape.slice(1)))]
  })
  const given = [...batch.feeds].flatMap(([path, { x }]) =>
    x === undefined ? [] : [addNumbers(gather, path, x)],
  )
  const [answer, right] = [read(prediction), read(target)]
  return {
    pictures,
    sample: (numbers) => ({
      chosen,
      inputs: given.map((one) => one(numbers)),
      target: right?.(numbers) ?? null,
      prediction: answer?.(numbers) ?? null,
    }),
  }
}

interface Reads {
  readonly histograms: readonly Read<Histogram>[]
  readonly pictures: readonly Read<Picture>[]
  readonly sample: Read<SampleLook> | null
}

function addAll(looked: Looked, gather: Gather, step: PlanStep, wish: Wish, at: number): Reads {
  const { tf } = looked
  const apart = (names: readonly TensorName[], kinds: readonly string[]) =>
    names.filter((name) => kinds.includes(split(name)[0]))
  const batched = [
    ...apart(wish.histograms, ['output', 'gradient', 'backward']),
    ...apart(wish.pictures, ['gradient']),
  ]
  const found = batched.length === 0 ? new Map<TensorName, Tf.Tensor>() : overBatch(looked, step, batched, at)
  const tensorOf = (name: TensorName): Tf.Tensor | undefined => {
    const [kind, of] = split(name)
    return kind === 'weight' ? variableOf(looked, step, of) : found.get(name)
  }
  const histograms = wish.histograms.flatMap((name) => {
    const value = tensorOf(name)
    if (value === undefined || value.size === 0) return []
    const place = gather.add(countNumbers(tf, value))
    const { size } = value
    return [(numbers: Float32Array<ArrayBuffer>) => readHistogram(name, size, numbers, place)]
  })
  const pictures = apart(wish.pictures, ['weight', 'gradient']).flatMap((name) => {
    const value = tensorOf(name)
    return value === undefined ? [] : [addPicture(gather, step, name, value)]
  })
  const outputs = apart(wish.pictures, ['output'])
  const sample = wish.sample === null ? null : ofSample(looked, gather, step, outputs, wish.sample)
  tf.dispose([...found.values()])
  return {
    histograms,
    pictures: [...pictures, ...(sample?.pictures ?? [])],
    sample: sample?.sample ?? null,
  }
}

/**
 * Looks. All commands are given before this returns, so whatever comes next may move the weights; only the reading is
 * waited for. Throws where the node is not in the plan.
 */
export async function takeLook(looked: Looked, wish: Wish, { step: at, done }: Moment): Promise<Look> {
  const { tf, compiled } = looked
  const step = compiled.plan.byPath.get(wish.path)
  if (step === undefined)
    throw new Error(`The run has no node ${wish.path}. It was added after the run began; train again.`)
  let reads: Reads | null = null
  const packed = tf.tidy(() => {
    const gather = createGather(tf)
    reads = addAll(looked, gather, step, wish, at)
    return gather.close()
  })
  const { histograms, pictures, sample } = reads as unknown as Reads
  try {
    const numbers = new Float32Array(await packed.data<'float32'>())
    const seen = {
      histograms: histograms.map((read) => read(numbers)),
      pictures: pictures.map((read) => read(numbers)),
    }
    const there = new Set([...seen.histograms, ...seen.pictures].map(({ tensor }) => tensor))
    return {
      path: wish.path,
      step: at,
      done,
      ...seen,
      sample: sample === null ? null : sample(numbers),
      absent: [...new Set([...wish.histograms, ...wish.pictures])].filter((name) => !there.has(name)),
    }
  } finally {
    packed.dispose()
  }
}
