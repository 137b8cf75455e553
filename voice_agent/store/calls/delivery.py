"""How calls are talked: kept with each judgement, and what a clerk's calls come to."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

from dataclasses import dataclass

from voice_agent.speech.delivery import Delivery
from voice_agent.store.calls.conditions import where
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.database import Store


@dataclass(frozen=True)
class Manner:
    """Means over ``calls`` calls of one clerk; ``response`` and ``pace`` None where no call told them. Shares 0–1, seconds, syllables a minute."""

    clerk: str
    name: str
    calls: int
    talk_share: float | None
    pace: float | None
    clerk_cuts: float
    caller_cuts: float
    longest_silence: float
    response: float | None


def save_delivery(store: Store, call: int, one: Delivery | None) -> None:
    """Keep the measures of a call, instead of older ones. Raises StoreError."""
    store.write("DELETE FROM call_delivery WHERE call = ?", (call,))
    if one is not None:
        store.write(
            "INSERT INTO call_delivery VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (call, one.talk_share, one.pace, one.overlaps, one.clerk_cuts, one.caller_cuts, one.longest_silence, one.response),
        )  # fmt: skip


def manners(store: Store, chosen: CallFilter) -> list[Manner]:
    """By clerk, over the chosen calls that one clerk alone had: of a transferred call nobody can say whose pace it is. Raises StoreError."""
    condition, values = where(chosen)
    rows = store.rows(
        "SELECT c.clerk, k.name, count(*) AS calls, avg(d.talk_share) AS talk_share, avg(d.pace) AS pace, avg(d.clerk_cuts) AS clerk_cuts,"
        " avg(d.caller_cuts) AS caller_cuts, avg(d.longest_silence) AS longest_silence, avg(d.response) AS response"
        " FROM calls c JOIN call_delivery d ON d.call = c.id LEFT JOIN clerks k ON k.job_number = c.clerk"
        f" WHERE {condition} AND c.transferred = 0 AND c.clerk <> '' GROUP BY c.clerk ORDER BY c.clerk",
        values,
    )
    return [Manner(**{**dict(row), "name": row["name"] or ""}) for row in rows]
