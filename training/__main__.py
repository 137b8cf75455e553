"""Command line of the recipe: `training/run STAGE --data DATA --work WORK`."""

import argparse
import subprocess
import sys
from pathlib import Path

from training.recipe import DEFAULT, load_recipe
from training.stages import EXTRA, STAGES, Run

COMMANDS = {stage.__name__: stage for stage in (*EXTRA, *STAGES)}


def _parser() -> argparse.ArgumentParser:
    stages = "\n".join(f"  {name:9} {(stage.__doc__ or '').splitlines()[0]}" for name, stage in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="training/run", description=f"{__doc__}\n\n  all       every stage below but text, in this order\n{stages}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("stage", choices=["all", *COMMANDS], metavar="STAGE")
    parser.add_argument("--data", type=Path, required=True, help="train/*.tsv, dev/*.tsv, text/*.txt")
    parser.add_argument("--work", type=Path, required=True, help="receives everything that is made")
    parser.add_argument("--recipe", type=Path, default=DEFAULT, help="settings (default: training/recipe.toml)")
    parser.add_argument("--start", default="korean", help="random, korean, or the folder of a model to continue")
    parser.add_argument("--processes", type=int, default=2, help="that train together, one a core (default: 2)")
    return parser


def main() -> int:
    """Run one stage, or all of them, each in a process of its own (kaldifst and vosk do not share one)."""
    options = _parser().parse_args()
    if options.stage == "all":
        for stage in STAGES:
            print(f"== {stage.__name__}", flush=True)
            arguments = [stage.__name__, *(word for word in sys.argv[1:] if word != "all")]
            subprocess.run([sys.executable, "-m", "training", *arguments], check=True)
        return 0
    options.work.mkdir(parents=True, exist_ok=True)
    run = Run(options.data, options.work, load_recipe(options.recipe), options.start, options.processes)
    COMMANDS[options.stage](run)
    return 0


if __name__ == "__main__":
    sys.exit(main())
