/**
 * From facts to findings: runs all rules, orders them by cause, and puts what follows from the root cause under it.
 */
import type { Plan } from '../analyse/plan'
import { dataRules } from './data-rules'
import { findingKey, type Finding, type RuleId } from './finding'
import { graphRules } from './graph-rules'
import { lossRules } from './loss-rules'
import type { Found } from './make'
import { signalRules } from './signal-rules'
import { noSamples, type RunFacts, type SampleFacts } from './signals'

/** Rules that look at facts of the graph and the data: none of them follows from another. */
const independent: ReadonlySet<RuleId> = new Set([
  'nan-in-data',
  'loss-activation-mismatch',
  'wrong-output-width',
  'bad-initialisation',
  'input-not-normalised',
  'leakage',
  'split-mismatch',
  'not-shuffled',
  'missing-activation',
])

/** How well new samples are met: a matter of its own wherever the training itself goes well. */
const aboutNewSamples: ReadonlySet<RuleId> = new Set([
  'class-imbalance',
  'overfitting',
  'labels-without-signal',
])

/**
 * Warnings by rank, then advice. The first warning is the root cause; what a run shows besides are its symptoms,
 * unless they stand on their own.
 */
export function arrange(all: readonly Found[]): readonly Finding[] {
  const weight = ({ finding, rank }: Found) => (finding.severity === 'warn' ? 0 : 1000) + rank
  const ordered = all.toSorted((a, b) => weight(a) - weight(b)).map(({ finding }) => finding)
  const [root, ...others] = ordered
  if (root === undefined || root.severity !== 'warn') return ordered
  const follows = (finding: Finding) =>
    !independent.has(finding.rule) && !(aboutNewSamples.has(finding.rule) && aboutNewSamples.has(root.rule))
  return [{ ...root, symptoms: others.filter(follows) }, ...others.filter((one) => !follows(one))]
}

/** Everything found, by rule and node once. */
export function allFound(
  plan: Plan,
  samples: SampleFacts,
  batchSize: number,
  run: RunFacts | null,
): readonly Found[] {
  const early = [...dataRules(plan, samples, batchSize), ...graphRules(plan, samples)]
  if (run === null) return early
  const signals = run.ordinary ? signalRules(plan, samples, run) : []
  const all = [...early, ...signals]
  return [...all, ...lossRules(plan, samples, run, all)]
}

/** What can be said before any training; without `samples`, of the graph alone. Cheap enough for every edit. */
export function diagnoseGraph(
  plan: Plan,
  batchSize: number,
  samples: SampleFacts = noSamples,
): readonly Finding[] {
  return arrange(allFound(plan, samples, batchSize, null))
}

/** Findings of a run: the same facts give the same findings. For those that must persist, see `watch`. */
export function diagnoseRun(plan: Plan, samples: SampleFacts, run: RunFacts): readonly Finding[] {
  return arrange(allFound(plan, samples, run.batchSize, run))
}

/** Whether two diagnoses say the same, numbers aside. */
export function sameFindings(a: readonly Finding[], b: readonly Finding[]): boolean {
  const words = (findings: readonly Finding[]): string =>
    findings.map((one) => `${findingKey(one)} ${one.severity} (${words(one.symptoms)})`).join('; ')
  return words(a) === words(b)
}
