/** Losses by hand. */
import { softmax } from './dense'
import { emptyGrid, lastAxis, perSample, type Grid } from './grid'
import { nothing, one, type Backwards, type Given, type Place, type Rule } from './rule'
import { digits, factor, listed, sub, sum, type Line } from './write'

interface Pairs {
  readonly prediction: Grid
  readonly target: Float64Array
  readonly n: number
}

function scalar(value: number): Grid {
  return { shape: [], values: Float64Array.of(value) }
}

/** Whether settings that change the formula are as they come. */
function plain({ params, inputs }: Given): boolean {
  const weights = params['classWeights']
  const empty = !Array.isArray(weights) || weights.length === 0
  const ignored = params['ignoreClass'] ?? -1
  return empty && (params['labelSmoothing'] ?? 0) === 0 && inputs['weights'] === undefined && ignored === -1
}

function pairs(given: Given): Pairs | null {
  const prediction = one(given.inputs, 'prediction')
  if (prediction === null || !plain(given)) return null
  const target = one(given.inputs, 'target')
  const n = prediction.values.length
  if (target === null)
    return { prediction, target: new Float64Array(n).fill(Number(given.params['constantTarget'])), n }
  return target.values.length === n ? { prediction, target: target.values, n } : null
}

/** A loss that compares number by number and takes the mean. */
interface Elementwise {
  readonly cost: (y: number, t: number) => number
  readonly slope: (y: number, t: number) => number
  readonly symbols: string
  readonly numbers: (y: number, t: number) => string
  readonly slopeSymbols: string
  readonly slopeNumbers: (y: number, t: number, n: number) => string
}

function elementwise(of: Elementwise): Rule {
  return {
    forward(given) {
      const there = pairs(given)
      if (there === null) return null
      const { prediction, target, n } = there
      return scalar(prediction.values.reduce((total, y, at) => total + of.cost(y, target[at] ?? 0), 0) / n)
    },
    backward(done): Backwards {
      const there = pairs(done)
      if (there === null) return nothing
      const { prediction, target, n } = there
      const scale = (done.gradient.values[0] ?? 1) / n
      const values = prediction.values.map((y, at) => scale * of.slope(y, target[at] ?? 0))
      return { inputs: { prediction: { shape: prediction.shape, values } }, weights: {} }
    },
    explainForward(given) {
      const there = pairs(given)
      if (there === null) return []
      const { prediction, target, n } = there
      const terms = [...prediction.values].map((y, at) => of.numbers(y, target[at] ?? 0))
      return [
        {
          left: 'L',
          symbols: `1/n·Σ ${of.symbols}`,
          numbers: n === 1 ? (terms[0] ?? '') : `(${sum(terms)}) / ${n}`,
          value: given.y.values[0] ?? NaN,
        },
      ]
    },
    explainBackward(done, { sample }) {
      const there = pairs(done)
      if (there === null) return []
      const { prediction, target, n } = there
      const width = perSample(prediction)
      const scale = (done.gradient.values[0] ?? 1) / n
      return listed(width, (at): Line => {
        const y = prediction.values[sample * width + at] ?? NaN
        const t = target[sample * width + at] ?? NaN
        return {
          left: `∂L/∂y${sub(at + 1)}`,
          symbols: of.slopeSymbols,
          numbers: of.slopeNumbers(y, t, n),
          value: scale * of.slope(y, t),
        }
      })
    },
  }
}

const logistic = (x: number) => 1 / (1 + Math.exp(-x))

export const meanSquaredError = elementwise({
  cost: (y, t) => (y - t) ** 2,
  slope: (y, t) => 2 * (y - t),
  symbols: '(y − t)²',
  numbers: (y, t) => `(${digits(y)} − ${factor(t)})²`,
  slopeSymbols: '2·(y − t)/n',
  slopeNumbers: (y, t, n) => `2·(${digits(y)} − ${factor(t)})/${n}`,
})

export const absoluteError = elementwise({
  cost: (y, t) => Math.abs(y - t),
  slope: (y, t) => Math.sign(y - t),
  symbols: '|y − t|',
  numbers: (y, t) => `|${digits(y)} − ${factor(t)}|`,
  slopeSymbols: 'sign(y − t)/n',
  slopeNumbers: (y, t, n) => `${digits(Math.sign(y - t))}/${n}`,
})

export const binaryCrossentropy = elementwise({
  cost: (y, t) => Math.max(y, 0) + Math.log1p(Math.exp(-Math.abs(y))) - y * t,
  slope: (y, t) => logistic(y) - t,
  symbols: '−t·ln σ(y) − (1 − t)·ln(1 − σ(y))',
  numbers: (y, t) =>
    t === 1
      ? `−ln σ(${digits(y)})`
      : t === 0
        ? `−ln(1 − σ(${digits(y)}))`
        : `−${digits(t)}·ln σ(${digits(y)}) − ${digits(1 - t)}·ln(1 − σ(${digits(y)}))`,
  slopeSymbols: '(σ(y) − t)/n',
  slopeNumbers: (y, t, n) => `(${digits(logistic(y))} − ${digits(t)})/${n}`,
})

