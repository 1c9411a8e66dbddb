/** Windows that slide over images, by hand: the convolution and the largest number under a window. */
import { bends } from './bends'
import { bendLines, bent, chainLines, mostWork, throughBend } from './dense'
import { emptyGrid, type Grid } from './grid'
import { nothing, one, type Backwards, type Given, type Place, type Rule } from './rule'
import { factor, listed, sub, sum, type Line } from './write'

type Pair = readonly [number, number]

/** How the window stands on an image B × H × W × C, and what comes out. */
interface Standing {
  readonly x: Grid
  readonly size: Pair
  readonly strides: Pair
  readonly dilation: Pair
  /** Rows and columns of zeros before the image. */
  readonly before: Pair
  readonly batch: number
  readonly high: number
  readonly wide: number
  readonly channels: number
  readonly outHigh: number
  readonly outWide: number
}

function pairOf(value: unknown, otherwise: Pair): Pair {
  const [first = otherwise[0], second = otherwise[1]] = Array.isArray(value) ? (value as number[]) : []
  return [first, second]
}

function standingOf({ inputs, params, traced }: Given, sizeName: string): Standing | null {
  const x = one(inputs, 'x')
  const y = traced['y']
  if (x === null || y === undefined || x.shape.length !== 4 || y.shape.length !== 4) return null
  const [batch = 1, high = 1, wide = 1, channels = 1] = x.shape
  const [, outHigh = 1, outWide = 1] = y.shape
  const size = pairOf(params[sizeName], [1, 1])
  const strides = pairOf(params['strides'], [1, 1])
  const dilation = pairOf(params['dilation'], [1, 1])
  const same = params['padding'] === 'same'
  const hangs = (out: number, axis: 0 | 1, length: number) =>
    same ? Math.max(0, (out - 1) * strides[axis] + (size[axis] - 1) * dilation[axis] + 1 - length) >> 1 : 0
  const before: Pair = [hangs(outHigh, 0, high), hangs(outWide, 1, wide)]
  return { x, size, strides, dilation, before, batch, high, wide, channels, outHigh, outWide }
}

/** Calls back with every number under the window at a place: where it is in x (flat, channel 0), and in the window. */
function under(
  s: Standing,
  at: { readonly sample: number; readonly row: number; readonly column: number },
  visit: (inX: number, inWindow: number) => void,
): void {
  for (let i = 0; i < s.size[0]; i++) {
    const row = at.row * s.strides[0] + i * s.dilation[0] - s.before[0]
    if (row < 0 || row >= s.high) continue
    for (let j = 0; j < s.size[1]; j++) {
      const column = at.column * s.strides[1] + j * s.dilation[1] - s.before[1]
      if (column < 0 || column >= s.wide) continue
      visit(((at.sample * s.high + row) * s.wide + column) * s.channels, i * s.size[1] + j)
    }
  }
}

/** Every place of the output, with where its first channel lies. */
function places(
  s: Standing,
  visit: (at: { sample: number; row: number; column: number }, index: number) => void,
): void {
  let index = 0
  for (let sample = 0; sample < s.batch; sample++)
    for (let row = 0; row < s.outHigh; row++)
      for (let column = 0; column < s.outWide; column++) visit({ sample, row, column }, index++)
}

/** Where a unit of an output H × W × C stands. */
function spot(s: Standing, { sample, unit }: Place, filters: number) {
  const place = Math.floor(unit / filters)
  return {
    sample,
    row: Math.floor(place / s.outWide),
    column: place % s.outWide,
    filter: unit % filters,
    index: sample * s.outHigh * s.outWide + place,
  }
}

interface Convolution extends Standing {
  readonly kernel: Grid
  readonly bias: Grid | null
  readonly filters: number
  readonly activation: string
}

function convolutionOf(given: Given): Convolution | null {
  const standing = standingOf(given, 'kernelSize')
  const kernel = given.weights['kernel']
  if (standing === null || kernel === undefined || (given.params['groups'] ?? 1) !== 1) return null
  const filters = kernel.shape.at(-1) ?? 1
  return {
    ...standing,
    kernel,
    bias: given.weights['bias'] ?? null,
    filters,
    activation: String(given.params['activation']),
  }
}

function isWide(c: Convolution): boolean {
  return c.batch * c.outHigh * c.outWide * c.kernel.values.length > mostWork
}

