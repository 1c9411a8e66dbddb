/** Axes as people count them (negative from the end), and the sentences for those that cannot be. */
import { formatShape, refuse, type Refusal, type Spec } from './spec'

/** The axis counted from the front; the batch and axes that are not there are refused. */
export function frontAxis(title: string, port: string, x: Spec, axis: number): number | Refusal {
  const rank = x.shape.length
  const front = axis < 0 ? axis + rank : axis
  if (front >= 1 && front < rank) return front
  if (rank < 2) {
    return refuse(`${title} needs an axis after the batch, but ${port} is ${formatShape(x.shape)}.`)
  }
  if (front === 0) {
    return refuse(
      `${title} leaves the samples of a batch apart, but axis ${axis} of ${formatShape(x.shape)} is the batch.`,
    )
  }
  return refuse(
    `${title} has no axis ${axis} to work on: ${port} is ${formatShape(x.shape)}. Use -1 for the last axis.`,
  )
}

/** The axis counted from the front where `infer` has agreed that it is there. */
export function countedAxis(x: Spec, axis: number): number {
  return axis < 0 ? axis + x.shape.length : axis
}

/** Several axes counted from the front, each listed once in rising order; or why that cannot be. */
export function frontAxes(
  title: string,
  port: string,
  x: Spec,
  axes: readonly number[],
): readonly number[] | Refusal {
  const fronts: number[] = []
  for (const axis of axes) {
    const front = frontAxis(title, port, x, axis)
    if (typeof front !== 'number') return front
    const last = fronts.at(-1)
    if (last !== undefined && front <= last)
      return refuse(`${title} takes every axis once, in rising order, but was given ${axes.join(', ')}.`)
    fronts.push(front)
  }
  return fronts
}
