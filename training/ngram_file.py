"""Writes the trigrams of the graph for the product's second look, in bytes: what `voice_agent.hearing.rescoring.ngram_model` reads."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from voice_agent.hearing.rescoring.ngram_model import STEPS, ZERO

_Gram = tuple[list[int], float, float]  # numbers of the words, nats it costs, nats to back off from it


def _grams(arpa: Path) -> Iterator[tuple[int, list[str], float, float]]:
    """Read an ARPA file: length, words, nats it costs, nats that backing off from it costs."""
    length, nat = 0, -np.log(10)
    with arpa.open(encoding="utf-8") as file:
        for line in file:
            if line.startswith("\\"):
                length = int(line[1]) if line[1].isdigit() else 0
            elif length and line.strip():
                log, words, *back_off = line.rstrip("\n").split("\t")
                yield length, words.split(), float(log) * nat, float(back_off[0]) * nat if back_off else 0.0


def _in_steps(nats: list[float], zero: int = 0) -> np.ndarray:
    return np.clip(np.round(np.array(nats) * STEPS) + zero, 0, 255).astype(np.uint8)


def write_ngrams(arpa: Path, weight: float, path: Path) -> None:
    """Write `ngrams.npz`; `weight` is what a nat of these counts: below nothing, since they are taken off."""
    by_length: dict[int, list[_Gram]] = {1: [], 2: [], 3: []}
    numbers: dict[str, int] = {}
    for length, words, cost, back_off in _grams(arpa):
        if length == 1:
            numbers[words[0]] = len(numbers)
        by_length[length].append(([numbers[word] for word in words], cost, back_off))
    one, two, three = (sorted(by_length[length]) for length in (1, 2, 3))
    places = {tuple(pair): at for at, (pair, _, _) in enumerate(two)}
    thirds_of = np.bincount([places[first, second] for (first, second, _), _, _ in three], minlength=len(two))
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        weight=np.array(weight),
        word_costs=np.array([cost for _, cost, _ in one], np.float16),
        word_back_offs=np.array([back_off for _, _, back_off in one], np.float16),
        seconds=np.array([pair[1] for pair, _, _ in two], np.uint16),
        seconds_of=np.bincount([pair[0] for pair, _, _ in two], minlength=len(one)).astype(np.uint16),
        pair_costs=_in_steps([cost for _, cost, _ in two]),
        pair_back_offs=_in_steps([back_off for _, _, back_off in two], ZERO),
        thirds=np.array([triple[2] for triple, _, _ in three], np.uint16),
        thirds_of=thirds_of.astype(np.uint16),
        triple_costs=_in_steps([cost for _, cost, _ in three]),
    )
