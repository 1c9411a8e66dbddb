/**
 * The one colour rule for gradients: a log scale that diverges around a healthy band, in ColorBrewer's RdBu (safe for
 * the colour-blind). Values fall into nine bands, so that a painter strokes nine groups and not every wire for itself.
 * Colour never stands alone: width and a number carry the same message.
 */

/** From too small (0) over healthy (4) to too large (8). */
export type Band = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8
/** `none`: no value. `zero`: exactly zero, drawn hollow and dashed. `nan`: not finite, hatched, with the word NaN. */
export type Reading =
  | { readonly kind: 'band'; readonly band: Band }
  | { readonly kind: 'none' }
  | { readonly kind: 'zero' }
  | { readonly kind: 'nan' }

export const healthyBand: Band = 4
export const nanColour = '#d01c8b'

/** RdBu by band; the healthy band takes the theme's neutral colour instead. */
const stops: Readonly<Record<Band, string>> = {
  0: '#053061',
  1: '#134b87',
  2: '#2166ac',
  3: '#67a9cf',
  4: '#f7f7f7',
  5: '#ef8a62',
  6: '#b2182b',
  7: '#8d0c25',
  8: '#67001f',
}

/** Colour of a band; `neutral` is the theme's own colour for healthy. */
export function bandColour(band: Band, neutral: string): string {
  return band === healthyBand ? neutral : stops[band]
}

/** Whether text on the band must be light. The healthy band has the theme's own text colour. */
export function isDarkBand(band: Band): boolean {
  return band !== 3 && band !== 5 && band !== healthyBand
}

/** Decades from the layers nearest the loss at which a band begins, on either side. */
const flowFrom = [2, 3, 4.5, 6] as const
/** Decades on either side within which a layer counts as healthy. */
export const healthyDecades = flowFrom[0]
/** Where on the log scale one band of the flow gives way to the next. */
export const flowEdges: readonly number[] = [...flowFrom.map((from) => -from).reverse(), ...flowFrom]

/**
 * Band of d, in decades from the layers nearest the loss: full colour at ±3 (the alarm line), darkest at ±6, and a
 * first, light colour from ±2. A colour means that its line has been reached, so everything within ±1, where healthy
 * layers lie, and the unrest just beyond it stay neutral: the output layer of a vanishing network stands up to 1.5
 * decades above the median of its neighbours, and must not look as if it exploded.
 */
export function flowBand(d: number): Band {
  const size = Math.abs(d)
  const steps = flowFrom.filter((from) => size >= from).length
  return (4 + Math.sign(d) * steps) as Band
}

/** Where on the log scale one band of the update ratio gives way to the next: halfway between two stops. */
export const updateEdges: readonly number[] = [
  -6.75,
  -6.25,
  -5.5,
  -4.5,
  (Math.log10(3e-2) - 1) / 2,
  -0.5,
  0.25,
  0.75,
]

/**
 * Band of an update ratio ‖ΔW‖/‖W‖ > 0: neutral from 1e-4 to 3e-2, darkest from 1e-7 down and from 10 up; each
 * ratio takes the nearest stop on the log scale.
 */
export function updateBand(ratio: number): Band {
  const x = Math.log10(ratio)
  // A stop's edge belongs to what is further from healthy on both sides.
  return updateEdges.filter((edge) => (edge < -3 ? x > edge : x >= edge)).length as Band
}

/** How a raw value of a probe is shown; `band` is asked only for finite values above zero. */
export function reading(value: number, band: (value: number) => Band): Reading {
  if (!Number.isFinite(value)) return { kind: 'nan' }
  if (value < 0) return { kind: 'none' }
  return value === 0 ? { kind: 'zero' } : { kind: 'band', band: band(value) }
}

/** Width of a wire in CSS pixels at zoom 1, from the RMS of δ: clamp(1 + 0.8 (log10 δ + 6), 0.5, 8). */
export function wireWidth(rms: number): number {
  if (Number.isNaN(rms) || rms < 0) return 1.5
  return Math.min(8, Math.max(0.5, 1 + 0.8 * (Math.log10(rms) + 6)))
}

/** In words, for tooltips and screen readers. */
export function bandWord(band: Band): 'vanishing' | 'weak' | 'healthy' | 'strong' | 'exploding' {
  return band < 3
    ? 'vanishing'
    : band === 3
      ? 'weak'
      : band === 4
        ? 'healthy'
        : band === 5
          ? 'strong'
          : 'exploding'
}

/**
 * Band of the RMS of what goes forward: neutral within two decades of 1, then as `flowBand`. The middle 98 % of the
 * pre-activations of healthy networks have a spread of 0.045 to 18, well inside.
 */
export function forwardBand(rms: number): Band {
  return flowBand(Math.log10(rms))
}

/** Shares of dead units from which a band begins: healthy ReLU layers lose a few, 90 % is the alarm of diagnosis.md. */
const lostFrom: readonly number[] = [0.4, 0.6, 0.9, 0.99]

/** Band of the share of a layer's units that are dead (nothing goes through: towards 0) or saturated (towards 8). */
export function lostBand(share: number, lost: 'dead' | 'saturated'): Band {
  const steps = lostFrom.filter((from) => share >= from).length
  return (4 + (lost === 'dead' ? -steps : steps)) as Band
}

/** How much of the whole a part takes, from next to nothing (0) to most of it (4). */
export type ShareLevel = 0 | 1 | 2 | 3 | 4

export function shareLevel(share: number): ShareLevel {
  return [0.05, 0.15, 0.3, 0.5].filter((from) => share >= from).length as ShareLevel
}

/** ColorBrewer's Purples, since red and blue mean too much and too little; the smallest shares are the theme's neutral. */
const shareStops: Readonly<Record<Exclude<ShareLevel, 0>, string>> = {
  1: '#bcbddc',
  2: '#9e9ac8',
  3: '#756bb1',
  4: '#54278f',
}

/** The more, the further from the ground: on a dark one the scale runs to its light end. */
export function shareColour(level: ShareLevel, neutral: string, dark: boolean): string {
  if (level === 0) return neutral
  return shareStops[dark ? ((5 - level) as 1 | 2 | 3 | 4) : level]
}
