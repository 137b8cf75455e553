"""盲评: a call of a calibration as the machine left it. What others decided does not show, and nothing that is decided here is in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast, get_args

from starlette.exceptions import HTTPException
from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.labels import RULE_NAMES
from voice_agent.privacy.talk import private_texts
from voice_agent.store.calls.call_rows import CallRow
from voice_agent.store.calls.calls import clerks_of_call
from voice_agent.store.calls.findings import StoredFinding
from voice_agent.store.calls.timelines import load_timeline
from voice_agent.store.calls.transcripts import load_transcript
from voice_agent.store.reviews.calibration import (
    BlindFinding,
    Opinion,
    blind_findings,
    decide_blind,
    finish_blind,
    next_blind,
    panel,
)
from voice_agent.store.reviews.draws import Draw, get_draw
from voice_agent.values import Status, Transcript
from voice_agent.web.call import call_view
from voice_agent.web.call.call_page import is_hidden, unheard
from voice_agent.web.call.reviewing import onward, text_of
from voice_agent.web.call.sound_pages import missing, sound_legs
from voice_agent.web.doors.ownership import fetched, the_call
from voice_agent.web.doors.visit import Page, Visit

_KEYS = (
    ("空格", "播放"), ("J", "下一条"), ("K", "上一条"), ("Y", "同系统的判定"), ("N", "另选"), ("U", "无法判定"), ("G", "完成，下一通"),
    ("←", "后退 3 秒"), ("→", "前进 3 秒"), ("-", "减速"), ("=", "加速"), ("S", "跳过静音"), ("?", "全部按键"),
)  # fmt: skip


@dataclass(frozen=True)
class BlindView:
    """One rule to decide. ``quiet``: the machine takes it for not applicable, so it may be passed over."""

    found: StoredFinding
    name: str
    norm: str
    own: Opinion | None
    open: bool
    quiet: bool

    @property
    def start(self) -> float | None:
        """Where its evidence begins, in seconds."""
        evidence = self.found.finding.evidence
        return evidence[0].start if evidence else None


def _asked(visit: Visit) -> tuple[Draw, CallRow]:
    """The calibration and its call, for one of its reviewers only. Raises HTTPException 404."""
    draw = fetched(lambda: get_draw(visit.store, min(visit.number(), 2**63 - 1)))
    call = the_call(visit, visit.number("call"))
    if (
        not draw.calibration
        or call.id not in draw.calls
        or visit.user.id not in {one.user for one in panel(visit.store, draw.id)}
    ):
        raise HTTPException(404)
    return draw, call


def show_blind(visit: Visit) -> Response:
    """The whole page; after the blind part, the call's own page."""
    draw, call = _asked(visit)
    if draw.calibration != 1:
        return visit.go(f"/calls/{call.id}")
    hidden, legs = is_hidden(visit, call), sound_legs(visit, call)
    said = load_transcript(visit.store, call.id) or Transcript(call.call_id, ())
    line = load_timeline(visit.store, call.id)
    url = _url(draw, call)
    visit.note_reading("read_call", f"call {call.id}")
    return visit.show(
        "blind.html", **_work(visit, draw, call), clerks=clerks_of_call(visit.store, call.id), sound_problem=missing(legs), keys=_KEYS,
        turns=call_view.turns(said, hidden=hidden), mixed=any(leg.channel == "mixed" for leg in legs),
        facts={
            "url": url, "name": call.call_id, "csrf": visit.session.csrf, "may_review": True, "query": "",
            "talk": [{"start": part.start, "end": part.end} for part in said.segments], "unheard": unheard(line) if line else [],
        },
    )  # fmt: skip


def show_blind_work(visit: Visit) -> Response:
    """What there is to decide, anew."""
    draw, call = _asked(visit)
    return visit.show("_blind.html", **_work(visit, draw, call)) if visit.partial else visit.go(_url(draw, call))


def _work(visit: Visit, draw: Draw, call: CallRow) -> dict[str, Any]:
    found = blind_findings(visit.store, draw.id, call.id, visit.user.id)
    mine = [one.found for one in found]
    left, hidden = sum(one.needed for one in found), is_hidden(visit, call)
    return {
        "draw": draw, "call": call, "url": _url(draw, call), "hidden": hidden, "veil": private_texts(load_transcript(visit.store, call.id)) if hidden else False, "left": left,
        "findings": sorted((_view(visit, one) for one in found), key=lambda one: call_view.ORDER[one.found.finding.status]),
        "marks": call_view.regions(mine), "labels": call_view.label_places(mine),
    }  # fmt: skip


def _view(visit: Visit, one: BlindFinding) -> BlindView:
    norm = call_view.norm_of(visit.site.book, one.rule)
    quiet = one.found.finding.status == "not_applicable" and one.own is None
    return BlindView(one.found, RULE_NAMES.get(one.rule, one.rule), norm, one.own, one.needed, quiet)


def _url(draw: Draw, call: CallRow) -> str:
    return f"/draws/{draw.id}/calibration/calls/{call.id}"


def decide(visit: Visit) -> Response:
    """One's own first decision about one rule. Raises StoreError, HTTPException 404."""
    draw, call = _asked(visit)
    found = blind_findings(visit.store, draw.id, call.id, visit.user.id)
    one = next((each for each in found if each.found.id == visit.number("finding")), None)
    if one is None:
        raise HTTPException(404)
    reason = text_of(visit, "reason")
    decide_blind(visit.store, draw.id, call.id, visit.user.id, one.rule, _status(visit, one, reason), reason)
    return show_blind_work(visit)


def _status(visit: Visit, one: BlindFinding, reason: str) -> Status:
    """What the form says. Raises StoreError."""
    decision, status = visit.form.get("decision", ""), visit.form.get("status", "")
    if decision == "confirm":
        return one.found.finding.status
    if decision == "cannot_judge":
        return "uncertain"
    if decision != "overrule" or status not in get_args(Status):
        raise StoreError("没有选择复核结果")
    if not reason:
        raise StoreError("与系统的判定不同时请写明理由，会商时要用")
    return cast(Status, status)


def finish(visit: Visit) -> Response:
    """Through with the call; on with the next. Raises StoreError: a rule is undecided."""
    draw, call = _asked(visit)
    with visit.store.transaction():
        finish_blind(visit.store, draw.id, call.id, visit.user.id)
        visit.note("finish_blind", f"call {call.id}", f"draw {draw.id}")
    following = next_blind(visit.store, draw.id, visit.user.id)
    here = f"/draws/{draw.id}/calibration"
    return onward(visit, visit.go(here if following is None else f"{here}/calls/{following}"))


_HERE = "/draws/{number:int}/calibration/calls/{call:int}"
PAGES = (
    Page("blind", "GET", _HERE, show_blind),
    Page("blind_work", "GET", f"{_HERE}/work", show_blind_work),
    Page("blind_decide", "POST", f"{_HERE}/findings/{{finding:int}}/review", decide),
    Page("blind_finish", "POST", f"{_HERE}/finish", finish),
)
