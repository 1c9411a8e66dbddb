/**
 * What the layers share that convolve each channel on its own, over one axis or two: the depthwise ones, and the
 * separable ones, which mix the channels afterwards.
 */
import { afterActivation } from './activations'
import {
  agreedWindow,
  biasSpec,
  kerasKernel,
  kerasKernelRefusal,
  kerasWeights,
  kernelWindow,
  onnxBias,
  product,
  torchBias,
  torchKernel,
  torchPadding,
  type KernelSettings,
  type SumSettings,
} from './convolution'
import type { WeightSpecs } from './define'
import { lastSize } from './features'
import { choice, int } from './fields'
import type { Initialiser } from './initialiser'
import { kerasActivation } from './keras-activation'
import type { KerasBuilder, KerasValue } from './keras'
import { onnxActivation } from './onnx-activation'
import type { OnnxBuilder, OnnxValue } from './onnx'
import { onnxConv, onnxKernel } from './onnx-window'
import { tensor, type Refusal, type Spec } from './spec'
import type { TorchEmit, WeightLayout } from './torch'
import { placeCount } from './window'

interface DepthwiseKernel extends KernelSettings {
  readonly depthMultiplier: number
  readonly padding: 'valid' | 'same'
}

export interface DepthwiseSettings extends DepthwiseKernel, SumSettings {
  readonly kernelInitialiser: Initialiser
  readonly biasInitialiser: Initialiser
}

export interface SeparableSettings extends DepthwiseKernel, SumSettings {
  readonly filters: number
  readonly depthwiseInitialiser: Initialiser
  readonly pointwiseInitialiser: Initialiser
  readonly biasInitialiser: Initialiser
}

/** The fields that only these layers have, and the padding. */
export function depthwiseFields(what: 'sequence' | 'image') {
  return {
    padding: choice(['valid', 'same'], {
      initial: 'same',
      doc: `same adds zeros around the ${what} so that stride 1 keeps its size; valid stays inside and shrinks it.`,
    }),
    depthMultiplier: int({
      initial: 1,
      min: 1,
      max: 10_000,
      doc: 'How many patterns are looked for in each channel.',
    }),
  }
}

/** y [B, ...places, channels], or why there is none. */
function standing(title: string, x: Spec, p: DepthwiseKernel, channels: number) {
  const window = kernelWindow(title, x, p)
  if ('refused' in window) return window
  return { y: tensor([null, ...window.axes.map(({ places }) => places), channels]) }
}

export function depthwiseConvolved(title: string, x: Spec, p: DepthwiseKernel) {
  return standing(title, x, p, lastSize(x) * p.depthMultiplier)
}

export function separated(title: string, x: Spec, p: SeparableSettings) {
  return standing(title, x, p, p.filters)
}

/** [...sizes, channels, multiplier]. */
function depthwiseSpec(x: Spec, p: DepthwiseKernel, drawn: Initialiser): WeightSpecs[string] {
  return {
    shape: [...p.kernelSize, lastSize(x), p.depthMultiplier],
    initialiser: drawn,
    trainable: true,
  }
}

export function depthwiseWeights(x: Spec, p: DepthwiseSettings): WeightSpecs {
  return {
    depthwise_kernel: depthwiseSpec(x, p, p.kernelInitialiser),
    ...biasSpec(p, lastSize(x) * p.depthMultiplier),
  }
}

export function separableWeights(x: Spec, p: SeparableSettings): WeightSpecs {
  return {
    depthwise_kernel: depthwiseSpec(x, p, p.depthwiseInitialiser),
    pointwise_kernel: {
      shape: [...p.kernelSize.map(() => 1), lastSize(x) * p.depthMultiplier, p.filters],
      initialiser: p.pointwiseInitialiser,
      trainable: true,
    },
    ...biasSpec(p, p.filters),
  }
}

export function depthwiseMultiplyAdds(x: Spec, p: DepthwiseKernel): number {
  return placeCount(agreedWindow(x, p)) * product(p.kernelSize) * lastSize(x) * p.depthMultiplier
}

export function separableMultiplyAdds(x: Spec, p: SeparableSettings): number {
  const mixing = placeCount(agreedWindow(x, p)) * lastSize(x) * p.depthMultiplier * p.filters
  return depthwiseMultiplyAdds(x, p) + mixing
}

/** [...sizes, channels, multiplier] as [channels · multiplier, 1, ...sizes], as PyTorch and ONNX have it. */
function grouped(x: Spec, p: DepthwiseKernel): WeightLayout {
  const axes = p.kernelSize.length
  return {
    permute: [axes, axes + 1, ...Array.from({ length: axes }, (_, axis) => axis)],
    then: [lastSize(x) * p.depthMultiplier, 1, ...p.kernelSize],
  }
}

