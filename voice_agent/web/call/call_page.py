"""The page of one call: what was said, what was found, the sound of it."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from voice_agent.coverage import Timeline
from voice_agent.errors import StoreError
from voice_agent.privacy.talk import private_texts
from voice_agent.spans import without
from voice_agent.speech.delivery import measured
from voice_agent.store import CallFilter
from voice_agent.store.calls.call_rows import CallRow
from voice_agent.store.calls.calls import clerks_of_call
from voice_agent.store.calls.findings import StoredFinding
from voice_agent.store.calls.judgements import current_findings, current_judgement, history, verdict_reason
from voice_agent.store.calls.timelines import load_timeline
from voice_agent.store.calls.transcripts import load_transcript
from voice_agent.store.learning.opinions import opinions_of
from voice_agent.store.live.alerts import alerts_of_call
from voice_agent.store.reviews.calibration import barred_by, blind_draw
from voice_agent.store.reviews.closings import closings
from voice_agent.store.reviews.coaching import notes
from voice_agent.store.reviews.comments import list_comments
from voice_agent.store.reviews.heard_complaints import Proposal, ProposalFilter, list_proposals
from voice_agent.store.reviews.objections import Objection, ObjectionFilter, list_objections, objectable_until
from voice_agent.store.reviews.ratings import ratings_of_call
from voice_agent.store.reviews.rectifications import items_of_call
from voice_agent.store.reviews.reviews import Review, review_history
from voice_agent.values import Transcript
from voice_agent.web.call import call_view
from voice_agent.web.call.sound_pages import missing, sound_legs
from voice_agent.web.doors.ownership import the_call
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.queue.call_lists import names
from voice_agent.web.words import Veil, spoken
from voice_agent.working_days import due

#: Working days for a complaint unless somebody writes another day.
USUAL_DAYS = 15
_EVERYBODYS_KEYS = (
    ("空格", "播放 / 暂停"), ("J", "下一条判定"), ("K", "上一条判定"), ("←", "后退 3 秒"), ("→", "前进 3 秒"),
    ("-", "减速"), ("=", "加速"), ("S", "跳过静音"), ("?", "全部按键"),
)  # fmt: skip
_REVIEWERS_KEYS = (
    ("空格", "播放"), ("J", "下一条"), ("K", "上一条"), ("Y", "确认"), ("N", "改判"), ("U", "无法判定"), ("A", "补充"),
    ("M", "备注"), ("C", "领取"), ("G", "完成，下一通"), ("←", "后退 3 秒"), ("→", "前进 3 秒"), ("-", "减速"), ("=", "加速"),
    ("S", "跳过静音"), ("?", "全部按键"),
)  # fmt: skip


def show_call(visit: Visit) -> Response:
    """The whole page. Raises HTTPException 404."""
    call = the_call(visit)
    blind = blind_draw(visit.store, call.id, visit.user.id)
    if blind is not None:
        return visit.go(f"/draws/{blind}/calibration/calls/{call.id}")
    said = _said(visit, call)
    visit.note_reading("read_call", f"call {call.id}")
    return visit.show("call.html", **_head(visit, call, said), **work_values(visit, call))


def show_work(visit: Visit) -> Response:
    """After something was done, or to look again: the findings anew for the page's script, else back to the page.

    What was said does not change with a decision and is not sent again: two hours of it are megabytes.
    """
    call = the_call(visit)
    if blind_draw(visit.store, call.id, visit.user.id) is not None:
        raise HTTPException(404)
    return visit.show("_work.html", **work_values(visit, call)) if visit.partial else visit.go(f"/calls/{call.id}")


#: Why somebody may have to see or hear what is hidden.
UNMASK_REASONS = {
    "judge": "复核判定需要", "callback": "回访来电人", "complaint": "处理投诉举报", "request": "来电人本人申请", "law": "依法调取",
}  # fmt: skip


def _said(visit: Visit, call: CallRow) -> Transcript:
    return load_transcript(visit.store, call.id) or Transcript(call.call_id, ())


def work_values(visit: Visit, call: CallRow) -> dict[str, Any]:
    """Verdict, findings, history: everything that a decision changes."""
    store, hidden = visit.store, is_hidden(visit, call)
    veil: Veil = private_texts(load_transcript(store, call.id)) if hidden else False
    findings = current_findings(store, call.id)
    judgement = current_judgement(store, call.id)
    reviews, objections = review_history(store, call.id), list_objections(store, ObjectionFilter(call=call.id))
    until = max((_until(visit, each) for each in findings), default=0.0)
    reason, machine_reason = verdict_reason(judgement, findings) if judgement else ("", "")
    return {
        "call": call, "url": f"/calls/{call.id}", "hidden": hidden, "veil": veil, "object_until": until, "names": names(store),
        "may_review": visit.user.role == "reviewer", "held": _holder(visit, call), "calibration": barred_by(store, call.id, visit.user.id),
        "may_reopen": visit.user.role in ("reviewer", "supervisor") and call.reviewed_at is not None,
        "findings": call_view.finding_views(
            findings, reviews, objections, visit.site.book, partial(_may_object, visit), partial(may_decide, visit, call, reviews),
            hidden=veil,
        ),
        "marks": call_view.regions(findings), "labels": [*call_view.label_places(findings), *call_view.complaint_places(_heard(visit, call, veil))],
        "comments": call_view.remarks(list_comments(store, call.id), hidden=veil),
        "closings": call_view.accounts(closings(store, call.id), hidden=veil), "history": history(store, call.id),
        "heard": _heard(visit, call, veil), "usual_due": usual_due(visit),
        "items": items_of_call(store, call.id), "coaching": notes(store, call=call.id), "may_measure": visit.user.role in ("reviewer", "supervisor"),
        "book_version": judgement.book_version if judgement else "",
        "verdict_reason": reason, "machine_reason": machine_reason, "opinions": opinions_of(store, call.id),
    }  # fmt: skip


def _heard(visit: Visit, call: CallRow, hidden: Veil) -> list[Proposal]:
    """Complaints heard in the call, for those who decide about them."""
    if visit.user.role not in ("reviewer", "supervisor"):
        return []
    found = list_proposals(visit.store, ProposalFilter(call=call.id))
    return [
        replace(one, text=spoken(one.text, hidden=hidden), reason=spoken(one.reason, hidden=hidden)) for one in found
    ]


def usual_due(visit: Visit) -> date:
    """The day until which a complaint is usually settled."""
    return datetime.fromtimestamp(due(time.time(), USUAL_DAYS, visit.store.timezone) - 1, visit.store.timezone).date()


def _holder(visit: Visit, call: CallRow) -> str:
    """Who else is at the call just now, so that this person may decide nothing; '' when nobody is."""
    other = call.claimed_by not in (None, visit.user.id) and (call.claimed_until or 0.0) > time.time()
    return names(visit.store).get(call.claimed_by or 0, "另一名质检员") if other else ""


def _head(visit: Visit, call: CallRow, said: Transcript) -> dict[str, Any]:
    talk = [{"start": part.start, "end": part.end} for part in said.segments]
    reviewer = visit.user.role == "reviewer"
    legs = sound_legs(visit, call)
    line = load_timeline(visit.store, call.id)
    silent = unheard(line) if line else []
    return {
        "clerks": clerks_of_call(visit.store, call.id), "ratings": ratings_of_call(visit.store, call.id), "sound_problem": missing(legs),
        "turns": call_view.turns(said, hidden=is_hidden(visit, call)), "draw": draw_of(visit),
        "delivery": measured(said, line.unjudged if line else ()),
        "alerts": alerts_of_call(visit.store, call.id) if visit.user.role != "staff" else [],
        "mixed": any(leg.channel == "mixed" for leg in legs), "may_unmask": visit.user.role in visit.site.config.privacy.unmask_roles,
        "unmask_reasons": UNMASK_REASONS, "keys": _REVIEWERS_KEYS if reviewer else _EVERYBODYS_KEYS, "decision_days": visit.site.config.review.decision_days,
        "query": f"?{visit.request.url.query}" if visit.request.url.query else "",
        "facts": {
            "url": f"/calls/{call.id}", "name": call.call_id, "csrf": visit.session.csrf, "may_review": reviewer, "talk": talk, "unheard": silent,
            "query": f"?{visit.request.url.query}" if visit.request.url.query else "",
        },
    }  # fmt: skip


def draw_of(visit: Visit) -> int | None:
    """The draw that is being worked through, as the address says."""
    return CallFilter.from_params({"draw": visit.query.get("draw", "")}).draw


def unheard(line: Timeline) -> list[dict[str, Any]]:
    """What the waveform shows as not recorded, and as recorded but nobody's own time (waiting, between clerks, muted)."""
    waiting = without(line.unjudged, line.uncovered)
    shown = [("未录音", "missing", one) for one in line.uncovered] + [("不检查", "waiting", one) for one in waiting]
    return [{"text": text, "kind": kind, "start": one.start, "end": one.end} for text, kind, one in shown]


