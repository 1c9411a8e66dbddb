/** How a prediction and its target must fit together, for losses and metrics alike. */
import { formatShape, refuse, sameShape, type Refusal, type Shape, type Spec } from './spec'

/** Whether a target has one entry for each prediction: the same shape, or the prediction ends in one more axis of 1. */
export function elementwise(prediction: Shape, target: Shape): boolean {
  return sameShape(prediction, target) || sameShape(prediction, [...target, 1])
}

/** What an answer is: one class of many by its number, one by its column, or a yes or no for each number. */
type Question = 'class number' | 'class column' | 'yes or no'

/** Which question the shapes ask; the same for specs and for tensors. */
export function question(prediction: Shape, target: Shape): Question {
  if (!elementwise(prediction, target)) return 'class number'
  return prediction.length < 2 || prediction.at(-1) === 1 ? 'yes or no' : 'class column'
}

/**
 * Why a prediction and a target ask no question that can be answered, or null. Real numbers are no class numbers, so
 * they are what the prediction is to fit.
 */
export function questionRefusal(title: string, prediction: Spec, target: Spec): Refusal | null {
  if (question(prediction.shape, target.shape) !== 'class number')
    return elementwiseRefusal(title, prediction, target)
  if (target.dtype === 'int32') return classScoresRefusal(title, prediction, target)
  const wanted = target.shape.length < 2 ? [...target.shape, 1] : target.shape
  return refuse(
    `${title} needs one score for each number of the target, but the prediction is ${formatShape(prediction.shape)} and the target ${formatShape(target.shape)}. ` +
      `Make the prediction ${formatShape(wanted)}: the last layer sets it.`,
  )
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
        'Set encoding to index on the data node.',
    )
  }
  if (!sameShape(prediction.shape.slice(0, -1), target.shape)) {
    return refuse(
      `${title} needs one row of scores for every class number, but the prediction is ${formatShape(prediction.shape)} and the target ${formatShape(target.shape)}.`,
    )
  }
  return null
}

/** Why weights do not fit answers of this shape, or null: one weight an answer, or one a sample. */
export function weightsRefusal(title: string, answers: Shape, weights: Spec | undefined): Refusal | null {
  if (weights === undefined) return null
  const { shape } = weights
  const samples = answers.slice(0, 1)
  if ([answers, samples].some((wanted) => sameShape(shape, wanted) || sameShape(shape, [...wanted, 1])))
    return null
  return refuse(
    `${title} needs one weight for each answer (${formatShape(answers)}) or for each sample (${formatShape(samples)}), but the weights are ${formatShape(shape)}.`,
  )
}

/** Why weights of classes do not fit so many classes, or null; an empty list weighs all alike. */
export function classWeightsRefusal(
  title: string,
  classWeights: readonly number[],
  classes: number,
  order = 'one for each class',
): Refusal | null {
  if (classWeights.length === 0) return null
  if (classWeights.length !== classes) {
    return refuse(
      `${title} needs ${classes} class weights, ${order}, but has ${classWeights.length}. Leave the list empty to weigh all alike.`,
    )
  }
  if (classWeights.some((weight) => weight < 0) || classWeights.every((weight) => weight === 0)) {
    return refuse(`${title} needs class weights of 0 and more, of which at least one is above 0.`)
  }
  return null
}

/** Why two values that are compared place by place differ in shape, or null. */
export function sameShapeRefusal(
  title: string,
  [first, a]: readonly [string, Spec],
  [second, b]: readonly [string, Spec],
): Refusal | null {
  if (sameShape(a.shape, b.shape)) return null
  return refuse(
    `${title} needs ${first} and ${second} of one shape, but has ${formatShape(a.shape)} and ${formatShape(b.shape)}.`,
  )
}
