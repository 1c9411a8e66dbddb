/**
 * Words that the window shows but does not say itself: titles and docs of node types, names of fields, problems, findings,
 * cures. Nodes and engine speak English; here the window asks for the same in its own language. A sentence that no table
 * knows is shown in English.
 *
 * Keys are the English texts exactly as they are shown: `Dense`, and for a field `kernelInitialiser` what
 * `english.words` makes of it, `Kernel initialiser`.
 */
import { allPhrases } from './chinese/phrases/all'
import { joinChinese } from './chinese/spacing'
import { currentLanguage } from './language'

export interface Phrases {
  /** Whole texts. */
  readonly exact: Readonly<Record<string, string>>
  /**
   * Texts with slots `{0}`, `{1}` …, which the translation may order anew. What fills a slot is translated too, but for
   * names in quotes and single words of code, which may be anyone's; `words` says which of these this text means.
   */
  readonly patterns: readonly (readonly [template: string, translation: string, words?: Words])[]
  /** Pieces that only ever fill a slot, with slots of their own or not: `no more than {0}`. */
  readonly within?: Readonly<Record<string, string>>
}

type Words = Readonly<Record<string, string>>
type Fill = ReadonlyMap<number, string>
/** `strict`: no slot holds the end of a sentence. */
type Way = 'strict' | 'loose'

interface Pattern {
  /** What stands before, between and behind the slots. */
  readonly fixed: readonly string[]
  /** Which slot comes after each piece of `fixed` but the last. */
  readonly slots: readonly number[]
  /** Pieces of the translation: text, or the number of a slot. */
  readonly pieces: readonly (string | number)[]
  /** Slots in quotes or backticks, here or there: names, which stay as they are. */
  readonly names: ReadonlySet<number>
  /** Single words of code that this text means, translated. */
  readonly words: ReadonlyMap<string, string>
  /** How much of it is fixed. */
  readonly weight: number
}

