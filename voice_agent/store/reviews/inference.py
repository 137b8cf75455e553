"""From a draw to all calls that it was taken from: parts that were drawn more densely than others count for less.

Each reviewed call stands for as many as its chance says (population ÷ expected), and for those of its part that nobody has reviewed yet. The interval is Wilson's over as many calls as
an even draw would have needed (Kish), so it is the plain one where all parts were drawn alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from voice_agent.store.database import Row, Store
from voice_agent.store.statistics.wilson import bounds


@dataclass(frozen=True)
class Counted:
    """``wrong`` of ``number`` decided calls of one part, each of which stands for ``stands_for`` calls."""

    wrong: int
    number: int
    stands_for: float


@dataclass(frozen=True)
class Estimate:
    """A rate among all calls (0–1), and between which rates it lies with 95 %; ``rate`` None: nothing was decided."""

    rate: float | None
    bounds: tuple[float, float]


def estimate(parts: Sequence[Counted]) -> Estimate:
    """The rate among all calls, from the parts. Pure."""
    weight = sum(one.number * one.stands_for for one in parts)
    if not weight:
        return Estimate(None, (0.0, 1.0))
    share = min(1.0, sum(one.wrong * one.stands_for for one in parts) / weight)
    even = weight**2 / sum(one.number * one.stands_for**2 for one in parts)
    return Estimate(share, bounds(share * even, even))


def inferred(store: Store, draw: int) -> dict[str, Estimate]:
    """What the reviewed calls of a draw say about all: '' not compliant calls, and by rule. Empty where all parts were drawn alike
    (then the rates among the drawn are it), and for a draw that was made before its parts were recorded. Raises StoreError.
    """
    stands_for = _stands_for(store, draw)
    if len({round(one, 6) for one in stands_for.values()}) < 2:
        return {}
    parts: dict[str, list[Counted]] = {}
    for row in [*store.rows(_CALLS, (draw,)), *counted_rules(store, draw)]:
        parts.setdefault(row["rule"], []).append(Counted(row["wrong"], row["decided"], stands_for[row["stratum"]]))
    return {rule: estimate(one) for rule, one in parts.items()}


def counted_rules(store: Store, draw: int) -> list[Row]:
    """``rule``, ``stratum``, ``wrong`` and ``decided`` of the reviewed calls of a draw: from its few calls, not from all findings."""
    return store.rows(_RULES, (draw,))


def _stands_for(store: Store, draw: int) -> dict[str, float]:
    rows = store.rows(
        "SELECT s.name, s.population / s.expected * s.drawn / count(*) AS each FROM draw_strata s JOIN draw_calls d ON d.draw = s.draw"
        " AND d.stratum = s.name AND d.done_at IS NOT NULL WHERE s.draw = ? GROUP BY s.name",
        (draw,),
    )
    return {row["name"]: row["each"] for row in rows}


_CALLS = """SELECT '' AS rule, d.stratum, count(c.verdict = 'non_compliant' OR NULL) AS wrong,
    count(c.verdict IN ('compliant', 'non_compliant') OR NULL) AS decided
    FROM draw_calls d JOIN calls c ON c.id = d.call WHERE d.draw = ? AND d.done_at IS NOT NULL GROUP BY d.stratum"""
_RULES = """SELECT f.rule, d.stratum, count(f.status IN ('missing', 'late', 'mismatch', 'violated') OR NULL) AS wrong,
    count(f.status IN ('met', 'missing', 'late', 'mismatch', 'violated') OR NULL) AS decided
    FROM draw_calls d CROSS JOIN calls c ON c.id = d.call CROSS JOIN findings f ON f.judgement = c.judgement_id AND f.counted = 1
    WHERE d.draw = ? AND d.done_at IS NOT NULL GROUP BY f.rule, d.stratum"""
