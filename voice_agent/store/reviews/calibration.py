"""复核校准: several reviewers review the same calls blind. Nobody sees another's first decisions, and the call's state stays as it is."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import get_args

from voice_agent.errors import AccessError, StoreError
from voice_agent.labels import RULE_NAMES
from voice_agent.store.calls.findings import StoredFinding
from voice_agent.store.calls.judgements import current_findings
from voice_agent.store.calls.present_state import deciding_findings
from voice_agent.store.database import Row, Store
from voice_agent.store.reviews.draws import get_draw
from voice_agent.values import Status

#: The calibrations that keep ``user`` from deciding about ``call`` in the usual way: reviewed blind, or compared and not settled.
UNSETTLED = """draw_calls q JOIN draws w ON w.id = q.draw AND w.calibration > 0
    JOIN calibration_people y ON y.draw = w.id AND y.user = {user} WHERE q.call = {call} AND q.done_at IS NULL AND (w.calibration = 1
    OR (SELECT count(*) FROM calibration_done o WHERE o.draw = w.id AND o.call = q.call) >= 2)"""


@dataclass(frozen=True)
class Panelist:
    """Somebody who reviews a calibration, and how many of its calls are done."""

    user: int
    name: str
    done: int


@dataclass(frozen=True)
class Opinion:
    """What somebody decided blind about one rule of one call."""

    user: int
    status: Status
    reason: str


@dataclass(frozen=True)
class BlindFinding:
    """What the machine said about one rule, as if nobody had looked at it, and this person's own decision, if made."""

    found: StoredFinding
    own: Opinion | None

    @property
    def rule(self) -> str:
        """The rule."""
        return self.found.finding.rule

    @property
    def needed(self) -> bool:
        """Must it be decided? Where the machine says that the rule does not apply, it may."""
        return self.own is None and self.found.finding.status != "not_applicable"


def panel(store: Store, draw: int) -> list[Panelist]:
    """Who reviews it, by name. Raises StoreError."""
    rows = store.rows(
        "SELECT p.user, u.name, (SELECT count(*) FROM calibration_done d WHERE d.draw = p.draw AND d.user = p.user) AS done"
        " FROM calibration_people p JOIN users u ON u.id = p.user WHERE p.draw = ? ORDER BY u.name, p.user",
        (draw,),
    )
    return [Panelist(*row) for row in rows]


def barred_by(store: Store, call: int, user: int) -> int | None:
    """The unsettled calibration because of which somebody may not decide about a call in the usual way; None: there is none."""
    number: int | None = store.value(
        f"SELECT w.id FROM {UNSETTLED.format(user='?', call='?')} LIMIT 1",  # noqa: S608 - no values
        (user, call),
    )
    return number


def blind_draw(store: Store, call: int, user: int) -> int | None:
    """The calibration in which somebody is to review a call blind, or has and others have not; None: there is none."""
    number: int | None = store.value(
        "SELECT w.id FROM calibration_people p JOIN draws w ON w.id = p.draw AND w.calibration = 1"
        " JOIN draw_calls d ON d.draw = w.id AND d.call = ? WHERE p.user = ? LIMIT 1",
        (call, user),
    )
    return number


def blind_findings(store: Store, draw: int, call: int, user: int) -> list[BlindFinding]:
    """What there is to decide about a call, in the machine's words, with this person's own decisions. Raises StoreError."""
    rows = store.rows(
        "SELECT user, rule, status, reason FROM calibration_decisions WHERE draw = ? AND call = ? AND user = ?",
        (draw, call, user),
    )
    own = {row["rule"]: opinion(row) for row in rows}
    return [BlindFinding(each, own.get(each.finding.rule)) for each in machine_findings(store, call)]


def machine_findings(store: Store, call: int) -> list[StoredFinding]:
    """One finding for each rule as the machine made it, with the evidence of all that it made for that rule. Raises StoreError."""
    made = [_as_made(each) for each in current_findings(store, call) if each.machine_status is not None]
    return sorted((_with_all(each, made) for each in deciding_findings(made)), key=lambda each: each.id)


def _as_made(each: StoredFinding) -> StoredFinding:
    assert each.machine_status is not None  # noqa: S101 - chosen so
    finding = replace(each.finding, status=each.machine_status, reason=each.own_reason)
    return replace(each, finding=finding, reviewed=False)


def _with_all(each: StoredFinding, made: Sequence[StoredFinding]) -> StoredFinding:
    same = [one.finding.evidence for one in made if one.finding.rule == each.finding.rule and one.id != each.id]
    return replace(each, finding=replace(each.finding, evidence=sum(same, each.finding.evidence)))


