"""Users, sessions, random draws, the audit log, waveforms and retention."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.makers import DAY, MORNING, ended, judged_call, staff, transcript, unhurried
from voice_agent.errors import NotInStore, StoreError
from voice_agent.store import CallFilter, Store, retention
from voice_agent.store.calls import calls, judgements, peaks, search, transcripts
from voice_agent.store.people import attempts, audit, sessions, users
from voice_agent.store.reviews import draws, lots


def test_users_are_added_found_changed_and_barred(store: Store) -> None:
    """Names are unique whatever their case; staff need a job number; the hash leaves only by its own function."""
    number = users.add_user(store, "Zhang", name="张三", role="staff", job_number="1086", password_hash="$argon2id$x")
    found = users.find_user(store, " zhang ")
    assert found is not None
    assert (found.id, found.must_change, found.disabled) == (number, True, False)
    assert "argon2" not in repr(found)
    assert users.password_hash(store, number) == "$argon2id$x"
    with pytest.raises(StoreError, match="已存在"):
        users.add_user(store, "ZHANG", name="x", role="admin", password_hash="x")
    with pytest.raises(StoreError, match="工号"):
        users.add_user(store, "li", name="李四", role="staff", password_hash="x")
    with pytest.raises(StoreError, match="用户名"):
        users.add_user(store, " ", name="x", role="admin", password_hash="x")
    users.update_user(store, number, name="张三丰", role="reviewer")
    users.set_disabled(store, number, True)
    assert [(user.name, user.role, user.disabled) for user in users.list_users(store)] == [("张三丰", "reviewer", True)]
    assert users.list_users(store, role="staff") == []
    for act in (
        lambda: users.get_user(store, 9),
        lambda: users.set_password(store, 9, "x"),
        lambda: users.set_disabled(store, 9, True),
    ):
        with pytest.raises(NotInStore):
            act()


def test_guesses_are_counted_before_they_are_looked_at(store: Store) -> None:
    """Five guesses at one name from one address within a quarter of an hour, fifty at all names; elsewhere nobody is held up."""
    for _ in range(attempts.EACH):
        assert attempts.begin_attempt(store, "Li", "10.0.0.1", now=MORNING)
    assert attempts.begin_attempt(store, "li", "10.0.0.1", now=MORNING + 899) is None
    assert attempts.begin_attempt(store, "li", "10.0.0.2", now=MORNING)
    assert attempts.begin_attempt(store, "li", "10.0.0.1", now=MORNING + 901)
    for number in range(attempts.ALL):
        assert attempts.begin_attempt(store, f"name{number}", "10.0.0.3", now=MORNING + 901)
    assert attempts.begin_attempt(store, "another", "10.0.0.3", now=MORNING + 901) is None


def test_a_known_browser_is_not_shut_out_by_others(store: Store) -> None:
    """Guesses from the same address do not count against a browser that was here before, and a browser known for one is not for others."""
    number = staff(store)["r1"]
    name = users.get_user(store, number).username
    device = attempts.remember_device(store, number, "", now=MORNING)
    for _ in range(attempts.EACH):
        attempts.begin_attempt(store, name, "10.0.0.1", now=MORNING)
    assert attempts.begin_attempt(store, name, "10.0.0.1", "forged", now=MORNING) is None
    known = [attempts.begin_attempt(store, name, "10.0.0.1", device, now=MORNING) for _ in range(6)]
    assert [one is not None for one in known] == [True] * 5 + [False]
    for _ in range(attempts.EACH):
        attempts.begin_attempt(store, "other", "10.0.0.1", now=MORNING)
    assert attempts.begin_attempt(store, "other", "10.0.0.1", device, now=MORNING) is None
    users.set_password(store, number, "x")
    assert attempts.begin_attempt(store, name, "10.0.0.1", device, now=MORNING) is None


def test_a_session_that_nobody_uses_ends(store: Store) -> None:
    """It lives as long as it is used; its owner sees where it is open and can end it from elsewhere."""
    number = staff(store)["r1"]
    one, _ = sessions.open_session(store, number, 86400, address="10.0.0.1", browser="Firefox", now=MORNING)
    two, _ = sessions.open_session(store, number, 86400, now=MORNING)
    assert sessions.find_session(store, one, idle=1800, now=MORNING + 1700)
    assert sessions.find_session(store, one, idle=1800, now=MORNING + 3400)
    assert sessions.find_session(store, two, idle=1800, now=MORNING + 1801) is None
    assert sessions.find_session(store, one, idle=1800, now=MORNING + 5300) is None
    listed = sessions.list_sessions(store, number, two, idle=1e6, now=MORNING)
    assert [(each.address, each.browser, each.own) for each in listed] == [
        ("10.0.0.1", "Firefox", False),
        ("", "", True),
    ]
    assert sessions.end_other_sessions(store, number, two) == 1
    assert sessions.find_session(store, one, idle=1e6, now=MORNING) is None


def test_session_lives_until_it_ends(store: Store) -> None:
    """A session is found by its cookie only, until it runs out, is ended, or its user barred or given a new password."""
    number = staff(store)["r1"]
    token, opened = sessions.open_session(store, number, 60, now=MORNING)
    assert sessions.find_session(store, token, now=MORNING + 59) == opened
    assert sessions.find_session(store, token, now=MORNING + 60) is None
    assert sessions.find_session(store, "guess", now=MORNING) is None
    assert token not in str([tuple(row) for row in store.rows("SELECT * FROM sessions")])
    sessions.end_session(store, token)
    assert sessions.find_session(store, token, now=MORNING) is None
    for end in (
        lambda: users.set_password(store, number, "new"), lambda: users.set_disabled(store, number, True),
        lambda: sessions.end_sessions(store, number), lambda: users.update_user(store, number, name="x", role="reviewer"),
    ):  # fmt: skip
        users.set_disabled(store, number, False)
        token, _ = sessions.open_session(store, number, 60, now=MORNING)
        end()
        assert sessions.find_session(store, token, now=MORNING) is None


def test_draw_is_repeatable_and_recorded(store: Store) -> None:
    """The same seed draws the same calls; the record says from how many, by whom, with what filter; the filter finds them."""
    people = staff(store)
    for n in range(20):
        judged_call(store, f"1.{n}", clerk="1086" if n % 2 else "2001")
    calls.record_call(store, ended("2.1"))
    chosen = CallFilter(since=date(2026, 11, 22))
    first = draws.draw_calls(store, chosen, number=3, per="clerk", seed="2026-11", user=people["boss"])
    second = draws.draw_calls(store, chosen, number=3, per="clerk", seed="2026-11", user=people["boss"])
    other = draws.draw_calls(store, chosen, number=3, per="clerk", seed="2026-12", user=people["boss"])
    assert first.calls == second.calls != other.calls
    assert (len(first.calls), first.population, first.made_by_name, first.chosen) == (6, 20, "boss", chosen)
    found = calls.list_calls(store, CallFilter(draw=first.id))
    assert {call.id for call in found.calls} == set(first.calls)
    assert [draw.id for draw in draws.list_draws(store)] == [3, 2, 1]
    with pytest.raises(StoreError, match="没有可抽查"):
        draws.draw_calls(store, CallFilter(clerk="9"), number=1, per="all", seed="x", user=people["boss"])
    with pytest.raises(StoreError, match="至少"):
        draws.draw_calls(store, chosen, number=0, per="all", seed="x", user=people["boss"])
    with pytest.raises(NotInStore):
        draws.get_draw(store, 99)


@unhurried
@given(
    st.dictionaries(st.text(max_size=3), st.lists(st.integers(), unique=True, max_size=9)),
    st.integers(1, 5),
    st.text(max_size=4),
)
def test_draw_takes_the_same_from_each_group_in_any_order(groups: dict[str, list[int]], number: int, seed: str) -> None:
    """Each group gives its share without repetition, whatever the order in which calls and groups come."""
    numbers = dict.fromkeys(groups, number)
    drawn = lots.draw_lots(groups, numbers, seed)
    shuffled = {name: groups[name][::-1] for name in reversed(groups)}
    assert drawn == lots.draw_lots(shuffled, numbers, seed)
    assert {name: len(calls) for name, calls in drawn.items()} == {
        name: min(number, len(group)) for name, group in groups.items()
    }


def test_audit_log_cannot_be_changed(store: Store) -> None:
    """Entries are found by who, what and when; the table itself refuses to be edited."""
    audit.log_act(store, "listen", "call 1", user=1, username="r1", address="127.0.0.1", now=MORNING)
    audit.log_act(store, "unmask", "call 1", user=2, username="r2", now=MORNING + 1)
    assert [entry.action for entry in audit.list_acts(store, audit.AuditFilter(target="call 1"))] == [
        "unmask",
        "listen",
    ]
    assert [
        entry.username
        for entry in audit.list_acts(store, audit.AuditFilter(action="listen", since=MORNING, until=MORNING + 1))
    ] == ["r1"]
    for statement in ("UPDATE audit SET username = 'x'", "DELETE FROM audit"):
        with pytest.raises(Exception, match="append-only"):
            store.write(statement)
    assert audit.count_acts(store) == 2


def test_waveform_comes_back(store: Store) -> None:
    """Peaks are stored once per call, replaced when computed anew, channels of one length."""
    call = judged_call(store, "1.1")
    assert peaks.load_peaks(store, call) is None
    for data in ((b"\x00\x10\xff", b"\x01\x02\x03"), (b"", b"")):
        drawn = peaks.Peaks(50.0, 0.06, data)
        peaks.save_peaks(store, call, drawn)
        assert peaks.load_peaks(store, call) == drawn
    with pytest.raises(StoreError, match="波形"):
        peaks.save_peaks(store, call, peaks.Peaks(50.0, 1.0, (b"1", b"12")))


def test_retention_lists_first_and_removes_only_what_it_is_told(store: Store) -> None:
    """What is past its time is listed; removing takes words, search entries and waveforms, and leaves findings and figures."""
    old, new = judged_call(store, "1.1", {"closing": "missing"}), judged_call(store, "1.2", start=MORNING + 40 * DAY)
    for call in (old, new):
        transcripts.save_transcript(store, call, transcript(("agent", "养老保险")))
        peaks.save_peaks(store, call, peaks.Peaks(50.0, 1.0, (b"123",)))
    assert retention.list_expired(store, 0, now=MORNING + 99 * DAY) == []
    expired = retention.list_expired(store, 30, now=MORNING + 41 * DAY)
    assert [each.call for each in expired] == [old]
    assert expired[0].size > 0
    assert search.search(store, "养老保险").total == 2
    assert retention.remove_expired(store, [old], username="admin") == 1
    assert transcripts.load_transcript(store, old) is None
    assert peaks.load_peaks(store, old) is None
    assert search.search(store, "养老保险").total == 1
    assert calls.get_call(store, old).verdict == "non_compliant"
    assert len(judgements.current_findings(store, old)) == 13
    assert [entry.action for entry in audit.list_acts(store)] == ["retention"]
    assert retention.list_expired(store, 30, now=MORNING + 41 * DAY) == []
