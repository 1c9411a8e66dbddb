/** The geometry of an LSTM of convolutions, and how it is written in other frameworks. */
import { agreedWindow, convolved, type ConvolutionSettings } from './convolution'
import { lastSize } from './features'
import type { Initialiser } from './initialiser'
import { kerasCellActivation } from './keras-recurrent'
import type { KerasBuilder, KerasValue } from './keras'
import { onnxCellFunction, onnxReversed } from './onnx-recurrent'
import type { OnnxBuilder, OnnxValue } from './onnx'
import { onnxConv, onnxKernel } from './onnx-window'
import { maskRefusal, type CellActivation, type GateActivation, type RecurrentInputs } from './recurrent'
import { formatShape, refuse, sameShape, tensor, type Refusal, type Spec } from './spec'
import type { TorchEmit } from './torch'
import { cellFunction } from './torch-recurrent'
import { padding, type StandingWindow } from './window'

export interface ConvLstmSettings {
  readonly filters: number
  readonly kernelSize: readonly number[]
  readonly strides: readonly number[]
  readonly padding: 'valid' | 'same'
  readonly activation: CellActivation
  readonly recurrentActivation: GateActivation
  readonly useBias: boolean
  readonly returnSequences: boolean
  readonly returnState: boolean
  readonly goBackwards: boolean
  readonly kernelInitialiser: Initialiser
  readonly biasInitialiser: Initialiser
}

/** The convolution of the images: four gates for every filter. */
function gates(p: ConvLstmSettings): ConvolutionSettings {
  return { ...p, filters: 4 * p.filters, activation: 'linear', dilation: [1, 1], groups: 1 }
}

/** The convolution of the state, which keeps its size. */
function recurrentGates(p: ConvLstmSettings): ConvolutionSettings {
  return { ...gates(p), strides: [1, 1], padding: 'same', useBias: false }
}

/** One step of x, and the state after it, where `infer` has agreed. */
function frames(x: Spec, p: ConvLstmSettings) {
  const image = tensor([null, ...x.shape.slice(2)])
  const places = agreedWindow(image, gates(p)).axes.map((axis) => Number(axis.places))
  return { image, places, state: tensor([null, ...places, p.filters]) }
}

/** The kernels' windows on the images and on the state. */
export function convLstmWindows(x: Spec, p: ConvLstmSettings): readonly [StandingWindow, StandingWindow] {
  const { image, state } = frames(x, p)
  return [agreedWindow(image, gates(p)), agreedWindow(state, recurrentGates(p))]
}

function stateRefusal(port: string, state: Spec, given: Spec | undefined): Refusal | null {
  if (given === undefined || sameShape(given.shape, state.shape)) return null
  return refuse(
    `${port} is the state before the first step, ${formatShape(state.shape)}, but it is ${formatShape(given.shape)}.`,
  )
}

export function inferConvLstm(
  { x, mask, initial, initial_memory }: RecurrentInputs<Spec>,
  p: ConvLstmSettings,
): { readonly y: Spec; readonly state?: Spec; readonly memory?: Spec } | Refusal {
  if (x.shape.length !== 5) {
    return refuse(
      `ConvLSTM2D reads sequences of images B × T × height × width × channels, but x is ${formatShape(x.shape)}.`,
    )
  }
  const made = convolved('ConvLSTM2D', tensor([null, ...x.shape.slice(2)]), gates(p))
  if ('refused' in made) return made
  const { state } = frames(x, p)
  const bad =
    maskRefusal(x, mask) ??
    stateRefusal('initial', state, initial) ??
    stateRefusal('initial_memory', state, initial_memory)
  if (bad !== null) return bad
  if ((initial === undefined) !== (initial_memory === undefined)) {
    return refuse(
      'An LSTM starts from an output and a memory: wire both initial and initial_memory, or neither.',
    )
  }
  return {
    y: p.returnSequences ? tensor([null, x.shape[1] ?? null, ...state.shape.slice(1)]) : state,
    ...(p.returnState ? { state, memory: state } : {}),
  }
}

