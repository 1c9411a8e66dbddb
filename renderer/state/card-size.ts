/** Sizes of cards that edits need to know, in document units; the canvas draws them so. */

/** Of a card. */
export const cardWidth = 156
/** From the left edge of a card to that of the next one in a row. */
export const columnWidth = cardWidth + 48

/** Where a card stands and how large it is. */
export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}
