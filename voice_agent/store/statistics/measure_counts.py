"""What was really done in a period: complaints, draws, objections, rectifications and coaching, with their state."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.database import Store
from voice_agent.store.people.tree import UNITS_UNDER


@dataclass(frozen=True)
class MeasureCounts:
    """How many began in the period, and their state now. ``…_late``: open after the day it was due, or settled after it.

    ``founded`` complaints were true, wholly or in part; ``drawn`` calls of ``draws``, of which ``drawn_done`` were reviewed.
    """

    complaints: int
    founded: int
    unfounded: int
    complaints_open: int
    complaints_late: int
    draws: int
    drawn: int
    drawn_done: int
    objections: int
    upheld: int
    rejected: int
    objections_open: int
    objections_late: int
    items: int
    items_open: int
    items_submitted: int
    items_accepted: int
    items_late: int
    notes: int
    notes_read: int


def measure_counts(store: Store, chosen: CallFilter, *, today: date) -> MeasureCounts:
    """Of a period and place (unit or subtree). Raises StoreError."""
    first, last = chosen.since or date(1970, 1, 1), chosen.until or today
    days = {"first": first.isoformat(), "last": last.isoformat(), "today": today.isoformat()}
    moments = {"begin": _midnight(store, first), "end": _midnight(store, last + timedelta(days=1))}
    # Of the day the report is made; China's clocks have not moved since 1991.
    offset = datetime.combine(today, time(), store.timezone).utcoffset() or timedelta()
    place = {"unit": chosen.unit, "node": chosen.node}
    values = {**place, **days, **moments, "now": _midnight(store, today), "offset": offset.total_seconds()}
    counts: dict[str, int] = {}
    for sql in _QUERIES:
        row = store.row(sql, values)
        counts |= {name: int(row[name] or 0) for name in row.keys()} if row else {}  # noqa: SIM118 - a Row is no mapping
    return MeasureCounts(**counts)


def _midnight(store: Store, day: date) -> float:
    return datetime.combine(day, time(), store.timezone).timestamp()


def _place(column: str) -> str:
    return (
        f"(:unit IS NULL OR {column} = :unit) AND (:node IS NULL OR {column} IN ({UNITS_UNDER.replace('?', ':node')}))"
    )


_OUTCOME = "coalesce(a.state, o.state)"
_QUERIES: tuple[str, ...] = (
    f"""SELECT count(*) AS complaints, sum(m.outcome IN ('founded', 'partly')) AS founded, sum(m.outcome = 'unfounded') AS unfounded,
    sum(m.outcome = '') AS complaints_open,
    sum(iif(m.outcome = '', :today, date(m.closed_at + :offset, 'unixepoch')) > m.due) AS complaints_late
    FROM complaints m WHERE m.received BETWEEN :first AND :last AND {_place("m.unit")}""",
    f"""SELECT count(DISTINCT d.id) AS draws, count(*) AS drawn, sum(x.done_at IS NOT NULL) AS drawn_done
    FROM draws d JOIN draw_calls x ON x.draw = d.id JOIN calls c ON c.id = x.call
    WHERE d.made_at >= :begin AND d.made_at < :end AND {_place("c.unit")}""",
    f"""SELECT count(*) AS objections, sum({_OUTCOME} = 'upheld') AS upheld, sum({_OUTCOME} = 'rejected') AS rejected,
    sum({_OUTCOME} = 'open') AS objections_open, sum(coalesce(o.decided_at, :now) > o.deadline) AS objections_late
    FROM objections o JOIN calls c ON c.id = o.call LEFT JOIN appeals a ON a.objection = o.id
    WHERE o.state <> 'withdrawn' AND o.filed_at >= :begin AND o.filed_at < :end AND {_place("c.unit")}""",
    f"""SELECT count(*) AS items, sum(i.state = 'open') AS items_open, sum(i.state = 'submitted') AS items_submitted,
    sum(i.state = 'accepted') AS items_accepted, sum(i.state <> 'accepted' AND i.due < :today) AS items_late
    FROM rectifications i WHERE i.made_at >= :begin AND i.made_at < :end AND {_place("i.unit")}""",
    f"""SELECT count(*) AS notes, sum(n.acknowledged_at IS NOT NULL) AS notes_read FROM coaching n JOIN calls c ON c.id = n.call
    WHERE n.made_at >= :begin AND n.made_at < :end AND {_place("c.unit")}""",
)
