"""Small dialogues that prove sentences of docs/contract.md: a sentence's id, a rule, the statuses it allows, and what was said."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from tests.judging.dialogue import BOOK, finding, transcript
from voice_agent.rules import judge
from voice_agent.values import CallContext, Finding, Judgement

Lines = tuple[str | float, ...]
NOTHING_KNOWN = CallContext()
#: An opening, a matter and an end with which nothing is wrong.
OPENING = "A您好银川市社保中心工号一零八六请问您办理什么业务"
NEED = "C我想查一下我这个月的养老金到账了没有"
ANSWER = "A已经到账了您这个月的养老金是十五号发放的"
THANKS = "C好的谢谢您"
CLOSING = "A不客气感谢您的来电再见"


@dataclass(frozen=True)
class Case:
    """``lines`` as in ``tests.judging.dialogue``; ``expected``: the statuses of ``rule`` that sentence ``id`` allows, by spaces."""

    id: str
    rule: str
    expected: str
    lines: Lines
    context: CallContext = NOTHING_KNOWN
    job_number: str | None = "1086"
    unit: str | None = None

    def judged(self) -> Judgement:
        """The judgement by the book and the model that come with the product."""
        said = transcript(*self.lines, job_number=self.job_number)
        return judge(replace(said, agent=replace(said.agent, unit=self.unit)), self.context, BOOK)

    def found(self) -> Finding:
        """The finding of the rule."""
        return finding(self.judged(), self.rule)

    def holds(self) -> None:
        """Fail, with what was found and why, unless the sentence holds."""
        found = self.found()
        assert found.status in self.expected.split(), f"{self.id} {self.rule}: {found.reason} {found.score}"


def numbered(cases: list[Case]) -> pytest.MarkDecorator:
    """Parametrises a test by ``cases``, each named by the sentence that it proves."""
    return pytest.mark.parametrize("case", cases, ids=[case.id for case in cases])


def whole(*middle: str | float) -> Lines:
    """A call whose opening and end keep every duty around ``middle``."""
    return (OPENING, *middle, THANKS, CLOSING)
