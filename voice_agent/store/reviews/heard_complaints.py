"""来电中反映: complaints heard in calls. A person listens and accepts one, which makes it a complaint with a deadline, or dismisses it."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from voice_agent.errors import NotInStore, StoreError
from voice_agent.store.database import Row, Store
from voice_agent.store.people.tree import UNITS_UNDER
from voice_agent.store.reviews.complaints import Filed, file_complaint

ProposalState = Literal["proposed", "accepted", "dismissed"]
#: What the caller does, as people say it.
ACT_NAMES: Mapping[str, str] = {
    "threatens_complaint": "表示要投诉", "complains_clerk": "对工作人员不满", "complains_service": "对服务不满",
}  # fmt: skip
SOURCE = "来电中反映"


@dataclass(frozen=True)
class Proposal:
    """A complaint heard at ``began``–``ended`` (seconds of the call) with ``probability``; ``complaint`` is what it became."""

    id: int
    call: int
    call_id: str
    started: float
    clerk: str
    clerk_name: str
    unit: str
    window: str
    act: str
    probability: float
    began: float
    ended: float
    text: str
    state: ProposalState
    complaint: int | None
    reason: str
    decided_by_name: str
    decided_at: float | None


@dataclass(frozen=True)
class ProposalFilter:
    """A choice of proposals; None means any."""

    state: ProposalState | None = None
    call: int | None = None
    unit: str | None = None
    node: str | None = None


_SELECT = """SELECT h.*, c.call_id, c.started, c.clerk, coalesce(k.name, '') AS clerk_name, c.unit, c.window,
    coalesce(u.name, '') AS decided_by_name FROM heard_complaints h JOIN calls c ON c.id = h.call
    LEFT JOIN clerks k ON k.job_number = c.clerk AND c.clerk <> '' LEFT JOIN users u ON u.id = h.decided_by"""


def list_proposals(store: Store, chosen: ProposalFilter, *, limit: int = 100) -> list[Proposal]:
    """Proposals, the most probable first; of one call in order of time. Raises StoreError."""
    condition, values = _where(chosen)
    order = "h.began" if chosen.call is not None else "h.probability DESC, h.id"
    return [
        _proposal(row) for row in store.rows(f"{_SELECT} WHERE {condition} ORDER BY {order} LIMIT ?", [*values, limit])
    ]


def count_proposals(store: Store, chosen: ProposalFilter) -> int:
    """How many are chosen. Raises StoreError."""
    condition, values = _where(chosen)
    return int(
        store.value(f"SELECT count(*) FROM heard_complaints h JOIN calls c ON c.id = h.call WHERE {condition}", values)
    )


def get_proposal(store: Store, number: int) -> Proposal:
    """One proposal. Raises NotInStore."""
    row = store.row(f"{_SELECT} WHERE h.id = ?", (number,))
    if row is None:
        raise NotInStore(f"没有编号为 {number} 的来电反映")
    return _proposal(row)


def accept(store: Store, number: int, user: int, text: str, due: date, *, today: date, now: float | None = None) -> int:
    """It is a complaint: registered as received on the day of the call, with a deadline. Returns its number. Raises StoreError."""
    with store.transaction():
        found = _undecided(store, number)
        received = datetime.fromtimestamp(found.started, store.timezone).date()
        filed = Filed(min(received, today), SOURCE, text, due, found.unit or "（单位不详）", call=found.call_id)
        complaint = file_complaint(store, filed, user, today=today, now=now)
        _decide(store, number, user, "accepted", "", complaint, now)
    return complaint


def dismiss(store: Store, number: int, user: int, reason: str, *, now: float | None = None) -> None:
    """It is none. Raises StoreError: decided already, or without a reason."""
    with store.transaction():
        _undecided(store, number)
        if not reason.strip():
            raise StoreError("请写明为什么不是投诉")
        _decide(store, number, user, "dismissed", reason.strip(), None, now)


def _undecided(store: Store, number: int) -> Proposal:
    found = get_proposal(store, number)
    if found.state != "proposed":
        raise StoreError("这一条已经处理过了")
    return found


def _decide(
    store: Store, number: int, user: int, state: ProposalState, reason: str, complaint: int | None, now: float | None
) -> None:
    store.write(
        "UPDATE heard_complaints SET state = ?, reason = ?, complaint = ?, decided_by = ?, decided_at = ? WHERE id = ?",
        (state, reason, complaint, user, time.time() if now is None else now, number),
    )


def _where(chosen: ProposalFilter) -> tuple[str, list[Any]]:
    wanted = {
        "h.state = ?": chosen.state, "h.call = ?": chosen.call, "c.unit = ?": chosen.unit, f"c.unit IN ({UNITS_UNDER})": chosen.node,
    }  # fmt: skip
    narrowed = {condition: value for condition, value in wanted.items() if value is not None}
    return " AND ".join(narrowed) or "1", list(narrowed.values())


def _proposal(row: Row) -> Proposal:
    return Proposal(**{name: row[name] for name in Proposal.__dataclass_fields__})
