/** A document with its plan and weights of a sensible size, none of them zero by default. */
import { analyse } from '../../../../engine/analyse/analyse'
import type { Plan } from '../../../../engine/analyse/plan'
import type { Weights } from '../../../../engine/export/run-weights'
import type { Document } from '../../../../engine/graph/document'
import { catalogue } from '../../../../nodes/catalogue'
import { weightsOf } from '../../../parity/case'
import { weightSet } from '../../../parity/ours'

export interface Weighted {
  readonly document: Document
  readonly plan: Plan
  readonly weights: Weights
}

export function weighted(document: Document): Weighted {
  const { plan, ok, problems } = analyse(document, catalogue)
  if (!ok) throw new Error(problems.map(({ message }) => message).join('\n'))
  return { document, plan, weights: weightSet(weightsOf(plan, 0.3)) }
}
