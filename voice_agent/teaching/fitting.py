"""Logistic regression by Newton's method, drawn to where it starts: the whole of what a site's computer has to learn with. Pure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
#: Rounds at most, how far a weight may move in one, and when nothing moves any more.
ROUNDS, LONGEST_STEP, SMALLEST_STEP = 30, 1.0, 1e-4


def fit(features: Vector, wanted: Vector, weights: Vector, start: Vector, prior: float) -> Vector:
    """The weights of the last column's constant and the features that fit ``wanted`` (0–1), near ``start``.

    ``features`` (rows, n) hold a constant where one is wanted; ``prior`` is how strongly the start is held to: as that many
    rows of weight 1 would.
    """
    found = start.copy()
    for _ in range(ROUNDS):
        chances = 1.0 / (1.0 + np.exp(-np.clip(features @ found, -30.0, 30.0)))
        slope = features.T @ (weights * (wanted - chances)) - prior * (found - start)
        bend = (features * (weights * chances * (1.0 - chances))[:, None]).T @ features + prior * np.eye(len(found))
        step = np.linalg.solve(bend, slope)
        largest = float(np.abs(step).max())
        found = found + step * min(1.0, LONGEST_STEP / max(largest, 1e-12))
        if largest < SMALLEST_STEP:
            break
    return found
