"""Working through a draw: whose turn a call is, how far everybody is, and what the draw says about all calls it was taken from."""
# ruff: noqa: S608 - statements are put together from this package's own words; values travel as parameters

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from voice_agent.store.calls.call_rows import CallRow
from voice_agent.store.calls.calls import get_call
from voice_agent.store.database import Store
from voice_agent.store.people.users import get_user
from voice_agent.store.reviews.calibration import UNSETTLED
from voice_agent.store.reviews.claims import claim
from voice_agent.store.reviews.draws import get_draw
from voice_agent.store.reviews.inference import counted_rules
from voice_agent.store.statistics.wilson import bounds
from voice_agent.values import EVERY_RULE


@dataclass(frozen=True)
class DrawnCall:
    """A call of a draw: who is to review it (None: anybody) and who did, when (unix seconds)."""

    call: CallRow
    assignee: int | None
    done_by: int | None
    done_at: float | None


@dataclass(frozen=True)
class Share:
    """How many calls of a draw a reviewer has (``user`` None: those that anybody may take) and has done."""

    user: int | None
    name: str
    drawn: int
    done: int


@dataclass(frozen=True)
class Rate:
    """``wrong`` of ``number``, and between which rates (0–1) the truth about all calls lies with 95 % (Wilson)."""

    wrong: int
    number: int

    @property
    def rate(self) -> float | None:
        """0–1; None when nothing was decided."""
        return self.wrong / self.number if self.number else None

    @property
    def bounds(self) -> tuple[float, float]:
        """The interval; everything when nothing was decided."""
        return bounds(self.wrong, self.number)


@dataclass(frozen=True)
class DrawResult:
    """What the reviewed calls of a draw say: ``calls`` not compliant of those decided, by rule the same; ``undecided`` calls.

    ``changed``: findings of the machine to which people gave another status, of ``checked`` that they decided about.
    """

    calls: Rate
    rules: tuple[tuple[str, Rate], ...]
    undecided: int
    changed: int
    checked: int


def drawn_calls(store: Store, draw: int) -> list[DrawnCall]:
    """The calls of a draw in the order drawn. Raises StoreError."""
    rows = store.rows(
        "SELECT call, assignee, done_by, done_at FROM draw_calls WHERE draw = ? ORDER BY position", (draw,)
    )
    return [DrawnCall(get_call(store, row["call"]), row["assignee"], row["done_by"], row["done_at"]) for row in rows]


def shares(store: Store, draw: int) -> list[Share]:
    """How far everybody is. Raises StoreError."""
    rows = store.rows(
        "SELECT d.assignee, coalesce(u.name, '') AS name, count(*) AS drawn, count(d.done_at) AS done FROM draw_calls d"
        " LEFT JOIN users u ON u.id = d.assignee WHERE d.draw = ? GROUP BY d.assignee ORDER BY d.assignee",
        (draw,),
    )
    return [Share(row["assignee"], row["name"], row["drawn"], row["done"]) for row in rows]