const helper = `class ConvLSTM2d(nn.Module):
    """An LSTM whose products are convolutions (Shi et al. 2015), channels last; gates i f g o.

    \`pad\` and \`recurrent_pad\` are (left, right, top, bottom). A masked step keeps the state and repeats the last output.
    """

    def __init__(self, in_channels, filters, kernel_size, stride, pad, recurrent_pad, bias, activation,
                 recurrent_activation, sequences, state, backwards):
        super().__init__()
        self.input = nn.Conv2d(in_channels, 4 * filters, kernel_size, stride, bias=bias)
        self.recurrent = nn.Conv2d(filters, 4 * filters, kernel_size, bias=False)
        self.pad, self.recurrent_pad = pad, recurrent_pad
        self.activation, self.gate = cell_function(activation), cell_function(recurrent_activation)
        self.sequences, self.state, self.backwards = sequences, state, backwards

    def forward(self, x, mask=None, initial=None, initial_memory=None):
        sums = self.input(F.pad(x.flatten(0, 1).movedim(-1, 1), self.pad)).unflatten(0, x.shape[:2])
        output = torch.zeros_like(sums[:, 0, : sums.shape[2] // 4])
        h = output if initial is None else initial.movedim(-1, 1)
        c = output if initial_memory is None else initial_memory.movedim(-1, 1)
        steps = []
        for t in reversed(range(x.shape[1])) if self.backwards else range(x.shape[1]):
            gates = sums[:, t] + self.recurrent(F.pad(h, self.recurrent_pad))
            i, f, g, o = gates.chunk(4, dim=1)
            memory = self.gate(f) * c + self.gate(i) * self.activation(g)
            shown = self.gate(o) * self.activation(memory)
            real = torch.ones_like(x[:, t, :1, :1, :1]) if mask is None else mask[:, t].reshape(-1, 1, 1, 1)
            h, c = torch.where(real > 0.5, shown, h), torch.where(real > 0.5, memory, c)
            output = torch.where(real > 0.5, shown, output)
            steps.append(output.movedim(1, -1))
        y = torch.stack(steps, dim=1) if self.sequences else steps[-1]
        return (y, h.movedim(1, -1), c.movedim(1, -1)) if self.state else y
`

export function torchConvLstm(p: ConvLstmSettings, x: Spec): TorchEmit {
  const [window, recurrentWindow] = convLstmWindows(x, p)
  const turn = { permute: [3, 2, 0, 1] }
  return {
    call: 'wiregrad.ConvLSTM2d',
    args: {
      in_channels: lastSize(x),
      filters: p.filters,
      kernel_size: p.kernelSize,
      stride: p.strides,
      pad: padding(window),
      recurrent_pad: padding(recurrentWindow),
      bias: p.useBias,
      activation: p.activation,
      recurrent_activation: p.recurrentActivation,
      sequences: p.returnSequences,
      state: p.returnState,
      backwards: p.goBackwards,
    },
    tensors: [
      { name: 'input.weight', parts: [{ weight: 'kernel', ...turn }] },
      ...(p.useBias ? [{ name: 'input.bias', parts: [{ weight: 'bias' }] }] : []),
      { name: 'recurrent.weight', parts: [{ weight: 'recurrent_kernel', ...turn }] },
    ],
    helpers: [cellFunction, helper],
  }
}

