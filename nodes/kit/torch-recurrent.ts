/**
 * Recurrent layers in PyTorch: `nn.RNN`, `nn.GRU` and `nn.LSTM` wherever they give our numbers, else one helper that walks
 * the sequence step by step.
 */
import {
  gatesOf,
  hasRecurrentBias,
  type CellSettings,
  type MergeMode,
  type RecurrentInputs,
  type WalkSettings,
} from './recurrent'
import type { Json, TorchEmit, TorchTensor } from './torch'

/** The functions of all cells, by our names. */
export const cellFunction = `def cell_function(name):
    """A function inside a recurrent cell."""
    return {
        "linear": lambda z: z,
        "relu": F.relu,
        "elu": F.elu,
        "selu": F.selu,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "softplus": F.softplus,
        "softsign": F.softsign,
        "swish": F.silu,
        "gelu": F.gelu,
        "hard-sigmoid": lambda z: F.relu6(z + 3) / 6,
    }[name]
`

/** A layer of any cell, written out. Gates lie in the order of our weights: LSTM i f g o, GRU z r h. */
const recurrentHelper = `class Recurrent(nn.Module):
    """A recurrent layer step by step, with what torch.nn lacks: other functions, masks, the reset gate before the product.

    A masked step (mask 0) keeps the state, and its output is the one before it (zeros before the first real step), or
    zeros where \`zero_masked\` says so. Dropout falls on the same features at every step.
    """

    def __init__(self, cell, input_size, hidden_size, bias, activation, recurrent_activation="sigmoid",
                 reset_after=True, sequences=False, state=False, backwards=False, zero_masked=False, dropout=0.0):
        super().__init__()
        rows = {"simple-rnn": 1, "gru": 3, "lstm": 4}[cell] * hidden_size
        self.weight_ih_l0 = nn.Parameter(torch.empty(rows, input_size))
        self.weight_hh_l0 = nn.Parameter(torch.empty(rows, hidden_size))
        self.bias_ih_l0 = nn.Parameter(torch.empty(rows)) if bias else None
        self.bias_hh_l0 = nn.Parameter(torch.empty(rows)) if bias and cell == "gru" and reset_after else None
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -hidden_size ** -0.5, hidden_size ** -0.5)
        self.cell, self.reset_after, self.dropout = cell, reset_after, dropout
        self.sequences, self.state, self.backwards, self.zero_masked = sequences, state, backwards, zero_masked
        self.activation, self.gate = cell_function(activation), cell_function(recurrent_activation)

    def step(self, x, h, c):
        sums = F.linear(x, self.weight_ih_l0, self.bias_ih_l0)
        if self.cell == "simple-rnn":
            return self.activation(sums + F.linear(h, self.weight_hh_l0)), c
        if self.cell == "lstm":
            i, f, g, o = (sums + F.linear(h, self.weight_hh_l0)).chunk(4, dim=1)
            c = self.gate(f) * c + self.gate(i) * self.activation(g)
            return self.gate(o) * self.activation(c), c
        xz, xr, xh = sums.chunk(3, dim=1)
        if self.reset_after:
            hz, hr, hh = F.linear(h, self.weight_hh_l0, self.bias_hh_l0).chunk(3, dim=1)
            z, r = self.gate(xz + hz), self.gate(xr + hr)
            g = self.activation(xh + r * hh)
        else:
            wz, wr, wh = self.weight_hh_l0.chunk(3)
            z, r = self.gate(xz + F.linear(h, wz)), self.gate(xr + F.linear(h, wr))
            g = self.activation(xh + F.linear(r * h, wh))
        return z * h + (1 - z) * g, c

    def forward(self, x, mask=None, initial=None, initial_memory=None):
        if self.training and self.dropout > 0:
            x = x * F.dropout(torch.ones_like(x[:, :1]), self.dropout)
        h = c = output = x.new_zeros(x.shape[0], self.weight_hh_l0.shape[1])
        if initial is not None:
            h = initial
        if initial_memory is not None:
            c = initial_memory
        steps = []
        for t in reversed(range(x.shape[1])) if self.backwards else range(x.shape[1]):
            new_h, new_c = self.step(x[:, t], h, c)
            if mask is None:
                h, c, output = new_h, new_c, new_h
            else:
                real = mask[:, t : t + 1] > 0.5
                output = torch.where(real, new_h, torch.zeros_like(h) if self.zero_masked and self.sequences else output)
                h, c = torch.where(real, new_h, h), torch.where(real, new_c, c)
            steps.append(output)
        y = torch.stack(steps, dim=1) if self.sequences else output
        if not self.state:
            return y
        return (y, h, c) if self.cell == "lstm" else (y, h)
`

