/**
 * About how wide text is, without asking the page. An element that clips is a layer of its own to the browser: three to a
 * card were a quarter of the work of a frame while panning. So only text that may not fit is clipped.
 */

const narrow = /[ iIjlt.,:;'|()[\]!·]/
const wide = /[mwMW@%—×→]/
const upper = /[A-Z0-9]/

/** Width in units of the letters' size, of the widest fonts and bold: rather too much than too little. */
export function widthInEms(text: string): number {
  let sum = 0
  for (const letter of text)
    sum +=
      letter > '\u2e7f'
        ? 1
        : narrow.test(letter)
          ? 0.44
          : wide.test(letter)
            ? 1.05
            : upper.test(letter)
              ? 0.8
              : 0.7
  return sum
}
