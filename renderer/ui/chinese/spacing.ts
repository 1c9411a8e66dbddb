/**
 * Where Chinese meets Latin letters, digits or signs stands one space; between Chinese characters, and beside
 * full-width punctuation, none. Only the seams are touched: what is put in stays as it is.
 */

const han = /\p{Script=Han}/u
/** Punctuation as wide as a character; it brings its own room. */
const wide = /[\u3000-\u303f\uff00-\uffef“”‘’…—]/u
const letterLike = /[\p{L}\p{N}\p{S}‖%−]/u

/** The pieces as one text, with the right space at each seam. */
export function joinChinese(pieces: readonly string[]): string {
  let text = ''
  for (const piece of pieces) {
    if (piece === '') continue
    if (text === '') {
      text = piece
      continue
    }
    const left = text.trimEnd()
    const right = piece.trimStart()
    const space = seam(left.at(-1) ?? '', [...right][0] ?? '')
    text = space === null ? text + piece : left + space + right
  }
  return text
}

/** What belongs between two characters; null where they may stay as they are. */
function seam(before: string, after: string): '' | ' ' | null {
  if (before === '' || after === '') return null
  if (wide.test(before) || wide.test(after)) return ''
  if (han.test(before) && han.test(after)) return ''
  const meets = (one: string, other: string) => han.test(one) && letterLike.test(other)
  return meets(before, after) || meets(after, before) ? ' ' : null
}

/** A template of Chinese words: zh`添加${title}`. */
export function zh(texts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return joinChinese(
    texts.flatMap((text, index) => (index < values.length ? [text, String(values[index])] : [text])),
  )
}
