"""How a node's PyTorch side ({call, args, tensors, before, forward, after}) becomes a real module.

Values travel channels-last, as in Wiregrad; only modules that want channels-first get their input turned round. The
`wiregrad.NAME` helpers are written here from the papers' formulas and know nothing of the project's own code: they
stand in where torch.nn has no module with these settings.
"""
import json
import math
import struct

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

# Types whose PyTorch side works on images (or sequences, for batch normalisation) with the channels at axis 1.
# Other types say so themselves (`channelsFirst`).
CHANNELS_FIRST = {"conv2d", "max-pool2d", "average-pool2d", "global-average-pool2d", "batch-norm"}
NUMPY = {"F32": np.float32, "I64": np.int64, "I32": np.int32}


def read_safetensors(path):
    """The state dict of a safetensors file: length, JSON header, little-endian data."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    header.pop("__metadata__", None)
    return {
        name: torch.from_numpy(
            np.frombuffer(data[slice(*entry["data_offsets"])], NUMPY[entry["dtype"]]).reshape(entry["shape"]).copy()
        )
        for name, entry in header.items()
    }


def gate_function(name):
    return {
        "linear": lambda x: x,
        "relu": F.relu,
        "elu": F.elu,
        "selu": F.selu,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "softmax": lambda x: F.softmax(x, dim=-1),
        "softplus": F.softplus,
        "softsign": F.softsign,
        "swish": F.silu,
        "gelu": F.gelu,
        "hardSigmoid": lambda x: torch.clamp(0.2 * x + 0.5, 0, 1),
    }[name]


class LSTM(nn.Module):
    """nn.LSTM with other gate functions, written out (Hochreiter & Schmidhuber 1997; gates i f g o)."""

    def __init__(self, input_size, hidden_size, bias, batch_first, activation, recurrent_activation):
        super().__init__()
        assert batch_first
        self.weight_ih_l0 = nn.Parameter(torch.empty(4 * hidden_size, input_size))
        self.weight_hh_l0 = nn.Parameter(torch.empty(4 * hidden_size, hidden_size))
        if bias:
            self.bias_ih_l0 = nn.Parameter(torch.empty(4 * hidden_size))
            self.bias_hh_l0 = nn.Parameter(torch.empty(4 * hidden_size))
        self.bias = bias
        self.activation = gate_function(activation)
        self.gate = gate_function(recurrent_activation)

    def forward(self, x):
        h = c = x.new_zeros(x.shape[0], self.weight_hh_l0.shape[1])
        steps = []
        for t in range(x.shape[1]):
            sums = x[:, t] @ self.weight_ih_l0.T + h @ self.weight_hh_l0.T
            if self.bias:
                sums = sums + self.bias_ih_l0 + self.bias_hh_l0
            i, f, g, o = sums.chunk(4, dim=1)
            c = self.gate(f) * c + self.gate(i) * self.activation(g)
            h = self.gate(o) * self.activation(c)
            steps.append(h)
        return torch.stack(steps, dim=1), (h, c)


class PositionEmbedding(nn.Module):
    def __init__(self, length, features):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(length, features))

    def forward(self, x):
        return x + self.weight[: x.shape[1]]


class AveragePool2d(nn.Module):
    """The mean over the part of each window that lies on the image: sums divided by how many places they had."""

    def __init__(self, kernel_size, stride, pad):
        super().__init__()
        self.kernel_size, self.stride, self.pad = tuple(kernel_size), tuple(stride), tuple(pad)

    def forward(self, x):
        places = F.pad(torch.ones_like(x[:1, :1]), self.pad)
        sums = F.avg_pool2d(F.pad(x, self.pad), self.kernel_size, self.stride)
        return sums / F.avg_pool2d(places, self.kernel_size, self.stride)


def forbidden(query, key, heads, mask, causal):
    """Where a place may not look, [B * heads, Tq, Tk], from a mask of ones where it may."""
    batch, rows, columns = query.shape[0], query.shape[1], key.shape[1]
    allowed = torch.ones(batch, rows, columns, dtype=torch.bool)
    if mask is not None:
        allowed = allowed & (mask.reshape(batch, -1, columns) > 0.5)
    if causal:
        allowed = allowed & torch.ones(rows, columns, dtype=torch.bool).tril()
    return ~allowed.repeat_interleave(heads, dim=0)


class MultiHeadAttention(nn.Module):
    """Attention with head sizes of their own (Vaswani et al. 2017, section 3.2.2): softmax(QK^T / sqrt(d)) V."""

    def __init__(self, query_size, key_features, value_features, heads, key_size, value_size, bias):
        super().__init__()
        self.num_heads = heads
        self.query = nn.Linear(query_size, heads * key_size, bias=bias)
        self.key = nn.Linear(key_features, heads * key_size, bias=bias)
        self.value = nn.Linear(value_features, heads * value_size, bias=bias)
        self.output = nn.Linear(heads * value_size, query_size, bias=bias)

    def forward(self, query, key, value, attn_mask, average_attn_weights):
        assert not average_attn_weights
        q, k, v = (
            map_(x).unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
            for map_, x in ((self.query, query), (self.key, key), (self.value, value))
        )
        scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
        scores = scores.masked_fill(attn_mask.reshape(scores.shape), -torch.inf)
        attention = scores.softmax(-1)
        return self.output((attention @ v).transpose(1, 2).flatten(2)), attention


def attend(module, ports, causal, average_attn_weights):
    """A call of either attention module: open ports are the query (or the key), masks become what torch forbids."""
    query = ports["query"]
    key = ports.get("key", query)
    value = ports.get("value", key)
    mask = forbidden(query, key, module.num_heads, ports.get("mask"), causal)
    return module(query, key, value, attn_mask=mask, average_attn_weights=average_attn_weights)


HELPERS = {
    "MultiHeadAttention": MultiHeadAttention,
    "LSTM": LSTM,
    "AveragePool2d": AveragePool2d,
    "add": lambda xs: sum(xs[1:], xs[0]),
    "PositionEmbedding": PositionEmbedding,
    "detach": lambda x: x.detach(),
    "every_step": lambda result: result[0],
    "last_step": lambda result: result[0][:, -1],
}


SOURCES = {}


def helpers_of(sources):
    """The helpers that a node brings along as Python source, as its exported project would have them."""
    text = "\n\n".join(sources)
    if text not in SOURCES:
        SOURCES[text] = {"math": math, "torch": torch, "nn": nn, "F": F}
        exec(compile(text, "helpers", "exec"), SOURCES[text])
    return SOURCES[text]


def resolve(call, sources=()):
    room, name = call.split(".", 1)
    if room == "wiregrad":
        brought = helpers_of(sources)
        return brought[name] if name in brought else HELPERS[name]
    return getattr({"nn": nn, "F": F, "torch": torch}[room], name)


def arguments(record):
    """JSON has no infinities: they come as words."""
    return {name: float(value) if value in ("inf", "-inf") else value for name, value in record.items()}


class Node(nn.Module):
    """One step of the plan as PyTorch runs it: its module where it has one, and what stands around it."""

    def __init__(self, step):
        super().__init__()
        self.emit = emit = step["emit"]
        self.type = step["type"]
        self.sources = emit.get("helpers", ())
        made = resolve(emit["call"], self.sources)
        self.is_module = isinstance(made, type) and issubclass(made, nn.Module)
        self.channels_first = emit.get("channelsFirst", self.type in CHANNELS_FIRST)
        if self.is_module:
            self.module = made(**arguments(emit["args"]))
        else:
            self.function = made

    def forward(self, ports):
        """`ports`: the wired inputs by name, in the order of the definition."""
        emit = self.emit
        if self.type == "multi-head-attention":
            ports = {name: value for name, value in ports.items() if value is not None}
            return attend(self.module, ports, **emit["forward"])
        inputs = list(ports.values())
        if self.channels_first:
            inputs = [x.movedim(-1, 1) if torch.is_tensor(x) and x.dim() > 2 else x for x in inputs]
        if "before" in emit:
            before = resolve(emit["before"]["call"], self.sources)
            inputs = [before(x, **arguments(emit["before"]["args"])) for x in inputs]
        if self.is_module:
            result = self.module(*inputs, **arguments(emit.get("forward", {})))
        else:
            result = self.function(*inputs, **arguments(emit["args"]))
        if self.channels_first and torch.is_tensor(result) and result.dim() > 2:
            result = result.movedim(1, -1)
        if "after" in emit:
            result = resolve(emit["after"]["call"], self.sources)(result, **arguments(emit["after"]["args"]))
        return result

    def load_strictly(self, state):
        """Every name must be there, nothing else may be, and every shape must fit: torch raises otherwise."""
        if self.is_module:
            self.module.load_state_dict(state, strict=True)
        elif state:
            raise KeyError(f"{self.emit['call']} has no weights, but the file has {sorted(state)}")


def to_torch(part, array):
    """One of our weights in PyTorch's layout: reshape, permute, reshape."""
    if "reshape" in part:
        array = array.reshape(part["reshape"])
    if "permute" in part:
        array = array.permute(*part["permute"])
    if "then" in part:
        array = array.reshape(part["then"])
    return array


