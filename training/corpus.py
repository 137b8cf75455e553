"""Lists of recordings with their transcripts."""

import csv
from dataclasses import dataclass
from pathlib import Path

from training.text import bare


@dataclass(frozen=True)
class Utterance:
    """One recording: where it is, who speaks, from which corpus, and what is said (bare characters)."""

    path: Path
    speaker: str
    corpus: str
    text: str


def read_list(path: Path) -> list[Utterance]:
    """Read a tab-separated list with the columns file, speaker (or voice), corpus, transcript; files are relative to it.

    Lines whose transcript holds letters or figures are left out: nobody knows how they were spoken.

    Raises:
        ValueError: a line lacks its file or transcript; the message names the list and the line.
    """
    kept = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE), 2):
            if not row.get("file") or not row.get("transcript"):
                raise ValueError(f"{path}, line {number}: file and transcript are needed")
            speaker = row.get("speaker") or row.get("voice") or "?"
            if text := bare(row["transcript"]):
                kept.append(Utterance(path.parent / row["file"], speaker, row.get("corpus") or path.stem, text))
    return kept


def lists_in(folder: Path) -> dict[str, list[Utterance]]:
    """Read every list of a folder, by its name.

    Raises:
        FileNotFoundError: there is none.
    """
    lists = sorted(folder.glob("*.tsv"))
    if not lists:
        raise FileNotFoundError(f"no list (*.tsv) in {folder}")
    return {path.stem: read_list(path) for path in lists}


def read_lists(folder: Path) -> list[Utterance]:
    """Read every list of a folder, one after another; raises as `lists_in` does."""
    return [utterance for listed in lists_in(folder).values() for utterance in listed]
