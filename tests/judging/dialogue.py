"""Small conversations written as lines: ``A…`` the agent says, ``C…`` the caller says, ``M…`` one channel for both, a number is silence."""

from __future__ import annotations

from dataclasses import replace

from phrasebook import load_book
from voice_agent.rules import judge
from voice_agent.values import Agent, CallContext, Channel, Finding, Judgement, Segment, Transcript, Word

BOOK = load_book()
SYLLABLE, PAUSE = 0.2, 0.4
OPENING = "A您好这里是银川市社保中心工号一零八六请问您办理什么业务"
NEED = "C我想查一下我这个月的养老金到账了没有"
ANSWER = "A您这个月的养老金已经发放到银行卡了"
THANKS = "C好的谢谢您"
CLOSING = "A不用谢这是我应该做的再见"
#: A call in which every duty that arises is kept.
GOOD: tuple[str | float, ...] = (OPENING, NEED, ANSWER, THANKS, CLOSING)
_CHANNELS: dict[str, Channel] = {"A": "agent", "C": "caller", "M": "mixed"}


def transcript(*lines: str | float, job_number: str | None = "1086", conf: float | None = None) -> Transcript:
    """The transcript of ``lines``, five syllables a second; ``conf`` gives every character a word of that confidence."""
    segments, time = [], 0.5
    for line in lines:
        if isinstance(line, int | float):
            time += line - PAUSE
            continue
        segments.append(_segment(line, time))
        time = segments[-1].end + PAUSE
    made = Transcript("t", tuple(segments), Agent(job_number), time)
    return made if conf is None else with_words(made, conf)


def _segment(line: str, time: float) -> Segment:
    return Segment(_CHANNELS[line[0]], time, time + SYLLABLE * len(line[1:]), line[1:])


def with_words(made: Transcript, conf: float = 1.0) -> Transcript:
    """The same with a word for every character."""

    def cut(segment: Segment) -> Segment:
        share = (segment.end - segment.start) / max(1, len(segment.text))
        words = tuple(
            Word(char, segment.start + i * share, segment.start + (i + 1) * share, conf)
            for i, char in enumerate(segment.text)
        )
        return replace(segment, words=words)

    return replace(made, segments=tuple(cut(segment) for segment in made.segments))


def judged(*lines: str | float, context: CallContext | None = None, job_number: str | None = "1086") -> Judgement:
    """The judgement of ``lines`` with the book that comes with the product."""
    return judge(transcript(*lines, job_number=job_number), context or CallContext(), BOOK)


def finding(judgement: Judgement, rule: str) -> Finding:
    """The finding of ``rule``."""
    return next(one for one in judgement.findings if one.rule == rule)


def status(rule: str, *lines: str | float, context: CallContext | None = None, job_number: str | None = "1086") -> str:
    """The status of ``rule`` on ``lines``."""
    return finding(judged(*lines, context=context, job_number=job_number), rule).status
