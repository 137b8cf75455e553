"""What must not change a judgement: how segments were cut, punctuation, sounds that are easily confused, fillers, order."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phrasebook import load_book
from tests.judging.dialogue import ANSWER, BOOK, CLOSING, GOOD, NEED, OPENING, THANKS, finding, transcript, with_words
from voice_agent.rules import judge
from voice_agent.values import RULES, Agent, CallContext, Channel, Segment, Span, Transcript, Word

HOLDING: tuple[str | float, ...] = (
    OPENING, "C请问社保卡补办怎么办理", "A请稍候我查询一下", "C嗯好", 10, "A让您久等了您带上身份证到社保大厅三号窗口办理十五个工作日领卡",
    "C好的谢谢", CLOSING,
)  # fmt: skip
RUDE: tuple[str | float, ...] = ("A喂", NEED, "A你烦不烦啊我怎么知道你自己上网查去", "C你怎么这个态度", "A你去投诉我吧")
CALLS = (GOOD, HOLDING, RUDE)
#: Syllables that recognisers confuse, as other characters of the sounds that they are taken for.
CONFUSED = {
    "您": "零",
    "请": "寝",
    "稍": "烧",
    "候": "后",
    "查": "插",
    "询": "寻",
    "工": "公",
    "让": "浪",
    "久": "九",
    "中": "宗",
    "心": "星",
}
texts = st.text(alphabet=st.sampled_from("您好请讲工号一零八六的了吗嗯啊 ，。\n🙂\x00Ａ1社保局這裡是請問"), max_size=30)


def statuses(made: Transcript, context: CallContext | None = None) -> list[str]:
    """The statuses in the order of the rules."""
    return [f.status for f in judge(made, context or CallContext(), BOOK).findings]


@pytest.mark.parametrize("lines", CALLS)
def test_judging_is_deterministic(lines: tuple[str | float, ...]) -> None:
    """The same question gives the same answer, to the last evidence, with a book loaded anew."""
    made = transcript(*lines)
    assert judge(made, CallContext(), BOOK) == judge(made, CallContext(), load_book())


@settings(deadline=None, max_examples=20)
@given(st.sampled_from(CALLS), st.data())
def test_cutting_segments_otherwise_changes_nothing(lines: tuple[str | float, ...], data: st.DataObject) -> None:
    """A segment cut in two between any of its words is the same speech."""
    made = with_words(transcript(*lines))
    cut = []
    for segment in made.segments:
        at = data.draw(st.integers(0, len(segment.words)))
        parts = [segment.words[:at], segment.words[at:]]
        cut += [_segment(segment.channel, words) for words in parts if words]
    assert statuses(replace(made, segments=tuple(cut))) == statuses(made)


def _segment(channel: Channel, words: tuple[Word, ...]) -> Segment:
    return Segment(channel, words[0].start, words[-1].end, "".join(word.text for word in words), words)


@settings(deadline=None, max_examples=20)
@given(st.sampled_from(CALLS), st.data())
def test_joining_words_changes_nothing(lines: tuple[str | float, ...], data: st.DataObject) -> None:
    """Two characters in one word or in two words are the same syllables."""
    made = with_words(transcript(*lines))
    joined = tuple(replace(s, words=tuple(_joined(list(s.words), data))) for s in made.segments)
    assert statuses(replace(made, segments=joined)) == statuses(made)


def _joined(words: list[Word], data: st.DataObject) -> list[Word]:
    made: list[Word] = []
    for word in words:
        if made and len(made[-1].text) < 4 and data.draw(st.booleans()):
            made[-1] = Word(made[-1].text + word.text, made[-1].start, word.end, word.conf)
        else:
            made.append(word)
    return made


@settings(deadline=None, max_examples=15)
@given(st.sampled_from(CALLS), st.data())
def test_punctuation_and_spaces_change_nothing(lines: tuple[str | float, ...], data: st.DataObject) -> None:
    """Marks that make no sound are not heard, wherever they stand."""
    made = transcript(*lines)
    marked = tuple(
        replace(s, text="".join(char + data.draw(st.sampled_from(["", "", "，", " ", "。", "🙂"])) for char in s.text))
        for s in made.segments
    )
    assert statuses(replace(made, segments=marked)) == statuses(made)


@pytest.mark.parametrize("char", sorted(CONFUSED))
@pytest.mark.parametrize("lines", [GOOD, HOLDING])
def test_sounds_easily_confused_change_nothing(lines: tuple[str | float, ...], char: str) -> None:
    """A required phrase is still heard when one of its syllables was written as its neighbour."""
    other = [line.replace(char, CONFUSED[char]) if isinstance(line, str) else line for line in lines]
    assert statuses(transcript(*other)) == statuses(transcript(*lines))


@pytest.mark.parametrize("filler", ["嗯", "呃", "那个"])
def test_hesitation_changes_nothing(filler: str) -> None:
    """Who thinks aloud inside a phrase has still said it."""
    said = (
        f"A{filler}您好{filler}这里是银川市社保中心{filler}工号一零{filler}八六请问您{filler}办理什么业务",
        *GOOD[1:],
    )
    assert statuses(transcript(*said)) == statuses(transcript(*GOOD))


@settings(deadline=None, max_examples=15)
@given(st.sampled_from(CALLS), st.randoms())
def test_the_order_of_segments_in_the_file_changes_nothing(lines: tuple[str | float, ...], random: object) -> None:
    """Times tell what came first, not the place in a list."""
    made = transcript(*lines)
    shuffled = list(made.segments)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis hands over a random.Random
    assert statuses(replace(made, segments=tuple(shuffled))) == statuses(made)


def test_traditional_characters_and_full_width_figures_are_read_alike() -> None:
    """How a recogniser writes is not what was said."""
    other = ("A您好這裡是銀川市社保中心工號１０８６請問您辦理什麼業務", *GOOD[1:])
    assert statuses(transcript(*other)) == statuses(transcript(*GOOD))


segments = st.builds(
    lambda channel, start, length, text: Segment(channel, start, start + length, text),
    st.sampled_from(("agent", "caller", "mixed")),
    st.floats(0, 100),
    st.floats(0, 20),
    texts,
)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(segments, max_size=12),
    st.sampled_from([None, "1086", "A-07", "", "王"]),
    st.lists(st.tuples(st.floats(0, 90), st.floats(0, 60)), max_size=3),
    st.sampled_from([(), ("agent",), ("caller",), ("agent", "caller")]),
    st.sampled_from([(), ("agent",), ("mixed",)]),
)
def test_any_transcript_is_judged(
    parts: list[Segment],
    job_number: str | None,
    holds: list[tuple[float, float]],
    missing: tuple[Channel, ...],
    noisy: tuple[Channel, ...],
) -> None:
    """Whatever was heard, there is exactly one finding a rule, in order, and no exception."""
    context = CallContext(tuple(Span(a, a + b) for a, b in holds), missing_legs=missing, noisy_legs=noisy)
    judgement = judge(Transcript("x", tuple(parts), Agent(job_number)), context, BOOK)
    assert tuple(f.rule for f in judgement.findings) == RULES
    assert (judgement.score is None) == (judgement.verdict == "needs_review")
    assert 0 <= (judgement.score or 0) <= 100
    assert all(0 <= f.score <= 1 and e.start <= e.end for f in judgement.findings for e in f.evidence)


def test_the_caller_never_fulfils_a_duty_nor_breaks_a_prohibition() -> None:
    """Everything polite and everything rude said by the caller leaves the agent where they were."""
    calls = (
        "A说",
        "C您好这里是社保中心工号一零八六请问您办理什么业务",
        "A什么事说",
        "C请稍候你烦不烦滚你去投诉我吧",
        ANSWER,
        THANKS,
    )
    judgement = judge(transcript(*calls), CallContext(), BOOK)
    for rule in ("greeting", "identity", "job_number", "closing"):
        assert finding(judgement, rule).status == "missing", rule
    assert finding(judgement, "prohibited").status == "met"