/** What torch.nn's layers give, cut down to what is wanted. */
const walkedHelper = `def walked(result, sequences, state):
    """The outputs of every step or the last one, and the states after it, from what a layer of torch.nn gives."""
    steps, last = result
    y = steps if sequences else steps[:, -1]
    states = last if isinstance(last, tuple) else (last,)
    return (y, *(one[-1] for one in states)) if state else y
`

/** The layer of torch.nn with the same cell, or null. */
function stockCell(
  p: CellSettings,
): { readonly call: string; readonly args: { [name: string]: Json } } | null {
  if (p.cell === 'simple-rnn') {
    const fits = p.activation === 'tanh' || p.activation === 'relu'
    return fits ? { call: 'nn.RNN', args: { nonlinearity: p.activation } } : null
  }
  if (p.activation !== 'tanh' || p.recurrentActivation !== 'sigmoid') return null
  if (p.cell === 'lstm') return { call: 'nn.LSTM', args: {} }
  return p.resetAfter ? { call: 'nn.GRU', args: {} } : null
}

/** The state dict of one cell of torch.nn. `suffix` names layer and direction, `prefix` our weights. */
function stockTensors(p: CellSettings, suffix: string, prefix = ''): readonly TorchTensor[] {
  // torch.nn's GRU has r z n; its LSTM has our order. A second bias only adds to the first, unless a gate resets it.
  const blocks = p.cell === 'gru' ? { blocks: [1, 0, 2] } : {}
  const tensor = (name: string, weight: string, turn: object): TorchTensor => ({
    name: `${name}_${suffix}`,
    parts: [{ weight: `${prefix}${weight}`, ...turn, ...blocks }],
  })
  const biases: readonly TorchTensor[] = [
    tensor('bias_ih', 'bias', {}),
    hasRecurrentBias(p)
      ? tensor('bias_hh', 'recurrent_bias', {})
      : {
          name: `bias_hh_${suffix}`,
          zeros: [gatesOf(p.cell) * p.units],
          dtype: 'F32',
          addsTo: `bias_ih_${suffix}`,
        },
  ]
  return [
    tensor('weight_ih', 'kernel', { permute: [1, 0] }),
    tensor('weight_hh', 'recurrent_kernel', { permute: [1, 0] }),
    ...(p.useBias ? biases : []),
  ]
}

/** The state dict of the helper. `room` is where it stands in a module of several. */
function helperTensors(p: CellSettings, room = '', prefix = ''): readonly TorchTensor[] {
  const tensor = (name: string, weight: string, turn: object): TorchTensor => ({
    name: `${room}${name}_l0`,
    parts: [{ weight: `${prefix}${weight}`, ...turn }],
  })
  return [
    tensor('weight_ih', 'kernel', { permute: [1, 0] }),
    tensor('weight_hh', 'recurrent_kernel', { permute: [1, 0] }),
    ...(p.useBias ? [tensor('bias_ih', 'bias', {})] : []),
    ...(hasRecurrentBias(p) ? [tensor('bias_hh', 'recurrent_bias', {})] : []),
  ]
}

/** Arguments of the helper that say what its cell is. */
function helperCell(p: CellSettings): { readonly [name: string]: Json } {
  return {
    cell: p.cell,
    hidden_size: p.units,
    bias: p.useBias,
    activation: p.activation,
    ...(p.cell === 'simple-rnn' ? {} : { recurrent_activation: p.recurrentActivation }),
    ...(p.cell === 'gru' ? { reset_after: p.resetAfter } : {}),
  }
}

function stockArguments(p: CellSettings, own: { readonly [name: string]: Json }, features: number) {
  return { input_size: features, hidden_size: p.units, bias: p.useBias, batch_first: true, ...own }
}

/** A layer of one cell in PyTorch. */
export function torchRecurrent(
  p: CellSettings & WalkSettings,
  inputs: RecurrentInputs<object>,
  features: number,
): TorchEmit {
  const stock = stockCell(p)
  const plain = inputs.mask === undefined && inputs.initial === undefined && p.dropout === 0
  if (stock === null || !plain) {
    return {
      call: 'wiregrad.Recurrent',
      args: {
        ...helperCell(p),
        input_size: features,
        sequences: p.returnSequences,
        state: p.returnState,
        backwards: p.goBackwards,
        dropout: p.dropout,
      },
      tensors: helperTensors(p),
      helpers: [cellFunction, recurrentHelper],
    }
  }
  return {
    call: stock.call,
    args: stockArguments(p, stock.args, features),
    tensors: stockTensors(p, 'l0'),
    ...(p.goBackwards ? { before: { call: 'torch.flip', args: { dims: [1] } } } : {}),
    after: { call: 'wiregrad.walked', args: { sequences: p.returnSequences, state: p.returnState } },
    helpers: [walkedHelper],
  }
}

