/**
 * What the convolutions over one, two and three axes share: settings, geometry, weights, and how they are written in
 * other frameworks.
 */
import { activationField, afterActivation, type Activation } from './activations'
import type { WeightSpecs } from './define'
import { lastSize } from './features'
import { bool, initialiser, int, sizes } from './fields'
import type { Initialiser } from './initialiser'
import { kerasActivation } from './keras-activation'
import type { KerasBuilder, KerasValue } from './keras'
import { onnxActivation } from './onnx-activation'
import type { OnnxBuilder, OnnxValue } from './onnx'
import { onnxConv, onnxKernel } from './onnx-window'
import { refuse, tensor, type Refusal, type Spec } from './spec'
import type { TorchEmit, WeightLayout } from './torch'
import {
  evenPadding,
  gridWords,
  padding,
  placeCount,
  standingWindow,
  type Padding,
  type StandingWindow,
} from './window'

/** Settings of every layer that slides a kernel. */
export interface KernelSettings {
  readonly kernelSize: readonly number[]
  readonly strides: readonly number[]
  readonly dilation: readonly number[]
  readonly padding: Padding
}

/** Settings of every layer whose sums get a bias and an activation. */
export interface SumSettings {
  readonly activation: Activation
  readonly useBias: boolean
}

export interface ConvolutionSettings extends KernelSettings, SumSettings {
  readonly filters: number
  readonly groups: number
  readonly kernelInitialiser: Initialiser
  readonly biasInitialiser: Initialiser
}

export function product(list: readonly number[]): number {
  return list.reduce((all, n) => all * n, 1)
}

/** Fields of the kernel's geometry, without the padding, whose words differ. */
export function kernelFields(axes: 1 | 2 | 3) {
  const ones = Array.from({ length: axes }, () => 1)
  return {
    kernelSize: sizes({
      initial: ones.map(() => 3),
      length: axes,
      doc: `${gridWords[axes].measure} of the window.`,
    }),
    strides: sizes({
      initial: ones,
      length: axes,
      doc: `How far the window moves at a time, ${gridWords[axes].along}. 2 halves the ${gridWords[axes].grid}.`,
    }),
    dilation: sizes({
      initial: ones,
      length: axes,
      doc: `How far apart the numbers under the window lie, ${gridWords[axes].along}. 2 leaves every other one out, so that the window sees further.`,
    }),
  }
}

/** Fields of the bias and the activation. */
export function sumFields(sums: string) {
  return {
    activation: activationField({ initial: 'linear', doc: 'Bends the sums.' }),
    useBias: bool({ initial: true, doc: `Adds one learned number to every ${sums}.` }),
  }
}

export function biasField() {
  return initialiser({ initial: { kind: 'zeros' }, doc: 'How the first biases are drawn.' })
}

export function filtersField() {
  return int({
    initial: 16,
    min: 1,
    max: 100_000,
    doc: 'How many patterns are looked for; the channels of the output.',
  })
}

export function groupsField() {
  return int({
    initial: 1,
    min: 1,
    max: 100_000,
    doc: 'Cuts channels and filters into this many groups that do not see each other: fewer weights, less work.',
  })
}

export function kernelField() {
  return initialiser({
    initial: { kind: 'glorotUniform' },
    doc: 'How the first weights are drawn. He suits relu.',
  })
}

/** The kernel on x, or why it cannot stand there. */
export function kernelWindow(title: string, x: Spec, p: KernelSettings): StandingWindow | Refusal {
  const { kernelSize: size, strides, dilation, padding: around } = p
  return standingWindow(title, x, size.length, {
    size,
    strides,
    dilation,
    padding: around,
    word: 'kernel',
  })
}

/** The kernel on x where `infer` has agreed that it stands. */
export function agreedWindow(x: Spec, p: KernelSettings): StandingWindow {
  const window = kernelWindow('', x, p)
  return 'refused' in window ? { channels: lastSize(x), axes: [] } : window
}

/** y [B, ...places, filters], or why there is none. */
export function convolved(title: string, x: Spec, p: ConvolutionSettings): { readonly y: Spec } | Refusal {
  const window = kernelWindow(title, x, p)
  if ('refused' in window) return window
  for (const [what, count] of [
    ['channels of x', window.channels],
    ['filters', p.filters],
  ] as const) {
    if (count % p.groups !== 0) {
      return refuse(
        `${title} shares its ${what} out evenly over the groups, but ${count} cannot be cut into ${p.groups} equal parts. ` +
          'Choose a number of groups that divides both the channels of x and the filters.',
      )
    }
  }
  return { y: tensor([null, ...window.axes.map(({ places }) => places), p.filters]) }
}

/** `{ bias }`, or nothing without one. */
export function biasSpec(
  p: { readonly useBias: boolean; readonly biasInitialiser: Initialiser },
  size: number,
): WeightSpecs {
  return p.useBias ? { bias: { shape: [size], initialiser: p.biasInitialiser, trainable: true } } : {}
}

