"""The numbers that Wiregrad is compared with, made by PyTorch.

    python3 reference.py answer JOBS OUT     run every job of a JSON file (job.ts says what a job is)
    python3 reference.py load JOBS OUT       load exported safetensors strictly and compare predictions

All sums are made in double precision, so that the answers do not depend on the machine. Every node is a real module or
function of torch; optimisers are torch.optim's. What PyTorch does otherwise by design is put right here, in sight:
its second LSTM bias stays at zero, and its running variance (unbiased) is given as the biased one.
"""
import json
import sys

import torch

import torch_nodes as nodes

torch.set_num_threads(1)


def tensor(numbers):
    dtype = torch.int64 if numbers["dtype"] == "int32" else torch.get_default_dtype()
    # Decimals become the float32 that Wiregrad holds, before anything is widened.
    values = torch.tensor(numbers["values"], dtype=torch.float32 if numbers["dtype"] == "float32" else dtype)
    return values.to(dtype).reshape(numbers["shape"])


def numbers(value, digits=7):
    value = value.detach()
    whole = value.dtype in (torch.int64, torch.int32, torch.bool)
    values = value.reshape(-1).tolist()
    return {
        "dtype": "int32" if whole else "float32",
        "shape": list(value.shape),
        "values": [int(v) for v in values] if whole else [compact(v, digits) for v in values],
    }


def compact(value, digits=7):
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


class Network(torch.nn.Module):
    """The steps of a job in order, each a submodule at its path (`encoder/0` is `encoder.0`)."""

    def __init__(self, job):
        super().__init__()
        self.job = job
        self.nodes = {}
        for step in job["steps"]:
            if step["role"] in ("data", "input", "output"):
                continue
            if step["shares"] is not None:
                self.nodes[step["path"]] = self.nodes[step["shares"]]
                continue
            node = nodes.Node(step)
            self.nodes[step["path"]] = node
            if node.is_module:
                self.place(step["path"].split("/"), node.module)

    def place(self, names, module):
        holder = self
        # Not add_module: it refuses the names that torch.nn.Module has itself, such as `double`.
        for name in names[:-1]:
            holder = holder._modules.setdefault(name, torch.nn.Module())
        holder._modules[names[-1]] = module

    def forward(self, feeds):
        values = dict(feeds)
        for step in self.job["steps"]:
            path = step["path"]
            if step.get("rests"):
                continue
            ports = {
                port["port"]: [values[one] for one in port["from"]]
                if isinstance(port["from"], list)
                else None
                if port["from"] is None
                else values[port["from"]]
                for port in step["inputs"]
            }
            if step["role"] in ("data", "input", "output"):
                if ports and step["outputs"]:
                    (values[f"{path}:{step['outputs'][0]}"],) = ports.values()
                continue
            results = self.nodes[path](ports)
            if not isinstance(results, tuple):
                results = (results,)
            for port, result in zip(step["outputs"], results):
                values[f"{path}:{port}"] = result
            if not step["outputs"]:
                values[f"{path}:value"] = results[0]
        return values


def build(job):
    """The network with the job's weights in it, loaded strictly by PyTorch's names."""
    network = Network(job)
    state = {}
    for step in job["steps"]:
        ours = {name: tensor(job["weights"][f"{step['path']}:{name}"]) for name in step["weights"]}
        for name, value in nodes.state_of(step["emit"], ours).items():
            state[f"{step['path'].replace('/', '.')}.{name}"] = value
    network.load_state_dict(state, strict=True)
    freeze(job, network)
    network.train(job["training"])
    return network, state


def freeze(job, network):
    """Entries of zeros exist for PyTorch's sake only: they never move."""
    zeros = {
        f"{step['path'].replace('/', '.')}.{entry['name']}"
        for step in job["steps"]
        for entry in step["emit"]["tensors"]
        if "zeros" in entry
    }
    for name, parameter in network.named_parameters():
        parameter.requires_grad_(name not in zeros)


def feeds_of(job):
    feeds = {name: tensor(value) for name, value in job["feeds"].items()}
    for name in job["differentiate"]:
        feeds[name].requires_grad_(True)
    return feeds


def loss_of(job, values):
    if job["losses"]:
        return sum(values[name] for name in job["losses"])
    return sum((values[name] * tensor(value)).sum() for name, value in job["cotangents"].items())


def ours(job, tensors):
    """Tensors by PyTorch's names -> by ours (`path:weight`)."""
    found = {}
    for step in job["steps"]:
        prefix = step["path"].replace("/", ".") + "."
        local = {name[len(prefix):]: value for name, value in tensors.items() if name.startswith(prefix)}
        shapes = {name: weight["shape"] for name, weight in step["weights"].items()}
        for name, value in nodes.to_ours(step["emit"], local, shapes).items():
            found[f"{step['path']}:{name}"] = value
    return found


def statistics(job, network, before):
    """Moving averages after one pass. PyTorch's variance has n/(n-1) in it; ours has not."""
    after = {}
    for step in job["steps"]:
        if step["type"] != "batch-norm":
            continue
        module = network.nodes[step["path"]].module
        count = network.counts[step["path"]]
        mean, variance = before[step["path"]]
        moved = (module.running_var - (1 - module.momentum) * variance) * (count - 1) / count
        after[f"{step['path']}:moving_mean"] = module.running_mean
        after[f"{step['path']}:moving_variance"] = (1 - module.momentum) * variance + moved
    return after


