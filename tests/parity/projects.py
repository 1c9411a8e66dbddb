"""Runs exported PyTorch projects one after another, as their README says.

    python3 projects.py ASKED TOLD

ASKED: a list of {name, folder, inputs, steps}. Each model is loaded strictly and predicts; where steps are asked for, its
own train.py is run. With RANK and WORLD_SIZE set this process takes its share of every batch.
"""
import contextlib
import importlib
import io
import json
import os
import sys
from pathlib import Path

import torch

torch.set_num_threads(1)
FILES = ("model", "wiregrad", "weights", "data", "train")


def tensor(numbers):
    kind = torch.int64 if numbers["dtype"] == "int32" else torch.float32
    return torch.tensor(numbers["values"], dtype=kind).reshape(numbers["shape"])


def predictions(folder, inputs):
    """The outputs of the model, once every name and shape of its weights was found to fit."""
    model = importlib.import_module("model").Model()
    read_weights = importlib.import_module("weights").read_weights
    model.load_state_dict(read_weights(folder / "weights.safetensors"), strict=True)
    model.eval()
    with torch.no_grad():
        outputs = model(*(tensor(one) for one in inputs))
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    return [{"shape": list(one.shape), "values": one.reshape(-1).tolist()} for one in outputs]


def curve(folder, steps):
    rank = os.environ.get("RANK")
    out = folder / ("trained" if rank is None else "shared")
    with contextlib.redirect_stdout(io.StringIO()):
        importlib.import_module("train").main(["--steps", str(steps), "--out", str(out)])
    if rank not in (None, "0"):
        return None
    reloaded = importlib.import_module("weights").read_weights(out / "weights.safetensors")
    importlib.import_module("model").Model().load_state_dict(reloaded, strict=True)
    return json.loads((out / "losses.json").read_text())


def run(one, number):
    folder = Path(one["folder"])
    os.environ["MASTER_PORT"] = str(29600 + number)  # a port of its own, so that none is still in use
    sys.path.insert(0, str(folder))
    try:
        return {
            "outputs": [] if one["inputs"] is None else predictions(folder, one["inputs"]),
            "curve": curve(folder, one["steps"]) if one["steps"] > 0 else None,
        }
    except Exception as error:
        raise SystemExit(f"The project {one['name']} failed: {type(error).__name__}: {error}") from error
    finally:
        sys.path.remove(str(folder))
        for name in FILES:
            sys.modules.pop(name, None)


def main():
    source, target = sys.argv[1:]
    told = [run(one, number) for number, one in enumerate(json.loads(Path(source).read_text()))]
    Path(target).write_text(json.dumps(told))


if __name__ == "__main__":
    main()
