"""What people decide takes effect at once, is kept for ever, and never by those who may not."""

from __future__ import annotations

import pytest

from tests.store.makers import MORNING, book, ended, judged_call, judgement, staff
from voice_agent.errors import AccessError, NotInStore, StoreError
from voice_agent.store import Store
from voice_agent.store.calls import calls, judgements
from voice_agent.store.calls.findings import StoredFinding
from voice_agent.store.calls.unmonitored import not_monitored
from voice_agent.store.reviews import claims, closings, comments, reviews
from voice_agent.store.statistics import precision, statistics
from voice_agent.values import Evidence, Finding, Status


def finding(store: Store, call: int, rule: str) -> StoredFinding:
    """The finding that decides for a rule now."""
    return next(each for each in judgements.current_findings(store, call) if each.finding.rule == rule and each.counted)


def spoken(rule: str, status: Status, start: float = 3.0, end: float = 4.0) -> Finding:
    """What a reviewer adds."""
    return Finding(rule, status, 1.0, (Evidence("agent", start, end, "不知道", ""),), "推诿")


def test_overruling_changes_verdict_score_and_statistics_at_once(store: Store) -> None:
    """The only fault overruled makes the call compliant with full points, and the rule's counts follow."""
    people, call = staff(store), judged_call(store, "1.1", {"job_number": "missing"})
    assert calls.get_call(store, call).score == 90.0
    reviews.overrule(store, finding(store, call, "job_number").id, people["r1"], "报了工号，背景有杂音")
    row = calls.get_call(store, call)
    assert (row.verdict, row.score, row.faults, row.flagged) == ("compliant", 100.0, 0, False)
    assert statistics.total(store).compliant == 1
    line = next(each for each in statistics.rule_lines(store) if each.rule == "job_number")
    assert (line.counts.met, line.counts.faults) == (1, 0)


def test_history_keeps_every_decision(store: Store) -> None:
    """A finding decided three times shows all three, with who, why and what was before; the machine's own stays."""
    people, call = staff(store), judged_call(store, "1.1", {"greeting": "late"})
    number = finding(store, call, "greeting").id
    reviews.confirm(store, number, people["r1"])
    reviews.cannot_judge(store, number, people["r2"], reason="听不清")
    reviews.overrule(store, number, people["r1"], "听清了", status="met")
    told = reviews.review_history(store, call)
    assert [(each.decision, each.status_before, each.status, each.reviewer_name) for each in told] == [
        ("confirm", "late", "late", "r1"), ("cannot_judge", "late", "uncertain", "r2"), ("overrule", "uncertain", "met", "r1"),
    ]  # fmt: skip
    assert finding(store, call, "greeting").machine_status == "late"
    assert judgements.history(store, call)[0].verdict == "non_compliant"


def test_overruling_needs_a_reason_and_a_real_status(store: Store) -> None:
    """Neither an empty reason nor an invented status is taken."""
    people, call = staff(store), judged_call(store, "1.1", {"greeting": "late"})
    number = finding(store, call, "greeting").id
    with pytest.raises(StoreError, match="理由"):
        reviews.overrule(store, number, people["r1"], "  ")
    with pytest.raises(StoreError, match="没有状态"):
        reviews.overrule(store, number, people["r1"], "是", status="good")  # type: ignore[arg-type]  # what a form may send
    assert reviews.review_history(store, call) == []


def test_added_finding_counts_once_for_its_rule(store: Store) -> None:
    """What the machine missed makes the call faulty; the rule still counts one call, and overruling it restores all."""
    people, call = staff(store), judged_call(store, "1.1")
    number = reviews.add_finding(store, call, people["r1"], spoken("prohibited", "violated"))
    assert (calls.get_call(store, call).verdict, calls.get_call(store, call).score) == ("non_compliant", 90.0)
    line = next(each for each in statistics.rule_lines(store) if each.rule == "prohibited")
    assert (line.counts.met, line.counts.faults) == (0, 1)
    reviews.overrule(store, number, people["r2"], "是引用")
    assert (calls.get_call(store, call).verdict, calls.get_call(store, call).score) == ("compliant", 100.0)


