/** What only takes numbers from their places: rows of an embedding, parts laid side by side. */
import { emptyGrid, lastAxis, perSample, sizeOf, type Grid } from './grid'
import { many, nothing, one, type Backwards, type Done, type Given, type Rule } from './rule'
import { factor, sub, sum, type Line } from './write'

export const embedding: Rule = {
  forward({ inputs, weights }) {
    const x = one(inputs, 'x')
    const table = weights['embeddings']
    if (x === null || table === undefined) return null
    const width = lastAxis(table)
    const y = emptyGrid([...x.shape, width])
    for (const [place, token] of x.values.entries())
      y.values.set(table.values.subarray(token * width, (token + 1) * width), place * width)
    return y
  },
  backward({ inputs, weights, gradient }): Backwards {
    const x = one(inputs, 'x')
    const table = weights['embeddings']
    if (x === null || table === undefined) return nothing
    const width = lastAxis(table)
    const back = emptyGrid(table.shape)
    for (const [at, value] of gradient.values.entries()) {
      const row = (x.values[Math.floor(at / width)] ?? 0) * width + (at % width)
      back.values[row] = (back.values[row] ?? 0) + value
    }
    return { inputs: { x: null }, weights: { embeddings: back } }
  },
  explainForward({ inputs, y }, { sample, unit }) {
    const x = one(inputs, 'x')
    if (x === null) return []
    const at = sample * perSample(y) + unit
    const width = lastAxis(y)
    const token = x.values[Math.floor(at / width)] ?? NaN
    const column = at % width
    return [
      { left: 'token', symbols: 'x', numbers: '', value: token },
      {
        left: `y${sub(unit + 1)}`,
        symbols: 'E[token]',
        numbers: `E[${token}]${sub(column + 1)}`,
        value: y.values[at] ?? NaN,
      },
    ]
  },
  explainBackward({ inputs, y, gradient }, { sample, unit }) {
    const x = one(inputs, 'x')
    if (x === null) return []
    const at = sample * perSample(y) + unit
    const width = lastAxis(y)
    const token = x.values[Math.floor(at / width)] ?? NaN
    const column = at % width
    // Every place of the batch where this token stands.
    const terms = [...x.values.entries()].flatMap(([place, other]) =>
      other === token ? [gradient.values[place * width + column] ?? 0] : [],
    )
    return [
      { left: `∂L/∂y${sub(unit + 1)}`, symbols: '', numbers: '', value: gradient.values[at] ?? NaN },
      {
        left: `∂L/∂E[${token}]${sub(column + 1)}`,
        symbols: 'Σ ∂L/∂y where the token stands',
        numbers: sum(terms.map(factor)),
        value: terms.reduce((total, term) => total + term, 0),
      },
    ]
  },
}

interface Part {
  readonly grid: Grid
  /** Numbers along the axis and all after it. */
  readonly run: number
  /** Where it begins within a run of the output. */
  readonly from: number
}

/** Each part gives a run of numbers in turn. */
function partsOf({ inputs, params }: Given): readonly Part[] {
  const grids = many(inputs, 'xs')
  const rank = grids[0]?.shape.length ?? 0
  const axis = Number(params['axis'])
  const front = axis < 0 ? axis + rank : axis
  let from = 0
  return grids.map((grid) => {
    const run = sizeOf(grid.shape.slice(front))
    const part = { grid, run, from }
    from += run
    return part
  })
}

/** The part that a number of the output comes from, and its place there. */
function origin(parts: readonly Part[], at: number): { readonly part: number; readonly place: number } {
  const whole = parts.reduce((total, { run }) => total + run, 0)
  const within = at % whole
  const part = parts.findLastIndex(({ from }) => from <= within)
  const { run = 0, from = 0 } = parts[part] ?? {}
  return { part, place: Math.floor(at / whole) * run + within - from }
}

export const concatenate: Rule = {
  forward(given) {
    const parts = partsOf(given)
    const y = given.traced['y']
    const count = parts.reduce((total, { grid }) => total + grid.values.length, 0)
    if (y === undefined || parts.length === 0 || count !== y.values.length) return null
    return {
      shape: y.shape,
      values: y.values.map((_, at) => {
        const { part, place } = origin(parts, at)
        return parts[part]?.grid.values[place] ?? NaN
      }),
    }
  },
  backward(done: Done): Backwards {
    const parts = partsOf(done)
    const back = parts.map(({ grid }) => emptyGrid(grid.shape))
    for (const [at, value] of done.gradient.values.entries()) {
      const { part, place } = origin(parts, at)
      const grid = back[part]
      if (grid !== undefined) grid.values[place] = value
    }
    return { inputs: { xs: back }, weights: {} }
  },
  explainForward(given, { sample, unit }) {
    const at = sample * perSample(given.y) + unit
    const { part } = origin(partsOf(given), at)
    return [
      { left: `y${sub(unit + 1)}`, symbols: `x⁽${part + 1}⁾`, numbers: '', value: given.y.values[at] ?? NaN },
    ]
  },
  explainBackward(done, { sample, unit }): readonly Line[] {
    const at = sample * perSample(done.y) + unit
    const { part } = origin(partsOf(done), at)
    const value = done.gradient.values[at] ?? NaN
    return [{ left: `∂L/∂x⁽${part + 1}⁾`, symbols: `∂L/∂y${sub(unit + 1)}`, numbers: '', value }]
  },
}
