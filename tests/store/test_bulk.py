"""成批决定: exactly what was looked at, with one reason, all or nothing; and filters that a person keeps."""

from __future__ import annotations

import pytest

from tests.store.makers import MORNING, judged_call, staff
from voice_agent.errors import NotInStore, StoreError
from voice_agent.store import Store
from voice_agent.store.calls.calls import get_call
from voice_agent.store.calls.filters import CallFilter
from voice_agent.store.calls.judgements import current_findings
from voice_agent.store.people import views
from voice_agent.store.reviews import bulk, claims, reviews
from voice_agent.store.statistics import statistics, tally

GREETING = CallFilter(rule="greeting", status=("uncertain",))


def _calls(store: Store) -> list[int]:
    """Three with a doubtful greeting, of which the last has another doubt; and one whose greeting is missing."""
    made = [judged_call(store, f"1.{n}", {"greeting": "uncertain"}, start=MORNING + n) for n in range(2)]
    both = judged_call(store, "1.8", {"greeting": "uncertain", "closing": "missing"}, start=MORNING + 8)
    judged_call(store, "1.9", {"greeting": "missing"}, start=MORNING + 9)
    return [*made, both]


def test_a_batch_decides_what_was_shown_and_finishes_what_is_through(store: Store) -> None:
    """All findings of the rule and status, one reason each; only calls with nothing left are reviewed; statistics follow."""
    people, found = staff(store), _calls(store)
    shown = bulk.batch(store, GREETING, people["r1"])
    assert {one.call for one in shown.findings} == set(found)
    done, _ = bulk.decide_batch(
        store, GREETING, people["r1"], shown.token, "overrule", "抽听过，都问候了", status="met", finish=True
    )
    assert (done.findings, done.finished) == (3, 2)
    assert [get_call(store, call).verdict for call in found] == ["compliant", "compliant", "non_compliant"]
    assert [get_call(store, call).reviewed_at is None for call in found] == [False, False, True]
    assert {one.reason for call in found for one in reviews.review_history(store, call)} == {"成批：抽听过，都问候了"}
    assert bulk.batch(store, GREETING, people["r1"]).findings == ()
    kept = statistics.rule_lines(store)
    tally.rebuild(store)
    assert statistics.rule_lines(store) == kept


def test_a_batch_leaves_out_what_is_decided_held_or_ones_own(store: Store) -> None:
    """Decided findings, calls that somebody is at, and calls of a reviewer who is also that clerk are not in it."""
    people, (first, second, third) = staff(store), _calls(store)
    finding = next(one for one in current_findings(store, first) if one.finding.rule == "greeting")
    reviews.cannot_judge(store, finding.id, people["r2"])
    claims.release_claim(store, first, people["r2"])
    claims.claim(store, second, people["r2"])
    assert [one.call for one in bulk.batch(store, GREETING, people["r1"]).findings] == [third]
    store.write("UPDATE users SET job_number = '1086' WHERE id = ?", (people["r1"],))
    assert bulk.batch(store, GREETING, people["r1"]).findings == ()


def test_a_batch_that_changed_or_makes_no_sense_changes_nothing(store: Store) -> None:
    """Another list than the one looked at, no reason, no rule: refused whole."""
    people, found = staff(store), _calls(store)
    token = bulk.batch(store, GREETING, people["r1"]).token
    judged_call(store, "1.20", {"greeting": "uncertain"}, start=MORNING + 20)
    for words, given_token, reason in (("有了变化", token, "听过"), ("理由", token, " ")):
        with pytest.raises(StoreError, match=words):
            bulk.decide_batch(store, GREETING, people["r1"], given_token, "confirm", reason)
    with pytest.raises(StoreError, match="选定一条规则"):
        bulk.batch(store, CallFilter(rule="greeting"), people["r1"])
    assert reviews.review_history(store, found[0]) == []


def test_a_batch_is_bounded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """No more than the bound, the most urgent first, and it says that there are others."""
    people = staff(store)
    _calls(store)
    monkeypatch.setattr(bulk, "MOST", 2)
    shown = bulk.batch(store, GREETING, people["r1"])
    assert (len(shown.findings), shown.more) == (2, True)


def test_filters_are_kept_by_name_and_person(store: Store) -> None:
    """Saving again under the name replaces it; nobody sees or removes another's; there is an end to it."""
    people = staff(store)
    views.save_view(store, people["r1"], "queue", " 三号  窗口 ", "window=3")
    views.save_view(store, people["r1"], "queue", "三号 窗口", "window=33")
    (kept,) = views.list_views(store, people["r1"], "queue")
    assert (kept.name, kept.query) == ("三号 窗口", "window=33")
    assert views.list_views(store, people["r2"], "queue") == views.list_views(store, people["r1"], "calls") == []
    with pytest.raises(NotInStore):
        views.remove_view(store, people["r2"], kept.id)
    for n in range(views.MOST - 1):
        views.save_view(store, people["r1"], "queue", f"{n}", "")
    with pytest.raises(StoreError, match="最多"):
        views.save_view(store, people["r1"], "queue", "再一个", "")
    views.remove_view(store, people["r1"], kept.id)
    with pytest.raises(StoreError, match="名字"):
        views.save_view(store, people["r1"], "queue", " ", "")
