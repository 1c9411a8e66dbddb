/**
 * Where WebGPU has a kernel of our own for what a node computes: the node's maths with these in the place of what is
 * composed of tfjs's operations. A definition knows nothing of it; on every other backend its own words hold.
 */
import type * as Tf from '@tensorflow/tfjs'
import { webgpuInside } from '../backend/webgpu/inside'
import * as attention from '../backend/webgpu/fused/attend'
import { bend, isBend } from '../backend/webgpu/fused/bend'
import { crossEntropy } from '../backend/webgpu/fused/cross-entropy'
import { dense } from '../backend/webgpu/fused/dense'
import { mean } from '../backend/webgpu/fused/mean'
import { normalise as normaliseHere } from '../backend/webgpu/fused/normalise'
import { mostUnits, walk as walkHere } from '../backend/webgpu/fused/walk'
import { meanOfWhatCounts } from '../../nodes/kit/cross-entropy'
import type { Definition, RunArguments, Uses } from '../../nodes/kit/define'
import { activate } from '../../nodes/kit/maths/activate'
import { attend, project, reach } from '../../nodes/kit/maths/attention'
import { finish } from '../../nodes/kit/maths/finish'
import { normalise } from '../../nodes/kit/maths/transformer'
import { walk } from '../../nodes/kit/maths/walk'

/** A product with its bias. */
const projectHere: typeof project = (tf, x, kernel, bias) =>
  kernel === undefined || x.size === 0 ? project(tf, x, kernel, bias) : dense(tf, x, kernel, bias, 'linear')

const attendHere: typeof attend = (tf, query, key, value, o) => {
  const walls = o.walls.flatMap((wall) =>
    wall === null ? [] : [wall.rank === 3 ? tf.expandDims(wall, 1) : wall],
  )
  const [, from = 1, width = 1] = query.shape
  const fits =
    attention.attendsHere(
      from,
      key.shape[1] ?? 1,
      Math.max(width / o.heads, (value.shape[2] ?? 1) / o.groups),
    ) &&
    query.size > 0 &&
    o.cost === null &&
    walls.length <= 2 &&
    walls.every((wall) => wall.dtype === 'float32')
  if (!fits) return attend(tf, query, key, value, o)
  return attention.attend(tf, query, key, value, { heads: o.heads, groups: o.groups, walls, drop: o.drop })
}

const reachHere: typeof reach = (tf, from, to, causal, window) => {
  const inside = webgpuInside(tf)
  if (inside === null || (!causal && window === 0)) return null
  return attention.reach(tf, inside, [from, to], causal, window)
}

const normaliseFused: typeof normalise = (tf, x, o) =>
  o.gamma === undefined || x.size === 0 ? normalise(tf, x, o) : normaliseHere(tf, x, o)

const activateHere: typeof activate = (tf, x, p) => {
  const known = isBend(p.function) && p.function !== 'linear' && (p.function !== 'elu' || p.alpha === 1)
  return known && x.size > 0 ? bend(tf, x, p.function) : activate(tf, x, p)
}

const finishHere: typeof finish = (tf, sums, bias, activation) => {
  if (!isBend(activation) || sums.size === 0) return finish(tf, sums, bias, activation)
  const y = bias === undefined ? sums : tf.add(sums, bias)
  return bend(tf, y, activation)
}

const walkFused: typeof walk = (tf, uses, inputs, p, weights, context, o) => {
  const [batch = 1, time = 1, features = 1] = inputs.x.shape
  const recurrent = weights[`${o.prefix}recurrent_kernel`]
  const kernel = weights[`${o.prefix}kernel`]
  const units = recurrent?.shape[0] ?? 0
  const fits =
    inputs.mask === undefined &&
    units <= mostUnits &&
    batch <= 65535 &&
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
  const { y, memory } = walkHere(
    tf,
    {
      sums: dense(tf, x, kernel, weights[`${o.prefix}bias`], 'linear'),
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

/** What stands in `uses`, and what stands for it here. */
const replacements = new Map<unknown, unknown>([
  [project, projectHere],
  [attend, attendHere],
  [reach, reachHere],
  [normalise, normaliseFused],
  [activate, activateHere],
  [finish, finishHere],
  [walk, walkFused],
])

type Ports = Readonly<Record<string, Tf.Tensor>>

/** Null where the node is computed as ever after all. */
type Run = (a: RunArguments<never, never>) => Ports | null

/** What a node of the catalogue runs instead, by its type; its settings have been checked. */
type FusedRun = (a: {
  readonly tf: typeof Tf
  readonly inputs: Readonly<Record<string, Tf.Tensor | undefined>>
  readonly p: Readonly<Record<string, unknown>>
  readonly weights: Readonly<Record<string, Tf.Tensor | undefined>>
}) => Ports | null

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
  if (isBend(activation)) return { y: dense(tf, x, kernel, bias, activation) }
  return activation === 'softmax' ? { y: tf.softmax(dense(tf, x, kernel, bias, 'linear')) } : null
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
      walls: [reachHere(tf, query.shape[1] ?? 1, key.shape[1] ?? 1, p['causal'] as boolean, 0), mask ?? null],
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
    const each = crossEntropy(tf, prediction, wanted, p['labelSmoothing'] as number)
    const ignored = sparse ? (p['ignoreClass'] as number) : -1
    if (ignored < 0)
      return { loss: weights === undefined ? mean(tf, each) : meanOfWhatCounts(tf, each, undefined, weights) }
    const kept = tf.cast(tf.notEqual(wanted, ignored), 'float32')
    return { loss: meanOfWhatCounts(tf, tf.mul(each, kept), kept, weights) }
  }

const runs: Readonly<Record<string, FusedRun>> = {
  dense: denseRun,
  'layer-norm': norm('layer'),
  'rms-norm': norm('rms'),
  'multi-head-attention': attentionRun,
  'sparse-categorical-crossentropy': entropyRun(true),
  'categorical-crossentropy': entropyRun(false),
}

/** The `uses` with our kernels among them, or null where there are none. */
function fusedUses(uses: Uses): Uses | null {
  const entries = Object.entries(uses)
  if (!entries.some(([, use]) => replacements.has(use))) return null
  return Object.fromEntries(entries.map(([name, use]) => [name, replacements.get(use) ?? use])) as Uses
}

const known = new WeakMap<Definition, Run | null>()

/** How a node is computed on WebGPU, where that is another way than its own; null on every other backend. */
export function fusedRun(tf: typeof Tf, definition: Definition): Run | null {
  if (webgpuInside(tf) === null) return null
  const found = known.get(definition)
  if (found !== undefined) return found
  const made = makeRun(definition)
  known.set(definition, made)
  return made
}

function makeRun(definition: Definition): Run | null {
  const own = Object.hasOwn(runs, definition.type) ? runs[definition.type] : undefined
  if (own !== undefined) return (a) => a.tf.tidy(() => own(a) as Tf.NamedTensorMap)
  if (definition.role !== 'layer' || definition.computed === undefined) return null
  const { compute, uses } = definition.computed
  const fused = fusedUses(uses)
  if (fused === null) return null
  return (a) => a.tf.tidy(() => compute({ ...a, uses: fused }) as Tf.NamedTensorMap)
}
