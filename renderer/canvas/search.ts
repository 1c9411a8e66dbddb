/**
 * Finding a node type by a few letters: at the start of the title, of a word, of a synonym, anywhere, or as letters in
 * order. With a wire in the hand only what can take it is offered, and names the port.
 */
import type { Catalogue, Definition } from '../../nodes/kit/define'
import type { Kind } from '../../nodes/kit/spec'
import { beginsWith, holdsAllWords } from '../ui/spelling'
import { translate } from '../ui/translate'
import type { Likelihood } from './usual'

/** The loose end that a new node is to be wired to. */
export interface LooseEnd {
  readonly side: 'source' | 'target'
  /** Kinds that the end gives (one) or takes. */
  readonly kinds: readonly Kind[]
}

export interface Found {
  readonly definition: Definition
  /** Smaller is better. */
  readonly score: number
}

/** With `likely`, what is found alike is in its order. */
export function findTypes(
  catalogue: Catalogue,
  query: string,
  end: LooseEnd | null,
  likely: Likelihood = () => 0,
): readonly Found[] {
  const wanted = query.trim().toLowerCase()
  const found: Found[] = []
  for (const definition of catalogue.values()) {
    if (end !== null && !takes(definition, end)) continue
    const title = translate(definition.title)
    const others = [definition.title, ...(definition.synonyms ?? [])]
    const score = Math.min(
      scoreOf(wanted, title),
      // In another language the English words are found too; people know them from books.
      ...others.flatMap((word) => [
        word === title ? Infinity : scoreOf(wanted, word) + 0.5,
        scoreOf(wanted, translate(word)) + 0.5,
      ]),
    )
    if (Number.isFinite(score)) found.push({ definition, score })
  }
  // With a wire in the hand and nothing typed, what a network ends in comes after what it is made of.
  const rank = ({ definition, score }: Found) =>
    score + (end !== null && definition.family === 'io' ? 0.75 : 0)
  const order = ({ definition }: Found) => likely(definition)
  return found.sort((a, b) =>
    wanted === ''
      ? compare(order(a), order(b)) || rank(a) - rank(b)
      : rank(a) - rank(b) || compare(order(a), order(b)),
  )
}

/** Two that are infinite are alike. */
const compare = (a: number, b: number) => (a === b ? 0 : a - b)

function takes(definition: Definition, end: LooseEnd): boolean {
  if (end.side === 'source') {
    return Object.values(definition.inputs).some((port) =>
      (port.accepts ?? ['tensor']).some((kind) => end.kinds.includes(kind)),
    )
  }
  const gives: readonly Kind[] =
    definition.role === 'loss'
      ? ['loss']
      : definition.role === 'data'
        ? ['tensor', 'tokens', 'target']
        : definition.role === 'metric'
          ? []
          : ['tensor']
  return Object.keys(definition.outputs).length > 0 && gives.some((kind) => end.kinds.includes(kind))
}

function scoreOf(wanted: string, name: string): number {
  const text = name.toLowerCase()
  if (wanted === '') return 0
  if (text.startsWith(wanted) || beginsWith(wanted, text)) return 1
  if (text.split(/[\s-]+/).some((word) => word.startsWith(wanted))) return 2
  if (text.includes(wanted) || holdsAllWords(wanted, text)) return 3
  let at = 0
  for (const letter of wanted) {
    at = text.indexOf(letter, at) + 1
    if (at === 0) return Number.POSITIVE_INFINITY
  }
  return 4
}

/** Whether the letters stand in the name, in their order. */
export function letters(query: string, name: string): boolean {
  return Number.isFinite(scoreOf(query.trim().toLowerCase(), name))
}
