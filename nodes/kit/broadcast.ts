/** The shape that values of one rank come to when axes of length 1 stretch to the others' length. */
import { formatShape, refuse, type Dim, type Refusal, type Shape, type Spec } from './spec'

/** Two axes side by side: their common length, or undefined where they differ and neither is 1. */
function common(a: Dim, b: Dim): Dim | undefined {
  if (a === b || b === 1) return a
  return a === 1 ? b : undefined
}

export function broadcastShape(title: string, xs: readonly Spec[]): Shape | Refusal {
  let shape = xs[0]?.shape ?? []
  for (const x of xs) {
    const dims = shape.map((dim, axis) => common(dim, x.shape[axis] ?? null))
    const fits = x.shape.length === shape.length && !dims.includes(undefined)
    if (!fits) {
      return refuse(
        `${title} needs values of one shape (an axis of length 1 stretches), but has ${formatShape(shape)} ` +
          `and ${formatShape(x.shape)}. Bring one to the shape of the other first.`,
      )
    }
    shape = dims as readonly Dim[]
  }
  return shape
}