const slot = /\{(\d+)\}/
const opens = /[“"`]$/
const closes = /^[”"`]/

/** Whether a slot stands in quotes or backticks. */
function inQuotes(pieces: Pattern['pieces'], number: number): boolean {
  const at = pieces.indexOf(number)
  return opens.test(String(pieces[at - 1] ?? '')) && closes.test(String(pieces[at + 1] ?? ''))
}

/** Texts, and between them the numbers of slots. */
function piecesOf(text: string): Pattern['pieces'] {
  return text.split(slot).map((part, index) => (index % 2 === 0 ? part : Number(part)))
}

function compile([template, translation, words = {}]: Phrases['patterns'][number]): Pattern {
  const parts = piecesOf(template)
  const pieces = piecesOf(translation)
  const fixed = parts.filter((part) => typeof part === 'string')
  const slots = parts.filter((part) => typeof part === 'number')
  return {
    fixed,
    slots,
    names: new Set(slots.filter((number) => inQuotes(parts, number) || inQuotes(pieces, number))),
    words: new Map(Object.entries(words)),
    pieces,
    weight: fixed.reduce((sum, { length }) => sum + length, 0),
  }
}

const endOfSentence = /[.!?]\s/

/**
 * What fills the slots of a pattern, by their numbers, or null where the text is another. Every slot takes as little as
 * it can, so one walk tells: no trying back and forth, however long the text.
 */
function match({ fixed, slots }: Pattern, text: string, way: Way): Fill | null {
  const first = fixed[0] ?? ''
  const last = fixed.at(-1) ?? ''
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return null
  const filled = new Map<number, string>()
  let from = first.length
  for (const [index, number] of slots.entries()) {
    const next = fixed[index + 1] ?? ''
    const at = index === slots.length - 1 ? text.length - last.length : text.indexOf(next, from)
    if (at < from) return null
    const value = text.slice(from, at)
    if (way === 'strict' && endOfSentence.test(value)) return null
    filled.set(number, value)
    from = at + next.length
  }
  return filled
}

/** A word of code (`relu`, `hidden`, `kernel`): a setting, a path or a column, whose name is the same in every language. */
const codeWord = /^[a-z][\w./:-]*$/
/** What people have named, or a port. */
const quoted = /^(“[^”]*”|"[^"]*"|`[^`]*`)$/

/** A translator of these tables: null where no table knows the text. */
export function createTranslator(tables: readonly Phrases[]): (text: string) => string | null {
  const hasSlot = ([key]: readonly [string, string]) => slot.test(key)
  const sentencesOf = tables.flatMap((table) => table.patterns)
  const within = tables.flatMap((table) => Object.entries(table.within ?? {}))
  // The longer the fixed words of a template, the surer it is meant.
  const sorted = (entries: Phrases['patterns']) =>
    entries.map(compile).toSorted((one, other) => other.weight - one.weight)
  const exact = new Map(tables.flatMap((table) => Object.entries(table.exact)))
  const patterns = sorted(sentencesOf)
  const pieces = new Map(within.filter((entry) => !hasSlot(entry)))
  const innerPatterns = sorted([...sentencesOf, ...within.filter(hasSlot)])

  function matched(candidates: readonly Pattern[], text: string, way: Way): string | null {
    for (const pattern of candidates) {
      const filled = match(pattern, text, way)
      if (filled === null) continue
      return joinChinese(
        pattern.pieces.map((piece) => {
          if (typeof piece === 'string') return piece
          const text = filled.get(piece) ?? ''
          return pattern.names.has(piece) ? text : fill(text, pattern.words)
        }),
      )
    }
    return null
  }

  function find(text: string): string | null {
    return (
      exact.get(text) ??
      matched(patterns, text, 'strict') ??
      sentences(text) ??
      matched(patterns, text, 'loose')
    )
  }

  function findWithin(text: string): string | null {
    const piece = pieces.get(text)
    if (piece !== undefined) return piece
    if (text === '' || codeWord.test(text) || quoted.test(text)) return null
    return (
      exact.get(text) ??
      named(text) ??
      reasons(text) ??
      matched(innerPatterns, text, 'strict') ??
      sentences(text) ??
      matched(innerPatterns, text, 'loose')
    )
  }

  /** `Dense (hidden)`: a title, and the name of one node of that type. */
  function named(text: string): string | null {
    const [, title, id] = /^(.+) \(([a-z][\w/]*)\)$/.exec(text) ?? []
    const translated = title === undefined ? undefined : exact.get(title)
    return translated === undefined ? null : `${translated}（${id ?? ''}）`
  }

  /** Several sentences, where each is known by itself. */
  function sentences(text: string): string | null {
    const parts = text.split(/(?<=[.!?])\s+/)
    if (parts.length < 2) return null
    const translated = parts.map(translateKnown)
    return translated.every((part) => part !== null)
      ? joinChinese(translated.flatMap((part, index) => (index === 0 ? [part] : [' ', part])))
      : null
  }

  /** Reasons one after the other, where each is known. */
  function reasons(text: string): string | null {
    const parts = text.split('; ')
    if (parts.length < 2) return null
    const translated = parts.map(translateWithin)
    return translated.every((part) => part !== null) ? translated.join('；') : null
  }

  /** `a`, `b and c`, where each is known or a name. */
  function list(text: string, words: Pattern['words']): string | null {
    const parts = text.split(/, | and | or /)
    if (parts.length < 2) return null
    const translated = parts.map((part) =>
      quoted.test(part) ? part : (words.get(part) ?? translateWithin(part)),
    )
    if (!translated.every((part) => part !== null)) return null
    const last = / and /.test(text) ? '和' : / or /.test(text) ? '或' : '、'
    return joinChinese(
      translated.flatMap((part, at) =>
        at === 0 ? [part] : [at === translated.length - 1 ? last : '、', part],
      ),
    )
  }

  const remembered = (look: (text: string) => string | null) => {
    const known = new Map<string, string | null>()
    return (text: string): string | null => {
      const before = known.get(text)
      if (before !== undefined) return before
      const found = look(text)
      // Sentences with live numbers come in any number.
      if (known.size > 4000) known.clear()
      known.set(text, found)
      return found
    }
  }
  const translateKnown = remembered(find)
  const translateWithin = remembered(findWithin)

  const fill = (filled: string, words: Pattern['words']): string => {
    const text = filled.trim()
    return words.get(text) ?? translateWithin(text) ?? list(text, words) ?? filled
  }
  return translateKnown
}

/** Made at the first word that is asked for: an English window needs none of it. */
let chinese: ReturnType<typeof createTranslator> | undefined

/** An English text of nodes or engine in the language of the window. */
export function translate(text: string): string {
  if (currentLanguage() === 'en') return text
  chinese ??= createTranslator(allPhrases)
  return chinese(text) ?? text
}
