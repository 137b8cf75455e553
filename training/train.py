"""Trains the network with CTC-CRF: resumable, seeded, one or several processes, a log and a curve."""

import json
import math
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from training.agreement import disagreement
from training.averaging import Processes, RunningAverage
from training.batches import Batch, batches
from training.crf import Pairs, count_pairs, crf_loss
from training.muon import Muon
from training.network import AcousticNetwork, Shape
from training.recipe import Recipe, Training
from training.scoring import error_rate
from training.shards import read_shard, read_targets

CHECKPOINT, START, LOG = "checkpoint.pt", "start.pt", "log.jsonl"
WARM_UP_STEPS = 100
GRADIENT_NORM = 3.0


@dataclass
class Progress:
    """How far a training is."""

    step: int = 0
    hours: float = 0.0
    loss: float = field(default=0.0, metadata={"of": "the last stretch, per sound"})


def rate_factor(share: float, flat: float) -> float:
    """Return the factor on learning rates after `share` of the training: 1 while flat, then half a cosine down to 1 %."""
    return 1.0 if share < flat else 0.01 + 0.495 * (1 + math.cos(math.pi * min(1.0, (share - flat) / (1 - flat))))


class Trainer:
    """One process of a training in a folder `work` that holds shards and receives checkpoints."""

    def __init__(self, net: AcousticNetwork, recipe: Recipe, work: Path, group: Processes) -> None:
        self.net, self.recipe, self.work, self.group = net, recipe, work, group
        self.progress, self.average = Progress(), RunningAverage(net, recipe.training.remember)
        self.optimiser = _optimiser(net, recipe)
        self.shards = sorted((work / "shards").glob("shard_*.json"))
        self.pairs = pairs_of(self.shards, net.shape.outputs)
        self._heard = self._lost = 0.0

    def keep_start(self, continues: bool) -> None:
        """Write the weights that a new training begins with, widened as they are, if it `continues` a model: what is exported lies
        between them and the end's. Those of an earlier training in the same folder go in any case."""
        if (self.work / CHECKPOINT).exists():
            return
        (self.work / START).unlink(missing_ok=True)
        if continues:
            torch.save(self.net.state_dict(), self.work / START)

    def resume(self) -> None:
        """Go on from the last checkpoint, if there is one."""
        path = self.work / CHECKPOINT
        if path.exists():
            saved = torch.load(path, weights_only=True)
            self.net.load_state_dict(saved["weights"])
            self.optimiser.load_state_dict(saved["optimiser"])
            self.progress = Progress(saved["step"], saved["hours"])
            self.average = RunningAverage(self.net, self.recipe.training.remember, saved["average"])
            self.average.updates = saved["updates"]

    def save(self) -> None:
        """Write a checkpoint, complete or not at all."""
        state: dict[str, Any] = {
            "weights": self.net.state_dict(),
            "average": self.average.weights,
            "updates": self.average.updates,
            "optimiser": self.optimiser.state_dict(),
            "step": self.progress.step,
            "hours": self.progress.hours,
            "shape": self.net.shape.as_dict(),
        }
        torch.save(state, self.work / f"{CHECKPOINT}.part")
        (self.work / f"{CHECKPOINT}.part").rename(self.work / CHECKPOINT)

    def run(self, continues: bool) -> None:
        """Train until the recipe's hours of sound are heard; only of a model that it `continues` are normalisations kept."""
        settings = self.recipe.training
        rng = random.Random(f"{self.recipe.seed} {self.group.rank} {self.progress.step}")
        last = time.monotonic()
        self.net.train()
        if continues and settings.keep_normalisation:
            self.net.keep_normalisation()
        for batch in batches(self.shards, self.net.shape.context, settings, rng):
            if self.progress.hours >= settings.hours:
                break
            self._learn(batch)
            if self.progress.step % settings.average_every:
                continue
            self._meet()
            if self.group.rank == 0 and time.monotonic() - last > 60 * settings.checkpoint_minutes:
                self._report()
                last = time.monotonic()
        if self.group.rank == 0:
            self._report()

    def _learn(self, batch: Batch) -> None:
        share = self.progress.hours / self.recipe.training.hours
        factor = rate_factor(share, self.recipe.training.flat) * min(1.0, (self.progress.step + 1) / WARM_UP_STEPS)
        for group in self.optimiser.param_groups:
            group["lr"] = group["base"] * factor
        # The lower layers cost most and know most already: they learn on some steps only.
        scores = self.net(batch.frames, train_lower=self.progress.step % self.recipe.training.lower_every == 0)
        loss = _loss(scores, batch, self.pairs, self.recipe.training)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_([p for p in self.net.parameters() if p.grad is not None], GRADIENT_NORM)
        if torch.isfinite(norm):
            self.optimiser.step()
        self.progress.step += 1
        self._heard += batch.seconds
        self._lost += float(loss.detach())

    def _meet(self) -> None:
        self.group.average(self.net)
        self.progress.hours += self.group.total(self._heard) / 3600
        self.progress.loss = self._lost / self.recipe.training.average_every
        self._heard = self._lost = 0.0
        self.average.update(self.net)

    def _report(self) -> None:
        """Save, measure the averaged weights on the development set, write a line of the log and the curve."""
        from training.curve import draw_curve  # noqa: PLC0415 - matplotlib is slow to load

        self.save()
        line = {
            "step": self.progress.step,
            "hours": round(self.progress.hours, 3),
            "loss": round(self.progress.loss, 4),
            **{name: round(value, 4) for name, value in self._errors().items()},
            "cpu_seconds": round(time.process_time()),
        }
        with (self.work / LOG).open("a", encoding="ascii") as log:
            log.write(json.dumps(line) + "\n")
        print(line, flush=True)
        draw_curve(self.work / LOG, self.work / "curve.png")

    def _errors(self) -> dict[str, float]:
        averaged = AcousticNetwork(self.net.shape)
        averaged.load_state_dict(self.average.weights)
        sets = sorted((self.work / "dev").glob("*.json"))
        return {f"error_{path.stem}": error_rate(averaged, read_shard(path), self.pairs) for path in sets}


