/**
 * Where a backend has kernels of our own for what a node computes (WebGPU, WebAssembly): the node's maths with these in
 * the place of what is composed of tfjs's operations. A definition knows nothing of it; on every other backend its own
 * words hold.
 */
import type * as Tf from '@tensorflow/tfjs'
import { meanOfWhatCounts } from '../../nodes/kit/cross-entropy'
import type { Definition, RunArguments, Uses } from '../../nodes/kit/define'
import { activate } from '../../nodes/kit/maths/activate'
import { attend, project, reach } from '../../nodes/kit/maths/attention'
import { finish } from '../../nodes/kit/maths/finish'
import { normalise } from '../../nodes/kit/maths/transformer'
import { walk } from '../../nodes/kit/maths/walk'
import { windowAxis, type Padding } from '../../nodes/kit/window'
import { fusedKernels, type FusedKernels } from './fused-kernels'

/** What stands in `uses`, made of a backend's kernels. */
function partsOf(kernels: FusedKernels) {
  /** A product with its bias. */
  const projectHere: typeof project = (tf, x, kernel, bias) =>
    kernel === undefined || x.size === 0
      ? project(tf, x, kernel, bias)
      : kernels.dense(tf, x, kernel, bias, 'linear')

  const attendHere: typeof attend = (tf, query, key, value, o) => {
    const walls = o.walls.flatMap((wall) =>
      wall === null ? [] : [wall.rank === 3 ? tf.expandDims(wall, 1) : wall],
    )
    const [, from = 1, width = 1] = query.shape
    const fits =
      kernels.attends(from, key.shape[1] ?? 1, Math.max(width / o.heads, (value.shape[2] ?? 1) / o.groups)) &&
      query.size > 0 &&
      o.cost === null &&
      walls.length <= 2 &&
      walls.every((wall) => wall.dtype === 'float32')
    if (!fits) return attend(tf, query, key, value, o)
    return kernels.attend(tf, query, key, value, { heads: o.heads, groups: o.groups, walls, drop: o.drop })
  }

  const reachHere: typeof reach = (tf, from, to, causal, window) =>
    !causal && window === 0 ? null : kernels.reach(tf, [from, to], causal, window)

  const normaliseFused: typeof normalise = (tf, x, o) =>
    o.gamma === undefined || x.size === 0 ? normalise(tf, x, o) : kernels.normalise(tf, x, o)

  const activateHere: typeof activate = (tf, x, p) => {
    const known =
      kernels.isBend(p.function) && p.function !== 'linear' && (p.function !== 'elu' || p.alpha === 1)
    return known && x.size > 0 ? kernels.bend(tf, x, p.function) : activate(tf, x, p)
  }

  const finishHere: typeof finish = (tf, sums, bias, activation) => {
    if (!kernels.isBend(activation) || sums.size === 0) return finish(tf, sums, bias, activation)
    if (bias !== undefined && kernels.shift !== null && bias.size === sums.shape.at(-1)) {
      const bent = activation === 'relu'
      const y = kernels.shift(tf, sums, bias, bent)
      return bent ? y : kernels.bend(tf, y, activation)
    }
    const y = bias === undefined ? sums : tf.add(sums, bias)
    return kernels.bend(tf, y, activation)
  }

  const walkFused: typeof walk = (tf, uses, inputs, p, weights, context, o) => {
    const [batch = 1, time = 1, features = 1] = inputs.x.shape
    const recurrent = weights[`${o.prefix}recurrent_kernel`]
    const kernel = weights[`${o.prefix}kernel`]
    const units = recurrent?.shape[0] ?? 0
    const fits =
      inputs.mask === undefined &&
      kernels.walks(units, batch) &&
      inputs.x.size > 0 &&
      (p.cell !== 'gru' || p.resetAfter)
    if (!fits || recurrent === undefined || kernel === undefined)
      return walk(tf, uses, inputs, p, weights, context, o)
    const drops = context.training && p.dropout > 0
    const kept = drops
      ? tf.cast(tf.greaterEqual(context.random.uniform([batch, 1, features]), p.dropout), 'float32')
      : null
    const x = kept === null ? inputs.x : tf.mul(inputs.x, tf.mul(kept, 1 / (1 - p.dropout)))
    const stateCount = p.cell === 'lstm' ? 2 : 1
    const given = [inputs.initial, inputs.initial_memory].flatMap((state) =>
      state === undefined ? [] : [tf.reshape(state, [1, batch, units])],
    )
    const initial = given.length === 0 ? tf.zeros([stateCount, batch, units]) : tf.concat(given, 0)
    const { y, memory } = kernels.walk(
      tf,
      {
        sums: kernels.dense(tf, x, kernel, weights[`${o.prefix}bias`], 'linear'),
        recurrent,
        initial,
        bias: weights[`${o.prefix}recurrent_bias`],
      },
      { cell: p.cell, activation: p.activation, gate: p.recurrentActivation },
      { backwards: p.goBackwards, sequences: p.returnSequences },
    )
    // Nobody looks at states that are not asked for, and to cut one out costs.
    if (!p.returnState) return { y, states: [] }
    const last = p.returnSequences
      ? tf.reshape(tf.slice(y, [0, time - 1, 0], [batch, 1, units]), [batch, units])
      : y
    return { y, states: memory === undefined ? [last] : [last, memory] }
  }

  return { projectHere, attendHere, reachHere, normaliseFused, activateHere, finishHere, walkFused }
}