interface Classes {
  readonly prediction: Grid
  readonly probabilities: Float64Array
  /** Wanted probabilities. */
  readonly wanted: Float64Array
  readonly rows: number
  readonly width: number
}

function classes(given: Given, numbered: boolean): Classes | null {
  const prediction = one(given.inputs, 'prediction')
  const target = one(given.inputs, 'target')
  if (prediction === null || target === null || !plain(given)) return null
  const width = lastAxis(prediction)
  const rows = prediction.values.length / width
  let wanted = target.values
  if (numbered) {
    wanted = new Float64Array(prediction.values.length)
    for (const [row, right] of target.values.entries()) wanted[row * width + right] = 1
  }
  if (wanted.length !== prediction.values.length) return null
  return { prediction, probabilities: softmax(prediction.values, width), wanted, rows, width }
}

function crossEntropy(numbered: boolean): Rule {
  /** Rows of a sample: one, or one a step in time. */
  const rowOf = (there: Classes, { sample }: Place) => sample * (perSample(there.prediction) / there.width)
  return {
    forward(given) {
      const there = classes(given, numbered)
      if (there === null) return null
      const { prediction, wanted, rows, width } = there
      let total = 0
      for (let row = 0; row < rows; row++) {
        const scores = prediction.values.subarray(row * width, (row + 1) * width)
        const most = scores.reduce((a, b) => Math.max(a, b), -Infinity)
        const log = most + Math.log(scores.reduce((a, b) => a + Math.exp(b - most), 0))
        for (let k = 0; k < width; k++) total += (wanted[row * width + k] ?? 0) * (log - (scores[k] ?? 0))
      }
      return scalar(total / rows)
    },
    backward(done): Backwards {
      const there = classes(done, numbered)
      if (there === null) return nothing
      const { prediction, probabilities, wanted, rows, width } = there
      const scale = (done.gradient.values[0] ?? 1) / rows
      const back = emptyGrid(prediction.shape)
      for (let row = 0; row < rows; row++) {
        let mass = 0
        for (let k = 0; k < width; k++) mass += wanted[row * width + k] ?? 0
        for (let k = row * width; k < (row + 1) * width; k++)
          back.values[k] = scale * ((probabilities[k] ?? 0) * mass - (wanted[k] ?? 0))
      }
      return { inputs: { prediction: back }, weights: {} }
    },
    explainForward(given, place) {
      const there = classes(given, numbered)
      if (there === null) return []
      const { prediction, probabilities, wanted, rows, width } = there
      const row = rowOf(there, place)
      const lines = listed(width, (k): Line => {
        const score = prediction.values[row * width + k] ?? NaN
        return {
          left: `p${sub(k + 1)}`,
          symbols: 'e^y / Σ e^y',
          numbers: `e^${factor(score)} / Σ e^y`,
          value: probabilities[row * width + k] ?? NaN,
        }
      })
      const surprise = (r: number) =>
        sum(
          Array.from({ length: width }, (_, k) => k).flatMap((k) => {
            const t = wanted[r * width + k] ?? 0
            if (t === 0) return []
            const p = digits(probabilities[r * width + k] ?? NaN)
            return [t === 1 ? `−ln ${p}` : `−${digits(t)}·ln ${p}`]
          }),
        )
      const all = Array.from({ length: Math.min(rows, 1000) }, (_, r) => surprise(r))
      return [
        ...lines,
        {
          left: 'L',
          symbols: rows === 1 ? '−Σ t·ln p' : '1/n·Σ −Σ t·ln p',
          numbers: rows === 1 ? (all[0] ?? '') : `(${sum(all)}) / ${rows}`,
          value: given.y.values[0] ?? NaN,
        },
      ]
    },
    explainBackward(done, place) {
      const there = classes(done, numbered)
      if (there === null) return []
      const { probabilities, wanted, rows, width } = there
      const row = rowOf(there, place)
      return listed(width, (k): Line => {
        const p = probabilities[row * width + k] ?? NaN
        const t = wanted[row * width + k] ?? NaN
        return {
          left: `∂L/∂y${sub(k + 1)}`,
          symbols: rows === 1 ? 'p − t' : '(p − t)/n',
          numbers: rows === 1 ? `${digits(p)} − ${digits(t)}` : `(${digits(p)} − ${digits(t)})/${rows}`,
          value: ((done.gradient.values[0] ?? 1) * (p - t)) / rows,
        }
      })
    },
  }
}

export const sparseCategoricalCrossentropy = crossEntropy(true)
export const categoricalCrossentropy = crossEntropy(false)
