/** Layer and batch normalisation by hand: mean, variance, what comes of a number, and the chain rule through all three. */
import { difference, emptyGrid, lastAxis, perSample, type Grid } from './grid'
import { nothing, one, type Backwards, type Done, type Given, type Place, type Rule } from './rule'
import { digits, factor, sub, sum, type Line } from './write'

/** Which numbers are brought to mean 0 and deviation 1 together. */
interface Together {
  /** How many groups there are, and the group of each number. */
  readonly groups: (x: Grid) => number
  readonly groupOf: (x: Grid, at: number) => number
}

/** The features of one place. */
const features: Together = {
  groups: (x) => x.values.length / lastAxis(x),
  groupOf: (x, at) => Math.floor(at / lastAxis(x)),
}
/** The same channel in the whole batch. */
const channel: Together = {
  groups: lastAxis,
  groupOf: (x, at) => at % lastAxis(x),
}

interface Parts {
  readonly x: Grid
  readonly gamma: Grid
  readonly beta: Grid
  readonly epsilon: number
  readonly mean: Float64Array
  readonly variance: Float64Array
  /** (x − μ)/√(σ² + ε) */
  readonly normal: Float64Array
  readonly y: Grid
  /** Mean and variance are the moving averages, and do not follow the batch. */
  readonly fixed: boolean
}

function statistics(x: Grid, { groups, groupOf }: Together) {
  const count = groups(x)
  const size = x.values.length / count
  const mean = new Float64Array(count)
  const variance = new Float64Array(count)
  for (const [at, value] of x.values.entries()) {
    const group = groupOf(x, at)
    mean[group] = (mean[group] ?? 0) + value / size
  }
  for (const [at, value] of x.values.entries()) {
    const group = groupOf(x, at)
    variance[group] = (variance[group] ?? 0) + (value - (mean[group] ?? 0)) ** 2 / size
  }
  return { mean, variance }
}

function normalised(given: Given, by: Together, fixed: boolean): Parts | null {
  const x = one(given.inputs, 'x')
  const { gamma, beta, moving_mean: movingMean, moving_variance: movingVariance } = given.weights
  if (x === null || gamma === undefined || beta === undefined) return null
  if (fixed && (movingMean === undefined || movingVariance === undefined)) return null
  const epsilon = Number(given.params['epsilon'])
  const own = fixed ? null : statistics(x, by)
  const mean = own?.mean ?? movingMean?.values ?? new Float64Array()
  const variance = own?.variance ?? movingVariance?.values ?? new Float64Array()
  const width = lastAxis(x)
  const normal = x.values.map((value, at) => {
    const group = by.groupOf(x, at)
    return (value - (mean[group] ?? 0)) / Math.sqrt((variance[group] ?? 0) + epsilon)
  })
  const values = normal.map(
    (value, at) => (gamma.values[at % width] ?? 0) * value + (beta.values[at % width] ?? 0),
  )
  return { x, gamma, beta, epsilon, mean, variance, normal, y: { shape: x.shape, values }, fixed }
}

/** Whether a batch was brought to its own mean or to the moving one is told by what the engine gave. */
function partsOf(given: Given, by: Together): Parts | null {
  const own = normalised(given, by, false)
  const moving = by === channel ? normalised(given, by, true) : null
  const traced = given.traced['y']
  if (own === null || moving === null || traced === undefined) return own
  const apart = (parts: Parts) =>
    difference(parts.y, { ...traced, values: Float32Array.from(traced.values), mean: 0, min: 0, max: 0 })
  return apart(own) <= apart(moving) ? own : moving
}

const inverse = ({ variance, epsilon }: Parts, group: number) =>
  1 / Math.sqrt((variance[group] ?? 0) + epsilon)

/** Of each group: the means of ∂L/∂x̂ and of ∂L/∂x̂·x̂. */
function meansBack({ x, gamma, normal }: Parts, gradient: Grid, by: Together) {
  const count = by.groups(x)
  const size = x.values.length / count
  const width = lastAxis(x)
  const plain = new Float64Array(count)
  const along = new Float64Array(count)
  for (const [at, value] of gradient.values.entries()) {
    const group = by.groupOf(x, at)
    const back = value * (gamma.values[at % width] ?? 0)
    plain[group] = (plain[group] ?? 0) + back / size
    along[group] = (along[group] ?? 0) + (back * (normal[at] ?? 0)) / size
  }
  return { plain, along }
}

function backOf(parts: Parts, gradient: Grid, by: Together): Float64Array {
  const { x, gamma, normal, fixed } = parts
  const width = lastAxis(x)
  const { plain, along } = meansBack(parts, gradient, by)
  return gradient.values.map((value, at) => {
    const group = by.groupOf(x, at)
    const back = value * (gamma.values[at % width] ?? 0)
    const off = fixed ? 0 : (plain[group] ?? 0) + (normal[at] ?? 0) * (along[group] ?? 0)
    return (back - off) * inverse(parts, group)
  })
}