type Ports = Readonly<Record<string, Tf.Tensor>>

/** Null where the node is computed as ever after all. */
type Run = (a: RunArguments<never, never>) => Ports | null

/** What a node of the catalogue runs instead, by its type; its settings have been checked. */
type FusedRun = (a: {
  readonly tf: typeof Tf
  readonly inputs: Readonly<Record<string, Tf.Tensor | undefined>>
  readonly p: Readonly<Record<string, unknown>>
  readonly weights: Readonly<Record<string, Tf.Tensor | undefined>>
  readonly context: RunArguments<never, never>['context']
}) => Ports | null

/** Convolutions over one axis or two; a sequence is an image one row high. */
function convolutionRun(kernels: FusedKernels, ours: NonNullable<FusedKernels['convolve']>): FusedRun {
  return ({ tf, inputs: { x }, p, weights: { kernel, bias } }) => {
    const activation = p['activation'] as string
    if (x === undefined || kernel === undefined || x.size === 0 || p['groups'] !== 1) return null
    const bends = kernels.isBend(activation)
    if (!bends && activation !== 'softmax') return null
    const [strides, dilation] = [p['strides'], p['dilation']] as [readonly number[], readonly number[]]
    const padding = p['padding'] as Padding
    const axes = (p['kernelSize'] as readonly number[]).map((size, axis) => {
      const [stride, apart] = [strides[axis] ?? 1, dilation[axis] ?? 1]
      return {
        ...windowAxis(x.shape[axis + 1] ?? 1, size, stride, padding, apart),
        stride,
        dilation: apart,
      }
    })
    const still = { places: 1, before: 0, stride: 1, dilation: 1 }
    const [high, wide] = axes.length === 1 ? [still, axes[0]] : axes
    if (high === undefined || wide === undefined || high.places * wide.places === 0) return null
    const image = (value: Tf.Tensor, axis: number) => (axes.length === 1 ? tf.expandDims(value, axis) : value)
    const y = ours(
      tf,
      { x: image(x, 1), kernel: image(kernel, 0), bias },
      {
        strides: [high.stride, wide.stride],
        dilation: [high.dilation, wide.dilation],
        before: [high.before, wide.before],
        places: [high.places, wide.places],
      },
      bends ? activation : 'linear',
    )
    const bent = activation === 'softmax' ? tf.softmax(y) : y
    return { y: axes.length === 1 ? tf.squeeze(bent, [1]) : bent }
  }
}

/** In training; else there are no statistics to be taken. */
function batchNormRun(normaliseBatch: NonNullable<FusedKernels['normaliseBatch']>): FusedRun {
  return ({ tf, inputs: { x }, p, weights, context }) => {
    const { gamma, beta } = weights
    const [mean, variance] = ['moving_mean', 'moving_variance'].map((name) => weights[name])
    if (x === undefined || x.size === 0 || !context.training) return null
    if (!gamma || !beta || !mean || !variance) return null
    const done = normaliseBatch(
      tf,
      { x, gain: gamma, shift: beta, mean, variance },
      { momentum: p['momentum'] as number, epsilon: p['epsilon'] as number },
    )
    if (done === null) return null
    if (context.updateStatistics) {
      ;(mean as Tf.Variable).assign(done.mean)
      ;(variance as Tf.Variable).assign(done.variance)
    }
    return { y: done.y }
  }
}

