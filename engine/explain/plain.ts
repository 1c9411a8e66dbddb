/** Nodes by hand that have no weights: bends, sums, what only passes on or rearranges. */
import { bends } from './bends'
import { chainLines, softmax } from './dense'
import { lastAxis, perSample, type Grid } from './grid'
import { many, nothing, one, type Backwards, type Done, type Given, type Place, type Rule } from './rule'
import { digits, factor, sub, sum, type Line } from './write'

const at = (grid: Grid, { sample, unit }: Place) => grid.values[sample * perSample(grid) + unit] ?? NaN
const named = (name: string, unit: number) => `${name}${sub(unit + 1)}`

export const activation: Rule = {
  forward({ inputs, params, traced }) {
    const x = one(inputs, 'x')
    const y = traced['y']
    if (x === null || y === undefined) return null
    const name = String(params['function'])
    if (name === 'softmax') {
      const last = params['axis'] === -1 || params['axis'] === x.shape.length - 1
      return last ? { shape: y.shape, values: softmax(x.values, lastAxis(x)) } : null
    }
    const bend = name === 'elu' && params['alpha'] !== 1 ? undefined : bends[name]
    return bend === undefined ? null : { shape: y.shape, values: x.values.map(bend.of) }
  },
  backward({ inputs, params, y, gradient }): Backwards {
    const x = one(inputs, 'x')
    const bend = bends[String(params['function'])]
    if (x === null) return nothing
    if (bend !== undefined) {
      const values = x.values.map((net, k) => (gradient.values[k] ?? 0) * bend.slope(net, y.values[k] ?? 0))
      return { inputs: { x: { shape: x.shape, values } }, weights: {} }
    }
    const width = lastAxis(x)
    const values = x.values.map((_, k) => {
      const start = k - (k % width)
      let mixed = 0
      for (let j = start; j < start + width; j++) mixed += (gradient.values[j] ?? 0) * (y.values[j] ?? 0)
      return (y.values[k] ?? 0) * ((gradient.values[k] ?? 0) - mixed)
    })
    return { inputs: { x: { shape: x.shape, values } }, weights: {} }
  },
  explainForward({ inputs, params, y }, place) {
    const x = one(inputs, 'x')
    if (x === null) return []
    const bend = bends[String(params['function'])]
    const net = at(x, place)
    const symbols = bend?.symbols ?? 'e^net / Σ e^net'
    return [
      {
        left: named('y', place.unit),
        symbols,
        numbers: symbols.replaceAll('net', factor(net)),
        value: at(y, place),
      },
    ]
  },
  explainBackward(done, place) {
    const x = one(done.inputs, 'x')
    const back = this.backward(done).inputs['x'] as Grid | undefined
    if (x === null || back === undefined) return []
    return chainLines(
      String(done.params['function']),
      at(x, place),
      at(done.y, place),
      at(done.gradient, place),
      at(back, place),
      sub(place.unit + 1),
    )
  },
}

/** Values of one shape joined number by number. */
function merged(
  joined: (values: readonly number[]) => number,
  /** ∂y/∂xᵢ */
  slope: (values: readonly number[], i: number) => number,
  written: (values: readonly number[]) => string,
  symbols: string,
): Rule {
  const parts = ({ inputs }: Given): readonly Grid[] => {
    const list = many(inputs, 'xs')
    return list.length > 0 ? list : ['a', 'b', 'x', 'branch'].flatMap((port) => one(inputs, port) ?? [])
  }
  const values = (grids: readonly Grid[], k: number) => grids.map((grid) => grid.values[k] ?? 0)
  const index = ({ y }: { readonly y: Grid }, { sample, unit }: Place) => sample * perSample(y) + unit
  return {
    forward(given) {
      const grids = parts(given)
      const y = given.traced['y']
      if (
        y === undefined ||
        grids.length === 0 ||
        grids.some((grid) => grid.values.length !== y.values.length)
      )
        return null
      return { shape: y.shape, values: y.values.map((_, k) => joined(values(grids, k))) }
    },
    backward(done): Backwards {
      const grids = parts(done)
      const back = grids.map((grid, i) => ({
        shape: grid.shape,
        values: done.gradient.values.map((d, k) => d * slope(values(grids, k), i)),
      }))
      const ports = Object.entries(done.inputs)
      if (ports.length === 1 && many(done.inputs, 'xs').length > 0)
        return { inputs: { xs: back }, weights: {} }
      const order = ['a', 'b', 'x', 'branch'].filter((port) => done.inputs[port] !== undefined)
      return { inputs: Object.fromEntries(order.map((port, i) => [port, back[i] ?? null])), weights: {} }
    },
    explainForward(given, place) {
      return [
        {
          left: named('y', place.unit),
          symbols,
          numbers: written(values(parts(given), index(given, place))),
          value: at(given.y, place),
        },
      ]
    },
    explainBackward(done, place) {
      const grids = parts(done)
      const given = at(done.gradient, place)
      const here = values(grids, index(done, place))
      return [
        { left: `∂L/∂${named('y', place.unit)}`, symbols: '', numbers: '', value: given },
        ...grids.map((_, i): Line => {
          const by = slope(here, i)
          return {
            left: `∂L/∂x⁽${i + 1}⁾`,
            symbols: '∂L/∂y·∂y/∂x',
            numbers: `${factor(given)}·${factor(by)}`,
            value: given * by,
          }
        }),
      ]
    },
  }
}

