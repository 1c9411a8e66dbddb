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

/** Between the words of a joined name: `Max Pool2D`. */
const joints = /(?<=[ -])|(?<=[a-z])(?=[A-Z])/
/** Where a long word may be parted, about as one would by hand: `Convolu tion`, `Embed ding`, `Atten tion`. */
const syllables =
  /(?<=\p{L}{2}[aeiouy])(?=[b-df-hj-np-tv-xz][aeiouy]\p{L})|(?<=\p{L}{2}([bdglmnprt]))(?=\1\p{L}{2})|(?<=\p{L}{2}n)(?=t\p{L}{2})/gu
const longWord = 7

/** The words of a name between which a line may end, each as the parts between which it may if it has no room in one. */
export function wordsOf(name: string): readonly (readonly string[])[] {
  return (
    name
      .split(joints)
      // Not split by the places themselves: that would give what they remember among the parts.
      .map((word) => (word.length < longWord ? [word] : word.replace(syllables, '\0').split('\0')))
  )
}

/** Lines that these words take in so much room, in units of the letters' size; one that has no room in a line has its own. */
export function linesOf(words: readonly (readonly string[])[], room: number): number {
  let lines = 1
  let used = 0
  const widthOf = (text: string) => widthInEms(text.trimEnd())
  for (const word of words) {
    const whole = word.join('')
    if (used > 0 && used + widthOf(whole) > room) {
      lines += 1
      used = 0
    }
    if (widthOf(whole) <= room) {
      used += widthInEms(whole)
      continue
    }
    for (const part of word) {
      const width = widthOf(part)
      if (used > 0 && used + width > room) {
        lines += 1
        used = 0
      }
      lines += Math.max(0, Math.ceil(width / room) - 1)
      used += widthInEms(part)
    }
    used = room
  }
  return lines
}