def decide_blind(
    store: Store,
    draw: int,
    call: int,
    user: int,
    rule: str,
    status: Status,
    reason: str = "",
    *,
    now: float | None = None,
) -> None:
    """Somebody's first decision about one rule; until the call is finished it may be changed.

    Raises AccessError (not this person's calibration) and StoreError (finished, the blind part is over, no such rule or status).
    """
    with store.transaction():
        _check_blind(store, draw, call, user)
        if status not in get_args(Status):
            raise StoreError("请选择一种状态")
        if rule not in {each.finding.rule for each in machine_findings(store, call)}:
            raise StoreError(f"这通电话没有规则 {rule} 的判定")
        store.write(
            "INSERT INTO calibration_decisions VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET status = excluded.status,"
            " reason = excluded.reason, at = excluded.at",
            (draw, call, user, rule, status, reason.strip(), _now(now)),
        )


def finish_blind(store: Store, draw: int, call: int, user: int, *, now: float | None = None) -> None:
    """Somebody is through with a call; its decisions are fixed, and what was left as not applicable is noted as such.

    Raises AccessError and StoreError: a rule is undecided.
    """
    with store.transaction():
        _check_blind(store, draw, call, user)
        found = blind_findings(store, draw, call, user)
        left = [RULE_NAMES.get(each.rule, each.rule) for each in found if each.needed]
        if left:
            raise StoreError(f"还有 {len(left)} 条没有决定（{'、'.join(left)}）。盲评须每条都决定。")
        for each in found:
            if each.own is None:
                decide_blind(store, draw, call, user, each.rule, "not_applicable", now=now)
        store.write("INSERT INTO calibration_done VALUES (?, ?, ?, ?)", (draw, call, user, _now(now)))
        if all(one.done >= len(get_draw(store, draw).calls) for one in panel(store, draw)):
            store.write("UPDATE draws SET calibration = 2 WHERE id = ?", (draw,))


def next_blind(store: Store, draw: int, user: int) -> int | None:
    """The next call that somebody has not finished, in the order drawn; None when there is none (or it is not this person's)."""
    if user not in {one.user for one in panel(store, draw)} or get_draw(store, draw).calibration != 1:
        return None
    number: int | None = store.value(
        "SELECT d.call FROM draw_calls d WHERE d.draw = ?1 AND NOT EXISTS (SELECT 1 FROM calibration_done o WHERE o.draw = ?1"
        " AND o.call = d.call AND o.user = ?2) ORDER BY d.position LIMIT 1",
        (draw, user),
    )
    return number


def end_blind(store: Store, draw: int) -> None:
    """The meeting begins although not everybody is through: only finished calls are compared. Raises StoreError."""
    with store.transaction():
        if get_draw(store, draw).calibration != 1:
            raise StoreError("这次抽查不在盲评阶段")
        compared = store.value(
            "SELECT 1 FROM calibration_done WHERE draw = ? GROUP BY call HAVING count(*) >= 2 LIMIT 1", (draw,)
        )
        if compared is None:
            raise StoreError("还没有一通由两人以上盲评完成，不能开始会商")
        store.write("UPDATE draws SET calibration = 2 WHERE id = ?", (draw,))


def open_calibrations(store: Store, user: int) -> list[tuple[int, int, str]]:
    """The calibrations in which somebody has calls to review: number, how many, until when (ISO day, '' none). Raises StoreError."""
    rows = store.rows(
        "SELECT w.id, (SELECT count(*) FROM draw_calls d WHERE d.draw = w.id) - (SELECT count(*) FROM calibration_done o"
        " WHERE o.draw = w.id AND o.user = p.user) AS open, w.deadline FROM calibration_people p JOIN draws w ON w.id = p.draw"
        " WHERE p.user = ? AND w.calibration = 1 ORDER BY w.deadline = '', w.deadline, w.id",
        (user,),
    )
    return [(row["id"], row["open"], row["deadline"]) for row in rows if row["open"]]


def opinion(row: Row) -> Opinion:
    """A row of ``calibration_decisions``."""
    return Opinion(row["user"], row["status"], row["reason"])


def _check_blind(store: Store, draw: int, call: int, user: int) -> None:
    found = get_draw(store, draw)
    if user not in {one.user for one in panel(store, draw)}:
        raise AccessError("这次校准没有请您参加")
    if found.calibration != 1 or call not in found.calls:
        raise StoreError("盲评已经结束，不能再改")
    if store.value("SELECT 1 FROM calibration_done WHERE draw = ? AND call = ? AND user = ?", (draw, call, user)):
        raise StoreError("这通您已经盲评完成，不能再改")


def _now(now: float | None) -> float:
    return time.time() if now is None else now
