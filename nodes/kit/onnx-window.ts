/**
 * Windows that slide along one, two or three axes, as ONNX operators. Zeros are always written out as numbers
 * (`pads`): ONNX's own `auto_pad` is deprecated. Values come and go channels-last.
 */
import { toChannelsFirst, toChannelsLast, type OnnxBuilder, type OnnxValue } from './onnx'
import type { WeightLayout } from './torch'
import type { WindowAxis } from './window'

/** What stands before and after each axis, in ONNX's order: all starts, then all ends. */
export function onnxPads(axes: readonly Pick<WindowAxis, 'before' | 'after'>[]): readonly number[] {
  return [...axes.map(({ before }) => before), ...axes.map(({ after }) => after)]
}

/** Our kernel [size..., in, out] as ONNX's [out, in, size...]; also [size..., out, in] as [in, out, size...]. */
export function onnxKernel(axes: number): WeightLayout {
  return { permute: [axes + 1, axes, ...Array.from({ length: axes }, (_, axis) => axis)] }
}

export interface OnnxConv {
  /** [out, in / groups, size...], as `onnxKernel` turns ours. */
  readonly kernel: OnnxValue
  readonly bias: OnnxValue | null
  /** Geometry along each axis, from `windowAxis`. */
  readonly axes: readonly WindowAxis[]
  readonly size: readonly number[]
  readonly strides: readonly number[]
  /** Left out: 1 along each axis. */
  readonly dilations?: readonly number[]
  /** Left out: 1. */
  readonly groups?: number
}

/** Convolution of x [B, ..., in]: y [B, ..., out]. */
export function onnxConv(g: OnnxBuilder, x: OnnxValue, o: OnnxConv): OnnxValue {
  const rank = o.axes.length + 2
  const inputs = [toChannelsFirst(g, x, rank), o.kernel, ...(o.bias === null ? [] : [o.bias])]
  const y = g.op('Conv', inputs, {
    kernel_shape: o.size,
    strides: o.strides,
    dilations: o.dilations ?? o.axes.map(() => 1),
    group: o.groups ?? 1,
    pads: onnxPads(o.axes),
  })
  return toChannelsLast(g, y, rank)
}

/** One axis of a transposed convolution. */
export interface OnnxTransposedAxis {
  readonly from: number
  readonly to: number
  /** Places that are cut off at the start. */
  readonly before: number
}

export interface OnnxConvTranspose {
  /** [in, out / groups, size...]. */
  readonly kernel: OnnxValue
  readonly bias: OnnxValue | null
  readonly axes: readonly OnnxTransposedAxis[]
  readonly size: readonly number[]
  readonly strides: readonly number[]
  /** Left out: 1 along each axis. */
  readonly dilations?: readonly number[]
  /** Left out: 1. */
  readonly groups?: number
}

/** Transposed convolution of x [B, ..., in], cut (or lengthened by bare bias) at the end to the length asked for. */
export function onnxConvTranspose(g: OnnxBuilder, x: OnnxValue, o: OnnxConvTranspose): OnnxValue {
  const rank = o.axes.length + 2
  const dilations = o.dilations ?? o.axes.map(() => 1)
  const cut = o.axes.map(({ from, to, before }, axis) => {
    const reach = (dilations[axis] ?? 1) * ((o.size[axis] ?? 1) - 1) + 1
    return (from - 1) * (o.strides[axis] ?? 1) + reach - before - to
  })
  const inputs = [toChannelsFirst(g, x, rank), o.kernel, ...(o.bias === null ? [] : [o.bias])]
  const y = g.op('ConvTranspose', inputs, {
    kernel_shape: o.size,
    strides: o.strides,
    dilations,
    group: o.groups ?? 1,
    pads: [...o.axes.map(({ before }) => before), ...cut.map((end) => Math.max(0, end))],
    output_padding: cut.map((end) => Math.max(0, -end)),
  })
  return toChannelsLast(g, y, rank)
}

export interface OnnxPool {
  readonly axes: readonly WindowAxis[]
  readonly size: readonly number[]
  readonly strides: readonly number[]
}

/** Largest number under each window of x [B, ..., channels]; what is added around x never wins. */
export function onnxMaxPool(g: OnnxBuilder, x: OnnxValue, o: OnnxPool): OnnxValue {
  return pool(g, 'MaxPool', x, o, {})
}

/** Mean under each window of x [B, ..., channels]; what is added around x is not counted. */
export function onnxAveragePool(g: OnnxBuilder, x: OnnxValue, o: OnnxPool): OnnxValue {
  return pool(g, 'AveragePool', x, o, { count_include_pad: 0 })
}

function pool(
  g: OnnxBuilder,
  type: string,
  x: OnnxValue,
  o: OnnxPool,
  more: Readonly<Record<string, number>>,
): OnnxValue {
  const rank = o.axes.length + 2
  const y = g.op(type, [toChannelsFirst(g, x, rank)], {
    kernel_shape: o.size,
    strides: o.strides,
    pads: onnxPads(o.axes),
    ceil_mode: 0,
    ...more,
  })
  return toChannelsLast(g, y, rank)
}