export const add = merged(
  (values) => values.reduce((total, value) => total + value, 0),
  () => 1,
  (values) => sum(values.map(factor)),
  'Σ x',
)
export const average = merged(
  (values) => values.reduce((total, value) => total + value, 0) / values.length,
  (values) => 1 / values.length,
  (values) => `(${sum(values.map(factor))}) / ${values.length}`,
  'Σ x / n',
)
export const multiply = merged(
  (values) => values.reduce((product, value) => product * value, 1),
  (values, i) => values.reduce((product, value, k) => (k === i ? product : product * value), 1),
  (values) => values.map(factor).join('·'),
  'Π x',
)
export const subtract = merged(
  ([a = 0, b = 0]) => a - b,
  (_, i) => (i === 0 ? 1 : -1),
  ([a = 0, b = 0]) => `${digits(a)} − ${factor(b)}`,
  'a − b',
)

/** Each number of the output is one of the input, times a factor. */
function scaled(factors: (given: Given, x: Grid) => Float64Array | null, symbols: string): Rule {
  const first = ({ inputs }: Given) =>
    one(inputs, 'x') ?? many(inputs, Object.keys(inputs)[0] ?? '')[0] ?? null
  return {
    forward(given) {
      const x = first(given)
      const y = Object.values(given.traced)[0]
      if (x === null || y === undefined || x.values.length !== y.values.length) return null
      const by = factors(given, x)
      return by === null
        ? null
        : { shape: y.shape, values: x.values.map((value, k) => (value === 0 ? 0 : value * (by[k] ?? 0))) }
    },
    backward(done: Done): Backwards {
      const x = first(done)
      const by = x === null ? null : factors(done, x)
      const port = Object.keys(done.inputs)[0]
      if (x === null || by === null || port === undefined) return nothing
      return {
        inputs: {
          [port]: {
            shape: x.shape,
            values: x.values.map((_, k) => (by[k] ?? 0) * (done.gradient.values[k] ?? 0)),
          },
        },
        weights: {},
      }
    },
    explainForward(given, place) {
      const x = first(given)
      if (x === null) return []
      const by = factors(given, x)?.[place.sample * perSample(x) + place.unit] ?? NaN
      const value = at(x, place)
      const numbers = by === 1 ? '' : `${digits(by)}·${factor(value)}`
      return [{ left: named('y', place.unit), symbols, numbers, value: at(given.y, place) }]
    },
    explainBackward(done, place) {
      const x = first(done)
      if (x === null) return []
      const by = factors(done, x)?.[place.sample * perSample(x) + place.unit] ?? NaN
      const given = at(done.gradient, place)
      return [
        {
          left: `∂L/∂${named('x', place.unit)}`,
          symbols: by === 1 ? '∂L/∂y' : '∂L/∂y·∂y/∂x',
          numbers: by === 1 ? '' : `${factor(given)}·${digits(by)}`,
          value: given * by,
        },
      ]
    },
  }
}

/** The order of the numbers stays; only the axes change. */
export const passOn = scaled((_, x) => new Float64Array(x.values.length).fill(1), 'x')

/** Which numbers were dropped is read from what the engine gave; of a 0 it cannot be told. */
export const dropout: Rule = {
  ...scaled(({ params, traced }, x) => {
    const kept = 1 / (1 - Number(params['rate']))
    const y = traced['y']
    if (y === undefined) return null
    return x.values.map((value, k) => (value === 0 ? NaN : y.values[k] === 0 ? 0 : kept))
  }, 'm·x / (1 − rate)'),
  guesses: true,
}
