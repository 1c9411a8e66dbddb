/** The last axis of a value, where the features are, and the sentence for when it is missing. */
import { formatShape, refuse, type Refusal, type Shape, type Spec } from './spec'

/** Size of the last axis, or a refusal; the batch alone has no features. */
export function featureCount(title: string, port: string, x: Spec): number | Refusal {
  const last = x.shape.at(-1)
  if (x.shape.length < 2) {
    return refuse(
      `${title} needs an axis of features after the batch, but ${port} is ${formatShape(x.shape)}.`,
    )
  }
  if (typeof last !== 'number') {
    return refuse(
      `${title} needs a fixed number of features on the last axis, but ${port} is ${formatShape(x.shape)}. ` +
        'Only other axes may vary.',
    )
  }
  return last
}

/** Size of the last axis where `infer` has agreed that it is there. */
export function lastSize(x: Spec): number {
  const last = x.shape.at(-1)
  return typeof last === 'number' ? last : 1
}

/** Product of the axes after the batch; a symbolic axis counts as 1. */
export function countedSize(shape: Shape): number {
  let size = 1
  for (const dim of shape.slice(1)) if (typeof dim === 'number') size *= dim
  return size
}
