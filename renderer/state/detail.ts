/**
 * Levels of detail of the canvas: how much of a card is written, and how large, at a zoom. Each is taken where its smallest
 * letters are about nine pixels on the screen (fewer where a long name would not fit); below that the next one shows less, in
 * larger letters. The style sheet
 * (`canvas.css`) has the sizes.
 */

/** From all of a card over its name and what says most, its name and shapes, its name alone in the largest letters, to no words at all. */
const details = ['near', 'middle', 'far', 'farther', 'blank'] as const
export type Detail = (typeof details)[number]

/** Zooms below which the next level begins. */
const ends = [0.86, 0.6, 0.46, 0.385] as const
const hysteresis = 0.03

/** Level of detail at this zoom; near a threshold the one before stays. */
export function detailAt(zoom: number, before: Detail): Detail {
  let level = details.indexOf(before)
  while (zoom < (ends[level] ?? 0) - hysteresis) level += 1
  while (zoom > (ends[level - 1] ?? Infinity) + hysteresis) level -= 1
  return details[level] ?? before
}

/** Of the shapes along the wires, in the levels that show them. */
export const labelSizes = { near: 10.5, middle: 15, far: 19.6 } as const
export type LabelLevel = keyof typeof labelSizes
export const labelLevels = ['near', 'middle', 'far'] as const satisfies readonly LabelLevel[]
