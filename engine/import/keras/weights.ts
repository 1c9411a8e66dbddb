/** Weights of theirs as weights of ours: cut, filled in where the file has none, and checked. */
import type { WeightValues } from '../../export/run-weights'
import { isRefusal, refuse, type Refusal } from '../../../nodes/kit/spec'
import type { ForeignLayer } from './foreign'
import type { Known, KnownVariable } from './known'

/** Finds the arrays of one layer, in the order of `variables`; null where the file holds no weights at all. */
export type StoredWeights = (
  layer: ForeignLayer,
  variables: readonly KnownVariable[],
) => readonly WeightValues[] | Refusal

/** Cuts one variable of theirs into weights of ours. */
function intoOurs({ weights }: KnownVariable, stored: WeightValues): readonly [string, WeightValues][] {
  if (weights.length === 1) return [[weights[0] as string, stored]]
  const length = stored.values.length / weights.length
  const shape = stored.shape.slice(1)
  return weights.map((name, at) => [
    name,
    { shape, values: stored.values.slice(at * length, (at + 1) * length) },
  ])
}

/** Our weights of a layer, or why they do not fit. */
export function weightsFor(
  stored: StoredWeights,
  layer: ForeignLayer,
  known: Known,
  wanted: Readonly<Record<string, { readonly shape: readonly number[] }>> | null,
): readonly [string, WeightValues][] | Refusal {
  const found = stored(layer, known.variables ?? [])
  if (isRefusal(found)) return found
  const read = (known.variables ?? []).flatMap((variable, at) =>
    intoOurs(variable, found[at] as WeightValues),
  )
  // What the file does not hold has the shape of what it holds beside it.
  const filled = Object.entries(known.filled ?? {}).map(([name, value]): [string, WeightValues] => {
    const shape = wanted?.[name]?.shape ?? read[0]?.[1].shape ?? []
    const size = shape.reduce((product, n) => product * n, 1)
    return [name, { shape, values: new Float32Array(size).fill(value) }]
  })
  const ours = [...read, ...filled]
  for (const [name, { shape }] of wanted === null ? [] : ours) {
    const should = wanted?.[name]?.shape
    if (should === undefined || should.join() !== shape.join()) {
      return refuse(
        `Its ${name} in the file is [${shape.join(', ')}], but should be ${should === undefined ? 'missing' : `[${should.join(', ')}]`}.`,
      )
    }
  }
  return ours
}
