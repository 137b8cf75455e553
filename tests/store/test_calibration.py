"""A draw reviewed blind by several: nobody sees or changes anything before the meeting, which settles what differs for good."""

from __future__ import annotations

import pytest

from tests.store.makers import DAY, MORNING, book, judged_call, judgement, staff
from voice_agent.agreement import agreement, kappa
from voice_agent.errors import AccessError, StoreError
from voice_agent.store import Store
from voice_agent.store.calls import judgements
from voice_agent.store.calls.calls import get_call
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.people.users import add_user
from voice_agent.store.reviews import calibration, claims, draw_work, draws, meeting, reviews
from voice_agent.store.reviews.closings import reopen
from voice_agent.values import Status


def _calls(store: Store, number: int = 3) -> list[int]:
    return [
        judged_call(store, f"1.{n}", {"greeting": "missing", "closing": "uncertain"}, start=MORNING + n * 600)
        for n in range(number)
    ]


def _draw(store: Store, people: dict[str, int], number: int = 3) -> draws.Draw:
    return draws.draw_calls(
        store, CallFilter(), number=number, per="all", seed="k", user=people["boss"], assignees=(people["r1"], people["r2"]),
        calibration=True,
    )  # fmt: skip


def _say(store: Store, draw: int, call: int, user: int, **differently: Status) -> None:
    """Everything as the machine has it but what is given, and finished."""
    for each in calibration.blind_findings(store, draw, call, user):
        status = differently.get(each.rule, each.found.finding.status)
        calibration.decide_blind(store, draw, call, user, each.rule, status, "听过")
    calibration.finish_blind(store, draw, call, user)


def _statuses(store: Store, call: int) -> dict[str, Status]:
    return {one.finding.rule: one.finding.status for one in judgements.current_findings(store, call) if one.counted}


def test_blind_decisions_change_nothing_and_are_seen_by_nobody(store: Store) -> None:
    """Until the meeting the call's state, its history and the other reviewer's page are as if nothing had been decided."""
    people, (call, *_) = staff(store), _calls(store)
    draw = _draw(store, people).id
    before = get_call(store, call)
    _say(store, draw, call, people["r1"], greeting="met", closing="missing")
    assert get_call(store, call) == before
    assert reviews.review_history(store, call) == []
    theirs = calibration.blind_findings(store, draw, call, people["r2"])
    assert all(one.own is None for one in theirs)
    assert meeting.points(store, draw) == []
    assert calibration.next_blind(store, draw, people["r1"]) != call
    with pytest.raises(StoreError, match="不能再改"):
        calibration.decide_blind(store, draw, call, people["r1"], "greeting", "missing")


def test_its_reviewers_cannot_decide_about_it_elsewhere(store: Store) -> None:
    """Neither the queue nor the page of the call lets them; a reviewer who takes no part may go on."""
    people, (call, *_) = staff(store), _calls(store, 1)
    _draw(store, people)
    draw_work.done_in_draw(store, 1, call, people["boss"])
    assert draw_work.progress(store, [1]) == {1: (1, 0)}
    other = add_user(store, "r3", name="r3", role="reviewer", password_hash="x")
    assert claims.claim_next(store, people["r1"]) is None
    with pytest.raises(AccessError, match="复核校准 1"):
        claims.claim(store, call, people["r2"])
    ordinary = draws.draw_calls(store, CallFilter(), number=1, per="all", seed="o", user=people["boss"])
    assert draw_work.claim_in_draw(store, ordinary.id, people["r1"]) is None
    assert claims.claim_next(store, other) == call


def test_a_call_is_finished_when_each_rule_has_a_decision(store: Store) -> None:
    """What is undecided is named; what the machine takes for not applicable may stay so."""
    people = staff(store)
    call = judged_call(store, "1.1", {"greeting": "missing", "referral": "not_applicable"})
    draw = _draw(store, people, 1).id
    with pytest.raises(StoreError, match="问候"):
        calibration.finish_blind(store, draw, call, people["r1"])
    for each in calibration.blind_findings(store, draw, call, people["r1"]):
        if each.rule != "referral":
            calibration.decide_blind(store, draw, call, people["r1"], each.rule, "met")
    calibration.finish_blind(store, draw, call, people["r1"])
    own = {one.rule: one.own for one in calibration.blind_findings(store, draw, call, people["r1"])}
    assert (own["referral"] or pytest.fail()).status == "not_applicable"


def test_only_calls_new_to_everybody_are_drawn(store: Store) -> None:
    """What one of them has decided about before, or took part in, would not be blind."""
    people, found = staff(store), _calls(store)
    finding = next(one for one in judgements.current_findings(store, found[0]) if one.finding.rule == "greeting")
    reviews.confirm(store, finding.id, people["r2"], now=MORNING)
    assert set(_draw(store, people).calls) == set(found[1:])
    with pytest.raises(StoreError, match="两名"):
        draws.draw_calls(
            store, CallFilter(), number=1, per="all", seed="k", user=people["boss"], assignees=(people["r1"],), calibration=True
        )  # fmt: skip


