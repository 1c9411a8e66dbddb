"""The nets of models.ts in PyTorch: reads {"call", "given"} a line, answers {"result"} a line.

    python3 pytorch.py          on the processor with one thread
    python3 pytorch.py cuda     on the GPU, eagerly
"""
import json
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

device = torch.device(sys.argv[1] if len(sys.argv) > 1 else "cpu")
torch.set_num_threads(1)
torch.manual_seed(0)


class Gpt(nn.Module):
    def __init__(self, layers=4, heads=4, width=128, length=64, symbols=65):
        super().__init__()
        self.heads = heads
        self.tokens = nn.Parameter(torch.randn(symbols, width) * 0.02)
        self.places = nn.Parameter(torch.randn(length, width) * 0.02)
        self.blocks = nn.ModuleList(
            nn.ModuleDict(
                {
                    "norm": nn.LayerNorm(width),
                    "look": nn.Linear(width, 3 * width),
                    "out": nn.Linear(width, width),
                    "inner": nn.LayerNorm(width),
                    "wide": nn.Linear(width, 4 * width),
                    "back": nn.Linear(4 * width, width),
                }
            )
            for _ in range(layers)
        )
        self.last = nn.LayerNorm(width)
        self.scores = nn.Linear(width, symbols, bias=False)

    def forward(self, ids):
        h = F.embedding(ids, self.tokens) + self.places
        batch, length, width = h.shape
        for block in self.blocks:
            rows = block["look"](block["norm"](h))
            q, k, v = (
                part.view(batch, length, self.heads, width // self.heads).transpose(1, 2) for part in rows.split(width, 2)
            )
            mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            h = h + block["out"](mixed.transpose(1, 2).reshape(batch, length, width))
            h = h + block["back"](F.gelu(block["wide"](block["inner"](h))))
        return self.scores(self.last(h)).view(batch * length, -1)


class Walk(nn.Module):
    """A recurrent layer whose last outputs are told apart."""

    def __init__(self, layer, features):
        super().__init__()
        self.layer = layer
        self.scores = nn.Linear(features, 10)

    def forward(self, x):
        _, state = self.layer(x)
        last = state[0] if isinstance(state, tuple) else state
        return self.scores(last.transpose(0, 1).flatten(1))


class Residual(nn.Module):
    def __init__(self, before, filters, strides):
        super().__init__()
        self.conv1 = nn.Conv2d(before, filters, 3, strides, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(filters)
        self.conv2 = nn.Conv2d(filters, filters, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(filters)
        self.skip = (
            nn.Identity()
            if strides == 1 and before == filters
            else nn.Sequential(nn.Conv2d(before, filters, 1, strides, bias=False), nn.BatchNorm2d(filters))
        )

    def forward(self, x):
        branch = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        return F.relu(branch + self.skip(x))


def resnet(*stages):
    blocks, before = [], stages[0]
    for at, filters in enumerate(stages):
        for block in range(2):
            blocks.append(Residual(before, filters, 2 if at > 0 and block == 0 else 1))
            before = filters
    stem = [nn.Conv2d(3, stages[0], 3, 1, 1, bias=False), nn.BatchNorm2d(stages[0]), nn.ReLU()]
    return nn.Sequential(*stem, *blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, 10))


def perceptron(*widths):
    layers = []
    for before, after in zip(widths, widths[1:]):
        layers += [nn.Linear(before, after), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def convnet():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(0.5), nn.Linear(1600, 10),
    )


def small_convnet():
    return nn.Sequential(nn.Conv2d(1, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(200, 10))


def gru(features, units):
    return Walk(nn.GRU(features, units, batch_first=True, bidirectional=True), 2 * units)


nets = {
    "tiny-mlp": (lambda: perceptron(16, 32, 32, 10), lambda: torch.rand(32, 16), 32, 10),
    "mlp": (lambda: perceptron(784, 512, 256, 10), lambda: torch.rand(128, 784), 128, 10),
    "cnn": (convnet, lambda: torch.rand(128, 1, 28, 28), 128, 10),
    "lstm": (lambda: Walk(nn.LSTM(16, 64, batch_first=True), 64), lambda: torch.randn(32, 50, 16), 32, 10),
    "gpt": (Gpt, lambda: torch.randint(0, 65, (12, 64)), 12 * 64, 65),
    "resnet18": (lambda: resnet(64, 128, 256, 512), lambda: torch.rand(32, 3, 32, 32), 32, 10),
    "bigru": (lambda: gru(16, 64), lambda: torch.randn(32, 50, 16), 32, 10),
    "small-cnn": (small_convnet, lambda: torch.rand(8, 1, 12, 12), 8, 10),
    "small-lstm": (lambda: Walk(nn.LSTM(4, 8, batch_first=True), 8), lambda: torch.randn(8, 6, 4), 8, 10),
    "small-gpt": (lambda: Gpt(1, 4, 32, 16), lambda: torch.randint(0, 65, (2, 16)), 2 * 16, 65),
    "small-resnet": (lambda: resnet(4, 8), lambda: torch.rand(8, 3, 8, 8), 8, 10),
    "small-bigru": (lambda: gru(4, 8), lambda: torch.randn(8, 6, 4), 8, 10),
}
step = None


def wait():
    if device.type == "cuda":
        torch.cuda.synchronize()


def start(name, *_):
    global step
    make, samples, answers, classes = nets[name]
    net, x = make().to(device), samples().to(device)
    wanted = torch.randint(0, classes, (answers,)).to(device)
    adam = torch.optim.Adam(net.parameters(), 1e-3, eps=1e-7)

    def once():
        adam.zero_grad(set_to_none=True)
        loss = F.cross_entropy(net(x), wanted)
        loss.backward()
        adam.step()

    step = once
    run(3)


def run(steps):
    wait()
    begun, used = time.perf_counter(), time.process_time()
    for _ in range(steps):
        step()
    given = time.process_time()
    wait()
    return {"host": (given - used) / steps * 1e3, "wall": (time.perf_counter() - begun) / steps * 1e3}


def where():
    return torch.cuda.get_device_name() if device.type == "cuda" else "one thread"


calls = {"start": start, "run": run, "version": lambda: torch.__version__, "where": where, "stop": lambda: None}
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"result": calls[asked["call"]](*asked["given"])}), flush=True)
