"""A hotline with everything that makes figures go astray: transfers between units, windows of one name, calls of every state."""

from __future__ import annotations

from ami_bridge.events import Gap
from tests.store.makers import DAY, HOUR, MORNING, book, ended, judgement
from voice_agent.store import Store
from voice_agent.store.calls import calls, judgements
from voice_agent.store.calls.unmonitored import not_monitored
from voice_agent.store.people.directory import Clerk, save_clerks
from voice_agent.values import Status

CLERKS = [
    Clerk("1001", "甲一", "甲局", "1号窗口"), Clerk("1003", "甲三", "甲局", "2号窗口"),
    Clerk("1002", "乙一", "乙局", "1号窗口"), Clerk("1004", "乙四", "乙局", "2号窗口"),
]  # fmt: skip
_STATUSES: tuple[dict[str, Status], ...] = (
    {}, {"greeting": "missing"}, {"closing": "uncertain"}, {"job_number": "mismatch", "closing": "late"}, {"prohibited": "violated"},
    {"closing": "missing"}, {"greeting": "late", "closing": "missing", "identity": "uncertain"},
)  # fmt: skip
_CLERKS: tuple[tuple[str | None, ...], ...] = (
    ("1001",), ("1002",), ("1001", "1002"), ("1003",), ("1004", "1001"), (None,), ("1002", "1004"),
)  # fmt: skip


def fill(store: Store, number: int = 60) -> None:
    """Add so many calls over three weeks."""
    save_clerks(store, CLERKS)
    for n in range(number):
        start = MORNING - n * DAY / 3 + (n % 5) * HOUR
        ring = 4.0 + (n * 7) % 23
        gaps = (Gap(0.0, None, "x"),) if n % 19 == 7 else ()
        fact = ended(f"busy-{n}", start=start, clerks=_CLERKS[n % 7], answered=n % 11 != 3, ring=ring, gaps=gaps)
        call = calls.record_call(store, fact).id
        if n % 11 == 3 or gaps or n % 13 == 5:
            continue
        if n % 17 == 9:
            not_monitored(store, call, "no_recording", "没有录音")
            continue
        judgements.save_judgement(store, call, judgement(_STATUSES[(n * 5) % 7]), book=book())
