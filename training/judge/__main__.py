"""Command line of the recipe of the learned acts: `training/run judge STAGE --data DATA --work WORK`."""

import argparse
import subprocess
import sys
from pathlib import Path

from training.judge.dialogues import FOLDER
from training.judge.recipe import DEFAULT, load_recipe
from training.judge.stages import STAGES, Run

COMMANDS = {stage.__name__: stage for stage in STAGES}


def _parser() -> argparse.ArgumentParser:
    stages = "\n".join(f"  {name:9} {(stage.__doc__ or '').splitlines()[0]}" for name, stage in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="training/run judge", description=f"{__doc__}\n\n  all       every stage, in this order\n{stages}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("stage", choices=["all", *COMMANDS], metavar="STAGE")
    parser.add_argument(
        "--dialogues", type=Path, default=FOLDER, help="labelled dialogues (default: training/dialogues)"
    )
    parser.add_argument("--data", type=Path, required=True, help="text/*.txt (`training/run text` fetches some)")
    parser.add_argument("--work", type=Path, required=True, help="receives everything that is made")
    parser.add_argument("--recipe", type=Path, default=DEFAULT, help="settings (default: training/judge/recipe.toml)")
    return parser


def main() -> int:
    """Run one stage, or all of them."""
    options = _parser().parse_args()
    if options.stage == "all":
        for stage in STAGES:
            print(f"== {stage.__name__}", flush=True)
            arguments = [stage.__name__, *(word for word in sys.argv[1:] if word != "all")]
            subprocess.run([sys.executable, "-m", "training.judge", *arguments], check=True)
        return 0
    options.work.mkdir(parents=True, exist_ok=True)
    COMMANDS[options.stage](Run(options.dialogues, options.data, options.work, load_recipe(options.recipe)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