def from_torch(part, array, shape):
    """The way back, for gradients and trained weights."""
    middle = list(part.get("reshape", shape))
    order = part.get("permute", list(range(len(middle))))
    array = array.reshape([middle[axis] for axis in order])
    back = [order.index(axis) for axis in range(len(order))]
    return array.permute(*back).reshape(shape)


def state_of(emit, weights):
    """The node's state dict from our weights, by the emit's table."""
    state = {}
    for entry in emit["tensors"]:
        if "zeros" in entry:
            dtype = torch.int64 if entry["dtype"] == "I64" else torch.get_default_dtype()
            state[entry["name"]] = torch.zeros(entry["zeros"], dtype=dtype)
        else:
            state[entry["name"]] = torch.cat([to_torch(part, weights[part["weight"]]) for part in entry["parts"]], dim=0) \
                if len(entry["parts"]) > 1 else to_torch(entry["parts"][0], weights[entry["parts"][0]["weight"]])
    return state


def to_ours(emit, tensors, shapes):
    """Our weights (or gradients) by name, from PyTorch's by name; entries of zeros have no counterpart."""
    ours = {}
    for entry in emit["tensors"]:
        if "zeros" in entry or entry["name"] not in tensors:
            continue
        start = 0
        for part in entry["parts"]:
            shape = shapes[part["weight"]]
            rows = to_torch(part, torch.zeros(shape)).shape[0] if shape else 1
            piece = tensors[entry["name"]][start : start + rows] if len(entry["parts"]) > 1 else tensors[entry["name"]]
            start += rows
            ours[part["weight"]] = from_torch(part, piece, shape)
    return ours
