"""How a call is talked: shares, pace, interruptions, silences, answers."""

from __future__ import annotations

import pytest

from voice_agent.speech.delivery import Delivery, measured
from voice_agent.values import Channel, Segment, Span, Transcript, Word


def said(channel: Channel, start: float, end: float, text: str) -> Segment:
    step = (end - start) / len(text)
    words = tuple(Word(char, start + i * step, start + (i + 1) * step) for i, char in enumerate(text))
    return Segment(channel, start, end, text, words)


def of(*segments: Segment) -> Delivery:
    found = measured(Transcript("x", segments))
    assert found is not None
    return found


CLERK = "您好这里是社保局请问您要办理什么业务"
CALLER = "我想问一下我的养老金什么时候能到账"


def test_shares_pace_and_answers() -> None:
    """The clerk's part of all speech, syllables a minute of own speech, and how long the caller waits for an answer."""
    found = of(
        said("caller", 0, 6, CALLER),
        said("agent", 7.5, 13.5, CLERK),
        said("caller", 14, 20, CALLER),
        said("agent", 20.5, 26.5, CLERK),
    )
    assert found.talk_share == 0.5
    assert found.pace == pytest.approx(180.0)
    assert found.response == pytest.approx(1.0)
    assert (found.overlaps, found.clerk_cuts, found.caller_cuts) == (0, 0, 0)
    assert found.longest_silence == pytest.approx(1.5)


def test_cutting_in_is_going_on_for_two_seconds_and_four_syllables() -> None:
    """Who begins into the other's speech and stays counts; a 嗯嗯好 does not, nor a change of turns that overlaps a little."""
    cut = of(said("caller", 0, 8, CALLER), said("agent", 4, 9, CLERK))
    assert (cut.clerk_cuts, cut.caller_cuts, cut.overlaps) == (1, 0, 1)
    assert cut.cuts == ((4.0, True),)
    nod = of(said("caller", 0, 8, CALLER), said("agent", 4, 5, "嗯好的"), said("agent", 9, 14, CLERK))
    assert (nod.clerk_cuts, nod.overlaps) == (0, 1)
    change = of(said("caller", 0, 8, CALLER), said("agent", 7, 13, CLERK))
    assert change.clerk_cuts == 0
    other = of(said("agent", 0, 8, CLERK), said("caller", 3, 9, CALLER))
    assert (other.clerk_cuts, other.caller_cuts) == (0, 1)


def test_what_is_no_clerks_own_time_counts_for_nobody() -> None:
    """Waiting before the answer is neither silence nor talk."""
    line = Transcript(
        "x", (said("caller", 0, 2, "喂喂有人吗"), said("agent", 40, 46, CLERK), said("caller", 47, 50, CALLER))
    )
    found = measured(line, (Span(0.0, 39.0),))
    assert found is not None
    assert found.longest_silence == pytest.approx(1.0)
    assert found.talk_share == pytest.approx(6 / 9, abs=0.01)


def test_one_side_alone_tells_nothing() -> None:
    """Without both legs nothing is measured; a clerk who says a word has no pace."""
    assert measured(Transcript("x", (said("agent", 0, 5, CLERK),))) is None
    assert measured(Transcript("x", (said("mixed", 0, 5, CLERK),))) is None
    assert of(said("caller", 0, 8, CALLER), said("agent", 9, 10, "好的再见")).pace is None
