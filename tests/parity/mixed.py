"""What PyTorch says of training in mixed precision, as `golden/mixed.json`: python3 mixed.py > golden/mixed.json

Operands are rounded by `Tensor.half()`, sums are float32, the loss is scaled by PyTorch's own GradScaler. (Autocast also
hands on results in float16, which we do not.) Targets lie so far off that the first steps are left out. By hand: it needs
PyTorch 2.3, and the numbers are committed.
"""
import json

import torch
import torch.nn.functional as F


def half(x):
    return x.half().float()


class Linear(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, kernel, bias):
        ctx.save_for_backward(half(x), half(kernel))
        return half(x) @ half(kernel) + bias

    @staticmethod
    def backward(ctx, dy):
        x, kernel = ctx.saved_tensors
        dy = half(dy)
        return dy @ kernel.T, x.T @ dy, dy.sum(0)


class Convolution(torch.autograd.Function):
    """Images [B, H, W, C] under a kernel [h, w, C, F], without padding."""

    @staticmethod
    def forward(ctx, x, kernel, bias):
        ctx.save_for_backward(half(x), half(kernel))
        return convolved(half(x), half(kernel)) + bias

    @staticmethod
    def backward(ctx, dy):
        x, kernel = ctx.saved_tensors
        dy = half(dy)
        with torch.enable_grad():
            x, kernel = x.detach().requires_grad_(), kernel.detach().requires_grad_()
            dx, dkernel = torch.autograd.grad(convolved(x, kernel), (x, kernel), dy)
        return dx, dkernel, dy.sum((0, 1, 2))


def convolved(x, kernel):
    return F.conv2d(x.permute(0, 3, 1, 2), kernel.permute(3, 2, 0, 1)).permute(0, 2, 3, 1)


def dense_net(weights, x):
    hidden = torch.relu(Linear.apply(x, weights["first:kernel"], weights["first:bias"]))
    return Linear.apply(hidden, weights["net:kernel"], weights["net:bias"])


def convolution_net(weights, x):
    seen = torch.relu(Convolution.apply(x, weights["first:kernel"], weights["first:bias"]))
    return Linear.apply(seen.reshape(len(x), -1), weights["net:kernel"], weights["net:bias"])


def trained(net, x, shapes, target, steps=20):
    draw = lambda shape: torch.randn(shape) * 0.3
    weights = {name: draw(shape).requires_grad_() for name, shape in shapes.items()}
    begun = {name: value.detach().clone() for name, value in weights.items()}
    optimiser = torch.optim.Adam(weights.values(), lr=0.01, betas=(0.9, 0.999), eps=1e-7)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**15, growth_interval=2000)
    losses, scales = [], []
    for _ in range(steps):
        loss = F.mse_loss(net(weights, x), target)
        losses.append(loss.item())
        optimiser.zero_grad()
        scaler.scale(loss).backward()
        scaler.unscale_(optimiser)
        scaler.step(optimiser)
        scaler.update()
        scales.append(scaler.get_scale())
    told = lambda values: {
        name: {"shape": list(value.shape), "values": value.detach().flatten().tolist()} for name, value in values.items()
    }
    return {
        "x": x.flatten().tolist(),
        "target": target.flatten().tolist(),
        "begun": told(begun),
        "losses": losses,
        "scales": scales,
        "trained": told(weights),
    }


torch.manual_seed(5)
dense = trained(
    dense_net,
    torch.randn(16, 8),
    {"first:kernel": (8, 12), "first:bias": (12,), "net:kernel": (12, 1), "net:bias": (1,)},
    40 + 8 * torch.randn(16, 1),
)
convolution = trained(
    convolution_net,
    torch.randn(16, 5, 5, 2),
    {"first:kernel": (3, 3, 2, 4), "first:bias": (4,), "net:kernel": (36, 1), "net:bias": (1,)},
    40 + 8 * torch.randn(16, 1),
)
print(json.dumps({"torch": torch.__version__, "dense": dense, "convolution": convolution}))