function rule(by: Together): Rule {
  return {
    forward: (given) => partsOf(given, by)?.y ?? null,
    backward(done): Backwards {
      const parts = partsOf(done, by)
      if (parts === null) return nothing
      const width = lastAxis(parts.x)
      const forGamma = emptyGrid([width])
      const forBeta = emptyGrid([width])
      for (const [at, value] of done.gradient.values.entries()) {
        const unit = at % width
        forGamma.values[unit] = (forGamma.values[unit] ?? 0) + value * (parts.normal[at] ?? 0)
        forBeta.values[unit] = (forBeta.values[unit] ?? 0) + value
      }
      const back = { shape: parts.x.shape, values: backOf(parts, done.gradient, by) }
      return { inputs: { x: back }, weights: { gamma: forGamma, beta: forBeta } }
    },
    explainForward(given, place) {
      const parts = partsOf(given, by)
      return parts === null ? [] : forwardLines(parts, by, place)
    },
    explainBackward(done, place) {
      const parts = partsOf(done, by)
      return parts === null ? [] : backwardLines(parts, done, by, place)
    },
  }
}

function spot({ x }: Parts, by: Together, { sample, unit }: Place) {
  const at = sample * perSample(x) + unit
  const group = by.groupOf(x, at)
  return { at, group, j: at % lastAxis(x), index: sub(unit + 1) }
}

function forwardLines(parts: Parts, by: Together, place: Place): Line[] {
  const { x, gamma, beta, mean, variance, normal, epsilon, y, fixed } = parts
  const { at, group, j, index } = spot(parts, by, place)
  const members = [...x.values].filter((_, other) => by.groupOf(x, other) === group)
  const mu = mean[group] ?? NaN
  const sigma = variance[group] ?? NaN
  const scale = gamma.values[j] ?? 0
  const shift = beta.values[j] ?? 0
  return [
    {
      left: 'μ',
      symbols: fixed ? 'moving mean' : 'Σ x / m',
      numbers: fixed ? '' : `(${sum(members.map(factor))}) / ${members.length}`,
      value: mu,
    },
    {
      left: 'σ²',
      symbols: fixed ? 'moving variance' : 'Σ (x − μ)² / m',
      numbers: fixed
        ? ''
        : `(${sum(members.map((value) => `(${digits(value)} − ${factor(mu)})²`))}) / ${members.length}`,
      value: sigma,
    },
    {
      left: `x̂${index}`,
      symbols: '(x − μ) / √(σ² + ε)',
      numbers: `(${digits(x.values[at] ?? NaN)} − ${factor(mu)}) / √(${digits(sigma)} + ${digits(epsilon)})`,
      value: normal[at] ?? NaN,
    },
    {
      left: `y${index}`,
      symbols: 'γ·x̂ + β',
      numbers: `${factor(scale)}·${factor(normal[at] ?? NaN)} + ${factor(shift)}`,
      value: y.values[at] ?? NaN,
    },
  ]
}

function backwardLines(parts: Parts, done: Done, by: Together, place: Place): Line[] {
  const { x, gamma, normal, variance, epsilon, fixed } = parts
  const { at, group, j, index } = spot(parts, by, place)
  const given = done.gradient.values[at] ?? NaN
  const scale = gamma.values[j] ?? 0
  const { plain, along } = meansBack(parts, done.gradient, by)
  const width = lastAxis(x)
  const same = [...done.gradient.values.keys()].filter((other) => other % width === j)
  const root = `√(${digits(variance[group] ?? NaN)} + ${digits(epsilon)})`
  const total = (of: (other: number) => number) => same.reduce((sum_, other) => sum_ + of(other), 0)
  const arriving = (other: number) => done.gradient.values[other] ?? 0
  const means: Line[] = [
    { left: 'a', symbols: 'mean of ∂L/∂x̂', numbers: '', value: plain[group] ?? NaN },
    { left: 'b', symbols: 'mean of ∂L/∂x̂·x̂', numbers: '', value: along[group] ?? NaN },
  ]
  return [
    { left: `∂L/∂y${index}`, symbols: '', numbers: '', value: given },
    {
      left: `∂L/∂x̂${index}`,
      symbols: '∂L/∂y·γ',
      numbers: `${factor(given)}·${factor(scale)}`,
      value: given * scale,
    },
    ...(fixed ? [] : means),
    {
      left: `∂L/∂x${index}`,
      symbols: fixed ? '∂L/∂x̂ / √(σ² + ε)' : '(∂L/∂x̂ − a − x̂·b) / √(σ² + ε)',
      numbers: fixed
        ? `${factor(given * scale)} / ${root}`
        : `(${digits(given * scale)} − ${factor(plain[group] ?? NaN)} − ${factor(normal[at] ?? NaN)}·${factor(along[group] ?? NaN)}) / ${root}`,
      value: backOf(parts, done.gradient, by)[at] ?? NaN,
    },
    {
      left: `∂L/∂γ${sub(j + 1)}`,
      symbols: 'Σ ∂L/∂y·x̂',
      numbers: sum(same.map((other) => `${factor(arriving(other))}·${factor(normal[other] ?? NaN)}`)),
      value: total((other) => arriving(other) * (normal[other] ?? 0)),
    },
    {
      left: `∂L/∂β${sub(j + 1)}`,
      symbols: 'Σ ∂L/∂y',
      numbers: sum(same.map((other) => factor(arriving(other)))),
      value: total(arriving),
    },
  ]
}

export const layerNorm = rule(features)
export const batchNorm = rule(channel)
