/** What the layers share that make a grid larger by whole factors, over one to three axes. */
import { sizes } from './fields'
import type { KerasBuilder, KerasValue } from './keras'
import { toChannelsFirst, toChannelsLast, type OnnxBuilder, type OnnxValue } from './onnx'
import { tensor, type Refusal, type Spec } from './spec'
import type { TorchEmit } from './torch'
import { fixedGrid } from './window'

export type Interpolation = 'nearest' | 'bilinear'

const along = ['', 'the sequence', 'the height and the width', 'the depth, the height and the width'] as const

export function factorField(axes: 1 | 2 | 3) {
  return sizes({
    initial: Array.from({ length: axes }, () => 2),
    length: axes,
    doc: `How many times as long ${along[axes]} ${axes === 1 ? 'becomes' : 'become'}.`,
  })
}

/** y [B, ...longer, channels], or why there is none. */
export function upsampled(title: string, x: Spec, size: readonly number[]): { readonly y: Spec } | Refusal {
  const grid = fixedGrid(title, x, size.length)
  if ('refused' in grid) return grid
  return {
    y: tensor([null, ...grid.lengths.map((length, axis) => length * (size[axis] ?? 1)), grid.channels]),
  }
}

export function torchUpsampling(size: readonly number[], how: Interpolation): TorchEmit {
  return {
    call: 'F.interpolate',
    args: {
      scale_factor: size,
      mode: how,
      ...(how === 'bilinear' ? { align_corners: false } : {}),
    },
    tensors: [],
    channelsFirst: true,
  }
}

export function onnxUpsampling(
  g: OnnxBuilder,
  x: OnnxValue,
  size: readonly number[],
  how: Interpolation,
): OnnxValue {
  const rank = size.length + 2
  const inputs = [toChannelsFirst(g, x, rank), null, g.floats([1, 1, ...size])]
  const y =
    how === 'nearest'
      ? g.op('Resize', inputs, {
          mode: 'nearest',
          coordinate_transformation_mode: 'asymmetric',
          nearest_mode: 'floor',
        })
      : g.op('Resize', inputs, { mode: 'linear', coordinate_transformation_mode: 'half_pixel' })
  return toChannelsLast(g, y, rank)
}

/** `how` where the class in Keras knows of it. */
export function kerasUpsampling(
  k: KerasBuilder,
  x: KerasValue,
  layer: string,
  spec: Spec,
  size: readonly number[],
  how: Interpolation | null,
): { readonly y: KerasValue } | Refusal {
  const outputs = upsampled(layer, spec, size)
  if ('refused' in outputs) return outputs
  const config =
    size.length === 1
      ? { size: size[0] ?? 1 }
      : { size, data_format: 'channels_last', ...(how === null ? {} : { interpolation: how }) }
  return { y: k.layer({ layer, config, inputs: [x], outputs: [outputs.y] }) }
}
