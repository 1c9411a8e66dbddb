/** Metrics are not computed anew where a training step passes by what they look at. */
import type { Compiled } from '../compile/compile'
import type { Path } from '../graph/document'

/** Gives each metric to the first training step that computes what it looks at anyway; lists by training step. */
export function shareMetrics(compiled: Compiled): Path[][] {
  const { plan } = compiled
  const visited = plan.training.map((step) => new Set(compiled.needs(step.losses).map(({ path }) => path)))
  const shares: Path[][] = plan.training.map(() => [])
  for (const metric of plan.metrics) {
    const sources = compiled
      .needs([metric])
      .map(({ path }) => path)
      .filter((path) => path !== metric)
    const index = visited.findIndex((paths) => sources.every((path) => paths.has(path)))
    shares[Math.max(0, index)]?.push(metric)
  }
  return shares
}
