/** Operators that only lay numbers out otherwise. Channels-first numbers come out of a Flatten in another order than ours. */
import { isRefusal, refuse, type Refusal } from '../../../nodes/kit/spec'
import { addNode, isPlain, type Held } from './draft'
import { alike } from './elementwise'
import { wholeOf, wholesOf } from './operator'
import { heldAt, type Handler, type Scene } from './scene'

/** Numbers of a sample, and for each of ours its place in theirs. */
function flatOrder(sizes: readonly number[], order: readonly number[]): readonly number[] | null {
  if (order.every((axis, at) => axis === at)) return null
  const theirs: number[] = []
  for (const [at, axis] of order.entries()) if (axis > 0) theirs[axis - 1] = sizes[at - 1] ?? 1
  const steps = theirs.map((_, axis) => theirs.slice(axis + 1).reduce((product, n) => product * n, 1))
  const jumps = order.slice(1).map((axis) => steps[axis - 1] ?? 0)
  let places = [0]
  for (const [at, jump] of jumps.entries())
    places = places.flatMap((base) => Array.from({ length: sizes[at] ?? 1 }, (_, k) => base + k * jump))
  return places
}

function flattened(scene: Scene, x: Held): Held | Refusal {
  const { spec } = x
  if (spec === null) return addNode(scene.draft, scene.words, 'flatten', {}, { x }, { order: [0, 1] })
  if (spec.shape.length === 2) return { ...x, order: [0, 1], ones: 0 }
  if (x.order[0] !== 0) return refuse('It lays samples of a batch out side by side.')
  const flat = addNode(scene.draft, scene.words, 'flatten', {}, { x })
  if (isRefusal(flat)) return flat
  const sizes = spec.shape.slice(1).map((dim) => (typeof dim === 'number' ? dim : 1))
  return { ...flat, features: flatOrder(sizes, x.order) }
}

/** Their shape after the batch; null for an axis that is not fixed. */
function theirSizes({ spec, order, ones }: Held): readonly (number | null)[] {
  const sizes: (number | null)[] = []
  for (const [at, axis] of order.entries()) {
    const dim = spec?.shape[at]
    if (axis > 0) sizes[axis - 1] = typeof dim === 'number' ? dim : null
  }
  return [...sizes, ...Array.from({ length: ones }, () => 1)]
}

const reshape: Handler = (scene) => {
  const x = heldAt(scene, 0)
  if (isRefusal(x)) return x
  const to = scene.known(1)
  if (to === undefined) return refuse('The shape that it makes is computed.')
  const sizes = theirSizes(x)
  const wanted = [...to.values].slice(1).map((dim, axis) => (dim === 0 ? (sizes[axis] ?? NaN) : dim))
  if (wanted.length === 1) return flattened(scene, x)
  const whole = sizes.reduce<number>((product, n) => product * (n ?? NaN), 1)
  const named = wanted.reduce((product, n) => (n < 0 ? product : product * n), 1)
  const full = wanted.map((n) => (n < 0 ? whole / named : n))
  if (x.spec !== null && full.join() === sizes.join()) return x
  if (x.spec !== null && !isPlain(x))
    return refuse('It lays channels-first numbers out anew, which here lie channels-last.')
  return addNode(scene.draft, scene.words, 'reshape', { shape: full }, { x })
}

const flatten: Handler = (scene) => {
  const x = heldAt(scene, 0)
  if (isRefusal(x)) return x
  const rank = x.order.length + x.ones
  const axis = wholeOf(scene.operator, 'axis', 1)
  return axis === 1 || axis === 1 - rank ? flattened(scene, x) : refuse(`It flattens from axis ${axis} on.`)
}

const transpose: Handler = (scene) => {
  const x = heldAt(scene, 0)
  if (isRefusal(x)) return x
  const rank = x.order.length
  const perm = wholesOf(scene.operator, 'perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis)
  if (x.spec === null) return x
  const whole = perm.length === rank && x.order.every((axis) => perm.includes(axis))
  if (!whole || x.ones > 0 || x.features !== null)
    return refuse(`It turns the axes round as ${perm.join(', ')}.`)
  return { ...x, order: x.order.map((axis) => perm.indexOf(axis)) }
}

/** Takes away axes of length 1 behind, where a pool left them. */
const squeeze: Handler = (scene) => {
  const x = heldAt(scene, 0)
  if (isRefusal(x)) return x
  const rank = x.order.length + x.ones
  const named = wholesOf(scene.operator, 'axes') ?? [...(scene.known(1)?.values ?? [])]
  const axes = new Set(named.map((axis) => (axis < 0 ? axis + rank : axis)))
  const behind = [...axes].every((axis) => axis >= x.order.length && axis < rank)
  return behind && axes.size > 0
    ? { ...x, ones: x.ones - axes.size }
    : refuse(`It takes away the axes ${[...axes].join(', ') || 'of length 1'}.`)
}

const concat: Handler = (scene) => {
  const values: Held[] = []
  for (const at of scene.operator.inputs.keys()) {
    const x = heldAt(scene, at)
    if (isRefusal(x)) return x
    values.push(x)
  }
  const all = alikeButFeatures(scene, values)
  if ('refused' in all) return all
  const [first] = all
  if (first === undefined) return refuse('It joins nothing.')
  const rank = first.order.length + first.ones
  const given = wholeOf(scene.operator, 'axis', 1)
  const axis = first.spec === null ? -1 : first.order.indexOf(given < 0 ? given + rank : given)
  if (first.spec !== null && axis < 1)
    return refuse('It joins along an axis of length 1, or along the batch.')
  const last = axis === first.order.length - 1
  const { order, ones } = first
  const features = joinedFeatures(all)
  return addNode(
    scene.draft,
    scene.words,
    'concatenate',
    { axis: last ? -1 : axis },
    { xs: all },
    { order, ones, features },
  )
}

/** As `alike`, but each may have its features in an order of its own: they stand side by side. */
function alikeButFeatures(scene: Scene, values: readonly Held[]): readonly Held[] | Refusal {
  const all = alike(
    scene,
    values.map((value) => ({ ...value, features: null })),
  )
  return 'refused' in all
    ? all
    : all.map((value, at) => ({ ...value, features: values[at]?.features ?? null }))
}

function joinedFeatures(values: readonly Held[]): readonly number[] | null {
  if (values.every(({ features }) => features === null)) return null
  let offset = 0
  return values.flatMap(({ features, spec }) => {
    const width = spec?.shape.at(-1)
    const size = typeof width === 'number' ? width : 0
    const start = offset
    offset += size
    return (features ?? Array.from({ length: size }, (_, at) => at)).map((at) => start + at)
  })
}

export const shapes: Readonly<Record<string, Handler>> = {
  Reshape: reshape,
  Flatten: flatten,
  Transpose: transpose,
  Squeeze: squeeze,
  Concat: concat,
}
