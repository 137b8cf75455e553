"""What a recogniser's confidence is worth: a curve from what it says to the share of such words that are right.

The curve lies in the model's folder (``conf/confidence.tsv``; Vosk itself ignores it), so that it belongs to that model and no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from voice_agent.errors import ModelError

FILE = Path("conf") / "confidence.tsv"
_HEAD = "said\tright"
_GROUPS = 24  # points of a fitted curve at most
_FEWEST = 200  # words; below that a curve says more about chance than about the model


@dataclass(frozen=True)
class ConfidenceCurve:
    """Points (confidence as the recogniser says it, share of words right), both rising from 0 to 1."""

    points: tuple[tuple[float, float], ...] = ((0.0, 0.0), (1.0, 1.0))

    def share_right(self, said: float) -> float:
        """The share of words with this confidence that are right, between the points in a straight line."""
        confidences, shares = zip(*self.points, strict=True)
        return float(np.interp(said, confidences, shares))


def fit(words: Sequence[tuple[float, bool]]) -> ConfidenceCurve:
    """The rising curve nearest to (confidence, right) of many words (isotonic regression by pooling neighbours).

    Raises ModelError for fewer than 200 words.
    """
    if len(words) < _FEWEST:
        raise ModelError(f"只有 {len(words)} 个词，至少需要 {_FEWEST} 个才能校准置信度；请换一份更长的列表")
    # By confidence alone: many words may be quite certain, and the wrong ones among them must not come first.
    ordered = sorted(words, key=lambda word: word[0])
    groups = np.array_split(np.array(ordered, dtype=float), min(_GROUPS, len(words) // 50))
    pooled: list[np.ndarray] = []
    for group in groups:
        pooled.append(group)
        while len(pooled) > 1 and not _rises(pooled[-2], pooled[-1]):
            pooled[-2:] = [np.concatenate(pooled[-2:])]
    return ConfidenceCurve(tuple(_mean(group) for group in pooled))


def _mean(group: np.ndarray) -> tuple[float, float]:
    said, right = group.mean(axis=0)
    return round(float(said), 4), round(float(right), 4)


def _rises(before: np.ndarray, after: np.ndarray) -> bool:
    (said, right), (later, better) = _mean(before), _mean(after)
    return later > said and better > right


def write_curve(model_dir: Path, curve: ConfidenceCurve) -> Path:
    """Put the curve into the model's folder, complete or not at all."""
    path = model_dir / FILE
    scratch = path.with_suffix(".part")
    scratch.write_text("\n".join([_HEAD, *(f"{a:g}\t{b:g}" for a, b in curve.points), ""]), encoding="ascii")
    scratch.replace(path)
    return path


def read_curve(model_dir: Path) -> ConfidenceCurve:
    """The model's curve; a model without one is believed. Raises ModelError naming file and line."""
    path = model_dir / FILE
    if not path.is_file():
        return ConfidenceCurve()
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    if len(lines) < 2 or lines[0] != _HEAD:
        raise ModelError(f"{path} 第 1 行：应为以制表符分隔的表头 said、right，其后至少一行")
    points = [_point(path, number, line) for number, line in enumerate(lines[1:], 2)]
    for number, (before, after) in enumerate(pairwise(points), 3):
        if after[0] <= before[0] or after[1] < before[1]:
            raise ModelError(f"{path} 第 {number} 行：两列数值都应逐行增大")
    return ConfidenceCurve(tuple(points))


def _point(path: Path, number: int, line: str) -> tuple[float, float]:
    try:
        said, right = (float(value) for value in line.split("\t"))
    except ValueError as error:
        raise ModelError(f"{path} 第 {number} 行：应为两个 0 到 1 之间的数") from error
    if not (0 <= said <= 1 and 0 <= right <= 1):
        raise ModelError(f"{path} 第 {number} 行：应为两个 0 到 1 之间的数")
    return said, right
