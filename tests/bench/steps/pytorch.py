"""The five nets of models.ts in PyTorch with one thread: reads {"call", "given"} a line, answers {"result"} a line."""
import json
import math
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

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


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(16, 64, batch_first=True)
        self.scores = nn.Linear(64, 10)

    def forward(self, x):
        return self.scores(self.lstm(x)[0][:, -1])


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


nets = {
    "tiny-mlp": (lambda: perceptron(16, 32, 32, 10), lambda: torch.rand(32, 16), 32, 10),
    "mlp": (lambda: perceptron(784, 512, 256, 10), lambda: torch.rand(128, 784), 128, 10),
    "cnn": (convnet, lambda: torch.rand(128, 1, 28, 28), 128, 10),
    "lstm": (Lstm, lambda: torch.randn(32, 50, 16), 32, 10),
    "gpt": (Gpt, lambda: torch.randint(0, 65, (12, 64)), 12 * 64, 65),
}
step = None


def start(name, _probe_every):
    global step
    make, samples, answers, classes = nets[name]
    net, x = make(), samples()
    wanted = torch.randint(0, classes, (answers,))
    adam = torch.optim.Adam(net.parameters(), 1e-3, eps=1e-7)

    def once():
        adam.zero_grad(set_to_none=True)
        loss = F.cross_entropy(net(x), wanted)
        loss.backward()
        adam.step()

    step = once
    run(3)


def run(steps):
    begun, used = time.perf_counter(), time.process_time()
    for _ in range(steps):
        step()
    return {
        "host": (time.process_time() - used) / steps * 1e3,
        "wall": (time.perf_counter() - begun) / steps * 1e3,
    }


calls = {"start": start, "run": run, "version": lambda: torch.__version__}
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"result": calls[asked["call"]](*asked["given"])}), flush=True)
