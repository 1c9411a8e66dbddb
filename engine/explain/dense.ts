/** The dense layer by hand: weighted sums, a bend, and the chain rule back through both. */
import { bends, type Bend } from './bends'
import { emptyGrid, lastAxis, perSample, type Grid } from './grid'
import { nothing, one, type Backwards, type Given, type Place, type Rule } from './rule'
import { digits, factor, listed, sub, sum, type Line } from './write'

/** More multiplications than these are left to the engine. */
export const mostWork = 4e6

interface Parts {
  readonly x: Grid
  readonly kernel: Grid
  readonly bias: Grid | null
  readonly rows: number
  readonly from: number
  readonly to: number
  readonly activation: string
}

function partsOf({ inputs, weights, params }: Given): Parts | null {
  const x = one(inputs, 'x')
  const kernel = weights['kernel']
  if (x === null || kernel === undefined) return null
  const from = lastAxis(x)
  const to = lastAxis(kernel)
  const rows = x.values.length / from
  return {
    x,
    kernel,
    bias: weights['bias'] ?? null,
    rows,
    from,
    to,
    activation: String(params['activation']),
  }
}

function sums({ x, kernel, bias, rows, from, to }: Parts): Float64Array {
  const net = new Float64Array(rows * to)
  for (let row = 0; row < rows; row++)
    for (let j = 0; j < to; j++) {
      let total = bias?.values[j] ?? 0
      for (let i = 0; i < from; i++)
        total += (x.values[row * from + i] ?? 0) * (kernel.values[i * to + j] ?? 0)
      net[row * to + j] = total
    }
  return net
}

/** e^x over their sum, along the last axis. */
export function softmax(net: Float64Array, width: number): Float64Array {
  const y = new Float64Array(net.length)
  for (let start = 0; start < net.length; start += width) {
    const row = net.subarray(start, start + width)
    const most = row.reduce((a, b) => Math.max(a, b), -Infinity)
    const powers = row.map((value) => Math.exp(value - most))
    const total = powers.reduce((a, b) => a + b, 0)
    y.set(
      powers.map((value) => value / total),
      start,
    )
  }
  return y
}

/** ∂L/∂net from ∂L/∂y. */
export function throughBend(
  activation: string,
  net: Float64Array,
  y: Grid,
  gradient: Grid,
  width: number,
): Float64Array {
  const bend = bends[activation]
  if (bend !== undefined)
    return net.map((x, at) => (gradient.values[at] ?? 0) * bend.slope(x, y.values[at] ?? 0))
  const back = new Float64Array(net.length)
  for (let start = 0; start < net.length; start += width) {
    let mixed = 0
    for (let k = start; k < start + width; k++) mixed += (gradient.values[k] ?? 0) * (y.values[k] ?? 0)
    for (let k = start; k < start + width; k++)
      back[k] = (y.values[k] ?? 0) * ((gradient.values[k] ?? 0) - mixed)
  }
  return back
}

export function bent(activation: string, net: Float64Array, width: number): Float64Array | null {
  if (activation === 'softmax') return softmax(net, width)
  const bend = bends[activation]
  return bend === undefined ? null : net.map(bend.of)
}

/** Row and unit of a place: the last axis counts units, all before it rows. */
function spot(
  { y }: { readonly y: Grid },
  { sample, unit }: Place,
): { readonly row: number; readonly j: number } {
  const width = lastAxis(y)
  const rowsPerSample = perSample(y) / width
  return { row: sample * rowsPerSample + Math.floor(unit / width), j: unit % width }
}

export function bendLines(
  bend: Bend | undefined,
  name: string,
  net: number,
  y: number,
  unit: string,
): Line[] {
  if (bend === undefined)
    return [{ left: `y${unit}`, symbols: 'e^net / Σ e^net', numbers: `e^${factor(net)} / Σ e^net`, value: y }]
  if (name === 'linear') return [{ left: `y${unit}`, symbols: `net${unit}`, numbers: '', value: y }]
  const numbers =
    name === 'sigmoid' ? `1/(1 + e^${digits(-net)})` : bend.symbols.replaceAll('net', factor(net))
  return [{ left: `y${unit}`, symbols: bend.symbols, numbers, value: y }]
}

/** ∂L/∂y, the slope and ∂L/∂net of one number. */
export function chainLines(
  activation: string,
  net: number,
  y: number,
  gradient: number,
  delta: number,
  unit: string,
): Line[] {
  const bend = bends[activation]
  const first: Line = { left: `∂L/∂y${unit}`, symbols: '', numbers: '', value: gradient }
  if (bend === undefined)
    return [first, { left: `∂L/∂net${unit}`, symbols: 'y·(∂L/∂y − Σ y·∂L/∂y)', numbers: '', value: delta }]
  return [
    first,
    {
      left: `∂y/∂net`,
      symbols: bend.slopeSymbols,
      numbers: bend.slopeNumbers(net, y),
      value: bend.slope(net, y),
    },
    {
      left: `∂L/∂net${unit}`,
      symbols: '∂L/∂y·∂y/∂net',
      numbers: `${factor(gradient)}·${factor(bend.slope(net, y))}`,
      value: delta,
    },
  ]
}

