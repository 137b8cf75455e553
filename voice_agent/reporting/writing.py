"""How figures are written in documents."""

from __future__ import annotations


def percent(rate: float | None) -> str:
    """A rate 0–1; a dash where there is nothing to divide by."""
    return "–" if rate is None else f"{rate:.1%}"


def number(value: float | None) -> str:
    """With one decimal; a dash for None."""
    return "–" if value is None else f"{value:.1f}"
