/** How formulas and their numbers are written: nine digits as in a textbook, true minus signs, subscripts. */

import { formatPower } from '../../nodes/kit/power'

/** One line of a derivation: `net₁ = Σ w·x + b = 0.15·0.05 + 0.2·0.1 + 0.35 = 0.3775`. */
export interface Line {
  readonly left: string
  readonly symbols: string
  /** The same with numbers; empty where the symbols say it all. */
  readonly numbers: string
  readonly value: number
  /** On the last of a list that is too long to be written: so many of how many are. */
  readonly cut?: { readonly shown: number; readonly of: number }
}

/** `0.593269992`, `−0.0226`, `1.2·10⁻⁷`. */
export function digits(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const rounded = Number(value.toPrecision(9))
  const size = Math.abs(rounded)
  // Below, nine digits after the point still show what a textbook shows.
  const text =
    size !== 0 && size < 1e-4
      ? formatPower(rounded, 5).replace('\u00a0×\u00a0', '·')
      : size < 1
        ? short(rounded)
        : String(rounded)
  return text.replaceAll('-', '−')
}

function short(value: number): string {
  return String(Number(value.toFixed(9)))
}

/** A number inside a sum or a product: in brackets where it is below zero. */
export function factor(value: number): string {
  return value < 0 ? `(${digits(value)})` : digits(value)
}

export function sub(...indices: readonly number[]): string {
  return indices
    .map((index) => [...String(index)].map((digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)] ?? '').join(''))
    .join(',')
}

/** Terms of a sum that are written; the rest is counted. */
const mostTerms = 6

/** `a·b + c·d + … (58 more)` */
export function sum(terms: readonly string[]): string {
  if (terms.length <= mostTerms) return terms.join(' + ')
  const shown = terms.slice(0, mostTerms - 1)
  return `${shown.join(' + ')} + … (${terms.length - shown.length} more)`
}

/** Lines of a list that are written. */
const mostLines = 8

/** A line for each of the first of so many; the last one says that there are more. */
export function listed(count: number, lineOf: (index: number) => Line | null): readonly Line[] {
  const shown = Math.min(count, mostLines)
  const lines = Array.from({ length: shown }, (_, index) => lineOf(index)).filter((line) => line !== null)
  const last = lines.at(-1)
  return shown === count || last === undefined
    ? lines
    : [...lines.slice(0, -1), { ...last, cut: { shown, of: count } }]
}
