"""What reviewers do with a call: claim it, decide, add, remark, finish."""

from __future__ import annotations

from typing import cast, get_args

from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.store.calls.transcripts import load_transcript
from voice_agent.store.reviews.claims import claim, release_claim
from voice_agent.store.reviews.closings import finish_review, reopen
from voice_agent.store.reviews.comments import add_comment
from voice_agent.store.reviews.draw_work import done_in_draw
from voice_agent.store.reviews.reviews import add_finding, cannot_judge, confirm, overrule
from voice_agent.values import Channel, Evidence, Finding, Status, Transcript
from voice_agent.web.call.call_page import draw_of, show_work
from voice_agent.web.doors.ownership import the_call, the_finding
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.queue.call_lists import take_next

#: Characters that a reason or a remark may have.
LONGEST = 2000


def text_of(visit: Visit, name: str) -> str:
    """A text of the form without blanks at its ends. Raises StoreError when it is too long."""
    text = visit.form.get(name, "").strip()
    if len(text) > LONGEST:
        raise StoreError(f"文字太长（{len(text)} 个字符，最多 {LONGEST} 个），没有保存")
    return text


def status_of(visit: Visit) -> Status:
    """The status of the form. Raises StoreError."""
    status = visit.form.get("status", "met")
    if status not in get_args(Status):
        raise StoreError(f"没有状态 {status}")
    return cast(Status, status)


def _claim(visit: Visit, call: int) -> None:
    claim(visit.store, call, visit.user.id, seconds=visit.site.config.review.claim_minutes * 60.0)


def take(visit: Visit) -> Response:
    """Claim the call, so that nobody else reviews it meanwhile. Raises AccessError when somebody is at it."""
    call = the_call(visit)
    _claim(visit, call.id)
    visit.note("claim", f"call {call.id}")
    return show_work(visit)


def give_back(visit: Visit) -> Response:
    """Give the call back unreviewed."""
    call = the_call(visit)
    release_claim(visit.store, call.id, visit.user.id)
    return show_work(visit)


def decide(visit: Visit) -> Response:
    """Confirm, overrule or give up on a finding; deciding claims the call. Raises AccessError and StoreError."""
    call = the_call(visit)
    finding = the_finding(visit, call)
    decision, reason = visit.form.get("decision", ""), text_of(visit, "reason")
    with visit.store.transaction():
        _claim(visit, call.id)
        if decision == "confirm":
            confirm(visit.store, finding.id, visit.user.id, reason=reason)
        elif decision == "overrule":
            overrule(visit.store, finding.id, visit.user.id, reason, status=status_of(visit))
        elif decision == "cannot_judge":
            cannot_judge(visit.store, finding.id, visit.user.id, reason=reason)
        else:
            raise StoreError("没有选择复核结果")
        visit.note("review", f"call {call.id}", f"{finding.finding.rule} {decision}")
    return show_work(visit)


def add(visit: Visit) -> Response:
    """Add what the machine missed: a marked span and a rule. Raises AccessError and StoreError."""
    call = the_call(visit)
    rule, reason = visit.form.get("rule", ""), text_of(visit, "reason")
    if not reason:
        raise StoreError("补充问题必须写明理由")
    evidence = _evidence(load_transcript(visit.store, call.id), *_span(visit))
    with visit.store.transaction():
        _claim(visit, call.id)
        add_finding(visit.store, call.id, visit.user.id, Finding(rule, status_of(visit), 1.0, (evidence,), reason))
        visit.note("add_finding", f"call {call.id}", rule)
    return show_work(visit)


def _span(visit: Visit) -> tuple[float, float]:
    try:
        start, end = float(visit.form.get("start", "")), float(visit.form.get("end", ""))
    except ValueError as error:
        raise StoreError("片段的起止时间应为秒数") from error
    if not 0 <= start < end < 86400:
        raise StoreError("片段的起止时间不合法：终点应在起点之后")
    return start, end


def _evidence(transcript: Transcript | None, start: float, end: float) -> Evidence:
    """What was said within the span, by the clerk if the clerk spoke in it."""
    parts = [part for part in (transcript.segments if transcript else ()) if part.start < end and part.end > start]
    channel: Channel = "agent"
    if parts and not any(part.channel == "agent" for part in parts):
        channel = parts[0].channel
    text = "".join(part.text for part in parts if part.channel == channel)
    return Evidence(channel, start, end, text, "", 1.0)


def remark(visit: Visit) -> Response:
    """Leave a remark for other reviewers and supervisors. Raises StoreError."""
    call = the_call(visit)
    add_comment(visit.store, call.id, visit.user.id, text_of(visit, "text"))
    return show_work(visit)


def finish(visit: Visit) -> Response:
    """The call is reviewed; go on with the next of the queue or the draw. Raises AccessError, StoreError: something is undecided."""
    call, reason, draw = the_call(visit), text_of(visit, "reason"), draw_of(visit)
    with visit.store.transaction():
        left = finish_review(visit.store, call.id, visit.user.id, reason=reason)
        if draw is not None:
            done_in_draw(visit.store, draw, call.id, visit.user.id)
        visit.note("finish_review", f"call {call.id}", f"{left} 条未决定" if left else "")
    return onward(visit, take_next(visit))


def onward(visit: Visit, answer: Response) -> Response:
    """A script is told where to go; a redirect it would follow itself, unseen."""
    if not visit.partial:
        return answer
    return Response(status_code=204, headers={"X-Go": answer.headers["location"]})


def open_again(visit: Visit) -> Response:
    """Put a reviewed call back into the queue. Raises AccessError and StoreError."""
    call, reason = the_call(visit), text_of(visit, "reason")
    with visit.store.transaction():
        reopen(visit.store, call.id, visit.user.id, reason)
        visit.note("reopen", f"call {call.id}")
    return show_work(visit)


PAGES = (
    Page("claim", "POST", "/calls/{number:int}/claim", take),
    Page("release", "POST", "/calls/{number:int}/release", give_back),
    Page("review", "POST", "/calls/{number:int}/findings/{finding:int}/review", decide),
    Page("add_finding", "POST", "/calls/{number:int}/findings", add),
    Page("comment", "POST", "/calls/{number:int}/comments", remark),
    Page("finish", "POST", "/calls/{number:int}/finish", finish),
    Page("reopen", "POST", "/calls/{number:int}/reopen", open_again),
)
