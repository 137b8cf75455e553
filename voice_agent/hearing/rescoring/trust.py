"""From evidence to a confidence: weights that belong to a model and lie in its folder (``conf/evidence.tsv``; Vosk ignores it)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from voice_agent.errors import ModelError
from voice_agent.hearing.rescoring.evidence import Evidence, Floats, as_rows

FILE = Path("conf") / "evidence.tsv"
NAMES = (*(field.name for field in fields(Evidence)), "constant")
_HEAD = "evidence\tweight"
_RIDGE = 0.5  # keeps weights finite where some evidence tells right from wrong without fail
_STEPS = 50


@dataclass(frozen=True)
class Trust:
    """Weights of the four kinds of evidence, and a constant; as fitted for the bundled model where a model brings none."""

    weights: tuple[float, ...] = (0.2699, 0.2546, -0.1538, -0.3283, 2.2005)

    def confidences(self, known: Sequence[Evidence]) -> list[float]:
        """The probability that each word is right."""
        return [float(value) for value in _probabilities(_with_constant(known) @ np.array(self.weights))]


def fit_trust(known: Sequence[Evidence], right: Sequence[bool]) -> Trust:
    """Logistic regression (Newton's method) of right and wrong words on their evidence."""
    rows, truth = _with_constant(known), np.array(right, dtype=float)
    weights = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        said = _probabilities(rows @ weights)
        bent = rows.T @ (rows * (said * (1 - said))[:, None]) + _RIDGE * np.eye(len(weights))
        weights += np.linalg.solve(bent, rows.T @ (truth - said) - _RIDGE * weights)
    return Trust(tuple(round(float(weight), 4) for weight in weights))


def _with_constant(known: Sequence[Evidence]) -> Floats:
    return np.column_stack([as_rows(known), np.ones(len(known))])


def _probabilities(odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-odds)))


def write_trust(model_dir: Path, trust: Trust) -> Path:
    """Put the weights into the model's folder, complete or not at all."""
    path = model_dir / FILE
    scratch = path.with_suffix(".part")
    lines = [_HEAD, *(f"{name}\t{weight:g}" for name, weight in zip(NAMES, trust.weights, strict=True)), ""]
    scratch.write_text("\n".join(lines), encoding="ascii")
    scratch.replace(path)
    return path


def read_trust(model_dir: Path) -> Trust:
    """The model's weights, or the usual ones. Raises ModelError naming file and line."""
    path = model_dir / FILE
    if not path.is_file():
        return Trust()
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    if lines[:1] != [_HEAD] or len(lines) != len(NAMES) + 1:
        raise ModelError(f"{path} 第 1 行：应为以制表符分隔的表头 evidence、weight，其后依次为 {'、'.join(NAMES)}")
    return Trust(
        tuple(
            _weight(path, number, line, name)
            for number, (line, name) in enumerate(zip(lines[1:], NAMES, strict=True), 2)
        )
    )


def _weight(path: Path, number: int, line: str, wanted: str) -> float:
    name, _, value = line.partition("\t")
    try:
        weight = float(value)
    except ValueError as error:
        raise ModelError(f"{path} 第 {number} 行：{wanted} 的权重应为一个数") from error
    if name != wanted or not np.isfinite(weight):
        raise ModelError(f"{path} 第 {number} 行：应为 {wanted} 及其权重")
    return weight
