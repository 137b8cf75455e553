"""Poor audio leads to a person who listens, never to an accusation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.judging.dialogue import (
    ANSWER,
    BOOK,
    CLOSING,
    GOOD,
    NEED,
    THANKS,
    finding,
    judged,
    status,
    transcript,
    with_words,
)
from voice_agent.rules import judge
from voice_agent.values import FAULTS, Agent, CallContext, Judgement, Transcript

BAD: tuple[str | float, ...] = (
    "A喂",
    NEED,
    "A等着",
    12,
    "A你烦不烦你自己上网查去",
    "C你工号多少",
    "A不告诉你",
    "C好的谢谢",
    "A嗯",
)


def faults(judgement: Judgement) -> set[str]:
    """The rules with a fault."""
    return {f.rule for f in judgement.findings if f.status in FAULTS}


def test_the_bad_call_is_bad_when_it_is_heard_well() -> None:
    """The call of this file has many faults, so that the tests below prove something."""
    judgement = judge(with_words(transcript(*BAD)), CallContext(), BOOK)
    assert {"greeting", "identity", "job_number", "prohibited"} <= faults(judgement)
    assert judgement.verdict == "non_compliant"


def test_low_confidence_accuses_nobody() -> None:
    """Words that the recogniser itself doubts prove neither presence nor absence."""
    judgement = judge(transcript(*BAD, conf=0.5), CallContext(), BOOK)
    assert not faults(judgement) - {"hold_notice", "hold_return"}
    assert finding(judgement, "greeting").status == "uncertain"


def test_a_turn_heard_too_badly_is_not_called_innocent() -> None:
    """Where most of a turn is doubtful, that no rude word was found in it proves nothing: a person must listen."""
    badly = _with_a_turn("A前叶的半个月就不时来", 0.4)
    told = finding(badly, "prohibited")
    assert (told.status, badly.verdict) == ("uncertain", "needs_review")
    assert [item.text for item in told.evidence] == ["前叶的半个月就不时来"]
    for line, conf in (("A前叶的半个月就不时来", 0.9), ("A哎嗯", 0.4)):  # heard well, or too short to hide anything
        assert finding(_with_a_turn(line, conf), "prohibited").status == "met"


def _with_a_turn(line: str, conf: float) -> Judgement:
    """A good call in which one more turn of the agent was heard with that confidence."""
    made = with_words(transcript(*GOOD[:2], line, "C您说什么我没听清楚", *GOOD[2:]))
    at = sorted(made.segments, key=lambda one: one.start)[2]
    poor = replace(at, words=tuple(replace(word, conf=conf) for word in at.words))
    return judge(
        replace(made, segments=tuple(poor if one is at else one for one in made.segments)), CallContext(), BOOK
    )


def test_a_noisy_leg_accuses_nobody() -> None:
    """A leg known to be noisy is as doubtful as its words."""
    judgement = judge(transcript(*BAD), CallContext(noisy_legs=("agent",)), BOOK)
    assert not faults(judgement) - {"hold_notice", "hold_return"}


def test_a_mixed_channel_accuses_nobody() -> None:
    """Where nothing tells who spoke, whatever is missing or rude is for a person to hear."""
    mixed = tuple("M" + line[1:] if isinstance(line, str) else line for line in BAD)
    judgement = judged(*mixed)
    assert faults(judgement) == set()
    assert judgement.verdict == "needs_review"
    assert finding(judgement, "prohibited").status == "uncertain"


def test_a_missing_agent_leg_leaves_everything_uncertain() -> None:
    """Without the agent's leg there is nothing to judge, and nothing is compliant."""
    only_caller = tuple(line for line in GOOD if isinstance(line, str) and line[0] == "C")
    for context in (CallContext(missing_legs=("agent",)), CallContext()):
        judgement = judged(*only_caller, context=context)
        assert {f.status for f in judgement.findings} == {"uncertain"}
        assert judgement.verdict == "needs_review"


def test_a_missing_caller_leg_still_shows_what_the_agent_said() -> None:
    """The agent's own words count; what depends on the caller's is left open."""
    only_agent = transcript(*GOOD)
    only_agent = replace(only_agent, segments=tuple(s for s in only_agent.segments if s.channel == "agent"))
    judgement = judge(only_agent, CallContext(missing_legs=("caller",)), BOOK)
    for rule in ("greeting", "identity", "job_number", "closing"):
        assert finding(judgement, rule).status == "met", rule
    assert finding(judgement, "one_time_notice").status == "uncertain"
    assert faults(judgement) == set()


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("工号一零六八", "mismatch"),
        ("工号二五三七", "mismatch"),
        ("工号一零八", "uncertain"),
        ("工号一零八六六", "uncertain"),
        ("工号三百", "uncertain"),
        ("工号", "missing"),
    ],
)
def test_a_number_cut_short_is_no_proof_of_another(heard: str, expected: str) -> None:
    """Recognisers swallow figures: only figures that clearly differ make a mismatch."""
    assert status("job_number", "A您好社保中心" + heard + "请讲", NEED, ANSWER, THANKS, CLOSING) == expected


def test_doubtful_figures_that_sound_alike_are_for_a_person() -> None:
    """一 and 七 are taken for each other on every bad line."""
    made = transcript("A您好社保中心工号七零八六请讲", NEED, ANSWER, THANKS, CLOSING, conf=0.9)
    assert finding(judge(made, CallContext(), BOOK), "job_number").status == "uncertain"


def test_an_empty_transcript_is_never_compliant() -> None:
    """Nothing heard is nothing known."""
    judgement = judge(Transcript("x", (), Agent("1086")), CallContext(), BOOK)
    assert judgement.verdict == "needs_review"


@pytest.mark.parametrize(("first", "conf"), [("号", 0.95), ("喂", 0.4)])
def test_a_lost_first_syllable_is_no_missing_greeting(first: str, conf: float) -> None:
    """A leg that begins with half a greeting (号 for 您好), or with a word the recogniser doubts, is listened to by a person."""
    heard = with_words(
        transcript(f"A{first}这里是银川市社保中心工号一零八六请问您办理什么业务", NEED, ANSWER, THANKS, CLOSING)
    )
    opening = heard.segments[0]
    words = (replace(opening.words[0], conf=conf), *opening.words[1:])
    doubted = replace(heard, segments=(replace(opening, words=words), *heard.segments[1:]))
    assert finding(judge(doubted, CallContext(), BOOK), "greeting").status == "uncertain"
    clear = with_words(
        transcript("A喂这里是银川市社保中心工号一零八六请问您办理什么业务", NEED, ANSWER, THANKS, CLOSING)
    )
    assert finding(judge(clear, CallContext(), BOOK), "greeting").status == "missing"


def test_a_lost_first_syllable_after_an_announcement_is_no_missing_greeting() -> None:
    """Where the system announces the number first, the agent's own first words are what must be clear."""
    lines = ("A工号一零八六为您服务", "C喂你好我想问个事", "A号社保中心请讲", NEED, ANSWER, THANKS, CLOSING)
    assert finding(judge(with_words(transcript(*lines)), CallContext(), BOOK), "greeting").status == "uncertain"
