"""What members did, in the store: with the window that the roster says, ended by a gap, lasting as far as Asterisk was followed."""

from __future__ import annotations

from ami_bridge.events import Gap, MemberChanged, MembersKnown, RangUnanswered
from tests.store.makers import DAY, MORNING, staff
from voice_agent.store import Store
from voice_agent.store.calls import gaps, presence


def changed(at: float, state: str, who: str = "1086", reason: str = "") -> MemberChanged:
    return MemberChanged(at, f"PJSIP/a{who}", f"Clerk {who}", who, state, reason)  # type: ignore[arg-type]


def kept(store: Store, **places: str) -> list[tuple[str, str, float, float]]:
    """Clerk, state, and the minutes after the morning."""
    found = presence.presence(store, MORNING - DAY, MORNING + DAY, **places)
    return [(one.clerk, one.state, (one.start - MORNING) / 60, (one.end - MORNING) / 60) for one in found]


def test_one_state_ends_where_the_next_begins(store: Store) -> None:
    """Each change ends what was; who leaves is gone; the roster says who it is and where; a ringing in vain is kept beside."""
    staff(store)
    presence.save_known(store, MembersKnown(MORNING))
    for minute, state in enumerate(("free", "paused", "free", "")):
        presence.save_change(store, changed(MORNING + 60 * minute, state, reason="吃饭" if state == "paused" else ""))
    presence.save_unanswered(store, RangUnanswered("PJSIP/a1086", "", "1086", MORNING + 30, MORNING + 50))
    gaps.save_alive(store, MORNING + 600)
    assert kept(store) == [
        ("", "watched", 0, 10), ("1086", "free", 0, 1), ("1086", "unanswered", 0.5, 50 / 60), ("1086", "paused", 1, 2), ("1086", "free", 2, 3),
    ]  # fmt: skip
    (pause,) = [one for one in presence.presence(store, MORNING, MORNING + DAY) if one.state == "paused"]
    assert (pause.unit, pause.window, pause.reason) == ("社保局", "3号窗口", "吃饭")


def test_what_lasts_ends_where_asterisk_was_last_followed(store: Store) -> None:
    """Nobody is there longer than we know: after the last sign of life nothing is claimed."""
    staff(store)
    presence.save_known(store, MembersKnown(MORNING))
    presence.save_change(store, changed(MORNING, "free"))
    assert kept(store) == [("", "watched", 0, 0), ("1086", "free", 0, 0)]
    gaps.save_alive(store, MORNING + 300)
    assert kept(store) == [("", "watched", 0, 5), ("1086", "free", 0, 5)]
    assert presence.last_presence(store) == MORNING + 300


def test_a_gap_ends_everything(store: Store) -> None:
    """From the beginning of a gap nothing is known, until all members are told again."""
    staff(store)
    presence.save_known(store, MembersKnown(MORNING))
    presence.save_change(store, changed(MORNING, "free"))
    gap = Gap(MORNING + 120, None, "cut")
    gaps.save_gap(store, gap)
    presence.end_presence(store, gap.start)
    presence.save_change(store, changed(MORNING + 300, "talking"))
    presence.save_known(store, MembersKnown(MORNING + 300))
    gaps.save_alive(store, MORNING + 360)
    assert kept(store) == [
        ("", "watched", 0, 2),
        ("", "watched", 5, 6),
        ("1086", "free", 0, 2),
        ("1086", "talking", 5, 6),
    ]


def test_a_member_that_is_listed_no_more_is_gone(store: Store) -> None:
    """After a restart without a gap whoever is not among the members listed is none any more."""
    staff(store)
    presence.save_change(store, changed(MORNING, "free"))
    presence.save_change(store, changed(MORNING + 100, "free", "2001"))
    presence.save_known(store, MembersKnown(MORNING + 100))
    gaps.save_alive(store, MORNING + 600)
    assert [one for one in kept(store) if one[0] == "1086"] == [("1086", "free", 0, 100 / 60)]
    assert [one for one in kept(store) if one[0] == "2001"] == [("2001", "free", 100 / 60, 10)]


def test_windows_are_those_of_members(store: Store) -> None:
    """A window whose clerks never were queue members is not among them; a unit sees its own."""
    staff(store)
    for who in ("1086", "2001"):
        presence.save_change(store, changed(MORNING, "free", who))
    gaps.save_alive(store, MORNING + 60)
    assert presence.places_of_members(store, MORNING + DAY) == [("医保中心", "1号窗口"), ("社保局", "3号窗口")]
    assert presence.places_of_members(store, MORNING + DAY, unit="医保中心") == [("医保中心", "1号窗口")]
    assert presence.places_of_members(store, MORNING + 40 * DAY) == []
    assert [one[0] for one in kept(store, unit="医保中心")] == ["2001"]
