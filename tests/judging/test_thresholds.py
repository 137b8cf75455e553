"""Each number that decides something, tried on both sides of it: whoever moves one sees here what it decides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.judging.dialogue import ANSWER, BOOK, CLOSING, NEED, OPENING, THANKS, finding, transcript
from voice_agent.acts import conversation, hear, numbers
from voice_agent.acts.act import Act
from voice_agent.acts.hear import Worth, merged
from voice_agent.acts.learned.runs import Run
from voice_agent.rules import judge, levels, verdict
from voice_agent.rules.look_ups import look_ups
from voice_agent.rules.opening import opening_end
from voice_agent.speech import quality, silences, turns
from voice_agent.speech.stream import Stream, listen
from voice_agent.values import Agent, CallContext, Segment, Transcript, Word

DOCS = Path(__file__).parents[2] / "docs"
TEXT = "今天早上电脑升级慢得很您多担待些好吗是的对"


def stream(confs: Sequence[float], gap: float = 0.0, after: int = 1) -> Stream:
    """Syllables of the agent with these confidences, 0.2 s each; a pause of ``gap`` seconds after the first ``after``."""
    words = tuple(
        Word(
            TEXT[at % len(TEXT)],
            round(0.2 * at + gap * (at >= after), 3),
            round(0.2 * at + 0.2 + gap * (at >= after), 3),
            conf,
        )
        for at, conf in enumerate(confs)
    )
    text = "".join(word.text for word in words)
    return listen(Transcript("t", (Segment("agent", 0.0, words[-1].end, text, words),), Agent(), 60.0), "agent")


def weak(count: int, of: int, conf: float = 0.61) -> list[float]:
    """``of`` syllables, ``count`` of them at ``conf``, never two in a row."""
    return [conf if at % 2 == 0 and at // 2 < count else 1.0 for at in range(of)]


@pytest.mark.parametrize(
    ("confs", "doubtful"),
    [
        ([0.801] * 10, False), ([0.79] * 10, True),
        ([1.0] * 17 + [0.62] * 3, False), ([1.0] * 17 + [0.61] * 3, True),
        ([1.0] * 18 + [0.1] * 2, False), ([1.0] * 17 + [0.1] * 3, True),
        (weak(5, 20), False), (weak(6, 20), True),
    ],
)  # fmt: skip
def test_what_is_heard_too_poorly_to_miss_anything_in(confs: list[float], doubtful: bool) -> None:
    """A mean below 0.80, three syllables in a row below 0.62, or three in ten: nothing is called absent there."""
    assert quality.is_doubtful(stream(confs), 0.0, 60.0) is doubtful


@pytest.mark.parametrize(
    ("confs", "hides"), [([0.3] * 5, False), ([0.3] * 6, True), (weak(3, 10), False), (weak(4, 10), True)]
)
def test_what_could_hide_an_insult(confs: list[float], hides: bool) -> None:
    """Six syllables of which four in ten were hardly heard."""
    assert quality.could_hide(stream(confs), 0.0, 60.0) is hides


@pytest.mark.parametrize(("conf", "noise"), [(0.49, True), (0.5, False)])
def test_a_lone_syllable_hardly_heard_is_a_noise(conf: float, noise: bool) -> None:
    """Below 0.5 it breaks no silence."""
    heard = stream([conf])
    assert silences.is_noise(heard, turns.utterances(heard)[0]) is noise


@pytest.mark.parametrize(("gap", "count"), [(0.49, 1), (0.51, 2)])
def test_where_an_utterance_ends(gap: float, count: int) -> None:
    """At a pause of more than half a second."""
    assert len(turns.utterances(stream([1.0] * 6, gap, 3))) == count


@pytest.mark.parametrize(("gap", "count"), [(2.99, 1), (3.01, 2)])
def test_over_which_pause_no_phrase_is_put_together(gap: float, count: int) -> None:
    """More than three seconds."""
    heard = stream([1.0] * 6, gap, 3)
    assert len(turns.stretches(heard, [0] * 6)) == count


@pytest.mark.parametrize(("said", "is_one"), [("嗯嗯嗯嗯嗯嗯", True), ("嗯嗯嗯嗯嗯嗯嗯", False), ("您好", False)])
def test_a_backchannel_is_short(said: str, is_one: bool) -> None:
    """Six syllables at most; a greeting is none."""
    assert conversation.is_backchannel(BOOK, said) is is_one


@pytest.mark.parametrize(
    ("raw", "kept", "near"), [(0.19, False, True), (0.21, True, True), (0.49, True, True), (0.51, True, False)]
)
def test_from_when_on_an_act_counts(raw: float, kept: bool, near: bool) -> None:
    """Likely from 0.5 on; from 0.2 on its absence is doubtful; less is nothing."""
    acts = merged("comfort", stream([1.0] * 4), [], [Run(0, 4, raw)], Worth(0.0, 1.0, 1.0, 0.3))
    assert bool(acts) is kept
    assert not kept or acts[0].near is near


def test_what_a_near_miss_of_a_phrase_is_worth_alone() -> None:
    """Without a model it is doubtful: more than nothing, less than likely."""
    assert 0.2 < hear._NEAR_WORTH < 0.5


@pytest.mark.parametrize(
    ("heard", "sure", "likeness"),
    [
        ("1088", True, "other"), ("1088", False, "close"), ("1788", False, "other"), ("1989", False, "other"),
        ("1096", False, "close"), ("108", True, "close"), ("10860", True, "close"), ("1086", False, "same"),
        ("10801086", True, "close"), ("10801087", True, "other"), ("101086", True, "same"), ("7086", True, "other"),
    ],
)  # fmt: skip
def test_when_a_number_is_another(heard: str, sure: bool, likeness: str) -> None:
    """One figure that sounds otherwise where the recogniser is sure, else two; swallowed figures and restarts prove nothing."""
    assert numbers.likeness(heard, "1086", sure) == likeness


@pytest.mark.parametrize(("seconds", "status"), [(4, "met"), (7, "missing")])
def test_when_the_end_of_a_call_begins(seconds: float, status: str) -> None:
    """With the clerk's last two turns, or twelve seconds before the last word."""
    lines = (OPENING, NEED, "A" + CLOSING[1:], "C哎我再问一句", "A您说", "C那钱打哪张卡", seconds, "A社保卡")
    assert finding(judge(transcript(*lines), CallContext(), BOOK), "closing").status == status


