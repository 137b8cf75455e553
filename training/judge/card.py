"""Writes the card of the learned acts: what the model was made of, and how calls that nobody learnt from are judged with it."""

import hashlib
from collections import Counter
from pathlib import Path

from training.judge.dialogues import read_all
from training.judge.recipe import Recipe

HEAD = """# The learned acts

What each utterance of a call does (greets, names the unit, offers to take a message, mocks …), heard by a small network over syllables, characters
and the turns of the whole call. Apache-2.0, as the project. Made by `training/run judge all`; what it reads: `training/dialogues/README.md`.
"""


def write_card(dialogues: Path, recipe: Recipe, work: Path, model: Path) -> None:
    """Write MODEL_CARD.md beside the model."""
    known = read_all(dialogues)
    counts = Counter((one.author, one.kind) for one in known)
    rows = "\n".join(
        f"| {author} | {kind} | {count} | {_use(author, recipe)} |" for (author, kind), count in sorted(counts.items())
    )
    files = sorted(path for path in model.iterdir() if path.is_file() and path.name != "MODEL_CARD.md")
    digests = "\n".join(f"| {path.name} | {path.stat().st_size} | {_sha256(path)} |" for path in files)
    parts = [
        HEAD,
        f"## Made of\n\n| author | kind | number | used for |\n|---|---|--:|---|\n{rows}",
        "All dialogues are written, none is a real call; no author of `held-out/` wrote anything else here.",
        f"## Files\n\n| file | bytes | sha256 |\n|---|--:|---|\n{digests}",
        "# How calls that nobody learnt from are judged\n\n" + (work / "evaluation.txt").read_text(encoding="utf-8"),
    ]
    (model / "MODEL_CARD.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _use(author: str, recipe: Recipe) -> str:
    return "calibration" if author in recipe.calibrated_on else "learning"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