/** What nodes run instead of their own words, by type. */
function runsOf(
  kernels: FusedKernels,
  parts: ReturnType<typeof partsOf>,
): Readonly<Record<string, FusedRun>> {
  const { projectHere, attendHere, reachHere, normaliseFused } = parts
  const norm =
    (kind: 'layer' | 'rms'): FusedRun =>
    ({ tf, inputs: { x }, p, weights }) =>
      x === undefined
        ? null
        : {
            y: normaliseFused(tf, x, {
              norm: kind,
              epsilon: p['epsilon'] as number,
              gamma: weights['gamma'],
              beta: weights['beta'],
            }),
          }

  const denseRun: FusedRun = ({ tf, inputs: { x }, p, weights: { kernel, bias } }) => {
    const activation = p['activation'] as string
    if (x === undefined || kernel === undefined || x.size === 0) return null
    if (kernels.isBend(activation)) return { y: kernels.dense(tf, x, kernel, bias, activation) }
    return activation === 'softmax' ? { y: tf.softmax(kernels.dense(tf, x, kernel, bias, 'linear')) } : null
  }

  const attentionRun: FusedRun = ({ tf, inputs, p, weights }) => {
    const { query, key = query, value = key, mask } = inputs
    const kernel = weights['output_kernel']
    if (query === undefined || key === undefined || value === undefined || kernel === undefined) return null
    const heads = p['heads'] as number
    const part = (name: string, x: Tf.Tensor) =>
      projectHere(tf, x, weights[`${name}_kernel`], weights[`${name}_bias`])
    const { mixed, attention: looks } = attendHere(
      tf,
      part('query', query),
      part('key', key),
      part('value', value),
      {
        heads,
        groups: heads,
        walls: [
          reachHere(tf, query.shape[1] ?? 1, key.shape[1] ?? 1, p['causal'] as boolean, 0),
          mask ?? null,
        ],
        cost: null,
        drop: (x) => x,
      },
    )
    const width = kernel.shape.at(-1) ?? 1
    const rows = tf.reshape(kernel, [kernel.size / width, width])
    return { y: projectHere(tf, mixed, rows, weights['output_bias']), attention: looks }
  }

  const entropyRun =
    (sparse: boolean): FusedRun =>
    ({ tf, inputs: { prediction, target, weights }, p }) => {
      const known = prediction !== undefined && target !== undefined && prediction.size > 0
      if (!known || (p['classWeights'] as readonly number[]).length > 0) return null
      const wanted = tf.cast(target, sparse ? 'int32' : 'float32')
      const each = kernels.crossEntropy(tf, prediction, wanted, p['labelSmoothing'] as number)
      const ignored = sparse ? (p['ignoreClass'] as number) : -1
      if (ignored < 0)
        return {
          loss:
            weights === undefined ? kernels.mean(tf, each) : meanOfWhatCounts(tf, each, undefined, weights),
        }
      const kept = tf.cast(tf.notEqual(wanted, ignored), 'float32')
      return { loss: meanOfWhatCounts(tf, tf.mul(each, kept), kept, weights) }
    }

  const convolution = kernels.convolve === null ? null : convolutionRun(kernels, kernels.convolve)
  return {
    dense: denseRun,
    ...(convolution === null ? {} : { conv1d: convolution, conv2d: convolution }),
    ...(kernels.normaliseBatch === null ? {} : { 'batch-norm': batchNormRun(kernels.normaliseBatch) }),
    'layer-norm': norm('layer'),
    'rms-norm': norm('rms'),
    'multi-head-attention': attentionRun,
    'sparse-categorical-crossentropy': entropyRun(true),
    'categorical-crossentropy': entropyRun(false),
  }
}

interface Fused {
  /** What stands in `uses`, and what stands for it here. */
  readonly replacements: ReadonlyMap<unknown, unknown>
  readonly runs: Readonly<Record<string, FusedRun>>
  readonly known: WeakMap<Definition, { readonly run: Run | null }>
}

function fuse(kernels: FusedKernels): Fused {
  const parts = partsOf(kernels)
  return {
    replacements: new Map<unknown, unknown>([
      [project, parts.projectHere],
      [attend, parts.attendHere],
      [reach, parts.reachHere],
      [normalise, parts.normaliseFused],
      [activate, parts.activateHere],
      [finish, parts.finishHere],
      [walk, parts.walkFused],
    ]),
    runs: runsOf(kernels, parts),
    known: new WeakMap(),
  }
}

/** The `uses` with our kernels among them, or null where there are none. */
function fusedUses({ replacements }: Fused, uses: Uses): Uses | null {
  const entries = Object.entries(uses)
  if (!entries.some(([, use]) => replacements.has(use))) return null
  return Object.fromEntries(entries.map(([name, use]) => [name, replacements.get(use) ?? use])) as Uses
}

const fused = new WeakMap<FusedKernels, Fused>()

/** How a node is computed where the backend has kernels of ours for it; null where it is computed as ever. */
export function fusedRun(tf: typeof Tf, definition: Definition, mixed: boolean): Run | null {
  const kernels = fusedKernels(tf, mixed)
  if (kernels === null) return null
  const here = fused.get(kernels) ?? fuse(kernels)
  fused.set(kernels, here)
  const { run } = here.known.get(definition) ?? { run: makeRun(here, definition) }
  here.known.set(definition, { run })
  return run
}

function makeRun(here: Fused, definition: Definition): Run | null {
  const own = Object.hasOwn(here.runs, definition.type) ? here.runs[definition.type] : undefined
  const composed = composedRun(here, definition)
  if (own === undefined) return composed
  return (a) => (a.tf.tidy(() => own(a) as Tf.NamedTensorMap) as Ports | null) ?? composed?.(a) ?? null
}

/** Its own words, with our kernels among what they use. */
function composedRun(here: Fused, definition: Definition): Run | null {
  if (definition.role !== 'layer' || definition.computed === undefined) return null
  const { compute, uses } = definition.computed
  const ours = fusedUses(here, uses)
  if (ours === null) return null
  return (a) => a.tf.tidy(() => compute({ ...a, uses: ours }) as Tf.NamedTensorMap)
}