def progress(store: Store, draws: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Draw → calls drawn and done. Raises StoreError."""
    marks = ", ".join("?" * len(draws))
    rows = store.rows(
        f"SELECT draw, count(*) AS drawn, count(done_at) AS done FROM draw_calls WHERE draw IN ({marks}) GROUP BY draw",
        list(draws),
    )
    return {row["draw"]: (row["drawn"], row["done"]) for row in rows}


def open_shares(store: Store, user: int) -> list[tuple[int, int, str]]:
    """The draws in which a reviewer has calls to do: number, how many, until when (ISO day, '' none), the most urgent first."""
    rows = store.rows(
        "SELECT w.id, count(*) AS open, w.deadline FROM draw_calls d JOIN draws w ON w.id = d.draw"
        " WHERE d.assignee = ? AND d.done_at IS NULL GROUP BY w.id ORDER BY w.deadline = '', w.deadline, w.id",
        (user,),
    )
    return [(row["id"], row["open"], row["deadline"]) for row in rows]


def claim_in_draw(
    store: Store, draw: int, user: int, *, seconds: float = 1800.0, now: float | None = None
) -> int | None:
    """Claim the next call of a draw: one's own first, then one that anybody may take; None when nothing is left for this person."""
    moment = time.time() if now is None else now
    with store.transaction():
        number: int | None = store.value(
            "SELECT c.id FROM draw_calls d JOIN calls c ON c.id = d.call WHERE d.draw = ?1 AND d.done_at IS NULL"
            " AND (d.assignee IS NULL OR d.assignee = ?2)"
            " AND (c.claimed_until IS NULL OR c.claimed_until <= ?3 OR c.claimed_by = ?2)"
            " AND NOT EXISTS (SELECT 1 FROM call_clerks p WHERE p.call = c.id AND p.clerk <> '' AND p.clerk = ?4)"
            f" AND NOT EXISTS (SELECT 1 FROM {UNSETTLED.format(user='?2', call='c.id')})"
            " ORDER BY d.assignee IS NULL, d.position LIMIT 1",
            (draw, user, moment, get_user(store, user).job_number),
        )
        if number is not None:
            claim(store, number, user, seconds=seconds, now=moment)
    return number


def done_in_draw(store: Store, draw: int, call: int, user: int, *, now: float | None = None) -> None:
    """Note that a call of a draw was reviewed; one that is not of the draw, or that a meeting is to settle, is left alone."""
    store.write(
        "UPDATE draw_calls SET done_by = ?, done_at = ? WHERE draw = ? AND call = ?"
        " AND draw IN (SELECT id FROM draws WHERE calibration = 0)",
        (user, time.time() if now is None else now, draw, call),
    )


def undone(store: Store, call: int) -> None:
    """A call that was put back into the queue is open again in every draw. Raises StoreError."""
    # What a calibration settled is kept, whatever becomes of the call.
    store.write(
        "UPDATE draw_calls SET done_by = NULL, done_at = NULL WHERE call = ?"
        " AND draw IN (SELECT id FROM draws WHERE calibration = 0)",
        (call,),
    )


def reassign(store: Store, draw: int, give: int | None, take: int | None) -> int:
    """Hand everything that ``give`` has not done to ``take`` (None: anybody). Returns how many calls. Raises StoreError."""
    return store.write(
        "UPDATE draw_calls SET assignee = ? WHERE draw = ? AND assignee IS ? AND done_at IS NULL", (take, draw, give)
    ).rowcount


def result(store: Store, draw: int) -> DrawResult:
    """What has been found so far, with what people decided. Raises StoreError."""
    get_draw(store, draw)
    row = store.row(
        "SELECT count(c.verdict = 'non_compliant' OR NULL) AS wrong, count(c.verdict IN ('compliant', 'non_compliant') OR NULL)"
        " AS decided, count(*) AS reviewed FROM draw_calls d JOIN calls c ON c.id = d.call"
        " WHERE d.draw = ? AND d.done_at IS NOT NULL",
        (draw,),
    )
    changes = store.row(
        "SELECT count(*) AS checked, count(f.status <> f.machine_status OR NULL) AS changed FROM draw_calls d"
        " JOIN calls c ON c.id = d.call JOIN findings f ON f.judgement = c.judgement_id AND f.machine_status IS NOT NULL"
        " WHERE d.draw = ? AND d.done_at IS NOT NULL AND EXISTS (SELECT 1 FROM reviews r WHERE r.finding = f.id)",
        (draw,),
    )
    assert row is not None and changes is not None  # noqa: S101 - counting always gives a row
    rules = _rules(store, draw)
    return DrawResult(
        Rate(row["wrong"], row["decided"]),
        rules,
        row["reviewed"] - row["decided"],
        changes["changed"],
        changes["checked"],
    )


def _rules(store: Store, draw: int) -> tuple[tuple[str, Rate], ...]:
    """Every rule that was judged in a reviewed call, in the order of the rules."""
    found: dict[str, Rate] = {}
    for row in counted_rules(store, draw):
        before = found.get(row["rule"], Rate(0, 0))
        found[row["rule"]] = Rate(before.wrong + row["wrong"], before.number + row["decided"])
    return tuple((rule, found[rule]) for rule in EVERY_RULE if rule in found)
