/**
 * Reads a learning-rate range test (Smith 2015, "Cyclical learning rates"; 2018, "A disciplined approach"): the loss at
 * an exponentially rising rate. Two rules of thumb give a rate: where the smoothed loss falls fastest on the log axis,
 * and a decade below where it is lowest. The smaller of the two is suggested, so that neither noise in the slope nor a
 * late minimum leads too high.
 */

export interface RateRange {
  readonly rates: readonly number[]
  readonly losses: readonly number[]
  /** Losses smoothed on the log axis, symmetrically, so that nothing is shifted. */
  readonly smoothed: readonly number[]
}

export interface RateSuggestion {
  readonly rate: number
  readonly rule: 'steepest' | 'decade-below'
  readonly steepest: number
  readonly minimum: number
}

/** Points on each side that a smoothed loss looks at. */
const reach = 6
/** So much of the first loss must have been gained before a rate is suggested. */
const leastGain = 0.02

/** Weighted means of neighbours (a triangle); what is not finite has no weight. */
export function smoothRange(rates: readonly number[], losses: readonly number[]): RateRange {
  const smoothed = losses.map((_, at) => {
    let total = 0
    let weights = 0
    // As far to the right as to the left, so that the ends are not drawn inwards.
    const side = Math.min(reach, at, losses.length - 1 - at)
    for (let k = at - side; k <= at + side; k++) {
      const loss = losses[k] ?? NaN
      if (!Number.isFinite(loss)) continue
      const weight = side + 1 - Math.abs(k - at)
      total += weight * loss
      weights += weight
    }
    return weights === 0 ? NaN : total / weights
  })
  return { rates, losses, smoothed }
}

/** How far above its lowest a smoothed loss must rise to be a divergence (fastai's factor). */
const divergesAbove = 4

/** Whether a test has gone far enough: the loss is not finite, or well above the lowest so far. */
export function hasDiverged(losses: readonly number[]): boolean {
  const last = losses.at(-1)
  if (last === undefined) return false
  if (!Number.isFinite(last)) return true
  // An average over the last few: one bad batch is no divergence.
  const recent = losses.slice(-5)
  const now = recent.reduce((sum, loss) => sum + loss, 0) / recent.length
  const best = losses.reduce((least, loss) => Math.min(least, loss), Infinity)
  const first = losses[0] ?? now
  return (
    losses.length > 10 &&
    now > Math.max(divergesAbove * Math.max(best, 0), first + Math.abs(first - best)) &&
    now > first
  )
}

/** The rate that a test suggests, or null where the loss fell at none. */
export function suggestRate({ rates, smoothed }: RateRange): RateSuggestion | null {
  let lowest = -1
  for (const [at, loss] of smoothed.entries())
    if (Number.isFinite(loss) && loss < (smoothed[lowest] ?? Infinity)) lowest = at
  const first = smoothed[0] ?? NaN
  const least = smoothed[lowest] ?? NaN
  const gain = first - least
  if (lowest < 2 || !(gain > leastGain * Math.abs(first))) return null
  let steepest = -1
  let fall = 0
  for (let at = 1; at <= lowest; at++) {
    const before = smoothed[at - 1] ?? NaN
    const after = smoothed[at + 1] ?? NaN
    const slope = (after - before) / (Math.log(rates[at + 1] ?? NaN) - Math.log(rates[at - 1] ?? NaN))
    // What wavers before anything has been learned is noise.
    if (first - (smoothed[at] ?? NaN) < 0.05 * gain || !(slope < fall)) continue
    fall = slope
    steepest = at
  }
  const minimum = rates[lowest] ?? NaN
  const below = minimum / 10
  const steep = steepest === -1 ? below : (rates[steepest] ?? below)
  const rule = steep <= below ? 'steepest' : 'decade-below'
  return { rate: twoDigits(Math.min(steep, below)), rule, steepest: steep, minimum }
}

/** A rate as one would type it. */
function twoDigits(rate: number): number {
  return Number(rate.toPrecision(2))
}
