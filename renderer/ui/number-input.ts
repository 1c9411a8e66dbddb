/** Numbers as they are typed, stepped and scrubbed. */
import { formatSuperscript } from '../../nodes/kit/power'
import { strings } from './strings'

const words = strings.inspector

export interface NumberLimits {
  readonly integer: boolean
  readonly min?: number
  readonly max?: number
}

/** What a text means, or a sentence about why it means nothing. */
export type Parsed<T> = { readonly value: T } | { readonly error: string }

export function parseNumber(text: string, { integer, min, max }: NumberLimits): Parsed<number> {
  const value = text.trim() === '' ? Number.NaN : Number(asCode(text.trim()))
  if (!Number.isFinite(value)) return { error: integer ? words.invalidInteger : words.invalidNumber }
  if (integer && !Number.isInteger(value)) return { error: words.invalidInteger }
  if (min !== undefined && value < min) return { error: words.atLeast(min) }
  if (max !== undefined && value > max) return { error: words.atMost(max) }
  return { value }
}

const raised = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** As a computer reads it: what was copied from elsewhere in the window, `3.1 × 10⁻⁹`, too. */
function asCode(text: string): string {
  const plain = text.replace(',', '.').replace('−', '-')
  const [, size = '', sign = '', power = ''] = /^(?:(.+?)\s*×\s*)?10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/.exec(plain) ?? []
  if (power === '') return plain
  const exponent = [...power].map((digit) => raised.indexOf(digit)).join('')
  return `${size === '' ? '1' : size}e${sign === '' ? '' : '-'}${exponent}`
}

/** As it is read while nobody types: small numbers as everywhere in the window, but with all their digits. */
export function formatResting(value: number): string {
  const [, digits, exponent] = /^(-?[\d.]+)e(-?\d+)$/.exec(formatInput(value)) ?? []
  if (digits === undefined || exponent === undefined) return formatInput(value)
  const power = `10${formatSuperscript(Number(exponent))}`
  return digits === '1' ? power : `${digits.replace('-', '−')}\u00a0×\u00a0${power}`
}

/** As it is typed: no grouping; small numbers as `1e-7`. */
export function formatInput(value: number): string {
  const size = Math.abs(value)
  return size !== 0 && size < 0.0001 ? value.toExponential().replace('e+', 'e') : String(value)
}

export function clamp(value: number, { min, max }: NumberLimits): number {
  return Math.min(max ?? Infinity, Math.max(min ?? -Infinity, value))
}

/** One in a whole number; a tenth of the leading digit's place in a real one. */
export function stepSize(value: number, integer: boolean): number {
  if (integer) return 1
  const size = Math.abs(value)
  return size === 0 ? 0.01 : 10 ** (Math.floor(Math.log10(size)) - 1)
}

/** Whole numbers move by ones, faster the larger they are; reals by steps of their own size. */
export function scrubbed(start: number, pixels: number, { integer }: NumberLimits): number {
  if (integer) return start + Math.round((pixels / 4) * Math.max(1, Math.abs(start) / 32))
  const step = stepSize(start, false)
  return Number((start + Math.round(pixels / 3) * step).toPrecision(6))
}