export const dense: Rule = {
  forward(given) {
    const parts = partsOf(given)
    const y = given.traced['y']
    if (parts === null || y === undefined) return null
    if (parts.rows * parts.from * parts.to > mostWork) return y
    const values = bent(parts.activation, sums(parts), parts.to)
    return values === null ? null : { shape: y.shape, values }
  },
  backward(done): Backwards {
    const parts = partsOf(done)
    if (parts === null || parts.rows * parts.from * parts.to > mostWork) return nothing
    const { x, kernel, bias, rows, from, to, activation } = parts
    const delta = throughBend(activation, sums(parts), done.y, done.gradient, to)
    const back = emptyGrid(x.shape)
    const forKernel = emptyGrid(kernel.shape)
    const forBias = emptyGrid([to])
    for (let row = 0; row < rows; row++)
      for (let j = 0; j < to; j++) {
        const d = delta[row * to + j] ?? 0
        forBias.values[j] = (forBias.values[j] ?? 0) + d
        for (let i = 0; i < from; i++) {
          back.values[row * from + i] =
            (back.values[row * from + i] ?? 0) + d * (kernel.values[i * to + j] ?? 0)
          forKernel.values[i * to + j] =
            (forKernel.values[i * to + j] ?? 0) + d * (x.values[row * from + i] ?? 0)
        }
      }
    return {
      inputs: { x: back },
      weights: { kernel: forKernel, ...(bias === null ? {} : { bias: forBias }) },
    }
  },
  explainForward(given, place) {
    const parts = partsOf(given)
    if (parts === null) return []
    const { x, kernel, bias, from, to, activation } = parts
    const { row, j } = spot(given, place)
    const weight = (i: number) => kernel.values[i * to + j] ?? 0
    const input = (i: number) => x.values[row * from + i] ?? 0
    const terms = Array.from({ length: from }, (_, i) => i)
    const shift = bias?.values[j] ?? 0
    const net = terms.reduce((total, i) => total + weight(i) * input(i), shift)
    const written = sum(terms.map((i) => `${factor(weight(i))}·${factor(input(i))}`))
    const unit = sub(j + 1)
    return [
      {
        left: `net${unit}`,
        symbols: bias === null ? 'Σ w·x' : 'Σ w·x + b',
        numbers: bias === null ? written : `${written} + ${factor(shift)}`,
        value: net,
      },
      ...bendLines(bends[activation], activation, net, given.y.values[row * to + j] ?? NaN, unit),
    ]
  },
  explainBackward(done, place) {
    const parts = partsOf(done)
    if (parts === null) return []
    const { x, kernel, bias, rows, from, to, activation } = parts
    const { row, j } = spot(done, place)
    const unit = sub(j + 1)
    // Only what is written is worked out, so that wide layers can be looked at, too.
    const netOf = (r: number, k: number) => {
      let total = bias?.values[k] ?? 0
      for (let i = 0; i < from; i++) total += (x.values[r * from + i] ?? 0) * (kernel.values[i * to + k] ?? 0)
      return total
    }
    const rowOf = (grid: Grid, r: number) => ({
      shape: [1, to],
      values: grid.values.subarray(r * to, (r + 1) * to),
    })
    const deltasOf = (r: number) => {
      const net = Float64Array.from({ length: to }, (_, k) => netOf(r, k))
      return throughBend(activation, net, rowOf(done.y, r), rowOf(done.gradient, r), to)
    }
    const here = deltasOf(row)
    const delta = here[j] ?? NaN
    // One row is the ordinary case of a worked example; of many the sum is told, and its first terms.
    const perRow =
      rows <= 64 ? Array.from({ length: rows }, (_, r) => (r === row ? here : deltasOf(r))) : null
    const weightLine = (i: number): Line => {
      const terms = perRow?.map((deltas, r) => [deltas[j] ?? 0, x.values[r * from + i] ?? 0] as const) ?? null
      return {
        left: `∂L/∂w${sub(i + 1, j + 1)}`,
        symbols: rows === 1 ? '∂L/∂net·x' : 'Σ ∂L/∂net·x',
        numbers: terms === null ? '' : sum(terms.map(([d, value]) => `${factor(d)}·${factor(value)}`)),
        value: terms?.reduce((total, [d, value]) => total + d * value, 0) ?? NaN,
      }
    }
    const backLine = (i: number): Line => {
      const terms = [...here].map((d, k) => [d, kernel.values[i * to + k] ?? 0] as const)
      return {
        left: `∂L/∂x${sub(i + 1)}`,
        symbols: to === 1 ? '∂L/∂net·w' : 'Σ ∂L/∂net·w',
        numbers: sum(terms.map(([d, w]) => `${factor(d)}·${factor(w)}`)),
        value: terms.reduce((total, [d, w]) => total + d * w, 0),
      }
    }
    const biasTerms = perRow?.map((deltas) => deltas[j] ?? 0) ?? null
    return [
      ...chainLines(
        activation,
        netOf(row, j),
        done.y.values[row * to + j] ?? NaN,
        done.gradient.values[row * to + j] ?? NaN,
        delta,
        unit,
      ),
      ...(perRow === null ? [] : listed(from, weightLine)),
      ...(bias === null || biasTerms === null
        ? []
        : [
            {
              left: `∂L/∂b${unit}`,
              symbols: rows === 1 ? '∂L/∂net' : 'Σ ∂L/∂net',
              numbers: rows === 1 ? '' : sum(biasTerms.map(factor)),
              value: biasTerms.reduce((total, d) => total + d, 0),
            },
          ]),
      ...listed(from, backLine),
    ]
  },
}
