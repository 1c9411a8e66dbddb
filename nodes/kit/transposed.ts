/**
 * What the transposed convolutions over one to three axes share. Lengths are Keras's: `same` gives n · s, `valid`
 * n · s + max(k - s, 0); where a kernel is shorter than its stride, the end gets the bias alone.
 */
import { afterActivation } from './activations'
import {
  biasSpec,
  kerasWeights,
  onnxBias,
  product,
  torchBias,
  torchKernel,
  type SumSettings,
} from './convolution'
import type { WeightSpecs } from './define'
import { lastSize } from './features'
import { choice, sizes } from './fields'
import type { Initialiser } from './initialiser'
import { kerasActivation } from './keras-activation'
import type { KerasBuilder, KerasValue } from './keras'
import { onnxActivation } from './onnx-activation'
import type { OnnxBuilder, OnnxValue } from './onnx'
import { onnxConvTranspose, onnxKernel } from './onnx-window'
import { tensor, type Refusal, type Spec } from './spec'
import type { TorchEmit } from './torch'
import { fixedGrid, gridWords, type Padding } from './window'

export interface TransposedSettings extends SumSettings {
  readonly filters: number
  readonly kernelSize: readonly number[]
  readonly strides: readonly number[]
  readonly padding: 'valid' | 'same'
  readonly kernelInitialiser: Initialiser
  readonly biasInitialiser: Initialiser
}

/** Fields of the geometry. */
export function transposedFields(axes: 1 | 2 | 3) {
  const each = (n: number) => Array.from({ length: axes }, () => n)
  return {
    kernelSize: sizes({
      initial: each(3),
      length: axes,
      doc: `${gridWords[axes].measure} of the window that every number is spread over.`,
    }),
    strides: sizes({
      initial: each(2),
      length: axes,
      doc: `How far apart the windows are laid down, ${gridWords[axes].along}. 2 makes the output twice as large.`,
    }),
    padding: choice(['valid', 'same'], {
      initial: 'same',
      doc: 'same cuts the edges off so that the output is stride times as large; valid keeps all that the windows reach.',
    }),
  }
}

/** Along one axis: the new length, and what is cut off before it. */
export interface TransposedAxis {
  readonly from: number
  readonly to: number
  readonly before: number
}

/** Self-contained: it also ships with computed layers. */
export function transposedAxis(
  length: number,
  size: number,
  stride: number,
  padding: Padding,
): TransposedAxis {
  const beyond = Math.max(size - stride, 0)
  return padding === 'same'
    ? { from: length, to: length * stride, before: Math.floor(beyond / 2) }
    : { from: length, to: length * stride + beyond, before: 0 }
}

function transposedAxes(title: string, x: Spec, p: TransposedSettings): readonly TransposedAxis[] | Refusal {
  const grid = fixedGrid(title, x, p.kernelSize.length)
  if ('refused' in grid) return grid
  return grid.lengths.map((length, axis) =>
    transposedAxis(length, p.kernelSize[axis] ?? 1, p.strides[axis] ?? 1, p.padding),
  )
}

/** The axes where `infer` has agreed that they are there. */
function agreedAxes(x: Spec, p: TransposedSettings): readonly TransposedAxis[] {
  const axes = transposedAxes('', x, p)
  return 'refused' in axes ? [] : axes
}

/** y [B, ...lengths, filters], or why there is none. */
export function transposed(title: string, x: Spec, p: TransposedSettings): { readonly y: Spec } | Refusal {
  const axes = transposedAxes(title, x, p)
  return 'refused' in axes ? axes : { y: tensor([null, ...axes.map(({ to }) => to), p.filters]) }
}

export function transposedWeights(x: Spec, p: TransposedSettings): WeightSpecs {
  return {
    kernel: {
      shape: [...p.kernelSize, p.filters, lastSize(x)],
      initialiser: p.kernelInitialiser,
      trainable: true,
    },
    ...biasSpec(p, p.filters),
  }
}

/** Every number of x is spread over one window. */
export function transposedMultiplyAdds(x: Spec, p: TransposedSettings): number {
  const numbers = product(agreedAxes(x, p).map(({ from }) => from)) * lastSize(x)
  return numbers * product(p.kernelSize) * p.filters
}

/** PyTorch cuts the same off on both sides. */
const cropHelper = (axes: number) => `class CroppedConvTranspose${axes}d(nn.ConvTranspose${axes}d):
    """A transposed convolution that loses more at one edge than at the other; crop is in the order of F.pad."""

    def __init__(self, *args, crop, **kwargs):
        super().__init__(*args, **kwargs)
        self.crop = [-n for n in crop]

    def forward(self, x):
        return F.pad(super().forward(x), self.crop)
`

export function torchTransposed(x: Spec, p: TransposedSettings): TorchEmit {
  const count = p.kernelSize.length
  const axes = agreedAxes(x, p).map(({ from, to, before }, axis) => {
    const end = (from - 1) * (p.strides[axis] ?? 1) + (p.kernelSize[axis] ?? 1) - before - to
    return { before, after: Math.max(end, 0), longer: Math.max(-end, 0) }
  })
  const even = axes.every(({ before, after }) => before === after)
  return {
    call: even ? `nn.ConvTranspose${count}d` : `wiregrad.CroppedConvTranspose${count}d`,
    args: {
      in_channels: lastSize(x),
      out_channels: p.filters,
      kernel_size: p.kernelSize,
      stride: p.strides,
      padding: axes.map(({ before }) => (even ? before : 0)),
      output_padding: axes.map(({ longer }) => longer),
      bias: p.useBias,
      ...(even ? {} : { crop: axes.toReversed().flatMap(({ before, after }) => [before, after]) }),
    },
    tensors: [{ name: 'weight', parts: [{ weight: 'kernel', ...torchKernel(count) }] }, ...torchBias(p)],
    channelsFirst: true,
    ...(even ? {} : { helpers: [cropHelper(count)] }),
    ...afterActivation(p.activation),
  }
}

export function onnxTransposed(g: OnnxBuilder, x: OnnxValue, spec: Spec, p: TransposedSettings): OnnxValue {
  const y = onnxConvTranspose(g, x, {
    kernel: g.weight('kernel', onnxKernel(p.kernelSize.length)),
    bias: onnxBias(g, p),
    axes: agreedAxes(spec, p),
    size: p.kernelSize,
    strides: p.strides,
  })
  return onnxActivation(g, y, p.activation)
}

export function kerasTransposed(
  k: KerasBuilder,
  x: KerasValue,
  title: string,
  spec: Spec,
  p: TransposedSettings,
): { readonly y: KerasValue } | Refusal {
  const activation = kerasActivation(p.activation)
  if (typeof activation !== 'string') return activation
  const outputs = transposed(title, spec, p)
  if ('refused' in outputs) return outputs
  const y = k.layer({
    layer: title,
    config: {
      filters: p.filters,
      kernel_size: p.kernelSize,
      strides: p.strides,
      padding: p.padding,
      data_format: 'channels_last',
      dilation_rate: p.kernelSize.map(() => 1),
      activation,
      use_bias: p.useBias,
    },
    inputs: [x],
    weights: kerasWeights('kernel', p.useBias && 'bias'),
    outputs: [outputs.y],
  })
  return { y }
}
