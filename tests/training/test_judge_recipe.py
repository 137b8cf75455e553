"""The recipe of the learned acts on a few dialogues, in its own environment (`training/run` sets it up)."""

import json
import subprocess
from itertools import islice
from pathlib import Path

import pytest

from phrasebook import load_book
from tests.training.paths import ROOT, TRAINING_PYTHON
from voice_agent.acts.learned.model import EXAMPLES, NETWORK, WORTH, read_model
from voice_agent.evaluate.dialogues import read_dialogues, transcript_of
from voice_agent.rules import judge
from voice_agent.values import RULES, CallContext

DIALOGUES, RECIPE = ROOT / "training" / "dialogues", ROOT / "training" / "judge" / "smoke.toml"
STAGES = ("meanings", "pretrain", "train", "calibrate", "costs", "evaluate", "card")
FILES = {
    "calls-a.jsonl": 25,
    "calls-b.jsonl": 15,
    "excerpts-f.jsonl": 20,
    "bank-c.jsonl": 150,
    "held-out/calls-q.jsonl": 6,
}
pytestmark = [
    pytest.mark.skipif(not TRAINING_PYTHON.exists(), reason="训练环境尚未建立：先运行 training/run --help"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first dialogues of some files."""
    folder = tmp_path_factory.mktemp("dialogues")
    for name, count in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        with (DIALOGUES / name).open(encoding="utf-8") as lines:
            (folder / name).write_text("".join(islice(lines, count)), encoding="utf-8")
    return folder


def run(few: Path, work: Path, *stages: str) -> None:
    """Run stages of the recipe on a few dialogues."""
    for stage in stages:
        done = subprocess.run(
            [TRAINING_PYTHON, "-m", "training.judge", stage, "--dialogues", str(few), "--data", str(work), "--work", str(work), "--recipe", str(RECIPE)],
            cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{stage}: {done.stderr[-2000:]}"


@pytest.fixture(scope="module")
def work(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of all stages."""
    folder = tmp_path_factory.mktemp("judge")
    run(few, folder, *STAGES)
    return folder


def test_the_product_judges_with_what_the_recipe_makes(few: Path, work: Path) -> None:
    """The folder of the run is a model: a call judged with it has a finding for every rule, and the judgement names the model."""
    model = read_model(work / "model")
    call = next(read_dialogues(few / "held-out" / "calls-q.jsonl"))
    made = judge(transcript_of(call), CallContext(), load_book(), model)
    assert tuple(one.rule for one in made.findings) == RULES
    assert made.model == model.digest


def test_the_run_leaves_figures_and_a_card(work: Path) -> None:
    """What was measured is there as tables and as data, and the card holds the tables and the digests."""
    figures = json.loads((work / "evaluation.json").read_text(encoding="utf-8"))
    assert figures["as it was said"]["calls"] == FILES["held-out/calls-q.jsonl"]
    card = (work / "model" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert all(name in card for name in (NETWORK, WORTH, EXAMPLES, "| b | call | 15 | calibration |"))


def test_the_same_recipe_makes_the_same_model(few: Path, work: Path, tmp_path: Path) -> None:
    """Training is deterministic: the network of a second run is the same to the last bit."""
    (tmp_path / "meanings.npz").write_bytes((work / "meanings.npz").read_bytes())
    run(few, tmp_path, "pretrain", "train")
    assert read_model(tmp_path / "model").network.digest == read_model(work / "model").network.digest


def test_numpy_computes_what_pytorch_computes() -> None:
    """The tests of the network pass in the environment that has torch."""
    command = [
        TRAINING_PYTHON,
        "-m",
        "pytest",
        "-q",
        "--noconftest",
        "-p",
        "no:cacheprovider",
        "tests/training/torch_acts.py",
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
