/** The shape of a sequence B × T × features, and the sentences for what is none. */
import { formatShape, refuse, type Dim, type Refusal, type Spec } from './spec'

/** Null for a sequence B × T × features with a fixed number of features, else a refusal. */
export function sequenceRefusal(title: string, port: string, x: Spec): Refusal | null {
  if (x.shape.length === 3 && typeof x.shape[2] === 'number') return null
  return refuse(`${title} needs a sequence B × T × features, but ${port} is ${formatShape(x.shape)}.`)
}

/** The places of a sequence whose length must be known. */
export function fixedLength(title: string, port: string, x: Spec): number | Refusal {
  const bad = sequenceRefusal(title, port, x)
  if (bad !== null) return bad
  const time = x.shape[1]
  if (typeof time === 'number') return time
  return refuse(
    `${title} makes a sequence longer, so its length must be fixed, but ${port} is ${formatShape(x.shape)}. Give the input a length.`,
  )
}

/** How many places an axis has; one that is not fixed counts as 1. */
export function countedPlaces(dim: Dim | undefined): number {
  return typeof dim === 'number' ? dim : 1
}
