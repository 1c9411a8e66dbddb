/** Operators with weights, and those that slide a window. */
import { count, permute, type LaidValues } from '../../formats/weight-layout'
import { isRefusal, refuse, type Refusal } from '../../../nodes/kit/spec'
import { windowAxis } from '../../../nodes/kit/window'
import { addNode, imageOrder, plainOrder, turned, type Held } from './draft'
import { rounded } from './elementwise'
import { realOf, wholeOf, wholesOf, wordOf } from './operator'
import { heldAt, realsAt, type Handler, type Scene } from './scene'

/** Rows of a kernel in the order of our features. */
function rowsFor(kernel: LaidValues, features: readonly number[] | null): LaidValues | Refusal {
  if (features === null) return kernel
  const [rows = 0, columns = 0] = kernel.shape
  if (features.length !== rows)
    return refuse(`Its kernel has ${rows} rows, but ${features.length} features come in.`)
  const values = new Float32Array(kernel.values.length)
  for (const [ours, theirs] of features.entries())
    values.set(kernel.values.subarray(theirs * columns, (theirs + 1) * columns), ours * columns)
  return { shape: kernel.shape, values }
}

function scaled(values: Float32Array<ArrayBuffer>, factor: number): Float32Array<ArrayBuffer> {
  return factor === 1 ? values : values.map((value) => value * factor)
}

/** A dense layer from a kernel [in, out] and a bias that broadcasts over it. */
function dense(scene: Scene, x: Held, kernel: LaidValues, bias: LaidValues | null): Held | Refusal {
  const rows = rowsFor(kernel, x.features)
  if (isRefusal(rows)) return rows
  const units = kernel.shape[1] ?? 1
  const full =
    bias === null
      ? null
      : bias.values.length === units
        ? bias.values
        : bias.values.length === 1
          ? new Float32Array(units).fill(bias.values[0] ?? 0)
          : refuse(`Its bias should have ${units} numbers, but has ${bias.values.length}.`)
  if (full !== null && 'refused' in full) return full
  return addNode(
    scene.draft,
    scene.words,
    'dense',
    { units, activation: 'linear', useBias: full !== null },
    { x },
    {
      order: x.order,
      weights: {
        kernel: rows,
        ...(full === null ? {} : { bias: { shape: [units], values: full } }),
      },
    },
  )
}

const gemm: Handler = (scene) => {
  const { operator } = scene
  const x = heldAt(scene, 0)
  if (isRefusal(x)) return x
  if (wholeOf(operator, 'transA', 0) !== 0) return refuse('It turns its input round, which Dense does not.')
  const row = turned(scene.draft, scene.words, x, plainOrder(2))
  const given = realsAt(scene, 1, 2)
  if (isRefusal(row)) return row
  if (isRefusal(given)) return given
  const kernel = wholeOf(operator, 'transB', 0) === 0 ? given : permute(given, [1, 0])
  const [alpha, beta] = [realOf(operator, 'alpha', 1), realOf(operator, 'beta', 1)]
  const bias = scene.known(2)
  if (bias === undefined && (operator.inputs[2] ?? '') !== '') return refuse('Its bias is computed.')
  return dense(
    scene,
    row,
    { shape: kernel.shape, values: scaled(kernel.values, alpha) },
    bias === undefined ? null : { shape: bias.shape, values: scaled(Float32Array.from(bias.values), beta) },
  )
}

/** The bias that the one operator behind adds, if that is all it does. */
function followingBias(scene: Scene, units: number): LaidValues | null {
  const next = scene.next()
  if (next?.type !== 'Add') return null
  const constants = next.inputs.map((name) => scene.constant(name)).filter((known) => known !== undefined)
  const [bias] = constants
  if (constants.length !== 1 || bias?.values.length !== units || bias.shape.at(-1) !== units) return null
  scene.absorb(next)
  return { shape: [units], values: Float32Array.from(bias.values) }
}

const matMul: Handler = (scene) => {
  const x = heldAt(scene, 0)
  if (isRefusal(x)) return x
  const kernel = realsAt(scene, 1, 2)
  if (isRefusal(kernel)) return kernel
  const rank = x.order.length
  const last = x.spec === null || (x.ones === 0 && x.order[rank - 1] === rank - 1)
  const row = last ? x : turned(scene.draft, scene.words, x, plainOrder(rank + x.ones))
  if (isRefusal(row)) return row
  return dense(scene, row, kernel, followingBias(scene, kernel.shape[1] ?? 1))
}

