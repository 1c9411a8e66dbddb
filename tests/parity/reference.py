"""The numbers that Wiregrad is compared with, made by PyTorch.

    python3 reference.py answer JOBS OUT     run every job of a JSON file (job.ts says what a job is)
    python3 reference.py load JOBS OUT       load exported safetensors strictly and compare predictions

All sums are made in double precision, so that the answers do not depend on the machine. Every node is a real module or
function of torch, or a helper; where a helper is written here as well (torch_nodes.HELPERS), the numbers are this one's,
and the one that ships must give the same. Optimisers are torch.optim's. What PyTorch does otherwise by design is put right here, in sight:
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

    def __init__(self, job, shipped=False):
        super().__init__()
        self.job = job
        self.nodes = {}
        steps = [step for step in job["steps"] if step["role"] not in ("data", "input", "output")]
        # Owners first: one may be run after a step that uses its module.
        for step in sorted(steps, key=lambda step: step["shares"] is not None):
            if step["shares"] is not None:
                self.nodes[step["path"]] = self.nodes[step["shares"]]
                continue
            node = nodes.Node(step, shipped)
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
        tensors = dict(self.named_parameters())
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
            results = self.nodes[path](ports, [tensors[name] for name in step.get("borrows", ())])
            if not isinstance(results, tuple):
                results = (results,)
            for port, result in zip(step["outputs"], results):
                values[f"{path}:{port}"] = result
            if not step["outputs"]:
                values[f"{path}:value"] = results[0]
        return values


def owners(job):
    """The steps with a module of their own: one that shares has its numbers in its owner's."""
    return [step for step in job["steps"] if step["shares"] is None]


def build(job, shipped=False):
    """The network with the job's weights in it, loaded strictly by PyTorch's names."""
    network = Network(job, shipped)
    state = {}
    for step in owners(job):
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
        for step in owners(job)
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
    for step in owners(job):
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
    for step in owners(job):
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


def answer(job, shipped=False):
    network, state = build(job, shipped)
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
        "curve": [] if shipped else descend(job),
        "state": {name: numbers(value) for name, value in state.items()},
    }


def has_two_versions(job):
    """Whether a helper is called that is written here as well as shipped."""
    called = [emit[part] for emit in (step["emit"] for step in job["steps"]) for part in ("before", "after") if part in emit]
    calls = [part["call"] for part in called] + [step["emit"]["call"] for step in job["steps"]]
    return any(call.startswith("wiregrad.") and call.split(".")[1] in nodes.HELPERS for call in calls)


def apart(one, other):
    """Where two answers differ by more than what rounding to seven digits leaves."""
    values = {group: one[group].items() for group in ("outputs", "gradients", "statistics")}
    for group, entries in values.items():
        for name, told in entries:
            again = other[group][name]
            pairs = zip(told["values"], again["values"], strict=True)
            if told["shape"] != again["shape"] or any(abs(a - b) > 1e-6 * max(1, abs(a)) for a, b in pairs):
                return f"{group} {name}"
    losses = one["loss"] or 0, other["loss"] or 0
    return "the loss" if abs(losses[0] - losses[1]) > 1e-6 * max(1, abs(losses[0])) else None


def sound_answer(job):
    """The answer, once the helpers that ship have given it too."""
    told = answer(job)
    if has_two_versions(job):
        different = apart(told, answer(job, shipped=True))
        if different is not None:
            raise ValueError(f"the helper that ships differs from the one written here in {different}")
    return told


def main():
    command, source, target = sys.argv[1:]
    with open(source) as file:
        asked = json.load(file)
    if command == "answer":
        torch.set_default_dtype(torch.float64)
        told = []
        for job in asked:
            try:
                told.append(sound_answer(job))
            except Exception as error:
                raise SystemExit(f"PyTorch could not do the job {job['name']}: {type(error).__name__}: {error}") from error
        told = {"torch": torch.__version__, "answers": told}
    else:
        told = [load_exported(job) for job in asked]
    with open(target, "w") as file:
        json.dump(told, file, separators=(",", ":"))


def load_exported(job):
    """Predictions in float32 of a network whose weights come from a safetensors file alone."""
    network = Network(job, shipped=True)
    network.load_state_dict(nodes.read_safetensors(job["file"]), strict=True)
    network.eval()
    with torch.no_grad():
        values = network({name: tensor(value) for name, value in job["feeds"].items()})
    return {name: numbers(values[name], 9) for name in job["watch"]}


if __name__ == "__main__":
    main()
