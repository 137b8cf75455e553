"""差异会商: what the reviewers of a calibration said side by side, how far they agree, and the truth that their meeting settles.

A call's truth is kept, and becomes the decision in force as soon as nothing about the call is left to settle.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from voice_agent.agreement import Agreement, agreement
from voice_agent.errors import StoreError
from voice_agent.store.calls.findings import StoredFinding
from voice_agent.store.calls.judgements import current_findings
from voice_agent.store.database import Store
from voice_agent.store.reviews.calibration import Opinion, opinion, panel
from voice_agent.store.reviews.closings import finish_review
from voice_agent.store.reviews.draws import get_draw
from voice_agent.store.reviews.reviews import Decision, decide
from voice_agent.values import EVERY_RULE, FAULTS, Status


@dataclass(frozen=True)
class Truth:
    """What was settled about one rule of one call; ``reason`` '' where nobody differed. ``at`` unix seconds."""

    status: Status
    reason: str
    settled_by: str
    at: float


@dataclass(frozen=True)
class Point:
    """One rule of one call with what everybody said who finished the call, and what was settled."""

    call: int
    rule: str
    opinions: tuple[Opinion, ...]
    truth: Truth | None

    @property
    def differs(self) -> bool:
        """Did they say different things?"""
        return len({one.status for one in self.opinions}) > 1

    @property
    def of(self) -> Mapping[int, Opinion]:
        """User → what that person said."""
        return {one.user: one for one in self.opinions}


@dataclass(frozen=True)
class RuleAgreement:
    """How far the reviewers agree on one rule ('' all); what all of them take for not applicable is left out. ``settled`` of
    ``differing`` points the meeting is through with."""

    rule: str
    found: Agreement
    differing: int
    settled: int


def points(store: Store, draw: int) -> list[Point]:
    """Everything that two or more have finished, by call in the order drawn and by rule. Empty while it is reviewed blind."""
    if get_draw(store, draw).calibration != 2:
        return []
    rows = store.rows(
        "SELECT x.call, x.rule, x.user, x.status, x.reason FROM calibration_decisions x"
        " JOIN calibration_done o ON o.draw = x.draw AND o.call = x.call AND o.user = x.user"
        " JOIN draw_calls d ON d.draw = x.draw AND d.call = x.call WHERE x.draw = ? ORDER BY d.position, x.user",
        (draw,),
    )
    said: dict[tuple[int, str], list[Opinion]] = {}
    for row in rows:
        said.setdefault((row["call"], row["rule"]), []).append(opinion(row))
    settled = _truths(store, draw)
    places = {call: place for place, (call, _) in enumerate(said)}
    ordered = sorted(said, key=lambda key: (places[key[0]], EVERY_RULE.index(key[1])))
    return [Point(*key, tuple(said[key]), settled.get(key)) for key in ordered if len(said[key]) > 1]


def _truths(store: Store, draw: int) -> dict[tuple[int, str], Truth]:
    rows = store.rows(
        "SELECT t.call, t.rule, t.status, t.reason, u.name, t.at FROM calibration_truth t JOIN users u ON u.id = t.settled_by WHERE t.draw = ?",
        (draw,),
    )
    return {(row["call"], row["rule"]): Truth(row["status"], row["reason"], row["name"], row["at"]) for row in rows}


def agreements(found: Sequence[Point]) -> list[RuleAgreement]:
    """Over all rules first, then by rule, in the order of the rules. Pure."""
    told = [one for one in found if {each.status for each in one.opinions} != {"not_applicable"}]
    rules = [rule for rule in EVERY_RULE if any(one.rule == rule for one in told)]
    return [_line(rule, [one for one in told if rule in ("", one.rule)]) for rule in ("", *rules)]


def _line(rule: str, found: Sequence[Point]) -> RuleAgreement:
    answers = [{each.user: each.status for each in one.opinions} for one in found]
    differing = [one for one in found if one.differs]
    return RuleAgreement(rule, agreement(answers), len(differing), sum(one.truth is not None for one in differing))


def settle(
    store: Store, draw: int, call: int, rule: str, user: int, status: Status, reason: str, *, now: float | None = None
) -> bool:
    """Settle what differs about one rule of a call; with the last one the call's truth comes into force, which is returned.

    Raises StoreError (not to be settled, no reason) and AccessError (somebody is at the call just now).
    """
    moment = time.time() if now is None else now
    if not reason.strip():
        raise StoreError("请写明会商的理由")
    if status not in get_args(Status):
        raise StoreError("请选择会商的结论")
    with store.transaction():
        ours = [one for one in points(store, draw) if one.call == call]
        if not any(one.rule == rule and one.differs for one in ours) or _in_force(store, draw, call):
            raise StoreError("这一项没有待会商的差异")
        _keep(store, draw, call, rule, status, reason, user, moment)
        if any(one.differs and one.truth is None and one.rule != rule for one in ours):
            return False
        _enforce(store, draw, call, user, moment)
    return True


def settle_agreed(store: Store, draw: int, user: int, *, now: float | None = None) -> int:
    """Put into force what everybody said about the calls in which nothing differs. Returns how many calls.

    Raises AccessError when somebody is at one of them just now; then nothing has changed.
    """
    moment = time.time() if now is None else now
    with store.transaction():
        calls = agreed_calls(store, draw)
        for call in calls:
            _enforce(store, draw, call, user, moment)
    return len(calls)


def agreed_calls(store: Store, draw: int) -> list[int]:
    """The calls in which nothing differs and whose truth is not in force yet. Raises StoreError."""
    found = points(store, draw)
    differing = {one.call for one in found if one.differs}
    calls = dict.fromkeys(one.call for one in found if one.call not in differing)
    return [call for call in calls if not _in_force(store, draw, call)]


def _enforce(store: Store, draw: int, call: int, user: int, now: float) -> None:
    """What was settled, and what all had said, becomes the decision about the call."""
    ours = [one for one in points(store, draw) if one.call == call]
    for one in ours:
        if not one.differs:
            _keep(store, draw, call, one.rule, one.opinions[0].status, "", user, now)
    # First, because the call is no longer one that its reviewers are kept from.
    store.write("UPDATE draw_calls SET done_by = ?, done_at = ? WHERE draw = ? AND call = ?", (user, now, draw, call))
    people = len({each.user for one in ours for each in one.opinions})
    for one in (one for one in points(store, draw) if one.call == call):
        if one.truth:
            words = f"：{one.truth.reason}" if one.truth.reason else f"，{people} 人一致"
            _decide(store, call, one.rule, one.truth.status, user, f"复核校准 {draw}{words}", now)
    finish_review(store, call, user, reason=f"复核校准 {draw} 已会商", now=now)


def _decide(store: Store, call: int, rule: str, status: Status, user: int, reason: str, now: float) -> None:
    """Only what decides for the rule becomes a fault; where there is none, nothing that accuses is left."""
    for each in (one for one in current_findings(store, call) if one.finding.rule == rule):
        accuses = each.finding.status in FAULTS or each.finding.status == "uncertain"
        if each.counted or (accuses and status not in FAULTS):
            decide(store, each, user, _kind(each, status), status=status, reason=reason, now=now)


def _kind(each: StoredFinding, status: Status) -> Decision:
    if each.finding.status == status:
        return "confirm"
    return "cannot_judge" if status == "uncertain" else "overrule"


def _keep(store: Store, draw: int, call: int, rule: str, status: Status, reason: str, user: int, now: float) -> None:
    store.write(
        "INSERT INTO calibration_truth VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET status = excluded.status,"
        " reason = excluded.reason, settled_by = excluded.settled_by, at = excluded.at",
        (draw, call, rule, status, reason.strip(), user, now),
    )


def _in_force(store: Store, draw: int, call: int) -> bool:
    return store.value("SELECT done_at FROM draw_calls WHERE draw = ? AND call = ?", (draw, call)) is not None


def names_of(store: Store, draw: int) -> dict[int, str]:
    """User → name of everybody who reviewed. Raises StoreError."""
    return {one.user: one.name for one in panel(store, draw)}
