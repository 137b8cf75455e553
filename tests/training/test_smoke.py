"""The whole recipe on a few minutes of spoken digits, in its own environment (`training/run` sets it up)."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.training.paths import MODEL, ROOT, TRAINING_PYTHON

DATA, RECIPE = ROOT / "training" / "smoke_data", ROOT / "training" / "smoke.toml"
STAGES = (
    "augment",
    "train",
    "language",
    "graph",
    "rescoring",
    "settle",
    "export",
    "tone",
    "prove",
    "calibrate",
    "evaluate",
    "card",
)
pytestmark = [
    pytest.mark.skipif(not TRAINING_PYTHON.exists(), reason="训练环境尚未建立：先运行 training/run --help"),
    pytest.mark.timeout(900),
]


def run(*arguments: str) -> str:
    """Run one module of the recipe; return what it printed."""
    done = subprocess.run([TRAINING_PYTHON, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of all stages."""
    folder = tmp_path_factory.mktemp("training")
    for stage in STAGES:
        (folder / f"{stage}.out").write_text(
            run("training", stage, "--data", str(DATA), "--work", str(folder), "--recipe", str(RECIPE), "--start", "random",
                "--processes", "1"), encoding="utf-8",
        )  # fmt: skip
    return folder


def test_stock_vosk_computes_what_pytorch_computes(work: Path) -> None:
    """The best scores of whole clips agree to a thousandth of a nat; telephone clips, which Vosk doubles itself, to a hundredth."""
    said = (work / "prove.out").read_text(encoding="utf-8")
    found = dict(re.findall(r"^(\w+): Vosk's scores are PyTorch's, largest difference (\S+) nats", said, re.MULTILINE))
    assert float(found["wideband"]) <= 1e-3
    assert float(found["telephone"]) <= 1e-2


def test_the_card_tells_what_the_model_was_made_of_and_how_it_hears(work: Path) -> None:
    """It holds the recordings, the errors of both lines and the checksum of every file; too few words give no curve, and a clear word."""
    card = (work / "model" / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "synthetic digits" in card
    assert "| 宽带 | 全部 | 12 |" in card
    assert "| 模拟电话 | 全部 | 12 |" in card
    assert "| am/final.mdl |" in card
    assert "NOT calibrated" in (work / "calibrate.out").read_text(encoding="utf-8")


def test_training_learns(work: Path) -> None:
    """After a minute the tiny network hears digits of voices it never met better than an untrained one possibly can."""
    lines = [json.loads(line) for line in (work / "log.jsonl").read_text(encoding="ascii").splitlines()]
    untrained = float(run("training.untrained", str(work), str(RECIPE)))
    assert lines[-1]["error_wideband"] < 0.8 * min(untrained, 1.0)  # hearing nothing at all is 1.0
    assert (work / "curve.png").stat().st_size > 5_000


def test_training_goes_on_from_a_checkpoint(work: Path) -> None:
    """A finished training that is started again does not begin anew."""
    arguments = [
        "--data",
        str(DATA),
        "--work",
        str(work),
        "--recipe",
        str(RECIPE),
        "--start",
        "random",
        "--processes",
        "1",
    ]
    run("training", "train", *arguments)
    lines = [json.loads(line) for line in (work / "log.jsonl").read_text(encoding="ascii").splitlines()]
    assert lines[-1]["step"] == lines[-2]["step"]
    assert lines[-1]["error_wideband"] == lines[-2]["error_wideband"]


def test_weights_of_the_bundled_model_are_read_back(work: Path) -> None:
    """A site continues from the shipped folder alone: the network read out of it hears the digits far better than chance."""
    error = float(run("training.untrained", str(work), str(RECIPE), str(MODEL)))
    assert error < 0.65


@pytest.mark.parametrize(
    "tests",
    [
        "torch_agreement.py",
        "torch_crf.py",
        "torch_graph.py",
        "torch_recurrent.py",
        "torch_settle.py",
        "torch_voices.py",
        "torch_widen.py",
    ],
)
def test_the_parts_that_need_torch_do_what_they_say(tests: str) -> None:
    """The tests of the criterion, the optimiser, the graph, settling, bent voices, widening and rounded weights pass in the environment that has torch."""
    run("pytest", "-q", "--noconftest", "-p", "no:cacheprovider", f"tests/training/{tests}")


@pytest.mark.parametrize("instructions", ["AVX2", "DEFAULT"])
def test_the_second_look_is_trained_on_any_processor(instructions: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stage `rescoring` learns in bfloat16 where the processor can, and without AVX-512 (as oneDNN is told here) in float32."""
    monkeypatch.setenv("ONEDNN_MAX_CPU_ISA", instructions)
    run("pytest", "-q", "--noconftest", "-p", "no:cacheprovider", "tests/training/torch_recurrent.py")
