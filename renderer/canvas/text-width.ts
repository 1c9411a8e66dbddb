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

/** Between the words of a joined name, and before its number: `MaxPool2D`. */
const joints = /(?<=[ -])|(?<=[a-z])(?=[A-Z\d])/
/** Where a long word may be parted, about as one would by hand: `Convolu tion`, `Embed ding`, `Atten tion`. */
const syllables =
  /(?<=\p{L}{2}[aeiouy])(?=[b-df-hj-np-tv-xz][aeiouy]\p{L})|(?<=\p{L}{2}([bdglmnprt]))(?=\1\p{L}{2})|(?<=\p{L}{2}n)(?=t\p{L}{2})/u
const longWord = 7

/** The pieces of a name between which a line may end. */
export function piecesOf(name: string): readonly string[] {
  return name
    .split(joints)
    .flatMap((word) =>
      word.length < longWord ? [word] : word.split(syllables).filter((part) => part?.length > 1),
    )
}

/** Lines that these pieces take in so much room, in units of the letters' size. */
export function linesOf(pieces: readonly string[], room: number): number {
  let lines = 1
  let used = 0
  for (const piece of pieces) {
    const width = widthInEms(piece.trimEnd())
    if (used > 0 && used + width > room) {
      lines += 1
      used = 0
    }
    lines += Math.max(0, Math.ceil(width / room) - 1)
    used += widthInEms(piece)
  }
  return lines
}