@pytest.mark.parametrize(
    "wrong", [spoken("manners", "violated"), spoken("prohibited", "bad"), spoken("prohibited", "violated", 4, 3), spoken("closing", "missing", -1, 2)]  # type: ignore[arg-type]
)  # fmt: skip
def test_nonsense_is_not_added(store: Store, wrong: Finding) -> None:
    """Unknown rules, statuses and impossible spans are refused."""
    people, call = staff(store), judged_call(store, "1.1")
    with pytest.raises(StoreError):
        reviews.add_finding(store, call, people["r1"], wrong)
    assert calls.get_call(store, call).verdict == "compliant"


def test_nothing_is_added_to_an_unmonitored_call(store: Store) -> None:
    """Where nothing was heard, nobody can mark a span."""
    people, call = staff(store), calls.record_call(store, ended("1.1")).id
    not_monitored(store, call, "no_recording", "找不到录音")
    with pytest.raises(StoreError, match="没有判定结果"):
        reviews.add_finding(store, call, people["r1"], spoken("prohibited", "violated"))


def test_addition_on_a_transferred_call_is_about_who_was_on_the_line(store: Store) -> None:
    """A span after the transfer is the second clerk's."""
    people = staff(store)
    call = calls.record_call(store, ended("1.1", clerks=("1086", "2001"), talk=60.0)).id
    judgements.save_judgement(store, call, judgement(), book=book())
    for start, clerk in ((5.0, "1086"), (45.0, "2001")):
        number = reviews.add_finding(store, call, people["r1"], spoken("prohibited", "violated", start, start + 1))
        assert next(each.clerk for each in judgements.current_findings(store, call) if each.id == number) == clerk


def test_claimed_call_is_closed_to_others(store: Store) -> None:
    """While one reviews, another can neither claim nor decide; when the claim runs out, the next may."""
    people, call = staff(store), judged_call(store, "1.1", {"closing": "missing"})
    claims.claim(store, call, people["r1"], seconds=60, now=MORNING)
    with pytest.raises(AccessError, match="r1 复核"):
        claims.claim(store, call, people["r2"], now=MORNING + 59)
    with pytest.raises(AccessError):
        reviews.confirm(store, finding(store, call, "closing").id, people["r2"], now=MORNING + 59)
    claims.claim(store, call, people["r1"], now=MORNING + 59)
    claims.release_claim(store, call, people["r2"])
    assert calls.get_call(store, call).claimed_by == people["r1"]
    claims.release_claim(store, call, people["r1"])
    claims.claim(store, call, people["r2"], seconds=60, now=MORNING + 60)
    claims.claim(store, call, people["r1"], now=MORNING + 121)


def test_queue_hands_out_the_worst_free_call(store: Store) -> None:
    """Two reviewers get different calls, the worst first; an empty queue gives none."""
    people = staff(store)
    mild = judged_call(store, "1.1", {"closing": "missing"})
    bad = judged_call(store, "1.2", {"closing": "missing", "greeting": "missing"})
    judged_call(store, "1.3")
    assert claims.claim_next(store, people["r1"]) == bad
    assert claims.claim_next(store, people["r2"]) == mild
    assert claims.claim_next(store, people["boss"]) is None


def test_nobody_reviews_their_own_call(store: Store) -> None:
    """Neither by claiming nor by deciding."""
    people, call = staff(store), judged_call(store, "1.1", {"closing": "missing"})
    with pytest.raises(AccessError, match="自己的通话"):
        claims.claim(store, call, people["zhang"])
    with pytest.raises(AccessError):
        reviews.overrule(store, finding(store, call, "closing").id, people["zhang"], "我说了")
    assert claims.claim_next(store, people["zhang"]) is None


def test_finished_review_leaves_the_queue(store: Store) -> None:
    """Once every fault has a decision: the faults stay, the call is no longer flagged, its claim ends."""
    people, call = staff(store), judged_call(store, "1.1", {"closing": "missing"})
    claims.claim(store, call, people["r1"])
    with pytest.raises(StoreError, match="没有决定"):
        closings.finish_review(store, call, people["r1"], reason=" ")
    assert calls.get_call(store, call).flagged
    reviews.confirm(store, finding(store, call, "closing").id, people["r1"])
    assert closings.finish_review(store, call, people["r1"], now=MORNING + 200) == 0
    row = calls.get_call(store, call)
    assert (row.flagged, row.reviewed_by, row.reviewed_at, row.claimed_by) == (False, people["r1"], MORNING + 200, None)
    assert row.verdict == "non_compliant"


