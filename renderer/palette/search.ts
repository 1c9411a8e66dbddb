/**
 * Which node types a few typed letters mean: in the title or a synonym at the start, at the start of a word, inside, or
 * as scattered letters; better fits first.
 */
import type { Catalogue, Definition, Family } from '../../nodes/kit/define'
import { beginsWith, holdsAllWords } from '../ui/spelling'
import { strings } from '../ui/strings'
import { translate } from '../ui/translate'

export interface Found {
  readonly definition: Definition
  /** The synonym that fitted, if it was not the title. */
  readonly because: string | null
}

export function searchTypes(catalogue: Catalogue, query: string): readonly Found[] {
  const wanted = query.trim().toLowerCase()
  const scored = [...catalogue.values()].flatMap((definition) => {
    const title = translate(definition.title)
    let best = { points: score(wanted, title), because: null as string | null }
    // In another language the English words are found too; people know them from books.
    for (const word of [definition.title, ...(definition.synonyms ?? [])].flatMap(inBoth)) {
      const points = score(wanted, word) - 3
      if (word !== title && points > best.points) best = { points, because: word }
    }
    // The whole of a family by its name, after what is called so.
    if (best.points === 0 && score(wanted, strings.families[definition.family]) >= 6)
      best = { points: 1, because: null }
    return best.points > 0 ? [{ definition, ...best }] : []
  })
  return scored.sort((a, b) => b.points - a.points)
}

/** Node types by family, in the catalogue's order. */
export function byFamily(catalogue: Catalogue): ReadonlyMap<Family, readonly Definition[]> {
  const families = new Map<Family, Definition[]>()
  for (const definition of catalogue.values()) {
    const there = families.get(definition.family)
    if (there === undefined) families.set(definition.family, [definition])
    else there.push(definition)
  }
  return families
}

function inBoth(word: string): readonly string[] {
  const translated = translate(word)
  return translated === word ? [word] : [translated, word]
}

function score(wanted: string, written: string): number {
  const text = written.toLowerCase()
  if (wanted === '') return 1
  if (text === wanted) return 10
  if (text.startsWith(wanted) || beginsWith(wanted, text)) return 8
  // Pool2D is a word of MaxPool2D.
  const words = written.split(/[\s-]+|(?<=[a-z])(?=[A-Z])/)
  if (words.some((word) => word.toLowerCase().startsWith(wanted))) return 6
  if (text.includes(wanted) || holdsAllWords(wanted, text)) return 4
  let at = -1
  for (const letter of wanted) {
    at = text.indexOf(letter, at + 1)
    if (at < 0) return 0
  }
  return 2
}