/** The images are convolved all at once, the states one after the other in a Scan. */
export function onnxConvLstm(
  g: OnnxBuilder,
  p: ConvLstmSettings,
  given: RecurrentInputs<OnnxValue>,
  x: Spec,
): { readonly y: OnnxValue; readonly states: readonly OnnxValue[] } {
  const { image, places, state } = frames(x, p)
  const [window, recurrentWindow] = convLstmWindows(x, p)
  const turned = (value: OnnxValue) => (p.goBackwards ? onnxReversed(g, value, 1) : value)
  const sizes = (axes: number, rest: readonly number[]) =>
    g.op('Concat', [g.op('Shape', [given.x], { start: 0, end: axes }), g.ints(rest)], { axis: 0 })
  const images = g.op('Reshape', [turned(given.x), g.ints([-1, ...image.shape.slice(1).map(Number)])])
  const convolvedImages = onnxConv(g, images, {
    kernel: g.weight('kernel', onnxKernel(2)),
    bias: p.useBias ? g.weight('bias') : null,
    axes: window.axes,
    size: p.kernelSize,
    strides: p.strides,
  })
  const sums = g.op('Reshape', [convolvedImages, sizes(2, [...places, 4 * p.filters])])
  const zeros = () => g.op('Expand', [g.floats([0], []), sizes(1, [...places, p.filters])])
  const first = [given.initial ?? zeros(), given.initial_memory ?? zeros()]
  const masked = given.mask === undefined ? [] : [turned(given.mask)]
  const [batch = null, time = null] = x.shape
  const result = g.scan({
    // The last state is the output so far, which is zero until a step is real.
    states: [...first, ...masked.map(zeros)].map((value) => ({ value, shape: state.shape })),
    sequences: [
      { value: sums, shape: [batch, time, ...places, 4 * p.filters] },
      ...masked.map((mask) => ({
        value: g.op('Unsqueeze', [mask, g.ints([2, 3, 4])]),
        shape: [batch, time, 1, 1, 1],
      })),
    ],
    body: (inner, [h, c, output], [step, real]) => {
      const gate = (z: OnnxValue) => onnxCellFunction(inner, z, p.recurrentActivation)
      const bend = (z: OnnxValue) => onnxCellFunction(inner, z, p.activation)
      const before = onnxConv(inner, h!, {
        kernel: inner.weight('recurrent_kernel', onnxKernel(2)),
        bias: null,
        axes: recurrentWindow.axes,
        size: p.kernelSize,
        strides: [1, 1],
      })
      const [i, f, own, o] = inner.ops('Split', [inner.op('Add', [step!, before])], { axis: -1 }, 4)
      const memory = inner.op('Add', [
        inner.op('Mul', [gate(f!), c!]),
        inner.op('Mul', [gate(i!), bend(own!)]),
      ])
      const shown = inner.op('Mul', [gate(o!), bend(memory)])
      if (real === undefined) return { states: [shown, memory], gathered: [shown] }
      const chosen = (now: OnnxValue, old: OnnxValue) =>
        inner.op('Add', [
          inner.op('Mul', [real, now]),
          inner.op('Mul', [inner.op('Sub', [inner.floats([1], []), real]), old]),
        ])
      const kept = chosen(shown, output!)
      return { states: [chosen(shown, h!), chosen(memory, c!), kept], gathered: [kept] }
    },
  })
  const last = masked.length === 0 ? result.states[0]! : result.states[2]!
  return { y: p.returnSequences ? result.gathered[0]! : last, states: result.states.slice(0, 2) }
}

export function kerasConvLstm(
  k: KerasBuilder,
  p: ConvLstmSettings,
  given: RecurrentInputs<KerasValue>,
  x: Spec,
): { readonly y: KerasValue; readonly states: readonly KerasValue[] } | Refusal {
  const activation = kerasCellActivation(p.activation)
  if (typeof activation !== 'string') return activation
  const gate = kerasCellActivation(p.recurrentActivation)
  if (typeof gate !== 'string') return gate
  const { state } = frames(x, p)
  const initial =
    given.initial === undefined || given.initial_memory === undefined
      ? []
      : [[given.initial, given.initial_memory]]
  const [y, ...states] = k.layers({
    layer: 'ConvLSTM2D',
    config: {
      filters: p.filters,
      kernel_size: p.kernelSize,
      strides: p.strides,
      padding: p.padding,
      data_format: 'channels_last',
      dilation_rate: [1, 1],
      activation,
      recurrent_activation: gate,
      use_bias: p.useBias,
      unit_forget_bias: false,
      dropout: 0,
      recurrent_dropout: 0,
      return_sequences: p.returnSequences,
      return_state: p.returnState,
      go_backwards: p.goBackwards,
      stateful: false,
    },
    inputs: [given.x, ...initial],
    ...(given.mask === undefined ? {} : { call: { mask: given.mask } }),
    weights: [
      { path: 'cell/vars/0', parts: [{ weight: 'kernel' }] },
      { path: 'cell/vars/1', parts: [{ weight: 'recurrent_kernel' }] },
      ...(p.useBias ? [{ path: 'cell/vars/2', parts: [{ weight: 'bias' }] }] : []),
    ],
    outputs: [
      p.returnSequences ? tensor([null, x.shape[1] ?? null, ...state.shape.slice(1)]) : state,
      ...(p.returnState ? [state, state] : []),
    ],
  })
  return { y: y!, states }
}
