/** The text of `train.py` around what the graph decides: options, processes, the loop, what is written. */
export interface LoopParts {
  readonly imports: string
  readonly helpers: string
  readonly defaults: string
  /** Validation after every so many epochs. */
  readonly every: number
  readonly losses: readonly string[]
  /** Objectives and `Evaluation`. */
  readonly classes: string
  readonly metrics: string
  /** Functions for optimisers and schedules. */
  readonly rates: string
  /** Entries of the list of training steps. */
  readonly steps: string
  /** Layers multiply numbers in half precision, where there is a GPU. */
  readonly mixed: boolean
}

const mixedConstant = `
# Mixed precision on a GPU, float32 elsewhere. Wiregrad rounds what dense layers, convolutions and attention multiply to
# float16 and keeps all else in float32; autocast also hands on in float16 what these give, and rounds other products.
MIXED = torch.cuda.is_available()
`

const mixedScaler = `
        options = {"init_scale": 2.0**15, "growth_interval": 2000, "enabled": MIXED}
        there = hasattr(torch.amp, "GradScaler")  # since PyTorch 2.3
        self.scaler = torch.amp.GradScaler("cuda", **options) if there else torch.cuda.amp.GradScaler(**options)`

const plainPass = `
            losses = self.objective(*batch)
            self.optimiser.zero_grad(set_to_none=True)
            (sum(losses.values()) * share).backward()
            if self.clip is not None:
                nn.utils.clip_grad_norm_(self.parameters.values(), self.clip)
            self.optimiser.step()`

const mixedPass = `
            with torch.autocast("cuda", torch.float16, enabled=MIXED):
                losses = self.objective(*batch)
            self.optimiser.zero_grad(set_to_none=True)
            self.scaler.scale(sum(losses.values()) * share).backward()
            self.scaler.unscale_(self.optimiser)
            if self.clip is not None:
                nn.utils.clip_grad_norm_(self.parameters.values(), self.clip)
            self.scaler.step(self.optimiser)  # moves nothing where a gradient is not finite
            self.scaler.update()`

