/** How a prediction and its target must fit together, for losses and metrics alike. */
import { formatShape, refuse, sameShape, type Refusal, type Shape, type Spec } from './spec'

/** Whether a target has one entry for each prediction: the same shape, or the prediction ends in one more axis of 1. */
export function elementwise(prediction: Shape, target: Shape): boolean {
  return sameShape(prediction, target) || sameShape(prediction, [...target, 1])
}

/** Why an elementwise loss cannot take these, or null. */
export function elementwiseRefusal(
  title: string,
  prediction: Spec,
  target: Spec | undefined,
): Refusal | null {
  if (prediction.shape.length === 0) return refuse(`${title} needs a batch of predictions, but has a scalar.`)
  if (target === undefined || elementwise(prediction.shape, target.shape)) return null
  return refuse(
    `${title} compares number by number, but the prediction is ${formatShape(prediction.shape)} and the target ${formatShape(target.shape)}. ` +
      'Give the last layer as many units as the target has.',
  )
}

/** Why class scores [..., K] do not fit class numbers [...], or null. */
export function classScoresRefusal(title: string, prediction: Spec, target: Spec): Refusal | null {
  const count = prediction.shape.at(-1)
  if (prediction.shape.length < 2 || typeof count !== 'number') {
    return refuse(
      `${title} needs one score a class on the last axis, but the prediction is ${formatShape(prediction.shape)}.`,
    )
  }
  if (target.dtype !== 'int32') {
    return refuse(
      `${title} needs class numbers as its target, but the target is real numbers ${formatShape(target.shape)}. ` +
        'Set encoding to index on the data node, or use categorical cross-entropy.',
    )
  }
  if (!sameShape(prediction.shape.slice(0, -1), target.shape)) {
    return refuse(
      `${title} needs one row of scores for every class number, but the prediction is ${formatShape(prediction.shape)} and the target ${formatShape(target.shape)}.`,
    )
  }
  return null
}
