/** What the answers of the host are made with, and the first steps that they share. */
import { analyse } from '../analyse/analyse'
import type { Plan, Problem } from '../analyse/plan'
import type { Backends } from '../backend/start'
import type { TensorFlow } from '../backend/tfjs'
import { compile, type Compiled } from '../compile/compile'
import type { Document } from '../graph/document'
import { createOwnLayers } from '../layers/own-layers'
import type { WeightSet } from '../session/protocol'
import type { Catalogue } from '../../nodes/kit/define'

export interface Machinery {
  readonly tf: TensorFlow
  readonly backends: Backends
  readonly catalogue: Catalogue
  /** Bytes of a file that ships with Wiregrad, by its name in examples/data. */
  readonly readBundled: (name: string) => Promise<Uint8Array<ArrayBuffer>>
  /** Bytes of memory that this machine has, or null where it does not tell. */
  readonly machineMemory: number | null
  /** Milliseconds from anywhere. */
  readonly now: () => number
}

export interface Refused {
  readonly accepted: false
  readonly problems: readonly Problem[]
  readonly message: string
}

/** The plan of a document without errors. */
export function planOf({ catalogue }: Machinery, document: Document): Plan | Refused {
  const { ok, plan, problems } = analyse(document, catalogue)
  if (ok) return plan
  const errors = problems.filter(({ severity }) => severity === 'error')
  const message =
    errors.length === 1
      ? (errors[0]?.message ?? '')
      : `The graph has ${errors.length} problems. The first: ${errors[0]?.message ?? ''}`
  return { accepted: false, problems, message }
}

export function refused(message: string): Refused {
  return { accepted: false, problems: [], message }
}

/** Layers and weights on the current backend. */
export function compilePlan(
  { tf }: Machinery,
  plan: Plan,
  seed: number,
  weights: WeightSet | null,
): Compiled | Refused {
  const compiled = compile(plan, { tf, weights, own: (path) => createOwnLayers(tf, { seed, path }) })
  return 'refused' in compiled ? refused(compiled.refused) : compiled
}