interface Window {
  readonly size: readonly number[]
  readonly strides: readonly number[]
  readonly dilation: readonly number[]
}

/** Length of our axis between batch and channels; null where it is not known. */
function lengthOf(x: Held, axis: number): number | null {
  const dim = x.spec?.shape[axis + 1]
  return typeof dim === 'number' ? dim : null
}

/** Zeros before and after each axis, as the file asks. */
function askedPads(scene: Scene, x: Held, window: Window): readonly [number, number][] | Refusal {
  const { size, strides, dilation } = window
  const auto = wordOf(scene.operator, 'auto_pad', 'NOTSET')
  if (auto === 'VALID') return size.map(() => [0, 0])
  if (auto === 'NOTSET') {
    const pads = wholesOf(scene.operator, 'pads') ?? size.flatMap(() => [0, 0])
    if (pads.length !== 2 * size.length || pads.some((pad) => pad < 0))
      return refuse(`Its pads [${pads.join(', ')}] do not fit a window of ${size.length} axes.`)
    return size.map((_, axis) => [pads[axis] ?? 0, pads[axis + size.length] ?? 0])
  }
  if (auto !== 'SAME_UPPER' && auto !== 'SAME_LOWER') return refuse(`Its padding ${auto} is not known.`)
  const pads: [number, number][] = []
  for (const [axis, reach] of size.entries()) {
    const length = lengthOf(x, axis)
    if (length === null) return refuse('It pads to the size of its input, which is not known.')
    const { before, after } = windowAxis(length, reach, strides[axis] ?? 1, 'same', dilation[axis] ?? 1)
    pads.push(auto === 'SAME_UPPER' ? [before, after] : [after, before])
  }
  return pads
}

/** Whether these zeros are what `same` means here. */
function isSame(x: Held, { size, strides, dilation }: Window, pads: readonly [number, number][]): boolean {
  return size.every((reach, axis) => {
    const length = lengthOf(x, axis)
    if (length === null) return false
    const { before, after } = windowAxis(length, reach, strides[axis] ?? 1, 'same', dilation[axis] ?? 1)
    return before === pads[axis]?.[0] && after === pads[axis]?.[1]
  })
}

/** The padding of our layer, with a node of zeros before it where it has none that fits. */
function padded(
  scene: Scene,
  x: Held,
  window: Window,
  zeros: 'may be added' | 'would be wrong',
): { readonly x: Held; readonly padding: 'valid' | 'same' } | Refusal {
  const pads = askedPads(scene, x, window)
  if ('refused' in pads) return pads
  if (pads.every(([before, after]) => before === 0 && after === 0)) return { x, padding: 'valid' }
  if (zeros === 'would be wrong' || isSame(x, window, pads)) {
    return isSame(x, window, pads)
      ? { x, padding: 'same' }
      : refuse(`Its pads ${JSON.stringify(pads)} are neither none nor what same means here.`)
  }
  const type = `zero-padding${window.size.length}d`
  const order = imageOrder(window.size.length + 2)
  const held = addNode(
    scene.draft,
    `${scene.words}_padding`,
    type,
    { padding: pads.flat() },
    { x },
    { order },
  )
  return 'refused' in held ? held : { x: held, padding: 'valid' }
}

/** Images as a window of so many axes wants them. */
function images(scene: Scene, axes: number): Held | Refusal {
  const x = heldAt(scene, 0)
  return isRefusal(x) ? x : turned(scene.draft, scene.words, x, imageOrder(axes + 2))
}

const conv: Handler = (scene) => {
  const { operator, draft, words } = scene
  const given = scene.known(1)
  const axes = (given?.shape.length ?? 2) - 2
  const kernel = realsAt(scene, 1, axes + 2)
  if (isRefusal(kernel)) return kernel
  if (axes < 1 || axes > 3) return refuse(`It slides along ${axes} axes.`)
  const ones = Array.from({ length: axes }, () => 1)
  const window = {
    size: kernel.shape.slice(2),
    strides: wholesOf(operator, 'strides') ?? ones,
    dilation: wholesOf(operator, 'dilations') ?? ones,
  }
  const groups = wholeOf(operator, 'group', 1)
  const x = images(scene, axes)
  if (isRefusal(x)) return x
  const bias = (operator.inputs[2] ?? '') === '' ? null : realsAt(scene, 2, 1)
  if (bias !== null && isRefusal(bias)) return bias
  const place = padded(scene, x, window, 'may be added')
  if ('refused' in place) return place
  const settings = {
    filters: kernel.shape[0] ?? 1,
    kernelSize: window.size,
    strides: window.strides,
    padding: place.padding,
    activation: 'linear',
    useBias: bias !== null,
    ...(window.dilation.some((step) => step !== 1) ? { dilation: window.dilation } : {}),
    ...(groups === 1 ? {} : { groups }),
  }
  const order = [...Array.from({ length: axes }, (_, axis) => axis + 2), 1, 0]
  const weights = { kernel: permute(kernel, order), ...(bias === null ? {} : { bias }) }
  return addNode(
    draft,
    words,
    `conv${axes}d`,
    settings,
    { x: place.x },
    { order: imageOrder(axes + 2), weights },
  )
}