/** Index of a weight of the first filter: window, channel, filter. */
const weightAt = (c: Convolution, inWindow: number, channel: number) =>
  (inWindow * c.channels + channel) * c.filters

function sums(c: Convolution): Float64Array {
  const net = new Float64Array(c.batch * c.outHigh * c.outWide * c.filters)
  places(c, (at, index) => {
    const start = index * c.filters
    for (let f = 0; f < c.filters; f++) net[start + f] = c.bias?.values[f] ?? 0
    under(c, at, (inX, inWindow) => {
      for (let channel = 0; channel < c.channels; channel++) {
        const value = c.x.values[inX + channel] ?? 0
        const w = weightAt(c, inWindow, channel)
        for (let f = 0; f < c.filters; f++)
          net[start + f] = (net[start + f] ?? 0) + value * (c.kernel.values[w + f] ?? 0)
      }
    })
  })
  return net
}

/** The terms of one sum: index of the weight, and the number that it meets. */
function termsAt(c: Convolution, at: ReturnType<typeof spot>): (readonly [weight: number, value: number])[] {
  const terms: (readonly [number, number])[] = []
  under(c, at, (inX, inWindow) => {
    for (let channel = 0; channel < c.channels; channel++)
      terms.push([weightAt(c, inWindow, channel) + at.filter, c.x.values[inX + channel] ?? 0])
  })
  return terms
}

export const convolution: Rule = {
  forward(given) {
    const c = convolutionOf(given)
    const y = given.traced['y']
    if (c === null || y === undefined) return null
    if (isWide(c)) return y
    const values = bent(c.activation, sums(c), c.filters)
    return values === null ? null : { shape: y.shape, values }
  },
  backward(done): Backwards {
    const c = convolutionOf(done)
    if (c === null || isWide(c)) return nothing
    const delta = throughBend(c.activation, sums(c), done.y, done.gradient, c.filters)
    const back = emptyGrid(c.x.shape)
    const forKernel = emptyGrid(c.kernel.shape)
    const forBias = emptyGrid([c.filters])
    places(c, (at, index) => {
      const start = index * c.filters
      for (let f = 0; f < c.filters; f++)
        forBias.values[f] = (forBias.values[f] ?? 0) + (delta[start + f] ?? 0)
      under(c, at, (inX, inWindow) => {
        for (let channel = 0; channel < c.channels; channel++) {
          const value = c.x.values[inX + channel] ?? 0
          const w = weightAt(c, inWindow, channel)
          let total = 0
          for (let f = 0; f < c.filters; f++) {
            const d = delta[start + f] ?? 0
            total += d * (c.kernel.values[w + f] ?? 0)
            forKernel.values[w + f] = (forKernel.values[w + f] ?? 0) + d * value
          }
          back.values[inX + channel] = (back.values[inX + channel] ?? 0) + total
        }
      })
    })
    return {
      inputs: { x: back },
      weights: { kernel: forKernel, ...(c.bias === null ? {} : { bias: forBias }) },
    }
  },
  explainForward(given, place) {
    const c = convolutionOf(given)
    if (c === null) return []
    const at = spot(c, place, c.filters)
    const terms = termsAt(c, at).map(([w, value]) => [c.kernel.values[w] ?? 0, value] as const)
    const shift = c.bias?.values[at.filter] ?? 0
    const net = terms.reduce((total, [w, value]) => total + w * value, shift)
    const written = sum(terms.map(([w, value]) => `${factor(w)}·${factor(value)}`))
    const unit = sub(at.row + 1, at.column + 1, at.filter + 1)
    return [
      {
        left: `net${unit}`,
        symbols: c.bias === null ? 'Σ w·x' : 'Σ w·x + b',
        numbers: c.bias === null ? written : `${written} + ${factor(shift)}`,
        value: net,
      },
      ...bendLines(
        bends[c.activation],
        c.activation,
        net,
        given.y.values[at.index * c.filters + at.filter] ?? NaN,
        unit,
      ),
    ]
  },
  explainBackward(done, place) {
    const c = convolutionOf(done)
    if (c === null) return []
    const at = spot(c, place, c.filters)
    const here = at.index * c.filters + at.filter
    const unit = sub(at.row + 1, at.column + 1, at.filter + 1)
    const terms = termsAt(c, at)
    const row = (grid: Grid): Grid => ({
      shape: [1, c.filters],
      values: grid.values.subarray(at.index * c.filters, (at.index + 1) * c.filters),
    })
    const nets = Float64Array.from({ length: c.filters }, (_, f) =>
      terms.reduce(
        (total, [w, value]) => total + (c.kernel.values[w - at.filter + f] ?? 0) * value,
        c.bias?.values[f] ?? 0,
      ),
    )
    const net = nets[at.filter] ?? NaN
    const [y, gradient] = [done.y.values[here] ?? NaN, done.gradient.values[here] ?? NaN]
    const deltas = throughBend(c.activation, nets, row(done.y), row(done.gradient), c.filters)
    const delta = deltas[at.filter] ?? NaN
    const chain = chainLines(c.activation, net, y, gradient, delta, unit)
    const whole = isWide(c) ? null : this.backward(done)
    const kernel = whole?.weights['kernel']
    const bias = whole?.weights['bias']
    return [
      ...chain,
      ...(kernel === undefined
        ? []
        : listed(kernel.values.length / c.filters, (w): Line => {
            // Window row, window column, channel.
            const inWindow = Math.floor(w / c.channels)
            const indices = [
              Math.floor(inWindow / c.size[1]) + 1,
              (inWindow % c.size[1]) + 1,
              (w % c.channels) + 1,
            ]
            const met = terms.find(([weight]) => weight === w * c.filters + at.filter)
            return {
              left: `∂L/∂w${sub(...indices)}`,
              symbols: 'Σ ∂L/∂net·x',
              numbers: delta * (met?.[1] ?? 0) === 0 ? '' : `${factor(delta)}·${factor(met?.[1] ?? 0)} + …`,
              value: kernel.values[w * c.filters + at.filter] ?? NaN,
            }
          })),
      ...(bias === undefined
        ? []
        : [
            {
              left: `∂L/∂b${sub(at.filter + 1)}`,
              symbols: 'Σ ∂L/∂net',
              numbers: '',
              value: bias.values[at.filter] ?? NaN,
            },
          ]),
    ]
  },
}

