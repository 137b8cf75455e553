"""Complaints heard in calls: proposed, accepted as a complaint with a deadline, or dismissed; never asked about twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.judging.dialogue import BOOK
from tests.store.makers import MORNING, book, ended, judgement, staff, transcript
from voice_agent.errors import StoreError
from voice_agent.pipeline import judge_transcript
from voice_agent.store import Store
from voice_agent.store.calls import calls, judgements
from voice_agent.store.reviews import complaints
from voice_agent.store.reviews.complaints import ComplaintFilter
from voice_agent.store.reviews.heard_complaints import (
    ProposalFilter,
    accept,
    count_proposals,
    dismiss,
    get_proposal,
    list_proposals,
)
from voice_agent.values import CallContext, Evidence, HeardComplaint, Span

TODAY, DUE = date(2026, 11, 23), date(2026, 12, 11)
RUDE = HeardComplaint("complains_clerk", Evidence("caller", 12.0, 14.5, "你这是什么态度", "", 0.8))
SLOW = HeardComplaint("complains_service", Evidence("caller", 30.0, 33.0, "打了三天电话没人接", "", 0.6))


def heard(store: Store, *found: HeardComplaint) -> int:
    call = calls.record_call(store, ended()).id
    judgements.save_judgement(store, call, replace(judgement(), complaints=found), book=book(), now=MORNING)
    return call


def again(store: Store, call: int, *found: HeardComplaint) -> list[tuple[str, str]]:
    """The call is judged again; act and state of what stands then."""
    judgements.save_judgement(store, call, replace(judgement(), complaints=found), book=book(), occasion="rejudge")
    return [(one.act, one.state) for one in list_proposals(store, ProposalFilter(call=call))]


def test_an_accepted_one_is_a_complaint_with_a_deadline(store: Store) -> None:
    """It is about the clerk and the window of the call, received on the day of the call, and decided once."""
    people = staff(store)
    heard(store, RUDE)
    (one,) = list_proposals(store, ProposalFilter("proposed", unit="社保局"))
    assert (one.began, one.text, one.probability, one.clerk) == (12.0, "你这是什么态度", 0.8, "1086")
    number = accept(store, one.id, people["r1"], "态度不好", DUE, today=TODAY)
    (made,) = complaints.list_complaints(store, ComplaintFilter())
    assert (made.id, made.received, made.source, made.clerk, made.window, made.due) == (
        number, date(2026, 11, 22), "来电中反映", "1086", "3号窗口", DUE,
    )  # fmt: skip
    assert get_proposal(store, one.id).complaint == number
    assert count_proposals(store, ProposalFilter("proposed")) == 0
    with pytest.raises(StoreError, match="已经处理过"):
        dismiss(store, one.id, people["r1"], "x")


def test_a_dismissed_one_needs_a_reason_and_does_not_return(store: Store) -> None:
    """Judged again, what was decided stays, what was not is replaced by what is heard now."""
    people = staff(store)
    call = heard(store, RUDE, SLOW)
    rude, slow = list_proposals(store, ProposalFilter(call=call))
    with pytest.raises(StoreError, match="为什么"):
        dismiss(store, rude.id, people["r1"], " ")
    dismiss(store, rude.id, people["r1"], "说的是别的单位")
    assert again(store, call, RUDE, SLOW) == [("complains_clerk", "dismissed"), ("complains_service", "proposed")]
    assert again(store, call) == [("complains_clerk", "dismissed")]
    assert slow.id


def test_nothing_is_registered_when_the_complaint_is_refused(store: Store) -> None:
    """Without words or with a day that is past nothing happens at all."""
    people = staff(store)
    heard(store, RUDE)
    (one,) = list_proposals(store, ProposalFilter())
    for text, due in ((" ", DUE), ("慢", date(2026, 1, 1))):
        with pytest.raises(StoreError):
            accept(store, one.id, people["r1"], text, due, today=TODAY)
    assert complaints.count_complaints(store, ComplaintFilter()) == 0
    assert get_proposal(store, one.id).state == "proposed"


ANGRY = (
    ("agent", "您好社保局工号一零八六请讲"), ("caller", "我要投诉你们那个三号窗口的工作人员态度太差了"),
    ("agent", "对不起给您添麻烦了我给您登记"), ("caller", "我要打市长热线投诉你们"), ("agent", "好的再见"),
)  # fmt: skip


def test_what_a_caller_complains_of_is_heard() -> None:
    """The learned model hears it in the caller's words at their second, and judges nobody by it; a clerk's words are none."""
    found = judge_transcript(transcript(*ANGRY), BOOK).judgement.complaints
    assert found
    assert all(one.evidence.channel == "caller" and one.evidence.score >= 0.5 for one in found)
    assert all(1.5 < one.evidence.start < 8 for one in found)
    swapped = tuple(("caller" if side == "agent" else "agent", text) for side, text in ANGRY)
    assert judge_transcript(transcript(*swapped), BOOK).judgement.complaints == ()


def test_times_are_those_of_the_call() -> None:
    """Where waiting was left out of the judging, the second is still that of the whole recording."""
    plain = judge_transcript(transcript(*ANGRY), BOOK).judgement.complaints
    later = transcript(("agent", "欢迎致电请稍候"), *ANGRY)
    moved = judge_transcript(later, BOOK, CallContext(unjudged=(Span(0.0, 1.9),))).judgement.complaints
    assert [round(one.evidence.start - 2.0, 1) for one in moved] == [round(one.evidence.start, 1) for one in plain]


def test_mixed_sound_says_not_who_complained() -> None:
    """Where nothing says who spoke, nothing is proposed."""
    mixed = transcript(*(("mixed", text) for _, text in ANGRY))
    assert judge_transcript(mixed, BOOK).judgement.complaints == ()
