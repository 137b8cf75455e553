"""Writes the model card: what the model was made of and how well it hears, from the files of a run."""

import hashlib
import json
from collections import Counter
from pathlib import Path

import soundfile

from training.corpus import read_lists
from training.train import LOG


def _digests(model: Path) -> list[str]:
    files = sorted(path for path in model.rglob("*") if path.is_file() and path.name != "MODEL_CARD.md")
    return [f"| {path.relative_to(model)} | {path.stat().st_size} | {_sha256(path)} |" for path in files]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _recordings(data: Path) -> list[str]:
    rows = []
    for name in ("train", "dev"):
        utterances = read_lists(data / name)
        seconds = Counter[str]()
        for utterance in utterances:
            seconds[utterance.corpus] += round(soundfile.info(utterance.path).duration)
        speakers = {corpus: len({u.speaker for u in utterances if u.corpus == corpus}) for corpus in seconds}
        rows += [f"| {name} | {corpus} | {speakers[corpus]} | {total / 60:.1f} |" for corpus, total in seconds.items()]
    return rows


def _texts(data: Path) -> list[str]:
    return [
        f"| {path.stem} | {len(path.read_text(encoding='utf-8').splitlines())} |"
        for path in sorted((data / "text").glob("*.txt"))
    ]


def write_card(data: Path, work: Path, model: Path) -> None:
    """Write `model/MODEL_CARD.md` from the lists, the training's log and the evaluation."""
    last = json.loads((work / LOG).read_text(encoding="ascii").splitlines()[-1])
    evaluation = (work / "evaluation.txt").read_text(encoding="utf-8")
    parts = [
        "# Model card",
        f"Trained on {last['hours']:.1f} hours of augmented sound ({last['step']} steps); last loss {last['loss']} per sound.",
        "## Recordings\n\n| list | corpus | speakers | minutes |\n|---|---|---|---|\n" + "\n".join(_recordings(data)),
        "## Texts\n\n| text | lines |\n|---|---|\n" + "\n".join(_texts(data)),
        f"## Errors on the development lists\n\n```\n{evaluation.strip()}\n```",
        "## Files\n\n| file | bytes | sha256 |\n|---|---|---|\n" + "\n".join(_digests(model)),
    ]
    (model / "MODEL_CARD.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
