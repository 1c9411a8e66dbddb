"""The signals of one training step as PyTorch's hooks see them; writes torch-hooks.json beside itself.

Net: dense 6 relu, dense 5 tanh, dense 4 sigmoid, dense 2; four samples of three numbers; mean squared error; SGD 0.1.
Every number is sin(k) for a running k, so that the other side can make the same ones.
"""

import json
import math
import pathlib

import torch

counter = 0


def sines(*shape, scale=1.0):
    global counter
    size = math.prod(shape)
    values = [scale * math.sin(counter + k) for k in range(1, size + 1)]
    counter += size
    return torch.tensor(values, dtype=torch.float64).reshape(shape)


x, y = sines(4, 3), sines(4, 2)
sizes = [(3, 6, torch.relu), (6, 5, torch.tanh), (5, 4, torch.sigmoid), (4, 2, None)]
layers = []
for fan_in, units, bend in sizes:
    kernel = sines(fan_in, units, scale=4.0 if bend is torch.tanh else 1.0).requires_grad_()
    bias = sines(units, scale=0.5)
    if bend is torch.relu:
        bias[0] = -9.0  # a unit that no sample reaches
    layers.append((kernel, bias.requires_grad_(), bend))

forward, backward = [x], []
value = x.clone().requires_grad_()
value.register_hook(lambda grad: backward.append(grad))
for kernel, bias, bend in layers:
    value = value @ kernel + bias
    value = value if bend is None else bend(value)
    value.register_hook(lambda grad: backward.append(grad))
    forward.append(value.detach())
((value - y) ** 2).mean().backward()
backward.reverse()


def rms(tensor):
    return tensor.square().mean().sqrt().item()


def output(tensor, bend):
    saturated = {torch.tanh: lambda: tensor.abs() > 0.97, torch.sigmoid: lambda: (tensor - 0.5).abs() > 0.48}
    return {
        "outputRms": rms(tensor),
        "outputMean": tensor.mean().item(),
        "outputStd": tensor.std(unbiased=False).item(),
        "outputZeroShare": (tensor == 0).double().mean().item(),
        "outputNonFinite": 0.0,
        "deadShare": (tensor == 0).all(0).double().mean().item() if bend is torch.relu else -1,
        "saturatedShare": saturated[bend]().double().mean().item() if bend in saturated else -1,
    }


def layer(kernel, bias):
    grad = kernel.grad
    return {
        "gradNorm": torch.cat([grad.flatten(), bias.grad]).norm().item(),
        "gradRms": rms(grad),
        "gradMean": grad.mean().item(),
        "gradStd": grad.std(unbiased=False).item(),
        "gradZeroShare": (grad == 0).double().mean().item(),
        "gradNonFinite": 0.0,
        "weightNorm": kernel.norm().item(),
        "relativeGradient": (grad.norm() / kernel.norm()).item(),
        "updateRatio": (0.1 * grad.norm() / kernel.norm()).item(),
    }


def columns(rows):
    return {name: [row[name] for row in rows] for name in rows[0]}


signals = {
    **columns([layer(kernel, bias) for kernel, bias, _ in layers]),
    **columns([output(tensor, bend) for tensor, bend in zip(forward, [None] + [bend for *_, bend in layers])]),
    "forwardRms": [rms(tensor) for tensor in forward],
    "wireRms": [rms(tensor) for tensor in backward],
}
path = pathlib.Path(__file__).with_name("torch-hooks.json")
path.write_text(json.dumps({"torch": torch.__version__, "signals": signals}, indent=2) + "\n")
