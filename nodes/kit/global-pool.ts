/** What the pools over whole grids share: one number a channel is left. Axes of the grid may be of any length. */
import type { KerasBuilder, KerasValue } from './keras'
import { toChannelsFirst, type OnnxBuilder, type OnnxValue } from './onnx'
import { tensor, type Refusal, type Spec } from './spec'
import type { TorchEmit } from './torch'
import { openGrid } from './window'

/** [B, channels], or why there is none. */
export function globallyPooled(title: string, x: Spec, axes: number): { readonly y: Spec } | Refusal {
  const grid = openGrid(title, x, axes)
  return 'refused' in grid ? grid : { y: tensor([null, grid.channels]) }
}

/** `call` takes the mean (`torch.mean`) or the largest number (`torch.amax`). */
export function torchGlobalPool(call: string, axes: number): TorchEmit {
  return { call, args: { dim: Array.from({ length: axes }, (_, axis) => axis + 1) }, tensors: [] }
}

export function onnxGlobalPool(
  g: OnnxBuilder,
  type: 'GlobalAveragePool' | 'GlobalMaxPool',
  x: OnnxValue,
  axes: number,
): OnnxValue {
  const pooled = g.op(type, [toChannelsFirst(g, x, axes + 2)]) // (B, C, 1, ...)
  return g.op('Flatten', [pooled], { axis: 1 })
}

/** `layer` is the class in Keras. */
export function kerasGlobalPool(
  k: KerasBuilder,
  x: KerasValue,
  layer: string,
  spec: Spec,
  axes: number,
): { readonly y: KerasValue } | Refusal {
  const outputs = globallyPooled(layer, spec, axes)
  if ('refused' in outputs) return outputs
  const config = { data_format: 'channels_last', keepdims: false }
  return { y: k.layer({ layer, config, inputs: [x], outputs: [outputs.y] }) }
}
