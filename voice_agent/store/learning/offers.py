"""Findings from which the judge would learn most: nobody is accused by them, so nobody would listen to them otherwise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from voice_agent.store.calls.conditions import where
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.database import Store

#: Older calls teach habits that are gone; a day has no room for more offers.
DAYS, MOST = 30, 20
#: A duty that was found kept less certainly than this is worth asking about.
DOUBTED = 0.85
#: How many of the least certain findings are looked through.
LOOKED_THROUGH = 400


@dataclass(frozen=True)
class Offer:
    """A call outside the queue, and the rule about which a decision would teach most; ``score`` 0–1 is the machine's certainty."""

    call: int
    call_id: str
    rule: str
    score: float


def offers(store: Store, chosen: CallFilter, share: float, *, now: float) -> list[Offer]:
    """At most ``share`` of what waits in the queue, the least certain first, each rule the less often the more people decided about it.

    Calls that ``chosen`` allows (its review state left aside), judged in the last days, not flagged and not reviewed. Raises StoreError.
    """
    if share <= 0:
        return []
    condition, values = where(replace(chosen, review=None))
    waiting: int = store.value(f"SELECT count(*) FROM calls c WHERE c.flagged = 1 AND {condition}", values)  # noqa: S608 - no values
    room = min(MOST, int(waiting * share))
    if not room:
        return []
    since = (datetime.fromtimestamp(now, store.timezone) - timedelta(days=DAYS)).date().isoformat()
    rows = store.rows(
        "SELECT f.call, c.call_id, f.rule, f.score FROM findings f JOIN calls c ON c.id = f.call"  # noqa: S608 - no values
        f" WHERE f.counted = 1 AND f.status = 'met' AND f.day >= ? AND f.score < ? AND c.flagged = 0 AND c.reviewed_at IS NULL AND {condition}"
        " AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.finding = f.id) ORDER BY f.score LIMIT ?",
        [since, DOUBTED, *values, LOOKED_THROUGH],
    )
    known = {
        row["rule"]: row["n"]
        for row in store.rows(
            "SELECT f.rule, count(*) AS n FROM reviews r JOIN findings f ON f.id = r.finding GROUP BY 1"
        )
    }
    found = [Offer(row["call"], row["call_id"], row["rule"], row["score"]) for row in rows]
    return _spread(found, known, room)


def _spread(found: list[Offer], known: dict[str, int], room: int) -> list[Offer]:
    """The most telling ones; of a rule that was offered already, or that people know well, a less certain one is needed."""
    chosen: list[Offer] = []
    offered = dict(known)
    left = list(found)
    while left and len(chosen) < room:
        best = min(left, key=lambda one: (abs(one.score - 0.5) + 0.02 * offered.get(one.rule, 0) ** 0.5, one.call))
        chosen.append(best)
        offered[best.rule] = offered.get(best.rule, 0) + 25
        left = [one for one in left if one.call != best.call]
    return chosen
