"""What is past its time: listed first, removed only when somebody says so. Recordings are never touched."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from voice_agent.store.database import Store
from voice_agent.store.people.audit import log_act
from voice_agent.store.privacy.kinds import Kind, empty

_DAY = 86400.0
_PURGED: tuple[Kind, ...] = ("transcript", "evidence", "comments", "sound")


@dataclass(frozen=True)
class Expired:
    """A call whose transcript or waveform is older than it may be. ``ended`` unix seconds; ``size`` bytes to be freed."""

    call: int
    call_id: str
    ended: float
    size: int


def list_expired(store: Store, days: int, *, limit: int = 1000, now: float | None = None) -> list[Expired]:
    """Calls that ended more than ``days`` ago and still have a transcript or a waveform, the oldest first; 0 days: none.

    Raises StoreError.
    """
    if days <= 0:
        return []
    rows = store.rows(
        """SELECT c.id AS call, c.call_id, c.ended,
            (SELECT coalesce(sum(length(t.segments)), 0) FROM transcripts t WHERE t.call = c.id)
            + coalesce((SELECT length(p.data) FROM peaks p WHERE p.call = c.id), 0) AS size
        FROM calls c WHERE c.started < ?1 AND c.ended < ?1
            AND (EXISTS (SELECT 1 FROM transcripts t WHERE t.call = c.id) OR EXISTS (SELECT 1 FROM peaks p WHERE p.call = c.id))
        ORDER BY c.started LIMIT ?2""",
        ((time.time() if now is None else now) - days * _DAY, limit),
    )
    return [Expired(**dict(row)) for row in rows]


def remove_expired(store: Store, calls: Sequence[int], *, user: int | None = None, username: str = "") -> int:
    """Remove transcripts (with their search entries), waveforms, the words that findings quote and what people wrote of these calls.

    Verdicts, statuses and statistics stay.

    Recordings are not touched. Each removal is written to the audit log. Returns how many calls were cleared. Raises StoreError.
    """
    # What is deleted is overwritten: a freed page keeps its words otherwise.
    store.write("PRAGMA secure_delete = ON")
    with store.transaction():
        for call in calls:
            for kind in _PURGED:
                empty(store, kind, call)
            log_act(
                store,
                "retention",
                f"call {call}",
                user=user,
                username=username,
                detail="transcript, waveform, quoted and written words removed",
            )
        # Full text keeps deleted words in its older segments until they are merged.
        store.write("INSERT INTO speech (speech) VALUES ('optimize')")
    return len(calls)
