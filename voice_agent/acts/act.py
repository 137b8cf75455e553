"""An act: what somebody does with what they say – names the unit, offers to take a message, mocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voice_agent.values import Channel

#: An act at least this probable is taken for said; one at least ``POSSIBLE`` makes its absence doubtful.
LIKELY, POSSIBLE = 0.5, 0.2
Source = Literal["phrase", "learned"]
#: Any of ``FAULT_NAMES``: which kind it is matters less than that it is one.
FAULT = "fault"

#: The acts that must not be heard from a clerk (annex 2 and 3), with the Chinese names that people read.
FAULT_NAMES: dict[str, str] = {
    "shirk": "推诿",
    "impatient": "不耐烦",
    "mock": "讥讽",
    "insult": "辱骂",
    "quarrel": "争吵",
    "order_about": "训斥",
    "cold": "冷漠",
    "privacy_leak": "泄露他人信息",
    "chatting": "工作时间闲谈",
    "favour": "优亲厚友",
    "extra_step": "增设门槛",
    "unequal": "厚此薄彼",
    "breaks_rules": "违规办理",
    "asks_gift": "索要财物",
    "recommends_agency": "推荐中介",
    "eats_plays": "工作时间吃喝玩乐",
    "misleads": "虚假误导",
    "negated_courtesy": "反话",
}


@dataclass(frozen=True)
class Act:
    """Somebody on ``channel`` does ``id`` at heard syllables ``first`` to ``last`` (exclusive), seconds ``start`` to ``end``.

    ``probability``: calibrated, of all that the sources say together. ``source``: what found it; ``pattern``: of the phrase book, where a
    phrase was heard; ``entry``: the book's entry of that pattern.
    """

    id: str
    channel: Channel
    first: int
    last: int
    start: float
    end: float
    probability: float
    source: Source = "learned"
    pattern: str = ""
    entry: str = ""

    @property
    def near(self) -> bool:
        """Whether it is too doubtful to count, yet too probable to call absent."""
        return self.probability < LIKELY

    @property
    def score(self) -> float:
        """The probability, as findings show it."""
        return round(self.probability, 3)
