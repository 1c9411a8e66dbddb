/** When two numbers are the same: |a - b| <= tolerance * max(1, |b|), elementwise. */
import type { Numbers } from './numbers'

/** Forward values and gradients. */
export const valueTolerance = 1e-5
/** Losses of a short training. */
export const curveTolerance = 1e-4

/** The largest |a - b| / max(1, |b|); infinite where anything but two finite numbers meets. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity
  let worst = 0
  for (let i = 0; i < b.length; i += 1) {
    const [x = NaN, y = NaN] = [a[i], b[i]]
    const off = Math.abs(x - y) / Math.max(1, Math.abs(y))
    if (!(off <= worst)) worst = Number.isFinite(off) ? off : Infinity
  }
  return worst
}

/** Null where the two agree, else a sentence. */
export function disagreement(
  what: string,
  got: { readonly shape: readonly number[]; readonly values: ArrayLike<number> } | undefined,
  wanted: Numbers,
  tolerance: number,
): string | null {
  if (got === undefined) return `${what} is missing`
  if (got.shape.join() !== wanted.shape.join())
    return `${what} has shape [${got.shape.join()}], not [${wanted.shape.join()}]`
  const off = distance(got.values, wanted.values)
  return off <= tolerance ? null : `${what} is off by ${off.toExponential(2)} (allowed: ${tolerance})`
}
