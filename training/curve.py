"""Draws the loss and the error of a training."""

import json
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt


def draw_curve(log: Path, out: Path) -> None:
    """Draw loss per sound and the share of sounds wrong on the development sets over hours of sound heard."""
    lines = [json.loads(line) for line in log.read_text(encoding="ascii").splitlines()]
    hours = [line["hours"] for line in lines]
    figure, left = plt.subplots(figsize=(8, 4.5))
    left.plot(hours, [line["loss"] for line in lines], color="grey", label="loss per sound")
    left.set(xlabel="hours of sound heard", ylabel="loss per sound, nats")
    right = left.twinx()
    for name in (key for key in lines[-1] if key.startswith("error_")):
        # A development set may have been added while the training went on.
        measured = [(line["hours"], 100 * line[name]) for line in lines if name in line]
        right.plot(*zip(*measured, strict=True), marker="o", label=name.replace("_", " "))
    right.set_ylabel("sounds wrong, %")
    figure.legend(loc="upper right")
    figure.tight_layout()
    figure.savefig(out, dpi=100)
    plt.close(figure)
