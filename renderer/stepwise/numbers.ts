/** Numbers of a step as short as they can be on the canvas and in rows of values. */
import type { Value } from '../../engine/explain/work-out'
import { formatPower } from '../../nodes/kit/power'
import { strings } from '../ui/strings'

/** Four digits, or fewer: `0.5933`, `−2.3×10⁻⁷`, `0`. */
export function brief(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  const text =
    size === 0
      ? '0'
      : size < 1e-3 || size >= 1e5
        ? formatPower(value, Math.max(0, Math.min(2, digits - 2))).replaceAll('\u00a0', '')
        : String(Number(value.toPrecision(digits)))
  return text.replaceAll('-', '−')
}

/** `4 × 64 · mean 0.02 · −1.2 … 3.4` */
export function summary({ shape, mean, min, max }: Value): string {
  const text = shape.length === 0 ? '1' : shape.join(' × ')
  return strings.stepwise.shape(text, brief(mean), brief(min), brief(max))
}
