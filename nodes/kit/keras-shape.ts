/**
 * Reshaping and cutting in layers of Keras 3. Its Reshape can leave one axis open, so a value with two axes of unknown
 * length cannot be said; it has no layer that cuts one axis, so Cropping2D does it on three.
 */
import type { KerasBuilder, KerasValue } from './keras'
import { formatShape, refuse, tensor, type Dim, type Refusal, type Shape } from './spec'

/** Why Keras cannot reshape to this shape, or null. */
export function kerasReshapeProblem(shape: Shape): Refusal | null {
  return shape.slice(1).filter((dim) => typeof dim !== 'number').length < 2
    ? null
    : refuse(`Keras can reshape with one axis of unknown length only, but this is ${formatShape(shape)}.`)
}

/** x in another shape of as many numbers; at most one axis after the batch may be of unknown length. */
export function kerasReshape(k: KerasBuilder, x: KerasValue, shape: Shape): KerasValue {
  return k.layer({
    layer: 'Reshape',
    config: { target_shape: shape.slice(1).map((dim) => (typeof dim === 'number' ? dim : -1)) },
    inputs: [x],
    outputs: [tensor(shape)],
  })
}

/** Product of axes; the name of the one of unknown length where there is one. */
function joined(dims: readonly Dim[]): Dim {
  const open = dims.find((dim) => typeof dim !== 'number')
  return open ?? dims.reduce<number>((size, dim) => size * Number(dim), 1)
}

/** A sample as [what stands before the axis, the axis, what stands after it]. */
export function aroundAxis(shape: Shape, axis: number): Shape {
  return [shape[0] ?? null, joined(shape.slice(1, axis)), shape[axis] ?? null, joined(shape.slice(axis + 1))]
}

/** Why Keras cannot cut a value along an axis, or null. */
export function kerasCutProblem(shape: Shape, axis: number): Refusal | null {
  return typeof shape[axis] === 'number'
    ? kerasReshapeProblem(shape)
    : refuse(`Keras can cut only along an axis of fixed length, but x is ${formatShape(shape)}.`)
}

/** The places `begin` to `begin + size` along one axis, where `kerasCutProblem` sees none. */
export function kerasCut(
  k: KerasBuilder,
  x: KerasValue,
  shape: Shape,
  axis: number,
  begin: number,
  size: number,
): KerasValue {
  const length = Number(shape[axis])
  const around = aroundAxis(shape, axis)
  const cut = k.layer({
    layer: 'Cropping2D',
    config: {
      cropping: [
        [0, 0],
        [begin, length - begin - size],
      ],
      data_format: 'channels_last',
    },
    inputs: [kerasReshape(k, x, around)],
    outputs: [tensor(around.map((dim, at) => (at === 2 ? size : dim)))],
  })
  return kerasReshape(
    k,
    cut,
    shape.map((dim, at) => (at === axis ? size : dim)),
  )
}

/** The axes of each sample in another order; `order` is of the whole shape and leaves the batch first. */
export function kerasPermute(
  k: KerasBuilder,
  x: KerasValue,
  shape: Shape,
  order: readonly number[],
): KerasValue {
  if (order.every((axis, at) => axis === at)) return x
  return k.layer({
    layer: 'Permute',
    config: { dims: order.slice(1) },
    inputs: [x],
    outputs: [tensor(order.map((axis) => shape[axis] ?? null))],
  })
}