export function convolutionWeights(x: Spec, p: ConvolutionSettings): WeightSpecs {
  return {
    kernel: {
      shape: [...p.kernelSize, lastSize(x) / p.groups, p.filters],
      initialiser: p.kernelInitialiser,
      trainable: true,
    },
    ...biasSpec(p, p.filters),
  }
}

export function convolutionMultiplyAdds(x: Spec, p: ConvolutionSettings): number {
  const window = agreedWindow(x, p)
  return (placeCount(window) * product(p.kernelSize) * window.channels * p.filters) / p.groups
}

/** A kernel [size..., in, out] as PyTorch's [out, in, size...]; also [size..., out, in] as [in, out, size...]. */
export function torchKernel(axes: number): WeightLayout {
  return { permute: [axes + 1, axes, ...Array.from({ length: axes }, (_, axis) => axis)] }
}

/** `before` for the padding that PyTorch's modules cannot add themselves, and what they are told of the other. */
export function torchPadding(window: StandingWindow): {
  readonly padding: readonly number[]
  readonly before?: TorchEmit['before'] & object
} {
  const even = evenPadding(window)
  if (even !== null) return { padding: even }
  return {
    padding: window.axes.map(() => 0),
    before: { call: 'F.pad', args: { pad: padding(window) } },
  }
}

export function torchBias(p: SumSettings): TorchEmit['tensors'] {
  return p.useBias ? [{ name: 'bias', parts: [{ weight: 'bias' }] }] : []
}

export function torchConvolution(x: Spec, p: ConvolutionSettings): TorchEmit {
  const axes = p.kernelSize.length
  const { padding: zeros, ...around } = torchPadding(agreedWindow(x, p))
  return {
    call: `nn.Conv${axes}d`,
    args: {
      in_channels: lastSize(x),
      out_channels: p.filters,
      kernel_size: p.kernelSize,
      stride: p.strides,
      padding: zeros,
      dilation: p.dilation,
      groups: p.groups,
      bias: p.useBias,
    },
    tensors: [{ name: 'weight', parts: [{ weight: 'kernel', ...torchKernel(axes) }] }, ...torchBias(p)],
    channelsFirst: true,
    ...around,
    ...afterActivation(p.activation),
  }
}

export function onnxBias(g: OnnxBuilder, p: SumSettings): OnnxValue | null {
  return p.useBias ? g.weight('bias') : null
}

export function onnxConvolution(g: OnnxBuilder, x: OnnxValue, spec: Spec, p: ConvolutionSettings): OnnxValue {
  const y = onnxConv(g, x, {
    kernel: g.weight('kernel', onnxKernel(p.kernelSize.length)),
    bias: onnxBias(g, p),
    axes: agreedWindow(spec, p).axes,
    size: p.kernelSize,
    strides: p.strides,
    dilations: p.dilation,
    groups: p.groups,
  })
  return onnxActivation(g, y, p.activation)
}

/** Why Keras has no such kernel, or null. */
export function kerasKernelRefusal(title: string, p: KernelSettings): Refusal | null {
  return Math.max(...p.strides) > 1 && Math.max(...p.dilation) > 1
    ? refuse(`Keras's ${title} takes strides or a dilation above 1, not both, and this one has both.`)
    : null
}

/** The settings of the kernel, the bias and the activation as Keras's convolutions take them. */
export function kerasKernel(p: KernelSettings & SumSettings, activation: string) {
  return {
    kernel_size: p.kernelSize,
    strides: p.strides,
    padding: p.padding,
    data_format: 'channels_last',
    dilation_rate: p.dilation,
    activation,
    use_bias: p.useBias,
  }
}

/** Weights in the order in which Keras stores them. */
export function kerasWeights(...names: readonly (string | false)[]) {
  return names
    .filter((name) => name !== false)
    .map((weight, at) => ({ path: `vars/${at}`, parts: [{ weight }] }))
}

export function kerasConvolution(
  k: KerasBuilder,
  x: KerasValue,
  title: string,
  spec: Spec,
  p: ConvolutionSettings,
): { readonly y: KerasValue } | Refusal {
  const refused = kerasKernelRefusal(title, p)
  const activation = kerasActivation(p.activation)
  if (refused !== null) return refused
  if (typeof activation !== 'string') return activation
  const outputs = convolved(title, spec, p)
  if ('refused' in outputs) return outputs
  const y = k.layer({
    layer: title,
    config: { filters: p.filters, groups: p.groups, ...kerasKernel(p, activation) },
    inputs: [x],
    weights: kerasWeights('kernel', p.useBias && 'bias'),
    outputs: [outputs.y],
  })
  return { y }
}

/** Settings that change nothing in Keras because it refuses the layer as it is. */
export function idleInKeras(title: string, p: KernelSettings, backEnd: string): string | null {
  return backEnd === 'keras' && kerasKernelRefusal(title, p) !== null
    ? 'Keras refuses strides with a dilation, whatever the rest'
    : null
}