def test_rejudging_carries_decisions_where_the_machine_says_the_same(store: Store) -> None:
    """Overruled and added findings survive a new judgement; the earlier judgement stays in the history."""
    people, call = staff(store), judged_call(store, "1.1", {"closing": "missing"})
    reviews.overrule(store, finding(store, call, "closing").id, people["r1"], "说了再见")
    reviews.add_finding(store, call, people["r1"], spoken("prohibited", "violated"))
    closings.finish_review(store, call, people["r1"])
    judgements.save_judgement(store, call, judgement({"closing": "missing"}), book=book("2"), occasion="rejudge")
    row = calls.get_call(store, call)
    assert finding(store, call, "closing").finding.status == "met"
    assert finding(store, call, "prohibited").finding.status == "violated"
    assert (row.flagged, row.score, row.reviewed_by) == (False, 90.0, people["r1"])
    assert [each.book_version for each in judgements.history(store, call)] == ["2", "1"]
    assert [each.carried for each in reviews.review_history(store, call)] == [False, False, True, True]


def test_new_accusation_sends_a_reviewed_call_back(store: Store) -> None:
    """When a rejudgement finds a fault that the reviewer had not seen, the call waits for review again."""
    people, call = staff(store), judged_call(store, "1.1", {"closing": "missing"})
    closings.finish_review(store, call, people["r1"], reason="录音缺了结尾")
    judgements.save_judgement(
        store, call, judgement({"closing": "missing", "greeting": "late"}), book=book("2"), occasion="rejudge"
    )
    assert calls.get_call(store, call).flagged


def test_finding_of_an_older_judgement_cannot_be_decided(store: Store) -> None:
    """A page opened before the rejudgement must be loaded again."""
    people, call = staff(store), judged_call(store, "1.1", {"closing": "missing"})
    old = finding(store, call, "closing").id
    judgements.save_judgement(store, call, judgement({"closing": "missing"}), book=book("2"))
    with pytest.raises(StoreError, match="重新判定"):
        reviews.confirm(store, old, people["r1"])
    with pytest.raises(NotInStore):
        reviews.confirm(store, 999, people["r1"])


def test_precision_is_what_people_say_about_the_machines_faults(store: Store) -> None:
    """Confirmed, overruled, undecidable and missed are counted per rule; a repetition by rejudging counts once."""
    people = staff(store)
    numbers = [judged_call(store, f"1.{n}", {"closing": "missing"}) for n in range(4)]
    reviews.confirm(store, finding(store, numbers[0], "closing").id, people["r1"])
    reviews.confirm(store, finding(store, numbers[1], "closing").id, people["r1"])
    reviews.overrule(store, finding(store, numbers[2], "closing").id, people["r1"], "说了")
    reviews.cannot_judge(store, finding(store, numbers[3], "closing").id, people["r1"])
    reviews.add_finding(store, numbers[0], people["r1"], spoken("prohibited", "violated"))
    judgements.save_judgement(store, numbers[2], judgement({"closing": "missing"}), book=book("2"))
    closing, prohibited = precision.precision(store)
    assert (closing.confirmed, closing.overruled, closing.cannot_judge, closing.added) == (2, 1, 1, 0)
    assert closing.precision == pytest.approx(2 / 3)
    assert (prohibited.added, prohibited.precision) == (1, None)


def test_comments_stay_in_order(store: Store) -> None:
    """Remarks are kept as written, markup and all; an empty one is refused."""
    people, call = staff(store), judged_call(store, "1.1")
    comments.add_comment(store, call, people["r1"], "<script>alert(1)</script>")
    comments.add_comment(store, call, people["r2"], " 好 ")
    assert [(each.name, each.text) for each in comments.list_comments(store, call)] == [
        ("r1", "<script>alert(1)</script>"),
        ("r2", "好"),
    ]
    with pytest.raises(StoreError):
        comments.add_comment(store, call, people["r1"], " ")
