"""What a call on Asterisk tells the judging."""

from __future__ import annotations

from dataclasses import replace

from ami_bridge.events import CallEnded, ClerkLeg, Hold, Recording
from voice_agent.coverage import lay
from voice_agent.live.facts import agent_of, context_of
from voice_agent.store.people.directory import Clerk
from voice_agent.values import Agent, CallContext, Span

CALL = CallEnded(
    uniqueid="1700000000.1",
    linkedid="1700000000.1",
    queue="hotline",
    caller_number=None,
    start=1000.0,
    answered=1002.0,
    end=1062.0,
    ring_seconds=2.0,
    talk_seconds=60.0,
    hung_up_by="caller",
    holds=(Hold(1020.0, 1030.0),),
    clerks=(),
    transferred=False,
    recording=None,
    gaps=(),
    complete=True,
)


def context(call: CallEnded, seconds: float, told: Recording | None = None) -> CallContext:
    """What the judging learns of a call with one recording of this length."""
    return context_of(call, lay(call, [(told, seconds)]))


def test_holds_are_placed_in_the_recording() -> None:
    """A recording ends with the call, so a hold's place in it follows from its length."""
    assert context(CALL, 62.0).holds == (Span(20.0, 30.0),)


def test_a_known_start_of_the_recording_wins() -> None:
    """Where Asterisk said when recording began, that is second 0."""
    assert context(CALL, 61.0, Recording("", "caller", 1001.0, 1062.0)).holds == (Span(19.0, 29.0),)


def test_a_hold_outside_the_recording_is_none() -> None:
    """What was not recorded cannot be a silence in it."""
    assert context(CALL, 10.0).holds == ()


def test_the_first_clerk_opens() -> None:
    """The opening is the first clerk's; unknown parts are unknown, not empty."""
    assert agent_of([Clerk("1086", "王芳", "社保中心"), Clerk("2045")]) == Agent("1086", "王芳", "社保中心")
    assert agent_of([Clerk("")]) == Agent()
    assert agent_of([]) == Agent()


def test_the_handover_is_placed_in_the_recording() -> None:
    """From the moment a second clerk is on the line, what is said may be theirs; with one clerk there is no such moment."""
    legs = (
        ClerkLeg("a", None, "1086", "PJSIP/a", "1", 1002.0, 1030.0),
        ClerkLeg("b", None, "2537", "PJSIP/b", "2", 1028.0, 1062.0),
    )
    assert context(replace(CALL, clerks=legs), 62.0).handover == 28.0
    assert context(replace(CALL, clerks=legs[:1]), 62.0).handover is None