def _until(visit: Visit, each: StoredFinding) -> float:
    return objectable_until(visit.store, each, visit.site.config.review.objection_days)


def _may_object(visit: Visit, each: StoredFinding) -> bool:
    own = visit.user.role == "staff" and each.clerk == visit.user.job_number
    return own and time.time() <= _until(visit, each)


def may_decide(visit: Visit, call: CallRow, reviews: list[Review], objection: Objection) -> bool:
    """Another reviewer than the one who looked first decides an open objection; when it is late, the supervisor may."""
    before = {one.reviewer for one in reviews if one.finding == objection.finding} | {call.reviewed_by}
    decider = visit.user.role == "reviewer" or (visit.user.role == "supervisor" and objection.overdue())
    return decider and objection.state == "open" and visit.user.id not in before


def is_hidden(visit: Visit, call: CallRow) -> bool:
    """Are personal data masked? Until somebody who may see them asks for it with a reason, which the log records."""
    return visit.user.role not in visit.site.config.privacy.unmask_roles or not visit.site.unmasked.holds(
        visit.user.id, call.id, time.time()
    )


def unmask(visit: Visit) -> Response:
    """Show the personal data of one call to this person for a while, and write it down first. Raises HTTPException 403, StoreError."""
    call, reason = the_call(visit), visit.form.get("reason", "")
    if visit.user.role not in visit.site.config.privacy.unmask_roles:
        raise HTTPException(403)
    # One of a list, not free text: people would write down the very words that are hidden.
    if reason not in UNMASK_REASONS:
        raise StoreError("请选择查看的理由")
    visit.note("unmask", f"call {call.id}", UNMASK_REASONS[reason])
    visit.site.unmasked.is_new(visit.user.id, call.id, time.time())
    return visit.go(f"/calls/{call.id}")


PAGES = (
    Page("call", "GET", "/calls/{number:int}", show_call),
    Page("work", "GET", "/calls/{number:int}/work", show_work),
    Page("unmask", "POST", "/calls/{number:int}/unmask", unmask),
)
