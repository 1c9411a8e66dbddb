/** What all pools share: settings, the window on x, the shape that comes out, and what they are in other frameworks. */
import { choice, sizes } from './fields'
import type { KerasBuilder, KerasValue } from './keras'
import type { OnnxPool } from './onnx-window'
import { tensor, type Refusal, type Spec } from './spec'
import type { TorchEmit } from './torch'
import { evenPadding, gridWords, padding, standingWindow, type StandingWindow } from './window'

export interface PoolSettings {
  readonly poolSize: readonly number[]
  readonly strides: readonly number[]
  readonly padding: 'valid' | 'same'
}

/** Fields of a pool over 1 to 3 axes; a fresh record for every definition. */
export function poolFields(axes: 1 | 2 | 3) {
  const twos = Array.from({ length: axes }, () => 2)
  return {
    poolSize: sizes({ initial: twos, length: axes, doc: `${gridWords[axes].measure} of the window.` }),
    strides: sizes({
      initial: twos,
      length: axes,
      doc: `How far the window moves at a time, ${gridWords[axes].along}.`,
    }),
    padding: choice(['valid', 'same'], {
      initial: 'valid',
      doc: 'valid leaves out what does not fill a window; same lets the last window hang over the edge.',
    }),
  }
}

/** The window on x [B, ...axes, channels], or why it cannot stand there. `title` is the node's. */
export function poolWindow(title: string, x: Spec, p: PoolSettings): StandingWindow | Refusal {
  const { poolSize: size, strides, padding } = p
  return standingWindow(title, x, size.length, { size, strides, padding, word: 'pool' })
}

/** The window on x where `infer` has agreed that it stands. */
export function agreedPool(x: Spec, p: PoolSettings): StandingWindow {
  const window = poolWindow('', x, p)
  return 'refused' in window ? { channels: 1, axes: [] } : window
}

/** y [B, ...places, channels], or why there is none. */
export function pooled(title: string, x: Spec, p: PoolSettings): { readonly y: Spec } | Refusal {
  const window = poolWindow(title, x, p)
  if ('refused' in window) return window
  return { y: tensor([null, ...window.axes.map(({ places }) => places), window.channels]) }
}

/** `MaxPool` along 1 to 3 axes. */
export function torchMaxPool(x: Spec, p: PoolSettings): TorchEmit {
  const window = agreedPool(x, p)
  const even = evenPadding(window)
  return {
    call: `nn.MaxPool${p.poolSize.length}d`,
    args: {
      kernel_size: p.poolSize,
      stride: p.strides,
      padding: even ?? p.poolSize.map(() => 0),
    },
    tensors: [],
    channelsFirst: true,
    // A pool that hangs over one edge only: the module cannot, and the edge must never win.
    ...(even === null ? { before: { call: 'F.pad', args: { pad: padding(window), value: '-inf' } } } : {}),
  }
}

/** PyTorch counts what it pads with on one side only. */
const averageHelper = (axes: number) => `class AveragePool${axes}d(nn.Module):
    """The mean over the part of each window that lies on x; pad is in the order of F.pad."""

    def __init__(self, kernel_size, stride, pad):
        super().__init__()
        self.kernel_size, self.stride, self.pad = kernel_size, stride, pad

    def forward(self, x):
        on_x = F.pad(torch.ones_like(x[:1, :1]), self.pad)
        means = F.avg_pool${axes}d(F.pad(x, self.pad), self.kernel_size, self.stride)
        return means / F.avg_pool${axes}d(on_x, self.kernel_size, self.stride)
`

/** `AvgPool` along 1 to 3 axes. */
export function torchAveragePool(x: Spec, p: PoolSettings): TorchEmit {
  const axes = p.poolSize.length
  const window = agreedPool(x, p)
  const even = evenPadding(window)
  const args = { kernel_size: p.poolSize, stride: p.strides }
  if (even === null) {
    return {
      call: `wiregrad.AveragePool${axes}d`,
      args: { ...args, pad: padding(window) },
      tensors: [],
      channelsFirst: true,
      helpers: [averageHelper(axes)],
    }
  }
  return {
    call: `nn.AvgPool${axes}d`,
    args: { ...args, padding: even, count_include_pad: false },
    tensors: [],
    channelsFirst: true,
  }
}

/** The pool as `onnxMaxPool` and `onnxAveragePool` take it. */
export function onnxPoolOf(spec: Spec, p: PoolSettings): OnnxPool {
  return { axes: agreedPool(spec, p).axes, size: p.poolSize, strides: p.strides }
}

/** A pool of Keras: `layer` is its class. */
export function kerasPool(
  k: KerasBuilder,
  x: KerasValue,
  layer: string,
  spec: Spec,
  p: PoolSettings,
): { readonly y: KerasValue } | Refusal {
  const outputs = pooled(layer, spec, p)
  if ('refused' in outputs) return outputs
  const config = {
    pool_size: p.poolSize,
    strides: p.strides,
    padding: p.padding,
    data_format: 'channels_last',
  }
  return { y: k.layer({ layer, config, inputs: [x], outputs: [outputs.y] }) }
}