def watch_batch_norm(job, network):
    """Remembers the running figures before the pass and how many values stand behind each mean."""
    network.counts = {}
    before = {}
    for step in job["steps"]:
        if step["type"] == "batch-norm":
            module = network.nodes[step["path"]].module
            before[step["path"]] = (module.running_mean.clone(), module.running_var.clone())

            def count(_, inputs, path=step["path"]):
                network.counts[path] = inputs[0].numel() // inputs[0].shape[1]

            module.register_forward_pre_hook(count)
    return before


def optimiser_of(job, network):
    """torch.optim with every setting spelled out. Weight decay falls on weights that we hold with two axes or more, never on biases."""
    settings = job["descent"]["optimiser"]
    rate = settings["learningRate"]
    decays = set()
    for step in job["steps"]:
        for entry in step["emit"]["tensors"]:
            weights = [part["weight"] for part in entry.get("parts", [])]
            if any(len(step["weights"][w]["shape"]) > 1 and not w.endswith("bias") for w in weights):
                decays.add(f"{step['path'].replace('/', '.')}.{entry['name']}")
    named = [(name, p) for name, p in network.named_parameters() if p.requires_grad]
    kind = settings["kind"]
    if kind == "sgd":
        return torch.optim.SGD([p for _, p in named], lr=rate)
    if kind == "momentum":
        momentum, nesterov = settings["momentum"], settings["nesterov"]
        return torch.optim.SGD([p for _, p in named], lr=rate, momentum=momentum, dampening=0, nesterov=nesterov)
    if kind == "rmsprop":
        return torch.optim.RMSprop([p for _, p in named], lr=rate, alpha=settings["rho"], eps=settings["epsilon"])
    adam = {"lr": rate, "betas": (settings["beta1"], settings["beta2"]), "eps": settings["epsilon"]}
    if kind == "adam":
        return torch.optim.Adam([p for _, p in named], **adam)
    return torch.optim.AdamW(
        [
            {"params": [p for name, p in named if name in decays], "weight_decay": settings["weightDecay"]},
            {"params": [p for name, p in named if name not in decays], "weight_decay": 0},
        ],
        **adam,
    )


def descend(job):
    """The loss before each of the steps, and after the last one."""
    if job["descent"] is None:
        return []
    network, _ = build(job)
    optimiser = optimiser_of(job, network)
    feeds = {name: tensor(value) for name, value in job["feeds"].items()}
    losses = []
    for _ in range(job["descent"]["steps"]):
        optimiser.zero_grad()
        loss = loss_of(job, network(feeds))
        losses.append(loss.item())
        loss.backward()
        if job["descent"]["clip"] is not None:
            torch.nn.utils.clip_grad_norm_(network.parameters(), job["descent"]["clip"])
        optimiser.step()
    losses.append(loss_of(job, network(feeds)).item())
    return [compact(value, 9) for value in losses]


def answer(job):
    network, state = build(job)
    before = watch_batch_norm(job, network)
    feeds = feeds_of(job)
    values = network(feeds)
    loss = loss_of(job, values) if job["losses"] or job["cotangents"] else None
    gradients = {}
    if loss is not None and loss.requires_grad:
        loss.backward()
        gradients = ours(job, {n: p.grad for n, p in network.named_parameters() if p.requires_grad and p.grad is not None})
        # What a node does not look at in this pass has a gradient of zeros.
        gradients |= {
            name: torch.zeros_like(feeds[name]) if feeds[name].grad is None else feeds[name].grad
            for name in job["differentiate"]
        }
    return {
        "outputs": {name: numbers(values[name]) for name in job["watch"]},
        "loss": None if loss is None else compact(loss.item(), 9),
        "gradients": {name: numbers(value) for name, value in gradients.items()},
        "statistics": {n: numbers(v) for n, v in statistics(job, network, before).items()} if job["training"] else {},
        "curve": descend(job),
        "state": {name: numbers(value) for name, value in state.items()},
    }


def main():
    command, source, target = sys.argv[1:]
    with open(source) as file:
        asked = json.load(file)
    if command == "answer":
        torch.set_default_dtype(torch.float64)
        told = []
        for job in asked:
            try:
                told.append(answer(job))
            except Exception as error:
                raise SystemExit(f"PyTorch could not do the job {job['name']}: {type(error).__name__}: {error}") from error
        told = {"torch": torch.__version__, "answers": told}
    else:
        told = [load_exported(job) for job in asked]
    with open(target, "w") as file:
        json.dump(told, file, separators=(",", ":"))


def load_exported(job):
    """Predictions in float32 of a network whose weights come from a safetensors file alone."""
    network = Network(job)
    network.load_state_dict(nodes.read_safetensors(job["file"]), strict=True)
    network.eval()
    with torch.no_grad():
        values = network({name: tensor(value) for name, value in job["feeds"].items()})
    return {name: numbers(values[name], 9) for name in job["watch"]}


if __name__ == "__main__":
    main()
