/** What the course of the loss shows, and which of its rules give way to a better explanation. */
import type { Plan } from '../analyse/plan'
import type { RuleId } from './finding'
import type { Found } from './make'
import { generalisation, imbalance, overRegularised } from './new-sample-rules'
import { noise, notFinite, tooHigh, tooLow } from './rate-rules'
import type { RunFacts, SampleFacts } from './signals'
import { standstill } from './standstill-rules'

/** Rules that explain why steps stay small or nothing is learnt, so that a rate too low is not to blame. */
const blocking: ReadonlySet<RuleId> = new Set([
  'bad-initialisation',
  'exploding-gradient',
  'dead-relu',
  'vanishing-gradient',
  'saturated-activation',
  'learning-rate-too-high',
  'vanishing-through-time',
  'nan-loss',
  'loss-activation-mismatch',
  'wrong-output-width',
  'over-regularised',
])

/** What the course of the loss shows; `known` has been found by other rules. */
export function lossRules(
  plan: Plan,
  samples: SampleFacts,
  run: RunFacts,
  known: readonly Found[],
): readonly Found[] {
  const imbalanced = imbalance(plan, samples, run)
  const bad = notFinite(plan, run)
  if (!run.ordinary) return bad
  const strong = [...overRegularised(plan, run), ...tooHigh(plan, samples, run), ...bad]
  const blocked = [...known, ...strong].some(
    ({ finding }) => finding.severity === 'warn' && blocking.has(finding.rule),
  )
  const slow = blocked ? [] : tooLow(plan, run)
  const still = blocked || slow.length > 0 || imbalanced.length > 0 ? [] : standstill(plan, run)
  const split = known.some(({ finding }) => finding.rule === 'split-mismatch')
  const general = split ? [] : generalisation(plan, samples, run)
  return [...strong, ...noise(plan, samples, run), ...slow, ...still, ...general, ...imbalanced]
}
