/** Functions that work number by number, with their slopes, as they are written on paper. */
import { digits } from './write'

export interface Bend {
  /** `σ(net)`. */
  readonly symbols: string
  readonly of: (x: number) => number
  /** The slope at x, where y = of(x). */
  readonly slope: (x: number, y: number) => number
  readonly slopeSymbols: string
  readonly slopeNumbers: (x: number, y: number) => string
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const step = (x: number) => (x > 0 ? '1' : '0')

/** e^−x²·Σ 2ⁿ·x²ⁿ⁺¹/(2n + 1)!!, whose terms are all of one sign, so that no digit is lost. */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x)
  let term = x
  let total = x
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++) {
    term *= (2 * x * x) / (2 * n + 1)
    total += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total
}

const normal = (x: number) => 0.5 * (1 + erf(x * Math.SQRT1_2))
const density = (x: number) => Math.exp(-x * x * 0.5) / Math.sqrt(2 * Math.PI)
const seluScale = 1.0507009873554805
const seluAlpha = 1.6732632423543772

const plainSlope = (slope: Bend['slope']): Pick<Bend, 'slope' | 'slopeNumbers'> => ({
  slope,
  slopeNumbers: (x, y) => digits(slope(x, y)),
})

export const bends: Readonly<Record<string, Bend>> = {
  linear: { symbols: 'net', of: (x) => x, slope: () => 1, slopeSymbols: '1', slopeNumbers: () => '1' },
  relu: {
    symbols: 'max(0, net)',
    of: (x) => Math.max(0, x),
    slope: (x) => (x > 0 ? 1 : 0),
    slopeSymbols: '1 if net > 0, else 0',
    slopeNumbers: step,
  },
  sigmoid: {
    symbols: 'σ(net) = 1/(1 + e^−net)',
    of: sigmoid,
    slope: (_, y) => y * (1 - y),
    slopeSymbols: 'y·(1 − y)',
    slopeNumbers: (_, y) => `${digits(y)}·(1 − ${digits(y)})`,
  },
  tanh: {
    symbols: 'tanh(net)',
    of: Math.tanh,
    slope: (_, y) => 1 - y * y,
    slopeSymbols: '1 − y²',
    slopeNumbers: (_, y) => `1 − ${digits(y)}²`,
  },
  softplus: {
    symbols: 'ln(1 + e^net)',
    of: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    slopeSymbols: 'σ(net)',
    ...plainSlope((x) => sigmoid(x)),
  },
  softsign: {
    symbols: 'net/(1 + |net|)',
    of: (x) => x / (1 + Math.abs(x)),
    slopeSymbols: '1/(1 + |net|)²',
    ...plainSlope((x) => 1 / (1 + Math.abs(x)) ** 2),
  },
  swish: {
    symbols: 'net·σ(net)',
    of: (x) => x * sigmoid(x),
    slopeSymbols: 'σ(net)·(1 + net·(1 − σ(net)))',
    ...plainSlope((x) => sigmoid(x) * (1 + x * (1 - sigmoid(x)))),
  },
  gelu: {
    symbols: 'net·Φ(net)',
    of: (x) => x * normal(x),
    slopeSymbols: 'Φ(net) + net·φ(net)',
    ...plainSlope((x) => normal(x) + x * density(x)),
  },
  elu: {
    symbols: 'net if net > 0, else e^net − 1',
    of: (x) => (x > 0 ? x : Math.expm1(x)),
    slopeSymbols: '1 if net > 0, else y + 1',
    ...plainSlope((x, y) => (x > 0 ? 1 : y + 1)),
  },
  selu: {
    symbols: 'λ·net if net > 0, else λα(e^net − 1)',
    of: (x) => seluScale * (x > 0 ? x : seluAlpha * Math.expm1(x)),
    slopeSymbols: 'λ if net > 0, else y + λα',
    ...plainSlope((x, y) => (x > 0 ? seluScale : y + seluScale * seluAlpha)),
  },
}
