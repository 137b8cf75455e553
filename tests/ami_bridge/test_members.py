"""What queue members do, from hand-written events: joining, pausing, ringing in vain, talking, going away, several queues, gaps."""

from __future__ import annotations

from ami_bridge.events import MemberChanged, MembersKnown, RangUnanswered
from ami_bridge.follower import Follower
from ami_bridge.messages import parse
from ami_bridge.settings import Settings
from tests.ami_bridge.streams import Arrival, event, follow

SITE = Settings(member_pattern=r"(\d+)$")


def standing(at: float, name: str = "QueueMemberStatus", queue: str = "hotline", **more: str) -> Arrival:
    """An event about the member 1201 of a queue."""
    fields = {"Queue": queue, "MemberName": "Clerk 1201", "Interface": "PJSIP/a1201", "Status": "1", "Paused": "0"}
    return event(at, name, **fields | more)


def happens(at: float, name: str, caller: str = "9.1", **more: str) -> Arrival:
    """A queue rings or connects the member for a caller."""
    fields = {
        "Queue": "hotline",
        "MemberName": "Clerk 1201",
        "Interface": "PJSIP/a1201",
        "Uniqueid": caller,
        "Linkedid": caller,
    }
    return event(
        at,
        name,
        **fields | {"Channel": f"PJSIP/trunk-{caller}", "DestUniqueid": "9.2", "DestChannel": "PJSIP/a1201-2"} | more,
    )


def told(*arrivals: Arrival) -> list[tuple[float, str, str]]:
    """The changes of the member: when, to what, why."""
    return [(one.at, one.state, one.reason) for one in follow(arrivals, SITE) if isinstance(one, MemberChanged)]


def test_a_day_of_a_member() -> None:
    """Comes, pauses for lunch with the reason, returns, leaves: each change once, with the job number."""
    day = (
        standing(1, "QueueMemberAdded"), standing(2), standing(3, "QueueMemberPause", Paused="1", PausedReason="吃饭"),
        standing(4, Paused="1", PausedReason="吃饭"), standing(5, "QueueMemberPause"), standing(6, "QueueMemberRemoved"),
    )  # fmt: skip
    assert told(*day) == [(1, "free", ""), (3, "paused", "吃饭"), (5, "free", ""), (6, "", "")]
    changes = [one for one in follow(day, SITE) if isinstance(one, MemberChanged)]
    assert {one.job_number for one in changes} == {"1201"}


def test_a_call_that_is_answered() -> None:
    """Rung, connected, done: by the queue's own events, where the telephone's state says nothing (Local members)."""
    call = (
        standing(1, Status="0"),
        happens(2, "AgentCalled"),
        happens(5, "AgentConnect"),
        happens(60, "AgentComplete"),
    )
    assert told(*call) == [(1, "free", ""), (2, "ringing", ""), (5, "talking", ""), (60, "free", "")]


def test_a_pause_during_a_call_counts_from_its_end() -> None:
    """Who pauses while talking is still talking."""
    call = (
        standing(1),
        happens(2, "AgentConnect"),
        standing(3, "QueueMemberPause", Paused="1"),
        happens(9, "AgentComplete"),
    )
    assert told(*call) == [(1, "free", ""), (2, "talking", ""), (9, "paused", "")]


def test_ringing_in_vain() -> None:
    """Rung for so long and not answered is told apart."""
    call = (standing(1), happens(10, "AgentCalled"), happens(30, "AgentRingNoAnswer", RingTime="20000"))
    assert told(*call) == [(1, "free", ""), (10, "ringing", ""), (30, "free", "")]
    (rung,) = [one for one in follow(call, SITE) if isinstance(one, RangUnanswered)]
    assert (rung.start, rung.end, rung.job_number) == (10, 30, "1201")


def test_another_answers_or_the_caller_gives_up() -> None:
    """Whoever else was rung for the caller rings no longer, and is not told as not answering."""
    for end in (
        happens(12, "QueueCallerLeave"),
        event(12, "Hangup", Channel="PJSIP/trunk-9.1", Uniqueid="9.1", Linkedid="9.1"),
    ):
        found = follow((standing(1), happens(10, "AgentCalled"), end), SITE)
        assert [one.state for one in found if isinstance(one, MemberChanged)] == ["free", "ringing", "free"]
        assert not [one for one in found if isinstance(one, RangUnanswered)]


def test_a_telephone_that_cannot_be_reached() -> None:
    """An unregistered telephone is away, not free; one that is in use outside the queue talks."""
    assert told(standing(1, Status="5"), standing(2), standing(3, Status="2"), standing(4)) == [
        (1, "away", ""), (2, "free", ""), (3, "talking", ""), (4, "free", ""),
    ]  # fmt: skip


def test_one_person_in_several_queues() -> None:
    """Paused is who is paused in every queue; one telephone behind several interfaces is one person; gone is who left the last queue."""
    local = {"queue": "other", "Interface": "Local/1201@clerks/n", "StateInterface": "PJSIP/a1201"}
    day = (
        standing(1), standing(2, **local), standing(3, "QueueMemberPause", Paused="1"), standing(4, "QueueMemberPause", **local, Paused="1"),
        standing(5, "QueueMemberRemoved"), standing(6, "QueueMemberRemoved", **local),
    )  # fmt: skip
    assert told(*day) == [(1, "free", ""), (4, "paused", ""), (6, "", "")]


def test_a_gap_forgets_and_a_listing_knows() -> None:
    """After a gap every member is told anew with the answer to QueueStatus, and from then on all are known; events alone do not know all."""
    follower = Follower(SITE)
    answer = [
        parse(standing(50, "QueueParams").raw),
        parse(
            event(
                50,
                "QueueMember",
                Queue="hotline",
                Name="Clerk 1201",
                Location="PJSIP/a1201",
                Status="1",
                Paused="1",
                PausedReason="开会",
            ).raw
        ),
    ]
    found = [
        *follower.hear(standing(1).raw, 1),
        *follower.lost(20, "cut"),
        *follower.regained(40),
        *follower.listed(answer, 50, complete=False),
    ]
    kinds = [(type(one).__name__, getattr(one, "state", "")) for one in found]
    assert kinds == [
        ("MemberChanged", "free"),
        ("Gap", ""),
        ("Gap", ""),
        ("MemberChanged", "paused"),
        ("MembersKnown", ""),
    ]
    assert isinstance(found[-1], MembersKnown) and found[-1].at == 50


def test_a_listing_without_queues_knows_nothing() -> None:
    """Where QueueStatus is not answered, nobody may say that all members are known."""
    assert list(Follower(SITE).listed([], 50, complete=False)) == []


def test_a_clock_that_is_set_tells_everything_anew() -> None:
    """When our clock jumps, what members do is told again at the new time; that all are known is said only where they were."""
    follower = Follower(SITE)
    list(follower.hear(standing(1).raw, 1))
    told_again = [
        one for one in follower.clock_set(100.0, 40.0) if not hasattr(one, "reason") or isinstance(one, MemberChanged)
    ]
    assert [(type(one).__name__, one.at) for one in told_again] == [("MemberChanged", 40.0)]  # type: ignore[union-attr]
    answer = [parse(standing(50, "QueueParams").raw)]
    list(follower.listed(answer, 50, complete=False))
    kinds = [type(one).__name__ for one in follower.clock_set(60.0, 90.0)]
    assert kinds == ["Gap", "MemberChanged", "MembersKnown"]
