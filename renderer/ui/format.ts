/**
 * Numbers as people read them in panels: short magnitudes, durations, scientific notation with real superscripts.
 */
import { formatCount } from '../../engine/diagnose/format'
import { formatPower } from '../../nodes/kit/power'

/** `4,160`, `1.25 M`, `3.1 G`. */
export function formatLarge(value: number): string {
  if (value < 100_000) return formatCount(value)
  const units = ['k', 'M', 'G', 'T', 'P']
  let scaled = value / 1000
  let unit = 0
  while (scaled >= 1000 && unit < units.length - 1) {
    scaled /= 1000
    unit += 1
  }
  return `${scaled >= 100 ? scaled.toFixed(0) : scaled.toPrecision(3)} ${units[unit] ?? ''}`
}

/** Four digits, or a power of ten with real superscripts: `0.2314`, `3.1 × 10⁻⁹`. */
export function formatNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size >= 0.001 && size < 100_000) return String(Number(value.toPrecision(4))).replace('-', '−')
  return formatPower(value)
}

/** `0:41`, `12:05`, `1:02:09`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  const whole = Math.max(0, Math.round(seconds))
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor(whole / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}