@pytest.mark.parametrize(("room", "status"), [(1.9, "not_applicable"), (2.1, "missing")])
def test_how_much_room_a_caller_must_leave_for_a_goodbye(room: float, status: str) -> None:
    """Who says goodbye and is gone within two seconds leaves none."""
    said = transcript(OPENING, NEED, ANSWER, "C那谢谢啊再见")
    said = replace(said, duration=said.segments[-1].end + room)
    assert finding(judge(said, CallContext(hung_up_by="caller"), BOOK), "closing").status == status


@pytest.mark.parametrize(("length", "count"), [(7.9, 0), (8.1, 1)])
def test_how_long_a_look_up_is(length: float, count: int) -> None:
    """Eight seconds in which nobody speaks."""
    call = conversation.follow(
        transcript(OPENING, NEED, "A请稍候我查询一下", length, "A让您久等了", THANKS, CLOSING), CallContext(), BOOK
    )
    assert len(look_ups(call, "hold_notice")) == count


def test_an_opening_heard_from_one_side_only_is_a_quarter_of_a_minute() -> None:
    """Where the caller's leg is missing nothing tells turns apart."""
    said = Transcript("t", (Segment("agent", 1.0, 40.0, TEXT * 8),), Agent(), 60.0)
    call = conversation.follow(said, CallContext(missing_legs=("caller",)), BOOK)
    assert opening_end(call, "greeting") == pytest.approx(16.0)


def test_the_levels_are_those_whose_cost_is_written_down() -> None:
    """docs/levels.md shows what each level costs; a level that moves is measured again."""
    rows = re.findall(
        r"^\| `(\w+)`.*\| ([\d.]+) \| ([\d.]+) \|$", (DOCS / "levels.md").read_text("utf-8"), re.MULTILINE
    )
    written = {rule: (float(accuse), float(doubt)) for rule, accuse, doubt in rows}
    # job_number has a ladder of its own, optional rules the usual levels.
    assert written == {rule: tuple(level) for rule, level in levels.LEVELS.items() if rule in written}
    assert len(written) == 12
    assert f"needs {levels.PHRASE_ACCUSES}" in (DOCS / "levels.md").read_text("utf-8")


def test_a_rule_without_points_costs_five() -> None:
    """A site's rule that names no points still costs something."""
    assert verdict.UNVALUED == 5.0


def test_an_act_is_near_below_one_half() -> None:
    """What ``Act.near`` says is what the levels call likely."""
    act = Act("comfort", "agent", 0, 1, 0.0, 0.2, 0.5)
    assert not act.near
    assert replace(act, probability=0.499).near