const pool =
  (type: 'max' | 'average'): Handler =>
  (scene) => {
    const { operator, draft, words } = scene
    const size = wholesOf(operator, 'kernel_shape') ?? []
    const ones = size.map(() => 1)
    const window = { size, strides: wholesOf(operator, 'strides') ?? ones, dilation: ones }
    if ((wholesOf(operator, 'dilations') ?? ones).some((step) => step !== 1))
      return refuse('Its window is dilated, which pools here are not.')
    const x = images(scene, size.length)
    if (isRefusal(x)) return x
    const counted = type === 'average' && wholeOf(operator, 'count_include_pad', 0) === 1
    const place = padded(scene, x, window, counted ? 'may be added' : 'would be wrong')
    if ('refused' in place) return place
    if (counted && place.padding === 'same')
      return refuse('It counts the zeros around the image, which same does not here.')
    const odd = oddCeiling(scene, place.x, window, place.padding)
    if (odd !== null) return odd
    const settings = { poolSize: size, strides: window.strides, padding: place.padding }
    const order = imageOrder(size.length + 2)
    return addNode(draft, words, `${type}-pool${size.length}d`, settings, { x: place.x }, { order })
  }

/** Windows that hang over the end count with `ceil_mode`; ours do so with `same` only. */
function oddCeiling(scene: Scene, x: Held, { size, strides }: Window, padding: string): Refusal | null {
  if (wholeOf(scene.operator, 'ceil_mode', 0) === 0) return null
  const even = size.every((reach, axis) => {
    const length = lengthOf(x, axis)
    return padding === 'valid' && length !== null && (length - reach) % (strides[axis] ?? 1) === 0
  })
  return even
    ? null
    : refuse('Its last window hangs over the edge (ceil_mode), which pools here do not allow.')
}

const behindLocked = refuse(
  'It stands behind a layer that has no counterpart here, so it is not known how many axes its input has.',
)

/** Zeros around images; around anything else only none. */
const pad: Handler = (scene) => {
  const given = heldAt(scene, 0)
  if (isRefusal(given)) return given
  const pads = wholesOf(scene.operator, 'pads') ?? [...(scene.known(1)?.values ?? [])]
  if (pads.length === 0) return refuse('How much it pads is computed.')
  if (pads.every((count) => count === 0)) return given
  const rank = pads.length / 2
  const value = scene.known(2)?.values[0] ?? realOf(scene.operator, 'value', 0)
  const mode = wordOf(scene.operator, 'mode', 'constant')
  const inner = pads.every((count, at) => count >= 0 && (at % rank > 1 || count === 0))
  if (mode !== 'constant' || value !== 0 || !inner || rank < 3)
    return refuse(
      `It pads (${mode}) with ${value} by [${pads.join(', ')}]; here zeros are added around images only.`,
    )
  const x = images(scene, rank - 2)
  if (isRefusal(x)) return x
  const padding = Array.from({ length: rank - 2 }, (_, axis) => [
    pads[axis + 2] ?? 0,
    pads[rank + axis + 2] ?? 0,
  ])
  const order = imageOrder(rank)
  return addNode(
    scene.draft,
    scene.words,
    `zero-padding${rank - 2}d`,
    { padding: padding.flat() },
    { x },
    { order },
  )
}

const globalAverage: Handler = (scene) => {
  const given = heldAt(scene, 0)
  if (isRefusal(given)) return given
  if (given.spec === null) return behindLocked
  const axes = given.order.length + given.ones - 2
  const x = images(scene, axes)
  return isRefusal(x) ? x : average(scene, x, axes, axes)
}

