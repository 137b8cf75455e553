"""When recordings began, what they cover, what of that is a clerk's own time: said in one place, by pure functions."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ami_bridge.events import CallEnded, ClerkLeg, Hold, Recording, Stretch
from tests.live.test_facts import CALL
from voice_agent.coverage import Timeline, lay, why_not_monitored
from voice_agent.owntime import Squeeze, judge_own_time
from voice_agent.spans import joined, length, within, without
from voice_agent.values import CallContext, Evidence, Finding, Judgement, Segment, Span, Transcript, Word


def leg(start: float, end: float, job: str = "1086") -> ClerkLeg:
    return ClerkLeg(None, f"PJSIP/a{job}", job, f"PJSIP/a{job}-1", job, start, end)


def call(*legs: ClerkLeg, end: float = 1062.0) -> CallEnded:
    """A call that began at 1000 and was answered by the first clerk."""
    return replace(CALL, clerks=legs, answered=legs[0].start, end=end, holds=())


def told(start: float, end: float, **more: tuple[Stretch, ...]) -> Recording:
    return Recording("/rec/a.wav", "caller", start, end, **more)


def spans(line: Timeline) -> list[tuple[float, float]]:
    return [(round(one.start, 2), round(one.end, 2)) for one in line.unjudged]


def test_a_whole_recording_covers_the_talk() -> None:
    """Begun before the answer: the waiting is not judged, the talk is covered."""
    line = lay(call(leg(1025, 1062)), [(told(1000, 1062), 62.0)])
    assert (line.began, spans(line), line.share) == (1000.0, [(0.0, 25.0)], 1.0)


def test_a_recording_that_stopped_early_covers_a_part() -> None:
    """25 of 40 seconds: told by the stop, and told by the length alone."""
    for end in (1027.0, 1042.0):
        line = lay(call(leg(1002, 1042), end=1042), [(told(1002, end), 25.0)])
        assert line.share == pytest.approx(25 / 40)
        assert [(one.start, one.end) for one in line.uncovered] == [(25.0, 40.0)]
        assert "只覆盖其中 62%" in why_not_monitored(line, 0.9)
        assert why_not_monitored(line, 0.6) == ""


def test_option_b_begins_at_the_bridge() -> None:
    """MixMonitor was started while the caller waited; with b the file begins when both were connected."""
    line = lay(call(leg(1010, 1052), end=1052), [(told(1000, 1052, bridged=(Stretch(1010, 1052),)), 42.0)])
    assert (line.began, spans(line), line.share) == (1010.0, [], 1.0)


def test_an_announcement_before_the_bridge_is_no_lack_of_option_b() -> None:
    """The clerk answers at 1002 and hears whose call it is until 1010; the file begins with the bridge."""
    line = lay(call(leg(1002, 1040), end=1040), [(told(1000, 1040, bridged=(Stretch(1010, 1040),)), 30.0)])
    assert (line.share, line.uncovered) == (1.0, ())


def test_option_b_leaves_out_the_way_between_clerks() -> None:
    """Two stays in bridges lie one after the other in the file, and apart on the time line."""
    bridged = (Stretch(1010, 1020), Stretch(1035, 1050))
    line = lay(call(leg(1010, 1020), leg(1035, 1050, "2045"), end=1050), [(told(1000, 1050, bridged=bridged), 25.0)])
    assert [(piece.at, piece.start, piece.end) for piece in line.placed] == [(1010, 0.0, 10.0), (1035, 10.0, 25.0)]
    assert (spans(line), line.share, line.duration) == ([(10.0, 25.0)], 1.0, 40.0)


def test_the_time_between_two_clerks_is_nobodys() -> None:
    """One recording over a transfer with twenty seconds of ringing."""
    line = lay(call(leg(1003, 1026), leg(1046, 1062, "2045")), [(told(1003, 1062), 59.0)])
    assert spans(line) == [(23.0, 43.0)]


def test_a_consultation_on_hold_is_the_clerks_time() -> None:
    """Before an attended transfer the clerk leaves the caller's bridge to ask a colleague: a hold, which has to be announced."""
    held = replace(call(leg(1003, 1026), leg(1046, 1062, "2045")), holds=(Hold(1025, 1045),))
    assert spans(lay(held, [(told(1003, 1062), 59.0)])) == [(42.0, 43.0)]