/** The place of the largest number under each window, flat in x; of equal ones the first. */
function largest(s: Standing): Int32Array {
  const found = new Int32Array(s.batch * s.outHigh * s.outWide * s.channels).fill(-1)
  places(s, (at, index) => {
    under(s, at, (inX) => {
      for (let channel = 0; channel < s.channels; channel++) {
        const best = found[index * s.channels + channel] ?? -1
        if (best < 0 || (s.x.values[inX + channel] ?? 0) > (s.x.values[best] ?? 0))
          found[index * s.channels + channel] = inX + channel
      }
    })
  })
  return found
}

export const maxPool: Rule = {
  forward(given) {
    const s = standingOf(given, 'poolSize')
    const y = given.traced['y']
    if (s === null || y === undefined) return null
    return { shape: y.shape, values: Float64Array.from(largest(s), (at) => s.x.values[at] ?? NaN) }
  },
  backward(done): Backwards {
    const s = standingOf(done, 'poolSize')
    if (s === null) return nothing
    const back = emptyGrid(s.x.shape)
    for (const [k, at] of largest(s).entries())
      back.values[at] = (back.values[at] ?? 0) + (done.gradient.values[k] ?? 0)
    return { inputs: { x: back }, weights: {} }
  },
  explainForward(given, place) {
    const s = standingOf(given, 'poolSize')
    if (s === null) return []
    const at = spot(s, place, s.channels)
    const values: string[] = []
    under(s, at, (inX) => values.push(factor(s.x.values[inX + at.filter] ?? NaN)))
    return [
      {
        left: `y${sub(at.row + 1, at.column + 1, at.filter + 1)}`,
        symbols: 'max x',
        numbers: `max(${values.join(', ')})`,
        value: given.y.values[at.index * s.channels + at.filter] ?? NaN,
      },
    ]
  },
  explainBackward(done, place) {
    const s = standingOf(done, 'poolSize')
    if (s === null) return []
    const at = spot(s, place, s.channels)
    const gradient = done.gradient.values[at.index * s.channels + at.filter] ?? NaN
    const best = largest(s)[at.index * s.channels + at.filter] ?? 0
    const pixel = Math.floor(best / s.channels) % (s.high * s.wide)
    return [
      {
        left: `∂L/∂x${sub(Math.floor(pixel / s.wide) + 1, (pixel % s.wide) + 1, at.filter + 1)}`,
        symbols: '∂L/∂y',
        numbers: '',
        value: gradient,
      },
    ]
  },
}
