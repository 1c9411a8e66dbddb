"""What PyTorch's hooks see in one step of a small network: the numbers of golden/signals.json.

Recurrent layer, ReLU, sigmoid, one value; weights and samples come from numpy's generator and are written into the file,
so that the engine starts from the very same ones. `/usr/bin/python3 tests/parity/signals.py > tests/parity/golden/signals.json`
"""

import json

import numpy as np
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
random = np.random.default_rng(5)
BATCH, STEPS, FEATURES, UNITS, HIDDEN, WIDTH = 6, 20, 3, 5, 8, 4


def draw(*shape, scale=1.0):
    return np.round(random.normal(size=shape) * scale, 6).astype(np.float32)


x = draw(BATCH, STEPS, FEATURES)
y = draw(BATCH, 1)
weights = {
    "memory": {
        "kernel": draw(FEATURES, UNITS, scale=0.8),
        "recurrent_kernel": draw(UNITS, UNITS, scale=0.5),
        "bias": draw(UNITS, scale=0.3),
    },
    "rectified": {"kernel": draw(UNITS, HIDDEN, scale=1.5), "bias": draw(HIDDEN, scale=0.5) - 1},
    "flat": {"kernel": draw(HIDDEN, WIDTH, scale=6), "bias": draw(WIDTH, scale=2)},
    "value": {"kernel": draw(WIDTH, 1), "bias": draw(1)},
}


def linear(name):
    kernel, bias = weights[name]["kernel"], weights[name]["bias"]
    layer = nn.Linear(*kernel.shape)
    layer.weight.data = torch.tensor(kernel.T, dtype=torch.float64)
    layer.bias.data = torch.tensor(bias, dtype=torch.float64)
    return layer


memory = nn.RNN(FEATURES, UNITS, batch_first=True)
for own, ours in [("weight_ih_l0", "kernel"), ("weight_hh_l0", "recurrent_kernel")]:
    getattr(memory, own).data = torch.tensor(weights["memory"][ours].T, dtype=torch.float64)
memory.bias_ih_l0.data = torch.tensor(weights["memory"]["bias"], dtype=torch.float64)
memory.bias_hh_l0.data.zero_()

given, gradients = {}, {}


def watch(name, value):
    given[name] = value.detach()
    value.register_hook(lambda gradient: gradients.__setitem__(name, gradient))
    return value


samples = torch.tensor(x, dtype=torch.float64, requires_grad=True)
watch("data", samples)
state = watch("memory", memory(samples)[0][:, -1])
state = watch("rectified", torch.relu(linear("rectified")(state)))
state = watch("flat", torch.sigmoid(linear("flat")(state)))
answer = watch("value", linear("value")(state))
loss = nn.functional.mse_loss(answer, torch.tensor(y, dtype=torch.float64))
loss.backward()


def activity(name, flat=None):
    value = given[name]
    saturated = 0.0
    if flat == "tanh":
        saturated = (value.abs() > 0.97).double().mean().item()
    if flat == "sigmoid":
        saturated = ((value < 0.02) | (value > 0.98)).double().mean().item()
    return {
        "deviation": value.std(unbiased=False).item(),
        "largest": value.abs().max().item(),
        "zero": (value == 0).double().mean().item(),
        "dead": (value == 0).all(0).double().mean().item(),
        "saturated": saturated,
        "spread": value.std(0, unbiased=False).mean().item(),
    }


def rms(tensor):
    return tensor.square().mean().sqrt().item()


tenth = STEPS // 10
print(
    json.dumps(
        {
            "x": x.tolist(),
            "y": y.tolist(),
            "weights": {n: {k: v.tolist() for k, v in w.items()} for n, w in weights.items()},
            "loss": loss.item(),
            "activity": {
                "memory": activity("memory", "tanh"),
                "rectified": activity("rectified"),
                "flat": activity("flat", "sigmoid"),
                "value": activity("value"),
            },
            "delta": {name: rms(gradient) for name, gradient in gradients.items()},
            "time": [rms(gradients["data"][:, :tenth]), rms(gradients["data"][:, -tenth:])],
        }
    )
)
