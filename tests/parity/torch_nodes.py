"""How a node's PyTorch side ({call, args, tensors, before, forward, after}) becomes a real module.

Values travel channels-last, as in Wiregrad; only modules that want channels-first get their input turned round. Nodes
bring the source of the `wiregrad.NAME` helpers that they call. Those of HELPERS are written here once more, from the
papers' formulas and without a look at the project's own code: the numbers come from them, and the ones that ship must
agree (reference.py).
"""
import json
import math
import struct

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

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

    def forward(self, query, key=None, value=None, mask=None, *, causal):
        key = query if key is None else key
        value = key if value is None else value
        q, k, v = (
            map_(x).unflatten(-1, (self.num_heads, -1)).transpose(1, 2)
            for map_, x in ((self.query, query), (self.key, key), (self.value, value))
        )
        scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
        closed = forbidden(query, key, self.num_heads, mask, causal)
        scores = scores.masked_fill(closed.reshape(scores.shape), -torch.inf)
        attention = scores.softmax(-1)
        return self.output((attention @ v).transpose(1, 2).flatten(2)), attention


class MultiheadAttention(nn.MultiheadAttention):
    """torch's own module: open ports are the query (or the key), masks become what torch forbids."""

    def forward(self, query, key=None, value=None, mask=None, *, causal):
        key = query if key is None else key
        value = key if value is None else value
        closed = forbidden(query, key, self.num_heads, mask, causal)
        return super().forward(query, key, value, attn_mask=closed, average_attn_weights=False)


HELPERS = {
    "MultiHeadAttention": MultiHeadAttention,
    "MultiheadAttention": MultiheadAttention,
    "AveragePool2d": AveragePool2d,
    "add": lambda xs: sum(xs[1:], xs[0]),
    "PositionEmbedding": PositionEmbedding,
    "detach": lambda x: x.detach(),
}


SOURCES = {}


def helpers_of(sources):
    """The helpers that a node brings along as Python source, as its exported project would have them."""
    text = "\n\n".join(sources)
    if text not in SOURCES:
        SOURCES[text] = {"math": math, "torch": torch, "nn": nn, "F": F}
        exec(compile(text, "helpers", "exec"), SOURCES[text])
    return SOURCES[text]


def resolve(call, sources=(), shipped=False):
    """What a call names; of a helper the version written here, where there is one and the shipped one is not asked for."""
    room, name = call.split(".", 1)
    if room == "wiregrad":
        brought = helpers_of(sources)
        if name not in brought:
            raise KeyError(f"{call} is called, but no helper text defines it")
        return brought[name] if shipped or name not in HELPERS else HELPERS[name]
    return getattr({"nn": nn, "F": F, "torch": torch}[room], name)


def turned(value, source, target):
    """The axis of the channels moved, in a tensor of rank 3 and more or in each of several."""
    if isinstance(value, (list, tuple)):
        return type(value)(turned(one, source, target) for one in value)
    return value.movedim(source, target) if torch.is_tensor(value) and value.dim() > 2 else value


def arguments(record):
    """JSON has no infinities: they come as words."""
    return {name: float(value) if value in ("inf", "-inf") else value for name, value in record.items()}


class Node(nn.Module):
    """One step of the plan as PyTorch runs it: its module where it has one, and what stands around it."""

    def __init__(self, step, shipped=False):
        super().__init__()
        self.emit = emit = step["emit"]
        self.sources, self.shipped = emit.get("helpers", ()), shipped
        made = self.resolve(emit["call"])
        self.is_module = isinstance(made, type) and issubclass(made, nn.Module)
        self.channels_first = emit.get("channelsFirst", False)
        if self.is_module:
            self.module = made(**arguments(emit["args"]))
        else:
            self.function = made

    def resolve(self, call):
        return resolve(call, self.sources, self.shipped)

    def forward(self, ports, borrowed=()):
        """`ports`: the wired inputs by name, in the order of the definition; then tensors of another node's module."""
        emit = self.emit
        inputs = [*ports.values(), *borrowed]
        if self.channels_first:
            inputs = turned(inputs, -1, 1)
        if "before" in emit:
            before = self.resolve(emit["before"]["call"])
            inputs = [before(x, **arguments(emit["before"]["args"])) for x in inputs]
        if self.is_module:
            result = self.module(*inputs, **arguments(emit.get("forward", {})))
        else:
            result = self.function(*inputs, **arguments(emit["args"]))
        if self.channels_first:
            result = turned(result, 1, -1)
        if "after" in emit:
            result = self.resolve(emit["after"]["call"])(result, **arguments(emit["after"]["args"]))
        return result

    def load_strictly(self, state):
        """Every name must be there, nothing else may be, and every shape must fit: torch raises otherwise."""
        if self.is_module:
            self.module.load_state_dict(state, strict=True)
        elif state:
            raise KeyError(f"{self.emit['call']} has no weights, but the file has {sorted(state)}")


def to_torch(part, array):
    """One of our weights in PyTorch's layout: reshape, permute, reshape, blocks of axis 0 in order."""
    if "reshape" in part:
        array = array.reshape(part["reshape"])
    if "permute" in part:
        array = array.permute(*part["permute"])
    if "then" in part:
        array = array.reshape(part["then"])
    if "blocks" in part:
        array = in_blocks(array, part["blocks"])
    return array


def in_blocks(array, order):
    """Equal blocks along axis 0, block order[i] in place i."""
    blocks = array.chunk(len(order))
    return torch.cat([blocks[place] for place in order])


def from_torch(part, array, shape):
    """The way back, for gradients and trained weights."""
    if "blocks" in part:
        array = in_blocks(array, [part["blocks"].index(place) for place in range(len(part["blocks"]))])
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