export function torchDepthwise(x: Spec, p: DepthwiseSettings): TorchEmit {
  const channels = lastSize(x)
  const { padding, ...around } = torchPadding(agreedWindow(x, p))
  return {
    call: `nn.Conv${p.kernelSize.length}d`,
    args: {
      in_channels: channels,
      out_channels: channels * p.depthMultiplier,
      kernel_size: p.kernelSize,
      stride: p.strides,
      padding,
      dilation: p.dilation,
      groups: channels,
      bias: p.useBias,
    },
    tensors: [{ name: 'weight', parts: [{ weight: 'depthwise_kernel', ...grouped(x, p) }] }, ...torchBias(p)],
    channelsFirst: true,
    ...around,
    ...afterActivation(p.activation),
  }
}

const separableHelper = (axes: number) => `class SeparableConv${axes}d(nn.Module):
    """Convolves each channel on its own, then mixes the channels at every place."""

    def __init__(self, in_channels, out_channels, kernel_size, stride, padding, dilation, multiplier, bias):
        super().__init__()
        middle = in_channels * multiplier
        self.depthwise = nn.Conv${axes}d(
            in_channels, middle, kernel_size, stride, padding, dilation, groups=in_channels, bias=False
        )
        self.pointwise = nn.Conv${axes}d(middle, out_channels, 1, bias=bias)

    def forward(self, x):
        return self.pointwise(self.depthwise(x))
`

export function torchSeparable(x: Spec, p: SeparableSettings): TorchEmit {
  const axes = p.kernelSize.length
  const { padding, ...around } = torchPadding(agreedWindow(x, p))
  return {
    call: `wiregrad.SeparableConv${axes}d`,
    args: {
      in_channels: lastSize(x),
      out_channels: p.filters,
      kernel_size: p.kernelSize,
      stride: p.strides,
      padding,
      dilation: p.dilation,
      multiplier: p.depthMultiplier,
      bias: p.useBias,
    },
    tensors: [
      { name: 'depthwise.weight', parts: [{ weight: 'depthwise_kernel', ...grouped(x, p) }] },
      { name: 'pointwise.weight', parts: [{ weight: 'pointwise_kernel', ...torchKernel(axes) }] },
      ...(p.useBias ? [{ name: 'pointwise.bias', parts: [{ weight: 'bias' }] }] : []),
    ],
    channelsFirst: true,
    helpers: [separableHelper(axes)],
    ...around,
    ...afterActivation(p.activation),
  }
}

function onnxEachChannel(
  g: OnnxBuilder,
  x: OnnxValue,
  spec: Spec,
  p: DepthwiseKernel,
  bias: OnnxValue | null,
): OnnxValue {
  return onnxConv(g, x, {
    kernel: g.weight('depthwise_kernel', grouped(spec, p)),
    bias,
    axes: agreedWindow(spec, p).axes,
    size: p.kernelSize,
    strides: p.strides,
    dilations: p.dilation,
    groups: lastSize(spec),
  })
}

export function onnxDepthwise(g: OnnxBuilder, x: OnnxValue, spec: Spec, p: DepthwiseSettings): OnnxValue {
  return onnxActivation(g, onnxEachChannel(g, x, spec, p, onnxBias(g, p)), p.activation)
}

export function onnxSeparable(g: OnnxBuilder, x: OnnxValue, spec: Spec, p: SeparableSettings): OnnxValue {
  const ones = p.kernelSize.map(() => 1)
  const y = onnxConv(g, onnxEachChannel(g, x, spec, p, null), {
    kernel: g.weight('pointwise_kernel', onnxKernel(ones.length)),
    bias: onnxBias(g, p),
    axes: ones.map(() => ({ places: 1, before: 0, after: 0 })),
    size: ones,
    strides: ones,
  })
  return onnxActivation(g, y, p.activation)
}

/** The layer of Keras, given the settings that only it has, and its weights in order. */
function kerasLayer(
  k: KerasBuilder,
  x: KerasValue,
  title: string,
  p: DepthwiseKernel & SumSettings,
  outputs: { readonly y: Spec } | Refusal,
  own: { readonly config: { readonly filters?: number }; readonly weights: readonly (string | false)[] },
): { readonly y: KerasValue } | Refusal {
  const refused = kerasKernelRefusal(title, p)
  const activation = kerasActivation(p.activation)
  if (refused !== null) return refused
  if (typeof activation !== 'string') return activation
  if ('refused' in outputs) return outputs
  const y = k.layer({
    layer: title,
    config: { ...own.config, depth_multiplier: p.depthMultiplier, ...kerasKernel(p, activation) },
    inputs: [x],
    weights: kerasWeights(...own.weights),
    outputs: [outputs.y],
  })
  return { y }
}

export function kerasDepthwise(
  k: KerasBuilder,
  x: KerasValue,
  title: string,
  spec: Spec,
  p: DepthwiseSettings,
) {
  return kerasLayer(k, x, title, p, depthwiseConvolved(title, spec, p), {
    config: {},
    weights: ['depthwise_kernel', p.useBias && 'bias'],
  })
}

export function kerasSeparable(
  k: KerasBuilder,
  x: KerasValue,
  title: string,
  spec: Spec,
  p: SeparableSettings,
) {
  return kerasLayer(k, x, title, p, separated(title, spec, p), {
    config: { filters: p.filters },
    weights: ['depthwise_kernel', 'pointwise_kernel', p.useBias && 'bias'],
  })
}