def test_two_recordings_lie_on_one_time_line() -> None:
    """The second clerk's own file begins where that clerk did; between them nothing is recorded and nobody talks."""
    line = lay(call(leg(1003, 1026), leg(1030, 1062, "1240")), [(told(1003, 1026), 23.0), (told(1030, 1062), 32.0)])
    assert [(one.start, one.end) for one in line.recorded] == [(0.0, 23.0), (27.0, 59.0)]
    assert (spans(line), line.share) == ([(23.0, 27.0)], 1.0)


def test_a_muted_stretch_is_not_judged_and_not_held_against_the_recording() -> None:
    """Ten muted seconds are no silence and no lack; a mute that leaves less than half of the talk is one."""
    line = lay(call(leg(1002, 1042), end=1042), [(told(1002, 1042, muted=(Stretch(1012, 1022),)), 40.0)])
    assert (spans(line), line.share) == ([(10.0, 20.0)], 1.0)
    long = lay(call(leg(1002, 1042), end=1042), [(told(1002, 1042, muted=(Stretch(1005, 1040),)), 40.0)])
    assert long.share == pytest.approx(5 / 40)
    assert "静音 35 秒" in why_not_monitored(long, 0.9)


def test_a_recording_that_began_late_shows_what_is_missing() -> None:
    """The time line begins with the talk, so that the missing beginning is seen."""
    line = lay(call(leg(1002, 1062)), [(None, 40.0)])
    assert (line.began, [(one.start, one.end) for one in line.uncovered]) == (1002.0, [(0.0, 20.0)])


def test_a_length_that_fits_nothing_is_doubtful() -> None:
    """Neither as long as told nor as the bridges: holds cannot be placed."""
    line = lay(call(leg(1002, 1062)), [(told(1002, 1062, bridged=(Stretch(1002, 1062),)), 50.0)])
    assert "50 秒" in line.doubt


SPANS = st.lists(
    st.tuples(st.integers(0, 200), st.integers(1, 30)).map(lambda pair: Span(float(pair[0]), float(pair[0] + pair[1]))),
    max_size=6,
)


@given(one=SPANS, other=SPANS)
def test_spans_are_cut_without_losing_a_second(one: list[Span], other: list[Span]) -> None:
    """What lies within and what lies outside of other stretches are together all there was."""
    inside, outside = within(one, other), without(one, other)
    assert length(inside) + length(outside) == pytest.approx(length(one))
    assert joined([*inside, *outside]) == joined(one)


@given(holes=SPANS, moment=st.floats(0, 240))
def test_a_moment_of_the_clerks_time_comes_back(holes: list[Span], moment: float) -> None:
    """Taking stretches out and putting them back moves no moment outside of them."""
    squeeze = Squeeze(joined(holes))
    outside = all(not hole.start < moment < hole.end for hole in squeeze.holes)
    if outside:
        assert squeeze.wide(squeeze.narrow(moment)) == pytest.approx(moment)


def test_only_the_clerks_own_time_is_judged() -> None:
    """Words outside are not heard, silences there are short, and the evidence has the times of the call."""
    words = tuple(Word(text, at, at + 1) for text, at in (("欢", 3.0), ("您", 25.0), ("好", 26.0), ("再", 60.0)))
    whole = Transcript("c", (Segment("agent", 3.0, 61.0, "欢您好再", words),), duration=65.0)
    heard: list[Transcript] = []

    def judge(said: Transcript, _beside: CallContext) -> Judgement:
        heard.append(said)
        last = said.segments[0].words[-1]
        return Judgement(
            "c",
            "compliant",
            100.0,
            (Finding("closing", "met", 1.0, (Evidence("agent", last.start, last.end, "再", ""),)),),
        )

    context = CallContext(unjudged=(Span(0.0, 24.0), Span(30.0, 50.0)), handover=50.0)
    judgement = judge_own_time(whole, context, judge)
    assert [word.text for word in heard[0].segments[0].words] == ["您", "好", "再"]
    assert heard[0].segments[0].words[2].start - heard[0].segments[0].words[1].end == pytest.approx(33.0 - 19.0)
    assert (judgement.findings[0].evidence[0].start, judgement.findings[0].evidence[0].end) == (60.0, 61.0)
