"""复核校准: the same calls reviewed blind by several, how far they agree, and the meeting (差异会商) that settles what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast, get_args

from starlette.exceptions import HTTPException
from starlette.responses import Response

from voice_agent.errors import AccessError, StoreError
from voice_agent.labels import RULE_NAMES
from voice_agent.store.calls.call_rows import CallRow
from voice_agent.store.calls.calls import get_call
from voice_agent.store.reviews.calibration import end_blind, machine_findings, next_blind, panel
from voice_agent.store.reviews.draws import Draw
from voice_agent.store.reviews.meeting import (
    Point,
    agreed_calls,
    agreements,
    names_of,
    points,
    settle,
    settle_agreed,
)
from voice_agent.values import Status
from voice_agent.web.call.reviewing import text_of
from voice_agent.web.doors.ownership import the_call
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.queue.drawing import describe, the_draw


@dataclass(frozen=True)
class Difference:
    """A rule of a call about which people differ; ``finding`` is the machine's, ``machine`` what it said."""

    point: Point
    name: str
    finding: int | None
    machine: Status | None


def the_calibration(visit: Visit) -> Draw:
    """The calibration that the address names, if it is this person's to see. Raises HTTPException 404."""
    draw = the_draw(visit)
    if not draw.calibration:
        raise HTTPException(404)
    return draw


def show_calibration(visit: Visit) -> Response:
    """How far everybody is; once the blind part is over, how far they agree and what is to be settled."""
    draw = the_calibration(visit)
    found, people = points(visit.store, draw.id), panel(visit.store, draw.id)
    members = {one.user for one in people}
    mine = next((len(draw.calls) - one.done for one in people if one.user == visit.user.id), 0)
    return visit.show(
        "calibration.html", draw=draw, words=describe(visit, draw.chosen), people=people, mine=mine, member=visit.user.id in members,
        agreements=agreements(found), calls=_differences(visit, found), agreed=len(agreed_calls(visit.store, draw.id)),
        may_settle=visit.user.role == "supervisor" or visit.user.id in members, names=names_of(visit.store, draw.id),
        compared=len({one.call for one in found}), made=datetime.now(visit.store.timezone),
    )  # fmt: skip


def _differences(visit: Visit, found: Sequence[Point]) -> list[tuple[CallRow, list[Difference]]]:
    """The calls about which people differ, in the order drawn."""
    calls: dict[int, list[Point]] = {}
    for one in found:
        if one.differs:
            calls.setdefault(one.call, []).append(one)
    return [(get_call(visit.store, call), _views(visit, call, theirs)) for call, theirs in calls.items()]


def _views(visit: Visit, call: int, found: Sequence[Point]) -> list[Difference]:
    made = {one.finding.rule: one for one in machine_findings(visit.store, call)}
    return [
        Difference(
            one, RULE_NAMES.get(one.rule, one.rule), made[one.rule].id if one.rule in made else None,
            made[one.rule].finding.status if one.rule in made else None,
        )
        for one in found
    ]  # fmt: skip


def go_on(visit: Visit) -> Response:
    """Open the next call that this reviewer has not finished, else the calibration."""
    draw = the_calibration(visit)
    call = next_blind(visit.store, draw.id, visit.user.id)
    here = f"/draws/{draw.id}/calibration"
    return visit.go(here if call is None else f"{here}/calls/{call}")


def end(visit: Visit) -> Response:
    """The meeting begins although not everybody is through. Raises StoreError."""
    draw = the_calibration(visit)
    end_blind(visit.store, draw.id)
    visit.note("end_blind", f"draw {draw.id}")
    return visit.go(f"/draws/{draw.id}/calibration")


def settle_point(visit: Visit) -> Response:
    """Settle one difference. Raises AccessError for who takes no part, StoreError, HTTPException 404."""
    draw = the_calibration(visit)
    _check_member(visit, draw)
    call = the_call(visit, visit.whole("call"))
    rule, status = visit.form.get("rule", ""), visit.form.get("status", "")
    if status not in get_args(Status):
        raise StoreError("请选择会商的结论")
    with visit.store.transaction():
        whole = settle(
            visit.store, draw.id, call.id, rule, visit.user.id, cast(Status, status), text_of(visit, "reason")
        )
        visit.note("settle_calibration", f"call {call.id}", f"draw {draw.id} {rule} {status}{' 生效' if whole else ''}")
    return visit.go(f"/draws/{draw.id}/calibration#call-{call.id}")


def settle_same(visit: Visit) -> Response:
    """Put into force the calls about which nobody differs. Raises AccessError."""
    draw = the_calibration(visit)
    _check_member(visit, draw)
    with visit.store.transaction():
        number = settle_agreed(visit.store, draw.id, visit.user.id)
        visit.note("settle_calibration", f"draw {draw.id}", f"{number} 通一致")
    return visit.go(f"/draws/{draw.id}/calibration")


def _check_member(visit: Visit, draw: Draw) -> None:
    if visit.user.role != "supervisor" and visit.user.id not in {one.user for one in panel(visit.store, draw.id)}:
        raise AccessError("只有参加校准的质检员和主管可以会商")


PAGES = (
    Page("calibration", "GET", "/draws/{number:int}/calibration", show_calibration),
    Page("calibration_next", "POST", "/draws/{number:int}/calibration/next", go_on),
    Page("end_blind", "POST", "/draws/{number:int}/calibration/end", end),
    Page("settle_point", "POST", "/draws/{number:int}/calibration/truth", settle_point),
    Page("settle_same", "POST", "/draws/{number:int}/calibration/agreed", settle_same),
)