def _optimiser(net: AcousticNetwork, recipe: Recipe) -> torch.optim.Optimizer:
    settings = recipe.training
    lower, head = net.lower_parameters(), [*net.out.parameters(), *net.pl2.parameters()]
    special = {id(parameter) for parameter in (*lower, *head)}
    body = [parameter for parameter in net.parameters() if id(parameter) not in special]
    return Muon([
        {"params": head, "base": settings.head},
        {"params": [p for p in body if p.ndim < 2], "base": settings.body},
        {"params": [p for p in lower if p.ndim < 2], "base": settings.lower},
        {"params": [p for p in body if p.ndim == 2], "base": settings.body, "even": True},
        {"params": [p for p in lower if p.ndim == 2], "base": settings.lower, "even": True},
    ])  # fmt: skip


def pairs_of(shards: list[Path], outputs: int) -> Pairs:
    """Count which sound follows which in the training speech."""
    return count_pairs([targets for path in shards for targets in read_targets(path)], outputs)


def _loss(scores: Tensor, batch: Batch, pairs: Pairs, settings: Training) -> Tensor:
    """The criterion, a share of CTC, which keeps each frame's outputs probabilities, and what two views disagree about."""
    loss = crf_loss(scores, batch.outputs, batch.targets, batch.target_lengths, pairs)
    if settings.ctc:
        loss = loss + settings.ctc * functional.ctc_loss(
            scores.transpose(0, 1), batch.targets, batch.outputs, batch.target_lengths, blank=0, zero_infinity=True
        )
    if settings.views == 2 and settings.agreement:
        loss = loss + settings.agreement * disagreement(scores, batch.outputs, batch.target_lengths)
    return loss


def starting_weights(work: Path) -> dict[str, Tensor] | None:
    """Load the weights of the model that the training went on from; None where it went on from none."""
    if not (work / START).exists():
        return None
    weights: dict[str, Tensor] = torch.load(work / START, weights_only=True)
    return weights


def trained_network(work: Path) -> AcousticNetwork:
    """Load the averaged weights of the last checkpoint."""
    saved = torch.load(work / CHECKPOINT, weights_only=True)
    net = AcousticNetwork(Shape(**saved["shape"]))
    net.load_state_dict(saved["average"])
    return net.eval()