export function loopText(parts: LoopParts): string {
  return `"""Trains the model with the losses, optimisers and batches that the graph says.

    python train.py                              in one process
    torchrun --nproc_per_node=2 train.py         in several, each with its share of every batch

--batch-size is that of all processes together, so that the result does not depend on how many there are. (Batch
normalisation is the exception: it sees the share of its process only.)
"""
import argparse
import json
import math
import os
from pathlib import Path

import torch
import torch.distributed as dist
import torch.nn as nn
${parts.imports}from torch.nn.parallel import DistributedDataParallel

${parts.helpers}from data import Samples
from model import Model
from weights import read_weights, write_weights

HERE = Path(__file__).resolve().parent
${parts.defaults}
VALIDATE_EVERY = ${parts.every}
${parts.mixed ? mixedConstant : ''}

${parts.classes}

${parts.metrics}

${parts.rates}class TrainingStep:
    """One update of some of the weights, from one objective."""

    def __init__(self, model, objective, optimiser, steps, trains=None, schedule=None, clip=None, every=1):
        may = {name: p for name, p in model.named_parameters() if p.requires_grad}
        below = tuple(f"{name}." for name in trains or [])
        self.parameters = {name: p for name, p in may.items() if trains is None or name.startswith(below)}
        self.model, self.others = model, [p for name, p in may.items() if name not in self.parameters]
        self.clip, self.every, self.updates = clip, every, math.ceil(steps / every)
        self.optimiser = optimiser(self.parameters)
        self.schedule = schedule and torch.optim.lr_scheduler.LambdaLR(
            self.optimiser, lambda update: schedule(update, self.updates)
        )${parts.mixed ? mixedScaler : ''}
        with OnlyTheseLearn(self.model, self.others):
            self.objective = DistributedDataParallel(objective) if dist.is_initialized() else objective

    def run(self, batch, share):
        """Updates the weights; the losses before it. \`share\` weighs this process's part of the batch."""
        with OnlyTheseLearn(self.model, self.others):${parts.mixed ? mixedPass : plainPass}
            if self.schedule is not None:
                self.schedule.step()
        return {name: loss.detach() * share for name, loss in losses.items()}


class OnlyTheseLearn:
    """For a while the others keep still, and so do the moving averages of modules that do not learn."""

    def __init__(self, model, others):
        self.others = others
        self.averages = [m for m in model.modules() if getattr(m, "running_mean", None) is not None]

    def __enter__(self):
        for parameter in self.others:
            parameter.requires_grad_(False)
        for module in self.averages:
            module.track_running_stats = any(p.requires_grad for p in module.parameters())

    def __exit__(self, *_):
        for parameter in self.others:
            parameter.requires_grad_(True)
        for module in self.averages:
            module.track_running_stats = True


def training_steps(model, steps):
    """What happens with every batch, in order. \`steps\`: batches of the whole run."""
    return [
${parts.steps}    ]


def over_all_processes(losses):
    """Numbers of this process's share -> of the whole batch."""
    values = torch.stack(list(losses.values()))
    if dist.is_initialized():
        dist.all_reduce(values)
        values /= dist.get_world_size()
    return dict(zip(losses, values.tolist()))


@torch.no_grad()
def evaluate(model, samples, rows, batch_size):
    """Losses and metrics over these samples."""
    model.eval()
    evaluation, losses, looked = Evaluation(model), {}, []
    for start in range(0, len(rows), batch_size):
        part = rows[start : start + batch_size]
        found, seen = evaluation(*samples.batch(part))
        for name, loss in found.items():
            losses[name] = losses.get(name, 0) + loss.item() * len(part) / len(rows)
        looked.append(seen)
    for name, metric in METRICS.items():
        losses[name] = metric(*(torch.cat(parts) for parts in zip(*(seen[name] for seen in looked)))).item()
    model.train()
    return losses


def train(model, samples, options, say):
    """The loss of every batch, before its update."""
    world, rank = (dist.get_world_size(), dist.get_rank()) if dist.is_initialized() else (1, 0)
    size = options.batch_size
    steps_per_epoch = math.ceil(len(samples.rows["train"]) / size)
    steps = options.steps or options.epochs * steps_per_epoch
    training = training_steps(model, steps)
    model.train()
    curve, latest = [], {}
    for number in range(steps):
        epoch, place = divmod(number, steps_per_epoch)
        if place == 0:
            rows = samples.training_rows(options.seed, epoch)
        batch_rows = rows[place * size : (place + 1) * size]
        mine = batch_rows[rank::world]
        share = len(mine) * world / len(batch_rows)  # a process without a sample takes part with weight 0
        batch = samples.batch(mine if len(mine) > 0 else batch_rows[:1])
        for one in training:
            if number % one.every == 0:
                latest.update(over_all_processes(one.run(batch, share)))
        curve.append(sum(latest.values()))
        if place == steps_per_epoch - 1 or number == steps - 1:
            figures = {"loss": curve[-1]}
            held_back = samples.rows.get("validation", [])
            if len(held_back) > 0 and (epoch + 1) % VALIDATE_EVERY == 0 and rank == 0:
                scores = evaluate(model, samples, held_back, size)
                figures.update({f"validation {name}": value for name, value in scores.items()})
            say(f"epoch {epoch + 1}  step {number + 1}  " + "  ".join(f"{k} {v:.6f}" for k, v in figures.items()))
    return curve


def parsed(arguments):
    parser = argparse.ArgumentParser(description="Trains the model.")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--epochs", type=int, default=EPOCHS, help="times that every sample is seen")
    length.add_argument("--steps", type=int, default=None, help="batches, instead of epochs")
    parser.add_argument("--batch-size", type=int, default=BATCH_SIZE, help="samples in a batch, over all processes")
    parser.add_argument("--seed", type=int, default=SEED, help="decides the order of the samples")
    parser.add_argument("--data", default=HERE / "data.npz", help="the samples")
    parser.add_argument("--weights", default=HERE / "weights.safetensors", help="where to begin")
    parser.add_argument("--out", default=HERE / "trained", type=Path, help="folder for the weights and the losses")
    options = parser.parse_args(arguments)
    if options.epochs is None and options.steps is None:
        options.steps = STEPS
    return options


def main(arguments=None):
    options = parsed(arguments)
    several = int(os.environ.get("WORLD_SIZE", 1)) > 1
    device = "cpu"
    if torch.cuda.is_available():
        device = f"cuda:{os.environ.get('LOCAL_RANK', 0)}"
        torch.cuda.set_device(device)
    if several:
        dist.init_process_group("nccl" if device != "cpu" else "gloo")
    rank = dist.get_rank() if several else 0
    torch.manual_seed(options.seed + rank)  # of dropout and noise
    model = Model().to(device)
    model.load_state_dict(read_weights(options.weights), strict=True)
    curve = train(model, Samples(options.data, device), options, say=print if rank == 0 else lambda _: None)
    if rank == 0:
        options.out.mkdir(parents=True, exist_ok=True)
        write_weights(options.out / "weights.safetensors", model.state_dict())
        (options.out / "losses.json").write_text(json.dumps(curve))
    if several:
        dist.destroy_process_group()


if __name__ == "__main__":
    main()
`
}