function average(scene: Scene, x: Held, axes: number, ones: number): Held | Refusal {
  return addNode(scene.draft, scene.words, `global-average-pool${axes}d`, {}, { x }, { order: [0, 1], ones })
}

/** The mean of whole images, as some exporters write it. */
const reduceMean: Handler = (scene) => {
  const given = heldAt(scene, 0)
  if (isRefusal(given)) return given
  if (given.spec === null) return behindLocked
  const rank = given.order.length
  const named = wholesOf(scene.operator, 'axes') ?? [...(scene.known(1)?.values ?? [])]
  const axes = named.map((axis) => (axis < 0 ? axis + rank : axis)).toSorted((a, b) => a - b)
  const spatial = rank > 2 && axes.join() === plainOrder(rank).slice(2).join()
  if (!spatial) return refuse(`It takes the mean over the axes ${axes.join(', ') || 'of everything'}.`)
  const x = images(scene, rank - 2)
  const kept = wholeOf(scene.operator, 'keepdims', 1) === 1 ? rank - 2 : 0
  return isRefusal(x) ? x : average(scene, x, rank - 2, kept)
}

/** Four numbers a channel, in the order of our features. */
const batchNorm: Handler = (scene) => {
  const given = heldAt(scene, 0)
  if (isRefusal(given)) return given
  const rank = given.order.length + given.ones
  const x =
    rank === 2 || given.spec === null ? given : turned(scene.draft, scene.words, given, imageOrder(rank))
  if (isRefusal(x)) return x
  const names = ['gamma', 'beta', 'moving_mean', 'moving_variance']
  const weights: Record<string, LaidValues> = {}
  for (const [at, name] of names.entries()) {
    const values = realsAt(scene, at + 1, 1)
    if (isRefusal(values)) return values
    const ours = rowsFor({ shape: [count(values.shape), 1], values: values.values }, x.features)
    if (isRefusal(ours)) return ours
    weights[name] = { shape: values.shape, values: ours.values }
  }
  const epsilon = rounded(realOf(scene.operator, 'epsilon', 1e-5))
  // Theirs, too, is the share of the averages that stays.
  const momentum = rounded(realOf(scene.operator, 'momentum', 0.9))
  const { order, features } = x
  return addNode(
    scene.draft,
    scene.words,
    'batch-norm',
    { epsilon, momentum },
    { x },
    { order, features, weights },
  )
}

const layerNorm: Handler = (scene) => {
  const x = heldAt(scene, 0)
  if (isRefusal(x)) return x
  const rank = x.order.length
  const axis = wholeOf(scene.operator, 'axis', -1)
  if (
    x.features !== null ||
    (x.spec !== null && (x.order[rank - 1] !== rank - 1 || ![rank - 1, -1].includes(axis)))
  )
    return refuse('It normalises over other axes than the last one.')
  const gamma = realsAt(scene, 1, 1)
  if (isRefusal(gamma)) return gamma
  const given = (scene.operator.inputs[2] ?? '') === '' ? null : realsAt(scene, 2, 1)
  if (given !== null && isRefusal(given)) return given
  const beta = given ?? { shape: gamma.shape, values: new Float32Array(gamma.values.length) }
  const epsilon = rounded(realOf(scene.operator, 'epsilon', 1e-5))
  return addNode(
    scene.draft,
    scene.words,
    'layer-norm',
    { epsilon },
    { x },
    { order: x.order, weights: { gamma, beta } },
  )
}

/** Rows of a table by token. */
const gather: Handler = (scene) => {
  const tokens = heldAt(scene, 1)
  if (isRefusal(tokens)) return tokens
  const table = realsAt(scene, 0, 2)
  if (isRefusal(table)) return table
  if (wholeOf(scene.operator, 'axis', 0) !== 0) return refuse('It picks columns of a table.')
  const [vocabulary = 1, units = 1] = table.shape
  return addNode(
    scene.draft,
    scene.words,
    'embedding',
    { vocabulary, units },
    { x: tokens },
    { weights: { embeddings: table } },
  )
}

export const layers: Readonly<Record<string, Handler>> = {
  Gemm: gemm,
  MatMul: matMul,
  Conv: conv,
  MaxPool: pool('max'),
  AveragePool: pool('average'),
  GlobalAveragePool: globalAverage,
  Pad: pad,
  ReduceMean: reduceMean,
  BatchNormalization: batchNorm,
  LayerNormalization: layerNorm,
  Gather: gather,
}
