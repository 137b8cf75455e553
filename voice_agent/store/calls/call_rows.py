"""A call as lists and pages show it, and back to what the bridge said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from ami_bridge.events import CallEnded, ClerkLeg, Gap, Hold
from voice_agent.store.calls.filters import Coverage
from voice_agent.store.calls.present_state import read_states
from voice_agent.store.calls.timelines import recordings_from_json
from voice_agent.store.database import Row
from voice_agent.store.failures import whole
from voice_agent.values import Status, Verdict


@dataclass(frozen=True)
class CallRow:
    """One call with its present state. Times are unix seconds; ``day`` (ISO) and ``hour`` are local.

    ``id`` is the store's number, ``call_id`` what Asterisk calls it. ``clerk`` is the first clerk's job number ('' unknown).
    ``verdict``/``score`` (points 0–100) already contain what reviewers decided; None: not judged yet or not monitored.
    ``faults``/``uncertain`` count rules. ``cause`` says why a call was not monitored: gap, no_recording, bad_recording, failure.
    ``flagged``: waits for a reviewer. ``claimed_by``/``reviewed_by`` are user ids; a claim holds until ``claimed_until``.
    ``states`` holds the status of every rule in short.
    """

    id: int
    call_id: str
    queue: str | None
    caller_number: str | None
    started: float
    answered: float | None
    ended: float
    ring_seconds: float
    talk_seconds: float
    hung_up_by: str
    transferred: bool
    recording: str | None
    clerk: str
    clerk_name: str
    unit: str
    window: str
    day: str
    hour: int
    coverage: Coverage
    cause: str
    verdict: Verdict | None
    score: float | None
    faults: int
    uncertain: int
    flagged: bool
    claimed_by: int | None
    claimed_until: float | None
    reviewed_by: int | None
    reviewed_at: float | None
    objected: bool
    states: str

    @property
    def statuses(self) -> list[tuple[str, Status]]:
        """(rule, present status) of every rule that was judged."""
        return read_states(self.states)


@dataclass(frozen=True)
class Page:
    """Some of the calls that a filter chose: ``total`` is all of them, ``offset`` where this page begins.

    ``more``: there are more than ``total``, which was as far as counting was asked to go.
    """

    calls: tuple[CallRow, ...]
    total: int
    offset: int
    more: bool = False


_FLAGS = ("transferred", "flagged", "objected")
_FIELDS = tuple(CallRow.__dataclass_fields__)


@whole("通话记录")
def call_row(row: Row) -> CallRow:
    """A row of ``calls`` joined with the clerk's name."""
    values = {name: row[name] for name in _FIELDS}
    values |= {name: bool(values[name]) for name in _FLAGS}
    values["clerk_name"] = values["clerk_name"] or ""
    return CallRow(**values)


@whole("通话记录")
def ended_from(row: Row, clerks: Sequence[Row]) -> CallEnded:
    """The bridge's own fact, as it was recorded."""
    return CallEnded(
        uniqueid=row["uniqueid"],
        linkedid=row["linkedid"],
        queue=row["queue"],
        caller_number=row["caller_number"],
        start=row["started"],
        answered=row["answered"],
        end=row["ended"],
        ring_seconds=row["ring_seconds"],
        talk_seconds=row["talk_seconds"],
        hung_up_by=row["hung_up_by"],
        holds=tuple(Hold(*hold) for hold in json.loads(row["holds"])),
        clerks=tuple(_leg(clerk) for clerk in clerks),
        transferred=bool(row["transferred"]),
        recording=row["recording"],
        gaps=tuple(Gap(*gap) for gap in json.loads(row["gaps"])),
        complete=bool(row["complete"]),
        recording_started=row["recording_started"],
        direction=row["direction"],
        queues=tuple(json.loads(row["queues"])),
        recordings=recordings_from_json(row["recordings"]),
    )


def _leg(row: Row) -> ClerkLeg:
    return ClerkLeg(
        row["member_name"],
        row["interface"],
        row["job_number"],
        row["channel"],
        row["uniqueid"],
        row["started"],
        row["ended"],
    )
