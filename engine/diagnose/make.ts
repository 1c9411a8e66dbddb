/** Puts findings together: a rule says what it saw, the words come from the table. */
import type { Path } from '../graph/document'
import {
  ruleIds,
  type Chart,
  type Cure,
  type CureEdit,
  type Finding,
  type RuleId,
  type Severity,
} from './finding'
import { formatPower } from '../../nodes/kit/power'
import { words } from './words'

/** A finding with its place in the order of causes, before symptoms are sorted under it. */
export interface Found {
  readonly finding: Finding
  /** Smaller comes first. */
  readonly rank: number
  /** It must be seen at two samples in a row before it is believed. */
  readonly persists: boolean
}

interface Seen {
  readonly path?: Path | null
  readonly severity?: Severity
  readonly step?: number
  readonly evidence: string
  readonly title?: string
  readonly chart?: Chart | null
  readonly cures?: readonly (Cure | null)[]
  /** In place of the rule's own rank. */
  readonly rank?: number
  readonly persists?: boolean
}

/** Rank of a rule: its place in the list of rules. */
export function rankOf(rule: RuleId): number {
  return ruleIds.indexOf(rule)
}

export function found(rule: RuleId, seen: Seen): Found {
  const { title, explanation } = words[rule]
  return {
    rank: seen.rank ?? rankOf(rule),
    persists: seen.persists ?? false,
    finding: {
      rule,
      path: seen.path ?? null,
      severity: seen.severity ?? 'warn',
      step: seen.step ?? 0,
      title: seen.title ?? title,
      evidence: seen.evidence,
      explanation,
      chart: seen.chart ?? null,
      symptoms: [],
      cures: (seen.cures ?? []).filter((cure) => cure !== null),
    },
  }
}

export function cure(id: string, label: string, ...edits: readonly CureEdit[]): Cure {
  return { id, label, edits }
}

/** `0.0213`, `3.1 × 10⁻⁹`: a number within a sentence. */
export function say(value: number): string {
  if (!Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  if (size === 0) return '0'
  return size >= 1e-3 && size < 1e5 ? String(Number(value.toPrecision(3))) : formatPower(value)
}

/** A share, as far as anyone counts: of weights that are thrown to the far end of the numbers it is enough to know that. */
export function percent(share: number): string {
  return share > 10 ? 'more than 1000 %' : `${Math.round(100 * share)} %`
}