def test_the_meeting_settles_what_differs_and_that_comes_into_force(store: Store) -> None:
    """A difference is settled once, with a reason; with the last one the call has the settled truth, which stays when it is opened again."""
    people, (call, same, third) = staff(store), _calls(store)
    draw = _draw(store, people).id
    for one in (call, same, third):
        _say(store, draw, one, people["r1"], **({"greeting": "met", "closing": "missing"} if one == call else {}))
        _say(store, draw, one, people["r2"])
    assert draws.get_draw(store, draw).calibration == 2
    differing = [one for one in meeting.points(store, draw) if one.differs]
    assert [(one.call, one.rule) for one in differing] == [(call, "greeting"), (call, "closing")]
    with pytest.raises(StoreError, match="理由"):
        meeting.settle(store, draw, call, "greeting", people["boss"], "met", " ")
    assert not meeting.settle(store, draw, call, "greeting", people["r1"], "met", "听得清您好")
    assert _statuses(store, call)["greeting"] == "missing"
    assert meeting.settle(store, draw, call, "closing", people["r1"], "missing", "没有结束语")
    assert (_statuses(store, call)["greeting"], _statuses(store, call)["closing"]) == ("met", "missing")
    assert get_call(store, call).reviewed_at is not None
    with pytest.raises(StoreError, match="没有待会商"):
        meeting.settle(store, draw, call, "greeting", people["boss"], "missing", "反悔")
    assert meeting.settle_agreed(store, draw, people["boss"]) == 2
    assert {one.reason for one in reviews.review_history(store, same)} == {f"复核校准 {draw}，2 人一致"}
    reopen(store, call, people["boss"], "再听", now=MORNING + DAY)
    assert [one.truth.status for one in meeting.points(store, draw) if one.differs and one.truth] == ["met", "missing"]


def test_a_settled_truth_accuses_nobody_twice(store: Store) -> None:
    """Where the meeting finds no fault, none of several findings of that rule is left; where it does, only the one that decides."""
    people = staff(store)
    call = judged_call(store, "1.1")
    two = judgement({"prohibited": "violated"})
    more = next(one for one in two.findings if one.rule == "prohibited")
    twice = two.__class__(**{**two.__dict__, "findings": (*two.findings, more)})
    judgements.save_judgement(store, call, twice, book=book())
    draw = _draw(store, people, 1).id
    _say(store, draw, call, people["r1"], prohibited="met")
    _say(store, draw, call, people["r2"])
    meeting.settle(store, draw, call, "prohibited", people["boss"], "met", "是来电人说的")
    assert {one.finding.status for one in judgements.current_findings(store, call)} == {"met"}
    assert get_call(store, call).verdict == "compliant"


def test_the_meeting_can_begin_before_everybody_is_through(store: Store) -> None:
    """Then only what two have finished is compared, and the others are free for ordinary review again."""
    people, found = staff(store), _calls(store)
    draw = _draw(store, people).id
    with pytest.raises(StoreError, match="两人"):
        calibration.end_blind(store, draw)
    _say(store, draw, found[0], people["r1"])
    _say(store, draw, found[0], people["r2"])
    _say(store, draw, found[1], people["r1"])
    calibration.end_blind(store, draw)
    assert {one.call for one in meeting.points(store, draw)} == {found[0]}
    assert claims.claim_next(store, people["r1"]) in found[1:]
    assert calibration.open_calibrations(store, people["r2"]) == []


def test_agreement_is_counted_by_rule(store: Store) -> None:
    """Share and κ equal those by hand; a rule in which everybody said the same throughout has none."""
    people, found = staff(store), _calls(store, 4)
    draw = _draw(store, people, 4).id
    for n, call in enumerate(found):
        _say(store, draw, call, people["r1"], greeting="met" if n < 2 else "missing")
        _say(store, draw, call, people["r2"], greeting="met" if n < 1 else "missing")
    lines = {one.rule: one for one in meeting.agreements(meeting.points(store, draw))}
    greeting = lines["greeting"].found
    assert (greeting.compared, greeting.agreed, greeting.kappa) == (4, 3, pytest.approx(0.5))
    assert (lines["closing"].found.share, lines["closing"].found.kappa) == (1.0, None)
    assert lines[""].found.compared == 4 * len(judgement().findings)
    assert lines[""].differing == 1


def test_kappa_is_what_the_books_say() -> None:
    """Cohen's example of 50 proposals (20, 5, 10, 15) gives 0.4; nothing, or one answer throughout, gives none; three people give the mean of pairs."""
    pairs = [("y", "y")] * 20 + [("y", "n")] * 5 + [("n", "y")] * 10 + [("n", "n")] * 15
    assert kappa(pairs) == pytest.approx(0.4)
    assert kappa([]) is None
    assert kappa([("y", "y")] * 9) is None
    three = agreement([{1: "y", 2: "y", 3: "n"}, {1: "n", 2: "n", 3: "n"}, {1: "y", 2: "n"}, {1: "n", 2: "n"}])
    assert (three.compared, three.agreed) == (8, 5)
    assert three.kappa == pytest.approx((0.5 + 0.0 + 0.0) / 3)
