/**
 * Numbers as people read them: `3.1 × 10⁻⁹`, 10 to the -8.5 on a badge, `1,557,611` for counts, `1.0 MB`.
 */

import { formatPower } from '../../nodes/kit/power'

/** `0.0213`, `3.1 × 10⁻⁹`, `1.2 × 10⁴`, `0`, `NaN`, `∞`; an em dash for no value (-1 and other negatives). */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞'
  if (value < 0) return '—'
  if (value === 0) return '0'
  return value >= 1e-3 && value < 1e4 ? String(Number(value.toPrecision(3))) : formatPower(value)
}

/** Exponent of a badge `10^x` to one decimal with a true minus sign: `−8.5`. For finite values above zero. */
export function formatExponent(value: number): string {
  const text = Math.log10(value).toFixed(1)
  return text === '-0.0' ? '0.0' : text.replace('-', '−')
}

/** Decades from the reference with a sign: `−11.2`, `+0.4`. */
export function formatDecades(d: number): string {
  if (Number.isNaN(d)) return 'NaN'
  if (!Number.isFinite(d)) return d < 0 ? '−∞' : '+∞'
  const text = Math.abs(d).toFixed(1)
  return text === '0.0' ? '0.0' : `${d < 0 ? '−' : '+'}${text}`
}

/** A whole number with its thousands apart: `4,160`, `1,557,611,200`. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `812`, `4.2 k`, `1.6 M`, `1.56 B`: short enough for a card. */
export function formatShortCount(count: number): string {
  if (count < 10_000) return formatCount(count)
  const [size, unit] = count < 1e6 ? [1e3, 'k'] : count < 1e9 ? [1e6, 'M'] : [1e9, 'B']
  return `${Number((count / size).toPrecision(3))} ${unit}`
}

/** `132 B`, `1.0 MB`, in powers of ten. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let size = bytes
  let unit = 0
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000
    unit += 1
  }
  return `${unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit] ?? ''}`
}
