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
  /** Texts with slots `{0}`, `{1}` …, which the translation may order anew. What fills a slot is translated too. */
  readonly patterns: readonly (readonly [template: string, translation: string])[]
}

interface Pattern {
  /** What fills a slot holds no end of a sentence. */
  readonly strict: RegExp
  readonly loose: RegExp
  /** Which slot each group fills. */
  readonly slots: readonly number[]
  /** Pieces of the translation: text, or the number of a slot. */
  readonly pieces: readonly (string | number)[]
}

const slot = /\{(\d+)\}/

function compile([template, translation]: readonly [string, string]): Pattern {
  const parts = template.split(slot)
  const expression = (group: string) =>
    new RegExp(`^${parts.map((part, index) => (index % 2 === 0 ? escaped(part) : group)).join('')}$`, 's')
  return {
    strict: expression('((?:(?![.!?]\\s).)+?)'),
    loose: expression('(.+?)'),
    slots: parts.filter((_, index) => index % 2 === 1).map(Number),
    pieces: translation.split(slot).map((part, index) => (index % 2 === 0 ? part : Number(part))),
  }
}

const escaped = (text: string) => text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&')

/** A translator of these tables: null where no table knows the text. */
export function createTranslator(tables: readonly Phrases[]): (text: string) => string | null {
  const exact = new Map(tables.flatMap((table) => Object.entries(table.exact)))
  // The longer the fixed words of a template, the surer it is meant.
  const patterns = tables
    .flatMap((table) => table.patterns)
    .toSorted(([one], [other]) => fixed(other) - fixed(one))
    .map(compile)
  const known = new Map<string, string | null>()

  function find(text: string): string | null {
    return exact.get(text) ?? filled(text, 'strict') ?? sentences(text) ?? filled(text, 'loose')
  }

  function filled(text: string, way: 'strict' | 'loose'): string | null {
    for (const { slots, pieces, [way]: expression } of patterns) {
      const match = expression.exec(text)
      if (match === null) continue
      const fill = new Map(slots.map((number, index) => [number, match[index + 1] ?? '']))
      return joinChinese(
        pieces.map((piece) => (typeof piece === 'string' ? piece : orEnglish(fill.get(piece) ?? ''))),
      )
    }
    return null
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

  function translateKnown(text: string): string | null {
    const before = known.get(text)
    if (before !== undefined) return before
    const found = find(text)
    // Sentences with live numbers come in any number.
    if (known.size > 4000) known.clear()
    known.set(text, found)
    return found
  }

  const orEnglish = (text: string) => translateKnown(text) ?? text
  return translateKnown
}

const fixed = (template: string) => template.replaceAll(/\{\d+\}/g, '').length

const chinese = createTranslator(allPhrases)

/** An English text of nodes or engine in the language of the window. */
export function translate(text: string): string {
  return currentLanguage() === 'en' ? text : (chinese(text) ?? text)
}