const mergedHelper = `def merged(ahead, back, mode):
    """One output of two directions."""
    if mode == "concat":
        return torch.cat([ahead, back], dim=-1)
    if mode == "multiply":
        return ahead * back
    return ahead + back if mode == "sum" else (ahead + back) / 2
`

const directionsHelper = `def both_directions(result, sequences, mode):
    """What a bidirectional layer of torch.nn gives, as one output."""
    steps, last = result
    states = last[0] if isinstance(last, tuple) else last
    ahead, back = steps.chunk(2, dim=-1) if sequences else (states[0], states[1])
    return merged(ahead, back, mode)
`

const bidirectionalHelper = `class Bidirectional(nn.Module):
    """Two recurrent layers, one from the first step on and one from the last; masked steps of sequences are zero."""

    def __init__(self, merge_mode, sequences, **settings):
        super().__init__()
        self.ahead = Recurrent(sequences=sequences, zero_masked=True, **settings)
        self.back = Recurrent(sequences=sequences, zero_masked=True, backwards=True, **settings)
        self.merge_mode, self.sequences = merge_mode, sequences

    def forward(self, x, mask=None):
        ahead, back = self.ahead(x, mask), self.back(x, mask)
        return merged(ahead, back.flip(1) if self.sequences else back, self.merge_mode)
`

/** Two cells of one kind, one in each direction. */
export function torchBidirectional(
  p: CellSettings & { readonly mergeMode: MergeMode; readonly returnSequences: boolean },
  inputs: RecurrentInputs<object>,
  features: number,
): TorchEmit {
  const stock = inputs.mask === undefined ? stockCell(p) : null
  if (stock === null) {
    return {
      call: 'wiregrad.Bidirectional',
      args: {
        ...helperCell(p),
        input_size: features,
        sequences: p.returnSequences,
        merge_mode: p.mergeMode,
      },
      tensors: [...helperTensors(p, 'ahead.', 'forward_'), ...helperTensors(p, 'back.', 'backward_')],
      helpers: [cellFunction, recurrentHelper, mergedHelper, bidirectionalHelper],
    }
  }
  return {
    call: stock.call,
    args: { ...stockArguments(p, stock.args, features), bidirectional: true },
    tensors: [...stockTensors(p, 'l0', 'forward_'), ...stockTensors(p, 'l0_reverse', 'backward_')],
    after: {
      call: 'wiregrad.both_directions',
      args: { sequences: p.returnSequences, mode: p.mergeMode },
    },
    helpers: [mergedHelper, directionsHelper],
  }
}

const stackedHelper = `class StackedRecurrent(nn.Module):
    """Recurrent layers on top of each other, with dropout between them."""

    def __init__(self, num_layers, input_size, hidden_size, sequences, dropout, **settings):
        super().__init__()
        self.layers = nn.ModuleList(
            Recurrent(
                input_size=input_size if layer == 0 else hidden_size,
                hidden_size=hidden_size,
                sequences=sequences or layer < num_layers - 1,
                **settings,
            )
            for layer in range(num_layers)
        )
        self.dropout = dropout

    def forward(self, x, mask=None):
        for layer in self.layers[:-1]:
            x = F.dropout(layer(x, mask), self.dropout, self.training)
        return self.layers[-1](x, mask)
`

/** Layers of one kind on top of each other. */
export function torchStacked(
  p: CellSettings & { readonly layers: number; readonly dropout: number; readonly returnSequences: boolean },
  inputs: RecurrentInputs<object>,
  features: number,
): TorchEmit {
  const stock = inputs.mask === undefined ? stockCell(p) : null
  const layers = Array.from({ length: p.layers }, (_, layer) => layer)
  // Between one layer nothing drops out, and torch.nn warns of it.
  const dropout = p.layers > 1 ? p.dropout : 0
  if (stock === null) {
    return {
      call: 'wiregrad.StackedRecurrent',
      args: {
        ...helperCell(p),
        num_layers: p.layers,
        input_size: features,
        sequences: p.returnSequences,
        dropout,
      },
      tensors: layers.flatMap((layer) => helperTensors(p, `layers.${layer}.`, `layer${layer}_`)),
      helpers: [cellFunction, recurrentHelper, stackedHelper],
    }
  }
  return {
    call: stock.call,
    args: { ...stockArguments(p, stock.args, features), num_layers: p.layers, dropout },
    tensors: layers.flatMap((layer) => stockTensors(p, `l${layer}`, `layer${layer}_`)),
    after: { call: 'wiregrad.walked', args: { sequences: p.returnSequences, state: false } },
    helpers: [walkedHelper],
  }
}
