"""Prints the share of sounds that a starting network gets wrong: `python -m training.untrained WORK RECIPE [MODEL]`.

Without MODEL the start is random: what chance achieves, to compare a training with.
"""

import sys
from pathlib import Path

import torch

from training.network import Shape
from training.phones import load_inventory
from training.recipe import load_recipe
from training.scoring import error_rate
from training.shards import read_shard
from training.start import starting_network
from training.train import pairs_of


def main() -> None:
    """Measure on the wideband development features of a run."""
    torch.manual_seed(1)
    shape = Shape(load_inventory().outputs, **load_recipe(Path(sys.argv[2])).network)
    net = starting_network(sys.argv[3] if len(sys.argv) > 3 else "random", shape)
    work = Path(sys.argv[1])
    pairs = pairs_of(sorted((work / "shards").glob("shard_*.json")), shape.outputs)
    print(error_rate(net, read_shard(work / "dev" / "wideband"), pairs))


if __name__ == "__main__":
    main()
